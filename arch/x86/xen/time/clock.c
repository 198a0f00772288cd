// SPDX-License-Identifier: GPL-2.0-only
/*
 * Xen's system time: the kernel's clock source, its sched_clock, and the page by which user
 * space reads it without a system call.
 *
 * System time is nanoseconds since the host's start. Xen leaves each vCPU what it takes to
 * make it of the TSC, in its struct vcpu_info, and writes that anew whenever a vCPU begins to
 * run elsewhere; pvclock.c of the kernel knows how it is read. It begins anew with every host, so
 * a saved domain wakes up with another one, by which nothing of this file may go backwards.
 *
 * Called by init.c of this directory and by the rooms smp/ and suspend/. Floor F1.
 */
#include <linux/clocksource.h>

#include <asm/pvclock.h>
#include <asm/tsc.h>
#include <asm/xen/cpuid.h>
#include <asm/xen/hypercall.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#include "time.h"

/* Against the TSC's 300: a domain that may move has this clock, another one the TSC. */
#define RATING_MAY_MOVE		400
#define RATING_TSC_IS_SAFE	299
#define RATING_DOM0		275

/* System time at which sched_clock was 0. Changed on CPU 0 while all others are stopped. */
static u64 sched_epoch __read_mostly;
static u64 sched_saved;

/* What Xen wrote of vCPU 0 is there a second time, for user space. */
static struct pvclock_vsyscall_time_info *vdso_page __ro_after_init;

/**
 * xen_clock_read - the host's system time
 *
 * Context: any; on every CPU, once its struct vcpu_info is known to Xen.
 * Return: nanoseconds since the start of the host. Never less than on any CPU before.
 */
u64 notrace xen_clock_read(void)
{
	u64 now;

	preempt_disable_notrace();
	now = pvclock_clocksource_read(&__this_cpu_read(xen_vcpu)->time);
	preempt_enable_notrace();
	return now;
}

/* The caller sees to it that it isn't migrated: local_clock() and friends. */
static noinstr u64 xen_clock_sched(void)
{
	return pvclock_clocksource_read_nowd(&__this_cpu_read(xen_vcpu)->time) - sched_epoch;
}

/**
 * xen_clock_start_sched - let sched_clock be Xen's system time, from 0 on
 *
 * Context: boot, first of this file.
 */
void __init xen_clock_start_sched(void)
{
	sched_epoch = xen_clock_read();
	paravirt_set_sched_clock(xen_clock_sched);
}

/**
 * xen_clock_tsc_khz - how fast the TSC of this domain counts
 *
 * Xen scales system time by it (struct vcpu_time_info), so nothing has to be measured.
 *
 * Context: boot, and whenever the kernel calibrates anew.
 * Return: the TSC's frequency in kHz.
 */
unsigned long xen_clock_tsc_khz(void)
{
	setup_force_cpu_cap(X86_FEATURE_TSC_KNOWN_FREQ);
	return pvclock_tsc_khz(&HYPERVISOR_shared_info->vcpu_info[0].time);
}

static u64 xen_clock_cycles(struct clocksource *source)
{
	return xen_clock_read();
}

static int xen_clock_enable(struct clocksource *source)
{
	vclocks_set_used(VDSO_CLOCKMODE_PVCLOCK);
	return 0;
}

static struct clocksource xen_clock_source __ro_after_init = {
	.name = "xen",
	.read = xen_clock_cycles,
	.enable = xen_clock_enable,
	.mask = CLOCKSOURCE_MASK(64),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS,
};

/* Whether a TSC that the processor calls constant is never emulated for this domain, either. */
static bool __init xen_clock_tsc_is_safe(void)
{
	u32 eax, mode, ecx, edx;

	if (!boot_cpu_has(X86_FEATURE_CONSTANT_TSC) || !boot_cpu_has(X86_FEATURE_NONSTOP_TSC) ||
	    check_tsc_unstable())
		return false;
	cpuid_count(xen_cpuid_base() + 3, 0, &eax, &mode, &ecx, &edx);
	return mode == XEN_CPUID_TSC_MODE_NEVER_EMULATE;
}

/* Where Xen writes vCPU 0's time a second time, or nowhere. */
static int xen_clock_copy_to(struct pvclock_vcpu_time_info *where)
{
	struct vcpu_register_time_memory_area area = { .addr.v = where };

	return HYPERVISOR_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 0, &area);
}

/*
 * User space has one page for all vCPUs, so the TSC has to be the same on all of them: that is what
 * PVCLOCK_TSC_STABLE_BIT says. If it doesn't say so after a migration, the vDSO makes system calls.
 */
static bool __init xen_clock_make_vdso_page(void)
{
	struct pvclock_vsyscall_time_info *page = (void *)get_zeroed_page(GFP_KERNEL);
	int err;

	if (!page)
		return false;
	err = xen_clock_copy_to(&page->pvti);
	if (!err && page->pvti.flags & PVCLOCK_TSC_STABLE_BIT) {
		vdso_page = page;
		pvclock_set_pvti_cpu0_va(page);
		return true;
	}
	pr_notice("xen: the time takes a system call: vCPU 0's is not to be shared (%d)\n", err);
	/* As long as Xen may write there, the page is nobody else's. */
	if (err || !xen_clock_copy_to(NULL))
		free_page((unsigned long)page);
	return false;
}

/**
 * xen_clock_register - make system time a clock source
 *
 * Dom0 is never moved, and in a guest whose TSC is never emulated that goes on counting right,
 * too. Both are better off with the TSC, which the vDSO reads by itself.
 *
 * Context: boot, when memory can be had.
 */
void __init xen_clock_register(void)
{
	if (__this_cpu_read(xen_vcpu)->time.flags & PVCLOCK_TSC_STABLE_BIT) {
		/* From now on that flag is believed: one TSC, no comparing of CPUs. */
		pvclock_set_flags(PVCLOCK_TSC_STABLE_BIT);
		if (xen_clock_make_vdso_page())
			xen_clock_source.vdso_clock_mode = VDSO_CLOCKMODE_PVCLOCK;
	}
	xen_clock_source.rating = RATING_MAY_MOVE;
	if (xen_initial_domain())
		xen_clock_source.rating = RATING_DOM0;
	else if (xen_clock_tsc_is_safe())
		xen_clock_source.rating = RATING_TSC_IS_SAFE;
	clocksource_register_hz(&xen_clock_source, NSEC_PER_SEC);
}

/**
 * xen_save_time_memory_area - keep the clocks for the time when the domain goes on
 *
 * Context: the last CPU that runs, before a suspend; interrupts off.
 */
void xen_save_time_memory_area(void)
{
	int err;

	sched_saved = xen_clock_read() - sched_epoch;
	if (!vdso_page)
		return;
	/* No image has a page that Xen writes to. Zeros tell user space to ask the kernel. */
	err = xen_clock_copy_to(NULL);
	if (err)
		pr_err("xen: vCPU 0's time goes on being written in two places (%d)\n", err);
	else
		clear_page(vdso_page);
}

/**
 * xen_restore_time_memory_area - go on with the clocks of before, by another host's time
 *
 * Context: as xen_save_time_memory_area(), after vCPU 0's struct vcpu_info is known to Xen again.
 */
void xen_restore_time_memory_area(void)
{
	int err;

	if (vdso_page) {
		err = xen_clock_copy_to(&vdso_page->pvti);
		if (err)
			pr_notice("xen: from now on the time takes a system call (%d)\n", err);
	}
	/* Else what was the latest time of the old host would hold up that of the new one. */
	pvclock_resume();
	sched_epoch = xen_clock_read() - sched_saved;
}
