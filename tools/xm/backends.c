// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guests' devices that this domain serves, as sysfs shows them: there is a directory
 * for each, "vbd-DOMID-DEVID" or "vif-DOMID-DEVID". Called by who counts what they move,
 * and by who waits until they stand still.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "backends.h"
#include "util.h"

/**
 * xm_sysfs() - a path in sysfs
 * @below: without a slash in front
 *
 * Return: the path, to be freed.
 */
char *xm_sysfs(const char *below)
{
	const char *sysfs = getenv("XM_SYSFS");		/* for tests */

	return xm_asprintf("%s/%s", sysfs ? sysfs : "/sys", below);
}

/**
 * xm_sysfs_read() - what is in a file of sysfs
 * @dir: its directory
 * @node: its name there
 *
 * Return: the text, to be freed; NULL if there is none.
 */
char *xm_sysfs_read(const char *dir, const char *node)
{
	char *path = xm_asprintf("%s/%s", dir, node);
	char *text = xm_readfile(path, NULL);

	free(path);
	return text;
}

/**
 * xm_backends_each() - look at each device
 * @look: is called for it
 * @arg: passed on
 */
void xm_backends_each(xm_backend_fn look, void *arg)
{
	char *top = xm_sysfs("bus/xen-backend/devices"), *dir;
	DIR *names = opendir(top);
	struct dirent *entry;
	unsigned int domid;
	char kind[4];

	while (names && (entry = readdir(names))) {
		if (sscanf(entry->d_name, "%3[a-z]-%u-", kind, &domid) != 2)
			continue;
		dir = xm_asprintf("%s/%s", top, entry->d_name);
		look(arg, kind, domid, dir);
		free(dir);
	}
	if (names)
		closedir(names);
	free(top);
}
