/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cheap ways to change page tables: their switches, off on bare hardware, and what cheap.c
 * does. Floor F1. Included by mmu/ and by hooks.h.
 */
#ifndef XENIFY_ARCH_CHEAP_H
#define XENIFY_ARCH_CHEAP_H

#include <linux/jump_label.h>
#include <linux/mm.h>

DECLARE_STATIC_KEY_FALSE(xen_cheap_direct);
DECLARE_STATIC_KEY_FALSE(xen_cheap_here);
DECLARE_STATIC_KEY_FALSE(xen_cheap_cow);
DECLARE_STATIC_KEY_FALSE(xen_cheap_around);
DECLARE_STATIC_KEY_FALSE(xen_cheap_wrprotect);
DECLARE_STATIC_KEY_FALSE(xen_cheap_zap);
DECLARE_STATIC_KEY_FALSE(xen_cheap_mirror);

bool xen_cheap_set(struct mm_struct *mm, unsigned long address, pte_t *ptep, pte_t pte);
bool xen_cheap_may_replace(struct mm_struct *mm, pte_t *ptep);
bool xen_cheap_set_wrprotect(pte_t *ptep, unsigned int count);
bool xen_cheap_clear(pte_t *ptep, unsigned int count);
bool xen_cheap_get_and_clear(struct mm_struct *mm, pte_t *ptep, unsigned int count, pte_t *had);

#endif
