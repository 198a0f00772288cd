/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What serves the control ring of an interface: see ctrl-ring.c and gref-map.c,
 * which share it. Floor F5.
 */
#ifndef XENIFY_NET_BACK_CONTROL_H
#define XENIFY_NET_BACK_CONTROL_H

#include <linux/workqueue.h>

#include "back.h"
#include "ctrl.h"

/* Grants that are mapped, or unmapped, by one hypercall. */
#define NETBACK_MAP_BATCH	64

/**
 * struct netback_control - the control ring, while connected
 * @back: its interface
 * @channel: ring and event port
 * @event: of @channel
 * @work: serves it
 * @ending: no further message is taken
 * @ctrl: what messages change
 * @page: room for what they name
 * @mapped: grants that stay mapped
 * @cache: pages to map grants into
 * @pages: ... those of a batch
 * @map: the batch, to be mapped
 * @unmap: ... to be unmapped
 * @name: of the interrupt
 *
 * The work's alone, but for @event and @ending.
 */
struct netback_control {
	struct netback *back;
	struct xen_channel channel;
	struct netback_event event;
	struct work_struct work;
	bool ending;
	struct netback_ctrl ctrl;
	void *page;
	u32 mapped;
	struct gnttab_page_cache cache;
	struct page *pages[NETBACK_MAP_BATCH];
	struct gnttab_map_grant_ref map[NETBACK_MAP_BATCH];
	struct gnttab_unmap_grant_ref unmap[NETBACK_MAP_BATCH];
	char name[32];
};

/* gref-map.c */
u32 netback_grefs_offered(void);
int netback_grefs_map(void *owner, struct netback_grefs *grefs,
		      const u16 *which, u32 count);
void netback_grefs_retire(void *owner, struct netback_grefs *grefs,
			  const u16 *which, u32 count);
void netback_grefs_unmap_all(struct netback_control *control,
			     struct netback_grefs *grefs);

#endif /* XENIFY_NET_BACK_CONTROL_H */
