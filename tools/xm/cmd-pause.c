// SPDX-License-Identifier: GPL-2.0-or-later
/* xm pause: stops a guest's virtual CPUs; its memory and devices stay. */
#include "xm.h"

static int pause_domain(libxl_ctx *ctx, uint32_t domid)
{
	return libxl_domain_pause(ctx, domid, NULL);
}

int cmd_pause(int argc, char **argv)
{
	return xm_with_domain(argc, argv, "could not be paused", pause_domain);
}
