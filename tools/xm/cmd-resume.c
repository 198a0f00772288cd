// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm resume: lets a guest run again that was suspended to be saved or moved, if that
 * was broken off where xm could not do it itself. Somebody has to know that it does not
 * run on another host meanwhile; for this one it is looked up.
 */
#include "claim.h"
#include "resume.h"

static int resume(struct xm_host *host, const char *name, uint32_t domid)
{
	libxl_uuid uuid;
	int claim, ret = xm_claim_domain(host, domid, XM_CLAIM_HERE, name, &uuid, &claim);

	if (ret)
		return ret;
	if (!xm_is_suspended(host, domid)) {
		xm_error(name, "is not suspended; 'xm unpause' is for one that is paused, 'xm restore' for one in a file");
		ret = XM_FAIL;
	} else {
		ret = xm_claim_alone(host, name, &uuid, domid, false);
		if (!ret)
			ret = xm_resume(host, domid, name);
	}
	xm_claim_end(&claim);
	return ret;
}

int cmd_resume(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct xm_host host;
	uint32_t domid;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one domain");
	ret = xm_verb_open_guest(&host, argv[0], argv[optind], &domid);
	if (ret)
		return ret;
	ret = resume(&host, argv[optind], domid);
	xm_host_close(&host);
	return ret;
}
