// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where Xen keeps what it shares about each vCPU, its event mask above all.
 *
 * The first 32 vCPUs have a place in the page shared with Xen, the others have none there. So
 * each gets one in its per-CPU area as early as can be, where the direct operations of
 * cpu/flags.S find it, too. Called by boot, vCPU start and resume. Floor F1.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/export.h>

#include <xen/features.h>

#include <asm/cpu.h>

#include "../smp/smp.h"
#include "../time/time.h"
#include "ops.h"

/* Where it is now: in the shared page, or the next. Xen wants it within one page. */
DEFINE_PER_CPU(struct vcpu_info *, xen_vcpu);
DEFINE_PER_CPU_ALIGNED(struct vcpu_info, xen_vcpu_info);

/* Xen's number of each CPU. */
DEFINE_PER_CPU(u32, xen_vcpu_id);
EXPORT_PER_CPU_SYMBOL(xen_vcpu_id);

/* Stands for the shared page until that can be mapped. */
struct shared_info xen_dummy_shared_info;
struct shared_info *HYPERVISOR_shared_info = &xen_dummy_shared_info;

/**
 * xen_vcpu_info_reset - look for it in the shared page
 * @cpu: the kernel's number
 *
 * A vCPU that has no place there must not be asked for events before xen_vcpu_setup().
 */
void xen_vcpu_info_reset(int cpu)
{
	u32 vcpu = xen_vcpu_nr(cpu);

	per_cpu(xen_vcpu, cpu) = vcpu < MAX_VIRT_CPUS ?
		&HYPERVISOR_shared_info->vcpu_info[vcpu] : NULL;
}

/**
 * xen_vcpu_setup - have Xen use the CPU's own area
 * @cpu: the kernel's number
 *
 * Xen takes this once and until the domain ends or is restored, so what was set stays so while a
 * vCPU is off: HVM's calls this again for each that comes back. See VCPUOP_register_vcpu_info in
 * xen/interface/vcpu.h. Context: the shared page is mapped. No return if Xen refuses.
 */
void xen_vcpu_setup(int cpu)
{
	struct vcpu_info *place = per_cpu_ptr(&xen_vcpu_info, cpu);
	struct vcpu_register_vcpu_info info;
	int err;

	BUILD_BUG_ON(sizeof(*place) > SMP_CACHE_BYTES);
	if (xen_hvm_domain() && per_cpu(xen_vcpu, cpu) == place)
		return;

	info.offset = offset_in_page(place);
	info.mfn = arbitrary_virt_to_mfn(place);
	err = HYPERVISOR_vcpu_op(VCPUOP_register_vcpu_info, xen_vcpu_nr(cpu), &info);
	if (err)
		panic("Xen does not take the place of CPU %d's events: error %d\n", cpu, err);
	per_cpu(xen_vcpu, cpu) = place;
}

#ifdef CONFIG_XEN_PV
/**
 * xen_setup_vcpu_info_placement - the same for all CPUs of a PV domain, at boot
 *
 * Context: CPUs are counted and their areas are in place. Interrupts are off.
 */
void __init xen_setup_vcpu_info_placement(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(xen_vcpu_id, cpu) = cpu;
		xen_vcpu_setup(cpu);
	}
	pv_ops.mmu.read_cr2 = __PV_IS_CALLEE_SAVE(xen_read_cr2_direct);
	pv_ops.irq.irq_disable = __PV_IS_CALLEE_SAVE(xen_irq_disable_direct);
	pv_ops.irq.irq_enable = __PV_IS_CALLEE_SAVE(xen_irq_enable_direct);
	pv_ops.irq.save_fl = __PV_IS_CALLEE_SAVE(xen_save_fl_direct);
}
#endif

/* Xen moves nothing of a vCPU while that runs. */
static bool xen_vcpu_stop_other(int cpu)
{
	u32 vcpu = xen_vcpu_nr(cpu);
	int err;

	if (cpu == smp_processor_id() || HYPERVISOR_vcpu_op(VCPUOP_is_up, vcpu, NULL) <= 0)
		return false;
	err = HYPERVISOR_vcpu_op(VCPUOP_down, vcpu, NULL);
	if (err)
		panic("Xen does not stop CPU %d for its resume: error %d\n", cpu, err);
	return true;
}

