/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making a guest: used by create, and by the watcher that restarts it. */
#ifndef XM_BUILD_H
#define XM_BUILD_H

#include "settings.h"
#include "xm.h"

/* preflight.c */
int xm_preflight(struct xm_host *host, libxl_domain_config *dc);
int xm_preflight_disk(const char *subject, const libxl_device_disk *dev);
int xm_preflight_nic(const char *subject, const libxl_device_nic *nic);

/* memory.c */
int xm_memory_free(struct xm_host *host, const struct xm_settings *set,
		   libxl_domain_config *dc);

/* build.c */
int xm_build(struct xm_host *host, const struct xm_settings *set,
	     libxl_domain_config *dc, uint32_t *domid,
	     const libxl_asyncprogress_how *console);
void xm_build_undo(struct xm_host *host, uint32_t domid);

/* cmd-undo-create.c */
int xm_undo_start(const libxl_uuid *uuid);
void xm_undo_dismiss(int fd);

/* watch.c */
int xm_watch(struct xm_host *host, uint32_t domid, int ready_fd);

#endif /* XM_BUILD_H */
