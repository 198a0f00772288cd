// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a guest's configuration says about its end, and how long that waits if
 * it ends again and again. Called by end.c; pure, no libxl.
 */
#include "policy.h"

libxl_action_on_shutdown xm_policy_choose(const libxl_domain_config *dc,
					  int reason)
{
	switch (reason) {
	case LIBXL_SHUTDOWN_REASON_POWEROFF:
		return dc->on_poweroff;
	case LIBXL_SHUTDOWN_REASON_REBOOT:
		return dc->on_reboot;
	case LIBXL_SHUTDOWN_REASON_CRASH:
		return dc->on_crash;
	case LIBXL_SHUTDOWN_REASON_WATCHDOG:
		return dc->on_watchdog;
	case LIBXL_SHUTDOWN_REASON_SOFT_RESET:
		/* Xen does that to HVM guests only. */
		return dc->on_soft_reset == LIBXL_ACTION_ON_SHUTDOWN_SOFT_RESET ?
		       LIBXL_ACTION_ON_SHUTDOWN_DESTROY : dc->on_soft_reset;
	default:
		return LIBXL_ACTION_ON_SHUTDOWN_DESTROY;
	}
}

/* A guest's short lives in a row, with the one that has ended. */
int xm_policy_lives(const struct xm_mark *mark)
{
	if (!mark->started || mark->ended - mark->started >= XM_SHORT_LIFE)
		return 0;
	return mark->lives + 1;
}

/**
 * xm_policy_pause() - how long to wait before something is tried again
 * @failures: how often in a row it went wrong
 *
 * Return: seconds.
 */
long xm_policy_pause(int failures)
{
	static const long pauses[] = { 0, 0, 5, 10, 20, 40 };

	if (failures < 0)
		return 0;
	if ((size_t)failures >= ARRAY_SIZE(pauses))
		failures = ARRAY_SIZE(pauses) - 1;
	return (pauses[failures] + XM_PAUSE_PART - 1) / XM_PAUSE_PART;
}
