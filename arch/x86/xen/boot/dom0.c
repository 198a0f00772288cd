// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Dom0 learns from Xen of the host's firmware and CPUs, as the domain that drives the host.
 *
 * Xen was started by the boot loader and has asked the BIOS; see XENPF_firmware_info in
 * xen/interface/platform.h. Called by boot/start.c. Floor F1.
 */
#include <linux/acpi.h>
#include <linux/edd.h>
#include <linux/pci.h>

#include <xen/acpi.h>

#include <asm/mtrr.h>
#include <asm/setup.h>

#include "boot.h"

static bool __init xen_dom0_ask(struct xen_platform_op *op, u32 type, u32 index)
{
	op->cmd = XENPF_firmware_info;
	op->u.firmware_info.type = type;
	op->u.firmware_info.index = index;
	return !HYPERVISOR_platform_op(op);
}

/* Behind the start info, whose place for this becomes that of a console's port. */
static void __init xen_dom0_take_screen(void)
{
	struct start_info *info = xen_start_info;

	xen_init_vga((void *)info + info->console.dom0.info_off, info->console.dom0.info_size,
		     &boot_params.screen_info);
	memset(&info->console, 0, sizeof(info->console));
}

static void __init xen_dom0_take_keys(void)
{
	struct xen_platform_op op = { };

	if (xen_dom0_ask(&op, XEN_FW_KBD_SHIFT_FLAGS, 0))
		boot_params.kbd_status = op.u.firmware_info.u.kbd_shift_flags;
}

/* Disks as the BIOS numbers them, each until Xen knows no more. */
static void __init xen_dom0_take_disks(void)
{
#if IS_ENABLED(CONFIG_EDD)
	struct xen_platform_op op = { };
	typeof(op.u.firmware_info.u.disk_info) *disk = &op.u.firmware_info.u.disk_info;
	struct edd_info *edd;
	int i;

	for (i = 0; i < EDDMAXNR; i++) {
		edd = &boot_params.eddbuf[i];
		edd->params.length = sizeof(edd->params);
		set_xen_guest_handle(disk->edd_params, &edd->params);
		if (!xen_dom0_ask(&op, XEN_FW_DISK_INFO, i))
			break;
		edd->device = disk->device;
		edd->version = disk->version;
		edd->interface_support = disk->interface_support;
		edd->legacy_max_cylinder = disk->legacy_max_cylinder;
		edd->legacy_max_head = disk->legacy_max_head;
		edd->legacy_sectors_per_track = disk->legacy_sectors_per_track;
	}
	boot_params.eddbuf_entries = i;

	for (i = 0; i < EDD_MBR_SIG_MAX; i++) {
		if (!xen_dom0_ask(&op, XEN_FW_DISK_MBR_SIGNATURE, i))
			break;
		boot_params.edd_mbr_sig_buffer[i] =
			op.u.firmware_info.u.disk_mbr_signature.mbr_signature;
	}
	boot_params.edd_mbr_sig_buf_entries = i;
#endif
}

/**
 * xen_dom0_take_over - what a boot loader and firmware would have told
 *
 * Context: early boot, in boot/start.c; memory can't be allocated.
 */
void __init xen_dom0_take_over(void)
{
	xen_dom0_take_screen();
	xen_dom0_take_keys();
	xen_dom0_take_disks();

	/* Devices may go to guests, whom their switches have to keep apart. */
	pci_request_acs();
	xen_acpi_sleep_register();
#ifdef CONFIG_ACPI
	/* Who handles memory errors is Xen's choice. */
	acpi_disable_cmcff = 1;
#endif
}

/* Bits 39 and above of a mask must be 0, if the CPU's addresses have 39 bits. */
static u64 __init xen_dom0_address_mask(void)
{
	u32 most = cpuid_eax(0x80000000);
	u32 width = 36;

	if (most >> 16 == 0x8000 && most >= 0x80000008)
		width = cpuid_eax(0x80000008) & 0xff;
	return GENMASK_ULL(width - 1, 0);
}

/**
 * xen_dom0_take_mtrrs - how the host caches memory, by Xen's registers
 *
 * Dom0's pages of device memory have their machine addresses, so the kernel may look them up.
 */
void __init xen_dom0_take_mtrrs(void)
{
	static struct mtrr_var_range ranges[MTRR_MAX_VAR_RANGES] __initdata;
	struct xen_platform_op op = { .cmd = XENPF_read_memtype };
	struct xenpf_read_memtype *range = &op.u.read_memtype;
	u64 base, mask, bits = xen_dom0_address_mask();
	unsigned int i;

	for (i = 0; i < MTRR_MAX_VAR_RANGES; i++) {
		range->reg = i;
		if (HYPERVISOR_platform_op(&op))
			break;
		base = PFN_PHYS(range->mfn) | range->type;
		mask = -PFN_PHYS(range->nr_mfns) & bits;
		if (mask)
			mask |= MTRR_PHYSMASK_V;
		ranges[i] = (struct mtrr_var_range) {
			.base_lo = lower_32_bits(base), .base_hi = upper_32_bits(base),
			.mask_lo = lower_32_bits(mask), .mask_hi = upper_32_bits(mask),
		};
	}
	if (i)
		guest_force_mtrr_state(ranges, i, MTRR_TYPE_UNCACHABLE);
}
