// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm end-domain: deals with the end of one guest, for xend, which starts one
 * such process for each: what takes its time with one guest, or breaks, is no
 * matter to the others. It may be killed and started again. Or it calls off what is
 * still to be done, for xendomains: who was to be made anew does not come when the host
 * ends.
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

/* Who is just being made is there afterwards. */
static int call_off(int argc, char **argv)
{
	if (optind == argc && xm_pending_cancel(NULL, NULL))
		xm_note("guests", "none is made anew any more");
	for (int i = optind; i < argc; i++)
		if (xm_pending_cancel(argv[i], NULL))
			xm_note(argv[i], "is not made anew any more");
	return XM_OK;
}

static int deal_until_done(uint32_t domid, bool repeat)
{
	struct xm_host host;
	bool again;
	int ret;

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

int cmd_end_domain(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "call-off", no_argument, NULL, 'c' },
		{ "repeat", no_argument, NULL, 'r' },
		XM_LONGOPTS
	};
	bool repeat = false, off = false;
	long domid;
	int c;

	while ((c = xm_getopt(argc, argv, "cr", longs)) != -1) {
		if (c == 'c')
			off = true;
		else
			repeat = true;
	}
	if (off)
		return call_off(argc, argv);
	if (argc - optind != 1 ||
	    !xm_number(argv[optind], 1, INT32_MAX, &domid))
		return xm_usage(argv[0], "needs the number of a domain");
	return deal_until_done(domid, repeat);
}
