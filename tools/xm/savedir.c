// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that are not there, and have their disks still. One that is saved where
 * xendomains puts it needs them as it left them: whoever writes to one makes what is
 * saved worthless, and dangerous. One that has ended and is to be restarted (pending.c)
 * has them again soon. So nobody else gets them. Called by preflight.c, before a guest is
 * made, and by image-use.c. Needs libxl's types only.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

#include "busy.h"
#include "image.h"
#include "pending.h"
#include "saved.h"
#include "savedir.h"

static bool ends(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len >= n && !strcmp(name + len - n, end);
}

/* Not what is not complete, or was made afresh instead (xendomains). */
static int is_saved(const struct dirent *entry)
{
	return *entry->d_name != '.' && !ends(entry->d_name, ".partial") &&
	       !ends(entry->d_name, ".stale");
}

/* The target may have prefixes, as "shared:/f". */
static bool is_disk(yajl_val dev, const struct stat *disk)
{
	static const char *key[] = { "pdev_path", NULL };
	yajl_val value = yajl_tree_get(dev, key, yajl_t_string);
	const char *text = YAJL_GET_STRING(value);
	const char *path = text ? strchr(text, '/') : NULL;

	return path && xm_same_disk(disk, path);
}

/* What libxl does not write is 0. */
static bool writes(yajl_val dev)
{
	static const char *key[] = { "readwrite", NULL };
	yajl_val value = yajl_tree_get(dev, key, yajl_t_number);

	return YAJL_IS_INTEGER(value) && YAJL_GET_INTEGER(value);
}

/*
 * Is a disk one of those in a configuration, as libxl writes that? Two who only read may
 * have it.
 */
static bool has(const char *json, const struct stat *disk, bool write)
{
	static const char *key[] = { "disks", NULL };
	yajl_val all = yajl_tree_parse(json, NULL, 0);
	yajl_val list = all ? yajl_tree_get(all, key, yajl_t_array) : NULL;
	bool found = false;

	for (size_t i = 0; list && i < YAJL_GET_ARRAY(list)->len; i++) {
		yajl_val dev = YAJL_GET_ARRAY(list)->values[i];

		found |= (write || writes(dev)) && is_disk(dev, disk);
	}
	yajl_tree_free(all);
	return found;
}

/* One that has run on since it was saved has no claim any more. */
static bool claims(const char *path, const struct stat *disk)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	uint32_t flags = 0;
	struct stat st;
	char *json;
	bool does;

	if (fd < 0)
		return false;
	json = !fstat(fd, &st) && S_ISREG(st.st_mode) ?
	       xm_saved_read(fd, NULL, &flags) : NULL;
	does = json && !flags && has(json, disk, true);
	free(json);
	close(fd);
	return does;
}

/**
 * xm_savedir_user() - which saved guest needs a disk as it is?
 * @disk: block device or regular file
 *
 * Return: the path of the saved guest, to be freed; NULL if none does.
 */
char *xm_savedir_user(const struct stat *disk)
{
	char *dir = xm_image_root(XM_SAVEDIR), *user = NULL;
	struct dirent **entries;
	int n = scandir(dir, &entries, is_saved, alphasort);

	for (int i = 0; i < n; i++) {
		char *path = xm_asprintf("%s/%s", dir, entries[i]->d_name);

		if (!user && claims(path, disk))
			user = path;
		else
			free(path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	free(dir);
	return user;
}

/**
 * xm_savedir_restarted() - which guest has a disk that has ended and is to be restarted?
 * @disk: block device or regular file
 * @write: the new user wants to write
 * @name: the new user's name, and that of its other self; NULL: it has none
 * @uuid: the same by its UUID
 *
 * For a while neither the old guest is there nor the next one. To be asked after
 * xm_disk_user(), and under the lock under which guests are made: then the next one does
 * not come to be in between.
 *
 * Return: its name, to be freed; NULL if none has.
 */
char *xm_savedir_restarted(const struct stat *disk, bool write, const char *name,
			   const char *uuid)
{
	uint32_t *list;
	int n = xm_pending_list(&list);
	char *user = NULL;

	for (int i = 0; i < n && !user; i++) {
		struct xm_pending p;

		if (xm_pending_read(list[i], &p) && p.again && p.next < 0 &&
		    !(name && !strcmp(p.name, name)) && !(uuid && !strcmp(p.uuid, uuid)) &&
		    has(p.json, disk, write))
			user = xm_strdup(p.name);
		xm_pending_free(&p);
	}
	free(list);
	return user;
}
