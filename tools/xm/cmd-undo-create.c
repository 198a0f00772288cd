// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm undo-create: the process that stands by while a guest is made. If who makes it is
 * killed half way (SIGKILL, no memory), what there is of the guest is taken away;
 * signals that can be caught it deals with itself. Started by launch.c and
 * cmd-migrate-receive.c.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "start.h"

/**
 * xm_undo_start() - have somebody stand by
 * @uuid: the guest that is to be made
 * @name: what it is called, if there may be another self of it; NULL: there is none
 * @claim: from xm_claim(): whatever has its UUID meanwhile is what is made here
 *
 * Return: what xm_standby_dismiss() wants; -1: nobody stands by.
 */
int xm_undo_start(const libxl_uuid *uuid, const char *name, int claim)
{
	char text[64];
	const int keep[XM_STANDBY_KEEPS] = { claim, -1 };
	const char *words[] = { text, name, NULL };

	snprintf(text, sizeof(text), LIBXL_UUID_FMT, LIBXL_UUID_BYTES(*uuid));
	return xm_standby_start("undo-create", keep, words);
}

/*
 * One that has no name yet is not the other self. One that has ended, or stands still,
 * has run, and so is not what was being made.
 */
static bool is_it(struct xm_host *host, const libxl_dominfo *info,
		  const libxl_uuid *uuid, const char *name)
{
	char *other;
	bool same;

	if (!info->domid || info->shutdown ||
	    libxl_uuid_compare(&info->uuid, uuid))
		return false;
	if (!name)
		return true;
	other = libxl_domid_to_name(host->ctx, info->domid);
	same = !other || !strcmp(other, name);
	free(other);
	return same;
}

static int undo(const char *arg, const char *name)
{
	libxl_dominfo *list;
	struct xm_host host;
	libxl_uuid uuid;
	int n = 0, ret;

	if (libxl_uuid_from_string(&uuid, arg))
		return xm_usage("undo-create", "'%s' is not a UUID", arg);
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	list = libxl_list_domain(host.ctx, &n);
	for (int i = 0; list && i < n; i++)
		if (is_it(&host, &list[i], &uuid, name))
			xm_build_undo(&host, list[i].domid);
	if (list)
		libxl_dominfo_list_free(list, n);
	xm_host_close(&host);
	return XM_OK;
}

int cmd_undo_create(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	long fd;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind < 2 || argc - optind > 3 ||
	    !xm_number(argv[optind], 3, 1023, &fd))
		return xm_usage(argv[0], "needs a descriptor and a UUID");
	if (!xm_standby_wait(fd))
		return XM_OK;
	return undo(argv[optind + 1], argv[optind + 2]);
}
