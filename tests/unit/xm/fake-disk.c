// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libxl's calls for disks: each is a directory /libxl/DOMID/device/vbd/DEVID with the name
 * that the guest has for it, see fake.h. One whose backend does not come stays, as libxl
 * leaves it.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xenstore.h>

#include "fake.h"

#define VBD "/libxl/%u/device/vbd"

static char *vbd_name(uint32_t domid, const char *devid)
{
	char *path = xm_asprintf(VBD "/%s/dev", domid, devid);
	char *name = xs_read(NULL, XBT_NULL, path, NULL);

	free(path);
	return name;
}

libxl_device_disk *libxl_device_disk_list(libxl_ctx *ctx, uint32_t domid, int *num)
{
	char *dir = xm_asprintf(VBD, domid);
	unsigned int count = 0;
	char **ids = xs_directory(NULL, XBT_NULL, dir, &count);
	libxl_device_disk *list = NULL;

	(void)ctx;
	*num = count;
	for (unsigned int i = 0; i < count; i++) {
		list = xm_grow(list, i, sizeof(*list));
		libxl_device_disk_init(&list[i]);
		list[i].vdev = vbd_name(domid, ids[i]);
	}
	free(ids);
	free(dir);
	return list;
}

void libxl_device_disk_list_free(libxl_device_disk *list, int count)
{
	for (int i = 0; i < count; i++)
		libxl_device_disk_dispose(&list[i]);
	free(list);
}

/* Any one that has this name; here numbers are no names. */
static bool vbd_find(uint32_t domid, const char *vdev)
{
	int count;
	libxl_device_disk *list = libxl_device_disk_list(NULL, domid, &count);
	bool found = false;

	for (int i = 0; i < count; i++)
		found |= !strcmp(list[i].vdev, vdev);
	libxl_device_disk_list_free(list, count);
	return found;
}

int libxl_vdev_to_device_disk(libxl_ctx *ctx, uint32_t domid, const char *vdev,
			      libxl_device_disk *disk)
{
	(void)ctx;
	if (!vbd_find(domid, vdev))
		return ERROR_FAIL;
	disk->vdev = xm_strdup(vdev);
	return 0;
}

int libxl_device_disk_add(libxl_ctx *ctx, uint32_t domid, libxl_device_disk *disk,
			  const libxl_asyncop_how *how)
{
	char *path = xm_asprintf(VBD "/%s/dev", domid, disk->vdev);
	bool early = fake_fails("disk-exists") || fake_fails("disk-early");

	(void)ctx;
	(void)how;
	fake_call("disk-add %u %s", domid, disk->vdev);
	if (!early)
		fake_write(path, disk->vdev);
	free(path);
	if (fake_fails("disk-slow"))
		sleep(1);
	if (fake_fails("disk-exists"))
		return ERROR_DEVICE_EXISTS;
	return early || fake_fails("disk-add") ? ERROR_FAIL : 0;
}

static int vbd_remove(uint32_t domid, const libxl_device_disk *disk, const char *what)
{
	char *path = xm_asprintf(VBD "/%s", domid, disk->vdev);

	fake_call("%s %u %s", what, domid, disk->vdev);
	fake_remove(path);
	free(path);
	return 0;
}

int libxl_device_disk_destroy(libxl_ctx *ctx, uint32_t domid, libxl_device_disk *disk,
			      const libxl_asyncop_how *how)
{
	(void)ctx;
	(void)how;
	return vbd_remove(domid, disk, "disk-destroy");
}

int libxl_device_disk_safe_remove(libxl_ctx *ctx, uint32_t domid, libxl_device_disk *disk,
				  const libxl_asyncop_how *how)
{
	(void)ctx;
	(void)how;
	return vbd_remove(domid, disk, "disk-remove");
}
