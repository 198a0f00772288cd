// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a domain's CPUs do around a suspend: a save, a migration, or a checkpoint.
 *
 * drivers/xen/manage.c calls in this order, and the second half also when Xen says that nothing
 * became of it: xen_arch_suspend(), with all CPUs running; xen_arch_pre_suspend() and
 * xen_arch_post_suspend(), on CPU 0 while the others are stopped and interrupts are off; and
 * xen_arch_resume(), with all CPUs running again. Floor F1.
 */
#include <linux/cpu.h>
#include <linux/tick.h>

#include <xen/xen-ops.h>
#include <xen/xen.h>

#include "../cpu/pmu.h"
#include "../time/time.h"
#include "suspend.h"

/*
 * A PV domain sets this register of the processor itself. Its value is not part of the image, and
 * Xen takes a vCPU's for granted when it is 0.
 */
static DEFINE_PER_CPU(u64, spec_ctrl);

static bool xen_suspend_has_spec_ctrl(void)
{
	return xen_pv_domain() && boot_cpu_has(X86_FEATURE_SPEC_CTRL);
}

static void xen_suspend_cpu(void *unused)
{
	/* On the CPU itself: an interrupt of its counters is not under way here. */
	xen_pmu_finish(smp_processor_id());
	tick_suspend_local();
	if (xen_suspend_has_spec_ctrl()) {
		u64 value;

		rdmsrl(MSR_IA32_SPEC_CTRL, value);
		this_cpu_write(spec_ctrl, value);
		wrmsrl(MSR_IA32_SPEC_CTRL, 0);
	}
}

static void xen_suspend_resume_cpu(void *unused)
{
	if (xen_suspend_has_spec_ctrl())
		wrmsrl(MSR_IA32_SPEC_CTRL, this_cpu_read(spec_ctrl));
	/* timekeeping_resume() has done it for the boot CPU. */
	if (smp_processor_id())
		tick_resume_local();
}

/**
 * xen_arch_suspend - let each CPU leave its timer and registers
 *
 * Context: may sleep.
 */
void xen_arch_suspend(void)
{
	on_each_cpu(xen_suspend_cpu, NULL, 1);
}

/**
 * xen_arch_pre_suspend - make the domain's memory what an image of it may have
 *
 * Context: CPU 0, interrupts off, others stopped; the hypercall that suspends follows.
 */
void xen_arch_pre_suspend(void)
{
	xen_save_time_memory_area();
	if (xen_pv_domain())
		xen_pv_pre_suspend();
}

/**
 * xen_arch_post_suspend - find out where the domain is, and go on with its clocks
 * @cancelled: not 0 if it is where it was, and no image was made or it goes on all the same
 *
 * Context: as xen_arch_pre_suspend().
 */
void xen_arch_post_suspend(int cancelled)
{
	if (xen_pv_domain())
		xen_pv_post_suspend(cancelled);
	else
		xen_hvm_post_suspend(cancelled);
	/* It reads the time of this vCPU, which Xen knows again. */
	xen_restore_time_memory_area();
}

/**
 * xen_arch_resume - the opposite of xen_arch_suspend()
 *
 * Context: may sleep.
 */
void xen_arch_resume(void)
{
	int cpu;

	on_each_cpu(xen_suspend_resume_cpu, NULL, 1);
	for_each_online_cpu(cpu)
		xen_pmu_init(cpu);
}
