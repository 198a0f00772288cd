// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A bootloader in domain 0 is to read a guest's first disk where that is: a file, or a
 * device of the host. Libxl lends it the disk so if nobody serves that but libxl itself; of
 * one with a hotplug program it makes a disk of domain 0's own, whose partitions and file
 * systems domain 0's kernel then looks at: what a guest wrote. So the first disk gets our
 * program only when the bootloader has begun, which libxl tells; it is connected to the guest
 * after that, by our program as the others are, and no loop device is needed. Called by
 * build.c.
 */
#include <libxl_event.h>
#include <stdlib.h>

#include "config.h"
#include "lend.h"

static void begun(libxl_ctx *ctx, libxl_event *event, void *user)
{
	struct xm_lend *lend = user;
	struct xm_disk asked = { .form = XM_DISK_XL };

	/* It may be told twice; what is placed stays so. */
	if (lend->dc->num_disks)
		xm_disk_place(&asked, &lend->dc->disks[0], lend->direct_files, false);
	if (lend->console && lend->console->callback)
		lend->console->callback(ctx, event, lend->console->for_callback);
	else
		libxl_event_free(ctx, event);
}

/**
 * xm_lend_begin() - before libxl makes a guest
 * @lend: filled in; stays until xm_lend_end()
 * @dc: the guest, with its disks placed, or as they were kept
 * @console: told when its console can be attached to; may be NULL
 *
 * Return: what libxl is to be given for @console.
 */
const libxl_asyncprogress_how *xm_lend_begin(struct xm_lend *lend, libxl_domain_config *dc,
					     const libxl_asyncprogress_how *console)
{
	*lend = (struct xm_lend){ .dc = dc, .console = console };
	if (!dc->b_info.bootloader || dc->c_info.type == LIBXL_DOMAIN_TYPE_HVM || !dc->num_disks)
		return console;
	xm_disk_unplace(&dc->disks[0]);
	lend->direct_files = xm_host_direct_files(true);
	lend->how.callback = begun;
	lend->how.for_callback = lend;
	return &lend->how;
}

/* What is kept with the guest is what it is to be made of anew. */
void xm_lend_end(const struct xm_lend *lend)
{
	if (lend->how.callback)
		xm_disk_unplace(&lend->dc->disks[0]);
}
