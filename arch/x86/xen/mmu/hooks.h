/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the kernel's memory management has to know of cheap ways to change page tables.
 *
 * Files of mm/ and arch/x86/mm/ include this behind all else: what they call from here on
 * goes to cheap.c first, which may leave it to the kernel's own function.
 *
 * Floor F1. The hooks of patches/ include it by its path below the kernel source.
 */
#ifndef XENIFY_MMU_HOOKS_H
#define XENIFY_MMU_HOOKS_H

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <asm/pgalloc.h>

#if defined(CONFIG_XEN_PV) && !defined(CONFIG_XENIFY_UPSTREAM_ARCH)
#include "cheap.h"

static inline void xen_hook_set_ptes(struct mm_struct *mm, unsigned long address, pte_t *ptep,
				     pte_t pte, unsigned int count)
{
	if (static_branch_unlikely(&xen_cheap_here) && count == 1 &&
	    xen_cheap_set(mm, address, ptep, pte))
		return;
	set_ptes(mm, address, ptep, pte, count);
}

#define set_ptes xen_hook_set_ptes

static inline int xen_hook_set_access_flags(struct vm_area_struct *vma, unsigned long address,
					    pte_t *ptep, pte_t pte, int dirty)
{
	if (static_branch_unlikely(&xen_cheap_here) && dirty && !pte_same(*ptep, pte) &&
	    xen_cheap_set(vma->vm_mm, address, ptep, pte))
		return 1;
	return ptep_set_access_flags(vma, address, ptep, pte, dirty);
}

#define ptep_set_access_flags xen_hook_set_access_flags

/* Of a page that was copied: set_pte_at() puts the copy in the place of what is there. */
static inline void xen_hook_clear_flush(struct vm_area_struct *vma, unsigned long address,
					pte_t *ptep)
{
	if (static_branch_unlikely(&xen_cheap_cow) && xen_cheap_may_replace(vma->vm_mm, ptep))
		return;
	ptep_clear_flush(vma, address, ptep);
}

#define ptep_clear_flush xen_hook_clear_flush

static inline void xen_hook_wrprotect_ptes(struct mm_struct *mm, unsigned long address,
					   pte_t *ptep, unsigned int count)
{
	if (static_branch_unlikely(&xen_cheap_wrprotect) && xen_cheap_set_wrprotect(ptep, count))
		return;
	wrprotect_ptes(mm, address, ptep, count);
}

#define wrprotect_ptes xen_hook_wrprotect_ptes

static inline void xen_hook_clear_full_ptes(struct mm_struct *mm, unsigned long address,
					    pte_t *ptep, unsigned int count, int full)
{
	if (static_branch_unlikely(&xen_cheap_zap) && xen_cheap_clear(mm, ptep, count))
		return;
	clear_full_ptes(mm, address, ptep, count, full);
}

#define clear_full_ptes xen_hook_clear_full_ptes

static inline pte_t xen_hook_get_and_clear_full_ptes(struct mm_struct *mm, unsigned long address,
						     pte_t *ptep, unsigned int count, int full)
{
	pte_t had;

	if (static_branch_unlikely(&xen_cheap_zap) &&
	    xen_cheap_get_and_clear(mm, ptep, count, full, &had))
		return had;
	return get_and_clear_full_ptes(mm, address, ptep, count, full);
}

#define get_and_clear_full_ptes xen_hook_get_and_clear_full_ptes

static inline pte_t xen_hook_get_and_clear_full(struct mm_struct *mm, unsigned long address,
						pte_t *ptep, int full)
{
	pte_t had;

	if (static_branch_unlikely(&xen_cheap_zap) &&
	    xen_cheap_get_and_clear(mm, ptep, 1, full, &had))
		return had;
	return ptep_get_and_clear_full(mm, address, ptep, full);
}

#define ptep_get_and_clear_full xen_hook_get_and_clear_full

