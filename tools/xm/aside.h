/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest that has ended is kept under another name. */
#ifndef XM_ASIDE_H
#define XM_ASIDE_H

#include "xm.h"

int xm_aside(struct xm_host *host, uint32_t domid, const char *json);

#endif /* XM_ASIDE_H */
