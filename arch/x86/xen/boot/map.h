/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory map of a PV domain while it is made: what the files map.c, conflict.c, remap.c and
 * extra.c show to each other.
 */
#ifndef XENIFY_ARCH_BOOT_MAP_H
#define XENIFY_ARCH_BOOT_MAP_H

#include <linux/init.h>
#include <linux/types.h>

#include <asm/e820/types.h>

/* The map that Xen has for this domain; Dom0's is the host's. Ordered. */
extern struct e820_table xen_map;

/* With how many pages the domain begins: they are numbered from 0, whatever the map says. */
extern unsigned long xen_map_pages;

static inline u64 xen_map_end(const struct e820_entry *entry)
{
	return entry->addr + entry->size;
}

/* conflict.c */
void xen_conflict_check_image(void);
void xen_conflict_move_p2m(void);
void xen_conflict_move_initrd(void);

/* remap.c */
unsigned long xen_remap_count(void);
void xen_remap_prepare(void);

/* extra.c */
void xen_del_extra_mem(unsigned long start_pfn, unsigned long n_pfns);

#endif
