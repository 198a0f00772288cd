// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When a guest's end is to be dealt with: at once, or, if it ends again and again,
 * after a pause. Called by watch.c and xend; end.c does it then.
 */
#include "end.h"
#include "policy.h"

/**
 * xm_end_due() - how long until a guest's end is to be dealt with?
 * @host: open connection
 * @domid: a guest that has ended
 * @marked: only if it bears a mark
 *
 * Return: seconds; -1: never.
 */
long xm_end_due(struct xm_host *host, uint32_t domid, bool marked)
{
	struct xm_mark mark;
	long wait;

	if ((!xm_mark_read(host, domid, &mark) && marked) || mark.left)
		return -1;
	if (!mark.ended) {
		mark.ended = xm_clock();
		if (!mark.started)
			return 0;
		/* Else each look would be the first one. */
		if (xm_mark_write(host, domid, &mark))
			return 0;
	}
	wait = mark.ended + xm_policy_pause(xm_policy_lives(&mark)) - xm_clock();
	return wait > 0 ? wait : 0;
}
