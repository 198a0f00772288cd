// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks for users of a disk in Dom0 itself: a mount, swap, a device that is made
 * of it (dm, md, LVM), one of its partitions or the disk that it is one of, a loop
 * device on it. Who writes to a disk must be its only user; who reads it must not
 * have a writer beside him.
 *
 * The kernel knows of each claim (O_EXCL); who has it is found in /proc and in
 * sysfs, and only for the message, and to tell readers from writers. What claims
 * a disk and is not found there is taken for a writer. Called by busy.c.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "hostuse.h"
#include "util.h"

/* dm on md on partitions on multipath is four; a circle there is none. */
#define DEPTH_MAX 8

/**
 * struct look - one look at one device
 * @dev: the device
 * @write: any user conflicts, not only one that writes
 * @claimed: somebody has been found who claims it, though without a conflict
 * @depth: devices that are made of this one, so far
 */
struct look {
	dev_t dev;
	bool write;
	bool claimed;
	int depth;
};

static char *device_user(struct look *look);

/* The first line of a file, without its end; NULL if there is none. */
static char *first_line(const char *path)
{
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	if (in && getline(&line, &size, in) > 0) {
		line[strcspn(line, "\n")] = '\0';
	} else {
		free(line);
		line = NULL;
	}
	if (in)
		fclose(in);
	return line;
}

static char *sysfs_dir(dev_t dev)
{
	const char *sysfs = getenv("XM_SYSFS");		/* for tests */

	return xm_asprintf("%s/dev/block/%u:%u", sysfs ? sysfs : "/sys", major(dev),
			   minor(dev));
}

/* A device below @dir, by its directory's file "dev". */
static bool read_dev(const char *dir, const char *name, dev_t *dev)
{
	char *path = xm_asprintf("%s/%s/dev", dir, name);
	char *line = first_line(path);
	unsigned int maj, min;
	bool found = line && sscanf(line, "%u:%u", &maj, &min) == 2;

	if (found)
		*dev = makedev(maj, min);
	free(line);
	free(path);
	return found;
}

static char *mount_user(struct look *look)
{
	FILE *in = fopen("/proc/self/mountinfo", "re");
	char line[4096], where[2048], opts[512];
	unsigned int maj, min;
	char *user = NULL;

	while (in && !user && fgets(line, sizeof(line), in)) {
		if (sscanf(line, "%*d %*d %u:%u %*s %2047s %511s", &maj, &min,
			   where, opts) != 4)
			continue;
		if (makedev(maj, min) != look->dev)
			continue;
		look->claimed = true;
		if (look->write || xm_starts(opts, "rw"))
			user = xm_asprintf("domain 0 (mounted on %s)", where);
	}
	if (in)
		fclose(in);
	return user;
}

static bool same_file(const struct stat *want, const char *path)
{
	struct stat st;

	if (stat(path, &st) || (st.st_mode & S_IFMT) != (want->st_mode & S_IFMT))
		return false;
	if (S_ISBLK(st.st_mode))
		return st.st_rdev == want->st_rdev;
	return st.st_dev == want->st_dev && st.st_ino == want->st_ino;
}

static char *swap_user(const struct stat *want)
{
	FILE *in = fopen("/proc/swaps", "re");
	char line[4096], path[2048];
	char *user = NULL;

	while (in && !user && fgets(line, sizeof(line), in))
		if (sscanf(line, "%2047s", path) == 1 && same_file(want, path))
			user = xm_asprintf("domain 0 (swap)");
	if (in)
		fclose(in);
	return user;
}

/* A loop device on it, which writes if it may and somebody uses it so. */
static char *loop_user(const struct stat *want, bool write, int depth,
		       bool *claimed)
{
	DIR *dir = opendir("/sys/block");
	struct dirent *entry;
	char *user = NULL;

	while (dir && !user && (entry = readdir(dir))) {
		struct look look = { .depth = depth + 1 };
		char *path, *backing;

		if (!xm_starts(entry->d_name, "loop"))
			continue;
		path = xm_asprintf("/sys/block/%s/loop/backing_file",
				   entry->d_name);
		backing = first_line(path);
		if (backing && same_file(want, backing)) {
			*claimed = true;
			if (write)
				user = xm_asprintf("domain 0 (loop device /dev/%s)",
						   entry->d_name);
			else if (read_dev("/sys/block", entry->d_name,
					  &look.dev))
				user = device_user(&look);
		}
		free(backing);
		free(path);
	}
	if (dir)
		closedir(dir);
	return user;
}

