// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm end-domain: deals with the end of one guest, for xend, which starts one
 * such process for each: what takes its time with one guest, or breaks, is no
 * matter to the others. It may be killed and started again.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "end.h"
#include "keep.h"
#include "pending.h"
#include "policy.h"

/* What is said goes where the guest's own watcher would say it. */
static void log_as(struct xm_host *host, uint32_t domid)
{
	struct xm_pending p;
	char *name = NULL;

	if (!xm_pending_read(domid, &p))
		name = xm_host_domname(host, domid);
	xm_keep_log(p.name ? p.name : name);
	xm_pending_free(&p);
	free(name);
}

/* Return: whether to come again. */
static bool deal(struct xm_host *host, uint32_t domid)
{
	uint32_t next;

	return xm_end_domain(host, domid, false, &next) == XM_END_FAILED;
}

int cmd_end_domain(int argc, char **argv)
{
	bool repeat = xm_verb_flag(argc, argv, "repeat", 'r'), again;
	struct xm_host host;
	long domid;
	int ret;

	if (argc - optind != 1 ||
	    !xm_number(argv[optind], 1, INT32_MAX, &domid))
		return xm_usage(argv[0], "needs the number of a domain");
	/* Who started it may end before. */
	signal(SIGPIPE, SIG_IGN);
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	log_as(&host, domid);
	again = deal(&host, domid);
	/* What has to be called off some time is counted in its file. */
	for (int i = 1; again && repeat; i++) {
		sleep(xm_policy_pause(i + 1));
		if (xm_keep_xend_lives())
			break;
		again = deal(&host, domid);
	}
	xm_host_close(&host);
	return again ? XM_FAIL : XM_OK;
}
