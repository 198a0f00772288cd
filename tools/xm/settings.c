// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Host-wide settings. They are xl's, from /etc/xen/xl.conf, so that a host has
 * one place for them whichever tool makes a guest; vm.cpumask and vm.*.cpumask,
 * which only few hosts have, are not read. What xend's files say of interfaces
 * comes before. Called by who makes guests and interfaces; makes no call that
 * needs Xen.
 */
#include <libxlutil.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"
#include "util.h"
#include "vif.h"
#include "xendconf.h"

#ifndef XL_CONF
#define XL_CONF "/etc/xen/xl.conf"
#endif

static void get_bool(XLU_Config *xlu, const char *key, bool *value)
{
	long n;

	if (!xlu_cfg_get_long(xlu, key, &n, 1))
		*value = n;
}

static void get_number(XLU_Config *xlu, const char *key, uint32_t *value)
{
	long n;

	if (!xlu_cfg_get_long(xlu, key, &n, 1) && n >= 0 && n <= 1L << 20)
		*value = n;
}

static void get_balloon(XLU_Config *xlu, struct xm_settings *set)
{
	const char *s;

	if (xlu_cfg_get_string(xlu, "autoballoon", &s, 1))
		return;
	if (!strcmp(s, "on") || !strcmp(s, "1"))
		set->autoballoon = XM_BALLOON_ON;
	else if (!strcmp(s, "off") || !strcmp(s, "0"))
		set->autoballoon = XM_BALLOON_OFF;
}

/* What has no meaning today is told by xend, which reads it once. */
static void say_errors(const char *file, bool bad, const char *text)
{
	if (bad)
		xm_error(file, "%s", text);
	else
		xm_note(file, "%s", text);
}

static void preset(char **field, const char *value)
{
	if (!*field && value)
		*field = xm_strdup(value);
}

static void read_xend(struct xm_settings *set)
{
	struct xm_xendconf conf;
	char *mine;

	set->broken = xm_xendconf_read(&conf, XM_XEND_SXP, XM_XEND_CONF,
				       say_errors);
	set->antispoof = xm_xendconf_guards(&conf);
	preset(&set->bridge, xm_xendconf_bridge(&conf, &mine));
	preset(&set->vif_script, xm_xendconf_script(&conf));
	free(mine);
	xm_xendconf_free(&conf);
}

/* Without the file, or with one that can't be read, xl's presets count. */
void xm_settings_read(struct xm_settings *set)
{
	XLU_Config *xlu = xlu_cfg_init(stderr, XL_CONF);
	char *text;
	size_t len;

	memset(set, 0, sizeof(*set));
	set->claim = true;
	set->hotplug = true;
	set->grant_frames = LIBXL_MAX_GRANT_DEFAULT;
	set->maptrack_frames = LIBXL_MAX_GRANT_DEFAULT;
	set->lockfile = xm_strdup("/var/lock/xl");
	read_xend(set);
	text = xlu ? xm_readfile(XL_CONF, &len) : NULL;
	if (text && !xlu_cfg_readdata(xlu, text, len)) {
		get_balloon(xlu, set);
		get_bool(xlu, "claim_mode", &set->claim);
		get_bool(xlu, "run_hotplug_scripts", &set->hotplug);
		xlu_cfg_replace_string(xlu, "lockfile", &set->lockfile, 1);
		xlu_cfg_replace_string(xlu, "vif.default.bridge", &set->bridge,
				       1);
		xlu_cfg_replace_string(xlu, "vif.default.script",
				       &set->vif_script, 1);
		xlu_cfg_replace_string(xlu, "vif.default.backend",
				       &set->vif_backend, 1);
		xlu_cfg_replace_string(xlu, "vif.default.gatewaydev",
				       &set->gatewaydev, 1);
		xlu_cfg_replace_string(xlu, "blkdev_start",
				       &set->blkdev_start, 1);
		get_number(xlu, "max_grant_frames", &set->grant_frames);
		get_number(xlu, "max_maptrack_frames", &set->maptrack_frames);
	}
	free(text);
	if (xlu)
		xlu_cfg_destroy(xlu);
}

void xm_settings_free(struct xm_settings *set)
{
	free(set->lockfile);
	free(set->bridge);
	free(set->vif_script);
	free(set->vif_backend);
	free(set->gatewaydev);
	free(set->blkdev_start);
}

/**
 * xm_settings_guard() - are interfaces guarded of which nobody says anything?
 * @on: the answer
 *
 * Return: 0, or -1 after a message.
 */
int xm_settings_guard(bool *on)
{
	struct xm_xendconf conf;
	int ret = xm_xendconf_read(&conf, XM_XEND_SXP, XM_XEND_CONF,
				   say_errors);

	*on = xm_xendconf_guards(&conf);
	xm_xendconf_free(&conf);
	return ret;
}

/* The preset script, in its form that drops forged frames if that is wanted. */
static int apply_script(const struct xm_settings *set, libxl_device_nic *nic)
{
	char *error = NULL, *script;

	if (!nic->script) {
		nic->script = xm_strdup(set->vif_script);
	} else if (!strcmp(nic->script, XM_ANTISPOOF)) {
		script = xm_vif_guarded(set->vif_script, &error);
		if (!script) {
			xm_error(XL_CONF, "vif.default.script: %s", error);
			free(error);
			return -1;
		}
		free(nic->script);
		nic->script = script;
	}
	return 0;
}

/* Fill in what an interface's specification leaves open; -1 after a message. */
int xm_settings_apply_nic(const struct xm_settings *set, libxl_device_nic *nic)
{
	if (set->broken)
		return -1;
	preset(&nic->bridge, set->bridge);
	preset(&nic->backend_domname, set->vif_backend);
	preset(&nic->gatewaydev, set->gatewaydev);
	return set->vif_script ? apply_script(set, nic) : 0;
}

/* Fill in what the guest's configuration leaves open; -1 after a message. */
int xm_settings_apply(const struct xm_settings *set, libxl_domain_config *dc)
{
	libxl_domain_build_info *b = &dc->b_info;
	int ret = set->broken ? -1 : 0;

	preset(&b->blkdev_start, set->blkdev_start);
	if (b->max_grant_frames == LIBXL_MAX_GRANT_DEFAULT)
		b->max_grant_frames = set->grant_frames;
	if (b->max_maptrack_frames == LIBXL_MAX_GRANT_DEFAULT)
		b->max_maptrack_frames = set->maptrack_frames;
	libxl_defbool_setdefault(&dc->b_info.claim_mode, set->claim);
	libxl_defbool_setdefault(&dc->c_info.run_hotplug_scripts,
				 set->hotplug);
	for (int i = 0; !ret && i < dc->num_nics; i++)
		ret = xm_settings_apply_nic(set, &dc->nics[i]);
	return ret;
}
