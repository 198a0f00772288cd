// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel asks a Xen domain for the time, and in which order that begins to work.
 *
 * Called by the rooms cpu/ (PV) and hvm/. Floor F1.
 */
#include <asm/cpufeature.h>
#include <xen/events.h>
#include <xen/xen-ops.h>

#include "time.h"

/* How far a domain is when system time can be read. */
static void __init xen_init_clock(void)
{
	xen_clock_start_sched();
	xen_wall_init();
	x86_platform.calibrate_tsc = xen_clock_tsc_khz;
}

/* Interrupts and memory can be had: clock source, time of day, timer of the boot CPU. */
static void __init xen_init_timers(void)
{
	int cpu = smp_processor_id();

	setup_force_cpu_cap(X86_FEATURE_TSC);
	xen_clock_register();
	xen_wall_start();

	xen_setup_runstate_info(cpu);
	xen_setup_timer(cpu);
	xen_setup_cpu_clockevents();
	xen_time_setup_guest();
}

/**
 * xen_init_time_ops - let a PV domain's time be Xen's
 *
 * There is no APIC timer whose set-up the kernel would have to do besides, and no timer chip by
 * which it could measure the CPU: reading one is a trap each time, for nothing.
 *
 * Context: boot, when the page shared with Xen is mapped.
 */
void __init xen_init_time_ops(void)
{
	xen_init_clock();
	x86_platform.calibrate_cpu = xen_clock_tsc_khz;
	x86_init.timers.timer_init = xen_init_timers;
	x86_init.timers.setup_percpu_clockev = x86_init_noop;
	x86_cpuinit.setup_percpu_clockev = x86_init_noop;
}

#ifdef CONFIG_XEN_PVHVM
/* Its timer's interrupt was bound when there was time to sleep. */
static void xen_init_hvm_cpu(void)
{
	xen_setup_runstate_info(smp_processor_id());
	xen_setup_cpu_clockevents();
}

/* What speaks against it, or NULL. */
static const char *__init xen_init_hvm_obstacle(void)
{
	if (!xen_have_vector_callback)
		return "interrupts of CPUs other than the first can't be had";
	if (!xen_feature(XENFEAT_hvm_safe_pvclock))
		return "this host has no such clock for HVM domains";
	/* On a vCPU that the shared page has no room for: called again when it has its own. */
	if (!__this_cpu_read(xen_vcpu))
		return "not known yet where Xen keeps this vCPU's";
	return NULL;
}

/**
 * xen_hvm_init_time_ops - let an HVM domain's time be Xen's, if it can
 *
 * Context: boot, once or twice.
 */
void __init xen_hvm_init_time_ops(void)
{
	static bool done __initdata;
	const char *obstacle = xen_init_hvm_obstacle();

	if (done)
		return;
	if (obstacle) {
		pr_info("xen: the time is the emulated devices': %s\n", obstacle);
		return;
	}
	done = true;
	xen_init_clock();
	x86_init.timers.setup_percpu_clockev = xen_init_timers;
	x86_cpuinit.setup_percpu_clockev = xen_init_hvm_cpu;
}
#endif
