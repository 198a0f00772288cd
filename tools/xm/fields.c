// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every configuration key that xm reads, in the order in which they are read
 * and printed, and how that is done for those that are one string, number or
 * choice; the others are in cpus.c, boot.c, hvm.c and devices.c. config.c reads by this
 * table and print.c prints by it, so what is read cannot be left out there.
 * Makes no call that needs Xen.
 */
#include <libxl_utils.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "name.h"

static const struct {
	const char *name;
	libxl_action_on_shutdown action;
} actions[] = {
	{ "destroy", LIBXL_ACTION_ON_SHUTDOWN_DESTROY },
	{ "restart", LIBXL_ACTION_ON_SHUTDOWN_RESTART },
	{ "rename-restart", LIBXL_ACTION_ON_SHUTDOWN_RESTART_RENAME },
	{ "preserve", LIBXL_ACTION_ON_SHUTDOWN_PRESERVE },
	{ "coredump-destroy", LIBXL_ACTION_ON_SHUTDOWN_COREDUMP_DESTROY },
	{ "coredump-restart", LIBXL_ACTION_ON_SHUTDOWN_COREDUMP_RESTART },
	{ "soft-reset", LIBXL_ACTION_ON_SHUTDOWN_SOFT_RESET },
};

const char *xm_action_name(libxl_action_on_shutdown action)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (actions[i].action == action)
			return actions[i].name;
	return "destroy";
}

/* 0, or -1 if there is no such action; *action is then left alone. */
static int action_parse(const char *name, libxl_action_on_shutdown *action)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!strcmp(actions[i].name, name)) {
			*action = actions[i].action;
			return 0;
		}
	}
	return -1;
}

static void *field(const libxl_domain_config *dc, const struct xm_field *f)
{
	return (char *)dc + f->offset;
}

static void read_string(struct xm_config *cfg, const struct xm_field *f)
{
	const char *value = xm_config_string(cfg, f->name);
	char **string = field(&cfg->dc, f);

	if (!value || !*value)
		return;
	free(*string);
	*string = xm_strdup(value);
}

static void print_string(FILE *out, const libxl_domain_config *dc,
			 const struct xm_field *f)
{
	xm_put_string(out, f->name, *(char **)field(dc, f));
}

static void read_number(struct xm_config *cfg, const struct xm_field *f)
{
	long n;

	if (xm_config_long(cfg, f->name, f->min, f->max, &n))
		*(int *)field(&cfg->dc, f) = n;
}

static void print_number(FILE *out, const libxl_domain_config *dc,
			 const struct xm_field *f)
{
	int n = *(int *)field(dc, f);

	if (n != f->preset)
		xm_put_number(out, f->name, n);
}

/* Xen 2.0's weights were fractions, with 1.0 for what is 256 today. */
static void read_weight(struct xm_config *cfg, const struct xm_field *f)
{
	const char *value = xm_config_string(cfg, f->name);
	double fraction;
	char *end;

	if (!value || !strchr(value, '.')) {
		read_number(cfg, f);
		return;
	}
	fraction = strtod(value, &end);
	if (*end || !(fraction * 256 >= f->min && fraction * 256 <= f->max)) {
		xm_config_error(cfg, f->name, "'%s' is not a number from %ld to %ld",
				value, f->min, f->max);
		return;
	}
	cfg->dc.b_info.sched_params.weight = fraction * 256;
	xm_config_warn(cfg, f->name, "'%s' is obsolete; using %d", value,
		       cfg->dc.b_info.sched_params.weight);
}

static void read_bool(struct xm_config *cfg, const struct xm_field *f)
{
	long value;

	if (xm_config_long(cfg, f->name, 0, 1, &value))
		libxl_defbool_set(field(&cfg->dc, f), value);
}

static void print_bool(FILE *out, const libxl_domain_config *dc,
		       const struct xm_field *f)
{
	libxl_defbool value = *(libxl_defbool *)field(dc, f);

	if (!libxl_defbool_is_default(value))
		xm_put_number(out, f->name, libxl_defbool_val(value));
}

static void read_action(struct xm_config *cfg, const struct xm_field *f)
{
	const char *value = xm_config_string(cfg, f->name);
	libxl_action_on_shutdown *action = field(&cfg->dc, f);

	*action = f->preset;
	if (value && action_parse(value, action))
		xm_config_error(cfg, f->name,
				"'%s' is not an action like destroy, restart, preserve",
				value);
}

