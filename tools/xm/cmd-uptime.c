// SPDX-License-Identifier: GPL-2.0-or-later
/* xm uptime: for how long domains have been there. */
#include <stdlib.h>
#include <time.h>

#include "table.h"
#include "xm.h"

static const struct xm_column columns[] = {
	{ "name", "Name", false },
	{ "domid", "ID", true },
	{ NULL, "Uptime", true },
	{ "uptime_s", NULL, false },
	{ "started", NULL, false },
};

/* When this very domain began, by its kernel. */
static time_t booted(time_t now)
{
	char *text = xm_readfile("/proc/uptime", NULL);
	time_t start = text ? now - (time_t)strtod(text, NULL) : now;

	free(text);
	return start;
}

static int add(struct xm_host *host, uint32_t domid, void *user)
{
	struct xm_table *table = user;
	char *name = xm_host_domname(host, domid), *text;
	time_t now = time(NULL), start, up;

	start = domid ? libxl_vm_get_start_time(host->ctx, domid) : booted(now);
	/* Xenstore knows no start of what xl's daemons made; and clocks are set. */
	up = start && start < now ? now - start : 0;
	text = xm_asprintf("%ld days, %02ld:%02ld:%02ld", up / 86400,
			   up / 3600 % 24, up / 60 % 60, up % 60);
	xm_table_string(table, name);
	xm_table_number(table, domid);
	xm_table_string(table, start ? text : NULL);
	xm_table_number(table, up);
	xm_table_number(table, start);
	free(text);
	free(name);
	return XM_OK;
}

int cmd_uptime(int argc, char **argv)
{
	return xm_verb_table(argc, argv, columns, ARRAY_SIZE(columns), add);
}
