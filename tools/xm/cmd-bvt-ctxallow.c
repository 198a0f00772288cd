// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm bvt_ctxallow: the context switch allowance of Xen 2.0's scheduler: how long a
 * domain runs at the least. It is today's rate limit (classic-sched.c).
 */
#include "sched.h"

int cmd_bvt_ctxallow(int argc, char **argv)
{
	return xm_slice_verb(argc, argv, false);
}
