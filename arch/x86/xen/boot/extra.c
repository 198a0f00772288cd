// SPDX-License-Identifier: GPL-2.0-only
/*
 * Extra memory: pages that a domain has a number for, but nothing behind it. The balloon driver
 * fills them, or lends their numbers to pages of others.
 *
 * Made while the memory map is, in PV and PVH domains; read by the p2m's and the balloon driver's
 * start. Floor F1.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/ioport.h>
#include <linux/memblock.h>
#include <linux/mm.h>

#include <xen/page.h>

#include "boot.h"
#include "map.h"

/* Those without pages are free to be used. Ordered by nothing. */
struct xen_memory_region xen_extra_mem[XEN_EXTRA_MEM_MAX_REGIONS] __initdata;

/* How many pages were given back to Xen at boot. */
unsigned long xen_released_pages;

#define REGIONS_END	(xen_extra_mem + XEN_EXTRA_MEM_MAX_REGIONS)

static unsigned long __ref xen_extra_end(const struct xen_memory_region *region)
{
	return region->start_pfn + region->n_pfns;
}

/**
 * xen_add_extra_mem - a range has nothing behind it
 * @start_pfn: the first page
 * @n_pfns: how many; may be none
 *
 * The kernel's allocators leave it alone. A range that does not find room is of no use for ever.
 */
void __init xen_add_extra_mem(unsigned long start_pfn, unsigned long n_pfns)
{
	struct xen_memory_region *region;

	memblock_reserve(PFN_PHYS(start_pfn), PFN_PHYS(n_pfns));
	for (region = xen_extra_mem; region < REGIONS_END; region++) {
		if (!region->n_pfns)
			region->start_pfn = start_pfn;
		else if (xen_extra_end(region) != start_pfn)
			continue;
		region->n_pfns += n_pfns;
		return;
	}
	pr_warn("no room to remember %lu pages of extra memory from %#lx on\n", n_pfns, start_pfn);
}

#ifdef CONFIG_XEN_PV
/**
 * xen_del_extra_mem - a range has got pages
 * @start_pfn: the first page
 * @n_pfns: how many; all of them part of one that was added
 */
void __init xen_del_extra_mem(unsigned long start_pfn, unsigned long n_pfns)
{
	unsigned long end_pfn = start_pfn + n_pfns;
	struct xen_memory_region *region;
	unsigned long above;

	for (region = xen_extra_mem; region < REGIONS_END; region++) {
		if (start_pfn < region->start_pfn || start_pfn >= xen_extra_end(region))
			continue;
		if (WARN_ON(end_pfn > xen_extra_end(region)))
			return;
		above = xen_extra_end(region) - end_pfn;
		region->n_pfns = start_pfn - region->start_pfn;
		if (above)
			xen_add_extra_mem(end_pfn, above);
		break;
	}
	memblock_phys_free(PFN_PHYS(start_pfn), PFN_PHYS(n_pfns));
}

/**
 * xen_chk_extra_mem - what the p2m has to say of a page that its first list does not reach
 * @pfn: the page
 *
 * Return: INVALID_P2M_ENTRY for extra memory, else the page's number as an identity's.
 * Context: boot, until the p2m has its full length.
 */
unsigned long __ref xen_chk_extra_mem(unsigned long pfn)
{
	const struct xen_memory_region *region;

	for (region = xen_extra_mem; region < REGIONS_END; region++)
		if (pfn >= region->start_pfn && pfn < xen_extra_end(region))
			return INVALID_P2M_ENTRY;
	return IDENTITY_FRAME(pfn);
}

/**
 * xen_inv_extra_mem - tell the p2m of all extra memory
 *
 * Context: boot, when the p2m has its full length.
 */
void __init xen_inv_extra_mem(void)
{
	const struct xen_memory_region *region;
	unsigned long pfn;

	for (region = xen_extra_mem; region < REGIONS_END; region++)
		for (pfn = region->start_pfn; pfn < xen_extra_end(region); pfn++)
			set_phys_to_machine(pfn, INVALID_P2M_ENTRY);
}
#endif

#ifdef CONFIG_XEN_UNPOPULATED_ALLOC
/**
 * arch_xen_unpopulated_init - give extra memory to the allocator of pages without memory
 * @res: where more addresses may come from
 *
 * Return: 0, or -ENODEV without Xen. xen_unpopulated_pages then counts what was given, by which
 * the balloon driver knows how much the domain really has.
 */
int __init arch_xen_unpopulated_init(struct resource **res)
{
	struct xen_memory_region *region;
	struct page *page;

	if (!xen_domain())
		return -ENODEV;
	/* Freeing wants it set. */
	*res = &iomem_resource;
	/* A balloon driver that can't plug memory in has no other room to grow. */
	if (xen_pv_domain() && !IS_ENABLED(CONFIG_XEN_BALLOON_MEMORY_HOTPLUG))
		return 0;
	for (region = xen_extra_mem; region < REGIONS_END; region++) {
		for (; region->n_pfns; region->n_pfns--) {
			page = pfn_to_page(region->start_pfn++);
			xen_free_unpopulated_pages(1, &page);
			xen_unpopulated_pages++;
		}
	}
	return 0;
}
#endif
