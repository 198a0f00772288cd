// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm bvt: what Xen 2.0's borrowed virtual time scheduler was told of a domain. Its
 * advance was the inverse of a share, 10 for everybody; what a domain could borrow has
 * no likeness today.
 */
#include "sched.h"

#define ADVANCE 10

int cmd_bvt(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct xm_host host;
	uint32_t domid;
	long advance, warp = 0, weight;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 2 && argc - optind != 6)
		return xm_usage(argv[0], "needs a domain and its advance, and perhaps four words about warping");
	if (!xm_number(argv[optind + 1], 1, 65535, &advance))
		return xm_usage(argv[0], "'%s' is not an advance of 1 to 65535",
				argv[optind + 1]);
	if (argc - optind == 6 && !xm_number(argv[optind + 2], 0, 1, &warp))
		return xm_usage(argv[0], "'%s' is neither 0 nor 1",
				argv[optind + 2]);
	weight = XM_SCHED_WEIGHT * ADVANCE / advance;
	ret = xm_verb_open(&host, argv[optind], &domid);
	if (ret)
		return ret;
	if (warp)
		xm_error(argv[optind], "nobody borrows time from Xen any more: a domain that has slept goes first anyway, and warping is ignored");
	ret = xm_share_set(&host, argv[optind], domid, weight ? weight : 1, -1);
	xm_host_close(&host);
	return ret;
}
