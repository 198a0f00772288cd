/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of a guest that has ended: its memory, or itself. */
#ifndef XM_ASIDE_H
#define XM_ASIDE_H

#include "xm.h"

void xm_aside_dump(struct xm_host *host, uint32_t domid, const char *name);
int xm_aside(struct xm_host *host, uint32_t domid, const char *json);

#endif /* XM_ASIDE_H */
