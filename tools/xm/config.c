// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a guest's configuration into libxl's structure: today's keys here,
 * devices in devices.c, Xen 2.0's keys in classic.c. The file is scanned for
 * its keys first (scan.c), then libxlutil parses it. Called by cmd-create.c.
 *
 * The first error is reported and sets @failed; later ones are consequences,
 * so they are not printed and the code below need not check after each key.
 */
#include <errno.h>
#include <libxl_utils.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "cpulist.h"
#include "keys.h"
#include "name.h"

static void report(struct xm_config *cfg, const char *kind, const char *key,
		   const char *fmt, va_list ap)
{
	int line = key ? xm_scan_line(&cfg->scan, key) : 0;

	fprintf(cfg->report, "xm: %s", cfg->file);
	if (line > cfg->scan.lines)
		fputs(": command line", cfg->report);
	else if (line)
		fprintf(cfg->report, ":%d", line);
	fprintf(cfg->report, ": %s%s%s", kind, key ? key : "",
		key ? ": " : "");
	vfprintf(cfg->report, fmt, ap);
	fputc('\n', cfg->report);
}

void xm_config_warn(struct xm_config *cfg, const char *key, const char *fmt,
		    ...)
{
	va_list ap;

	if (cfg->quiet || cfg->failed)
		return;
	va_start(ap, fmt);
	report(cfg, "warning: ", key, fmt, ap);
	va_end(ap);
}

void xm_config_error(struct xm_config *cfg, const char *key, const char *fmt,
		     ...)
{
	va_list ap;

	if (!cfg->failed) {
		va_start(ap, fmt);
		report(cfg, "", key, fmt, ap);
		va_end(ap);
	}
	cfg->failed = true;
}

bool xm_config_has(struct xm_config *cfg, const char *key)
{
	return xm_scan_line(&cfg->scan, key) != 0;
}

/* The value as a string; numbers are strings, too. NULL if not there. */
const char *xm_config_string(struct xm_config *cfg, const char *key)
{
	const char *value;
	int err = xlu_cfg_get_string(cfg->xlu, key, &value, 1);

	if (!err)
		return value;
	if (err != ESRCH)
		xm_config_error(cfg, key, "must be a string, not a list");
	return NULL;
}

bool xm_config_long(struct xm_config *cfg, const char *key, long min, long max,
		    long *value)
{
	const char *s = xm_config_string(cfg, key);

	if (!s)
		return false;
	if (xm_number(s, min, max, value))
		return true;
	xm_config_error(cfg, key, "'%s' is not a number from %ld to %ld", s,
			min, max);
	return false;
}

static void read_string(struct xm_config *cfg, const char *key, char **field)
{
	const char *value = xm_config_string(cfg, key);

	if (!value || !*value)
		return;
	free(*field);
	*field = xm_strdup(value);
}

/* The guest's watcher, which makes it anew, is in another directory. */
static void read_path(struct xm_config *cfg, const char *key, char **field)
{
	char *here, *path;

	read_string(cfg, key, field);
	if (!*field || **field == '/')
		return;
	here = getcwd(NULL, 0);
	if (!here) {
		xm_config_error(cfg, key, "'%s' is relative to a directory that is not there: %s",
				*field, strerror(errno));
		return;
	}
	path = xm_asprintf("%s/%s", strcmp(here, "/") ? here : "", *field);
	free(here);
	free(*field);
	*field = path;
}

static void read_bool(struct xm_config *cfg, const char *key,
		      libxl_defbool *field)
{
	long value;

	if (xm_config_long(cfg, key, 0, 1, &value))
		libxl_defbool_set(field, value);
}

static void read_type(struct xm_config *cfg)
{
	const char *type = xm_config_string(cfg, "type");
	libxl_domain_type t = LIBXL_DOMAIN_TYPE_PV;

	if (type && !strcmp(type, "pvh"))
		t = LIBXL_DOMAIN_TYPE_PVH;
	else if (type && strcmp(type, "pv"))
		xm_config_error(cfg, "type", "'%s' is not made by xm (pv and pvh are); use xl",
				type);
	cfg->dc.c_info.type = t;
	libxl_domain_build_info_init_type(&cfg->dc.b_info, t);
}

