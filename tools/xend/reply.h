/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a request is answered with. No HTTP library. */
#ifndef XEND_REPLY_H
#define XEND_REPLY_H

#include <stdio.h>

#include "route.h"

/**
 * struct xend_reply - an answer
 * @status: HTTP's
 * @text: JSON, to be freed
 * @len: its length
 */
struct xend_reply {
	unsigned int status;
	char *text;
	size_t len;
};

/* How a command came to its end, other than by an exit status. */
enum {
	XEND_RUN_LATE = -1, XEND_RUN_LONG = -2, XEND_RUN_KILLED = -3,
	XEND_RUN_DROPPED = -4,
};

/* What is not begun any more. */
#define XEND_LEAVES "xend is being reloaded or stopped; try again"

void xend_json_string(FILE *out, const char *text, size_t len);
void xend_reply_json(struct xend_reply *reply, const char *json);
void xend_reply_error(struct xend_reply *reply, unsigned int status,
		      const char *message);
void xend_reply_run(struct xend_reply *reply, enum xend_shape shape,
		    int exit_status, char *out, char *err);

#endif /* XEND_REPLY_H */