static void print_action(FILE *out, const libxl_domain_config *dc,
			 const struct xm_field *f)
{
	xm_put_string(out, f->name,
		      xm_action_name(*(libxl_action_on_shutdown *)field(dc, f)));
}

static void read_name(struct xm_config *cfg, const struct xm_field *f)
{
	const char *wrong;

	read_string(cfg, f);
	if (!cfg->dc.c_info.name) {
		xm_config_error(cfg, NULL, "name is not set; add a line name = \"...\"");
		return;
	}
	wrong = xm_name_problem(cfg->dc.c_info.name);
	if (wrong)
		xm_config_error(cfg, f->name, "%s", wrong);
}

/* Xen 3 and 4.0 said by the builder what is the type today (classic.c). */
static void read_type(struct xm_config *cfg, const struct xm_field *f)
{
	const char *type = xm_config_string(cfg, f->name);
	const char *builder = xm_config_string(cfg, "builder");
	libxl_domain_type t = LIBXL_DOMAIN_TYPE_PV;

	if (!type && builder && !strcmp(builder, "hvm"))
		type = builder;
	if (type && !strcmp(type, "pvh"))
		t = LIBXL_DOMAIN_TYPE_PVH;
	else if (type && !strcmp(type, "hvm"))
		t = LIBXL_DOMAIN_TYPE_HVM;
	else if (type && strcmp(type, "pv"))
		xm_config_error(cfg, f->name, "'%s' is not one of pv, pvh, hvm", type);
	cfg->dc.c_info.type = t;
	libxl_domain_build_info_init_type(&cfg->dc.b_info, t);
}

static void print_type(FILE *out, const libxl_domain_config *dc,
		       const struct xm_field *f)
{
	xm_put_string(out, f->name,
		      libxl_domain_type_to_string(dc->c_info.type));
}

static void read_uuid(struct xm_config *cfg, const struct xm_field *f)
{
	const char *uuid = xm_config_string(cfg, f->name);

	if (uuid && libxl_uuid_from_string(&cfg->dc.c_info.uuid, uuid))
		xm_config_error(cfg, f->name, "'%s' is not a UUID", uuid);
}

static void print_uuid(FILE *out, const libxl_domain_config *dc,
		       const struct xm_field *f)
{
	if (!libxl_uuid_is_nil(&dc->c_info.uuid))
		fprintf(out, "%s = \"" LIBXL_UUID_FMT "\"\n", f->name,
			LIBXL_UUID_BYTES(dc->c_info.uuid));
}

static void read_memory(struct xm_config *cfg, const struct xm_field *f)
{
	libxl_domain_build_info *b = &cfg->dc.b_info;
	long memory = 128;

	if (!xm_config_long(cfg, f->name, f->min, f->max, &memory) &&
	    !cfg->failed)
		xm_config_warn(cfg, NULL, "memory is not set: using 128 MiB");
	b->target_memkb = memory * 1024;
}

static void print_memory(FILE *out, const libxl_domain_config *dc,
			 const struct xm_field *f)
{
	xm_put_number(out, f->name, dc->b_info.target_memkb / 1024);
}

static void read_maxmem(struct xm_config *cfg, const struct xm_field *f)
{
	libxl_domain_build_info *b = &cfg->dc.b_info;
	long memory = b->target_memkb / 1024, maxmem = memory;

	if (xm_config_long(cfg, f->name, f->min, f->max, &maxmem) &&
	    maxmem < memory)
		xm_config_error(cfg, f->name, "%ld is less than memory, which is %ld",
				maxmem, memory);
	b->max_memkb = maxmem * 1024;
}

static void print_maxmem(FILE *out, const libxl_domain_config *dc,
			 const struct xm_field *f)
{
	const libxl_domain_build_info *b = &dc->b_info;

	if (b->max_memkb != b->target_memkb)
		xm_put_number(out, f->name, b->max_memkb / 1024);
}

/* In MiB; in libxl's structure it is in KiB. */
static void read_mib(struct xm_config *cfg, const struct xm_field *f)
{
	long n;

	if (xm_config_long(cfg, f->name, f->min, f->max, &n))
		*(uint64_t *)field(&cfg->dc, f) = (uint64_t)n * 1024;
}

static void print_mib(FILE *out, const libxl_domain_config *dc,
		      const struct xm_field *f)
{
	uint64_t kib = *(uint64_t *)field(dc, f);

	/* libxl makes 0 of what it was not told. */
	if (kib != (uint64_t)f->preset && kib >= (uint64_t)f->min * 1024)
		xm_put_number(out, f->name, kib / 1024);
}

