// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of the domain that stand for another domain's, which a grant has mapped.
 *
 * A backend gets a page without memory of its own from the balloon, maps a grant where
 * the kernel sees that page, and notes in the list of machine frames whose it is: so the
 * page's struct can be given to block and network layers, and DMA goes to the right
 * frame. gntdev maps into a process besides; such a page is mapped for the kernel, too.
 *
 * Floor F1. Called by the kernel's grant table driver (asm/xen/page.h).
 */
#include <linux/mm.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>
#include <xen/features.h>
#include <xen/grant_table.h>
#include <xen/interface/grant_table.h>

static bool xen_p2m_foreign_mapped(const struct gnttab_map_grant_ref *map)
{
	return map->status == GNTST_okay;
}

/* A mapping in a process is named by where its PTE is, and tells no frame. */
static unsigned long xen_p2m_foreign_frame(const struct gnttab_map_grant_ref *map)
{
	pte_t *ptep;

	if (!(map->flags & GNTMAP_contains_pte))
		return PFN_DOWN(map->dev_bus_addr);
	ptep = mfn_to_virt(PFN_DOWN(map->host_addr)) + offset_in_page(map->host_addr);
	return pte_mfn(*ptep);
}

/* Nobody will unmap it who doesn't know of it. */
static void xen_p2m_foreign_undo(struct gnttab_map_grant_ref *map)
{
	struct gnttab_unmap_grant_ref unmap = {
		.host_addr = map->host_addr,
		.handle = map->handle,
	};

	if (map->flags & GNTMAP_device_map)
		unmap.dev_bus_addr = map->dev_bus_addr;
	map->status = GNTST_general_error;
	map->handle = INVALID_GRANT_HANDLE;
	if (HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1) || unmap.status)
		pr_err_once("Xen does not unmap grant %u of domain %u: %d\n", map->ref, map->dom,
			    unmap.status);
}

/**
 * set_foreign_p2m_mapping - note which of another domain's frames pages stand for
 * @map_ops: grants that were mapped; what can't be noted is unmapped, with an error
 * @kmap_ops: for the kernel, if those are in a process; mapped here. Or NULL
 * @pages: as many pages without memory
 * @count: how many
 *
 * Context: may sleep.
 * Return: 0, or an error if none of @kmap_ops could be mapped. See the status of each.
 */
int set_foreign_p2m_mapping(struct gnttab_map_grant_ref *map_ops,
			    struct gnttab_map_grant_ref *kmap_ops,
			    struct page **pages, unsigned int count)
{
	unsigned long pfn, mfn;
	unsigned int i;
	int error;

	if (xen_feature(XENFEAT_auto_translated_physmap))
		return 0;
	error = kmap_ops ? HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, kmap_ops, count) : 0;
	if (error)
		return error;
	for (i = 0; i < count; i++) {
		if (!xen_p2m_foreign_mapped(&map_ops[i]) ||
		    (kmap_ops && !xen_p2m_foreign_mapped(&kmap_ops[i])))
			continue;
		pfn = page_to_pfn(pages[i]);
		mfn = xen_p2m_foreign_frame(&map_ops[i]);
		WARN(pfn_to_mfn(pfn) != INVALID_P2M_ENTRY, "page %#lx has memory of its own", pfn);
		if (likely(set_phys_to_machine(pfn, FOREIGN_FRAME(mfn))))
			continue;
		xen_p2m_foreign_undo(&map_ops[i]);
		if (kmap_ops)
			xen_p2m_foreign_undo(&kmap_ops[i]);
	}
	return 0;
}

/**
 * clear_foreign_p2m_mapping - undo that, when the grants are unmapped
 * @unmap_ops: the grants
 * @kunmap_ops: the mappings for the kernel, undone here; or NULL
 * @pages: the pages
 * @count: how many
 *
 * Return: 0, -EINVAL if a page did not stand for another domain's, or what Xen returned.
 */
int clear_foreign_p2m_mapping(struct gnttab_unmap_grant_ref *unmap_ops,
			      struct gnttab_unmap_grant_ref *kunmap_ops,
			      struct page **pages, unsigned int count)
{
	unsigned long pfn, frame;
	int error = 0, refused = 0;
	unsigned int i;

	if (xen_feature(XENFEAT_auto_translated_physmap))
		return 0;
	for (i = 0; i < count; i++) {
		pfn = page_to_pfn(pages[i]);
		frame = __pfn_to_mfn(pfn);
		if (frame == INVALID_P2M_ENTRY || !(frame & FOREIGN_FRAME_BIT))
			error = -EINVAL;
		else
			set_phys_to_machine(pfn, INVALID_P2M_ENTRY);
	}
	if (kunmap_ops)
		refused = HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, kunmap_ops, count);
	return refused ?: error;
}
