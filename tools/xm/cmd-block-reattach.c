// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm block-reattach: gives a running guest's disk a backend again when the driver
 * domain that served it was started anew.
 */
#include <libxl_utils.h>

#include "reattach.h"

static int find_disk(struct xm_host *host, const char *arg, uint32_t domid,
		     const char *vdev, int *devid)
{
	libxl_device_disk disk;
	libxl_diskinfo info;
	int ret = XM_OK;

	libxl_device_disk_init(&disk);
	libxl_diskinfo_init(&info);
	if (libxl_vdev_to_device_disk(host->ctx, domid, vdev, &disk) ||
	    libxl_device_disk_getinfo(host->ctx, domid, &disk, &info))
		ret = xm_no_disk(arg, vdev);
	*devid = info.devid;
	libxl_diskinfo_dispose(&info);
	libxl_device_disk_dispose(&disk);
	return ret;
}

int cmd_block_reattach(int argc, char **argv)
{
	return xm_verb_reattach(argc, argv, "vbd",
				"needs a domain, a disk and the domain with its backend",
				find_disk);
}
