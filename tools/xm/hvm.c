// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What HVM guests have of their own: keys that are one word of a few, what such a guest
 * boots from, and what Xen 3 and 4.0 wrote for one. The simple keys are rows in
 * fields.c. Called by that table, config.c and classic.c; makes no call that needs Xen.
 */
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "vif.h"

static const struct {
	const char *key, *word;
	int value;
} choices[] = {
	{ "bios", "seabios", LIBXL_BIOS_TYPE_SEABIOS },
	{ "bios", "rombios", LIBXL_BIOS_TYPE_ROMBIOS },
	{ "bios", "ovmf", LIBXL_BIOS_TYPE_OVMF },
	{ "device_model_version", "qemu-xen", LIBXL_DEVICE_MODEL_VERSION_QEMU_XEN },
	{ "device_model_version", "qemu-xen-traditional",
	  LIBXL_DEVICE_MODEL_VERSION_QEMU_XEN_TRADITIONAL },
	{ "hdtype", "ide", LIBXL_HDTYPE_IDE },
	{ "hdtype", "ahci", LIBXL_HDTYPE_AHCI },
	{ "timer_mode", "delay_for_missed_ticks",
	  LIBXL_TIMER_MODE_DELAY_FOR_MISSED_TICKS },
	{ "timer_mode", "no_delay_for_missed_ticks",
	  LIBXL_TIMER_MODE_NO_DELAY_FOR_MISSED_TICKS },
	{ "timer_mode", "no_missed_ticks_pending",
	  LIBXL_TIMER_MODE_NO_MISSED_TICKS_PENDING },
	{ "timer_mode", "one_missed_tick_pending",
	  LIBXL_TIMER_MODE_ONE_MISSED_TICK_PENDING },
	{ "vga", "stdvga", LIBXL_VGA_INTERFACE_TYPE_STD },
	{ "vga", "cirrus", LIBXL_VGA_INTERFACE_TYPE_CIRRUS },
	{ "vga", "none", LIBXL_VGA_INTERFACE_TYPE_NONE },
	{ "vga", "qxl", LIBXL_VGA_INTERFACE_TYPE_QXL },
};

/* Libxl's enums are as large as an int. */
static int *chosen(const libxl_domain_config *dc, const struct xm_field *f)
{
	return (int *)((char *)dc + f->offset);
}

/* A word, or for timer_mode its number, as Xen 3 had it. */
void xm_choice_read(struct xm_config *cfg, const struct xm_field *f)
{
	const char *value = xm_config_string(cfg, f->name);
	char *known = NULL;
	long n;

	if (!value)
		return;
	if (!strcmp(f->name, "timer_mode") && xm_number(value, 0, 3, &n)) {
		*chosen(&cfg->dc, f) = n;
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++) {
		if (strcmp(choices[i].key, f->name))
			continue;
		if (!strcmp(choices[i].word, value)) {
			*chosen(&cfg->dc, f) = choices[i].value;
			free(known);
			return;
		}
		xm_append(&known, "%s%s", known ? ", " : "", choices[i].word);
	}
	xm_config_error(cfg, f->name, "'%s' is not one of %s", value, known);
	free(known);
}

void xm_choice_print(FILE *out, const libxl_domain_config *dc,
		     const struct xm_field *f)
{
	int value = *chosen(dc, f);

	if (value == f->preset)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		if (!strcmp(choices[i].key, f->name) && choices[i].value == value)
			xm_put_string(out, f->name, choices[i].word);
}

/* The name that vga=stdvga had; vga itself comes later, and prevails. */
void xm_stdvga_read(struct xm_config *cfg, const struct xm_field *f)
{
	long on;

	if (xm_config_long(cfg, f->name, 0, 1, &on) && on)
		*chosen(&cfg->dc, f) = LIBXL_VGA_INTERFACE_TYPE_STD;
}

void xm_boot_read(struct xm_config *cfg, const struct xm_field *f)
{
	const char *value = xm_config_string(cfg, f->name);

	if (!value || !*value)
		return;
	if (value[strspn(value, "acdn")]) {
		xm_config_error(cfg, f->name, "'%s' is not letters of a (floppy), c (disk), d (CD-ROM), n (network)",
				value);
		return;
	}
	cfg->dc.b_info.u.hvm.boot = xm_strdup(value);
}

