// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that are known while they do not run: each is a configuration file, called
 * NAME.cfg, in one directory, which may be edited like any. Called by the verbs new,
 * delete, start and list; needs no Xen.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "managed.h"
#include "util.h"

#define DIRECTORY "/etc/xen/guests"
#define SUFFIX ".cfg"

static const char *directory(void)
{
	const char *dir = getenv("XM_GUESTS");	/* for tests */

	return dir ? dir : DIRECTORY;
}

/**
 * xm_managed_path() - where the configuration of a managed guest is
 * @name: the guest
 *
 * Return: a path, to be freed; NULL if none can be called so: it is one file's name.
 */
char *xm_managed_path(const char *name)
{
	if (strchr(name, '/') || *name == '.' || !*name)
		return NULL;
	return xm_asprintf("%s/%s" SUFFIX, directory(), name);
}

bool xm_managed_has(const char *name)
{
	char *path = xm_managed_path(name);
	bool has = path && !access(path, F_OK);

	free(path);
	return has;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/**
 * xm_managed_list() - the names of all managed guests, sorted
 * @count: how many
 *
 * Return: the names, to be freed with xm_managed_list_free().
 */
char **xm_managed_list(size_t *count)
{
	DIR *dir = opendir(directory());
	char **names = NULL;
	struct dirent *entry;
	size_t len;

	*count = 0;
	while (dir && (entry = readdir(dir))) {
		len = strlen(entry->d_name);
		if (*entry->d_name == '.' || len <= strlen(SUFFIX) ||
		    strcmp(entry->d_name + len - strlen(SUFFIX), SUFFIX))
			continue;
		names = xm_grow(names, *count, sizeof(*names));
		names[(*count)++] = xm_strndup(entry->d_name,
					       len - strlen(SUFFIX));
	}
	if (dir)
		closedir(dir);
	if (names)
		qsort(names, *count, sizeof(*names), by_name);
	return names;
}

void xm_managed_list_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

/* It may have a password in it: for root only. */
static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t len = strlen(text);
	bool good = fd >= 0 && write(fd, text, len) == len && !fsync(fd);

	if (fd >= 0)
		close(fd);
	return good;
}

/**
 * xm_managed_write() - keep a guest's configuration
 * @name: the guest, for which xm_managed_path() has one
 * @text: its configuration
 *
 * Return: 0, or -1 after a message; then what was there is as it was.
 */
int xm_managed_write(const char *name, const char *text)
{
	char *path = xm_managed_path(name);
	char *partial = xm_asprintf("%s/.%s.%ld", directory(), name, (long)getpid());
	int ret = 0;

	if ((mkdir(directory(), 0755) && errno != EEXIST) ||
	    !write_file(partial, text) || rename(partial, path)) {
		xm_error(name, "%s: %s", path, strerror(errno));
		unlink(partial);
		ret = -1;
	}
	free(partial);
	free(path);
	return ret;
}
