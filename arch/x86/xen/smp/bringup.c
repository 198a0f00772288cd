// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vCPUs of a PV domain: how many there are, how one starts, goes offline, and comes back.
 *
 * Xen starts a vCPU with the registers that it was given once: the first time that it comes up
 * since the domain was built or restored. When it goes offline it stops within a hypercall, and
 * goes on from there when it is wanted again; so it jumps to where it began the first time.
 *
 * Called by the kernel's CPU hotplug through smp_ops, and by the rooms cpu/ and suspend/. Floor F1.
 */
#include <linux/cpu.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>

#include <asm/apic.h>
#include <asm/fpu/api.h>
#include <asm/idtentry.h>
#include <asm/io_apic.h>
#include <asm/mmu_context.h>
#include <asm/spec-ctrl.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>

#include "../cpu/cpu.h"
#include "../cpu/pmu.h"
#include "../mmu/mmu.h"
#include "../switch.h"
#include "../time/time.h"
#include "smp.h"

/* CPUs whose registers Xen has. Changed by CPU hotplug, and at a restore. */
static struct cpumask started;

/* EFLAGS with an I/O privilege level of 1: in Xen's counting the kernel is in ring 1. */
#define FLAGS_AT_START	0x1000

/* The first of a CPU, and each time that it comes back: idle's stack is empty. */
asmlinkage __visible void cpu_bringup_and_idle(void)
{
	unsigned int cpu = smp_processor_id();

	cr4_init();
	/* The number that programs read as theirs, and the ports that are open to none. */
	cpu_init_exception_handling(false);
	cpuhp_ap_sync_alive();
	cpu_init();
	fpu__init_cpu();
	/* From here on lockdep and others may use RCU. */
	rcutree_report_cpu_starting(cpu);

	xen_enable_sysenter();
	xen_enable_syscall();
	smp_store_cpu_info(cpu);
	set_cpu_sibling_map(cpu);
	speculative_store_bypass_ht_init();
	xen_setup_cpu_clockevents();

	notify_cpu_starting(cpu);
	set_cpu_online(cpu, true);
	local_irq_enable();
	cpu_startup_entry(CPUHP_AP_ONLINE_IDLE);
}

/* The descriptor table of a CPU is Xen's to change, under both addresses that the kernel has. */
static void xen_bringup_set_gdt(void *gdt, unsigned long mfn, void (*set)(void *page))
{
	set(gdt);
	set(mfn_to_virt(mfn));
}

static void xen_bringup_fill_context(struct vcpu_guest_context *context, unsigned int cpu,
				     struct task_struct *idle, unsigned long gdt_mfn)
{
	context->flags = VGCF_IN_KERNEL;
	/* Below where an entry from user mode would have put registers. */
	context->user_regs.esp = (unsigned long)task_pt_regs(idle);
	context->user_regs.eip = (unsigned long)asm_cpu_bringup_and_idle;
	context->user_regs.eflags = FLAGS_AT_START;
	context->user_regs.cs = __KERNEL_CS;
	context->user_regs.ss = __KERNEL_DS;
	context->user_regs.ds = __USER_DS;
	context->user_regs.es = __USER_DS;
	context->gs_base_kernel = per_cpu_offset(cpu);

	context->kernel_ss = __KERNEL_DS;
	context->kernel_sp = task_top_of_stack(idle);
	context->event_callback_eip = (unsigned long)xen_asm_exc_xen_hypervisor_callback;
	context->failsafe_callback_eip = (unsigned long)xen_failsafe_callback;
	xen_copy_trap_info(context->trap_ctxt);

	context->gdt_ents = GDT_ENTRIES;
	context->gdt_frames[0] = gdt_mfn;
	context->ctrlreg[3] = xen_pfn_to_cr3(virt_to_gfn(swapper_pg_dir));
	per_cpu(xen_cr3, cpu) = __pa(swapper_pg_dir);
}

