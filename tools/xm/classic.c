// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keys that Xen 2.0 had and today's configuration has not: each is translated
 * into what it meant, with one warning that says what is used instead; those
 * about the network are in classic-net.c, those of HVM guests in hvm.c. Called by
 * config.c after today's keys were read, once for each such key, in the file's
 * order; makes no call that needs Xen.
 */
#include <stdlib.h>
#include <string.h>

#include "config.h"

static void classic_builder(struct xm_config *cfg, const char *value)
{
	if (strcmp(value, "linux") && strcmp(value, "generic") && strcmp(value, "hvm"))
		xm_config_error(cfg, "builder", "'%s' is not one of linux, generic, hvm", value);
	else
		xm_config_warn(cfg, "builder", "'%s' is obsolete; using type=\"%s\"", value,
			       libxl_domain_type_to_string(cfg->dc.c_info.type));
}

/* One line of words, as a shell splits it; these have no quotes. */
static void classic_bootargs(struct xm_config *cfg, const char *value)
{
	libxl_string_list *list = &cfg->dc.b_info.bootloader_args;
	char *copy, *rest, *word;
	size_t n = 0;

	if (*list) {
		xm_config_warn(cfg, "bootargs", "ignored, because bootloader_args is set");
		return;
	}
	xm_config_warn(cfg, "bootargs", "obsolete; using bootloader_args");
	copy = xm_strdup(value);
	rest = copy;
	*list = xm_calloc(1, sizeof(**list));
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		(*list)[n++] = xm_strdup(word);
		*list = xm_grow(*list, n, sizeof(**list));
	}
	free(copy);
}

static void classic_cpu(struct xm_config *cfg, const char *value)
{
	long cpu;

	if (!xm_number(value, -1, 4095, &cpu)) {
		xm_config_error(cfg, "cpu", "'%s' is not the number of a CPU, nor -1",
				value);
	} else if (cpu < 0) {
		xm_config_warn(cfg, "cpu",
			       "-1 is obsolete; any CPU may be used, as when cpus is not set");
	} else if (xm_config_has(cfg, "cpus")) {
		xm_config_warn(cfg, "cpu", "ignored, because cpus is set");
	} else {
		xm_config_warn(cfg, "cpu", "obsolete; using cpus=\"%ld\"", cpu);
		for (int i = 0; i < cfg->dc.b_info.max_vcpus; i++)
			xm_config_pin(cfg, "cpu", i, value);
	}
}

static void classic_nics(struct xm_config *cfg, const char *value)
{
	long nics;

	if (!xm_number(value, 0, 64, &nics)) {
		xm_config_error(cfg, "nics", "'%s' is not a number from 0 to 64",
				value);
		return;
	}
	/* It said how many there are; vif described only the first of them. */
	while (cfg->dc.num_nics < nics)
		xm_config_add_nic(cfg);
	xm_config_warn(cfg, "nics",
		       "obsolete; there is one interface for each entry in vif, here %d",
		       cfg->dc.num_nics);
}

static void classic_restart(struct xm_config *cfg, const char *value)
{
	static const struct {
		const char *value;
		libxl_action_on_shutdown poweroff, reboot, crash;
	} rules[] = {
		{ "onreboot", LIBXL_ACTION_ON_SHUTDOWN_DESTROY,
		  LIBXL_ACTION_ON_SHUTDOWN_RESTART,
		  LIBXL_ACTION_ON_SHUTDOWN_DESTROY },
		{ "always", LIBXL_ACTION_ON_SHUTDOWN_RESTART,
		  LIBXL_ACTION_ON_SHUTDOWN_RESTART,
		  LIBXL_ACTION_ON_SHUTDOWN_RESTART },
		{ "never", LIBXL_ACTION_ON_SHUTDOWN_DESTROY,
		  LIBXL_ACTION_ON_SHUTDOWN_DESTROY,
		  LIBXL_ACTION_ON_SHUTDOWN_DESTROY },
	};
	libxl_domain_config *dc = &cfg->dc;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(value, rules[i].value))
			break;
	if (i == ARRAY_SIZE(rules)) {
		xm_config_error(cfg, "restart", "'%s' is not one of onreboot, always, never",
				value);
		return;
	}
	/* Today's keys are more exact: they win where both are given. */
	if (!xm_config_has(cfg, "on_poweroff"))
		dc->on_poweroff = rules[i].poweroff;
	if (!xm_config_has(cfg, "on_reboot"))
		dc->on_reboot = rules[i].reboot;
	if (!xm_config_has(cfg, "on_crash"))
		dc->on_crash = rules[i].crash;
	xm_config_warn(cfg, "restart",
		       "'%s' is obsolete; using on_poweroff='%s' on_reboot='%s' on_crash='%s'",
		       value, xm_action_name(dc->on_poweroff),
		       xm_action_name(dc->on_reboot),
		       xm_action_name(dc->on_crash));
}

static void classic_image(struct xm_config *cfg, const char *value)
{
	xm_config_warn(cfg, "image", "obsolete; using kernel=\"%s\"",
		       cfg->dc.b_info.kernel ? cfg->dc.b_info.kernel : value);
	if (!cfg->dc.b_info.kernel)
		cfg->dc.b_info.kernel = xm_strdup(value);
}

static void classic_driver(struct xm_config *cfg, const char *key,
			   const char *value)
{
	if (!strcmp(value, "0") || !strcmp(value, "no"))
		return;
	libxl_defbool_set(&cfg->dc.c_info.driver_domain, true);
	xm_config_warn(cfg, key, "obsolete; using driver_domain=1");
}

/**
 * xm_classic_key() - translate one obsolete key
 * @cfg: today's keys have been read
 * @key: one of kind XM_KEY_CLASSIC
 */
void xm_classic_key(struct xm_config *cfg, const char *key)
{
	static const struct {
		const char *key;
		void (*translate)(struct xm_config *cfg, const char *value);
	} table[] = {
		{ "bootargs", classic_bootargs }, { "builder", classic_builder },
		{ "cpu", classic_cpu },
		{ "image", classic_image }, { "nics", classic_nics },
		{ "restart", classic_restart },
	};
	const char *value = xm_config_string(cfg, key);

	if (!value)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (!strcmp(key, table[i].key)) {
			table[i].translate(cfg, value);
			return;
		}
	}
	if (!strcmp(key, "blkif") || !strcmp(key, "netif"))
		classic_driver(cfg, key, value);
	else if (!strcmp(key, "device_model") || !strcmp(key, "ne2000") ||
		 xm_starts(key, "vnc"))
		xm_hvm_classic_key(cfg, key, value);
	else
		xm_classic_net_key(cfg, key);
}
