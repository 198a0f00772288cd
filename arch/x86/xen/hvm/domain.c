// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel that finds itself in an HVM or PVH domain: how it is detected, and in which order it
 * begins to use what Xen has for it.
 *
 * The kernel's table of hypervisors (arch/x86/kernel/cpu/hypervisor.c) has x86_hyper_xen_hvm, and
 * calls what stands in it. Floor F1.
 */
#include <linux/acpi.h>
#include <linux/kexec.h>
#include <linux/virtio_anchor.h>

#include <asm/apic.h>
#include <asm/hypervisor.h>
#include <asm/idtentry.h>
#include <asm/io_apic.h>
#include <asm/reboot.h>
#include <asm/xen/cpuid.h>
#include <xen/events.h>
#include <xen/xen-ops.h>

#include "../boot/boot.h"
#include "../cpu/cpu.h"
#include "../mmu/mmu.h"
#include "../smp/smp.h"
#include "../time/time.h"
#include "hvm.h"

/* Whether events come by a vector that each CPU has asked for, as other interrupts of its APIC. */
bool xen_percpu_upcall __ro_after_init;
EXPORT_SYMBOL_GPL(xen_percpu_upcall);

DEFINE_IDTENTRY_SYSVEC(sysvec_xen_hvm_callback)
{
	struct pt_regs *outer = set_irq_regs(regs);

	inc_irq_stat(irq_hv_callback_count);
	if (xen_percpu_upcall)
		apic_eoi();
	xen_evtchn_do_upcall();
	set_irq_regs(outer);
}

#ifdef CONFIG_KEXEC_CORE
/* Xen lets go of what this kernel had of it, and starts the next one. */
static void xen_domain_shutdown(void)
{
	native_machine_shutdown();
	if (kexec_in_progress)
		xen_reboot(SHUTDOWN_soft_reset);
}
#endif

#ifdef CONFIG_CRASH_DUMP
static void xen_domain_crash_shutdown(struct pt_regs *regs)
{
	native_machine_crash_shutdown(regs);
	xen_reboot(SHUTDOWN_soft_reset);
}
#endif

static void __init xen_domain_set_machine_ops(void)
{
#ifdef CONFIG_KEXEC_CORE
	machine_ops.shutdown = xen_domain_shutdown;
#endif
#ifdef CONFIG_CRASH_DUMP
	machine_ops.crash_shutdown = xen_domain_crash_shutdown;
#endif
}

/* Xen's version, and the number of this vCPU: a crash kernel may run on any. */
static void __init xen_domain_read_cpuid(void)
{
	u32 base = xen_cpuid_base(), version = cpuid_eax(base + 1), flags, id, ecx, edx;

	pr_info("xen: version %u.%u\n", version >> 16, version & 0xffff);
	cpuid(base + 4, &flags, &id, &ecx, &edx);
	if (!(flags & XEN_HVM_CPUID_VCPU_ID_PRESENT))
		id = smp_processor_id();
	this_cpu_write(xen_vcpu_id, id);
}

static void __init xen_domain_init(void)
{
	if (xen_pv_domain())
		return;
	if (IS_ENABLED(CONFIG_XEN_VIRTIO_FORCE_GRANT))
		virtio_set_mem_acc_cb(xen_virtio_restricted_mem_acc);

	xen_domain_type = XEN_HVM_DOMAIN;
	pv_info.name = xen_pvh_domain() ? "Xen PVH" : "Xen HVM";
	xen_domain_read_cpuid();
	xen_setup_features();

	xen_hvm_reserve_shared_info();
	xen_hvm_init_shared_info();
	/* Events and the clock of this CPU are in that page so far. */
	xen_vcpu_info_reset(0);
	xen_panic_handler_init();

	xen_hvm_smp_init();
	WARN_ON(xen_cpuhp_setup(xen_hvm_cpu_prepare, xen_hvm_cpu_dead));
	xen_unplug_emulated_devices();
	x86_init.irqs.intr_init = xen_init_IRQ;
	xen_hvm_init_time_ops();
	xen_hvm_init_mmu_ops();
	xen_domain_set_machine_ops();
}

#ifdef CONFIG_XEN_PVH
/* One that was booted by another entry than PVH's has neither clock chip nor VGA, by its ACPI. */
static bool __init xen_domain_is_pvh(void)
{
	return xen_pvh || (!x86_platform.legacy.rtc && x86_platform.legacy.no_vga);
}

static void __init xen_domain_late_init(void)
{
	if (!xen_domain_is_pvh())
		return;
	if (nopv)
		panic("A PVH domain has nothing but Xen's devices: it can't be given nopv or xen_nopv");
	xen_pvh = true;
	pv_info.name = "Xen PVH";
	/* There is no PIC, either, for a domain without an I/O APIC to fall back to. */
	if (acpi_irq_model == ACPI_IRQ_MODEL_PIC && !nr_ioapics)
		acpi_irq_model = ACPI_IRQ_MODEL_PLATFORM;
	machine_ops.emergency_restart = xen_emergency_restart;
}
#else
#define xen_domain_late_init	x86_init_noop
#endif

static bool __init xen_domain_has_x2apic(void)
{
	return x2apic_supported();
}

static bool __init xen_domain_has_ext_dest_id(void)
{
	return cpuid_eax(xen_cpuid_base() + 4) & XEN_HVM_CPUID_EXT_DEST_ID;
}

/* With nopv the domain is taken for bare hardware; that it is PVH, which can't be, shows late. */
static void __init xen_domain_ignore_xen(void)
{
	struct x86_hyper_init *init = &x86_hyper_xen_hvm.init;

	init->init_platform = x86_init_noop;
	init->x2apic_available = bool_x86_init_noop;
	init->init_mem_mapping = x86_init_noop;
	init->init_after_bootmem = x86_init_noop;
	x86_hyper_xen_hvm.runtime.pin_vcpu = x86_op_int_noop;
}

static u32 __init xen_domain_detect(void)
{
	u32 base = xen_cpuid_base();

	if (xen_pv_domain() || !base)
		return 0;
	xen_hypercall_setfunc();
	if (!nopv)
		return base;
	if (xen_pvh_domain()) {
		pr_info("xen: nopv is for other domains than PVH\n");
		nopv = false;
	} else {
		xen_domain_ignore_xen();
	}
	return base;
}

struct hypervisor_x86 x86_hyper_xen_hvm __initdata = {
	.name = "Xen HVM",
	.type = X86_HYPER_XEN_HVM,
	.ignore_nopv = true,
	.detect = xen_domain_detect,
	.init.init_platform = xen_domain_init,
	.init.init_mem_mapping = xen_hvm_move_shared_info,
	.init.guest_late_init = xen_domain_late_init,
	.init.x2apic_available = xen_domain_has_x2apic,
	.init.msi_ext_dest_id = xen_domain_has_ext_dest_id,
	.runtime.pin_vcpu = xen_pin_vcpu,
};

static int __init xen_domain_nopv(char *text)
{
	pr_notice("xen: xen_nopv has another name now: nopv\n");
	if (xen_cpuid_base())
		nopv = true;
	return 0;
}
early_param("xen_nopv", xen_domain_nopv);

static int __init xen_domain_no_vector_callback(char *text)
{
	xen_have_vector_callback = false;
	return 0;
}
early_param("xen_no_vector_callback", xen_domain_no_vector_callback);
