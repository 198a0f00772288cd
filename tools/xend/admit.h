/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which requests are let in. */
#ifndef XEND_ADMIT_H
#define XEND_ADMIT_H

#include <microhttpd.h>
#include <stdbool.h>

#include "conn.h"
#include "key.h"
#include "xendconf.h"

#define XEND_NAMES 16

/**
 * struct xend_admit - who is let in
 * @names: how this host may be called, with a NULL behind
 * @port: where it listens
 * @key: what leads there on this host
 * @file: where the configuration was read, if not in the usual places
 */
struct xend_admit {
	char *names[XEND_NAMES + 1];
	long port;
	const struct xend_key *key;
	const char *file;
};

void xend_admit_init(struct xend_admit *admit, const struct xm_xendconf *conf,
		     const char *file, const struct xend_key *key);
unsigned int xend_admit(struct xend_admit *admit, struct MHD_Connection *c,
			const struct xend_door *door, const char *method,
			const char *uri, bool *allowed);
bool xend_admit_json(struct MHD_Connection *c);

#endif /* XEND_ADMIT_H */
