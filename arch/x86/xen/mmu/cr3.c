// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which page tables a CPU has loaded, and where it last faulted.
 *
 * A switch of page tables waits in the batch until the context switch is over. So there
 * are two answers to what is loaded: what was asked for last, which is right for the CPU
 * itself, and what is, which another one has to know before it takes tables apart.
 *
 * Floor F1. Called by pv_ops, and by space.c at a process' end.
 */
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#include <asm/mmu_context.h>
#include <asm/paravirt.h>
#include <asm/tlbflush.h>
#include <asm/xen/page.h>

#include "../cpu/cpu.h"
#include "batch.h"
#include "mirror.h"
#include "mmu.h"
#include "table.h"

/* Physical addresses of top levels. */
DEFINE_PER_CPU(unsigned long, xen_cr3);
static DEFINE_PER_CPU(unsigned long, loaded_cr3);

static unsigned long xen_cr3_read(void)
{
	return this_cpu_read(xen_cr3);
}

static void xen_cr3_is_loaded(void *cr3)
{
	this_cpu_write(loaded_cr3, (unsigned long)cr3);
}

/* Page tables without a user's top level load none for it. */
static void xen_cr3_write(unsigned long cr3)
{
	pgd_t *user = xen_user_entry(__va(cr3));
	struct page *mirror = static_branch_likely(&xen_table_has_pages) ?
			      xen_mirror_of(virt_to_page(__va(cr3))) : NULL;
	unsigned long pfn = mirror ? page_to_pfn(mirror) : PFN_DOWN(cr3);

	xen_mc_batch();
	xen_batch_ext(MMUEXT_NEW_BASEPTR)->arg1.mfn = pfn_to_mfn(pfn);
	xen_batch_ext(MMUEXT_NEW_USER_BASEPTR)->arg1.mfn = user ? virt_to_mfn(user) : 0;
	this_cpu_write(xen_cr3, cr3);
	xen_mc_callback(xen_cr3_is_loaded, (void *)cr3);
	xen_mc_issue(XEN_LAZY_CPU);
}

static bool xen_cr3_is_on(int cpu, void *mm)
{
	return per_cpu(loaded_cr3, cpu) == __pa(((struct mm_struct *)mm)->pgd);
}

/* It may only wait in the batch to be let go; a kernel thread may have borrowed it, too. */
static void xen_cr3_drop(void *mm)
{
	if (this_cpu_read(cpu_tlbstate.loaded_mm) == mm)
		leave_mm();
	xen_mc_flush();
}

/**
 * xen_cr3_leave - have no CPU use a process' page tables any more
 * @mm: the process, which has ended
 *
 * Context: process context, interrupts are on. Returns when it is so.
 */
void xen_cr3_leave(struct mm_struct *mm)
{
	on_each_cpu_cond_mask(xen_cr3_is_on, xen_cr3_drop, mm, true, cpu_online_mask);
}

static noinstr void xen_cr3_write_cr2(unsigned long cr2)
{
	this_cpu_read(xen_vcpu)->arch.cr2 = cr2;
}

/**
 * xen_cr3_init_ops - take over the control registers of paging
 *
 * Context: xen_start_kernel().
 */
void __init xen_cr3_init_ops(void)
{
	pv_ops.mmu.read_cr2 = __PV_IS_CALLEE_SAVE(xen_read_cr2);
	pv_ops.mmu.write_cr2 = xen_cr3_write_cr2;
	pv_ops.mmu.read_cr3 = xen_cr3_read;
	pv_ops.mmu.write_cr3 = xen_cr3_write;
}
