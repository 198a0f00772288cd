// SPDX-License-Identifier: GPL-2.0-or-later
/* xm domname: from a number to a name, for scripts. */
#include <libxl_utils.h>
#include <stdlib.h>

#include "xm.h"

static int print_name(libxl_ctx *ctx, uint32_t domid)
{
	char *name = libxl_domid_to_name(ctx, domid);
	int ret = !name || printf("%s\n", name) < 0;

	free(name);
	return ret;
}

int cmd_domname(int argc, char **argv)
{
	return xm_with_domain(argc, argv, "has no name", print_name);
}
