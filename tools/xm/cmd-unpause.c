// SPDX-License-Identifier: GPL-2.0-or-later
/* xm unpause: lets a paused guest run, also one made with "xm create -p". */
#include "xm.h"

static int unpause_domain(libxl_ctx *ctx, uint32_t domid)
{
	return libxl_domain_unpause(ctx, domid, NULL);
}

int cmd_unpause(int argc, char **argv)
{
	return xm_with_domain(argc, argv, "could not be unpaused",
			      unpause_domain);
}
