/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is to watch over a new guest. */
#ifndef XM_WATCHER_H
#define XM_WATCHER_H

#include <sys/types.h>

#include "xm.h"

pid_t xm_watcher_begin(struct xm_host *host, uint32_t domid, const char *option,
		       int *fd);
int xm_watcher_start(struct xm_host *host, const char *name, uint32_t domid,
		     bool again);

#endif /* XM_WATCHER_H */
