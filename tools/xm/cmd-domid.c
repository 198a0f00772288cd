// SPDX-License-Identifier: GPL-2.0-or-later
/* xm domid: from a name to a number, for scripts. */
#include "xm.h"

static int print_domid(libxl_ctx *ctx, uint32_t domid)
{
	(void)ctx;
	return printf("%u\n", domid) < 0;
}

int cmd_domid(int argc, char **argv)
{
	return xm_with_domain(argc, argv, "its number could not be printed",
			      print_domid);
}
