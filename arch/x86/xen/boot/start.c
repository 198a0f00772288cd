// SPDX-License-Identifier: GPL-2.0-only
/*
 * The start of a PV domain, from its first C function to start_kernel(), and what setup_arch()
 * asks on its way. The order is xen_start_kernel()'s, each line of which stands on those before.
 *
 * boot/head.S calls it. Floor F1.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/acpi.h>
#include <linux/cpufreq.h>
#include <linux/cpuidle.h>
#include <linux/pci.h>
#include <linux/start_kernel.h>

#include <xen/hvc-console.h>
#include <xen/interface/nmi.h>

#include <asm/apic.h>
#include <asm/desc.h>
#include <asm/hypervisor.h>
#include <asm/mach_traps.h>
#include <asm/mtrr.h>
#include <asm/numa.h>
#include <asm/pci_x86.h>
#include <asm/proto.h>
#include <asm/setup.h>
#include <asm/text-patching.h>
#include <asm/xen/pci.h>

/* For get_cpu_cap(); this resolves against arch/x86/include. */
#include <../kernel/cpu/cpu.h>

#include "../cpu/cpu.h"
#include "../cpu/ops.h"
#include "../kasan.h"
#include "../mmu/mmu.h"
#include "../mmu/p2m.h"
#include "../smp/smp.h"
#include "../time/time.h"
#include "boot.h"

/* Xen's number among boot loaders. */
#define LOADER_XEN	(9 << 4)

/* The boot CPU's GDT as it lies in the image: smp/ makes that page writable again. */
void *xen_initial_gdt;

static void __init xen_start_be_domain(struct start_info *info)
{
	xen_start_info = info;
	xen_start_flags = info->flags;
	xen_domain_type = XEN_PV_DOMAIN;

	/* Where the native return to user mode is. Alternatives come later than exceptions. */
	__text_gen_insn(&early_xen_iret_patch, JMP32_INSN_OPCODE, &early_xen_iret_patch,
			&xen_iret, JMP32_INSN_SIZE);
	static_call_update_early(xen_hypercall, xen_hypercall_pv);
	xen_setup_features();
}

/* Xen reports by a word of the shared page what a port of the chipset says elsewhere. */
static unsigned char xen_start_nmi_reason(void)
{
	unsigned long told = READ_ONCE(HYPERVISOR_shared_info->arch.nmi_reason);

	return (told & XEN_NMIREASON_io_error ? NMI_REASON_IOCHK : 0) |
	       (told & XEN_NMIREASON_pci_serr ? NMI_REASON_SERR : 0);
}

/* The shared page, and all that is in it. */
static void __init xen_start_init_platform(void)
{
	unsigned long address = fix_to_virt(FIX_PARAVIRT_BOOTMAP);

	populate_extra_pte(address);
	set_fixmap(FIX_PARAVIRT_BOOTMAP, xen_start_info->shared_info);
	HYPERVISOR_shared_info = (void *)address;
	xen_vcpu_info_reset(0);
	xen_init_time_ops();

	if (xen_initial_domain())
		xen_dom0_take_mtrrs();
	else
		guest_force_mtrr_state(NULL, 0, MTRR_TYPE_WRBACK);
	/* Before there are areas for as many. */
	xen_smp_count_cpus();

	if (IS_ENABLED(CONFIG_XEN_VIRTIO))
		virtio_set_mem_acc_cb(xen_virtio_restricted_mem_acc);
}

static void __init xen_start_init_late(void)
{
	/* With SMP, smp/ has done it. */
	if (!IS_ENABLED(CONFIG_SMP))
		xen_setup_vcpu_info_placement();
	xen_enable_syscall();
	xen_enable_sysenter();
}

/* What setup_arch() and its like call of ours, and of what a PC has and a domain hasn't. */
static void __init xen_start_hook(void)
{
	x86_init.hyper.init_platform = xen_start_init_platform;
	x86_init.hyper.guest_late_init = xen_start_init_late;
	x86_init.oem.arch_setup = xen_arch_setup;
	x86_init.oem.banner = xen_banner;
	x86_init.resources.memory_setup = xen_memory_setup;
	x86_init.irqs.intr_mode_init = x86_64_probe_apic;
	x86_init.irqs.intr_mode_select = x86_init_noop;
	x86_platform.realmode_init = x86_init_noop;
	x86_platform.realmode_reserve = x86_init_noop;
	x86_platform.get_nmi_reason = xen_start_nmi_reason;
}

static void __init xen_start_pages(void)
{
	xen_setup_machphys_mapping();
	xen_init_mmu_ops();
	/* Global pages are Xen's. */
	__default_kernel_pte_mask &= ~_PAGE_GLOBAL;
	__supported_pte_mask &= ~_PAGE_GLOBAL;
	xen_build_dynamic_phys_to_machine();
}

