/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another backend for a device that a guest has. */
#ifndef XM_REATTACH_H
#define XM_REATTACH_H

#include "xm.h"

int xm_verb_reattach(int argc, char **argv, const char *kind, const char *needs,
		     int (*find)(struct xm_host *host, const char *domain,
				 uint32_t domid, const char *device,
				 int *devid));

/* cmd-network-reattach.c */
libxl_device_nic *xm_nic_find(libxl_device_nic *list, int n, const char *which);

#endif /* XM_REATTACH_H */
