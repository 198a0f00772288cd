// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who uses an image, and how it is kept from being used while it is changed. What
 * "in use" means is busy.c's; in addition a guest that is saved has its disks in use
 * until it is restored, and one that has ended until it was restarted, or that is called
 * off (savedir.c). Called by the image verbs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xenstore.h>

#include "busy.h"
#include "hostuse.h"
#include "image.h"
#include "lock.h"
#include "savedir.h"
#include "settings.h"
#include "xm.h"

static char *restarted_user(const struct stat *disk)
{
	char *name = xm_savedir_restarted(disk, true, NULL, NULL), *user;

	user = name ? xm_asprintf("guest %s, which is to be restarted", name) : NULL;
	free(name);
	return user;
}

/*
 * In this order: under the lock under which guests are made, one that is to be restarted
 * does not come to be after it was looked for.
 */
static char *disk_user(struct xs_handle *xs, const char *disk)
{
	char *user, *saved;
	struct stat st;

	if (!disk || stat(disk, &st))
		return NULL;
	user = xs ? xm_disk_user(xs, &st, true, NULL, NULL) :
	       xm_host_user(&st, true);
	if (!user)
		user = restarted_user(&st);
	saved = user ? NULL : xm_savedir_user(&st);
	if (saved)
		user = xm_asprintf("guest %s, which is saved in %s",
				   strrchr(saved, '/') + 1, saved);
	free(saved);
	return user;
}

/**
 * xm_image_user() - who uses an image
 * @img: read
 *
 * Return: who, in words, to be freed; NULL if nobody does.
 */
char *xm_image_user(const struct xm_image *img)
{
	int store = xm_host_store();
	struct xs_handle *xs = store > 0 ? xs_open(0) : NULL;
	char *user;

	if (store && !xs)
		return xm_strdup("some guest perhaps (xenstored does not answer)");
	user = disk_user(xs, img->disk);
	if (!user)
		user = disk_user(xs, img->swap);
	if (xs)
		xs_close(xs);
	return user;
}

/**
 * xm_image_idle() - is an image in nobody's use?
 * @img: read
 * @what: what can't be done to it otherwise
 *
 * Return: XM_OK, or XM_BUSY after a message.
 */
int xm_image_idle(const struct xm_image *img, const char *what)
{
	char *user = xm_image_user(img);

	if (!user)
		return XM_OK;
	xm_error(img->name, "is in use by %s, so it can't be %s; shut that down first",
		 user, what);
	free(user);
	return XM_BUSY;
}

/* While it is held no disk is given to a guest. */
static int hotplug_lock(void)
{
	const char *path = getenv("XENIFY_LOCK");
	int fd;

	if (!path) {
		path = XM_HOTPLUG_LOCK;
		mkdir(XM_HOTPLUG_DIR, 0755);
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	while (fd >= 0 && flock(fd, LOCK_EX)) {
		if (errno == EINTR && !xm_interrupted)
			continue;
		close(fd);
		fd = -1;
	}
	if (fd < 0)
		xm_error(path, "cannot be locked: %s", strerror(errno));
	return fd;
}

/* Return: the lock under which guests are made, or -1 after a message. */
static int guests_lock(const struct xm_image *img)
{
	struct xm_settings set;
	char *path;
	int fd;

	xm_settings_read(&set);
	path = xm_image_root(set.lockfile);
	fd = xm_lock(path, img->name);
	free(path);
	xm_settings_free(&set);
	return fd;
}

/**
 * xm_image_aside() - take an image out of everybody's reach
 * @img: locked
 * @what: what is to be done to it, for the message
 * @state: the same, for the record
 *
 * Its disks get other names while nobody can be making a guest: one that is made
 * later doesn't find them.
 *
 * Return: XM_OK, or an exit code after a message; then nothing has changed.
 */
int xm_image_aside(struct xm_image *img, const char *what, const char *state)
{
	int restores = xm_lock_restores(true, img->name);
	int guests = restores < 0 ? -1 : guests_lock(img), disks = -1, ret = XM_FAIL;

	if (guests >= 0)
		disks = hotplug_lock();
	if (disks >= 0)
		ret = xm_image_idle(img, what);
	if (!ret)
		ret = xm_image_write(img, state);
	if (!ret) {
		ret = xm_image_run(img, "aside");
		if (ret && !xm_image_run(img, "back"))
			xm_image_write(img, "ready");
	}
	if (disks >= 0)
		close(disks);
	if (guests >= 0)
		close(guests);
	if (restores >= 0)
		close(restores);
	return ret;
}
