// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm vncviewer: becomes the program vncviewer, which shows a guest's screen. Also started
 * by "xm create --vncviewer".
 */
#include <stdlib.h>
#include <unistd.h>
#include <xenstore.h>

#include "xm.h"

/* Libxl would have to be asked for more, and says less. */
static bool has_screen(uint32_t domid)
{
	struct xs_handle *xs = xs_open(0);
	char *path = xm_asprintf("/local/domain/%u/console/vnc-port", domid);
	char *port = xs ? xs_read(xs, XBT_NULL, path, NULL) : NULL;
	bool has = port;

	if (xs)
		xs_close(xs);
	free(path);
	free(port);
	return has;
}

/* Libxl looks for it in the same way, but tells only that it has failed. */
static int check(const char *arg, uint32_t domid)
{
	const char *viewer = getenv("VNCVIEWER");

	if (!has_screen(domid)) {
		xm_error(arg, "has no screen; HVM guests have one with vnc = 1, and 'xm console' is for others");
		return XM_FAIL;
	}
	if (xm_program_found(viewer ? viewer : "vncviewer"))
		return XM_OK;
	xm_error(arg, "there is no program %s; try 'apt install tigervnc-viewer'",
		 viewer ? viewer : "vncviewer");
	return XM_FAIL;
}

int cmd_vncviewer(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "autopass", no_argument, NULL, 'a' },
		{ "vncviewer-autopass", no_argument, NULL, 'a' },
		XM_LONGOPTS
	};
	bool autopass = false;
	struct xm_host host;
	uint32_t domid;
	int ret;

	while (xm_getopt(argc, argv, "a", longs) != -1)
		autopass = true;
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one domain");
	ret = xm_verb_open_guest(&host, argv[0], argv[optind], &domid);
	if (ret)
		return ret;
	ret = check(argv[optind], domid);
	if (!ret) {
		libxl_vncviewer_exec(host.ctx, domid, autopass);
		ret = xm_libxl_failed(&host, argv[optind], "its screen could not be shown");
	}
	xm_host_close(&host);
	return ret;
}
