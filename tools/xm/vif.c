// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads one network interface specification, classic or today's (they are
 * alike: KEY=VALUE parts with commas), into libxl's structure. Called by
 * config.c; makes no call that needs Xen.
 */
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "vif.h"

static int parse_mac(libxl_device_nic *nic, const char *value)
{
	unsigned int b[6];
	int end = 0;

	if (sscanf(value, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2],
		   &b[3], &b[4], &b[5], &end) != 6 || value[end])
		return -1;
	for (int i = 0; i < 6; i++)
		nic->mac[i] = b[i];
	return 0;
}

static int set(char **field, const char *value)
{
	free(*field);
	*field = xm_strdup(value);
	return 0;
}

static int set_number(int *field, const char *value, long max)
{
	long n;

	if (!xm_number(value, 0, max, &n))
		return -1;
	*field = n;
	return 0;
}

/* 0 taken, -1 a bad value, 1 not a key of ours. */
static int assign(XLU_Config *xlu, libxl_device_nic *nic, const char *key,
		  const char *value)
{
	const struct {
		const char *key;
		char **field;
	} strings[] = {
		{ "bridge", &nic->bridge }, { "script", &nic->script },
		{ "ip", &nic->ip }, { "vifname", &nic->ifname },
		{ "backend", &nic->backend_domname },
		{ "gatewaydev", &nic->gatewaydev },
		{ "netdev", &nic->gatewaydev }, { "model", &nic->model },
	};

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		if (!strcmp(key, strings[i].key))
			return set(strings[i].field, value);
	if (!strcmp(key, "mac"))
		return parse_mac(nic, value);
	if (!strcmp(key, "mtu"))
		return set_number(&nic->mtu, value, 65535);
	if (!strcmp(key, "devid"))
		return set_number(&nic->devid, value, 65535);
	if (!strcmp(key, "rate"))
		return xlu_vif_parse_rate(xlu, value, nic) ? -1 : 0;
	if (!strcmp(key, "type"))	/* a PV guest has only the one type */
		return 0;
	return 1;
}

static int parse_part(XLU_Config *xlu, libxl_device_nic *nic, char *part,
		      char **error)
{
	char *eq = strchr(part, '=');
	int ret;

	if (!strcmp(part, "trusted") || !strcmp(part, "untrusted")) {
		libxl_defbool_set(&nic->trusted, *part == 't');
		return 0;
	}
	if (!eq) {
		*error = xm_asprintf("'%s' is not of the form KEY=VALUE", part);
		return -1;
	}
	*eq = '\0';
	ret = assign(xlu, nic, xm_trim(part), xm_trim(eq + 1));
	if (ret > 0)
		*error = xm_asprintf("'%s' is not a key of a vif", part);
	else if (ret < 0)
		*error = xm_asprintf("'%s' is not a good value for %s", eq + 1,
				     part);
	return ret ? -1 : 0;
}

/**
 * xm_vif_parse() - read a network interface specification
 * @xlu: for libxlutil's messages
 * @nic: initialised; filled in
 * @spec: the specification; an empty one means all defaults
 * @error: what is wrong, to be freed; set only on failure
 *
 * Return: 0, or -1 with *@error set.
 */
int xm_vif_parse(XLU_Config *xlu, libxl_device_nic *nic, const char *spec,
		 char **error)
{
	char *copy = xm_strdup(spec), *rest = copy, *part;
	int ret = 0;

	while (!ret && (part = strsep(&rest, ","))) {
		part = xm_trim(part);
		if (*part)
			ret = parse_part(xlu, nic, part, error);
	}
	free(copy);
	return ret;
}