static inline pgtable_t xen_hook_pte_alloc_one(struct mm_struct *mm)
{
	pgtable_t table = NULL;

	if (static_branch_unlikely(&xen_cheap_typed))
		table = xen_typed_take(mm);
	if (!table)
		table = pte_alloc_one(mm);
	if (IS_ENABLED(CONFIG_LOCKDEP) && table)
		xen_typed_set_class(table);
	return table;
}

#define pte_alloc_one xen_hook_pte_alloc_one

/* Of a table that another one was faster than. */
static inline void xen_hook_pte_free(struct mm_struct *mm, pgtable_t table)
{
	if (static_branch_unlikely(&xen_cheap_typed) && PagePinned(table))
		xen_typed_give_back(table);
	else
		pte_free(mm, table);
}

#define pte_free xen_hook_pte_free

/* An upper table of a process gets its mirror before a lock is taken. */
static inline bool xen_hook_is_mirrored(struct mm_struct *mm)
{
	return static_branch_unlikely(&xen_cheap_mirror) && mm != &init_mm;
}

static inline pmd_t *xen_hook_pmd_alloc_one(struct mm_struct *mm, unsigned long address)
{
	pmd_t *table = pmd_alloc_one(mm, address);

	if (!table || !xen_hook_is_mirrored(mm) || xen_mirror_add(table, XEN_L2))
		return table;
	pmd_free(mm, table);
	return NULL;
}

#undef pmd_alloc_one
#define pmd_alloc_one xen_hook_pmd_alloc_one

static inline void xen_hook_pmd_free(struct mm_struct *mm, pmd_t *table)
{
	if (xen_hook_is_mirrored(mm))
		xen_mirror_remove(virt_to_page(table), XEN_L2);
	pmd_free(mm, table);
}

#define pmd_free xen_hook_pmd_free

static inline pud_t *xen_hook_pud_alloc_one(struct mm_struct *mm, unsigned long address)
{
	pud_t *table = pud_alloc_one(mm, address);

	if (!table || !xen_hook_is_mirrored(mm) || xen_mirror_add(table, XEN_L3))
		return table;
	pud_free(mm, table);
	return NULL;
}

#undef pud_alloc_one
#define pud_alloc_one xen_hook_pud_alloc_one

static inline void xen_hook_pud_free(struct mm_struct *mm, pud_t *table)
{
	if (xen_hook_is_mirrored(mm))
		xen_mirror_remove(virt_to_page(table), XEN_L3);
	pud_free(mm, table);
}

#define pud_free xen_hook_pud_free

/* Of an entry that is present before and after. */
static inline pte_t xen_hook_pte_modify(pte_t pte, pgprot_t prot)
{
	pteval_t old = native_pte_val(pte), new;
	pte_t result;

	if (!static_branch_unlikely(&xen_cheap_modify) ||
	    !(old & pgprot_val(prot) & _PAGE_PRESENT))
		return pte_modify(pte, prot);
	new = (old & _PAGE_CHG_MASK) | (check_pgprot(prot) & ~_PAGE_CHG_MASK);
	result = native_make_pte(new);
	return old & _PAGE_RW ? pte_mksaveddirty(result) : pte_clear_saveddirty(result);
}

#define pte_modify xen_hook_pte_modify

/* Of the process that is loaded. Return: whether the range has been flushed. */
static inline bool xen_hook_flush_range(unsigned long start, unsigned long end,
					unsigned int shift)
{
	if (!static_branch_unlikely(&xen_cheap_flush))
		return false;
	xen_tlb_flush_range(start, end, shift);
	return true;
}

/* Around the loop that maps pages of a file near to one that was asked for. */
static inline void xen_hook_map_around(bool begin)
{
	if (!static_branch_unlikely(&xen_cheap_around))
		return;
	if (begin)
		arch_enter_lazy_mmu_mode();
	else
		arch_leave_lazy_mmu_mode();
}
#else
static inline void xen_hook_map_around(bool begin) {}

static inline bool xen_hook_flush_range(unsigned long start, unsigned long end,
					unsigned int shift)
{
	return false;
}
#endif

#endif