static void read_identity(struct xm_config *cfg)
{
	libxl_domain_create_info *c = &cfg->dc.c_info;
	const char *uuid = xm_config_string(cfg, "uuid");
	const char *wrong;

	read_string(cfg, "name", &c->name);
	wrong = c->name ? xm_name_problem(c->name) : NULL;
	if (wrong)
		xm_config_error(cfg, "name", "%s", wrong);
	read_string(cfg, "pool", &c->pool_name);
	read_bool(cfg, "driver_domain", &c->driver_domain);
	if (uuid && libxl_uuid_from_string(&c->uuid, uuid))
		xm_config_error(cfg, "uuid", "'%s' is not a UUID", uuid);
}

static void read_memory(struct xm_config *cfg)
{
	libxl_domain_build_info *b = &cfg->dc.b_info;
	long memory = 128, maxmem;

	if (!xm_config_long(cfg, "memory", 1, 1L << 30, &memory) &&
	    !cfg->failed)
		xm_config_warn(cfg, NULL, "memory is not set: using 128 MiB");
	maxmem = memory;
	xm_config_long(cfg, "maxmem", memory, 1L << 30, &maxmem);
	b->target_memkb = memory * 1024;
	b->max_memkb = maxmem * 1024;
}

/**
 * xm_config_pin() - let a virtual CPU run on some physical CPUs only
 * @cfg: the guest; its number of virtual CPUs is known
 * @key: where the list comes from, for the message
 * @vcpu: which virtual CPU
 * @list: physical CPUs, as in "0-3,^2"
 */
void xm_config_pin(struct xm_config *cfg, const char *key, int vcpu,
		   const char *list)
{
	libxl_domain_build_info *b = &cfg->dc.b_info;

	if (vcpu >= b->max_vcpus)
		return;
	while (b->num_vcpu_hard_affinity <= vcpu) {
		b->vcpu_hard_affinity =
			xm_grow(b->vcpu_hard_affinity,
				b->num_vcpu_hard_affinity,
				sizeof(*b->vcpu_hard_affinity));
		b->num_vcpu_hard_affinity++;
	}
	if (xm_cpulist_parse(&b->vcpu_hard_affinity[vcpu], list))
		xm_config_error(cfg, key, "'%s' is not a list of CPUs like \"0-3,5,^1\"",
				list);
	libxl_defbool_set(&b->numa_placement, false);
}

static void read_cpus(struct xm_config *cfg)
{
	XLU_ConfigList *list;
	const char *value;
	int n;

	if (!xm_config_has(cfg, "cpus"))
		return;
	if (!xlu_cfg_get_list(cfg->xlu, "cpus", &list, &n, 1)) {
		for (int i = 0; i < n; i++) {
			value = xlu_cfg_get_listitem(list, i);
			xm_config_pin(cfg, "cpus", i, value ? value : "");
		}
		return;
	}
	value = xm_config_string(cfg, "cpus");
	if (!value || !strcmp(value, "all"))
		return;
	for (int i = 0; i < cfg->dc.b_info.max_vcpus; i++)
		xm_config_pin(cfg, "cpus", i, value);
}

static void read_vcpus(struct xm_config *cfg)
{
	libxl_domain_build_info *b = &cfg->dc.b_info;
	long vcpus = 1, most, n;

	if (!xm_config_long(cfg, "vcpus", 1, 512, &vcpus))
		xm_config_long(cfg, "maxvcpus", 1, 512, &vcpus);
	most = vcpus;
	xm_config_long(cfg, "maxvcpus", vcpus, 512, &most);
	b->max_vcpus = most;
	xm_bitmap_alloc(&b->avail_vcpus, most);
	for (int i = 0; i < vcpus; i++)
		libxl_bitmap_set(&b->avail_vcpus, i);
	if (xm_config_long(cfg, "cpu_weight", 1, 65535, &n))
		b->sched_params.weight = n;
	if (xm_config_long(cfg, "cap", 0, 65535, &n))
		b->sched_params.cap = n;
	read_cpus(cfg);
}

static void read_tsc_mode(struct xm_config *cfg)
{
	const char *mode = xm_config_string(cfg, "tsc_mode");
	libxl_tsc_mode parsed;
	long n;

	if (!mode)
		return;
	if (xm_number(mode, 0, 3, &n))
		cfg->dc.b_info.tsc_mode = n;
	else if (!libxl_tsc_mode_from_string(mode, &parsed))
		cfg->dc.b_info.tsc_mode = parsed;
	else
		xm_config_error(cfg, "tsc_mode",
				"'%s' is not one of default, always_emulate, native",
				mode);
}

