// SPDX-License-Identifier: GPL-2.0-only
/*
 * EFI in Dom0: Xen keeps the firmware to itself, and answers for it.
 *
 * A system table is made up of what Xen tells; the runtime services in it are hypercalls
 * (drivers/xen/efi.c). Called by boot/start.c and by PVH's start. Floor F1.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/efi.h>
#include <linux/string.h>

#include <xen/xen-ops.h>

#include <asm/bootparam.h>

#include "boot.h"

static efi_char16_t vendor[100] __initdata = L"UNKNOWN";

/* What is nowhere is there, so that who looks at it finds out. */
static efi_system_table_t system_table __initdata = {
	.hdr.signature	= EFI_SYSTEM_TABLE_SIGNATURE,
	.fw_vendor	= EFI_INVALID_TABLE_ADDR,
	.con_in_handle	= EFI_INVALID_TABLE_ADDR,
	.con_out_handle	= EFI_INVALID_TABLE_ADDR,
	.stderr_handle	= EFI_INVALID_TABLE_ADDR,
	.stderr		= EFI_INVALID_TABLE_ADDR,
	.runtime	= (efi_runtime_services_t *)EFI_INVALID_TABLE_ADDR,
	.tables		= EFI_INVALID_TABLE_ADDR,
};

/* True if Xen knows; the answer is in @op. xen/interface/platform.h has the indices. */
static bool __init xen_efi_ask(struct xen_platform_op *op, u32 index)
{
	op->cmd = XENPF_firmware_info;
	op->u.firmware_info.type = XEN_FW_EFI_INFO;
	op->u.firmware_info.index = index;
	return !HYPERVISOR_platform_op(op);
}

/* False if Xen was not started by EFI. */
static bool __init xen_efi_fill_table(void)
{
	struct xen_platform_op op = { };
	union xenpf_efi_info *answer = &op.u.firmware_info.u.efi_info;

	if (!xen_efi_ask(&op, XEN_FW_EFI_CONFIG_TABLE))
		return false;
	system_table.nr_tables = answer->cfg.nent;
	system_table.tables = answer->cfg.addr;

	set_xen_guest_handle(answer->vendor.name, vendor);
	answer->vendor.bufsz = sizeof(vendor);
	if (xen_efi_ask(&op, XEN_FW_EFI_VENDOR))
		system_table.fw_revision = answer->vendor.revision;
	system_table.fw_vendor = __pa_symbol(vendor);

	if (xen_efi_ask(&op, XEN_FW_EFI_VERSION))
		system_table.hdr.revision = answer->version;
	if (xen_efi_ask(&op, XEN_FW_EFI_RT_VERSION))
		efi.runtime_version = answer->version;
	return true;
}

/* Shim can have been told not to insist: its variable of that name then holds a 1. */
static bool __init xen_efi_is_shim_lenient(void)
{
	efi_guid_t shim = EFI_SHIM_LOCK_GUID;
	unsigned long size = sizeof(u8);
	u8 lenient;

	return efi.get_variable(L"MokSBStateRT", &shim, NULL, &size, &lenient) == EFI_SUCCESS &&
	       lenient == 1;
}

static enum efi_secureboot_mode __init xen_efi_secure_boot(void)
{
	enum efi_secureboot_mode mode = efi_get_secureboot_mode(efi.get_variable);

	if (mode == efi_secureboot_mode_unknown)
		pr_err("the firmware does not tell whether Secure Boot is on\n");
	if (mode != efi_secureboot_mode_enabled)
		return mode;
	if (xen_efi_is_shim_lenient())
		return efi_secureboot_mode_disabled;
	pr_info("UEFI Secure Boot is enabled\n");
	return mode;
}

/**
 * xen_efi_init - if the host was started by EFI, tell the kernel so
 * @params: what the kernel takes for its boot loader's message
 *
 * Does nothing in a domain that is not Dom0.
 */
void __init xen_efi_init(struct boot_params *params)
{
	struct efi_info *info = &params->efi_info;
	u64 table = __pa_symbol(&system_table);

	if (!xen_initial_domain() || !xen_efi_fill_table())
		return;
	xen_efi_runtime_setup();

	memcpy(&info->efi_loader_signature, "Xen", sizeof(info->efi_loader_signature));
	info->efi_systab = lower_32_bits(table);
	info->efi_systab_hi = upper_32_bits(table);
	params->secure_boot = xen_efi_secure_boot();

	__set_bit(EFI_64BIT, &efi.flags);
	__set_bit(EFI_PARAVIRT, &efi.flags);
	__set_bit(EFI_BOOT, &efi.flags);
}
