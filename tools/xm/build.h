/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making a guest: used by create, and by the watcher that restarts it. */
#ifndef XM_BUILD_H
#define XM_BUILD_H

#include "settings.h"
#include "xm.h"

/**
 * enum xm_origin - where a guest comes from
 * @XM_NEW: it is made from its configuration
 * @XM_AGAIN: the same, as it has ended, and its other self may not be gone yet
 * @XM_SAVED: it was saved
 * @XM_MOVING: it comes from another self of it, which may be on this host
 */
enum xm_origin { XM_NEW, XM_AGAIN, XM_SAVED, XM_MOVING };

/* preflight.c */
int xm_preflight(struct xm_host *host, libxl_domain_config *dc,
		 enum xm_origin origin);
int xm_preflight_disks(const libxl_domain_config *dc, enum xm_origin origin);
int xm_preflight_disk(const char *subject, const libxl_device_disk *dev);
int xm_preflight_nic(const char *subject, const libxl_device_nic *nic);

/* memory.c */
uint64_t xm_memory_promised(struct xm_host *host, const libxl_uuid *uuid);
int xm_memory_free(struct xm_host *host, const struct xm_settings *set,
		   libxl_domain_config *dc);

/* build.c */
int xm_build(struct xm_host *host, const struct xm_settings *set,
	     libxl_domain_config *dc, enum xm_origin origin, uint32_t *domid, int from,
	     const libxl_asyncprogress_how *console);
void xm_build_keep(struct xm_host *host, uint32_t domid, libxl_domain_config *dc);
void xm_build_any_domid(libxl_domain_config *dc);
bool xm_build_undo(struct xm_host *host, uint32_t domid);

/* cmd-undo-create.c */
int xm_undo_start(const libxl_uuid *uuid, const char *name, int claim);

/* watch.c */
int xm_watch(struct xm_host *host, uint32_t domid, int ready_fd);

#endif /* XM_BUILD_H */
