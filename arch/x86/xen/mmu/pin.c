// SPDX-License-Identifier: GPL-2.0-only
/*
 * All tables of a process become tables to Xen, or memory again.
 *
 * While a process is made, its page tables are plain memory; before it runs, Xen has to
 * check all of them, from the lowest level up. When it ends they are taken from Xen first,
 * so that they can be emptied by stores.
 *
 * An L1 table's lock is held from when its page is read-only until it is pinned, and the
 * other way round: somebody who holds it may write to the table, be it by a store, which
 * Xen emulates for tables alone. So the lock is let go when the batch has been made, and
 * there are as many of them held as a batch has room for, not all.
 *
 * Floor F1. Called by space.c and mirror.c.
 */
#include <linux/mm.h>
#include <linux/page-flags.h>

#include <asm/pgtable.h>
#include <asm/xen/page.h>

#include "batch.h"
#include "table.h"

/* The lower half of the top level; the upper one has tables that all share. */
#define USER_SLOTS	(PTRS_PER_PGD / 2)

typedef void (*xen_pin_step)(struct mm_struct *mm, struct page *page, enum xen_level level);

static struct page *xen_pin_table_of(unsigned long entry)
{
	return pfn_to_page(mfn_to_pfn((entry & XEN_PTE_MFN_MASK) >> PAGE_SHIFT));
}

/* A step for each table below this one, the lowest first. */
static void xen_pin_walk(struct mm_struct *mm, const unsigned long *table, int slots,
			 enum xen_level level, xen_pin_step step)
{
	struct page *lower;
	int i;

	for (i = 0; i < slots; i++) {
		if (!(table[i] & _PAGE_PRESENT))
			continue;
		lower = xen_pin_table_of(table[i]);
		if (level > XEN_L2)
			xen_pin_walk(mm, page_address(lower), PTRS_PER_PTE, level - 1, step);
		step(mm, lower, level - 1);
	}
}

/* Without locks of their own, L1 tables are under that of the process, which is held. */
static spinlock_t *xen_pin_lock(struct mm_struct *mm, struct page *page, enum xen_level level)
{
	spinlock_t *lock = NULL;

#ifdef CONFIG_SPLIT_PTE_PTLOCKS
	if (level == XEN_L1) {
		lock = ptlock_ptr(page_ptdesc(page));
		spin_lock_nest_lock(lock, &mm->page_table_lock);
		__release(lock); /* For sparse: it stays held until the batch is made. */
	}
#endif
	return lock;
}

static void xen_pin_unlock(void *lock)
{
	__acquire(lock); /* For sparse: by xen_pin_lock(). */
	spin_unlock(lock);
}

static void xen_pin_queue(unsigned int cmd, struct page *page)
{
	xen_batch_ext(cmd)->arg1.mfn = pfn_to_mfn(page_to_pfn(page));
}

/**
 * xen_pin_table - make one table one to Xen, if it isn't
 * @mm: the process
 * @page: the table
 * @level: its level
 *
 * Context: in a batch.
 */
void xen_pin_table(struct mm_struct *mm, struct page *page, enum xen_level level)
{
	spinlock_t *lock = NULL;

	if (TestSetPagePinned(page))
		return;
	lock = xen_pin_lock(mm, page, level);
	if (xen_break != 2 || level > XEN_L1)
	xen_batch_protect(page_to_pfn(page), PAGE_KERNEL_RO);
	if (lock) {
		xen_pin_queue(MMUEXT_PIN_L1_TABLE, page);
		xen_mc_callback(xen_pin_unlock, lock);
	}
}

/**
 * xen_pin_free - undo that, if it is one
 * @mm: the process
 * @page: the table
 * @level: its level
 *
 * Context: in a batch.
 */
void xen_pin_free(struct mm_struct *mm, struct page *page, enum xen_level level)
{
	spinlock_t *lock = NULL;

	if (!TestClearPagePinned(page))
		return;
	lock = xen_pin_lock(mm, page, level);
	if (lock && xen_break != 3)
		xen_pin_queue(MMUEXT_UNPIN_TABLE, page);
	xen_batch_protect(page_to_pfn(page), PAGE_KERNEL);
	if (lock)
		xen_mc_callback(xen_pin_unlock, lock);
}

/**
 * xen_pin_space - make page tables that were built as plain memory tables to Xen
 * @mm: whose page_table_lock is held
 * @pgd: their top level
 */
void xen_pin_space(struct mm_struct *mm, pgd_t *pgd)
{
	pgd_t *user = xen_user_entry(pgd);

	xen_mc_batch();
	xen_pin_walk(mm, (unsigned long *)pgd, USER_SLOTS, XEN_L4, xen_pin_table);
	xen_pin_table(mm, virt_to_page(pgd), XEN_L4);
	xen_pin_queue(MMUEXT_PIN_L4_TABLE, virt_to_page(pgd));
	if (user) {
		xen_pin_table(mm, virt_to_page(user), XEN_L4);
		xen_pin_queue(MMUEXT_PIN_L4_TABLE, virt_to_page(user));
	}
	xen_mc_issue(0);
}

/**
 * xen_pin_release - make memory again of page tables
 * @mm: whose page_table_lock is held
 * @pgd: their top level, in use on no CPU
 */
void xen_pin_release(struct mm_struct *mm, pgd_t *pgd)
{
	pgd_t *user = xen_user_entry(pgd);

	xen_mc_batch();
	xen_pin_queue(MMUEXT_UNPIN_TABLE, virt_to_page(pgd));
	if (user) {
		xen_pin_queue(MMUEXT_UNPIN_TABLE, virt_to_page(user));
		xen_pin_free(mm, virt_to_page(user), XEN_L4);
	}
	xen_pin_walk(mm, (unsigned long *)pgd, USER_SLOTS, XEN_L4, xen_pin_free);
	xen_pin_free(mm, virt_to_page(pgd), XEN_L4);
	xen_mc_issue(0);
}

/*
 * Of the kernel's own tables, all are tables to Xen since the domain's start. Some of
 * KASAN's are met over and over. Xen's own part of the address space has none of ours.
 */
static void __init xen_pin_mark(unsigned long *table, enum xen_level level)
{
	int i;

	if (TestSetPagePinned(virt_to_page(table)) || level == XEN_L1)
		return;
	for (i = 0; i < PTRS_PER_PTE; i++) {
		if (level == XEN_L4 && i >= pgd_index(GUARD_HOLE_BASE_ADDR) &&
		    i < pgd_index(GUARD_HOLE_END_ADDR))
			continue;
		if (table[i] & _PAGE_PRESENT)
			xen_pin_mark(page_address(xen_pin_table_of(table[i])), level - 1);
	}
}

/**
 * xen_pin_mark_kernel - note which pages are tables of the kernel's own
 *
 * Context: boot, when every page has a struct, and none has been noted yet.
 */
void __init xen_pin_mark_kernel(void)
{
	static_branch_enable(&xen_table_has_pages);
	xen_choice_apply();
	xen_user_mark_vsyscall();
	xen_pin_mark((unsigned long *)init_mm.pgd, XEN_L4);
}
