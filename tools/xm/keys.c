// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every configuration key that xm knows, and who deals with it: those that are
 * read are in fields.c, the others here. Called by config.c to warn about them.
 */
#include <string.h>

#include "fields.h"
#include "keys.h"
#include "util.h"

#define HVM_ONLY "it is for HVM guests, which xm does not make; use xl"
#define NO_QEMU "it needs a device model, which xm does not start; use xl"
#define NO_XEND "there is no xend; files in /etc/xen/auto are for guests that start with the host"
#define NO_PCI "xm passes no devices through; use xl"

static const struct xm_keyinfo keys[] = {
	{ "blkif", XM_KEY_CLASSIC, NULL },
	{ "builder", XM_KEY_CLASSIC, NULL },
	{ "cpu", XM_KEY_CLASSIC, NULL },
	{ "dhcp", XM_KEY_CLASSIC, NULL },
	{ "gateway", XM_KEY_CLASSIC, NULL },
	{ "hostname", XM_KEY_CLASSIC, NULL },
	{ "image", XM_KEY_CLASSIC, NULL },
	{ "interface", XM_KEY_CLASSIC, NULL },
	{ "ip", XM_KEY_CLASSIC, NULL },
	{ "netif", XM_KEY_CLASSIC, NULL },
	{ "netmask", XM_KEY_CLASSIC, NULL },
	{ "nfs_root", XM_KEY_CLASSIC, NULL },
	{ "nfs_server", XM_KEY_CLASSIC, NULL },
	{ "nics", XM_KEY_CLASSIC, NULL },
	{ "restart", XM_KEY_CLASSIC, NULL },

	{ "access_control", XM_KEY_IGNORED, "xm sets no XSM label; use xl" },
	{ "acpi", XM_KEY_IGNORED, HVM_ONLY },
	{ "acpi_*", XM_KEY_IGNORED, HVM_ONLY },
	{ "altp2m*", XM_KEY_IGNORED, HVM_ONLY },
	{ "apic", XM_KEY_IGNORED, HVM_ONLY },
	{ "autorestart", XM_KEY_IGNORED,
	  "write on_poweroff, on_reboot, on_crash" },
	{ "bios", XM_KEY_IGNORED, HVM_ONLY },
	{ "bios_*", XM_KEY_IGNORED, HVM_ONLY },
	{ "boot", XM_KEY_IGNORED, HVM_ONLY },
	{ "bootargs", XM_KEY_IGNORED, "write bootloader_args" },
	{ "bootentry", XM_KEY_IGNORED, "write bootloader_args" },
	{ "channel", XM_KEY_IGNORED, "xm makes no channels; use xl" },
	{ "colo*", XM_KEY_IGNORED, "xm has no COLO; use xl" },
	{ "console", XM_KEY_IGNORED,
	  "consoles have no TCP port any more; use 'xm console'" },
	{ "cpuid", XM_KEY_IGNORED, "xm changes no CPUID or MSR policy; use xl" },
	{ "cpuid_check", XM_KEY_IGNORED,
	  "xm changes no CPUID or MSR policy; use xl" },
	{ "cpus_soft", XM_KEY_IGNORED, "xm sets no soft affinity; use cpus" },
	{ "device_model", XM_KEY_IGNORED, NO_QEMU },
	{ "device_model_*", XM_KEY_IGNORED, NO_QEMU },
	{ "device_tree", XM_KEY_IGNORED, "it is for Arm" },
	{ "dm_*", XM_KEY_IGNORED, NO_QEMU },
	{ "dm_restrict", XM_KEY_IGNORED, HVM_ONLY },
	{ "dtdev", XM_KEY_IGNORED, NO_PCI },
	{ "e820_host", XM_KEY_IGNORED, "xm does not set it; use xl" },
	{ "features", XM_KEY_IGNORED, "Xen finds out what the kernel can do" },
	{ "firmware", XM_KEY_IGNORED, "give the path as kernel" },
	{ "gfx_*", XM_KEY_IGNORED, NO_QEMU },
	{ "gfx_passthru", XM_KEY_IGNORED, HVM_ONLY },
	{ "gic_version", XM_KEY_IGNORED, HVM_ONLY },
	{ "hap", XM_KEY_IGNORED, HVM_ONLY },
	{ "hdtype", XM_KEY_IGNORED, HVM_ONLY },
	{ "hpet", XM_KEY_IGNORED, HVM_ONLY },
	{ "init_seclabel", XM_KEY_IGNORED, "xm sets no XSM label; use xl" },
	{ "iomem", XM_KEY_IGNORED, NO_PCI },
	{ "ioports", XM_KEY_IGNORED, NO_PCI },
	{ "ipaddr", XM_KEY_IGNORED, "write ip and netmask, or the ip= of vif" },
	{ "irq", XM_KEY_IGNORED, NO_PCI },
	{ "irqs", XM_KEY_IGNORED, NO_PCI },
	{ "keymap", XM_KEY_IGNORED, NO_QEMU },
	{ "localtime", XM_KEY_IGNORED, HVM_ONLY },
	{ "max_grant_version", XM_KEY_IGNORED, "xm does not set it; use xl" },
	{ "mca_caps", XM_KEY_IGNORED, HVM_ONLY },
	{ "memmap", XM_KEY_IGNORED, "write maxmem" },
	{ "mmio_hole", XM_KEY_IGNORED, HVM_ONLY },
	{ "monitor", XM_KEY_IGNORED, NO_QEMU },
	{ "ms_vm_genid", XM_KEY_IGNORED, HVM_ONLY },
	{ "msr_relaxed", XM_KEY_IGNORED,
	  "xm changes no CPUID or MSR policy; use xl" },
	{ "nestedhvm", XM_KEY_IGNORED, HVM_ONLY },
	{ "nographic", XM_KEY_IGNORED, NO_QEMU },
	{ "nr_spis", XM_KEY_IGNORED, "it is for Arm" },
	{ "nx", XM_KEY_IGNORED, HVM_ONLY },
	{ "on_xend_start", XM_KEY_IGNORED,
	  NO_XEND },
	{ "on_xend_stop", XM_KEY_IGNORED,
	  NO_XEND },
	{ "oos", XM_KEY_IGNORED, HVM_ONLY },
	{ "opengl", XM_KEY_IGNORED, NO_QEMU },
	{ "p9", XM_KEY_IGNORED, NO_QEMU },
	{ "pae", XM_KEY_IGNORED, HVM_ONLY },
	{ "passthrough", XM_KEY_IGNORED, NO_PCI },
	{ "pci", XM_KEY_IGNORED, NO_PCI },
	{ "pci_*", XM_KEY_IGNORED, NO_PCI },
	{ "pvcalls", XM_KEY_IGNORED, NO_QEMU },
	{ "pvshim", XM_KEY_IGNORED, "it is for PVH guests; use xl" },
	{ "pvshim_*", XM_KEY_IGNORED, "it is for PVH guests; use xl" },
	{ "rdm*", XM_KEY_IGNORED, HVM_ONLY },
	{ "rtc_timeoffset", XM_KEY_IGNORED, HVM_ONLY },
	{ "sdl", XM_KEY_IGNORED, NO_QEMU },
	{ "sdl_*", XM_KEY_IGNORED, NO_QEMU },
	{ "seclabel", XM_KEY_IGNORED, "xm sets no XSM label; use xl" },
	{ "serial", XM_KEY_IGNORED, HVM_ONLY },
	{ "shadow_memory", XM_KEY_IGNORED, HVM_ONLY },
	{ "smb", XM_KEY_IGNORED, NO_QEMU },
	{ "smbios_*", XM_KEY_IGNORED, HVM_ONLY },
	{ "soundhw", XM_KEY_IGNORED, NO_QEMU },
	{ "spice*", XM_KEY_IGNORED, NO_QEMU },
	{ "ssidref", XM_KEY_IGNORED, "xm sets no XSM label; use xl" },
	{ "stdvga", XM_KEY_IGNORED, NO_QEMU },
	{ "stubdomain_*", XM_KEY_IGNORED, NO_QEMU },
	{ "sve", XM_KEY_IGNORED, "it is for Arm" },
	{ "tee", XM_KEY_IGNORED, "it is for Arm" },
	{ "timeoffset", XM_KEY_IGNORED, HVM_ONLY },
	{ "timer_mode", XM_KEY_IGNORED, HVM_ONLY },
	{ "tpmif", XM_KEY_IGNORED, "write driver_domain=1" },
	{ "usb", XM_KEY_IGNORED, HVM_ONLY },
	{ "usb_*", XM_KEY_IGNORED, HVM_ONLY },
	{ "usbctrl", XM_KEY_IGNORED, NO_QEMU },
	{ "usbdev", XM_KEY_IGNORED, NO_QEMU },
	{ "usbdevice", XM_KEY_IGNORED, NO_QEMU },
	{ "usbport", XM_KEY_IGNORED, NO_QEMU },
	{ "usbversion", XM_KEY_IGNORED, HVM_ONLY },
	{ "vdispl", XM_KEY_IGNORED, NO_QEMU },
	{ "vendor_device", XM_KEY_IGNORED, HVM_ONLY },
	{ "vfb", XM_KEY_IGNORED, NO_QEMU },
	{ "vga", XM_KEY_IGNORED, NO_QEMU },
	{ "videoram", XM_KEY_IGNORED, NO_QEMU },
	{ "viridian", XM_KEY_IGNORED, HVM_ONLY },
	{ "vkb", XM_KEY_IGNORED, NO_QEMU },
	{ "vkb_*", XM_KEY_IGNORED, NO_QEMU },
	{ "vmtrace_buf_kb", XM_KEY_IGNORED, "xm does not set it; use xl" },
	{ "vnc", XM_KEY_IGNORED, NO_QEMU },
	{ "vnc*", XM_KEY_IGNORED, NO_QEMU },
	{ "vnuma", XM_KEY_IGNORED, "xm does not set it; use xl" },
	{ "vpmu", XM_KEY_IGNORED, "xm does not set it; use xl" },
	{ "vpt_align", XM_KEY_IGNORED, HVM_ONLY },
	{ "vscsi", XM_KEY_IGNORED, NO_PCI },
	{ "vsnd", XM_KEY_IGNORED, NO_QEMU },
	{ "vtpm", XM_KEY_IGNORED, NO_QEMU },
	{ "vuart", XM_KEY_IGNORED, NO_QEMU },
	{ "xen_platform_pci", XM_KEY_IGNORED, HVM_ONLY },
	{ "xend_suspend_evtchn_compat", XM_KEY_IGNORED,
	  "xm does not set it; use xl" },
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
	};

	for (size_t i = 0; i < xm_field_count; i++)
		if (!strcmp(xm_fields[i].name, name))
			return &read;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (is_key(keys[i].name, name))
			return &keys[i];
	return &unknown;
}
