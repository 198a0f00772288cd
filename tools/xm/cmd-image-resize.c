// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm image-resize: makes an image larger, also while its guest runs, which sees
 * that; or smaller, while nobody has it.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "lock.h"
#include "savedir.h"
#include "xm.h"

const char xm_image_resize_options[] =
	"      --shrink          SIZE is less than it has now\n";

/* One that has not all of its room takes no more now, either. */
static bool is_sparse(const char *disk)
{
	struct stat st;

	return !stat(disk, &st) && S_ISREG(st.st_mode) &&
	       st.st_blocks * 512 < st.st_size;
}

/* A saved guest goes on only if nobody has written to its disk since then. */
static int check_saved(const struct xm_image *img)
{
	struct stat st;
	char *saved = stat(img->disk, &st) ? NULL : xm_savedir_user(&st);

	if (!saved)
		return XM_OK;
	xm_error(img->name, "belongs to the guest that is saved in %s, so it can't grow; 'xm restore' that first",
		 saved);
	free(saved);
	return XM_BUSY;
}

/* What is on it is its guest's: only that one touches the file system. */
static int grow(struct xm_image *img, uint64_t now, uint64_t size)
{
	int ret = check_saved(img);

	if (!ret)
		ret = xm_image_room(img, is_sparse(img->disk) ? 0 : size - now);
	/* What a volume grows by is cleared first, in one that has to go again. */
	if (!ret && img->vg)
		ret = xm_image_write(img, "resizing");
	if (!ret)
		ret = xm_image_run(img, "extend");
	if (strcmp(img->state, "ready") && xm_image_recover(img))
		ret = XM_FAIL;
	if (!ret)
		printf("%s: the disk is larger; 'resize2fs /dev/xvda' (or xfs_growfs /) in the guest makes use of it, and systemd at its next start\n",
		       img->name);
	return ret;
}

/* Nobody may reach it by another name while a copy is made and takes its place. */
static int check_names(const struct xm_image *img)
{
	struct stat st;

	if (img->vg || lstat(img->disk, &st) ||
	    (S_ISREG(st.st_mode) && st.st_nlink == 1))
		return XM_OK;
	xm_error(img->name, "%s is a link, or has other names, by which it may be in use; make it a file of one name first",
		 img->disk);
	return XM_FAIL;
}

static int shrink(struct xm_image *img)
{
	int ret = check_names(img);

	if (ret)
		return ret;
	if (!img->fs || !xm_starts(img->fs, "ext")) {
		xm_error(img->name, "%s can't be made smaller; make a new image and copy what is in this one",
			 img->fs ? img->fs : "what is on it");
		return XM_FAIL;
	}
	ret = xm_image_aside(img, "made smaller", "resizing");
	if (ret)
		return ret;
	ret = xm_image_run(img, "shrink");
	return xm_image_recover(img) ? XM_FAIL : ret;
}

/* What is made beside it has this name, and goes when that was cut off. */
static int check_free(const struct xm_image *img)
{
	char *path = xm_asprintf("%s.xm-new", img->disk);
	struct stat st;
	int ret = XM_OK;

	if (!lstat(path, &st)) {
		xm_error(img->name, "%s is in the way; see what it is", path);
		ret = XM_BUSY;
	}
	free(path);
	return ret;
}

static int resize(struct xm_image *img, const char *text, bool smaller)
{
	uint64_t now = xm_image_bytes(img->disk), size;

	if (!now) {
		xm_error(img->name, "%s can't be read; see what has become of it", img->disk);
		return XM_FAIL;
	}
	if (!xm_image_size(text + (*text == '+'), &size))
		return xm_usage("image-resize", "'%s' is not a size like 8G, or +512M",
				text);
	size += *text == '+' ? now : 0;
	if (size < XM_IMAGE_LEAST)
		return xm_usage("image-resize", "'%s' is less than 16M", text);
	if (size == now) {
		xm_note(img->name, "has that size");
		return XM_OK;
	}
	if (size < now && !smaller) {
		xm_error(img->name, "it has more than that now; if it is to be smaller, say so with --shrink");
		return XM_USAGE;
	}
	if (size > now && smaller) {
		xm_error(img->name, "it has less than that now; leave --shrink out to make it larger");
		return XM_USAGE;
	}
	xm_image_tell_number("SIZE", size);
	xm_image_tell_number("SIZE_NOW", now);
	if (check_free(img))
		return XM_BUSY;
	return size > now ? grow(img, now, size) : shrink(img);
}

int cmd_image_resize(int argc, char **argv)
{
	bool smaller = xm_verb_flag(argc, argv, "shrink", 0);
	struct xm_image img;
	int ret;

	if (argc - optind != 2)
		return xm_usage(argv[0], "needs an image and a size");
	xm_signals_hold();
	ret = xm_image_take(&img, argv[optind]);
	if (!ret)
		ret = xm_image_run(&img, "single");
	if (!ret)
		ret = resize(&img, argv[optind + 1], smaller);
	xm_signals_release();
	xm_image_free(&img);
	return ret;
}
