// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a context switch tells Xen: the less, the better.
 *
 * Two things of a task are Xen's to set, each by a hypercall: the stack on which
 * it enters the kernel, and the base of GS that its user mode has. The latter
 * has to be asked for when a task is switched away from, as its user mode may
 * have changed it, and that is a trap which Xen emulates.
 *
 * A kernel thread has no user mode. It leaves both as the task before it had
 * them, and most switches are between a user's task and the idle one, or between
 * that and a kernel thread: an I/O that wakes a backend is two of them.
 *
 * Floor F1. xen_start_kernel() calls it when the other operations are in place.
 */
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include <asm/msr-index.h>
#include <asm/paravirt_types.h>

#include "switch.h"

/**
 * enum user_gs - what is known of the base of GS in user mode
 * @USER_GS_UNKNOWN: nothing
 * @USER_GS_LOADED: what it was when a task was switched to; it may run since
 * @USER_GS_SEEN: what it is, as no user mode has run since
 */
enum user_gs {
	USER_GS_UNKNOWN,
	USER_GS_LOADED,
	USER_GS_SEEN,
};

/**
 * struct switch_state - what Xen was told for a CPU
 * @stack: on which its user mode enters the kernel
 * @gs_base: the base of GS in user mode
 * @gs: how far that holds
 *
 * Xen keeps all of it while a CPU is offline, and in a saved domain's image, if it is online then.
 */
struct switch_state {
	unsigned long stack;
	u64 gs_base;
	enum user_gs gs;
};

static DEFINE_PER_CPU(struct switch_state, state);

/* The operations that talk to Xen. */
static struct pv_cpu_ops xen __ro_after_init;

/* __switch_to() calls it when current is the next task, and with interrupts off. */
static void xen_switch_load_sp0(unsigned long stack)
{
	if (current->flags & PF_KTHREAD || this_cpu_read(state.stack) == stack)
		return;
	this_cpu_write(state.stack, stack);
	xen.load_sp0(stack);
}

/*
 * __switch_to() reads the base of the last task and writes that of the next, both
 * while current is the last. Who else writes it has loaded a selector before:
 * arch_prctl().
 */
static u64 xen_switch_read_msr(unsigned int msr)
{
	struct switch_state *here;

	/* Others that ask, as arch_prctl(), go back to user mode then, or to another CPU. */
	if (msr != MSR_KERNEL_GS_BASE || !irqs_disabled())
		return xen.read_msr(msr);
	here = this_cpu_ptr(&state);
	if (!(current->flags & PF_KTHREAD) || here->gs == USER_GS_UNKNOWN)
		here->gs_base = xen.read_msr(msr);
	here->gs = USER_GS_SEEN;
	return here->gs_base;
}

static void xen_switch_write_msr(unsigned int msr, unsigned int low,
				 unsigned int high)
{
	struct switch_state *here;
	u64 base = (u64)high << 32 | low;

	if (msr == MSR_KERNEL_GS_BASE) {
		here = this_cpu_ptr(&state);
		if (here->gs != USER_GS_SEEN || here->gs_base != base)
			xen.write_msr(msr, low, high);
		here->gs_base = base;
		here->gs = USER_GS_LOADED;
		return;
	}
	xen.write_msr(msr, low, high);
}

/* The base that a selector brings along is the processor's to know. */
static void xen_switch_load_gs_index(unsigned int selector)
{
	this_cpu_write(state.gs, USER_GS_UNKNOWN);
	xen.load_gs_index(selector);
}

/**
 * xen_switch_forget - Xen has other values than it was told
 * @cpu: that doesn't run, and was given to Xen anew
 */
void xen_switch_forget(unsigned int cpu)
{
	per_cpu(state, cpu) = (struct switch_state) { .gs = USER_GS_UNKNOWN };
}

/**
 * xen_switch_init - put this file between context switches and Xen
 *
 * Context: first thing after the operations that talk to Xen are set.
 */
void __init xen_switch_init(void)
{
	xen = pv_ops.cpu;
	pv_ops.cpu.load_sp0 = xen_switch_load_sp0;
	pv_ops.cpu.read_msr = xen_switch_read_msr;
	pv_ops.cpu.write_msr = xen_switch_write_msr;
	pv_ops.cpu.load_gs_index = xen_switch_load_gs_index;
}