/* Give Xen the registers with which a vCPU starts. */
static int xen_bringup_first(unsigned int cpu, struct task_struct *idle)
{
	void *gdt = get_cpu_gdt_rw(cpu);
	unsigned long gdt_mfn = arbitrary_virt_to_mfn(gdt);
	struct vcpu_guest_context *context;
	int err;

	context = kzalloc(sizeof(*context), GFP_KERNEL);
	if (!context)
		return -ENOMEM;
	xen_bringup_fill_context(context, cpu, idle, gdt_mfn);
	xen_bringup_set_gdt(gdt, gdt_mfn, make_lowmem_page_readonly);
	xen_switch_forget(cpu);
	err = HYPERVISOR_vcpu_op(VCPUOP_initialise, xen_vcpu_nr(cpu), context);
	if (err)
		xen_bringup_set_gdt(gdt, gdt_mfn, make_lowmem_page_readwrite);
	kfree(context);
	return err;
}

/* Hotplug, on another CPU: let @cpu run. It reports by cpuhp_ap_sync_alive(). */
static int xen_bringup_kick(unsigned int cpu, struct task_struct *idle)
{
	int err = common_cpu_up(cpu, idle);

	if (err)
		return err;
	xen_setup_runstate_info(cpu);
	/* No events before it has begun. */
	per_cpu(xen_vcpu, cpu)->evtchn_upcall_mask = 1;
	/* Whose floating-point registers it had when it went offline has to load them again. */
	per_cpu(fpu_fpregs_owner_ctx, cpu) = NULL;

	if (!cpumask_test_cpu(cpu, &started)) {
		err = xen_bringup_first(cpu, idle);
		if (err) {
			pr_err("xen: Xen takes no registers for vCPU %u (%d)\n", cpu, err);
			return err;
		}
		cpumask_set_cpu(cpu, &started);
	}
	xen_pmu_init(cpu);
	err = HYPERVISOR_vcpu_op(VCPUOP_up, xen_vcpu_nr(cpu), NULL);
	if (err)
		pr_err("xen: vCPU %u can't be started (%d)\n", cpu, err);
	return err;
}

/* Whoever waits for another CPU lets it have this processor. */
static void xen_bringup_yield(void)
{
	HYPERVISOR_sched_op(SCHEDOP_yield, NULL);
}

/* Hotplug, on the CPU that goes offline. */
static int xen_bringup_disable(void)
{
	/* Suspending is the boot CPU's work. */
	if (!smp_processor_id())
		return -EBUSY;
	cpu_disable_common();
	/* An offline vCPU keeps what it has loaded, in Xen's eyes. */
	load_cr3(swapper_pg_dir);
	return 0;
}

/* The idle task of a CPU that goes offline, last of all; and first when it comes back. */
static void __noreturn xen_bringup_play_dead(void)
{
	play_dead_common();
	HYPERVISOR_vcpu_op(VCPUOP_down, xen_vcpu_nr(smp_processor_id()), NULL);
	xen_cpu_bringup_again((unsigned long)task_pt_regs(current));
}

/* Hotplug, on another CPU: it has only announced that it will be down. */
static void xen_bringup_wait_down(unsigned int cpu)
{
	while (HYPERVISOR_vcpu_op(VCPUOP_is_up, xen_vcpu_nr(cpu), NULL) > 0)
		schedule_timeout_uninterruptible(1);
}

static void xen_bringup_cleanup(unsigned int cpu)
{
	xen_smp_intr_free(cpu);
	xen_uninit_lock_cpu(cpu);
	xen_teardown_timer(cpu);
	xen_pmu_finish(cpu);
}

static void xen_bringup_stop(void *unused)
{
	unsigned int cpu = smp_processor_id();

	/* The page tables of a process are to be free. */
	load_cr3(swapper_pg_dir);
	set_cpu_online(cpu, false);
	for (;;)
		HYPERVISOR_vcpu_op(VCPUOP_down, xen_vcpu_nr(cpu), NULL);
}

