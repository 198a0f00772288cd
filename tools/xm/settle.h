/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the disks of a guest that stands still do so, too. */
#ifndef XM_SETTLE_H
#define XM_SETTLE_H

#include <stdint.h>

/* So long, at the most. Who takes a guest in waits longer than that for "go" (peer.h). */
#define XM_SETTLE_SECONDS 30

char *xm_settle(uint32_t domid, const char *name);

#endif /* XM_SETTLE_H */
