// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm start: makes a managed guest. It is "xm create" with the configuration that "xm
 * new" has kept.
 */
#include <stdlib.h>
#include <string.h>

#include "managed.h"
#include "xm.h"

/* The first word that is neither an option nor a line of a configuration. */
static int find_name(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (*argv[i] != '-' && !strchr(argv[i], '='))
			return i;
	return 0;
}

int cmd_start(int argc, char **argv)
{
	int at = find_name(argc, argv), ret;
	char *path, *name;

	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help"))
			return cmd_create(argc, argv);
	if (!at)
		return xm_usage(argv[0], "needs a managed guest");
	name = argv[at];
	path = xm_managed_path(name);
	if (!path || !xm_managed_has(name)) {
		xm_error(name, "no such managed guest; 'xm list -m' shows those there are, 'xm new' makes one");
		free(path);
		return XM_NOTFOUND;
	}
	argv[at] = path;
	ret = cmd_create(argc, argv);
	argv[at] = name;
	free(path);
	return ret;
}
