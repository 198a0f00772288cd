// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a vCPU waited for: the time that others had its processor.
 *
 * Xen keeps the account of each vCPU's states (struct vcpu_runstate_info) in memory of the kernel,
 * and writes it when the state changes. In a restored domain it begins anew, so what there was is
 * added to it.
 *
 * Called by init.c of this directory, by CPU hotplug of the rooms smp/ and hvm/, by spinlocks, the
 * scheduler and drivers/xen/manage.c. Floor F1.
 */
#include <asm/xen/hypercall.h>
#include <xen/xen-ops.h>

#include "time.h"

/* What Xen writes. */
static DEFINE_PER_CPU(struct vcpu_runstate_info, runstate);

/**
 * struct xen_steal_past - time stolen from a vCPU before what Xen tells of, in ns
 * @earlier: before the domain was restored, all in all
 * @here: until the suspend that is under way
 */
struct xen_steal_past {
	u64 earlier;
	u64 here;
};

/* Changed on CPU 0 while all others are stopped. */
static DEFINE_PER_CPU(struct xen_steal_past, past);

/* Ns since the domain was built or restored in which @cpu could have run, and didn't. */
static u64 xen_steal_here(int cpu)
{
	const struct vcpu_runstate_info *info = per_cpu_ptr(&runstate, cpu);
	u64 entry, stolen;

	do {
		entry = READ_ONCE(info->state_entry_time);
		/* Pairs with the barrier after Xen has set XEN_RUNSTATE_UPDATE. */
		virt_rmb();
		stolen = READ_ONCE(info->time[RUNSTATE_runnable]) +
			 READ_ONCE(info->time[RUNSTATE_offline]);
		/* Pairs with the barrier before Xen clears it, and writes another time. */
		virt_rmb();
	} while (entry & XEN_RUNSTATE_UPDATE || entry != READ_ONCE(info->state_entry_time));
	return stolen;
}

/**
 * xen_steal_clock - how long others have had the processor that a CPU could have used
 * @cpu: any, online or not
 *
 * Context: any; the steal clock of asm/paravirt.h.
 * Return: nanoseconds; never less than before.
 */
u64 xen_steal_clock(int cpu)
{
	return xen_steal_here(cpu) + per_cpu(past.earlier, cpu);
}

/**
 * xen_vcpu_stolen - whether a CPU waits for a processor
 * @vcpu: number of the CPU, as the kernel has it
 *
 * Context: any. A hint: it may be over when the caller sees it.
 */
bool xen_vcpu_stolen(int vcpu)
{
	return READ_ONCE(per_cpu(runstate.state, vcpu)) == RUNSTATE_runnable;
}

/**
 * xen_manage_runstate_time - take what was stolen along into a restored domain
 * @action: -1 before a suspend; afterwards 0 in a restored domain, and 1 if it is the same
 *
 * Context: CPU 0, interrupts off, others stopped; drivers/xen/manage.c calls it.
 */
void xen_manage_runstate_time(int action)
{
	struct xen_steal_past *of;
	int cpu;

	for_each_possible_cpu(cpu) {
		of = per_cpu_ptr(&past, cpu);
		if (action == -1)
			of->here = xen_steal_here(cpu);
		else if (action == 0)
			of->earlier += of->here;
	}
}

/**
 * xen_setup_runstate_info - tell Xen where a CPU's account is kept
 * @cpu: that doesn't run yet, or the caller's
 *
 * Context: any.
 */
void xen_setup_runstate_info(int cpu)
{
	struct vcpu_register_runstate_memory_area area = {
		.addr.v = per_cpu_ptr(&runstate, cpu),
	};
	int err = HYPERVISOR_vcpu_op(VCPUOP_register_runstate_memory_area, xen_vcpu_nr(cpu), &area);

	WARN_ONCE(err, "xen: no account of what is stolen from CPU %d (%d)\n", cpu, err);
}

/**
 * xen_time_setup_guest - let the scheduler reckon with what is stolen
 *
 * Context: boot, after the boot CPU's xen_setup_runstate_info().
 */
void __init xen_time_setup_guest(void)
{
	int err = HYPERVISOR_vm_assist(VMASST_CMD_enable, VMASST_TYPE_runstate_update_flag);

	static_call_update(pv_steal_clock, xen_steal_clock);
	static_key_slow_inc(&paravirt_steal_enabled);
	/* A run queue's clock may ask for another CPU's time, while Xen writes that. */
	if (!err)
		static_key_slow_inc(&paravirt_steal_rq_enabled);
}
