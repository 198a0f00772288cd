// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host's clock: with FAKE_SET_BACK somebody sets it back by an hour whenever it has been
 * asked for the time.
 */
#include <stdlib.h>
#include <time.h>

#include "fake.h"

time_t time(time_t *where)
{
	static time_t back;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec -= back;
	if (getenv("FAKE_SET_BACK"))
		back += 3600;
	if (where)
		*where = now.tv_sec;
	return now.tv_sec;
}
