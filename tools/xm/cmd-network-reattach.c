// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm network-reattach: gives a running guest's interface a backend again when the
 * driver domain that served it was started anew. It keeps its number and its
 * address, and so its connections.
 */
#include <string.h>

#include "mac.h"
#include "reattach.h"

static bool same(const libxl_device_nic *nic, const char *which)
{
	uint8_t mac[XM_MAC_LEN];
	long devid;

	if (xm_mac_parse(which, mac))
		return !memcmp(nic->mac, mac, sizeof(mac));
	return xm_number(which, 0, 65535, &devid) && nic->devid == devid;
}

/* An interface by its number or its MAC address; NULL if there is none. */
libxl_device_nic *xm_nic_find(libxl_device_nic *list, int n, const char *which)
{
	for (int i = 0; list && i < n; i++)
		if (same(&list[i], which))
			return &list[i];
	return NULL;
}

static int find_nic(struct xm_host *host, const char *arg, uint32_t domid,
		    const char *which, int *devid)
{
	int n = 0, ret = XM_OK;
	libxl_device_nic *list = libxl_device_nic_list(host->ctx, domid, &n);
	libxl_device_nic *nic = xm_nic_find(list, n, which);

	if (nic)
		*devid = nic->devid;
	else
		ret = xm_no_nic(arg, which);
	libxl_device_nic_list_free(list, n);
	return ret;
}

int cmd_network_reattach(int argc, char **argv)
{
	return xm_verb_reattach(argc, argv, "vif",
				"needs a domain, an interface and the domain with its backend",
				find_nic);
}
