// SPDX-License-Identifier: GPL-2.0-or-later
/* xm consoles: the terminals of guests' consoles, which "xm console" attaches to. */
#include <stdlib.h>

#include "table.h"
#include "xm.h"

static const struct xm_column columns[] = {
	{ "name", "Name", false },
	{ "domid", "ID", true },
	{ "tty", "Terminal", false },
};

static int add(struct xm_host *host, uint32_t domid, void *user)
{
	struct xm_table *table = user;
	char *tty = NULL, *name;

	if (!domid)
		return XM_OK;	/* its console is the machine's */
	name = xm_host_domname(host, domid);
	if (libxl_primary_console_get_tty(host->ctx, domid, &tty))
		tty = NULL;
	xm_table_string(table, name);
	xm_table_number(table, domid);
	xm_table_string(table, tty);
	free(tty);
	free(name);
	return XM_OK;
}

int cmd_consoles(int argc, char **argv)
{
	return xm_verb_table(argc, argv, columns, ARRAY_SIZE(columns), add);
}
