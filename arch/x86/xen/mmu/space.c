// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process' address space from when it is first used until nobody uses it any more.
 *
 * Floor F1. Called by pv_ops: when an address space was made by fork or exec, and before
 * one is taken apart.
 */
#include <linux/mm.h>

#include <asm/paravirt.h>

#include "table.h"

static void xen_space_enter(struct mm_struct *mm)
{
	spin_lock(&mm->page_table_lock);
	xen_pin_space(mm, mm->pgd);
	spin_unlock(&mm->page_table_lock);
}

/* An exec that failed early has one that was never entered. */
static void xen_space_exit(struct mm_struct *mm)
{
	xen_cr3_leave(mm);
	spin_lock(&mm->page_table_lock);
	if (xen_table_is_pinned(mm->pgd))
		xen_pin_release(mm, mm->pgd);
	spin_unlock(&mm->page_table_lock);
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