/* A new word at the end, unless there is none. */
static void add_words(char **line, const char *prefix, const char *words)
{
	if (words && *words)
		xm_append(line, "%s%s%s", *line ? " " : "", prefix, words);
}

/* cmdline as it stands, or made of root and extra as since Xen 2.0. */
static void read_cmdline(struct xm_config *cfg)
{
	const char *cmdline = xm_config_string(cfg, "cmdline");
	const char *root = xm_config_string(cfg, "root");
	const char *extra = xm_config_string(cfg, "extra");
	char *network = xm_classic_words(cfg);
	char **out = &cfg->dc.b_info.cmdline;

	add_words(out, "", network);
	free(network);
	if (cmdline) {
		add_words(out, "", cmdline);
		if (root || extra)
			xm_config_warn(cfg, root ? "root" : "extra",
				       "ignored, because cmdline is set");
		return;
	}
	add_words(out, "root=", root);
	add_words(out, "", extra);
}

static void read_boot(struct xm_config *cfg)
{
	libxl_domain_build_info *b = &cfg->dc.b_info;
	char **args = xm_calloc(2, sizeof(*args));
	const char *one;

	read_path(cfg, "kernel", &b->kernel);
	read_path(cfg, "ramdisk", &b->ramdisk);
	read_string(cfg, "bootloader", &b->bootloader);
	read_string(cfg, "blkdev_start", &b->blkdev_start);
	read_cmdline(cfg);
	if (xlu_cfg_get_list_as_string_list(cfg->xlu, "bootloader_args",
					    &b->bootloader_args, 1)) {
		one = xm_config_string(cfg, "bootloader_args");
		if (one) {
			args[0] = xm_strdup(one);
			b->bootloader_args = args;
			return;
		}
	}
	free(args);
}

static void read_limits(struct xm_config *cfg)
{
	libxl_domain_build_info *b = &cfg->dc.b_info;
	long n;

	if (xm_config_long(cfg, "max_event_channels", 1, 131071, &n))
		b->event_channels = n;
	if (xm_config_long(cfg, "max_grant_frames", 1, 1L << 20, &n))
		b->max_grant_frames = n;
	if (xm_config_long(cfg, "max_maptrack_frames", 0, 1L << 20, &n))
		b->max_maptrack_frames = n;
	read_bool(cfg, "nomigrate", &b->disable_migrate);
}

static void read_action(struct xm_config *cfg, const char *key,
			libxl_action_on_shutdown *action,
			libxl_action_on_shutdown preset)
{
	const char *value = xm_config_string(cfg, key);

	*action = preset;
	if (value && xm_action_parse(value, action))
		xm_config_error(cfg, key,
				"'%s' is not an action like destroy, restart, preserve",
				value);
}

static void read_actions(struct xm_config *cfg)
{
	libxl_domain_config *dc = &cfg->dc;

	read_action(cfg, "on_poweroff", &dc->on_poweroff,
		    LIBXL_ACTION_ON_SHUTDOWN_DESTROY);
	read_action(cfg, "on_reboot", &dc->on_reboot,
		    LIBXL_ACTION_ON_SHUTDOWN_RESTART);
	read_action(cfg, "on_crash", &dc->on_crash,
		    LIBXL_ACTION_ON_SHUTDOWN_DESTROY);
	read_action(cfg, "on_watchdog", &dc->on_watchdog,
		    LIBXL_ACTION_ON_SHUTDOWN_DESTROY);
	read_action(cfg, "on_soft_reset", &dc->on_soft_reset,
		    LIBXL_ACTION_ON_SHUTDOWN_SOFT_RESET);
}

/* Keys that aren't today's, in the order in which they stand in the file. */
static void read_other_keys(struct xm_config *cfg)
{
	const struct xm_keyinfo *info;

	for (size_t i = 0; i < cfg->scan.count; i++) {
		const struct xm_key *key = &cfg->scan.keys[i];

		if (key->line != xm_scan_line(&cfg->scan, key->name))
			continue;	/* a later line overrides it */
		info = xm_key_find(key->name);
		if (info->kind == XM_KEY_CLASSIC)
			xm_classic_key(cfg, key->name);
		else if (info->kind == XM_KEY_IGNORED)
			xm_config_warn(cfg, key->name, "ignored: %s",
				       info->hint);
		else if (info->kind == XM_KEY_UNKNOWN)
			xm_config_warn(cfg, key->name, "unknown key, ignored");
	}
}

