/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables of a PV domain, as the other rooms of arch/x86/xen/ see them.
 */
#ifndef XENIFY_ARCH_MMU_H
#define XENIFY_ARCH_MMU_H

#include <linux/percpu.h>
#include <asm/pgtable_types.h>

DECLARE_PER_CPU(unsigned long, xen_cr3);

void xen_init_mmu_ops(void);
void xen_hvm_init_mmu_ops(void);

/* Boot: the first page tables, and what Xen left in the way. */
void xen_setup_machphys_mapping(void);
void xen_setup_kernel_pagetable(pgd_t *pgd, unsigned long max_pfn);
void xen_reserve_special_pages(void);
void xen_pt_check_e820(void);
void xen_relocate_p2m(void);
void set_pte_mfn(unsigned long vaddr, unsigned long pfn, pgprot_t flags);

/* Around a suspend. */
void xen_mm_pin_all(void);
void xen_mm_unpin_all(void);

#endif
