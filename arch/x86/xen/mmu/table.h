/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of mmu/ call of each other. All levels of page tables have entries of the
 * same form here: 512 of them, each with a machine frame and flags.
 */
#ifndef XENIFY_ARCH_TABLE_H
#define XENIFY_ARCH_TABLE_H

#include <linux/jump_label.h>
#include <linux/mm.h>
#include <asm/xen/page.h>

#include "cheap.h"

struct mmu_gather;
struct mmuext_op;

/* batch.c; batch.h has the rest of it. */
void xen_batch_update(u64 where, u64 value);
struct mmuext_op *xen_batch_ext(unsigned int cmd);
void xen_batch_protect(unsigned long pfn, pgprot_t prot);

/*
 * entry.c. What processes' upper tables have goes to their mirrors alone, so the kernel's
 * keep its own frame numbers, and nobody has to look them up. This bit of the frame tells
 * those entries from others: no machine has so much memory.
 */
#define XEN_ENTRY_OWN	BIT(51)
unsigned long xen_entry_val(unsigned long entry);
unsigned long xen_entry_upper_val(unsigned long entry);
unsigned long xen_entry_machine(unsigned long entry);
unsigned long xen_entry_make(unsigned long value);
unsigned long xen_entry_upper_make(unsigned long value);
unsigned long xen_entry_make_early(unsigned long value);
void xen_entry_write(void *entry, unsigned long value);
void xen_entry_init_ops(void);
void xen_entry_late_ops(void);

/* table.c */
DECLARE_STATIC_KEY_FALSE(xen_table_has_pages);
void xen_table_pin(unsigned int cmd, unsigned long pfn);
void xen_table_release(unsigned long pfn, enum xen_level level);
void xen_table_init_ops(void);

/*
 * Whether a page is a table to Xen, so that only Xen may write to it. Early, while there
 * are no struct pages, all tables are.
 */
static inline bool xen_table_is_pinned(const void *table)
{
	return !static_branch_likely(&xen_table_has_pages) || PagePinned(virt_to_page(table));
}

/* pin.c */
void xen_pin_space(struct mm_struct *mm, pgd_t *pgd);
void xen_pin_release(struct mm_struct *mm, pgd_t *pgd);
void xen_pin_table(struct mm_struct *mm, struct page *page, enum xen_level level);
void xen_pin_free(struct mm_struct *mm, struct page *page, enum xen_level level);
void xen_pin_mark_kernel(void);

/* user.c */
pgd_t *xen_user_entry(pgd_t *entry);
pgd_t *xen_user_create(void);
void xen_user_init_ops(void);
#ifdef CONFIG_X86_VSYSCALL_EMULATION
void xen_user_pin_vsyscall(void);
void xen_user_mark_vsyscall(void);
void xen_user_map_vsyscall(unsigned long address, pte_t pte);
#else
static inline void xen_user_pin_vsyscall(void) {}
static inline void xen_user_mark_vsyscall(void) {}
static inline void xen_user_map_vsyscall(unsigned long address, pte_t pte) {}
#endif

/* space.c, tlb.c, cr3.c, fixmap.c */
void xen_space_init_ops(void);
void xen_tlb_init_ops(void);
void xen_tlb_flush_domain(void);
void xen_cr3_leave(struct mm_struct *mm);
void xen_cr3_init_ops(void);
void xen_fixmap_init_ops(void);

/* typed.c; cheap.h has the rest of it. */
bool xen_typed_stays(const struct page *page);
void xen_typed_remove(struct mmu_gather *tlb, void *table);

/* choice.c, leftover.c */
void xen_choice_apply(void);
void xen_leftover_free(void);

/* p2m.c, p2m-list.c */
unsigned long xen_p2m_missing_frame(void);
unsigned long xen_p2m_leaf_frame(unsigned long pfn);
void xen_p2m_tell(unsigned long top);
void xen_p2m_list_add(unsigned long pfn, unsigned long leaf_mfn, unsigned long **spare);

#endif
