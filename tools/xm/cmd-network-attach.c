// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm network-attach: gives a guest one more network interface. What stands in
 * an entry of vif in a configuration file may stand here, in one argument or
 * in several.
 */
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "claim.h"
#include "config.h"
#include "mac.h"
#include "vif.h"

static char *join(char **argv, int argc)
{
	char *spec = xm_strdup("");

	for (int i = 0; i < argc; i++)
		xm_append(&spec, "%s%s", i ? "," : "", argv[i]);
	return spec;
}

static const libxl_device_nic *find(const libxl_device_nic *list, int n,
				    int devid)
{
	for (int i = 0; list && i < n; i++)
		if (list[i].devid == devid)
			return &list[i];
	return NULL;
}

/* The lowest number that is free, or the one asked for if it is. */
static int choose_number(struct xm_host *host, const char *arg, uint32_t domid,
			 libxl_device_nic *nic)
{
	int n = 0, devid, ret = XM_OK;
	libxl_device_nic *list = libxl_device_nic_list(host->ctx, domid, &n);

	for (devid = 0; nic->devid < 0 && find(list, n, devid); devid++)
		;
	if (nic->devid < 0) {
		nic->devid = devid;
	} else if (find(list, n, nic->devid)) {
		xm_error(arg, "has an interface %d already; choose another devid, or 'xm network-detach %s %d'",
			 nic->devid, arg, nic->devid);
		ret = XM_BUSY;
	}
	libxl_device_nic_list_free(list, n);
	return ret;
}

/* The same address as it would have had from the start. */
static void choose_mac(struct xm_host *host, uint32_t domid,
		       libxl_device_nic *nic)
{
	char *id, *name;

	if (xm_mac_is_set(nic->mac))
		return;
	id = xm_mac_host();
	name = xm_host_domname(host, domid);
	if (id)
		xm_mac_derive(nic->mac, id, name, nic->devid);
	free(name);
	free(id);
}

static int attach(struct xm_host *host, const char *arg, uint32_t domid,
		  libxl_device_nic *nic)
{
	int ret = choose_number(host, arg, domid, nic), err;

	if (ret)
		return ret;
	choose_mac(host, domid, nic);
	ret = xm_preflight_nic(arg, nic);
	err = ret ? 0 : libxl_device_nic_add(host->ctx, domid, nic, NULL);
	if (!err)
		return ret;
	ret = xm_libxl_failed(host, arg, "the interface could not be attached");
	/* libxl leaves what it has made, unless somebody else made it first. */
	if (err != ERROR_DEVICE_EXISTS)
		libxl_device_nic_destroy(host->ctx, domid, nic, NULL);
	return ret;
}

/* libxlutil reports to a stream of its own, about the value only. */
static int parse(const char *arg, const char *spec, libxl_device_nic *nic)
{
	char *said = NULL, *error = NULL, *ignored = NULL;
	size_t len;
	FILE *out = open_memstream(&said, &len);
	XLU_Config *xlu = out ? xlu_cfg_init(out, "vif") : NULL;
	int ret = xlu ? xm_vif_parse(xlu, nic, spec, &error, &ignored) : -1;

	if (ret)
		xm_error(arg, "'%s': %s", spec, error ? error : "no memory");
	else if (ignored)
		xm_error(arg, "'%s': obsolete, and ignored: %s", spec, ignored);
	if (xlu)
		xlu_cfg_destroy(xlu);
	if (out)
		fclose(out);
	free(ignored);
	free(said);
	free(error);
	return ret ? XM_CONFIG : XM_OK;
}

static int read_spec(const char *arg, const char *spec, libxl_device_nic *nic)
{
	struct xm_settings set;
	bool guard;
	int ret;

	if (xm_settings_guard(&guard))
		return XM_CONFIG;
	if (guard)
		nic->script = xm_strdup(XM_ANTISPOOF);
	ret = parse(arg, spec, nic);
	if (ret)
		return ret;
	xm_settings_read(&set);
	if (xm_settings_apply_nic(&set, nic))
		ret = XM_CONFIG;
	xm_settings_free(&set);
	return ret;
}

static int attach_spec(const char *arg, const char *spec)
{
	libxl_device_nic nic;
	struct xm_host host;
	uint32_t domid;
	int ret, claim;

	libxl_device_nic_init(&nic);
	nic.devid = -1;
	nic.nictype = LIBXL_NIC_TYPE_VIF;
	ret = read_spec(arg, spec, &nic);
	if (ret)
		goto dispose;
	ret = xm_claim_devices(&host, arg, &domid, &claim);
	if (ret)
		goto dispose;
	ret = attach(&host, arg, domid, &nic);
	xm_claim_end(&claim);
	xm_host_close(&host);
dispose:
	libxl_device_nic_dispose(&nic);
	return ret;
}

int cmd_network_attach(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	char *spec;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind < 1)
		return xm_usage(argv[0], "needs a domain");
	spec = join(argv + optind + 1, argc - optind - 1);
	ret = attach_spec(argv[optind], spec);
	free(spec);
	return ret;
}
