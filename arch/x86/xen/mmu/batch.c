// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hypercalls that wait for each other, and are made by one multicall.
 *
 * Every CPU has a batch of its own: calls, the arguments that these point to, and what
 * is to be done when they have been made. Updates of page tables that follow each other
 * are one call with a longer list. What can't be queued any more makes the batch first,
 * so that the order is always that in which things were put in.
 *
 * A call that Xen refuses means that page tables are not what the kernel believes. It is
 * told what was refused, and the rest of a list that is alone is done in spite of it.
 *
 * Floor F1. Called by all of mmu/ and by the context switch; see batch.h.
 */
#include <linux/kernel.h>
#include <linux/percpu.h>

#include <asm/xen/hypercall.h>

#include "batch.h"
#include "check.h"
#include "table.h"

/* Of 8 bytes: at the most 256 updates of entries, which Xen does in about 100 us. */
#define BATCH_WORDS	512

/**
 * struct batch_after - what to do when the batch has been made
 * @fn: a function, called with interrupts off
 * @data: its argument
 */
struct batch_after {
	void (*fn)(void *data);
	void *data;
};

/**
 * struct batch - what waits on a CPU; interrupts are off while it is changed
 * @calls: how many of @call
 * @words: how much of @args
 * @afters: how many of @after
 * @call: for HYPERVISOR_multicall()
 * @args: what these point to
 * @after: as many as @call, for a caller has one for a call at the most
 */
struct batch {
	unsigned int calls;
	unsigned int words;
	unsigned int afters;
	struct multicall_entry call[BATCH_CALLS];
	u64 args[BATCH_WORDS];
	struct batch_after after[BATCH_CALLS];
};

static DEFINE_PER_CPU(struct batch, batch);
DEFINE_PER_CPU(unsigned long, xen_mc_irq_flags);

/*
 * Xen stops at the first update that it refuses. All of them may be made twice, if
 * nothing came after them.
 */
static void xen_batch_again(const struct multicall_entry *call)
{
	struct mmu_update *updates = (struct mmu_update *)call->args[0];
	unsigned int i;
	int error;

	for (i = 0; i < call->args[1]; i++) {
		error = HYPERVISOR_mmu_update(&updates[i], 1, NULL, call->args[3]);
		if (error)
			pr_err("Xen refuses to write %#llx to the page-table entry at %#llx: %d\n",
			       updates[i].val, updates[i].ptr, error);
	}
}

static void xen_batch_refused(const struct batch *b)
{
	const struct multicall_entry *call;

	for (call = b->call; call < b->call + b->calls; call++) {
		if (call->result >= 0)
			continue;
		pr_err("Xen refuses call %td of %u: hypercall %lu(%#lx, %#lx, %#lx, %#lx): %ld\n",
		       call - b->call + 1, b->calls, call->op, call->args[0], call->args[1],
		       call->args[2], call->args[3], call->result);
		if (call->op == __HYPERVISOR_mmu_update && b->calls == 1)
			xen_batch_again(call);
	}
}

static void xen_batch_make(struct batch *b)
{
	struct multicall_entry *call = b->call;
	unsigned int i, calls = b->calls;
	bool refused = false;

	xen_check_queued(call, calls);
	if (b->calls == 1)
		call->result = xen_single_call(call->op, call->args[0], call->args[1],
					       call->args[2], call->args[3], call->args[4]);
	else if (HYPERVISOR_multicall(call, b->calls))
		panic("Xen refuses a multicall of %u calls", b->calls);
	for (i = 0; i < b->calls; i++)
		refused |= call[i].result < 0;
	if (WARN(refused, "Xen refuses what CPU %d asks of it\n", smp_processor_id()))
		xen_batch_refused(b);
	b->calls = 0;
	b->words = 0;
	xen_check_made(call, calls);
}

/**
 * xen_mc_flush - make all calls that wait on this CPU
 *
 * Context: preemption is off.
 */
void xen_mc_flush(void)
{
	unsigned long irqs;
	unsigned int i;
	struct batch *b;

	local_irq_save(irqs);
	b = this_cpu_ptr(&batch);
	if (b->calls)
		xen_batch_make(b);
	for (i = 0; i < b->afters; i++)
		b->after[i].fn(b->after[i].data);
	b->afters = 0;
	local_irq_restore(irqs);
}

