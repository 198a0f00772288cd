// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm console: becomes xenconsole, which talks to the guest's console. Also
 * started by "xm create -c", which waits for a byte on a descriptor so that
 * the guest starts only once its first line can be seen.
 */
#include "xm.h"

int cmd_console(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "notify", required_argument, NULL, 'n' },
		XM_LONGOPTS
	};
	struct xm_host host;
	uint32_t domid;
	long notify = -1;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		if (!xm_number(optarg, 3, 1023, &notify))
			return xm_usage(argv[0], "'%s' is not a descriptor",
					optarg);
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one domain");
	ret = xm_verb_open(&host, argv[optind], &domid);
	if (ret)
		return ret;
	if (!domid) {
		xm_error(argv[optind], "is this very domain; its console is the machine's");
		ret = XM_FAIL;
	} else {
		xm_error(argv[optind], "console; leave it with Ctrl-]");
		libxl_primary_console_exec(host.ctx, domid, notify);
		ret = xm_libxl_failed(&host, argv[optind], "its console could not be opened");
	}
	xm_host_close(&host);
	return ret;
}
