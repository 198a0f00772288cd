// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm sched-credit2: weight and cap of a domain where Xen's scheduler is credit2, as it
 * is if nothing else was chosen (sched.c).
 */
#include "sched.h"

int xm_credit2_pool(libxl_ctx *ctx, uint32_t pool, struct xm_sched_pool *p)
{
	libxl_sched_credit2_params params;
	bool given = p->ratelimit >= 0;

	libxl_sched_credit2_params_init(&params);
	if (libxl_sched_credit2_params_get(ctx, pool, &params))
		return -1;
	if (given)
		params.ratelimit_us = p->ratelimit;
	p->ratelimit = params.ratelimit_us;
	return given ? libxl_sched_credit2_params_set(ctx, pool, &params) : 0;
}

int cmd_sched_credit2(int argc, char **argv)
{
	static const struct xm_sched credit2 = {
		LIBXL_SCHEDULER_CREDIT2, xm_sched_shares, XM_SCHED_SHARES,
		xm_credit2_pool,
		false, false,
	};

	return xm_sched_verb(argc, argv, &credit2);
}
