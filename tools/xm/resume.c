// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lets a guest run again that was suspended to be saved or moved, when nothing came of
 * that. Called by the verbs that save and move guests, and by cmd-resume.c.
 */
#include <libxl_utils.h>

#include "resume.h"

/* It has given up its devices and waits for what becomes of it. */
bool xm_is_suspended(struct xm_host *host, uint32_t domid)
{
	libxl_dominfo info;
	bool yes;

	libxl_dominfo_init(&info);
	yes = !libxl_domain_info(host->ctx, &info, domid) && info.shutdown &&
	      info.shutdown_reason == LIBXL_SHUTDOWN_REASON_SUSPEND;
	libxl_dominfo_dispose(&info);
	return yes;
}

/**
 * xm_resume() - let a guest run on if it was suspended
 * @host: open connection
 * @domid: the guest
 * @name: for the message
 *
 * Return: XM_OK, or XM_FAIL after a message.
 */
int xm_resume(struct xm_host *host, uint32_t domid, const char *name)
{
	if (!xm_is_suspended(host, domid))
		return XM_OK;
	if (!libxl_domain_resume(host->ctx, domid, 1, NULL))
		return XM_OK;
	return xm_libxl_failed(host, name, "could not be resumed; try 'xm resume'");
}
