// SPDX-License-Identifier: GPL-2.0-or-later
/* Configuration files for tests; see read.h. */
#include <stdio.h>
#include <stdlib.h>

#include "read.h"

struct xm_config cfg;
char *said, *text;
static FILE *report;
static size_t said_len;

void forget(void)
{
	if (report) {
		xm_config_free(&cfg);
		fclose(report);
	}
	free(said);
	free(text);
	report = NULL;
	said = NULL;
	text = NULL;
}

void hear(void)
{
	fflush(report);
}

bool read_config(const char *file, char **args, int nargs)
{
	bool ok;

	forget();
	report = open_memstream(&said, &said_len);
	xm_config_init(&cfg, "f", report);
	ok = !xm_config_read(&cfg, file, args, nargs);
	hear();
	return ok;
}