/*
 * libxl has QEMU emulate the first disks, with names of IDE and of PV disks alike: four on
 * IDE, six on AHCI. QEMU has none of them read-only, as no board ever had.
 */
static bool is_emulated(const libxl_domain_build_info *b, const char *vdev)
{
	bool ahci = b->u.hvm.hdtype == LIBXL_HDTYPE_AHCI;
	const char *letter = vdev + (xm_starts(vdev, "hd") ? strlen("hd") : strlen("xvd"));

	return (xm_starts(vdev, "hd") || xm_starts(vdev, "xvd")) &&
	       *letter >= 'a' && *letter < (ahci ? 'g' : 'e') &&
	       (letter[1] < 'a' || letter[1] > 'z');
}

static void check_disk(struct xm_config *cfg, const libxl_device_disk *disk)
{
	if (!disk->readwrite && !disk->is_cdrom && is_emulated(&cfg->dc.b_info, disk->vdev))
		xm_config_error(cfg, "disk", "%s is read-only, which an emulated disk cannot be; give it mode w, or call it xvdg, which is for PV drivers only",
				disk->vdev);
}

/* What is other than with other guests, once all is read. */
void xm_hvm_check(struct xm_config *cfg)
{
	libxl_domain_build_info *b = &cfg->dc.b_info;

	for (int i = 0; i < cfg->dc.num_disks; i++)
		check_disk(cfg, &cfg->dc.disks[i]);
	if (!b->bootloader)
		return;
	xm_config_warn(cfg, "bootloader", "ignored: an HVM guest boots from its own disks");
	free(b->bootloader);
	b->bootloader = NULL;
}

/**
 * xm_hvm_nic() - an HVM guest's interface and its emulated twin
 * @cfg: the guest
 * @nic: what its specification says
 *
 * What goes out by the twin passes none of antispoof's rules.
 */
void xm_hvm_nic(struct xm_config *cfg, libxl_device_nic *nic)
{
	if (!xm_vif_is_guarded(nic) || nic->nictype == LIBXL_NIC_TYPE_VIF)
		return;
	if (nic->nictype == LIBXL_NIC_TYPE_VIF_IOEMU) {
		xm_config_error(cfg, "vif", "type=ioemu: antispoof cannot guard an emulated interface; write type=vif or antispoof=0");
		return;
	}
	xm_config_warn(cfg, "vif", "antispoof cannot guard an emulated interface; using type=vif, for which the guest needs a PV driver");
	nic->nictype = LIBXL_NIC_TYPE_VIF;
}

static void old_device_model(struct xm_config *cfg, const char *value)
{
	const char *slash = strrchr(value, '/');

	if (!strcmp(slash ? slash + 1 : value, "qemu-dm"))
		xm_config_warn(cfg, "device_model", "'%s' is obsolete; using libxenlight's own QEMU",
			       value);
	else
		xm_config_warn(cfg, "device_model", "obsolete, and ignored; device_model_override = \"%s\" has it used",
			       value);
}

static void old_ne2000(struct xm_config *cfg)
{
	libxl_device_nic *nics = cfg->dc.nics;

	xm_config_warn(cfg, "ne2000", "obsolete; using model=ne2k_pci in vif");
	for (int i = 0; i < cfg->dc.num_nics; i++)
		if (!nics[i].model)
			nics[i].model = xm_strdup("ne2k_pci");
}

/**
 * xm_hvm_classic_key() - translate what Xen 3 and 4.0 had for HVM guests
 * @cfg: today's keys have been read
 * @key: device_model, ne2000, vncconsole or vncviewer
 * @value: what it says
 */
void xm_hvm_classic_key(struct xm_config *cfg, const char *key, const char *value)
{
	if (cfg->dc.c_info.type != LIBXL_DOMAIN_TYPE_HVM)
		xm_config_warn(cfg, key, "ignored: it is for HVM guests");
	else if (!strcmp(key, "device_model"))
		old_device_model(cfg, value);
	else if (!*value || !strcmp(value, "0") || !strcmp(value, "no"))
		return;
	else if (!strcmp(key, "ne2000"))
		old_ne2000(cfg);
	else
		xm_config_warn(cfg, key, "obsolete, and ignored; 'xm create --vncviewer' and 'xm vncviewer %s' show its screen",
			       cfg->dc.c_info.name);
}
