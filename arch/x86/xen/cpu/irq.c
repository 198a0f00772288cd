// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupt flags of a PV domain, and halting.
 *
 * The flag is a byte of the vCPU's structure that Xen looks at. Its direct operations are in
 * cpu/flags.S, and take over when that structure has its place (cpu/vcpu.c); until then
 * interrupts are off. Floor F1.
 */
#include <linux/smp.h>

#include <xen/interface/xen.h>
#include <xen/events.h>
#include <xen/interface/vcpu.h>
#include <xen/interface/version.h>

#include <asm/paravirt.h>
#include <asm/x86_init.h>

#include "cpu.h"

/**
 * xen_force_evtchn_callback - have Xen deliver what is pending
 *
 * Xen does so on the way back from any hypercall; this is the cheapest.
 * Context: events are on again, which Xen can't see by itself.
 */
noinstr void xen_force_evtchn_callback(void)
{
	(void)HYPERVISOR_xen_version(XENVER_version, NULL);
}

/* Xen turns events on itself, so that none is lost between that and the halt. */
static noinstr void xen_irq_safe_halt(void)
{
	if (HYPERVISOR_sched_op(SCHEDOP_block, NULL)) {
		instrumentation_begin();
		panic("Xen does not let a vCPU wait\n");
	}
}

/* With interrupts off, this is the end of a vCPU. */
static void xen_irq_halt(void)
{
	if (!irqs_disabled())
		xen_irq_safe_halt();
	else
		HYPERVISOR_vcpu_op(VCPUOP_down, xen_vcpu_nr(smp_processor_id()), NULL);
}

/* By this name objtool knows which functions are called without instrumentation. */
static const typeof(pv_ops) xen_irq_ops __initconst = {
	.irq = {
		.halt		= xen_irq_halt,
		.safe_halt	= xen_irq_safe_halt,
		.irq_enable	= __PV_IS_CALLEE_SAVE(BUG_func),
		.irq_disable	= __PV_IS_CALLEE_SAVE(paravirt_nop),
		.save_fl	= __PV_IS_CALLEE_SAVE(paravirt_ret0),
	},
};

/**
 * xen_init_irq_ops - how a PV domain turns interrupts on and off
 *
 * Context: early boot, interrupts are off and stay so until the vCPU's structure is in place.
 */
void __init xen_init_irq_ops(void)
{
	x86_init.irqs.intr_init = xen_init_IRQ;
	pv_ops.irq = xen_irq_ops.irq;
}