/**
 * xen_batch_waiting - the calls that wait on this CPU
 * @calls: gets how many
 *
 * Context: interrupts are off, and nothing is queued while they are looked at.
 * Return: the first.
 */
const struct multicall_entry *xen_batch_waiting(unsigned int *calls)
{
	const struct batch *b = this_cpu_ptr(&batch);

	*calls = b->calls;
	return b->call;
}

/**
 * xen_mc_callback - have a function called when the batch has been made
 * @fn: the function, which queues nothing
 * @data: its argument
 *
 * Context: in a batch, behind the call that it belongs to.
 */
void xen_mc_callback(void (*fn)(void *), void *data)
{
	struct batch *b = this_cpu_ptr(&batch);

	if (b->afters == BATCH_CALLS)
		xen_mc_flush();
	b->after[b->afters++] = (struct batch_after){ fn, data };
}

/**
 * __xen_mc_entry - another call of the batch
 * @args: bytes that its arguments point to
 *
 * Context: between xen_mc_batch() and xen_mc_issue().
 * Return: the call, to be filled in by one of the MULTI_ functions, and the room.
 */
struct multicall_space __xen_mc_entry(size_t args)
{
	struct batch *b = this_cpu_ptr(&batch);
	unsigned int words = DIV_ROUND_UP(args, sizeof(u64));
	struct multicall_space space;

	if (b->calls == BATCH_CALLS || b->words + words > BATCH_WORDS)
		xen_mc_flush();
	space.mc = &b->call[b->calls++];
	space.args = &b->args[b->words];
	b->words += words;
	return space;
}

/*
 * Room for one thing more on the list of the last call, or for the first on that of a
 * new one. A call's list is the last that it has in args.
 */
static void *xen_batch_join(unsigned long op, size_t size)
{
	struct batch *b = this_cpu_ptr(&batch);
	struct multicall_entry *last = b->calls ? &b->call[b->calls - 1] : NULL;
	unsigned int words = size / sizeof(u64);
	struct multicall_space space;

	if (last && last->op == op && b->words + words <= BATCH_WORDS) {
		last->args[1]++;
		b->words += words;
		return &b->args[b->words - words];
	}
	space = __xen_mc_entry(size);
	space.mc->op = op;
	space.mc->args[0] = (unsigned long)space.args;
	space.mc->args[1] = 1;
	space.mc->args[2] = 0;
	space.mc->args[3] = DOMID_SELF;
	return space.args;
}

/**
 * xen_batch_update - have Xen write a page-table entry
 * @where: its machine address, and how: MMU_NORMAL_PT_UPDATE or MMU_PT_UPDATE_PRESERVE_AD
 *	   of xen/interface/xen.h
 * @value: the entry, with a machine frame
 *
 * Context: in a batch. A lazy section reads nothing back that it has written.
 */
void xen_batch_update(u64 where, u64 value)
{
	struct mmu_update *update = xen_batch_join(__HYPERVISOR_mmu_update, sizeof(*update));

	update->ptr = where;
	update->val = value;
}

/**
 * xen_batch_ext - have Xen do something with page tables or TLBs
 * @cmd: MMUEXT_... of xen/interface/xen.h
 *
 * Context: in a batch.
 * Return: the operation, the rest of which is the caller's to fill in.
 */
struct mmuext_op *xen_batch_ext(unsigned int cmd)
{
	struct mmuext_op *op = xen_batch_join(__HYPERVISOR_mmuext_op, sizeof(*op));

	op->cmd = cmd;
	return op;
}

/**
 * xen_batch_protect - have the kernel's own mapping of a page changed
 * @pfn: the page
 * @prot: PAGE_KERNEL, or PAGE_KERNEL_RO for one that is to be a page table
 *
 * No TLB is flushed: Xen does so before a page's type changes, and an old read-only
 * entry makes a fault that only has to be repeated.
 *
 * Context: in a batch.
 */
void xen_batch_protect(unsigned long pfn, pgprot_t prot)
{
	struct multicall_space space = __xen_mc_entry(0);

	MULTI_update_va_mapping(space.mc, (unsigned long)__va(PFN_PHYS(pfn)),
				pfn_pte(pfn, prot), UVMF_NONE);
}
