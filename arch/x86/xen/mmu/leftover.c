// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is left of Xen's own mappings when the kernel needs them no more.
 *
 * Xen put a list of the domain's frames and page tables behind the image, or the list
 * with tables of its own at an address that the kernel asked for. Both are memory again
 * when the kernel has a list of its own.
 *
 * Floor F1. Called by first.c.
 */
#include <linux/memblock.h>
#include <linux/pgtable.h>

#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/page.h>

#include "table.h"

/*
 * Unmap what lies behind the kernel at the addresses that it is linked for. The last
 * L2 entry goes as well: who still uses such an address is to be found here.
 */
static void __init xen_leftover_unmap_image(unsigned long from, unsigned long to)
{
	unsigned long kernel_end = roundup((unsigned long)_brk_end, PMD_SIZE) - 1;
	pmd_t *pmd = level2_kernel_pgt + pmd_index(from);

	for (; from <= to && pmd < level2_kernel_pgt + PTRS_PER_PMD; pmd++, from += PMD_SIZE)
		if (pmd_val_ma(*pmd) && (from < (unsigned long)_text || from > kernel_end))
			set_pmd(pmd, (pmd_t){});
}

static void __init xen_leftover_give_back(phys_addr_t address, unsigned long size)
{
	unsigned long done;

	for (done = 0; done < size; done += PAGE_SIZE)
		make_lowmem_page_readwrite(__va(address + done));
	memblock_phys_free(address, size);
}

/*
 * An entry goes with all that is below it. Xen's own tables are pinned by none but L4.
 * Dom0's list may be mapped by large pages.
 */
static void __init xen_leftover_drop(unsigned long *entry, enum xen_level of, bool pinned)
{
	phys_addr_t below = xen_entry_val(*entry) & PTE_PFN_MASK;
	unsigned long *lower = __va(below);
	int i;

	if (of == XEN_L1 || *entry & _PAGE_PSE) {
		xen_leftover_give_back(below, PAGE_SIZE << ((PMD_SHIFT - PAGE_SHIFT) * (of - 1)));
		return;
	}
	for (i = 0; i < PTRS_PER_PTE; i++)
		if (lower[i] & _PAGE_PRESENT)
			xen_leftover_drop(&lower[i], of - 1, pinned);
	xen_entry_write(entry, 0);
	if (pinned)
		xen_table_pin(MMUEXT_UNPIN_TABLE, PFN_DOWN(below));
	xen_leftover_give_back(below, PAGE_SIZE);
}

static void __init xen_leftover_free_list(void)
{
	unsigned long list = xen_start_info->mfn_list;
	unsigned long size = PAGE_ALIGN(xen_start_info->nr_pages * sizeof(unsigned long));
	unsigned long *entry = (unsigned long *)pgd_offset_k(list);

	if (list >= __START_KERNEL_map) {
		xen_leftover_unmap_image(list, list + roundup(size, PMD_SIZE));
		memblock_free((void *)list, size);
	} else if (*entry & _PAGE_PRESENT) {
		/* Tables that the kernel moved the list to it has pinned itself. */
		xen_leftover_drop(entry, XEN_L4, list == 2 * PGDIR_SIZE);
	}
}

/**
 * xen_leftover_free - give back what Xen had mapped
 *
 * Context: boot, when the kernel has its own list of frames. Page tables stay, as they
 * map the kernel, but not at the addresses that it is linked for. Xen has mapped up to
 * 4 MiB more than it needed.
 */
void __init xen_leftover_free(void)
{
	unsigned long tables = xen_start_info->pt_base;
	unsigned long end = tables + PFN_PHYS(xen_start_info->nr_pt_frames);

	xen_leftover_free_list();
	xen_leftover_unmap_image(tables, roundup(end, 2 * PMD_SIZE));
	xen_start_info->pt_base = (unsigned long)__va(__pa(tables));
	xen_start_info->mfn_list = (unsigned long)xen_p2m_addr;
}
