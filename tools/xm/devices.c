// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lists of devices in a guest's configuration: disk and vif. Called by
 * the table in fields.c; makes no call that needs Xen.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "mac.h"
#include "vif.h"

/* Room for one more disk, in both arrays: as asked for, and as libxl wants. */
static void add_disk(struct xm_config *cfg, const char *spec)
{
	libxl_domain_config *dc = &cfg->dc;
	int n = dc->num_disks;
	char *error = NULL;

	cfg->disks = xm_grow(cfg->disks, n, sizeof(*cfg->disks));
	dc->disks = xm_grow(dc->disks, n, sizeof(*dc->disks));
	libxl_device_disk_init(&dc->disks[n]);
	dc->num_disks++;
	if (xm_disk_read(spec, &cfg->disks[n], &dc->disks[n],
			 &error))
		xm_config_error(cfg, "disk", "'%s': %s", spec, error);
	free(error);
	for (int i = 0; !cfg->failed && i < n; i++)
		if (!strcmp(dc->disks[i].vdev, dc->disks[n].vdev))
			xm_config_error(cfg, "disk", "%s is given to two disks; each needs its own",
					dc->disks[n].vdev);
}

libxl_device_nic *xm_config_add_nic(struct xm_config *cfg)
{
	libxl_domain_config *dc = &cfg->dc;
	int n = dc->num_nics++;

	dc->nics = xm_grow(dc->nics, n, sizeof(*dc->nics));
	libxl_device_nic_init(&dc->nics[n]);
	dc->nics[n].devid = n;
	/* An HVM guest's has an emulated twin, unless its specification says otherwise. */
	if (dc->c_info.type != LIBXL_DOMAIN_TYPE_HVM)
		dc->nics[n].nictype = LIBXL_NIC_TYPE_VIF;
	if (cfg->antispoof)
		dc->nics[n].script = xm_strdup(XM_ANTISPOOF);
	return &dc->nics[n];
}

static void add_vif(struct xm_config *cfg, const char *spec)
{
	libxl_device_nic *nic = xm_config_add_nic(cfg);
	char *error = NULL, *ignored = NULL;

	if (xm_vif_parse(cfg->xlu, nic, spec, &error, &ignored))
		xm_config_error(cfg, "vif", "'%s': %s", spec, error);
	else if (cfg->dc.c_info.type == LIBXL_DOMAIN_TYPE_HVM)
		xm_hvm_nic(cfg, nic);
	if (ignored)
		xm_config_warn(cfg, "vif", "'%s': obsolete, and ignored: %s",
			       spec, ignored);
	free(ignored);
	free(error);
}

static void each_item(struct xm_config *cfg, const char *key,
		      void (*add)(struct xm_config *cfg, const char *spec))
{
	XLU_ConfigList *list;
	const char *item;
	int n, err;

	err = xlu_cfg_get_list(cfg->xlu, key, &list, &n, 1);
	if (err == ESRCH)
		return;
	if (err) {
		xm_config_error(cfg, key, "must be a list: %s = [ '...' ]",
				key);
		return;
	}
	for (int i = 0; i < n; i++) {
		item = xlu_cfg_get_listitem(list, i);
		if (item)
			add(cfg, item);
		else
			xm_config_error(cfg, key, "must be a list of strings");
	}
}

void xm_antispoof_read(struct xm_config *cfg, const struct xm_field *f)
{
	long on;

	if (xm_config_long(cfg, f->name, 0, 1, &on))
		cfg->antispoof = on;
}

void xm_disks_read(struct xm_config *cfg, const struct xm_field *f)
{
	each_item(cfg, f->name, add_disk);
}

void xm_vifs_read(struct xm_config *cfg, const struct xm_field *f)
{
	each_item(cfg, f->name, add_vif);
}

/* Two interfaces of one guest differ in their numbers and in their addresses. */
static void check_pair(struct xm_config *cfg, const libxl_device_nic *a,
		       const libxl_device_nic *b)
{
	char mac[XM_MAC_TEXT];

	xm_mac_format(b->mac, mac);
	if (a->devid == b->devid)
		xm_config_error(cfg, "vif", "the number %d is given to two interfaces; each needs its own devid",
				b->devid);
	else if (xm_mac_is_set(b->mac) &&
		 !memcmp(a->mac, b->mac, sizeof(a->mac)))
		xm_config_error(cfg, "vif", "the MAC address %s is given to two interfaces; each needs its own",
				mac);
}

/**
 * xm_config_number() - give interfaces the MAC addresses that they lack
 * @cfg: read
 * @host: this host's identity, NULL: libxl is to choose addresses at random
 *
 * Return: 0, or -1 after a message.
 */
int xm_config_number(struct xm_config *cfg, const char *host)
{
	libxl_device_nic *nics = cfg->dc.nics;

	for (int i = 0; i < cfg->dc.num_nics; i++) {
		if (host && !xm_mac_is_set(nics[i].mac))
			xm_mac_derive(nics[i].mac, host, cfg->dc.c_info.name,
				      nics[i].devid);
		for (int j = 0; j < i; j++)
			check_pair(cfg, &nics[j], &nics[i]);
	}
	return cfg->failed ? -1 : 0;
}

/**
 * xm_config_place() - decide how each disk is served on this host
 * @cfg: read
 * @direct_files: the backend serves plain files, see xm_host_direct_files()
 */
void xm_config_place(struct xm_config *cfg, bool direct_files)
{
	for (int i = 0; i < cfg->dc.num_disks; i++)
		xm_disk_place(&cfg->disks[i], &cfg->dc.disks[i],
			      direct_files, cfg->dc.b_info.bootloader && !i);
}
