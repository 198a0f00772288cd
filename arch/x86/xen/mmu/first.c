// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first page tables: from Xen's to the kernel's own.
 *
 * Xen starts the domain on tables that map its image, at the address that it is linked
 * for, and what Xen put behind it. The kernel has tables in its image, too, with frames
 * of its own numbering and a place where all memory is to be seen. They get machine
 * frames, and Xen's L2 table of the image in both places; then they are the ones in use,
 * and what follows at boot works as it does on bare hardware.
 *
 * Until then only addresses of the image work, so there is no __va() here.
 *
 * Floor F1. xen_start_kernel() calls it, and pv_ops when the kernel's memory is mapped.
 */
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/pgtable.h>

#include <asm/paravirt.h>
#include <asm/setup.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/page.h>
#include <xen/interface/memory.h>
#include <xen/xen.h>

#include "../boot/boot.h"
#include "../kasan.h"
#include "mmu.h"
#include "p2m.h"
#include "table.h"

/* What of Xen's page tables goes on to be in use: addresses and bytes. */
static phys_addr_t kept_tables __initdata;
static phys_addr_t kept_size __initdata;

/**
 * xen_setup_machphys_mapping - find Xen's table of whose page a machine frame is
 */
void __init xen_setup_machphys_mapping(void)
{
	struct xen_machphys_mapping mapping;

	machine_to_phys_nr = MACH2PHYS_NR_ENTRIES;
	if (HYPERVISOR_memory_op(XENMEM_machphys_mapping, &mapping))
		return;
	machine_to_phys_mapping = (unsigned long *)mapping.v_start;
	machine_to_phys_nr = mapping.max_mfn + 1;
}

/* A page of the image, by the address that it is linked for. */
static void __init xen_first_protect(void *page, pgprot_t prot, unsigned long flush)
{
	int error = HYPERVISOR_update_va_mapping((unsigned long)page,
						 pfn_pte(PFN_DOWN(__pa(page)), prot), flush);

	if (error)
		panic("Xen does not change the mapping of %p: %d", page, error);
}

static void __init xen_first_translate(void *table)
{
	unsigned long *entry = table;
	int i;

	for (i = 0; i < PTRS_PER_PTE; i++)
		entry[i] = xen_entry_make(entry[i]);
}

static void *__init xen_first_table_of(unsigned long entry)
{
	unsigned long mfn = (entry & XEN_PTE_MFN_MASK) >> PAGE_SHIFT;

	return (void *)(__START_KERNEL_map + PFN_PHYS(mfn_to_pfn(mfn)));
}

/*
 * The image is mapped by the same L1 tables in both places. Where all memory is seen it
 * is not to be executed.
 */
static void __init xen_first_take_image(const void *image)
{
	unsigned long *all = (unsigned long *)level2_ident_pgt;
	int i;

	copy_page(level2_kernel_pgt, (void *)image);
	copy_page(level2_ident_pgt, (void *)image);
	for (i = 0; i < PTRS_PER_PMD; i++)
		if (all[i])
			all[i] |= _PAGE_NX & __supported_pte_mask;
}

