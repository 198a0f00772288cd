// SPDX-License-Identifier: GPL-2.0-only
/*
 * Xen's list of machine frames lies where the host has no RAM: it moves.
 *
 * Dom0's memory is to be where the host has RAM, and what Xen has put elsewhere moves
 * before that is done. The new place gets the list and tables that map it, all in one
 * piece: tables of each level, the highest first, and the list behind them.
 *
 * Little is mapped so early. Tables are filled and read in windows of early_memremap().
 *
 * Floor F1. Called by the code that makes the memory map.
 */
#include <linux/memblock.h>
#include <linux/pgtable.h>

#include <asm/early_ioremap.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/page.h>

#include "../boot/boot.h"
#include "mmu.h"
#include "table.h"

/* The second slot of the top level; Xen used the first, if it did as it was asked. */
#define NEW_SLOT	2

/* Pages that follow each other. */
struct relocate_run {
	unsigned long pfn;
	unsigned long count;
};

/* Fills tables, each with the next 512 pages of the level below, and pins them. */
static void __init xen_relocate_fill(const struct relocate_run *tables,
				     const struct relocate_run *below, pgprot_t prot,
				     unsigned int pin)
{
	unsigned long table, i, n;
	unsigned long *entries;

	for (table = 0; table < tables->count; table++) {
		entries = early_memremap(PFN_PHYS(tables->pfn + table), PAGE_SIZE);
		for (i = 0; i < PTRS_PER_PTE; i++) {
			n = table * PTRS_PER_PTE + i;
			entries[i] = n < below->count ?
				     pte_val_ma(pfn_pte(below->pfn + n, prot)) : 0;
		}
		early_memunmap(entries, PAGE_SIZE);
		make_lowmem_page_readonly(__va(PFN_PHYS(tables->pfn + table)));
		xen_table_pin(pin, tables->pfn + table);
	}
}

static unsigned long __init xen_relocate_read(phys_addr_t address)
{
	unsigned long *window = early_memremap_ro(address, sizeof(*window));
	unsigned long entry = *window;

	early_memunmap(window, sizeof(*window));
	return entry;
}

/* A large page need not be aligned to its size: the machine's is. */
static phys_addr_t __init xen_relocate_phys(unsigned long address)
{
	phys_addr_t table = read_cr3_pa();
	unsigned int shift = PGDIR_SHIFT;
	unsigned long entry;

	for (;; shift -= PMD_SHIFT - PAGE_SHIFT) {
		entry = xen_relocate_read(table + (address >> shift) % PTRS_PER_PTE *
					  sizeof(entry));
		if (!(entry & _PAGE_PRESENT))
			panic("Xen's list of machine frames is not mapped at %#lx", address);
		table = xen_entry_val(entry) & PTE_PFN_MASK;
		if (shift == PAGE_SHIFT || entry & _PAGE_PSE)
			return table + (address & (BIT(shift) - 1));
	}
}

/*
 * The list's pages are writable, and free as they are; those that mapped it, where it
 * had a place of its own, lie around it and become writable now.
 */
static void __init xen_relocate_free_old(struct relocate_run list)
{
	struct relocate_run old = list;
	unsigned long pfn;

	if (xen_start_info->mfn_list < __START_KERNEL_map) {
		old.pfn = xen_start_info->first_p2m_pfn;
		old.count = xen_start_info->nr_p2m_frames;
		set_pgd((pgd_t *)__va(read_cr3_pa()) + pgd_index(xen_start_info->mfn_list),
			(pgd_t){});
	}
	memblock_phys_free(PFN_PHYS(old.pfn), PFN_PHYS(old.count));
	for (pfn = old.pfn; pfn < old.pfn + old.count; pfn++)
		if (pfn < list.pfn || pfn >= list.pfn + list.count)
			make_lowmem_page_readwrite(__va(PFN_PHYS(pfn)));
}

/**
 * xen_relocate_p2m - move Xen's list of machine frames to where there is RAM
 *
 * Context: boot, when the memory map is made.
 */
void __init xen_relocate_p2m(void)
{
	unsigned long size = PAGE_ALIGN(xen_start_info->nr_pages * sizeof(unsigned long));
	struct relocate_run l3 = { .count = DIV_ROUND_UP(size, PGDIR_SIZE) };
	struct relocate_run l2 = { .count = DIV_ROUND_UP(size, PUD_SIZE) };
	struct relocate_run l1 = { .count = DIV_ROUND_UP(size, PMD_SIZE) };
	struct relocate_run list = { .count = PFN_DOWN(size) };
	unsigned long all = l3.count + l2.count + l1.count + list.count;
	struct relocate_run old = list;
	unsigned long *new_list = (unsigned long *)(NEW_SLOT * PGDIR_SIZE);
	pgd_t *top = __va(read_cr3_pa());
	unsigned long i;

	l3.pfn = PFN_DOWN(xen_find_free_area(PFN_PHYS(all)));
	if (!l3.pfn)
		panic("The host's memory map has no room for the list of machine frames");
	l2.pfn = l3.pfn + l3.count;
	l1.pfn = l2.pfn + l2.count;
	list.pfn = l1.pfn + l1.count;

	xen_relocate_fill(&l1, &list, PAGE_KERNEL, MMUEXT_PIN_L1_TABLE);
	xen_relocate_fill(&l2, &l1, __pgprot(_PAGE_TABLE), MMUEXT_PIN_L2_TABLE);
	xen_relocate_fill(&l3, &l2, __pgprot(_PAGE_TABLE), MMUEXT_PIN_L3_TABLE);
	for (i = 0; i < l3.count; i++)
		set_pgd(top + NEW_SLOT + i, __pgd(PFN_PHYS(l3.pfn + i) | _PAGE_TABLE));
	memcpy(new_list, xen_p2m_addr, size);
	xen_p2m_addr = new_list;

	old.pfn = PFN_DOWN(xen_relocate_phys(xen_start_info->mfn_list));
	xen_relocate_free_old(old);
	xen_start_info->mfn_list = (unsigned long)new_list;
	xen_start_info->first_p2m_pfn = l3.pfn;
	xen_start_info->nr_p2m_frames = all;
}
