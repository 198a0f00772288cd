/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libxl does in the background, and somebody waits for. */
#ifndef XM_OP_H
#define XM_OP_H

#include "xm.h"

/* Silence for longer than this makes people reach for Ctrl-C. */
#define XM_SILENT_SECONDS 5

/**
 * struct xm_op - one operation of libxl
 * @how: is passed to libxl
 * @done: it has ended
 * @rc: with this
 * @meanwhile: is called now and then until it has; NULL: nothing is to be done
 * @user: passed to @meanwhile
 */
struct xm_op {
	libxl_asyncop_how how;
	bool done;
	int rc;
	void (*meanwhile)(void *user);
	void *user;
};

void xm_op_children(struct xm_host *host);
void xm_op_poll(struct xm_host *host);
void xm_op_init(struct xm_op *op);
int xm_op_wait(struct xm_host *host, struct xm_op *op, int rc,
	       const char *subject, const char *doing, int fd);

#endif /* XM_OP_H */