/* What is now in the image's tables may not be writable any more. */
static void __init xen_first_make_readonly(void)
{
	void *const tables[] = {
		init_top_pgt, level3_ident_pgt, level3_kernel_pgt,
		level2_ident_pgt, level2_kernel_pgt, level2_fixmap_pgt,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		xen_first_protect(tables[i], PAGE_KERNEL_RO, UVMF_NONE);
	for (i = 0; i < FIXMAP_PMD_NUM; i++)
		xen_first_protect(level1_fixmap_pgt + i * PTRS_PER_PTE, PAGE_KERNEL_RO,
				  UVMF_NONE);
}

/*
 * The three tables that nothing uses any more are memory if they are at either end of
 * what Xen made; in Dom0 that is the case for the top level only.
 */
static void __init xen_first_keep_rest(void *const old[], int count)
{
	unsigned long first = PFN_DOWN(__pa(xen_start_info->pt_base));
	unsigned long end = first + xen_start_info->nr_pt_frames;
	unsigned long pfn;
	int i;

	for (i = 0; i < count; i++) {
		pfn = PFN_DOWN(__pa(old[i]));
		if (pfn != first && pfn != end - 1)
			continue;
		xen_first_protect(old[i], PAGE_KERNEL, UVMF_INVLPG);
		clear_page(old[i]);
		if (pfn == first)
			first++;
		else
			end--;
	}
	kept_tables = PFN_PHYS(first);
	kept_size = PFN_PHYS(end - first);
	memblock_reserve(kept_tables, kept_size);
}

/**
 * xen_setup_kernel_pagetable - use the kernel's own page tables
 * @pgd: the top level of those that Xen made
 * @max_pfn: how many pages the domain has
 *
 * Context: xen_start_kernel(), with interrupts off.
 */
void __init xen_setup_kernel_pagetable(pgd_t *pgd, unsigned long max_pfn)
{
	unsigned long *top = (unsigned long *)pgd;
	unsigned long list = xen_start_info->mfn_list;
	unsigned long *l3 = xen_first_table_of(top[pgd_index(__START_KERNEL_map)]);
	unsigned long *l2 = xen_first_table_of(l3[pud_index(__START_KERNEL_map)]);
	void *const old[] = { pgd, l3, l2 };
	int slot = pgd_index(list);

	/* Behind the last page of the image's mapping there are some that have no number. */
	max_pfn_mapped = list < __START_KERNEL_map ? xen_start_info->first_p2m_pfn :
						     PFN_DOWN(__pa(list));

	init_top_pgt[0] = (pgd_t){};
	xen_first_translate(init_top_pgt);
	xen_first_translate(level3_ident_pgt);
	xen_first_translate(level3_kernel_pgt);
	xen_first_translate(level2_fixmap_pgt);
	xen_first_take_image(l2);
	/* The list of frames may be mapped where no other page is. */
	if (slot && slot < pgd_index(__START_KERNEL_map))
		init_top_pgt[slot] = pgd[slot];
	xen_kasan_keep_shadow(init_top_pgt, pgd);

	xen_first_make_readonly();
	xen_table_pin(MMUEXT_PIN_L4_TABLE, PFN_DOWN(__pa_symbol(init_top_pgt)));
	xen_table_pin(MMUEXT_UNPIN_TABLE, PFN_DOWN(__pa(pgd)));
	write_cr3(__pa(init_top_pgt));
	xen_user_pin_vsyscall();

	xen_first_keep_rest(old, ARRAY_SIZE(old));
	xen_start_info = __va(__pa(xen_start_info));
}

/**
 * xen_reserve_special_pages - keep the pages that Xen shares with the domain
 */
void __init xen_reserve_special_pages(void)
{
	unsigned long store = xen_start_info->store_mfn;
	unsigned long console = xen_initial_domain() ? 0 : xen_start_info->console.domU.mfn;

	memblock_reserve(__pa(xen_start_info), PAGE_SIZE);
	if (store)
		memblock_reserve(PFN_PHYS(mfn_to_pfn(store)), PAGE_SIZE);
	if (console)
		memblock_reserve(PFN_PHYS(mfn_to_pfn(console)), PAGE_SIZE);
}

/**
 * xen_pt_check_e820 - end if the first page tables are where the host has no RAM
 */
void __init xen_pt_check_e820(void)
{
	xen_chk_is_e820_usable(kept_tables, kept_size, "page table");
}

/**
 * set_pte_mfn - map a machine frame at an address that has page tables
 * @vaddr: the address
 * @mfn: the frame
 * @flags: how
 */
void __init set_pte_mfn(unsigned long vaddr, unsigned long mfn, pgprot_t flags)
{
	int error = HYPERVISOR_update_va_mapping(vaddr, mfn_pte(mfn, flags), UVMF_INVLPG);

	if (error)
		panic("Xen does not map machine frame %#lx at %#lx: %d", mfn, vaddr, error);
}

/*
 * The kernel has mapped its memory. Now it gets a list of frames of its own, and what was
 * only used by Xen's is memory again.
 */
static void __init xen_first_memory_is_mapped(void)
{
	xen_entry_late_ops();
	paging_init();

	xen_vmalloc_p2m_tree();
	xen_leftover_free();
	xen_build_mfn_list_list();
	xen_remap_memory();
	xen_setup_mfn_list_list();
}

/**
 * xen_init_mmu_ops - take over page tables
 *
 * Context: xen_start_kernel(), before the first entry is made.
 */
void __init xen_init_mmu_ops(void)
{
	x86_init.paging.pagetable_init = xen_first_memory_is_mapped;
	x86_init.hyper.init_after_bootmem = xen_pin_mark_kernel;
	xen_entry_init_ops();
	xen_table_init_ops();
	xen_user_init_ops();
	xen_space_init_ops();
	xen_cr3_init_ops();
	xen_tlb_init_ops();
	xen_fixmap_init_ops();
}
