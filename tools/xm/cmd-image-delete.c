// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm image-delete: removes an image's disks and its guest's configuration. What
 * anybody uses, or another image is a snapshot of, stays.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "lock.h"
#include "xm.h"

const char xm_image_delete_options[] =
	"  -y, --yes         don't ask\n";

static bool confirmed(const struct xm_image *img)
{
	char answer[16] = "";

	if (!isatty(0)) {
		xm_error(img->name, "its data will be gone for good; say so with --yes");
		return false;
	}
	fprintf(stderr, "xm: %s: delete %s, with all that is on it? (yes/no) ",
		img->name, img->disk);
	if (fgets(answer, sizeof(answer), stdin) && !strcmp(answer, "yes\n"))
		return true;
	xm_error(img->name, "nothing was deleted");
	return false;
}

/* It would be started at the host's next boot, and not be there. */
static int check_auto(const struct xm_image *img)
{
	char *dir = xm_image_root("/etc/xen/auto"), *path;
	struct stat config, entry;
	DIR *list = opendir(dir);
	struct dirent *one;
	int ret = XM_OK;

	while (list && !ret && !stat(img->config, &config) &&
	       (one = readdir(list))) {
		path = xm_asprintf("%s/%s", dir, one->d_name);
		if (!stat(path, &entry) && entry.st_ino == config.st_ino &&
		    entry.st_dev == config.st_dev) {
			xm_error(img->name, "is started with the host, by %s; remove that first",
				 path);
			ret = XM_BUSY;
		}
		free(path);
	}
	if (list)
		closedir(list);
	free(dir);
	return ret;
}

/* What is not there can't be deleted, and would be forgotten only. */
static int check_there(const struct xm_image *img)
{
	char *record;

	if (!access(img->disk, F_OK))
		return XM_OK;
	record = xm_image_record(img);
	xm_error(img->name, "%s is not there; mount, or activate, what it is on; if that is gone for good, remove %s",
		 img->disk, record);
	free(record);
	return XM_FAIL;
}

static int delete_ready(struct xm_image *img, bool yes)
{
	int ret = check_there(img);

	if (!ret)
		ret = xm_image_idle(img, "deleted");
	if (!ret)
		ret = check_auto(img);
	if (!ret)
		ret = xm_image_run(img, "single");
	if (!ret && !yes && !confirmed(img))
		ret = XM_FAIL;
	if (!ret)
		ret = xm_image_aside(img, "deleted", "deleting");
	/* From here on it is gone, if not now then when somebody takes it next. */
	return ret ? ret : xm_image_recover(img);
}

int cmd_image_delete(int argc, char **argv)
{
	bool yes = xm_verb_flag(argc, argv, "yes", 'y');
	const char *problem;
	struct xm_image img;
	int ret;

	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one name");
	problem = xm_image_name_problem(argv[optind]);
	if (problem)
		return xm_usage(argv[0], "'%s': %s", argv[optind], problem);
	xm_image_init(&img, argv[optind]);
	ret = xm_image_lock(&img);
	if (!ret && !xm_image_read(&img)) {
		xm_error(img.name, "no such image; 'xm image-list' shows those there are");
		ret = XM_NOTFOUND;
	}
	xm_signals_hold();
	/* Of one that was being made, or deleted, nothing is there after that. */
	if (!ret)
		ret = xm_image_recover(&img);
	if (!ret && !strcmp(img.state, "ready"))
		ret = delete_ready(&img, yes);
	xm_signals_release();
	xm_image_free(&img);
	return ret;
}
