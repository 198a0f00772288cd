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

	{ "acpi", XM_KEY_IGNORED, HVM_ONLY },
	{ "boot", XM_KEY_IGNORED, HVM_ONLY },
	{ "bootargs", XM_KEY_IGNORED, "write bootloader_args" },
	{ "console", XM_KEY_IGNORED,
	  "consoles have no TCP port any more; use 'xm console'" },
	{ "cpus_soft", XM_KEY_IGNORED, "xm sets no soft affinity; use cpus" },
	{ "cpuid", XM_KEY_IGNORED, "xm changes no CPUID policy; use xl" },
	{ "device_model_args", XM_KEY_IGNORED, NO_QEMU },
	{ "device_model_override", XM_KEY_IGNORED, NO_QEMU },
	{ "device_model_version", XM_KEY_IGNORED, NO_QEMU },
	{ "firmware", XM_KEY_IGNORED, "give the path as kernel" },
	{ "hap", XM_KEY_IGNORED, HVM_ONLY },
	{ "ioports", XM_KEY_IGNORED, NO_PCI },
	{ "iomem", XM_KEY_IGNORED, NO_PCI },
	{ "irqs", XM_KEY_IGNORED, NO_PCI },
	{ "keymap", XM_KEY_IGNORED, NO_QEMU },
	{ "localtime", XM_KEY_IGNORED, HVM_ONLY },
	{ "p9", XM_KEY_IGNORED, NO_QEMU },
	{ "pae", XM_KEY_IGNORED, HVM_ONLY },
	{ "pci", XM_KEY_IGNORED, NO_PCI },
	{ "sdl", XM_KEY_IGNORED, NO_QEMU },
	{ "seclabel", XM_KEY_IGNORED, "xm sets no XSM label; use xl" },
	{ "serial", XM_KEY_IGNORED, HVM_ONLY },
	{ "shadow_memory", XM_KEY_IGNORED, HVM_ONLY },
	{ "ssidref", XM_KEY_IGNORED, "xm sets no XSM label; use xl" },
	{ "tpmif", XM_KEY_IGNORED, "write driver_domain=1" },
	{ "usb", XM_KEY_IGNORED, HVM_ONLY },
	{ "usbdev", XM_KEY_IGNORED, NO_QEMU },
	{ "usbport", XM_KEY_IGNORED, NO_QEMU },
	{ "vfb", XM_KEY_IGNORED, NO_QEMU },
	{ "viridian", XM_KEY_IGNORED, HVM_ONLY },
	{ "vkb", XM_KEY_IGNORED, NO_QEMU },
	{ "vnc", XM_KEY_IGNORED, NO_QEMU },
	{ "vncconsole", XM_KEY_IGNORED, NO_QEMU },
	{ "vnclisten", XM_KEY_IGNORED, NO_QEMU },
	{ "vncpasswd", XM_KEY_IGNORED, NO_QEMU },
	{ "vscsi", XM_KEY_IGNORED, NO_PCI },
	{ "vtpm", XM_KEY_IGNORED, NO_QEMU },
	{ "xen_platform_pci", XM_KEY_IGNORED, HVM_ONLY },
};

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
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	return &unknown;
}
