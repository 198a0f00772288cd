// SPDX-License-Identifier: GPL-2.0-only
/*
 * TLB flushes and lazy sections.
 *
 * Xen flushes for us, on whichever CPUs the vCPUs run at the moment. In a lazy section
 * a flush waits for its end behind the updates that it is for.
 *
 * Floor F1. Called by pv_ops.
 */
#include <linux/cpumask.h>
#include <linux/mm.h>

#include <asm/paravirt.h>
#include <asm/tlb.h>
#include <asm/tlbflush.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>

#include "batch.h"
#include "table.h"

static void xen_tlb_flush(void)
{
	xen_mc_batch();
	xen_batch_ext(MMUEXT_TLB_FLUSH_LOCAL);
	xen_mc_issue(XEN_LAZY_MMU);
}

static void xen_tlb_flush_one(unsigned long address)
{
	xen_mc_batch();
	xen_batch_ext(MMUEXT_INVLPG_LOCAL)->arg1.linear_addr = address & PAGE_MASK;
	xen_mc_issue(XEN_LAZY_MMU);
}

/**
 * xen_tlb_flush_range - flush a few pages from this CPU's TLB
 * @start: the first address
 * @end: that behind the last one
 * @shift: of the distance between two of them, which may be large pages
 *
 * Context: interrupts are off.
 */
void xen_tlb_flush_range(unsigned long start, unsigned long end, unsigned int shift)
{
	xen_mc_batch();
	for (; start < end; start += 1UL << shift)
		xen_batch_ext(MMUEXT_INVLPG_LOCAL)->arg1.linear_addr = start & PAGE_MASK;
	xen_mc_issue(XEN_LAZY_MMU);
}

/**
 * xen_tlb_flush_domain - flush the TLBs of all CPUs
 */
void xen_tlb_flush_domain(void)
{
	xen_mc_batch();
	xen_batch_ext(MMUEXT_TLB_FLUSH_ALL);
	xen_mc_issue(XEN_LAZY_MMU);
}

/*
 * The mask is in front of the operation: behind it there may be another one, if the call
 * is joined by more of them.
 */
static void xen_tlb_flush_multi(const struct cpumask *cpus, const struct flush_tlb_info *info)
{
	const size_t bytes = BITS_TO_LONGS(num_possible_cpus()) * sizeof(unsigned long);
	struct multicall_space space;
	struct mmuext_op *op;

	if (cpumask_empty(cpus))
		return;
	space = xen_mc_entry(bytes + sizeof(*op));
	op = space.args + bytes;
	bitmap_and(space.args, cpumask_bits(cpus), cpumask_bits(cpu_online_mask),
		   BITS_TO_LONGS(num_possible_cpus()) * BITS_PER_LONG);
	op->arg2.vcpumask = space.args;
	op->cmd = MMUEXT_TLB_FLUSH_MULTI;
	if (info->end != TLB_FLUSH_ALL && info->end - info->start <= PAGE_SIZE) {
		op->cmd = MMUEXT_INVLPG_MULTI;
		op->arg1.linear_addr = info->start;
	}
	MULTI_mmuext_op(space.mc, op, 1, NULL, DOMID_SELF);
	xen_mc_issue(XEN_LAZY_MMU);
}

static void xen_tlb_enter_lazy(void)
{
	enter_lazy(XEN_LAZY_MMU);
}

static void xen_tlb_leave_lazy(void)
{
	preempt_disable();
	xen_mc_flush();
	leave_lazy(XEN_LAZY_MMU);
	preempt_enable();
}

static void xen_tlb_flush_lazy(void)
{
	preempt_disable();
	if (xen_get_lazy_mode() == XEN_LAZY_MMU)
		xen_mc_flush();
	preempt_enable();
}

/**
 * xen_tlb_init_ops - take over TLB flushes and lazy sections
 *
 * Context: xen_start_kernel().
 */
void __init xen_tlb_init_ops(void)
{
	struct pv_mmu_ops *ops = &pv_ops.mmu;

	ops->flush_tlb_user = xen_tlb_flush;
	ops->flush_tlb_kernel = xen_tlb_flush;
	ops->flush_tlb_one_user = xen_tlb_flush_one;
	ops->flush_tlb_multi = xen_tlb_flush_multi;
	ops->tlb_remove_table = xen_typed_remove;
	ops->lazy_mode.enter = xen_tlb_enter_lazy;
	ops->lazy_mode.leave = xen_tlb_leave_lazy;
	ops->lazy_mode.flush = xen_tlb_flush_lazy;
}
