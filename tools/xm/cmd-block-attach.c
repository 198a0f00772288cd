// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm block-attach: gives a guest one more disk, in any of the forms that a
 * configuration file takes, or as Xen 2.0's three arguments.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "claim.h"
#include "config.h"
#include "lock.h"

/* "phy:/dev/x xvdb w" and "/dev/x,raw,xvdb access=r" are both lists. */
static char *join(char **argv, int argc)
{
	bool classic = argc > 1 && !strpbrk(argv[0], ",=") &&
		       !strpbrk(argv[1], ",=");
	const char *prefix = classic && *argv[0] == '/' ? "raw:" : "";
	char *spec = NULL;

	for (int i = 0; i < argc; i++)
		xm_append(&spec, "%s%s", i ? "," : prefix, argv[i]);
	if (classic && argc == 2)
		xm_append(&spec, ",w");
	return spec;
}

static bool has_vdev(struct xm_host *host, uint32_t domid, const char *vdev)
{
	int n;
	libxl_device_disk *list = libxl_device_disk_list(host->ctx, domid, &n);
	bool found = false;

	for (int i = 0; list && i < n; i++)
		found |= list[i].vdev && !strcmp(list[i].vdev, vdev);
	libxl_device_disk_list_free(list, n);
	return found;
}

/* Nobody else is given the disk meanwhile. Return: -1 after a message. */
static int lock_guests(const char *arg)
{
	struct xm_settings set;
	int fd;

	xm_settings_read(&set);
	fd = xm_lock(set.lockfile, arg);
	xm_settings_free(&set);
	return fd;
}

static int attach(struct xm_host *host, const char *arg, uint32_t domid,
		  libxl_device_disk *dev)
{
	int ret, err, lock;

	if (has_vdev(host, domid, dev->vdev)) {
		xm_error(arg,
			 "has a disk %s already; choose another name, or 'xm block-detach %s %s'",
			 dev->vdev, arg, dev->vdev);
		return XM_BUSY;
	}
	lock = lock_guests(arg);
	ret = lock < 0 ? XM_FAIL : xm_preflight_disk(arg, dev);
	err = ret ? 0 : libxl_device_disk_add(host->ctx, domid, dev, NULL);
	if (lock >= 0)
		close(lock);
	if (!err)
		return ret;
	ret = xm_libxl_failed(host, arg, "the disk could not be attached");
	/*
	 * libxl leaves what it has made, and the guest could not be made anew with it when it
	 * reboots. By this name there was none before, whatever else has its number.
	 */
	if (err != ERROR_DEVICE_EXISTS && has_vdev(host, domid, dev->vdev) &&
	    libxl_device_disk_destroy(host->ctx, domid, dev, NULL))
		xm_libxl_failed(host, arg, "what is left of the disk could not be taken away; try 'xm block-detach -f'");
	return ret;
}

static int attach_spec(const char *arg, const char *spec)
{
	struct xm_disk asked;
	libxl_device_disk dev;
	struct xm_host host;
	char *error = NULL;
	uint32_t domid;
	int ret = XM_CONFIG, claim;

	libxl_device_disk_init(&dev);
	if (xm_disk_read(spec, &asked, &dev, &error)) {
		xm_error(arg, "'%s': %s", spec, error);
		goto dispose;
	}
	ret = xm_claim_devices(&host, arg, &domid, &claim);
	if (ret)
		goto dispose;
	xm_disk_place(&asked, &dev, xm_host_direct_files(true), false);
	ret = attach(&host, arg, domid, &dev);
	xm_claim_end(&claim);
	xm_host_close(&host);
dispose:
	free(error);
	xm_disk_free(&asked);
	libxl_device_disk_dispose(&dev);
	return ret;
}

int cmd_block_attach(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	char *spec;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind < 2)
		return xm_usage(argv[0], "needs a domain and a disk");
	spec = join(argv + optind + 1, argc - optind - 1);
	ret = attach_spec(argv[optind], spec);
	free(spec);
	return ret;
}
