/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cheap ways to change page tables: their switches, off on bare hardware, and what hooks.h
 * calls of them. Floor F1. Included by mmu/, too.
 */
#ifndef XENIFY_ARCH_CHEAP_H
#define XENIFY_ARCH_CHEAP_H

#include <linux/jump_label.h>
#include <linux/mm.h>

/* The levels as Xen counts them: L1 tables have the PTEs. */
enum xen_level {
	XEN_L1 = 1,
	XEN_L2,
	XEN_L3,
	XEN_L4,
};

DECLARE_STATIC_KEY_FALSE(xen_cheap_direct);
DECLARE_STATIC_KEY_FALSE(xen_cheap_here);
DECLARE_STATIC_KEY_FALSE(xen_cheap_cow);
DECLARE_STATIC_KEY_FALSE(xen_cheap_around);
DECLARE_STATIC_KEY_FALSE(xen_cheap_wrprotect);
DECLARE_STATIC_KEY_FALSE(xen_cheap_zap);
DECLARE_STATIC_KEY_FALSE(xen_cheap_mirror);
DECLARE_STATIC_KEY_FALSE(xen_cheap_typed);
DECLARE_STATIC_KEY_FALSE(xen_cheap_modify);
DECLARE_STATIC_KEY_FALSE(xen_cheap_flush);

bool xen_cheap_set(struct mm_struct *mm, unsigned long address, pte_t *ptep, pte_t pte);
bool xen_cheap_may_replace(struct mm_struct *mm, pte_t *ptep);
bool xen_cheap_set_wrprotect(pte_t *ptep, unsigned int count);
bool xen_cheap_clear(struct mm_struct *mm, pte_t *ptep, unsigned int count);
bool xen_cheap_get_and_clear(struct mm_struct *mm, pte_t *ptep, unsigned int count, bool alone,
			     pte_t *had);

/* tlb.c */
void xen_tlb_flush_range(unsigned long start, unsigned long end, unsigned int shift);

/* mirror.c */
bool xen_mirror_add(void *table, enum xen_level level);
void xen_mirror_remove(struct page *page, enum xen_level level);

/* typed.c */
struct page *xen_typed_take(struct mm_struct *mm);
void xen_typed_give_back(struct page *page);
void xen_typed_set_class(struct page *page);

#endif
