// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a disk specification to libxl's structure, and the choice of who
 * serves it:
 *
 *   block device           program "block-xenify", any kernel's backend
 *   regular file, our      program "block-xenify": the backend opens the file
 *     block backend        itself, no loop device
 *   regular file, other    Debian's script "block", which makes a loop device
 *   anything else          as libxl chooses, or as the specification says
 *
 * Debian's script would do for block devices, too, but starts dozens of
 * processes for each, and refuses w!, for which libxl has no field. The first disk
 * of a guest with a bootloader is left alone here, and placed by lend.c when that has
 * begun to read it.
 *
 * For "block-xenify" the target is [cached:][shared:]PATH. Called by config.c
 * and cmd-block-attach.c; makes no call that needs Xen.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "vif.h"

#define SCRIPT "block-xenify"

static void set(char **field, char *value)
{
	free(*field);
	*field = value;
}

/* libxlutil reports to a stream of its own; fetch its words for our message. */
static int read_modern(const char *spec, libxl_device_disk *dev, char **error)
{
	char *said = NULL, *text;
	size_t len;
	FILE *out = open_memstream(&said, &len);
	XLU_Config *xlu = out ? xlu_cfg_init(out, "disk") : NULL;
	int ret = xlu ? xlu_disk_parse(xlu, 1, &spec, dev) : -1;

	if (xlu)
		xlu_cfg_destroy(xlu);
	if (out)
		fclose(out);
	if (!ret && (!dev->vdev || !*dev->vdev))
		ret = -1;
	if (ret) {
		text = said ? strstr(said, "specification: ") : NULL;
		*error = text ? xm_strdup(xm_trim(strchr(text, ' '))) :
			 xm_strdup("not a disk specification");
	}
	free(said);
	return ret ? -1 : 0;
}

static void fix_relative_path(libxl_device_disk *dev)
{
	if (!dev->script && dev->pdev_path && *dev->pdev_path &&
	    *dev->pdev_path != '/')
		set(&dev->pdev_path, xm_asprintf("/dev/%s", dev->pdev_path));
}

/**
 * xm_disk_read() - read a disk specification in any form
 * @spec: what stands in the file or on the command line
 * @asked: filled in; to be freed with xm_disk_free()
 * @dev: initialised; filled in
 * @error: what is wrong, to be freed; set only on failure
 *
 * Return: 0, or -1 with *@error set.
 */
int xm_disk_read(const char *spec, struct xm_disk *asked,
		 libxl_device_disk *dev, char **error)
{
	if (xm_disk_parse(asked, spec, error))
		return -1;
	if (!xm_is_utf8(spec)) {
		*error = xm_asprintf("it is not UTF-8");
		return -1;
	}
	if (asked->form == XM_DISK_XL) {
		if (read_modern(asked->spec, dev, error))
			return -1;
		fix_relative_path(dev);
		if (xm_disk_is_vdev(dev->vdev))
			return 0;
		*error = xm_asprintf("'%s' is not a disk name like xvda, sda1 or hda",
				     dev->vdev);
		return -1;
	}
	set(&dev->pdev_path, xm_strdup(asked->path));
	set(&dev->vdev, xm_strdup(asked->vdev));
	if (asked->backend)
		set(&dev->backend_domname, xm_strdup(asked->backend));
	dev->readwrite = asked->write;
	dev->format = LIBXL_DISK_FORMAT_RAW;
	dev->backend = LIBXL_DISK_BACKEND_UNKNOWN;
	return 0;
}

/* Raw, and nobody has chosen a script or another backend for it. */
static bool is_plain(const libxl_device_disk *dev)
{
	return dev->format == LIBXL_DISK_FORMAT_RAW && !dev->script &&
	       !dev->is_cdrom && !dev->backend_domname && dev->pdev_path &&
	       *dev->pdev_path &&
	       (dev->backend == LIBXL_DISK_BACKEND_UNKNOWN ||
		dev->backend == LIBXL_DISK_BACKEND_PHY);
}

static bool is_file(const struct xm_disk *asked, const libxl_device_disk *dev)
{
	struct stat st;

	return asked->form == XM_DISK_FILE ||
	       (!stat(dev->pdev_path, &st) && S_ISREG(st.st_mode));
}

/**
 * xm_disk_unplace() - a disk as it was before it was placed
 * @dev: the disk; one that is shared or cached stays as it is, as nothing else says so
 */
void xm_disk_unplace(libxl_device_disk *dev)
{
	bool shared, cached;

	if (!dev->script || !xm_disk_path(dev, &shared))
		return;
	xm_disk_target(dev->pdev_path, &cached, &shared);
	if (shared || cached)
		return;
	set(&dev->script, NULL);
	dev->backend = LIBXL_DISK_BACKEND_UNKNOWN;
}

/**
 * xm_disk_place() - choose the script that serves a disk
 * @asked: the disk as it was asked for
 * @dev: the same for libxl; script, backend and path may change
 * @direct_files: the backend serves plain files
 * @bootloader: a bootloader in Dom0 reads it first, so that it is placed later
 */
void xm_disk_place(const struct xm_disk *asked, libxl_device_disk *dev,
		   bool direct_files, bool bootloader)
{
	bool file;

	if (bootloader && !asked->shared) {
		xm_disk_unplace(dev);
		return;
	}
	if (!is_plain(dev))
		return;
	file = is_file(asked, dev);
	if (file && !direct_files && asked->shared) {
		/* Nothing tells Debian's script so, which may then refuse it. */
		xm_error(dev->vdev,
			 "%s: mode w! is lost: the block backend serves no files, so a loop device stands between",
			 dev->pdev_path);
		return;
	}
	if (file && !direct_files) {
		xm_note(dev->vdev,
			"%s needs a loop device: the block backend serves no files",
			dev->pdev_path);
		return;
	}
	set(&dev->script, xm_strdup(SCRIPT));
	dev->backend = LIBXL_DISK_BACKEND_PHY;
	set(&dev->pdev_path, xm_asprintf("%s%s%s",
					 file && asked->cached ? "cached:" : "",
					 asked->shared ? "shared:" : "",
					 dev->pdev_path));
}

/**
 * xm_disk_path() - the host's path of a disk, without our program's prefixes
 * @dev: the disk, placed
 * @shared: set if others may write to it as well
 *
 * Return: the path, or NULL if only a script can make sense of the target.
 */
const char *xm_disk_path(const libxl_device_disk *dev, bool *shared)
{
	bool cached;

	*shared = false;
	if (!dev->pdev_path || dev->backend_domname)
		return NULL;
	if (!dev->script)
		return dev->pdev_path;
	/* libxl adds where it is. */
	if (strcmp(dev->script, SCRIPT) && strcmp(dev->script, XM_SCRIPTS SCRIPT))
		return NULL;
	return xm_disk_target(dev->pdev_path, &cached, shared);
}
