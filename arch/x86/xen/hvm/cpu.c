// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CPUs of an HVM or PVH domain: the processor starts and stops them; their events, timer and
 * calls to each other are Xen's, if it can deliver events to every CPU.
 *
 * Called by CPU hotplug, through smp_ops and as domain.c has asked for. Floor F1.
 */
#include <asm/apic.h>
#include <xen/events.h>
#include <xen/hvm.h>
#include <xen/xen-ops.h>

#include "../cpu/cpu.h"
#include "../smp/smp.h"
#include "../time/time.h"
#include "hvm.h"

/**
 * xen_hvm_cpu_prepare - let Xen know a CPU before it starts
 * @cpu: that doesn't run yet
 *
 * Context: CPU hotplug; may sleep.
 * Return: 0, or a negative errno and a message.
 */
int xen_hvm_cpu_prepare(unsigned int cpu)
{
	u32 acpi_id = cpu_acpi_id(cpu);
	int err;

	/* If it was given up on when it should have gone offline, it has that still. */
	xen_uninit_lock_cpu(cpu);

	per_cpu(xen_vcpu_id, cpu) = acpi_id == CPU_ACPIID_INVALID ? cpu : acpi_id;
	xen_vcpu_setup(cpu);
	if (!xen_have_vector_callback)
		return 0;

	if (xen_percpu_upcall) {
		err = xen_set_upcall_vector(cpu);
		if (err) {
			pr_err("xen: no vector for events of CPU %u (%d)\n", cpu, err);
			return err;
		}
	}
	if (xen_feature(XENFEAT_hvm_safe_pvclock))
		xen_setup_timer(cpu);
	return xen_smp_intr_init(cpu);
}

/**
 * xen_hvm_cpu_dead - the opposite of xen_hvm_cpu_prepare()
 * @cpu: that is down, or never came up
 *
 * Context: CPU hotplug; may sleep.
 * Return: 0.
 */
int xen_hvm_cpu_dead(unsigned int cpu)
{
	xen_smp_intr_free(cpu);
	xen_teardown_timer(cpu);
	return 0;
}

#ifdef CONFIG_SMP
static void xen_cpu_cleanup(unsigned int cpu)
{
	xen_hvm_cpu_dead(cpu);
	xen_uninit_lock_cpu(cpu);
}

static void __init xen_cpu_prepare_boot(void)
{
	native_smp_prepare_boot_cpu();
	xen_vcpu_setup(0);
	/* Its struct vcpu_info is known now, wherever it is. */
	xen_hvm_init_time_ops();
	xen_init_spinlocks();
}

static void __init xen_cpu_prepare_all(unsigned int max_cpus)
{
	unsigned int cpu;

	native_smp_prepare_cpus(max_cpus);
	if (xen_have_vector_callback) {
		if (xen_smp_intr_init(0))
			panic("The first CPU has not all of its interrupts");
		xen_init_lock_cpu(0);
	}
	/* So that none takes vCPU 0 for its own before it is prepared. */
	for_each_possible_cpu(cpu)
		if (cpu)
			per_cpu(xen_vcpu_id, cpu) = XEN_VCPU_ID_INVALID;
}

/**
 * xen_hvm_smp_init - let CPUs call each other by events
 *
 * Context: boot, before anything of SMP.
 */
void __init xen_hvm_smp_init(void)
{
	smp_ops.smp_prepare_boot_cpu = xen_cpu_prepare_boot;
	smp_ops.smp_prepare_cpus = xen_cpu_prepare_all;
	smp_ops.smp_cpus_done = xen_smp_cpus_done;
	smp_ops.cleanup_dead_cpu = xen_cpu_cleanup;

	if (!xen_have_vector_callback) {
		/* Nobody could be kicked. */
		if (IS_ENABLED(CONFIG_PARAVIRT_SPINLOCKS))
			nopvspin = true;
		return;
	}
	smp_ops.smp_send_reschedule = xen_smp_send_reschedule;
	smp_ops.send_call_func_ipi = xen_smp_send_call_function_ipi;
	smp_ops.send_call_func_single_ipi = xen_smp_send_call_function_single_ipi;
}
#endif
