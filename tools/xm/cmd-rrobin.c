// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm rrobin: the time slice of Xen 2.0's round robin scheduler. It is credit's time
 * slice, and the nearest that credit2 has (classic-sched.c).
 */
#include "sched.h"

int cmd_rrobin(int argc, char **argv)
{
	return xm_slice_verb(argc, argv, true);
}