/* Before a reboot, or in a panic. */
static void xen_bringup_stop_others(int wait)
{
	smp_call_function(xen_bringup_stop, NULL, wait);
}

static void __init xen_bringup_prepare_boot_cpu(void)
{
	native_smp_prepare_boot_cpu();
	/* It has another descriptor table now: that of its per-CPU data. */
	make_lowmem_page_readwrite(xen_initial_gdt);
	xen_setup_vcpu_info_placement();
	xen_init_spinlocks();
}

static void __init xen_bringup_prepare_cpus(unsigned int max_cpus)
{
	unsigned int cpu, left = max(max_cpus, 1U);

	/* A guest has no I/O APIC, so it does without when it is told to. */
	if (ioapic_is_disabled && xen_initial_domain())
		panic("Dom0 has no interrupts with noapic or nosmp: give Xen dom0_max_vcpus=1");
	smp_prepare_cpus_common();
	speculative_store_bypass_ht_init();

	xen_init_lock_cpu(0);
	xen_pmu_init(0);
	if (xen_smp_intr_init(0) || xen_smp_intr_init_pv(0))
		panic("The first CPU has not all of its interrupts");
	cpumask_set_cpu(0, &started);

	for_each_possible_cpu(cpu) {
		if (left) {
			set_cpu_present(cpu, true);
			left--;
		} else {
			set_cpu_possible(cpu, false);
		}
	}
}

/**
 * xen_smp_restored - which CPUs Xen has registers for in a restored domain
 *
 * Those that were online: of others the image has none.
 *
 * Context: CPU 0 after a restore, while all others are stopped.
 */
void xen_smp_restored(void)
{
	cpumask_copy(&started, cpu_online_mask);
}

/**
 * xen_smp_count_cpus - learn how many vCPUs the domain has at most
 *
 * Context: boot, before CPUs are enumerated.
 */
void __init xen_smp_count_cpus(void)
{
	unsigned int count = 0;

	while (count < nr_cpu_ids && HYPERVISOR_vcpu_op(VCPUOP_is_up, count, NULL) >= 0)
		count++;
	pr_info("xen: up to %u vCPUs\n", count);
	if (count < nr_cpu_ids)
		set_nr_cpu_ids(count);
}

/* A guest's CPUs have the numbers of its vCPUs; no table of the firmware has them. */
static void __init xen_bringup_enumerate(void)
{
	unsigned int cpu;

	topology_register_boot_apic(0);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		topology_register_apic(cpu, CPU_ACPIID_INVALID, true);
	smp_found_config = 1;
}

/**
 * xen_smp_init - let the CPUs of a PV domain be vCPUs
 *
 * Dom0's are enumerated by the host's ACPI tables.
 *
 * Context: boot, before anything of SMP.
 */
void __init xen_smp_init(void)
{
	smp_ops = (struct smp_ops) {
		.smp_prepare_boot_cpu = xen_bringup_prepare_boot_cpu,
		.smp_prepare_cpus = xen_bringup_prepare_cpus,
		.smp_cpus_done = xen_smp_cpus_done,
		.stop_other_cpus = xen_bringup_stop_others,
		.kick_ap_alive = xen_bringup_kick,
		.poll_sync_state = xen_bringup_yield,
		.cpu_disable = xen_bringup_disable,
		.cpu_die = xen_bringup_wait_down,
		.cleanup_dead_cpu = xen_bringup_cleanup,
		.play_dead = xen_bringup_play_dead,
		.smp_send_reschedule = xen_smp_send_reschedule,
		.send_call_func_ipi = xen_smp_send_call_function_ipi,
		.send_call_func_single_ipi = xen_smp_send_call_function_single_ipi,
	};

	x86_init.mpparse.find_mptable = x86_init_noop;
	x86_init.mpparse.early_parse_smp_cfg = x86_init_noop;
	x86_init.mpparse.parse_smp_cfg = x86_init_noop;
	if (!xen_initial_domain())
		x86_init.mpparse.parse_smp_cfg = xen_bringup_enumerate;
}
