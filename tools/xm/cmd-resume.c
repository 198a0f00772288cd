// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm resume: lets a guest run again that was suspended to be saved or moved, if that
 * was broken off where xm could not do it itself. Somebody has to know that it does not
 * run elsewhere meanwhile.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "resume.h"

/* Its name from before it was moved, if nobody has that. */
static void name_again(struct xm_host *host, uint32_t domid)
{
	char *name = xm_host_domname(host, domid), *old = xm_strdup(name);
	size_t len = strlen(name), more = strlen(XM_MOVED);
	uint32_t other;

	if (len > more && !strcmp(name + len - more, XM_MOVED)) {
		name[len - more] = '\0';
		if (!libxl_name_to_domid(host->ctx, name, &other))
			xm_error(old, "keeps this name: %s is domain %u", name,
				 other);
		else if (libxl_domain_rename(host->ctx, domid, old, name))
			xm_libxl_failed(host, old, "keeps this name");
	}
	free(old);
	free(name);
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
	if (!xm_is_suspended(&host, domid)) {
		xm_error(argv[optind], "is not suspended; 'xm unpause' is for one that is paused, 'xm restore' for one in a file");
		ret = XM_FAIL;
	} else {
		name_again(&host, domid);
		ret = xm_resume(&host, domid, argv[optind]);
	}
	xm_host_close(&host);
	return ret;
}
