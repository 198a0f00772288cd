// SPDX-License-Identifier: GPL-2.0-or-later
/* xm destroy: ends guests at once. Its watcher sees that and goes, too. */
#include <libxl_utils.h>

#include "pending.h"
#include "xm.h"

static int destroy(struct xm_host *host, const char *arg)
{
	bool cancelled = xm_pending_cancel(arg, NULL);
	uint32_t domid;
	int ret;

	if (cancelled && libxl_name_to_domid(host->ctx, arg, &domid))
		return XM_OK;	/* it could not be made anew yet */
	ret = xm_host_domain(host, arg, &domid);
	if (ret)
		return ret;
	if (!domid) {
		xm_error(arg, "is this very domain; to end it, shut the host down");
		return XM_FAIL;
	}
	if (libxl_domain_destroy(host->ctx, domid, NULL))
		return xm_libxl_failed(host, arg, "could not be destroyed");
	return XM_OK;
}

int cmd_destroy(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct xm_host host;
	int ret, one;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (optind >= argc)
		return xm_usage(argv[0], "needs a domain");
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	for (int i = optind; i < argc; i++) {
		one = destroy(&host, argv[i]);
		ret = ret ? ret : one;
	}
	xm_host_close(&host);
	return ret;
}
