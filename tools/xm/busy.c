// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks for other users of a disk. Two users conflict if either writes. xm asks
 * before a guest is made, so that the answer is one clear line and nothing has
 * to be undone (preflight.c); the hotplug program asks once more, under a lock,
 * because two guests may be made at the same moment (hotplug/block-xenify.c).
 * Needs libxenstore, not libxl.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "busy.h"
#include "hostuse.h"
#include "store.h"
#include "util.h"

#define DOMAINS "/local/domain"
#define BACKENDS DOMAINS "/0/backend"

/**
 * struct claim - somebody wants a disk
 * @xs: xenstore
 * @disk: what it is
 * @write: to write to it
 * @domid: who wants it, NULL if it has no number yet
 * @vm: the directory in xenstore that it shares with its other self, NULL: unknown
 */
struct claim {
	struct xs_handle *xs;
	const struct stat *disk;
	bool write;
	const char *domid;
	const char *vm;
};

/* The same device, or one is a partition of the other. */
static bool overlap(dev_t a, dev_t b)
{
	return a == b || xm_host_whole(a) == b || xm_host_whole(b) == a;
}

/* Is what @path names the disk @want, or does it share blocks with that? */
bool xm_same_disk(const struct stat *want, const char *path)
{
	struct stat st;

	if (*path != '/' || stat(path, &st))
		return false;
	if (S_ISBLK(want->st_mode))
		return S_ISBLK(st.st_mode) && overlap(st.st_rdev, want->st_rdev);
	return st.st_dev == want->st_dev && st.st_ino == want->st_ino;
}

/* Nodes hold a path, perhaps behind prefixes: "aio:/f", "cached:/f". */
static bool node_is(const struct claim *claim, const char *dir, const char *node)
{
	char *value = xm_store_read(claim->xs, XBT_NULL, dir, node);
	char *path = value ? strchr(value, '/') : NULL;
	bool same = path && xm_same_disk(claim->disk, path);

	free(value);
	return same;
}

/* A device may be behind a file: what Debian's script has made for it. */
static bool device_is(const struct claim *claim, const char *dir)
{
	char *value = xm_store_read(claim->xs, XBT_NULL, dir, "physical-device");
	unsigned int maj, min;
	bool same = value && S_ISBLK(claim->disk->st_mode) &&
		    sscanf(value, "%x:%x", &maj, &min) == 2 &&
		    overlap(makedev(maj, min), claim->disk->st_rdev);

	free(value);
	return same;
}

static bool backend_uses(const struct claim *claim, const char *dir)
{
	bool writes;
	char *mode;

	if (!node_is(claim, dir, "params") &&
	    !node_is(claim, dir, "physical-device-path") &&
	    !device_is(claim, dir))
		return false;
	mode = xm_store_read(claim->xs, XBT_NULL, dir, "mode");
	writes = !mode || strchr(mode, 'w');
	free(mode);
	return claim->write || writes;
}

static char *domain_node(struct xs_handle *xs, const char *domid,
			 const char *node)
{
	char *dir = xm_asprintf(DOMAINS "/%s", domid);
	char *value = xm_store_read(xs, XBT_NULL, dir, node);

	free(dir);
	return value;
}

/*
 * Another guest, which is there? One that restarts has two numbers for a while,
 * and one UUID. Who has no number yet has no other self either. What one that is
 * gone has left in xenstore counts for nothing.
 */
static bool is_another(const struct claim *claim, const char *domid)
{
	char *theirs, *ours;
	bool another;

	theirs = domain_node(claim->xs, domid, "vm");
	ours = claim->vm ? xm_strdup(claim->vm) :
	       claim->domid ? domain_node(claim->xs, claim->domid, "vm") : NULL;
	another = theirs && (!ours || strcmp(theirs, ours));
	free(theirs);
	free(ours);
	return another;
}

static char *describe(struct xs_handle *xs, const char *domid)
{
	char *name = domain_node(xs, domid, "name");
	char *text = name ? xm_asprintf("guest %s (domain %s)", name, domid) :
			    xm_asprintf("domain %s", domid);

	free(name);
	return text;
}

/* Whether one of the devices below one guest's directory conflicts. */
static bool guest_uses(const struct claim *claim, const char *dir,
		       const char *domid)
{
	unsigned int n, i;
	bool uses = false;
	char **devs, *path;

	/* A guest's own disks are most of those there are: save the reading. */
	if (claim->domid && !strcmp(claim->domid, domid))
		return false;
	devs = xs_directory(claim->xs, XBT_NULL, dir, &n);
	for (i = 0; devs && i < n && !uses; i++) {
		path = xm_asprintf("%s/%s", dir, devs[i]);
		uses = backend_uses(claim, path) && is_another(claim, domid);
		free(path);
	}
	free(devs);
	return uses;
}

static char *kind_user(const struct claim *claim, const char *kind)
{
	char *top = xm_asprintf(BACKENDS "/%s", kind), *dir, *user = NULL;
	unsigned int n, i;
	char **doms = xs_directory(claim->xs, XBT_NULL, top, &n);

	for (i = 0; doms && i < n && !user; i++) {
		dir = xm_asprintf("%s/%s", top, doms[i]);
		if (guest_uses(claim, dir, doms[i]))
			user = describe(claim->xs, doms[i]);
		free(dir);
	}
	free(doms);
	free(top);
	return user;
}

/**
 * xm_disk_user() - who else uses a disk in a way that conflicts
 * @xs: xenstore
 * @disk: block device or regular file
 * @write: the new user wants to write
 * @domid: the new user's number, whose own disks and other self don't count;
 *         NULL if it has none yet
 * @vm: the same by its directory in xenstore, "/vm/UUID"; NULL: it has no other self
 *
 * Return: who, in words, to be freed; NULL if the disk is free.
 */
char *xm_disk_user(struct xs_handle *xs, const struct stat *disk, bool write,
		   const char *domid, const char *vm)
{
	static const char *const kinds[] = { "vbd", "qdisk" };
	struct claim claim = { xs, disk, write, domid, vm };
	char *user = xm_host_user(disk, write);

	for (size_t i = 0; i < ARRAY_SIZE(kinds) && !user; i++)
		user = kind_user(&claim, kinds[i]);
	return user;
}