/* Devices that are made of it: dm, md, bcache. */
static char *holder_user(struct look *look)
{
	char *base = sysfs_dir(look->dev);
	char *path = xm_asprintf("%s/holders", base);
	DIR *dir = opendir(path);
	struct dirent *entry;
	char *user = NULL;

	while (dir && !user && (entry = readdir(dir))) {
		struct look holder = { .depth = look->depth + 1 };

		if (entry->d_name[0] == '.')
			continue;
		look->claimed = true;
		if (look->write)
			user = xm_asprintf("domain 0 (part of /dev/%s)",
					   entry->d_name);
		else if (read_dev(path, entry->d_name, &holder.dev))
			user = device_user(&holder);
	}
	if (dir)
		closedir(dir);
	free(path);
	free(base);
	return user;
}

static char *related_user(const struct look *look, dev_t dev)
{
	struct look other = {
		.dev = dev, .write = look->write, .depth = DEPTH_MAX,
	};
	char *user = mount_user(&other);

	return user ? user : holder_user(&other);
}

/* Its partitions; or, for a partition, the whole disk. */
static char *partition_user(struct look *look)
{
	char *base = sysfs_dir(look->dev);
	char *path = xm_asprintf("%s/partition", base);
	bool is_partition = !access(path, F_OK);
	DIR *dir = is_partition ? NULL : opendir(base);
	struct dirent *entry;
	char *user = NULL;
	dev_t dev;

	if (is_partition && read_dev(base, "..", &dev))
		user = related_user(look, dev);
	while (dir && !user && (entry = readdir(dir))) {
		free(path);
		path = xm_asprintf("%s/%s/partition", base, entry->d_name);
		if (!access(path, F_OK) && read_dev(base, entry->d_name, &dev))
			user = related_user(look, dev);
	}
	if (dir)
		closedir(dir);
	free(path);
	free(base);
	return user;
}

/* Whether the kernel would give it to another exclusive user. */
static bool is_claimed(dev_t dev)
{
	char *base = sysfs_dir(dev);
	char *path = xm_asprintf("%s/uevent", base);
	FILE *in = fopen(path, "re");
	char line[256], name[200];
	bool claimed = false;

	while (in && fgets(line, sizeof(line), in)) {
		char *node;
		int fd;

		if (sscanf(line, "DEVNAME=%199s", name) != 1)
			continue;
		node = xm_asprintf("/dev/%s", name);
		fd = open(node, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
		claimed = fd < 0 && errno == EBUSY;
		if (fd >= 0)
			close(fd);
		free(node);
	}
	if (in)
		fclose(in);
	free(path);
	free(base);
	return claimed;
}

static char *device_user(struct look *look)
{
	struct stat want = { .st_mode = S_IFBLK, .st_rdev = look->dev };
	char *user = mount_user(look);

	if (look->depth > DEPTH_MAX)
		return user;
	if (!user)
		user = swap_user(&want);
	if (!user)
		user = holder_user(look);
	if (!user)
		user = partition_user(look);
	if (!user)
		user = loop_user(&want, look->write, look->depth,
				 &look->claimed);
	if (!user && (look->write || !look->claimed) && is_claimed(look->dev))
		user = xm_asprintf("domain 0 (claimed by a program or a driver)");
	return user;
}

/**
 * xm_host_whole() - the disk that a partition is on
 * @dev: a block device
 *
 * Return: the disk; @dev itself if it is no partition.
 */
dev_t xm_host_whole(dev_t dev)
{
	char *base = sysfs_dir(dev);
	char *path = xm_asprintf("%s/partition", base);

	if (!access(path, F_OK))
		read_dev(base, "..", &dev);
	free(path);
	free(base);
	return dev;
}

/**
 * xm_host_user() - how Dom0 itself uses a disk in a way that conflicts
 * @disk: block device or regular file
 * @write: the new user wants to write
 *
 * Return: how, in words, to be freed; NULL if it does not.
 */
char *xm_host_user(const struct stat *disk, bool write)
{
	struct look look = { .dev = disk->st_rdev, .write = write };
	char *user;

	if (S_ISBLK(disk->st_mode))
		return device_user(&look);
	user = swap_user(disk);
	return user ? user : loop_user(disk, write, 0, &look.claimed);
}
