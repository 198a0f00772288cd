// SPDX-License-Identifier: GPL-2.0-or-later
/* xm block-list: the disks of a guest, and how far they are connected. */
#include "json.h"
#include "xm.h"

static void show(const libxl_device_disk *d, const libxl_diskinfo *info,
		 yajl_gen gen)
{
	const char *backend = libxl_disk_backend_to_string(d->backend);
	const char *target = d->pdev_path && *d->pdev_path ? d->pdev_path :
			     "-";

	if (!gen) {
		printf("%-8s %8d %4s  %-12s %-7s %s\n", d->vdev, info->devid,
		       d->readwrite ? "w" : "r", xm_state_name(info->state),
		       backend, target);
		return;
	}
	yajl_gen_map_open(gen);
	xm_json_string(gen, "vdev", d->vdev);
	xm_json_number(gen, "devid", info->devid);
	xm_json_string(gen, "mode", d->readwrite ? "w" : "r");
	xm_json_string(gen, "state", xm_state_name(info->state));
	xm_json_string(gen, "backend", backend);
	xm_json_number(gen, "backend_domid", info->backend_id);
	xm_json_string(gen, "target", target);
	xm_json_number(gen, "event_channel", info->evtch);
	xm_json_number(gen, "ring_ref", info->rref);
	xm_json_string(gen, "backend_path", info->backend);
	xm_json_string(gen, "frontend_path", info->frontend);
	yajl_gen_map_close(gen);
}

static void list_disks(struct xm_host *host, uint32_t domid, yajl_gen gen)
{
	int n = 0;
	libxl_device_disk *list = libxl_device_disk_list(host->ctx, domid, &n);
	libxl_diskinfo info;

	for (int i = 0; list && i < n; i++) {
		libxl_diskinfo_init(&info);
		/* It may be on its way out: then it is not listed. */
		if (!libxl_device_disk_getinfo(host->ctx, domid, &list[i],
					       &info))
			show(&list[i], &info, gen);
		libxl_diskinfo_dispose(&info);
	}
	libxl_device_disk_list_free(list, n);
}

int cmd_block_list(int argc, char **argv)
{
	bool json = xm_verb_flag(argc, argv, "json", 0);
	struct xm_host host;
	yajl_gen gen = NULL;
	uint32_t domid;
	int ret;

	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one domain");
	ret = xm_verb_open(&host, argv[optind], &domid);
	if (ret)
		return ret;
	if (json) {
		gen = xm_json_new();
		yajl_gen_array_open(gen);
	} else {
		printf("%-8s %8s %4s  %-12s %-7s %s\n", "Vdev", "DevID",
		       "Mode", "State", "Backend", "Target");
	}
	list_disks(&host, domid, gen);
	if (gen) {
		yajl_gen_array_close(gen);
		if (xm_json_print(gen, stdout))
			ret = XM_FAIL;
	}
	xm_host_close(&host);
	return ret;
}
