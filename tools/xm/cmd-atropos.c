// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm atropos: what Xen 2.0's soft real time scheduler was told of a domain: a slice of
 * every period, and whether it gets more if others leave it. Where rtds schedules, that
 * is budget and period; elsewhere it is a share: a weight, and a cap if there is to be
 * no more. A latency has no likeness today.
 */
#include <string.h>

#include "sched.h"

#define LEAST_US 10

/* What was typed, in nanoseconds. */
struct share {
	double period;
	double slice;
	long extra;
};

static int set_rtds(struct xm_host *host, const char *arg, uint32_t domid,
		    const struct share *s)
{
	libxl_domain_sched_params p;
	int ret = XM_OK;

	libxl_domain_sched_params_init(&p);
	p.sched = LIBXL_SCHEDULER_RTDS;
	p.period = s->period / 1000;
	p.budget = s->slice / 1000;
	p.extratime = s->extra;
	if (p.budget < LEAST_US) {
		xm_error(arg, "is scheduled by rtds, which takes slices of %d ns at least",
			 LEAST_US * 1000);
		ret = XM_USAGE;
	} else if (libxl_domain_sched_params_set(host->ctx, domid, &p)) {
		ret = xm_libxl_failed(host, arg, "its parameters could not be set");
	} else {
		printf("%s: rtds period %d us, budget %d us, extratime %d: each virtual CPU gets its budget in every period\n",
		       arg, p.period, p.budget, p.extratime);
	}
	libxl_domain_sched_params_dispose(&p);
	return ret;
}

static int set(struct xm_host *host, const char *arg, uint32_t domid,
	       const struct share *s)
{
	libxl_domain_sched_params p;
	long weight = XM_SCHED_WEIGHT * s->slice / s->period + 0.5;
	long cap = 100 * s->slice / s->period + 0.5;
	bool rtds;

	libxl_domain_sched_params_init(&p);
	rtds = !libxl_domain_sched_params_get(host->ctx, domid, &p) &&
	       p.sched == LIBXL_SCHEDULER_RTDS;
	libxl_domain_sched_params_dispose(&p);
	if (rtds)
		return set_rtds(host, arg, domid, s);
	return xm_share_set(host, arg, domid, weight ? weight : 1,
			    s->extra ? 0 : cap ? cap : 1);
}

int cmd_atropos(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct xm_host host;
	struct share s;
	uint32_t domid;
	double latency;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 5)
		return xm_usage(argv[0], "needs a domain, a period, a slice, a latency and 0 or 1");
	argv += optind;
	if (!xm_nanoseconds(argv[1], &s.period) ||
	    !xm_nanoseconds(argv[2], &s.slice) || s.slice > s.period)
		return xm_usage("atropos", "'%s' of '%s' is not a slice of a period, in nanoseconds",
				argv[2], argv[1]);
	if (!xm_nanoseconds(argv[3], &latency) && strcmp(argv[3], "0"))
		return xm_usage("atropos", "'%s' is not a latency, in nanoseconds", argv[3]);
	if (!xm_number(argv[4], 0, 1, &s.extra))
		return xm_usage("atropos", "'%s' is neither 0 nor 1", argv[4]);
	ret = xm_verb_open(&host, argv[0], &domid);
	if (ret)
		return ret;
	ret = set(&host, argv[0], domid, &s);
	xm_host_close(&host);
	return ret;
}
