// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process' address space from when it is first used until nobody uses it any more.
 *
 * A saved domain's image has page tables only if Xen knows that they are some; others would
 * keep the machine frames of the host that is left.
 *
 * Floor F1. Called by pv_ops: when an address space was made by fork or exec, and before
 * one is taken apart; and around a suspend.
 */
#include <linux/mm.h>

#include <asm/paravirt.h>

#include "check.h"
#include "mirror.h"
#include "mmu.h"
#include "table.h"

/* Upper tables are seen by Xen themselves, or their mirrors are. */
static void xen_space_show(struct mm_struct *mm, pgd_t *pgd)
{
	if (xen_mirror_of(virt_to_page(pgd)))
		xen_mirror_enter(mm, pgd);
	else
		xen_pin_space(mm, pgd);
	xen_check_shown(pgd);
}

static void xen_space_hide(struct mm_struct *mm, pgd_t *pgd)
{
	xen_check_hiding(pgd);
	if (xen_mirror_of(virt_to_page(pgd)))
		xen_mirror_exit(mm, pgd);
	else
		xen_pin_release(mm, pgd);
	xen_check_hidden(pgd);
}

static void xen_space_enter(struct mm_struct *mm)
{
	spin_lock(&mm->page_table_lock);
	xen_space_show(mm, mm->pgd);
	spin_unlock(&mm->page_table_lock);
}

/* An exec that failed early has one that was never entered. */
static void xen_space_exit(struct mm_struct *mm)
{
	xen_cr3_leave(mm);
	spin_lock(&mm->page_table_lock);
	if (xen_table_is_pinned(mm->pgd))
		xen_space_hide(mm, mm->pgd);
	spin_unlock(&mm->page_table_lock);
}

/**
 * xen_mm_pin_all - make all page tables fit to be saved
 *
 * Those that Xen does not know are of processes that are being made, or end.
 *
 * Context: all other CPUs are stopped, so nobody else has any lock.
 */
void xen_mm_pin_all(void)
{
	struct page *page;

	spin_lock(&init_mm.page_table_lock);
	spin_lock(&pgd_lock);
	list_for_each_entry(page, &pgd_list, lru) {
		if (!PagePinned(page)) {
			xen_space_show(&init_mm, page_address(page));
			SetPageSavePinned(page);
		}
		if (xen_mirror_of(page))
			xen_mirror_translate(page_address(page), true);
	}
	spin_unlock(&pgd_lock);
	spin_unlock(&init_mm.page_table_lock);
}

/**
 * xen_mm_unpin_all - undo that
 *
 * Context: as above.
 */
void xen_mm_unpin_all(void)
{
	struct page *page;

	spin_lock(&init_mm.page_table_lock);
	spin_lock(&pgd_lock);
	list_for_each_entry(page, &pgd_list, lru) {
		if (xen_mirror_of(page))
			xen_mirror_translate(page_address(page), false);
		xen_check_shown(page_address(page));
		if (PageSavePinned(page)) {
			ClearPageSavePinned(page);
			xen_space_hide(&init_mm, page_address(page));
		}
	}
	spin_unlock(&pgd_lock);
	spin_unlock(&init_mm.page_table_lock);
}

/**
 * xen_space_init_ops - be told of address spaces that come and go
 *
 * Context: xen_start_kernel().
 */
void __init xen_space_init_ops(void)
{
	pv_ops.mmu.enter_mmap = xen_space_enter;
	pv_ops.mmu.exit_mmap = xen_space_exit;
}