static void __init xen_start_cpu(void)
{
	get_cpu_cap(&boot_cpu_data);
	x86_configure_nx();
	xen_setup_gdt();
	xen_initial_gdt = per_cpu_ptr(&gdt_page, 0);
	get_cpu_address_sizes(&boot_cpu_data);
	idt_setup_early_handler();
	xen_init_capabilities();
	xen_init_apic();
	xen_smp_init();
	xen_init_hotplug();
}

/* Xen checks the kernel's I/O against this, which the kernel begins before xen_arch_setup(). */
static void __init xen_start_allow_io(void)
{
	struct physdev_set_iopl set = { .iopl = 1 };
	int err = HYPERVISOR_physdev_op(PHYSDEVOP_set_iopl, &set);

	if (err)
		xen_raw_printk("Xen refuses I/O ports: error %d\n", err);
}

/* What a boot loader leaves. The initrd need not be mapped, and then is told by its page. */
static void __init xen_start_fill_params(void)
{
	const struct start_info *info = xen_start_info;
	u64 initrd = 0;

	if (info->mod_start && info->flags & SIF_MOD_START_PFN)
		initrd = PFN_PHYS(info->mod_start);
	else if (info->mod_start)
		initrd = __pa(info->mod_start);
	boot_params.hdr.ramdisk_image = lower_32_bits(initrd);
	boot_params.ext_ramdisk_image = upper_32_bits(initrd);
	boot_params.hdr.ramdisk_size = info->mod_len;
	boot_params.hdr.cmd_line_ptr = __pa(info->cmd_line);
	boot_params.hdr.hardware_subarch = X86_SUBARCH_XEN;
	boot_params.hdr.type_of_loader = LOADER_XEN;
}

/* A domain is taken for one that has none. */
static void __init xen_start_has_clock_chip(void)
{
	x86_platform.legacy.rtc = 1;
}

static void __init xen_start_devices(void)
{
	if (xen_initial_domain()) {
		x86_platform.set_legacy_features = xen_start_has_clock_chip;
		xen_dom0_take_over();
	} else if (pci_xen) {
		x86_init.pci.arch_init = pci_xen_init;
	}
#ifdef CONFIG_PCI
	/* It is code of 16 bits. */
	pci_probe &= ~PCI_PROBE_BIOS;
#endif
	/* Its nodes are the host's, and a domain's pages are from anywhere. */
	disable_srat();
	xen_add_preferred_consoles();
}

/**
 * xen_start_kernel - the first C function of a PV domain
 * @si: what Xen tells it, in a page of its own (xen/interface/xen.h)
 *
 * Context: interrupts are off; the CPU is on Xen's page tables and on the kernel's first stack.
 * Does not return. It is not instrumented: that has no shadow to look at yet.
 */
asmlinkage __visible void __init __no_sanitize_address xen_start_kernel(struct start_info *si)
{
	clear_bss();
	xen_kasan_early_init(si);
	early_boot_irqs_disabled = true;

	xen_start_be_domain(si);	/* hypercalls work */
	xen_init_cpu_ops();
	xen_vcpu_info_reset(0);		/* flags of interrupts can be asked for */
	xen_init_machine_ops();
	xen_panic_handler_init();	/* a panic is told to Xen */
	xen_start_hook();

	xen_start_pages();		/* frame numbers can be looked up, entries set */
	xen_start_cpu();
	local_irq_disable();
	xen_setup_kernel_pagetable((pgd_t *)si->pt_base, si->nr_pages);
	xen_reserve_special_pages();	/* the kernel is on page tables of its own */

	xen_start_allow_io();
	xen_start_fill_params();
	xen_start_devices();
	xen_setup_runstate_info(0);	/* messages have a time */
	xen_efi_init(&boot_params);

	cr4_init_shadow();
	x86_64_start_reservations((char *)__pa_symbol(&boot_params));
}

/**
 * xen_arch_setup - what setup_arch() is to know before it begins
 */
void __init xen_arch_setup(void)
{
	xen_must(HYPERVISOR_vm_assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables),
		 "to emulate writes of page tables");
	xen_init_callbacks();

	BUILD_BUG_ON(MAX_GUEST_CMDLINE > COMMAND_LINE_SIZE);
	memcpy(boot_command_line, xen_start_info->cmd_line, MAX_GUEST_CMDLINE);

	if (!xen_initial_domain()) {
		pr_info("no ACPI in a domain that is not Dom0\n");
		disable_acpi();
	}
#ifdef CONFIG_NUMA
	numa_off = 1;
#endif
	/* Xen idles, and chooses the frequency. */
	disable_cpufreq();
	disable_cpuidle();
	WARN_ON(xen_set_default_idle());
}

static u32 __init xen_start_detect(void)
{
	return xen_pv_domain() ? xen_cpuid_base() : 0;
}

const struct hypervisor_x86 x86_hyper_xen_pv __initconst = {
	.name			= "Xen PV",
	.type			= X86_HYPER_XEN_PV,
	.detect			= xen_start_detect,
	.runtime.pin_vcpu	= xen_pin_vcpu,
	.ignore_nopv		= true,
};
