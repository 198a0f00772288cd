/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mirrors of a process' upper page tables. Floor F1. For the files of mmu/.
 */
#ifndef XENIFY_ARCH_MIRROR_H
#define XENIFY_ARCH_MIRROR_H

#include <linux/mm.h>

/* A page table has no other use for the field, and nobody who looks at it. */
static inline struct page *xen_mirror_of(const struct page *table)
{
	return (struct page *)table->mapping;
}

unsigned long xen_mirror_value(unsigned long entry);
void xen_mirror_note(struct page *mirror, unsigned int slot);
void xen_mirror_write(struct page *mirror, unsigned int slot, unsigned long entry);
void xen_mirror_enter(struct mm_struct *mm, pgd_t *pgd);
void xen_mirror_exit(struct mm_struct *mm, pgd_t *pgd);
void xen_mirror_translate(pgd_t *pgd, bool save);

#endif
