// SPDX-License-Identifier: GPL-2.0-or-later
/* xm delete: forgets managed guests. Their disks stay, and they must not be running. */
#include <errno.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "managed.h"
#include "xm.h"

static int forget(struct xm_host *host, const char *name)
{
	char *path = xm_managed_path(name);
	uint32_t domid;
	int ret = XM_OK;

	if (!path || !xm_managed_has(name)) {
		xm_error(name, "no such managed guest; 'xm list -m' shows those there are");
		ret = XM_NOTFOUND;
	} else if (!libxl_name_to_domid(host->ctx, name, &domid)) {
		xm_error(name, "is running, as domain %u; shut it down first",
			 domid);
		ret = XM_BUSY;
	} else if (unlink(path)) {
		xm_error(name, "%s: %s", path, strerror(errno));
		ret = XM_FAIL;
	}
	free(path);
	return ret;
}

int cmd_delete(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct xm_host host;
	int ret, one;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (optind >= argc)
		return xm_usage(argv[0], "needs a managed guest");
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	for (int i = optind; i < argc; i++) {
		one = forget(&host, argv[i]);
		ret = ret ? ret : one;
	}
	xm_host_close(&host);
	return ret;
}
