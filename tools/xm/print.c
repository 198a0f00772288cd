// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a guest's configuration in today's syntax, so that "xm create -n"
 * turns an old file into one that xl reads as well, and so that what is kept
 * with a running guest can be read by both. Called by cmd-create.c and
 * build.c; makes no call that needs Xen.
 */
#include <inttypes.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "cpulist.h"

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
int xm_action_parse(const char *name, libxl_action_on_shutdown *action)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!strcmp(actions[i].name, name)) {
			*action = actions[i].action;
			return 0;
		}
	}
	return -1;
}

static void put(FILE *out, const char *key, const char *value)
{
	if (value && *value)
		fprintf(out, "%s = %c%s%c\n", key,
			strchr(value, '"') ? '\'' : '"', value,
			strchr(value, '"') ? '\'' : '"');
}

static void put_number(FILE *out, const char *key, long value)
{
	fprintf(out, "%s = %ld\n", key, value);
}

static void put_defbool(FILE *out, const char *key, libxl_defbool value)
{
	if (!libxl_defbool_is_default(value))
		put_number(out, key, libxl_defbool_val(value));
}

static void put_cpus(FILE *out, const libxl_domain_build_info *b)
{
	char *list;

	if (!b->num_vcpu_hard_affinity)
		return;
	fputs("cpus = [", out);
	for (int i = 0; i < b->num_vcpu_hard_affinity; i++) {
		list = xm_cpulist_format(&b->vcpu_hard_affinity[i]);
		fprintf(out, "%s \"%s\"", i ? "," : "", list);
		free(list);
	}
	fputs(" ]\n", out);
}

static void put_build(FILE *out, const libxl_domain_build_info *b)
{
	int vcpus = libxl_bitmap_count_set(&b->avail_vcpus);

	put_number(out, "memory", b->target_memkb / 1024);
	if (b->max_memkb != b->target_memkb)
		put_number(out, "maxmem", b->max_memkb / 1024);
	put_number(out, "vcpus", vcpus);
	if (b->max_vcpus != vcpus)
		put_number(out, "maxvcpus", b->max_vcpus);
	put_cpus(out, b);
	if (b->sched_params.weight > 0)
		put_number(out, "cpu_weight", b->sched_params.weight);
	if (b->sched_params.cap >= 0)
		put_number(out, "cap", b->sched_params.cap);
	if (b->tsc_mode != LIBXL_TSC_MODE_DEFAULT)
		put(out, "tsc_mode", libxl_tsc_mode_to_string(b->tsc_mode));
	put(out, "kernel", b->kernel);
	put(out, "ramdisk", b->ramdisk);
	put(out, "cmdline", b->cmdline);
	put(out, "bootloader", b->bootloader);
	if (b->bootloader_args) {
		fputs("bootloader_args = [", out);
		for (int i = 0; b->bootloader_args[i]; i++)
			fprintf(out, "%s '%s'", i ? "," : "",
				b->bootloader_args[i]);
		fputs(" ]\n", out);
	}
	put(out, "blkdev_start", b->blkdev_start);
	if (b->event_channels)
		put_number(out, "max_event_channels", b->event_channels);
	put_defbool(out, "nomigrate", b->disable_migrate);
}

static void put_disk(FILE *out, const libxl_device_disk *d)
{
	fprintf(out, " 'format=%s,vdev=%s,access=%s",
		libxl_disk_format_to_string(d->format), d->vdev,
		d->readwrite ? "rw" : "ro");
	if (d->is_cdrom)
		fputs(",devtype=cdrom", out);
	if (d->backend_domname)
		fprintf(out, ",backend=%s", d->backend_domname);
	if (d->backend == LIBXL_DISK_BACKEND_QDISK)
		fputs(",backendtype=qdisk", out);
	if (d->script)
		fprintf(out, ",script=%s", d->script);
	fprintf(out, ",target=%s'", d->pdev_path ? d->pdev_path : "");
}

/* Rounded up, so that it is the same number again when it is read. */
static uint64_t per_second(const libxl_device_nic *n)
{
	uint64_t interval = n->rate_interval_usecs;

	return (n->rate_bytes_per_interval * 1000000 + interval - 1) / interval;
}

static void put_nic(FILE *out, const libxl_device_nic *n, int place)
{
	static const libxl_mac none;
	char text[256] = "";
	size_t at = 0;
	const struct {
		const char *key;
		const char *value;
	} parts[] = {
		{ "bridge", n->bridge }, { "script", n->script },
		{ "vifname", n->ifname }, { "ip", n->ip },
		{ "backend", n->backend_domname },
		{ "gatewaydev", n->gatewaydev }, { "model", n->model },
	};

	fputs(" '", out);
	if (memcmp(n->mac, none, sizeof(none)))
		at = snprintf(text, sizeof(text), LIBXL_MAC_FMT,
			      LIBXL_MAC_BYTES(n->mac));
	if (at)
		fprintf(out, "mac=%s", text);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].value)
			fprintf(out, "%s%s=%s", at++ ? "," : "", parts[i].key,
				parts[i].value);
	if (n->devid != place)
		fprintf(out, "%sdevid=%d", at++ ? "," : "", n->devid);
	if (n->mtu > 0)
		fprintf(out, "%smtu=%d", at++ ? "," : "", n->mtu);
	if (n->rate_bytes_per_interval && n->rate_interval_usecs)
		fprintf(out, "%srate=%" PRIu64 "B/s@%uus", at++ ? "," : "",
			per_second(n), n->rate_interval_usecs);
	fputc('\'', out);
}

static void put_devices(FILE *out, const libxl_domain_config *dc)
{
	if (dc->num_disks) {
		fputs("disk = [", out);
		for (int i = 0; i < dc->num_disks; i++) {
			fputs(i ? "," : "", out);
			put_disk(out, &dc->disks[i]);
		}
		fputs(" ]\n", out);
	}
	if (dc->num_nics) {
		fputs("vif = [", out);
		for (int i = 0; i < dc->num_nics; i++) {
			fputs(i ? "," : "", out);
			put_nic(out, &dc->nics[i], i);
		}
		fputs(" ]\n", out);
	}
}

/**
 * xm_config_text() - a guest's configuration in today's syntax
 * @dc: the guest
 *
 * Return: the text of a configuration file, to be freed.
 */
char *xm_config_text(const libxl_domain_config *dc)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return xm_strdup("");
	put(out, "name", dc->c_info.name);
	put(out, "type", libxl_domain_type_to_string(dc->c_info.type));
	if (!libxl_uuid_is_nil(&dc->c_info.uuid))
		fprintf(out, "uuid = \"" LIBXL_UUID_FMT "\"\n",
			LIBXL_UUID_BYTES(dc->c_info.uuid));
	put(out, "pool", dc->c_info.pool_name);
	put_defbool(out, "driver_domain", dc->c_info.driver_domain);
	put_build(out, &dc->b_info);
	put_devices(out, dc);
	put(out, "on_poweroff", xm_action_name(dc->on_poweroff));
	put(out, "on_reboot", xm_action_name(dc->on_reboot));
	put(out, "on_crash", xm_action_name(dc->on_crash));
	put(out, "on_watchdog", xm_action_name(dc->on_watchdog));
	fclose(out);
	return text;
}
