// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether a guest can be suspended to be saved or moved; and lets one run again that
 * was, when nothing came of that. Called by the verbs that save and move guests, by who
 * stands by for them, and by cmd-resume.c.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "resume.h"

/**
 * xm_can_suspend() - will a guest do it if it is asked to?
 * @host: open connection
 * @domid: the guest
 * @name: for the message
 *
 * Return: XM_OK, or XM_FAIL after a message.
 */
int xm_can_suspend(struct xm_host *host, uint32_t domid, const char *name)
{
	libxl_dominfo info;
	int ret = XM_FAIL;

	libxl_dominfo_init(&info);
	if (libxl_domain_info(host->ctx, &info, domid))
		xm_libxl_failed(host, name, "nothing is known about it");
	else if (info.shutdown)
		xm_error(name, "has ended, or stands still to be saved or moved; 'xm list %s' shows it",
			 name);
	else if (info.paused)
		xm_error(name, "is paused, and so can't prepare for it; 'xm unpause %s' first",
			 name);
	else
		ret = XM_OK;
	libxl_dominfo_dispose(&info);
	return ret;
}

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

/* Its name from before it was moved, if nobody has that. */
static void name_again(struct xm_host *host, uint32_t domid)
{
	char *name = xm_host_domname(host, domid), *old = xm_strdup(name);
	size_t len = strlen(name), more = strlen(XM_MOVED);
	uint32_t other;

	if (len > more && !strcmp(name + len - more, XM_MOVED)) {
		name[len - more] = '\0';
		if (!libxl_name_to_domid(host->ctx, name, &other))
			xm_error(old, "keeps this name: %s is domain %u", name,
				 other);
		else if (libxl_domain_rename(host->ctx, domid, old, name))
			xm_libxl_failed(host, old, "keeps this name");
	}
	free(old);
	free(name);
}

/**
 * xm_resume() - let a guest run on if it was suspended
 * @host: open connection
 * @domid: the guest; it gets the name back that it had before it was to move
 * @name: for the message
 *
 * Return: XM_OK, or XM_FAIL after a message.
 */
int xm_resume(struct xm_host *host, uint32_t domid, const char *name)
{
	if (!xm_is_suspended(host, domid))
		return XM_OK;
	if (libxl_domain_resume(host->ctx, domid, 1, NULL))
		return xm_libxl_failed(host, name, "could not be resumed; try 'xm resume'");
	name_again(host, domid);
	return XM_OK;
}

/* It was not suspended in the end, or is no more. */
static bool goes_on(struct xm_host *host, uint32_t domid)
{
	libxl_dominfo info;
	bool yes;

	libxl_dominfo_init(&info);
	yes = !libxl_domain_info(host->ctx, &info, domid) && !info.shutdown && !info.dying;
	libxl_dominfo_dispose(&info);
	return yes;
}

/**
 * xm_call_off() - nothing has come of saving or moving a guest: let it go on, and say so
 * @host: open connection
 * @domid: the guest
 * @name: for the message
 * @what: it was not
 * @where: it goes on, with a blank in front; or ""
 * @why: what went wrong
 */
void xm_call_off(struct xm_host *host, uint32_t domid, const char *name,
		 const char *what, const char *where, const char *why)
{
	/* It may have ended by itself, or somebody has destroyed it. */
	if (!xm_resume(host, domid, name) && goes_on(host, domid))
		xm_error(name, "%s, and goes on%s: %s", what, where, why);
	else
		xm_error(name, "%s: %s", what, why);
}
