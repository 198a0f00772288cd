// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Host-wide settings. They are xl's, from /etc/xen/xl.conf, so that a host has
 * one place for them whichever tool makes a guest. Called by build.c and
 * cmd-create.c; makes no call that needs Xen.
 */
#include <libxlutil.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"
#include "util.h"

#define XL_CONF "/etc/xen/xl.conf"

static void get_bool(XLU_Config *xlu, const char *key, bool *value)
{
	long n;

	if (!xlu_cfg_get_long(xlu, key, &n, 1))
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

/* Without the file, or with one that can't be read, xl's presets count. */
void xm_settings_read(struct xm_settings *set)
{
	XLU_Config *xlu = xlu_cfg_init(stderr, XL_CONF);
	char *text;
	size_t len;

	memset(set, 0, sizeof(*set));
	set->claim = true;
	set->hotplug = true;
	set->lockfile = xm_strdup("/var/lock/xl");
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
}

/* Fill in what the guest's own configuration leaves open. */
void xm_settings_apply(const struct xm_settings *set, libxl_domain_config *dc)
{
	libxl_defbool_setdefault(&dc->b_info.claim_mode, set->claim);
	libxl_defbool_setdefault(&dc->c_info.run_hotplug_scripts,
				 set->hotplug);
	for (int i = 0; i < dc->num_nics; i++) {
		if (!dc->nics[i].bridge && set->bridge)
			dc->nics[i].bridge = xm_strdup(set->bridge);
		if (!dc->nics[i].script && set->vif_script)
			dc->nics[i].script = xm_strdup(set->vif_script);
	}
}
