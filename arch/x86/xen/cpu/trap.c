// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exceptions that a PV kernel takes in another way than a native one, and events.
 *
 * Natively each of these exceptions has a stack of its own, if it comes from the kernel, and the
 * handler's two halves are named apart. Here all come on the task's stack. The entries of
 * cpu/entry.S lead to the kernel's, which call these. Floor F1.
 */
#include <linux/entry-common.h>
#include <linux/export.h>
#include <linux/hardirq.h>

#include <xen/events.h>

#include <asm/idtentry.h>
#include <asm/irq_regs.h>
#include <asm/irq_stack.h>
#include <asm/traps.h>

#include "cpu.h"

/* The second half of the debug exception; the kernel calls it from an entry of its own. */
void noist_exc_debug(struct pt_regs *regs);

DEFINE_IDTENTRY_RAW(xenpv_exc_debug)
{
	if (!user_mode(regs))
		exc_debug(regs);
	else
		noist_exc_debug(regs);
}

#ifdef CONFIG_X86_MCE
DEFINE_IDTENTRY_RAW(xenpv_exc_machine_check)
{
	if (!user_mode(regs))
		exc_machine_check(regs);
	else
		noist_exc_machine_check(regs);
}
#endif

DEFINE_IDTENTRY_RAW(xenpv_exc_nmi)
{
	exc_nmi(regs);
}

DEFINE_IDTENTRY_RAW_ERRORCODE(xenpv_exc_double_fault)
{
	exc_double_fault(regs, error_code);
}

/* Xen was told of an entry that cpu/idt.c does not know, and has used it. */
DEFINE_IDTENTRY_RAW(exc_xen_unknown_trap)
{
	instrumentation_begin();
	panic("Xen has reflected an exception without a handler, at %pS\n", (void *)regs->ip);
}

static void xen_trap_handle_events(struct pt_regs *regs)
{
	struct pt_regs *outer = set_irq_regs(regs);

	inc_irq_stat(irq_hv_callback_count);
	xen_evtchn_do_upcall();
	set_irq_regs(outer);
}

#ifdef CONFIG_PREEMPTION
static __always_inline bool xen_trap_preempt_hypercall(irqentry_state_t state)
{
	return false;
}
#else
/*
 * The tools' hypercalls may take very long, and are interrupted by events like a task's user mode.
 * With this set by privcmd, the task is preempted there, although the kernel is not preemptible.
 */
DEFINE_PER_CPU(bool, xen_in_preemptible_hcall);
EXPORT_PER_CPU_SYMBOL_GPL(xen_in_preemptible_hcall);

static __always_inline bool xen_trap_preempt_hypercall(irqentry_state_t state)
{
	if (!__this_cpu_read(xen_in_preemptible_hcall) || WARN_ON_ONCE(state.exit_rcu))
		return false;
	/* It is the task's: who runs meanwhile must not see it, and the CPU may be another then. */
	__this_cpu_write(xen_in_preemptible_hcall, false);
	irqentry_exit_cond_resched();
	__this_cpu_write(xen_in_preemptible_hcall, true);
	return true;
}
#endif

/**
 * xen_pv_evtchn_do_upcall - Xen has events for this vCPU
 * @regs: what they interrupt
 */
__visible noinstr void xen_pv_evtchn_do_upcall(struct pt_regs *regs)
{
	irqentry_state_t state = irqentry_enter(regs);
	bool preempted;

	instrumentation_begin();
	run_sysvec_on_irqstack_cond(xen_trap_handle_events, regs);
	preempted = xen_trap_preempt_hypercall(state);
	instrumentation_end();
	if (!preempted)
		irqentry_exit(regs, state);
}
