// SPDX-License-Identifier: GPL-2.0-or-later
/* The test harness; see check.h. */
#include <string.h>

#include "check.h"

static int failed_cases;
static bool failed;

void check_run(const char *name, void (*fn)(void))
{
	failed = false;
	fn();
	printf("%s %s\n", failed ? "FAIL" : "ok", name);
	fflush(stdout);
	failed_cases += failed;
}

bool check_that(bool ok, const char *file, int line, const char *what)
{
	if (!ok) {
		printf("%s:%d: %s\n", file, line, what);
		failed = true;
	}
	return ok;
}

bool check_str(const char *have, const char *want, const char *file, int line)
{
	bool ok = have && want ? !strcmp(have, want) : have == want;

	if (!ok) {
		printf("%s:%d: have \"%s\"\n%s:%d: want \"%s\"\n", file, line,
		       have ? have : "(null)", file, line,
		       want ? want : "(null)");
		failed = true;
	}
	return ok;
}

bool check_int(long have, long want, const char *file, int line)
{
	if (have == want)
		return true;
	printf("%s:%d: have %ld, want %ld\n", file, line, have, want);
	failed = true;
	return false;
}

int check_done(void)
{
	return failed_cases != 0;
}
