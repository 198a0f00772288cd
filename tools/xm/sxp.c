// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Domains as S-expressions: what "xm list -l" of Xen 2.0 and 3 printed, and scripts
 * look into. Names of fields are those of then. Called by cmd-list.c.
 */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "mac.h"
#include "sxp.h"

/* A word stands as it is; what would not be one is quoted. */
static void put(FILE *out, int indent, const char *key, const char *value)
{
	static const char word[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/+-,=@%";
	char *quoted;

	if (!value || !*value)
		return;
	if (strspn(value, word) == strlen(value)) {
		fprintf(out, "%*s(%s %s)\n", indent, "", key, value);
		return;
	}
	quoted = xm_quoted(value, '\'');
	xm_printable(quoted);
	fprintf(out, "%*s(%s %s)\n", indent, "", key, quoted);
	free(quoted);
}

static void put_number(FILE *out, int indent, const char *key, long value)
{
	fprintf(out, "%*s(%s %ld)\n", indent, "", key, value);
}

/* The password for the screen is nobody's business who may list guests. */
static void put_hvm(FILE *out, const libxl_domain_build_info *b)
{
	const struct {
		const char *key;
		libxl_defbool value;
	} flags[] = {
		{ "acpi", b->acpi }, { "apic", b->apic }, { "pae", b->u.hvm.pae },
		{ "localtime", b->localtime }, { "usb", b->u.hvm.usb },
		{ "vnc", b->u.hvm.vnc.enable }, { "vncunused", b->u.hvm.vnc.findunused },
		{ "sdl", b->u.hvm.sdl.enable }, { "opengl", b->u.hvm.sdl.opengl },
	};

	put(out, 12, "device_model", b->device_model);
	put(out, 12, "boot", b->u.hvm.boot);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (!libxl_defbool_is_default(flags[i].value))
			put_number(out, 12, flags[i].key,
				   libxl_defbool_val(flags[i].value));
	put(out, 12, "vnclisten", b->u.hvm.vnc.listen);
	put(out, 12, "keymap", b->u.hvm.keymap);
	put(out, 12, "serial", b->u.hvm.serial_list ? b->u.hvm.serial_list[0] :
	    b->u.hvm.serial);
	put(out, 12, "usbdevice", b->u.hvm.usbdevice_list ? b->u.hvm.usbdevice_list[0] :
	    b->u.hvm.usbdevice);
}

static void put_image(FILE *out, const libxl_domain_config *dc)
{
	const libxl_domain_build_info *b = &dc->b_info;
	bool hvm = dc->c_info.type == LIBXL_DOMAIN_TYPE_HVM;

	fprintf(out, "    (image\n        (%s\n", hvm ? "hvm" : "linux");
	put(out, 12, "kernel", b->kernel);
	put(out, 12, "ramdisk", b->ramdisk);
	put(out, 12, "args", b->cmdline);
	if (hvm)
		put_hvm(out, b);
	fputs("        )\n    )\n", out);
	put(out, 4, "bootloader", b->bootloader);
}

static void put_nic(FILE *out, const libxl_device_nic *nic)
{
	char mac[XM_MAC_TEXT];

	fputs("    (device\n        (vif\n", out);
	xm_mac_format(nic->mac, mac);
	put(out, 12, "mac", mac);
	put(out, 12, "bridge", nic->bridge);
	put(out, 12, "script", nic->script);
	put(out, 12, "ip", nic->ip);
	put(out, 12, "vifname", nic->ifname);
	put(out, 12, "model", nic->model);
	put_number(out, 12, "backend", nic->backend_domid);
	fputs("        )\n    )\n", out);
}

static void put_disk(FILE *out, const libxl_device_disk *disk)
{
	bool shared;
	const char *path = xm_disk_path(disk, &shared);
	char *uname, *dev;

	if (!path)
		path = disk->pdev_path ? disk->pdev_path : "";
	uname = xm_asprintf("%s:%s", xm_starts(path, "/dev/") ? "phy" : "file",
			    path);
	fputs("    (device\n        (vbd\n", out);
	put(out, 12, "uname", uname);
	dev = xm_asprintf("%s%s", disk->vdev ? disk->vdev : "", disk->is_cdrom ? ":cdrom" : "");
	put(out, 12, "dev", dev);
	free(dev);
	put(out, 12, "mode", !disk->readwrite ? "r" : shared ? "w!" : "w");
	put_number(out, 12, "backend", disk->backend_domid);
	fputs("        )\n    )\n", out);
	free(uname);
}

static void put_config(FILE *out, const libxl_domain_config *dc)
{
	put(out, 4, "on_poweroff", xm_action_name(dc->on_poweroff));
	put(out, 4, "on_reboot", xm_action_name(dc->on_reboot));
	put(out, 4, "on_crash", xm_action_name(dc->on_crash));
	put_image(out, dc);
	for (int i = 0; i < dc->num_nics; i++)
		put_nic(out, &dc->nics[i]);
	for (int i = 0; i < dc->num_disks; i++)
		put_disk(out, &dc->disks[i]);
}

/**
 * xm_sxp_domain() - print a domain
 * @out: where to
 * @info: what Xen knows
 * @name: its name
 * @state: the six letters
 * @dc: its configuration; NULL: it has none
 */
void xm_sxp_domain(FILE *out, const libxl_dominfo *info, const char *name,
		   const char *state, const libxl_domain_config *dc)
{
	char uuid[64];

	snprintf(uuid, sizeof(uuid), LIBXL_UUID_FMT,
		 LIBXL_UUID_BYTES(info->uuid));
	fputs("(domain\n", out);
	put_number(out, 4, "domid", info->domid);
	put(out, 4, "uuid", uuid);
	put(out, 4, "name", name);
	put(out, 4, "type", libxl_domain_type_to_string(info->domain_type));
	put_number(out, 4, "vcpus", info->vcpu_max_id + 1);
	put_number(out, 4, "online_vcpus", info->vcpu_online);
	put_number(out, 4, "memory",
		   (info->current_memkb + info->outstanding_memkb) / 1024);
	put_number(out, 4, "maxmem", info->max_memkb / 1024);
	put_number(out, 4, "cpupool", info->cpupool);
	if (dc)
		put_config(out, dc);
	put(out, 4, "state", state);
	fprintf(out, "    (cpu_time %.3f)\n", (double)info->cpu_time / 1e9);
	fputs(")\n", out);
}
