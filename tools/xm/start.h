/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting this program again with another verb. */
#ifndef XM_START_H
#define XM_START_H

#include <sys/types.h>

#include "xm.h"

void xm_start_exec(const char *verb, const char *option, uint32_t domid);
pid_t xm_start_verb(const char *verb, const char *option, uint32_t domid,
		    int *fd);
void xm_start_reap(pid_t pid);
bool xm_start_wait(int fd);
int xm_start_watcher(struct xm_host *host, const char *name, uint32_t domid);

#endif /* XM_START_H */
