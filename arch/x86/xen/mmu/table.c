// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that become page tables, and pages again.
 *
 * Xen takes a page for a table only if no mapping of it is writable. What is put into a
 * table that is in use has to be one at once; what belongs to a process that has not run
 * yet stays ordinary memory, and pin.c makes tables of all of it later.
 *
 * An L1 table is pinned: it stays a table, be it in use or not, so that its entries can
 * be written while its lock alone is held. The upper ones are tables for as long as
 * others refer to them.
 *
 * Floor F1. Called by pv_ops when the kernel allocates and frees tables, and at boot for
 * those that are part of the kernel.
 */
#include <linux/kernel.h>
#include <linux/page-flags.h>

#include <asm/paravirt.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include "../kasan.h"
#include "batch.h"
#include "cheap.h"
#include "check.h"
#include "mirror.h"
#include "table.h"

/* Set when every page has a struct, whose flags tell what is a table. */
DEFINE_STATIC_KEY_FALSE(xen_table_has_pages);

/* If the address is mapped at all; where a table lies, that need not be the case early. */
static void xen_table_remap(void *address, bool writable)
{
	unsigned int level;
	pte_t *ptep = lookup_address((unsigned long)address, &level);
	int error;

	if (!ptep)
		return;
	error = HYPERVISOR_update_va_mapping((unsigned long)address,
					     writable ? pte_mkwrite_novma(*ptep) :
							pte_wrprotect(*ptep), UVMF_NONE);
	if (error)
		panic("Xen does not map %p as %s: %d", address,
		      writable ? "writable" : "read-only", error);
}

/**
 * make_lowmem_page_readonly - make a page of the kernel's own mapping read-only
 * @vaddr: its address
 *
 * For what Xen wants to be alone with: page tables and descriptor tables.
 */
void make_lowmem_page_readonly(void *vaddr)
{
	xen_table_remap(vaddr, false);
}

/**
 * make_lowmem_page_readwrite - make such a page writable again
 * @vaddr: its address
 */
void make_lowmem_page_readwrite(void *vaddr)
{
	xen_table_remap(vaddr, true);
}

/**
 * xen_table_pin - pin a page as a table or unpin it, at once
 * @cmd: MMUEXT_PIN_L1_TABLE to MMUEXT_PIN_L4_TABLE or MMUEXT_UNPIN_TABLE
 * @pfn: the page
 *
 * Context: boot. A refusal is the end of it.
 */
void xen_table_pin(unsigned int cmd, unsigned long pfn)
{
	struct mmuext_op op = { .cmd = cmd, .arg1.mfn = pfn_to_mfn(pfn) };
	int error = HYPERVISOR_mmuext_op(&op, 1, NULL, DOMID_SELF);

	if (error)
		panic("Xen does not take page %#lx as a page table (command %u): %d", pfn, cmd,
		      error);
}

/* As yet all tables are the kernel's own, and in use. */
static void xen_table_alloc_early(unsigned long pfn, enum xen_level level)
{
	make_lowmem_page_readonly(__va(PFN_PHYS(pfn)));
	if (level == XEN_L1)
		xen_table_pin(MMUEXT_PIN_L1_TABLE, pfn);
}

static void xen_table_alloc(struct mm_struct *mm, unsigned long pfn, enum xen_level level)
{
	/* They are tables already, and stay some. */
	if (xen_kasan_is_table(pfn))
		return;
	if (!static_branch_likely(&xen_table_has_pages)) {
		xen_table_alloc_early(pfn, level);
		return;
	}
	if (!xen_table_is_pinned(mm->pgd) || TestSetPagePinned(pfn_to_page(pfn)))
		return;
	/* Xen has its mirror, which hooks.h gave to it. */
	if (xen_mirror_of(pfn_to_page(pfn)))
		return;
	xen_mc_batch();
	xen_batch_protect(pfn, PAGE_KERNEL_RO);
	if (level == XEN_L1 && IS_ENABLED(CONFIG_SPLIT_PTE_PTLOCKS))
		xen_batch_ext(MMUEXT_PIN_L1_TABLE)->arg1.mfn = pfn_to_mfn(pfn);
	xen_mc_issue(XEN_LAZY_MMU);
}

static void xen_table_alloc_pte(struct mm_struct *mm, unsigned long pfn)
{
	xen_table_alloc(mm, pfn, XEN_L1);
}

static void xen_table_alloc_pmd(struct mm_struct *mm, unsigned long pfn)
{
	xen_table_alloc(mm, pfn, XEN_L2);
}

static void xen_table_alloc_pud(struct mm_struct *mm, unsigned long pfn)
{
	xen_table_alloc(mm, pfn, XEN_L3);
}

static void xen_table_release_early(unsigned long pfn, enum xen_level level)
{
	if (level == XEN_L1)
		xen_table_pin(MMUEXT_UNPIN_TABLE, pfn);
	make_lowmem_page_readwrite(__va(PFN_PHYS(pfn)));
}

/**
 * xen_table_release - make a page of a table
 * @pfn: the table, which no entry names any more
 * @level: its level
 *
 * The page may be anything the moment this returns, so it doesn't stay in a batch.
 */
void xen_table_release(unsigned long pfn, enum xen_level level)
{
	if (!static_branch_likely(&xen_table_has_pages)) {
		xen_table_release_early(pfn, level);
		return;
	}
	if (xen_mirror_of(pfn_to_page(pfn))) {
		xen_mirror_remove(pfn_to_page(pfn), level);
		return;
	}
	if (!TestClearPagePinned(pfn_to_page(pfn)))
		return;
	xen_mc_batch();
	if (level == XEN_L1 && IS_ENABLED(CONFIG_SPLIT_PTE_PTLOCKS))
		xen_batch_ext(MMUEXT_UNPIN_TABLE)->arg1.mfn = pfn_to_mfn(pfn);
	xen_batch_protect(pfn, PAGE_KERNEL);
	xen_mc_issue(0);
	xen_check_memory(pfn_to_page(pfn));
}

static void xen_table_release_pte(unsigned long pfn)
{
	/* Its process' are dealt with when they are freed: see xen_typed_remove(). */
	if (!static_branch_likely(&xen_cheap_typed))
		xen_table_release(pfn, XEN_L1);
}

static void xen_table_release_pmd(unsigned long pfn)
{
	xen_table_release(pfn, XEN_L2);
}

static void xen_table_release_pud(unsigned long pfn)
{
	xen_table_release(pfn, XEN_L3);
}

/**
 * xen_table_init_ops - take over the allocation of page tables
 *
 * Context: xen_start_kernel().
 */
void __init xen_table_init_ops(void)
{
	pv_ops.mmu.alloc_pte = xen_table_alloc_pte;
	pv_ops.mmu.alloc_pmd = xen_table_alloc_pmd;
	pv_ops.mmu.alloc_pud = xen_table_alloc_pud;
	pv_ops.mmu.release_pte = xen_table_release_pte;
	pv_ops.mmu.release_pmd = xen_table_release_pmd;
	pv_ops.mmu.release_pud = xen_table_release_pud;
}
