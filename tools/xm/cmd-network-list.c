// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm network-list: the interfaces of a guest, and how far they are connected.
 * The columns are those that xm always had, one word each, and whether antispoof
 * is on; libxl knows neither queues nor event channels for one direction, so
 * these come from xenstore.
 */
#include <stdlib.h>
#include <xenstore.h>

#include "json.h"
#include "mac.h"
#include "nicstore.h"
#include "vif.h"
#include "xm.h"

#define COLUMNS "%-3s %-2s %-17s %-6s %-5s %-9s %-15s %s %s\n"

static void show_row(const libxl_device_nic *nic, const libxl_nicinfo *info,
		     const struct xm_nic_rings *rings)
{
	char mac[XM_MAC_TEXT];

	xm_mac_format(nic->mac, mac);
	printf("%-3d %-2u %-17s %-6d %-5d %-9s %-15s %s %s\n", info->devid,
	       info->backend_id, mac, info->devid, info->state, rings->events,
	       rings->refs, info->backend ? info->backend : "-",
	       xm_vif_is_guarded(nic) ? "yes" : "no");
}

static void show_json(const libxl_device_nic *nic, const libxl_nicinfo *info,
		      const struct xm_nic_rings *rings, yajl_gen gen)
{
	char mac[XM_MAC_TEXT];

	xm_mac_format(nic->mac, mac);
	yajl_gen_map_open(gen);
	xm_json_number(gen, "devid", info->devid);
	xm_json_string(gen, "mac", mac);
	xm_json_string(gen, "state", xm_state_name(info->state));
	xm_json_string(gen, "bridge", nic->bridge);
	xm_json_string(gen, "ip", nic->ip);
	xm_json_string(gen, "vifname", nic->ifname);
	xm_json_string(gen, "script", nic->script);
	xm_json_bool(gen, "antispoof", xm_vif_is_guarded(nic));
	xm_json_number(gen, "backend_domid", info->backend_id);
	xm_json_string(gen, "event_channels", rings->events);
	xm_json_string(gen, "ring_refs", rings->refs);
	xm_json_string(gen, "backend_path", info->backend);
	xm_json_string(gen, "frontend_path", info->frontend);
	yajl_gen_map_close(gen);
}

static void list_nics(struct xm_host *host, struct xs_handle *xs,
		      uint32_t domid, yajl_gen gen)
{
	int n = 0;
	libxl_device_nic *list = libxl_device_nic_list(host->ctx, domid, &n);
	struct xm_nic_rings rings;
	libxl_nicinfo info;

	for (int i = 0; list && i < n; i++) {
		libxl_nicinfo_init(&info);
		/* It may be on its way out: then it is not listed. */
		if (!libxl_device_nic_getinfo(host->ctx, domid, &list[i],
					      &info) && info.frontend) {
			xm_nic_rings_read(xs, info.frontend, &rings);
			if (!list[i].ifname)
				list[i].ifname = xm_nic_vifname(xs, domid,
								info.devid);
			if (gen)
				show_json(&list[i], &info, &rings, gen);
			else
				show_row(&list[i], &info, &rings);
			xm_nic_rings_free(&rings);
		}
		libxl_nicinfo_dispose(&info);
	}
	libxl_device_nic_list_free(list, n);
}

static int list_all(struct xm_host *host, uint32_t domid, bool json)
{
	struct xs_handle *xs = xs_open(0);
	yajl_gen gen = NULL;
	int ret = XM_OK;

	if (!xs) {
		xm_error("Xen", "xenstore cannot be reached (root is needed)");
		return XM_NOXEN;
	}
	if (json) {
		gen = xm_json_new();
		yajl_gen_array_open(gen);
	} else {
		printf(COLUMNS, "Idx", "BE", "MAC", "handle", "state",
		       "evt-ch", "tx/rx-ring-ref", "BE-path", "antispoof");
	}
	list_nics(host, xs, domid, gen);
	if (json) {
		yajl_gen_array_close(gen);
		ret = xm_json_print(gen, stdout) ? XM_FAIL : XM_OK;
	}
	xs_close(xs);
	return ret;
}

int cmd_network_list(int argc, char **argv)
{
	bool json = xm_verb_flag(argc, argv, "json", 0);
	struct xm_host host;
	uint32_t domid;
	int ret;

	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one domain");
	ret = xm_verb_open(&host, argv[optind], &domid);
	if (ret)
		return ret;
	ret = list_all(&host, domid, json);
	xm_host_close(&host);
	return ret;
}
