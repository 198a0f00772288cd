// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every configuration key that xm knows, and who deals with it: those that are
 * read are in fields.c, the others here. Called by config.c to warn about them.
 */
#include <string.h>

#include "fields.h"
#include "keys.h"
#include "util.h"

#define HVM_ONLY "it is for HVM guests"
#define NOT_SET "xm does not set it; use xl"
#define NO_QEMU "it needs a device model, which xm starts for HVM guests only; use xl"
#define NO_XEND "there is no xend; files in /etc/xen/auto are for guests that start with the host"
#define NO_PCI "xm passes no devices through; use xl"

static const struct xm_keyinfo keys[] = {
	{ "blkif", XM_KEY_CLASSIC, NULL },
	{ "bootargs", XM_KEY_CLASSIC, NULL },
	{ "builder", XM_KEY_CLASSIC, NULL },
	{ "cpu", XM_KEY_CLASSIC, NULL },
	{ "device_model", XM_KEY_CLASSIC, NULL },
	{ "dhcp", XM_KEY_CLASSIC, NULL },
	{ "gateway", XM_KEY_CLASSIC, NULL },
	{ "hostname", XM_KEY_CLASSIC, NULL },
	{ "image", XM_KEY_CLASSIC, NULL },
	{ "interface", XM_KEY_CLASSIC, NULL },
	{ "ip", XM_KEY_CLASSIC, NULL },
	{ "ne2000", XM_KEY_CLASSIC, NULL },
	{ "netif", XM_KEY_CLASSIC, NULL },
	{ "netmask", XM_KEY_CLASSIC, NULL },
	{ "nfs_root", XM_KEY_CLASSIC, NULL },
	{ "nfs_server", XM_KEY_CLASSIC, NULL },
	{ "nics", XM_KEY_CLASSIC, NULL },
	{ "restart", XM_KEY_CLASSIC, NULL },
	{ "vncconsole", XM_KEY_CLASSIC, NULL },
	{ "vncviewer", XM_KEY_CLASSIC, NULL },

	{ "access_control", XM_KEY_IGNORED, "xm sets no XSM label; use xl" },
	{ "acpi_*", XM_KEY_IGNORED, NOT_SET },
	{ "altp2m*", XM_KEY_IGNORED, NOT_SET },
	{ "autorestart", XM_KEY_IGNORED,
	  "write on_poweroff, on_reboot, on_crash" },
	{ "bios_*", XM_KEY_IGNORED, NOT_SET },
	{ "bootentry", XM_KEY_IGNORED, "write bootloader_args" },
	{ "channel", XM_KEY_IGNORED, "xm makes no channels; use xl" },
	{ "colo*", XM_KEY_IGNORED, "xm has no COLO; use xl" },
	{ "console", XM_KEY_IGNORED,
	  "consoles have no TCP port any more; use 'xm console'" },
	{ "cpuid", XM_KEY_IGNORED, "xm changes no CPUID or MSR policy; use xl" },
	{ "cpuid_check", XM_KEY_IGNORED,
	  "xm changes no CPUID or MSR policy; use xl" },
	{ "cpus_soft", XM_KEY_IGNORED, "xm sets no soft affinity; use cpus" },
	{ "device_model_*", XM_KEY_IGNORED, NOT_SET },
	{ "device_tree", XM_KEY_IGNORED, "it is for Arm" },
	{ "dm_*", XM_KEY_IGNORED, NOT_SET },
	{ "dm_restrict", XM_KEY_IGNORED, NOT_SET },
	{ "dtdev", XM_KEY_IGNORED, NO_PCI },
	{ "e820_host", XM_KEY_IGNORED, NOT_SET },
	{ "features", XM_KEY_IGNORED, "Xen finds out what the kernel can do" },
	{ "firmware", XM_KEY_IGNORED, "give the path as kernel" },
	{ "gfx_*", XM_KEY_IGNORED, NOT_SET },
	{ "gfx_passthru", XM_KEY_IGNORED, NOT_SET },
	{ "gic_version", XM_KEY_IGNORED, NOT_SET },
	{ "init_seclabel", XM_KEY_IGNORED, "xm sets no XSM label; use xl" },
	{ "iomem", XM_KEY_IGNORED, NO_PCI },
	{ "ioports", XM_KEY_IGNORED, NO_PCI },
	{ "ipaddr", XM_KEY_IGNORED, "write ip and netmask, or the ip= of vif" },
	{ "irq", XM_KEY_IGNORED, NO_PCI },
	{ "irqs", XM_KEY_IGNORED, NO_PCI },
	{ "max_grant_version", XM_KEY_IGNORED, NOT_SET },
	{ "mca_caps", XM_KEY_IGNORED, NOT_SET },
	{ "memmap", XM_KEY_IGNORED, "write maxmem" },
	{ "monitor", XM_KEY_IGNORED, NOT_SET },
	{ "ms_vm_genid", XM_KEY_IGNORED, NOT_SET },
	{ "msr_relaxed", XM_KEY_IGNORED,
	  "xm changes no CPUID or MSR policy; use xl" },
	{ "nr_spis", XM_KEY_IGNORED, "it is for Arm" },
	{ "on_xend_start", XM_KEY_IGNORED,
	  NO_XEND },
	{ "on_xend_stop", XM_KEY_IGNORED,
	  NO_XEND },
	{ "oos", XM_KEY_IGNORED, NOT_SET },
	{ "p9", XM_KEY_IGNORED, NO_QEMU },
	{ "passthrough", XM_KEY_IGNORED, NO_PCI },
	{ "pci", XM_KEY_IGNORED, NO_PCI },
	{ "pci_*", XM_KEY_IGNORED, NO_PCI },
	{ "pvcalls", XM_KEY_IGNORED, NO_QEMU },
	{ "pvshim", XM_KEY_IGNORED, "it is for PVH guests; use xl" },
	{ "pvshim_*", XM_KEY_IGNORED, "it is for PVH guests; use xl" },
	{ "rdm*", XM_KEY_IGNORED, NOT_SET },
	{ "sdl_*", XM_KEY_IGNORED, NOT_SET },
	{ "seclabel", XM_KEY_IGNORED, "xm sets no XSM label; use xl" },
	{ "smb", XM_KEY_IGNORED, NOT_SET },
	{ "smbios_*", XM_KEY_IGNORED, NOT_SET },
	{ "spice*", XM_KEY_IGNORED, NOT_SET },
	{ "ssidref", XM_KEY_IGNORED, "xm sets no XSM label; use xl" },
	{ "stubdomain_*", XM_KEY_IGNORED, NOT_SET },
	{ "sve", XM_KEY_IGNORED, "it is for Arm" },
	{ "tee", XM_KEY_IGNORED, "it is for Arm" },
	{ "timeoffset", XM_KEY_IGNORED, NOT_SET },
	{ "tpmif", XM_KEY_IGNORED, "write driver_domain=1" },
	{ "usb_*", XM_KEY_IGNORED, NOT_SET },
	{ "usbctrl", XM_KEY_IGNORED, NO_QEMU },
	{ "usbdev", XM_KEY_IGNORED, NO_QEMU },
	{ "usbport", XM_KEY_IGNORED, NOT_SET },
	{ "vdispl", XM_KEY_IGNORED, NO_QEMU },
	{ "vendor_device", XM_KEY_IGNORED, NOT_SET },
	{ "vfb", XM_KEY_IGNORED, NO_QEMU },
	{ "viridian", XM_KEY_IGNORED, NOT_SET },
	{ "vkb", XM_KEY_IGNORED, NO_QEMU },
	{ "vkb_*", XM_KEY_IGNORED, NO_QEMU },
	{ "vmtrace_buf_kb", XM_KEY_IGNORED, NOT_SET },
	{ "vnc*", XM_KEY_IGNORED, NOT_SET },
	{ "vnuma", XM_KEY_IGNORED, NOT_SET },
	{ "vpmu", XM_KEY_IGNORED, NOT_SET },
	{ "vscsi", XM_KEY_IGNORED, NO_PCI },
	{ "vsnd", XM_KEY_IGNORED, NO_QEMU },
	{ "vtpm", XM_KEY_IGNORED, NO_QEMU },
	{ "vuart", XM_KEY_IGNORED, NO_QEMU },
	{ "xend_suspend_evtchn_compat", XM_KEY_IGNORED,
	  NOT_SET },
};

/* Whole families of keys end with an asterisk. */
static bool is_key(const char *known, const char *name)
{
	size_t len = strlen(known);

	if (len && known[len - 1] == '*')
		return !strncmp(known, name, len - 1);
	return !strcmp(known, name);
}

/* Never NULL: an unknown key has kind XM_KEY_UNKNOWN. */
const struct xm_keyinfo *xm_key_find(const char *name)
{
	static const struct xm_keyinfo unknown = {
		"", XM_KEY_UNKNOWN, NULL
	}, read = {
		"", XM_KEY_READ, NULL
	}, hvm = {
		"", XM_KEY_HVM, HVM_ONLY
	};

	for (size_t i = 0; i < xm_field_count; i++)
		if (!strcmp(xm_fields[i].name, name))
			return xm_fields[i].hvm ? &hvm : &read;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (is_key(keys[i].name, name))
			return &keys[i];
	return &unknown;
}