static void read_tsc_mode(struct xm_config *cfg, const struct xm_field *f)
{
	const char *mode = xm_config_string(cfg, f->name);
	libxl_tsc_mode parsed;
	long n;

	if (!mode)
		return;
	if (xm_number(mode, 0, 3, &n))
		cfg->dc.b_info.tsc_mode = n;
	else if (!libxl_tsc_mode_from_string(mode, &parsed))
		cfg->dc.b_info.tsc_mode = parsed;
	else
		xm_config_error(cfg, f->name,
				"'%s' is not one of default, always_emulate, native",
				mode);
}

static void print_tsc_mode(FILE *out, const libxl_domain_config *dc,
			   const struct xm_field *f)
{
	libxl_tsc_mode mode = dc->b_info.tsc_mode;

	if (mode != LIBXL_TSC_MODE_DEFAULT)
		xm_put_string(out, f->name, libxl_tsc_mode_to_string(mode));
}

#define AT(member) offsetof(libxl_domain_config, member)
#define FIELD(name, read, print, offset) \
	{ name, read, print, offset, 0, 0, 0, false }
#define STRING(name, member) \
	FIELD(name, read_string, print_string, AT(member))
#define BOOL(name, member) FIELD(name, read_bool, print_bool, AT(member))
#define NUMBER(name, member, min, max, preset) \
	{ name, read_number, print_number, AT(member), min, max, preset, false }
