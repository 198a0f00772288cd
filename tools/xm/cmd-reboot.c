// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm reboot: asks a guest to reboot. The guest ends, and its watcher makes it
 * anew, under a new number.
 */
#include "xm.h"

static int reboot_domain(libxl_ctx *ctx, uint32_t domid)
{
	return libxl_domain_reboot(ctx, domid, NULL);
}

int cmd_reboot(int argc, char **argv)
{
	return xm_with_domain(argc, argv, "could not be asked to reboot",
			      reboot_domain);
}
