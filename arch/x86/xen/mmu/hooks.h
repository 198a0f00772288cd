/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the kernel's memory management has to know of cheap ways to change page tables.
 *
 * mm/memory.c and mm/filemap.c include this behind all else: what they call from here on
 * goes to cheap.c first, which may leave it to the kernel's own function.
 *
 * Floor F1. The hooks of patches/ include it by its path below the kernel source.
 */
#ifndef XENIFY_MMU_HOOKS_H
#define XENIFY_MMU_HOOKS_H

#include <linux/mm.h>
#include <linux/pgtable.h>

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
	if (static_branch_unlikely(&xen_cheap_zap) && xen_cheap_clear(ptep, count))
		return;
	clear_full_ptes(mm, address, ptep, count, full);
}

#define clear_full_ptes xen_hook_clear_full_ptes

static inline pte_t xen_hook_get_and_clear_full_ptes(struct mm_struct *mm, unsigned long address,
						     pte_t *ptep, unsigned int count, int full)
{
	pte_t had;

	if (static_branch_unlikely(&xen_cheap_zap) &&
	    xen_cheap_get_and_clear(mm, ptep, count, &had))
		return had;
	return get_and_clear_full_ptes(mm, address, ptep, count, full);
}

#define get_and_clear_full_ptes xen_hook_get_and_clear_full_ptes

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
#endif

#endif
