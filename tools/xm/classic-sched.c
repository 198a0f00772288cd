// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What Xen 2.0's schedulers were told, as parameters of today's: shares of the CPUs
 * become weights and caps, quanta the shortest or longest time that a virtual CPU runs.
 * What was done is printed, because it is not quite what was asked for. Called by
 * cmd-bvt.c, cmd-atropos.c, cmd-bvt-ctxallow.c and cmd-rrobin.c.
 */
#include <stdlib.h>
#include <string.h>

#include "sched.h"

/* Xen's own bounds. */
#define TSLICE_MOST_MS 1000
#define RATELIMIT_LEAST_US 100
#define RATELIMIT_MOST_US 500000

/* Xen 2.0 was told times in nanoseconds. */
bool xm_nanoseconds(const char *text, double *ns)
{
	char *end;

	*ns = strtod(text, &end);
	return end != text && !*end && *ns > 0 && *ns < 1e12 &&
	       strspn(text, "0123456789") == strlen(text);
}

/**
 * xm_share_set() - give a domain a share of the CPUs
 * @host: open connection
 * @arg: the domain, as it was typed
 * @domid: its number
 * @weight: against others, who have 256 by default; -1: as it is
 * @cap: percent of a CPU that it has at most, 0: all; -1: as it is
 *
 * Return: XM_OK, after a line that says what was done; or an exit code.
 */
int xm_share_set(struct xm_host *host, const char *arg, uint32_t domid,
		 long weight, long cap)
{
	libxl_domain_sched_params p;
	int ret = XM_OK;

	libxl_domain_sched_params_init(&p);
	if (libxl_domain_sched_params_get(host->ctx, domid, &p)) {
		ret = xm_libxl_failed(host, arg, "its parameters could not be read");
	} else if (p.sched != LIBXL_SCHEDULER_CREDIT &&
		   p.sched != LIBXL_SCHEDULER_CREDIT2) {
		ret = xm_sched_wrong(arg, p.sched);
	} else {
		if (weight >= 0)
			p.weight = weight;
		if (cap >= 0)
			p.cap = cap;
		if (libxl_domain_sched_params_set(host->ctx, domid, &p))
			ret = xm_libxl_failed(host, arg, "its parameters could not be set");
	}
	if (!ret && p.cap)
		printf("%s: %s weight %d, cap %d: %.2f times the CPU time of a domain with weight %d if both want it, %d %% of a CPU at most\n",
		       arg, xm_sched_name(p.sched), p.weight, p.cap,
		       (double)p.weight / XM_SCHED_WEIGHT, XM_SCHED_WEIGHT, p.cap);
	else if (!ret)
		printf("%s: %s weight %d, no cap: %.2f times the CPU time of a domain with weight %d if both want it, and what others leave\n",
		       arg, xm_sched_name(p.sched), p.weight,
		       (double)p.weight / XM_SCHED_WEIGHT, XM_SCHED_WEIGHT);
	libxl_domain_sched_params_dispose(&p);
	return ret;
}

static long bounded(double value, long least, long most)
{
	return value < least ? least : value > most ? most : (long)(value + 0.5);
}

static int set_slice(struct xm_host *host, double ns, bool most)
{
	int sched = libxl_get_scheduler(host->ctx), rc;
	struct xm_sched_pool p = { .tslice = -1, .ratelimit = -1 };
	bool slice = most && sched == LIBXL_SCHEDULER_CREDIT;

	if (sched != LIBXL_SCHEDULER_CREDIT && sched != LIBXL_SCHEDULER_CREDIT2) {
		xm_error("Xen", "its scheduler is %s, which has no such parameter",
			 xm_sched_name(sched));
		return XM_FAIL;
	}
	if (slice)
		p.tslice = bounded(ns / 1e6, 1, TSLICE_MOST_MS);
	else
		p.ratelimit = bounded(ns / 1e3, RATELIMIT_LEAST_US,
				      RATELIMIT_MOST_US);
	rc = sched == LIBXL_SCHEDULER_CREDIT ? xm_credit_pool(host->ctx, 0, &p) :
	     xm_credit2_pool(host->ctx, 0, &p);
	if (rc)
		return xm_libxl_failed(host, "Xen", "the scheduler's parameters could not be set");
	if (slice)
		printf("Xen: credit tslice_ms %ld: a virtual CPU runs for so many milliseconds at most before another one may\n",
		       p.tslice);
	else
		printf("Xen: %s ratelimit_us %ld: a virtual CPU runs for so many microseconds at least before another one may\n",
		       xm_sched_name(sched), p.ratelimit);
	return XM_OK;
}

/**
 * xm_slice_verb() - the whole of a verb that sets a quantum
 * @argc: as the verb got it
 * @argv: as the verb got it
 * @most: it is the most that somebody runs, not the least
 *
 * Credit2 has no time slice: it gets the least time instead.
 */
int xm_slice_verb(int argc, char **argv, bool most)
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct xm_host host;
	double ns;
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs a time in nanoseconds");
	if (!xm_nanoseconds(argv[optind], &ns))
		return xm_usage(argv[0], "'%s' is not a time in nanoseconds",
				argv[optind]);
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	ret = set_slice(&host, ns, most);
	xm_host_close(&host);
	return ret;
}
