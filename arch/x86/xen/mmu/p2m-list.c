// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frames in which the list of machine frames lies, as a tree of three levels.
 *
 * Xen's tools find a guest's list by its virtual address. Dom0's is looked for by who
 * reads a dump of a crashed host: Xen notes there where the tree's top is.
 *
 * Floor F1. Called by p2m.c, at boot, and after a restore.
 */
#include <linux/gfp.h>
#include <linux/memblock.h>
#include <linux/vmcore_info.h>

#include <asm/xen/hypervisor.h>
#include <asm/xen/page.h>
#include <xen/xen.h>

#include "../cpu/cpu.h"
#include "p2m.h"
#include "table.h"

/* A page of the tree has as many entries as a leaf of the list. */
#define FANOUT		P2M_PER_PAGE
#define PFNS_PER_MID	(FANOUT * P2M_PER_PAGE)

/*
 * The top's entries: the machine frames for others, and where these are for us. Where there
 * is nothing of the list's own, both name a page whose entries all name the list's page
 * that has none.
 */
static unsigned long *top_mfns;
static unsigned long *top_mids[FANOUT];
static unsigned long *no_mid;

/**
 * xen_p2m_list_add - note where a page of the list is
 * @pfn: the first page that it is for
 * @leaf_mfn: its machine frame
 * @spare: a free page, NULL when it is used up
 *
 * Context: p2m.c's lock is held, or at boot.
 */
void xen_p2m_list_add(unsigned long pfn, unsigned long leaf_mfn, unsigned long **spare)
{
	unsigned long slot = pfn / PFNS_PER_MID;

	if (!top_mfns || slot >= FANOUT)
		return;
	if (!top_mids[slot]) {
		copy_page(*spare, no_mid);
		top_mids[slot] = *spare;
		*spare = NULL;
	}
	top_mids[slot][pfn / P2M_PER_PAGE % FANOUT] = leaf_mfn;
	top_mfns[slot] = virt_to_mfn(top_mids[slot]);
}

static unsigned long *__init xen_p2m_list_page(void)
{
	void *page = memblock_alloc(PAGE_SIZE, PAGE_SIZE);

	if (!page)
		panic("No memory for the tree of frames with the list of frames");
	return page;
}

/**
 * xen_build_mfn_list_list - write the tree
 *
 * Context: boot, and after a restore on another host, when all frames are others. Then
 * there are pages for all of it, and other CPUs are stopped.
 */
void __ref xen_build_mfn_list_list(void)
{
	unsigned long pfn, leaf, *spare;

	if (xen_start_info->flags & SIF_VIRT_P2M_4TOOLS)
		return;
	if (!top_mfns) {
		if (system_state != SYSTEM_BOOTING)
			return;
		top_mfns = xen_p2m_list_page();
		no_mid = xen_p2m_list_page();
	}
	memset_l(no_mid, xen_p2m_missing_frame(), FANOUT);
	memset_l(top_mfns, virt_to_mfn(no_mid), FANOUT);
	for (pfn = 0; pfn < min(xen_max_p2m_pfn, FANOUT * PFNS_PER_MID); pfn += P2M_PER_PAGE) {
		leaf = xen_p2m_leaf_frame(pfn);
		if (!leaf) {
			pfn += PFNS_PER_MID - P2M_PER_PAGE;
			continue;
		}
		spare = top_mids[pfn / PFNS_PER_MID] ? NULL : xen_p2m_list_page();
		xen_p2m_list_add(pfn, leaf, &spare);
	}
}

/**
 * xen_setup_mfn_list_list - tell Xen's tools where list and tree are
 *
 * Context: boot, and after a restore.
 */
void xen_setup_mfn_list_list(void)
{
	WARN_ON(HYPERVISOR_shared_info == &xen_dummy_shared_info);
	xen_p2m_tell(top_mfns ? virt_to_mfn(top_mfns) : ~0UL);
}

#ifdef CONFIG_VMCORE_INFO
/**
 * paddr_vmcoreinfo_note - where the kernel's note about itself is in the machine
 *
 * Whoever reads a dump of the host has no list of machine frames yet.
 */
phys_addr_t paddr_vmcoreinfo_note(void)
{
	return xen_pv_domain() ? virt_to_machine(vmcoreinfo_note).maddr : __pa(vmcoreinfo_note);
}
#endif
