// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One node below a directory of xenstore. Called by all that reads xenstore
 * without libxl: busy.c, nicstore.c, cmd-block-reattach.c and the hotplug program
 * block-xenify.
 */
#include <stdlib.h>

#include "store.h"
#include "util.h"

/**
 * xm_store_read() - read a node
 * @xs: xenstore
 * @t: the transaction, or %XBT_NULL
 * @dir: the directory
 * @node: its name, or path, below that
 *
 * Return: what it holds, to be freed; NULL if there is none.
 */
char *xm_store_read(struct xs_handle *xs, xs_transaction_t t, const char *dir,
		    const char *node)
{
	char *path = xm_asprintf("%s/%s", dir, node);
	char *value = xs_read(xs, t, path, NULL);

	free(path);
	return value;
}