static void check_required(struct xm_config *cfg)
{
	if (!cfg->dc.c_info.name)
		xm_config_error(cfg, NULL, "name is not set; add a line name = \"...\"");
	if (!cfg->dc.b_info.kernel && !cfg->dc.b_info.bootloader)
		xm_config_error(cfg, NULL,
				"kernel is not set; add a line kernel = \"/boot/vmlinuz...\"");
}

/* libxlutil says ":LINE: config parsing error near `TEXT': REASON". */
static void parse_failed(struct xm_config *cfg)
{
	char *near, *reason;
	int line;

	fflush(cfg->said_out);
	if (sscanf(cfg->said, ":%d", &line) != 1)
		line = 0;
	near = strstr(cfg->said, "near `");
	reason = near ? strstr(near, "': ") : NULL;
	if (reason)
		reason[1] = '\0';
	xm_config_error(cfg, NULL, "line %d: not of the form KEY = VALUE, %s",
			line, reason ? near : "says libxlutil");
}

static int parse_text(struct xm_config *cfg, const char *text, char **args,
		      int nargs)
{
	char *all = xm_strdup(text), *line;
	int file_lines = 1;

	for (const char *p = text; *p; p++)
		file_lines += *p == '\n';
	xm_append(&all, "\n");
	for (int i = 0; i < nargs; i++) {
		line = xm_scan_argument(args[i]);
		if (!line)
			xm_config_error(cfg, NULL, "'%s' is not of the form KEY=VALUE",
					args[i]);
		xm_append(&all, "%s", line ? line : "");
		free(line);
	}
	if (xm_scan_text(&cfg->scan, all))
		xm_config_error(cfg, NULL, "line %d: %s",
				cfg->scan.error_line, cfg->scan.error);
	else if (xlu_cfg_readdata(cfg->xlu, cfg->scan.text,
				  strlen(cfg->scan.text)))
		parse_failed(cfg);
	cfg->scan.lines = file_lines;
	free(all);
	return cfg->failed ? -1 : 0;
}

/**
 * xm_config_read() - read a guest's configuration
 * @cfg: initialised; filled in
 * @text: the file
 * @args: KEY=VALUE from the command line; they override the file
 * @nargs: how many
 *
 * Return: 0, or -1 after a message.
 */
int xm_config_read(struct xm_config *cfg, const char *text, char **args,
		   int nargs)
{
	if (parse_text(cfg, text, args, nargs))
		return -1;
	read_type(cfg);
	read_identity(cfg);
	read_memory(cfg);
	read_vcpus(cfg);
	read_tsc_mode(cfg);
	read_boot(cfg);
	read_limits(cfg);
	read_actions(cfg);
	xm_config_devices(cfg);
	read_other_keys(cfg);
	check_required(cfg);
	return cfg->failed ? -1 : 0;
}

/**
 * xm_config_init() - start with an empty configuration
 * @cfg: to be freed with xm_config_free()
 * @file: its name, for messages; has to stay
 * @report: where messages go
 */
void xm_config_init(struct xm_config *cfg, const char *file, FILE *report)
{
	memset(cfg, 0, sizeof(*cfg));
	libxl_domain_config_init(&cfg->dc);
	cfg->file = file;
	cfg->report = report;
	cfg->said_out = open_memstream(&cfg->said, &cfg->said_len);
	cfg->xlu = cfg->said_out ? xlu_cfg_init(cfg->said_out, "") : NULL;
	if (!cfg->xlu)
		xm_calloc(1, (size_t)-1 / 2);	/* out of memory */
}

void xm_config_free(struct xm_config *cfg)
{
	for (int i = 0; i < cfg->dc.num_disks; i++)
		xm_disk_free(&cfg->disks[i]);
	free(cfg->disks);
	libxl_domain_config_dispose(&cfg->dc);
	xlu_cfg_destroy(cfg->xlu);
	xm_scan_free(&cfg->scan);
	fclose(cfg->said_out);
	free(cfg->said);
}
