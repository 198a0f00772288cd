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
		const char *cause = xm_log_cause(host->log);

		xm_error(arg, "the guest did not give the disk up (%s); unmount %s there, or use -f",
			 cause ? cause : "libxl gave no reason", vdev);
		ret = XM_FAIL;
	}
	libxl_device_disk_dispose(&dev);
	return ret;
}

int cmd_block_detach(int argc, char **argv)
{
	return xm_verb_detach(argc, argv, "needs a domain and a disk", detach);
}
