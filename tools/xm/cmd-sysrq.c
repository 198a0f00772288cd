// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm sysrq: presses a magic SysRq key in a guest. What comes of it is the guest's
 * business, and stands on its console.
 */
#include <ctype.h>

#include "xm.h"

int cmd_sysrq(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct xm_host host;
	const char *key;
	uint32_t domid;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 2)
		return xm_usage(argv[0], "needs a domain and a letter");
	key = argv[optind + 1];
	if (!isalnum((unsigned char)*key) || key[1])
		return xm_usage(argv[0], "'%s' is not one letter or digit", key);
	ret = xm_verb_open_guest(&host, argv[0], argv[optind], &domid);
	if (ret)
		return ret;
	if (libxl_send_sysrq(host.ctx, domid, *key))
		ret = xm_libxl_failed(&host, argv[optind],
				      "the key could not be pressed");
	xm_host_close(&host);
	return ret;
}
