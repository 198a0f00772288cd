// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The clock for waits and for what is kept with guests. The host's own clock is set now and
 * then, by a person or by NTP, and a wait would end early, or last for hours.
 */
#include <time.h>

#include "clock.h"

/**
 * xm_clock() - how long has the host been up?
 *
 * Return: seconds, those that it slept among them.
 */
long xm_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}
