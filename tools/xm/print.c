// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a guest's configuration in today's syntax, so that "xm create -n"
 * turns an old file into one that xl reads as well, and so that what is kept
 * with a running guest can be read by both. Each key's line
 * comes from its row in fields.c; what makes them is here. Called by cmd-create.c
 * and build.c; makes no call that needs Xen.
 */
#include <inttypes.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "mac.h"

void xm_put_string(FILE *out, const char *key, const char *value)
{
	char *quoted;

	if (!value || !*value)
		return;
	quoted = xm_quoted(value, '"');
	fprintf(out, "%s = %s\n", key, quoted);
	free(quoted);
}

void xm_put_number(FILE *out, const char *key, long value)
{
	fprintf(out, "%s = %ld\n", key, value);
}

/* One disk's parts; the target takes all that follows it. */
static char *disk_text(const libxl_device_disk *d)
{
	char *text = xm_asprintf("format=%s,vdev=%s,access=%s",
				 libxl_disk_format_to_string(d->format),
				 d->vdev, d->readwrite ? "rw" : "ro");

	if (d->is_cdrom)
		xm_append(&text, ",devtype=cdrom");
	if (d->backend_domname)
		xm_append(&text, ",backend=%s", d->backend_domname);
	if (d->backend != LIBXL_DISK_BACKEND_UNKNOWN)
		xm_append(&text, ",backendtype=%s",
			  libxl_disk_backend_to_string(d->backend));
	if (d->specification != LIBXL_DISK_SPECIFICATION_UNKNOWN)
		xm_append(&text, ",specification=%s",
			  libxl_disk_specification_to_string(d->specification));
	if (d->direct_io_safe)
		xm_append(&text, ",direct-io-safe");
	if (!libxl_defbool_is_default(d->discard_enable))
		xm_append(&text, libxl_defbool_val(d->discard_enable) ?
			  ",discard" : ",no-discard");
	if (d->script)
		xm_append(&text, ",script=%s", d->script);
	xm_append(&text, ",target=%s", d->pdev_path ? d->pdev_path : "");
	return text;
}

/* Rounded up, so that it is the same number again when it is read. */
static uint64_t per_second(const libxl_device_nic *n)
{
	uint64_t interval = n->rate_interval_usecs;

	return (n->rate_bytes_per_interval * 1000000 + interval - 1) / interval;
}

/* Of an HVM guest's interface: with an emulated twin, or without. */
static const char *nic_type(const libxl_device_nic *n, libxl_domain_type type)
{
	if (type != LIBXL_DOMAIN_TYPE_HVM || n->nictype == LIBXL_NIC_TYPE_UNKNOWN)
		return NULL;
	return n->nictype == LIBXL_NIC_TYPE_VIF ? "vif" : "ioemu";
}

/* Each part has a comma in front; the caller leaves out the first one. */
static char *nic_text(const libxl_device_nic *n, int place, libxl_domain_type type)
{
	const struct {
		const char *key;
		const char *value;
	} parts[] = {
		{ "bridge", n->bridge }, { "script", n->script },
		{ "vifname", n->ifname }, { "ip", n->ip },
		{ "backend", n->backend_domname },
		{ "gatewaydev", n->gatewaydev }, { "model", n->model },
		{ "type", nic_type(n, type) },
	};
	char *text = xm_strdup("");

	if (xm_mac_is_set(n->mac))
		xm_append(&text, ",mac=" LIBXL_MAC_FMT,
			  LIBXL_MAC_BYTES(n->mac));
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].value)
			xm_append(&text, ",%s=%s", parts[i].key,
				  parts[i].value);
	if (n->devid != place)
		xm_append(&text, ",devid=%d", n->devid);
	if (n->mtu > 0)
		xm_append(&text, ",mtu=%d", n->mtu);
	if (n->rate_bytes_per_interval && n->rate_interval_usecs)
		xm_append(&text, ",rate=%" PRIu64 "B/s@%uus", per_second(n),
			  n->rate_interval_usecs);
	if (!libxl_defbool_is_default(n->trusted))
		xm_append(&text, libxl_defbool_val(n->trusted) ?
			  ",trusted" : ",untrusted");
	return text;
}

/* An element of a list, which is freed. */
static void put_item(FILE *out, int place, char *text, size_t skip)
{
	char *quoted = xm_quoted(text + skip, '\'');

	fprintf(out, "%s %s", place ? "," : "", quoted);
	free(quoted);
	free(text);
}

void xm_disks_print(FILE *out, const libxl_domain_config *dc,
		    const struct xm_field *f)
{
	if (!dc->num_disks)
		return;
	fprintf(out, "%s = [", f->name);
	for (int i = 0; i < dc->num_disks; i++)
		put_item(out, i, disk_text(&dc->disks[i]), 0);
	fputs(" ]\n", out);
}

void xm_vifs_print(FILE *out, const libxl_domain_config *dc,
		   const struct xm_field *f)
{
	char *text;

	if (!dc->num_nics)
		return;
	fprintf(out, "%s = [", f->name);
	for (int i = 0; i < dc->num_nics; i++) {
		text = nic_text(&dc->nics[i], i, dc->c_info.type);
		put_item(out, i, text, *text == ',');
	}
	fputs(" ]\n", out);
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
	for (size_t i = 0; i < xm_field_count; i++)
		if (xm_fields[i].print && xm_field_is_of(&xm_fields[i], dc->c_info.type))
			xm_fields[i].print(out, dc, &xm_fields[i]);
	fclose(out);
	return text;
}