static void xen_vcpu_restore_one(int cpu)
{
	bool stopped = xen_vcpu_stop_other(cpu);
	int err;

	if (xen_pv_domain() || xen_feature(XENFEAT_hvm_safe_pvclock))
		xen_setup_runstate_info(cpu);
	/* The new domain does not know of the old one's places. */
	xen_vcpu_info_reset(cpu);
	/* Other domains' vCPUs that are off come back by way of xen_vcpu_setup(). */
	if (xen_pv_domain() || cpu_online(cpu))
		xen_vcpu_setup(cpu);

	err = stopped ? HYPERVISOR_vcpu_op(VCPUOP_up, xen_vcpu_nr(cpu), NULL) : 0;
	if (err)
		panic("Xen does not start CPU %d in its resume: error %d\n", cpu, err);
}

/**
 * xen_vcpu_restore - tell a new domain what its vCPUs share
 *
 * Context: resume, on the only CPU that runs, interrupts are off.
 */
void xen_vcpu_restore(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		if (xen_vcpu_nr(cpu) != XEN_VCPU_ID_INVALID)
			xen_vcpu_restore_one(cpu);
}

static int xen_vcpu_online(unsigned int cpu)
{
	xen_init_lock_cpu(cpu);
	return 0;
}

/**
 * xen_cpuhp_setup - have vCPUs made ready, and cleared up after
 * @prepare: called for a CPU before it starts
 * @dead: and when it is off
 *
 * Return: 0 or an error.
 */
int xen_cpuhp_setup(int (*prepare)(unsigned int cpu), int (*dead)(unsigned int cpu))
{
	int err = cpuhp_setup_state_nocalls(CPUHP_XEN_PREPARE, "x86/xen/guest:prepare",
					    prepare, dead);

	if (err < 0)
		return err;
	err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "x86/xen/guest:online",
					xen_vcpu_online, NULL);
	if (err >= 0)
		return 0;
	cpuhp_remove_state_nocalls(CPUHP_XEN_PREPARE);
	return err;
}

/**
 * xen_pin_vcpu - run on a certain CPU of the host for a while
 * @cpu: the host's number, or -1 for wherever Xen likes
 *
 * Some firmware wants to be called on the first. Only Dom0 may.
 */
void xen_pin_vcpu(int cpu)
{
	struct sched_pin_override pin = { .pcpu = cpu };
	static bool hopeless;
	int err;

	if (hopeless)
		return;
	err = HYPERVISOR_sched_op(SCHEDOP_pin_override, &pin);
	if (!err || cpu < 0)
		return;
	pr_warn("can't run on the host's CPU %d (error %d): pin the vCPU, if that makes trouble\n",
		cpu, err);
	/* Another CPU, or another time, may be better, with these. */
	hopeless = err != -EINVAL && err != -EBUSY;
}

#ifdef CONFIG_XEN_PV
static int xen_vcpu_prepare(unsigned int cpu)
{
	int err;

	if (!per_cpu(xen_vcpu, cpu))
		return -ENODEV;
	xen_setup_timer(cpu);
	err = xen_smp_intr_init(cpu) ?: xen_smp_intr_init_pv(cpu);
	if (err)
		pr_err("no interrupts for CPU %u: error %d\n", cpu, err);
	return err;
}

static int xen_vcpu_clear_up(unsigned int cpu)
{
	xen_smp_intr_free(cpu);
	xen_smp_intr_free_pv(cpu);
	xen_teardown_timer(cpu);
	return 0;
}

/**
 * xen_init_hotplug - have a PV domain's vCPUs made ready
 *
 * Context: early boot.
 */
void __init xen_init_hotplug(void)
{
	WARN_ON(xen_cpuhp_setup(xen_vcpu_prepare, xen_vcpu_clear_up));
}
#endif

#ifdef CONFIG_HOTPLUG_CPU
/**
 * xen_arch_register_cpu - a vCPU has been plugged in
 * @num: the kernel's number
 */
void xen_arch_register_cpu(int num)
{
	arch_register_cpu(num);
}
EXPORT_SYMBOL(xen_arch_register_cpu);

/**
 * xen_arch_unregister_cpu - a vCPU has been plugged out
 * @num: the kernel's number
 */
void xen_arch_unregister_cpu(int num)
{
	arch_unregister_cpu(num);
}
EXPORT_SYMBOL(xen_arch_unregister_cpu);
#endif
