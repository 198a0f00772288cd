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
	bool json = xm_verb_flag(argc, argv, "json", 0);
	struct xm_table *table;
	struct xm_host host;
	int ret = xm_host_open(&host), printed;

	if (ret)
		return ret;
	table = xm_table_new(columns, ARRAY_SIZE(columns), json);
	ret = xm_each_domain(&host, argv + optind, argc - optind, add, table);
	printed = xm_table_end(table);
	xm_host_close(&host);
	return ret ? ret : printed;
}
