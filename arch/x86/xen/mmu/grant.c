// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the kernel sees the grant table, whose frames are Xen's.
 *
 * A PV domain has an address space of its own for it, with page tables for as many frames
 * as there may ever be: after a restore it is mapped again where no memory can be had. A
 * PVH domain has pages for it that it gave back before.
 *
 * Floor F1. Called by the kernel's grant table driver (xen/grant_table.h).
 */
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include <asm/xen/page.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

/* The table itself, and for grants of version 2 the status of each. */
static struct vm_struct *shared_area;
static struct vm_struct *status_area;

/* @data points to the next frame. */
static int xen_grant_map_one(pte_t *ptep, unsigned long address, void *data)
{
	const u64 **frame = data;

	set_pte_at(&init_mm, address, ptep, mfn_pte(*(*frame)++, PAGE_KERNEL));
	return 0;
}

static int xen_grant_unmap_one(pte_t *ptep, unsigned long address, void *data)
{
	pte_clear(&init_mm, address, ptep);
	return 0;
}

static int xen_grant_map(struct vm_struct *area, const u64 *frames, unsigned long count,
			 void **where)
{
	if (!*where)
		*where = area->addr;
	return apply_to_page_range(&init_mm, (unsigned long)*where, count * PAGE_SIZE,
				   xen_grant_map_one, &frames);
}

/**
 * arch_gnttab_map_shared - map frames of the grant table
 * @frames: the machine frames
 * @nr_gframes: how many
 * @max_nr_gframes: how many there may be
 * @__shared: where; if NULL it is chosen and returned
 *
 * Context: may not sleep after a restore, and needs not.
 * Return: 0.
 */
int arch_gnttab_map_shared(unsigned long *frames, unsigned long nr_gframes,
			   unsigned long max_nr_gframes, void **__shared)
{
	BUILD_BUG_ON(sizeof(*frames) != sizeof(u64));
	return xen_grant_map(shared_area, (u64 *)frames, nr_gframes, __shared);
}

/**
 * arch_gnttab_map_status - map the status of grants of version 2
 * @frames: as above, like the rest
 * @nr_gframes: how many
 * @max_nr_gframes: how many there may be
 * @__shared: where
 *
 * Return: 0.
 */
int arch_gnttab_map_status(u64 *frames, unsigned long nr_gframes,
			   unsigned long max_nr_gframes, grant_status_t **__shared)
{
	return xen_grant_map(status_area, frames, nr_gframes, (void **)__shared);
}

/**
 * arch_gnttab_unmap - undo either of them
 * @shared: where
 * @nr_gframes: how many frames
 */
void arch_gnttab_unmap(void *shared, unsigned long nr_gframes)
{
	apply_to_page_range(&init_mm, (unsigned long)shared, nr_gframes * PAGE_SIZE,
			    xen_grant_unmap_one, NULL);
}

/* Makes page tables for all of it. */
static struct vm_struct *xen_grant_reserve(unsigned long frames)
{
	struct vm_struct *area = get_vm_area(frames * PAGE_SIZE, VM_IOREMAP);

	if (area && apply_to_page_range(&init_mm, (unsigned long)area->addr, frames * PAGE_SIZE,
					xen_grant_unmap_one, NULL)) {
		free_vm_area(area);
		area = NULL;
	}
	return area;
}

/**
 * arch_gnttab_init - reserve addresses for the grant table
 * @nr_shared: frames that it may have
 * @nr_status: frames with the status of grants. Also reserved if there are none here: the
 *	       next host may have version 2.
 *
 * Return: 0 or -ENOMEM.
 */
int arch_gnttab_init(unsigned long nr_shared, unsigned long nr_status)
{
	if (!xen_pv_domain())
		return 0;
	shared_area = xen_grant_reserve(nr_shared);
	status_area = shared_area ? xen_grant_reserve(nr_status) : NULL;
	if (status_area)
		return 0;
	if (shared_area)
		free_vm_area(shared_area);
	return -ENOMEM;
}

#ifdef CONFIG_XEN_PVH
/* At this level it is before the driver's own initcall, which uses the addresses. */
static int __init xen_grant_find_pages(void)
{
	if (!xen_pvh_domain())
		return -ENODEV;
	xen_auto_xlat_grant_frames.count = gnttab_max_grant_frames();
	return xen_xlate_map_ballooned_pages(&xen_auto_xlat_grant_frames.pfn,
					     &xen_auto_xlat_grant_frames.vaddr,
					     xen_auto_xlat_grant_frames.count);
}
core_initcall(xen_grant_find_pages);
#endif
