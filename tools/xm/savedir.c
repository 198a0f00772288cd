// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that are saved where xendomains puts them. Until such a guest goes on, its
 * disks have to stay as it left them: whoever writes to one makes what is saved
 * worthless, and dangerous. So nobody else gets them. Called by preflight.c, before a
 * guest is made, and by image-use.c, which asks for the disks of one that is to be
 * restarted as well. Needs libxl's types only.
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

/**
 * xm_savedir_has() - is a disk one of those of a guest that is not there?
 * @json: its configuration, as libxl writes it
 * @disk: block device or regular file
 */
bool xm_savedir_has(const char *json, const struct stat *disk)
{
	static const char *key[] = { "disks", NULL };
	yajl_val all = yajl_tree_parse(json, NULL, 0);
	yajl_val list = all ? yajl_tree_get(all, key, yajl_t_array) : NULL;
	bool has = false;

	for (size_t i = 0; list && i < YAJL_GET_ARRAY(list)->len; i++)
		has |= is_disk(YAJL_GET_ARRAY(list)->values[i], disk);
	yajl_tree_free(all);
	return has;
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
	does = json && !flags && xm_savedir_has(json, disk);
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
