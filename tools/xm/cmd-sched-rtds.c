// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm sched-rtds: period, budget and extra time of a domain's virtual CPUs where Xen's
 * scheduler is rtds (sched.c).
 */
#include <limits.h>
#include <stddef.h>

#include "sched.h"

/* Microseconds. */
static const struct xm_sched_key keys[] = {
	{ "period", 'p', "Period", offsetof(libxl_sched_params, period),
	  10, INT_MAX },
	{ "budget", 'b', "Budget", offsetof(libxl_sched_params, budget),
	  10, INT_MAX },
	{ "extratime", 'e', "Extratime",
	  offsetof(libxl_sched_params, extratime), 0, 1 },
};

int cmd_sched_rtds(int argc, char **argv)
{
	static const struct xm_sched rtds = {
		LIBXL_SCHEDULER_RTDS, keys, ARRAY_SIZE(keys), NULL, false, true,
	};

	return xm_sched_verb(argc, argv, &rtds);
}
