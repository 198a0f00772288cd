/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is done when a guest ends. */
#ifndef XM_END_H
#define XM_END_H

#include "xm.h"

/* How it went. */
enum xm_end {
	XM_END_ALIVE,	/* there is nothing to do: it lives, or is gone */
	XM_END_GONE,	/* it is gone, as it was to be, or its end is given up */
	XM_END_LEFT,	/* it is left as it is, for somebody to look at */
	XM_END_AGAIN,	/* it was started again */
	XM_END_FAILED,	/* something is in the way, and may go */
};

/* How often a guest is tried to be made, or destroyed: its file counts. */
#define XM_END_TRIES 5

long xm_end_due(struct xm_host *host, uint32_t domid, bool marked);
enum xm_end xm_end_domain(struct xm_host *host, uint32_t domid, bool stay,
			  uint32_t *next);

#endif /* XM_END_H */
