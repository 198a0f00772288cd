// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks for other users of a disk before a guest is made, so that the answer
 * is one clear line and nothing has to be undone. Two users conflict if either
 * writes. The hotplug scripts check once more, under a lock, because two
 * guests may be made at the same moment. Called by preflight.c.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <xenstore.h>

#include "busy.h"
#include "util.h"

#define BACKENDS "/local/domain/0/backend"

/* Two names of one disk: the same device, or the same file. */
static bool same_disk(const struct stat *want, const char *path)
{
	struct stat st;

	if (*path != '/' || stat(path, &st))
		return false;
	if (S_ISBLK(want->st_mode))
		return S_ISBLK(st.st_mode) && st.st_rdev == want->st_rdev;
	return st.st_dev == want->st_dev && st.st_ino == want->st_ino;
}

static char *read_node(struct xs_handle *xs, const char *dir, const char *node)
{
	char *path = xm_asprintf("%s/%s", dir, node);
	unsigned int len;
	char *value = xs_read(xs, XBT_NULL, path, &len);

	free(path);
	return value;
}

/* Nodes hold a path, perhaps behind prefixes: "aio:/f", "cached:/f". */
static bool node_is(struct xs_handle *xs, const char *dir, const char *node,
		    const struct stat *want)
{
	char *value = read_node(xs, dir, node);
	char *path = value ? strchr(value, '/') : NULL;
	bool same = path && same_disk(want, path);

	free(value);
	return same;
}

static bool backend_uses(struct xs_handle *xs, const char *dir,
			 const struct stat *want, bool write)
{
	char *mode;
	bool writes;

	if (!node_is(xs, dir, "params", want) &&
	    !node_is(xs, dir, "physical-device-path", want))
		return false;
	mode = read_node(xs, dir, "mode");
	writes = !mode || strchr(mode, 'w');
	free(mode);
	return write || writes;
}

/* The first device below one guest's directory that conflicts. */
static char *guest_user(libxl_ctx *ctx, struct xs_handle *xs, const char *dir,
			const char *domid, const struct stat *want, bool write)
{
	unsigned int n, i;
	char **devs = xs_directory(xs, XBT_NULL, dir, &n);
	char *path, *name, *user = NULL;

	for (i = 0; devs && i < n && !user; i++) {
		path = xm_asprintf("%s/%s", dir, devs[i]);
		if (backend_uses(xs, path, want, write)) {
			name = libxl_domid_to_name(ctx, atoi(domid));
			user = xm_asprintf("guest %s", name ? name : domid);
			free(name);
		}
		free(path);
	}
	free(devs);
	return user;
}

static char *kind_user(libxl_ctx *ctx, struct xs_handle *xs, const char *kind,
		       const struct stat *want, bool write)
{
	char *top = xm_asprintf(BACKENDS "/%s", kind), *dir, *user = NULL;
	unsigned int n, i;
	char **doms = xs_directory(xs, XBT_NULL, top, &n);

	for (i = 0; doms && i < n && !user; i++) {
		dir = xm_asprintf("%s/%s", top, doms[i]);
		user = guest_user(ctx, xs, dir, doms[i], want, write);
		free(dir);
	}
	free(doms);
	free(top);
	return user;
}

/* A block device that Dom0 itself has mounted. */
static char *mount_user(const struct stat *want, bool write)
{
	FILE *in = fopen("/proc/self/mountinfo", "re");
	char line[4096], where[2048], opts[512];
	unsigned int maj, min;
	char *user = NULL;

	while (in && !user && fgets(line, sizeof(line), in)) {
		if (sscanf(line, "%*d %*d %u:%u %*s %2047s %511s", &maj, &min,
			   where, opts) != 4)
			continue;
		if (makedev(maj, min) == want->st_rdev &&
		    (write || xm_starts(opts, "rw")))
			user = xm_asprintf("domain 0 (mounted on %s)", where);
	}
	if (in)
		fclose(in);
	return user;
}

/**
 * xm_disk_user() - who else uses a disk in a way that conflicts
 * @ctx: libxl
 * @path: block device or regular file
 * @write: the new user wants to write
 *
 * Return: who, in words, to be freed; NULL if the disk is free.
 */
char *xm_disk_user(libxl_ctx *ctx, const char *path, bool write)
{
	static const char *const kinds[] = { "vbd", "qdisk" };
	struct xs_handle *xs;
	struct stat want;
	char *user = NULL;

	if (stat(path, &want))
		return NULL;
	if (S_ISBLK(want.st_mode))
		user = mount_user(&want, write);
	xs = user ? NULL : xs_open(0);
	if (!xs)
		return user;
	for (size_t i = 0; i < ARRAY_SIZE(kinds) && !user; i++)
		user = kind_user(ctx, xs, kinds[i], &want, write);
	xs_close(xs);
	return user;
}

/**
 * xm_disk_path() - the host's path of a disk, without our script's prefixes
 * @dev: the disk
 * @shared: set if others may write to it as well; may be NULL
 *
 * Return: the path, or NULL if only a script can make sense of the target.
 */
const char *xm_disk_path(const libxl_device_disk *dev, bool *shared)
{
	const char *path = dev->pdev_path;

	if (shared)
		*shared = false;
	if (!path || dev->backend_domname)
		return NULL;
	if (!dev->script)
		return path;
	if (strcmp(dev->script, "block-xenify"))
		return NULL;
	if (xm_starts(path, "cached:"))
		path += strlen("cached:");
	if (xm_starts(path, "shared:")) {
		path += strlen("shared:");
		if (shared)
			*shared = true;
	}
	return path;
}
