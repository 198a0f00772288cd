// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm rename: gives a guest another name. Its configuration file does not change, nor
 * does the name of its watcher's log.
 */
#include <libxl_utils.h>
#include <stdlib.h>

#include "name.h"
#include "xm.h"

static int set_name(struct xm_host *host, const char *arg, uint32_t domid,
		    const char *name)
{
	char *old = xm_host_domname(host, domid);
	uint32_t other;
	int ret = XM_OK;

	if (!libxl_name_to_domid(host->ctx, name, &other)) {
		xm_error(arg, "%s is the name of domain %u; choose another", name,
			 other);
		ret = XM_BUSY;
	} else if (libxl_domain_rename(host->ctx, domid, old, name)) {
		ret = xm_libxl_failed(host, arg, "could not be renamed");
	}
	free(old);
	return ret;
}

int cmd_rename(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	const char *problem;
	struct xm_host host;
	uint32_t domid;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 2)
		return xm_usage(argv[0], "needs a domain and a new name");
	problem = xm_name_problem(argv[optind + 1]);
	if (problem) {
		xm_error(argv[optind + 1], "%s; choose another name", problem);
		return XM_USAGE;
	}
	ret = xm_verb_open_guest(&host, argv[0], argv[optind], &domid);
	if (ret)
		return ret;
	ret = set_name(&host, argv[optind], domid, argv[optind + 1]);
	xm_host_close(&host);
	return ret;
}
