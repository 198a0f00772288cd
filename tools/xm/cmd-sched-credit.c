// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm sched-credit: weight and cap of a domain, and the time slice, where Xen's
 * scheduler is credit (sched.c).
 */
#include "sched.h"

int xm_credit_pool(libxl_ctx *ctx, uint32_t pool, struct xm_sched_pool *p)
{
	bool given = p->tslice >= 0 || p->ratelimit >= 0;
	libxl_sched_credit_params params;

	libxl_sched_credit_params_init(&params);
	if (libxl_sched_credit_params_get(ctx, pool, &params))
		return -1;
	if (p->tslice >= 0)
		params.tslice_ms = p->tslice;
	if (p->ratelimit >= 0)
		params.ratelimit_us = p->ratelimit;
	p->tslice = params.tslice_ms;
	p->ratelimit = params.ratelimit_us;
	return given ? libxl_sched_credit_params_set(ctx, pool, &params) : 0;
}

int cmd_sched_credit(int argc, char **argv)
{
	static const struct xm_sched credit = {
		LIBXL_SCHEDULER_CREDIT, xm_sched_shares, XM_SCHED_SHARES,
		xm_credit_pool,
		true, false,
	};

	return xm_sched_verb(argc, argv, &credit);
}
