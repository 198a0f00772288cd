// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm mem-max: how much memory Xen lets a domain have at most. What it uses of that,
 * mem-set says.
 */
#include "amount.h"
#include "xm.h"

int cmd_mem_max(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct xm_host host;
	uint32_t domid;
	uint64_t kib;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 2)
		return xm_usage(argv[0], "needs a domain and an amount");
	if (!xm_amount_parse(argv[optind + 1], &kib))
		return xm_amount_bad(argv[0], argv[optind + 1]);
	ret = xm_verb_open(&host, argv[optind], &domid);
	if (ret)
		return ret;
	if (libxl_domain_setmaxmem(host.ctx, domid, kib))
		ret = xm_libxl_failed(&host, argv[optind],
				      "its most memory could not be set");
	xm_host_close(&host);
	return ret;
}
