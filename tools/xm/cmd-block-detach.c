// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm block-detach: takes a disk away from a guest. The guest is asked and may
 * refuse, as long as it has the disk mounted; -f does not ask.
 */
#include <libxl_utils.h>

#include "xm.h"

static int detach(struct xm_host *host, const char *arg, uint32_t domid,
		  const char *vdev, bool force)
{
	libxl_device_disk dev;
	int ret = XM_OK;

	libxl_device_disk_init(&dev);
	if (libxl_vdev_to_device_disk(host->ctx, domid, vdev, &dev)) {
		ret = xm_no_disk(arg, vdev);
	} else if (force) {
		if (libxl_device_disk_destroy(host->ctx, domid, &dev, NULL))
			ret = xm_libxl_failed(host, arg, "the disk could not be taken away");
	} else if (libxl_device_disk_safe_remove(host->ctx, domid, &dev,
						 NULL)) {
		xm_libxl_failed(host, arg, "the guest did not give the disk up");
		xm_error(arg, "unmount %s in the guest, or use -f", vdev);
		ret = XM_FAIL;
	}
	libxl_device_disk_dispose(&dev);
	return ret;
}

int cmd_block_detach(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "force", no_argument, NULL, 'f' },
		XM_LONGOPTS
	};
	struct xm_host host;
	bool force = false;
	uint32_t domid;
	int ret;

	while (xm_getopt(argc, argv, "f", longs) != -1)
		force = true;
	if (argc - optind != 2)
		return xm_usage(argv[0], "needs a domain and a disk");
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	ret = xm_host_domain(&host, argv[optind], &domid);
	if (!ret)
		ret = detach(&host, argv[optind], domid, argv[optind + 1],
			     force);
	xm_host_close(&host);
	return ret;
}