#define ACTION(name, preset) \
	{ #name, read_action, print_action, AT(name), 0, 0, \
	  LIBXL_ACTION_ON_SHUTDOWN_##preset, false }
/* Not one libxl field of a simple kind. */
#define OWN(name, read, print) FIELD(name, read, print, 0)
#define MIB(name, read, print) { name, read, print, 0, 1, 1L << 30, 0, false }
#define WORDS(name, member) \
	FIELD(name, xm_words_read, xm_words_print, AT(member))

/* The same for HVM guests. */
#define HVM(name, kind, member) \
	{ name, read_##kind, print_##kind, AT(member), 0, 0, 0, true }
#define HVM_RANGE(name, kind, member, min, max, preset) \
	{ name, read_##kind, print_##kind, AT(member), min, max, preset, true }
#define HVM_WORDS(name, member) \
	{ name, xm_words_read, xm_words_print, AT(member), 0, 0, 0, true }
#define HVM_CHOICE(name, member, preset) \
	{ name, xm_choice_read, xm_choice_print, AT(member), 0, 0, preset, true }
#define HVM_OWN(name, read, print, member) \
	{ name, read, print, AT(member), 0, 0, 0, true }

/* type comes first: it says which of libxl's members there are. */
const struct xm_field xm_fields[] = {
	FIELD("name", read_name, print_string, AT(c_info.name)),
	OWN("type", read_type, print_type),
	OWN("uuid", read_uuid, print_uuid),
	STRING("pool", c_info.pool_name),
	BOOL("driver_domain", c_info.driver_domain),
	MIB("memory", read_memory, print_memory),
	MIB("maxmem", read_maxmem, print_maxmem),
	OWN("vcpus", xm_vcpus_read, xm_vcpus_print),
	OWN("maxvcpus", NULL, xm_maxvcpus_print),
	OWN("cpus", xm_cpus_read, xm_cpus_print),
	{ "cpu_weight", read_weight, print_number,
	  AT(b_info.sched_params.weight), 1, 65535,
	  LIBXL_DOMAIN_SCHED_PARAM_WEIGHT_DEFAULT, false },
	NUMBER("cap", b_info.sched_params.cap, 0, 65535,
	       LIBXL_DOMAIN_SCHED_PARAM_CAP_DEFAULT),
	OWN("tsc_mode", read_tsc_mode, print_tsc_mode),
	FIELD("kernel", xm_kernel_read, print_string, AT(b_info.kernel)),
	FIELD("ramdisk", xm_kernel_read, print_string, AT(b_info.ramdisk)),
	FIELD("cmdline", xm_cmdline_read, print_string, AT(b_info.cmdline)),
	OWN("root", NULL, NULL),
	OWN("extra", NULL, NULL),
	STRING("bootloader", b_info.bootloader),
	WORDS("bootloader_args", b_info.bootloader_args),
	STRING("blkdev_start", b_info.blkdev_start),
	NUMBER("max_event_channels", b_info.event_channels, 1, 131071, 0),
	NUMBER("max_grant_frames", b_info.max_grant_frames, 1, 1L << 20,
	       (int)LIBXL_MAX_GRANT_DEFAULT),
	NUMBER("max_maptrack_frames", b_info.max_maptrack_frames, 0, 1L << 20,
	       (int)LIBXL_MAX_GRANT_DEFAULT),
	BOOL("nomigrate", b_info.disable_migrate),
	BOOL("localtime", b_info.localtime),
	NUMBER("rtc_timeoffset", b_info.rtc_timeoffset, -(1L << 30), 1L << 30, 0),
	HVM_OWN("boot", xm_boot_read, print_string, b_info.u.hvm.boot),
	HVM("hap", bool, c_info.hap),
	HVM("pae", bool, b_info.u.hvm.pae),
	HVM("acpi", bool, b_info.acpi),
	HVM("acpi_s3", bool, b_info.u.hvm.acpi_s3),
	HVM("acpi_s4", bool, b_info.u.hvm.acpi_s4),
	HVM("apic", bool, b_info.apic),
	HVM("nx", bool, b_info.u.hvm.nx),
	HVM("hpet", bool, b_info.u.hvm.hpet),
	HVM("vpt_align", bool, b_info.u.hvm.vpt_align),
	HVM("nestedhvm", bool, b_info.nested_hvm),
	HVM_CHOICE("timer_mode", b_info.timer_mode, LIBXL_TIMER_MODE_UNKNOWN),
	HVM_RANGE("shadow_memory", mib, b_info.shadow_memkb, 0, 1L << 30, -1),
	HVM_RANGE("mmio_hole", mib, b_info.u.hvm.mmio_hole_memkb, 256, 3840, -1),
	HVM("xen_platform_pci", bool, b_info.u.hvm.xen_platform_pci),
	HVM_CHOICE("bios", b_info.u.hvm.bios, LIBXL_BIOS_TYPE_UNKNOWN),
	HVM_CHOICE("hdtype", b_info.u.hvm.hdtype, LIBXL_HDTYPE_IDE),
	HVM_CHOICE("device_model_version", b_info.device_model_version,
		   LIBXL_DEVICE_MODEL_VERSION_UNKNOWN),
	HVM("device_model_override", string, b_info.device_model),
	HVM_WORDS("device_model_args", b_info.extra),
	HVM_WORDS("device_model_args_hvm", b_info.extra_hvm),
	HVM_OWN("stdvga", xm_stdvga_read, NULL, b_info.u.hvm.vga.kind),
	HVM_CHOICE("vga", b_info.u.hvm.vga.kind, LIBXL_VGA_INTERFACE_TYPE_UNKNOWN),
	HVM_RANGE("videoram", mib, b_info.video_memkb, 0, 4096, -1),
	HVM("nographic", bool, b_info.u.hvm.nographic),
	HVM("keymap", string, b_info.u.hvm.keymap),
	HVM("vnc", bool, b_info.u.hvm.vnc.enable),
	HVM("vnclisten", string, b_info.u.hvm.vnc.listen),
	HVM("vncpasswd", string, b_info.u.hvm.vnc.passwd),
	HVM_RANGE("vncdisplay", number, b_info.u.hvm.vnc.display, 0, 59635, 0),
	HVM("vncunused", bool, b_info.u.hvm.vnc.findunused),
	HVM("sdl", bool, b_info.u.hvm.sdl.enable),
	HVM("opengl", bool, b_info.u.hvm.sdl.opengl),
	HVM("display", string, b_info.u.hvm.sdl.display),
	HVM("xauthority", string, b_info.u.hvm.sdl.xauthority),
	HVM_WORDS("serial", b_info.u.hvm.serial_list),
	HVM("usb", bool, b_info.u.hvm.usb),
	HVM_RANGE("usbversion", number, b_info.u.hvm.usbversion, 1, 3, 0),
	HVM_WORDS("usbdevice", b_info.u.hvm.usbdevice_list),
	HVM("soundhw", string, b_info.u.hvm.soundhw),
	OWN("antispoof", xm_antispoof_read, NULL),
	OWN("disk", xm_disks_read, xm_disks_print),
	OWN("vif", xm_vifs_read, xm_vifs_print),
	ACTION(on_poweroff, DESTROY),
	ACTION(on_reboot, RESTART),
	ACTION(on_crash, DESTROY),
	ACTION(on_watchdog, DESTROY),
	ACTION(on_soft_reset, SOFT_RESET),
};

const size_t xm_field_count = ARRAY_SIZE(xm_fields);

bool xm_field_is_of(const struct xm_field *f, libxl_domain_type type)
{
	return !f->hvm || type == LIBXL_DOMAIN_TYPE_HVM;
}
