// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds a domain by its name or number, and says what it lacks. Called by every verb
 * that is about a domain.
 */
#include <libxl_utils.h>
#include <string.h>

#include "xm.h"

/* A domain's number has five. */
#define DIGITS_MOST 9

/**
 * xm_host_domain() - find a domain
 * @host: open connection
 * @arg: a name, or a number
 * @domid: the result
 *
 * Return: XM_OK, or XM_NOTFOUND after a message.
 */
int xm_host_domain(struct xm_host *host, const char *arg, uint32_t *domid)
{
	size_t digits = strspn(arg, "0123456789");

	/* Of a longer number libxl takes the last 32 bits, and so another domain. */
	if ((!arg[digits] && digits > DIGITS_MOST) ||
	    libxl_domain_qualifier_to_domid(host->ctx, arg, domid) ||
	    libxl_domain_info(host->ctx, NULL, *domid)) {
		xm_error(arg, "no such domain; 'xm list' shows those there are");
		return XM_NOTFOUND;
	}
	return XM_OK;
}

/**
 * xm_each_domain() - do something for some domains, or for all
 * @host: open connection
 * @args: names or numbers, as they were typed
 * @n: how many; 0: all there are
 * @act: gets each; returns an exit code after a message
 * @user: passed on to @act
 *
 * Return: XM_OK, or the first exit code that was another; the rest is done all the
 * same.
 */
int xm_each_domain(struct xm_host *host, char **args, int n,
		   int (*act)(struct xm_host *host, uint32_t domid, void *user),
		   void *user)
{
	int ret = XM_OK, one, count = 0;
	libxl_dominfo *list = NULL;
	uint32_t domid;

	if (!n) {
		list = libxl_list_domain(host->ctx, &count);
		if (!list)
			return xm_libxl_failed(host, "Xen", "its domains could not be listed");
	}
	for (int i = 0; i < (n ? n : count); i++) {
		one = XM_OK;
		if (n)
			one = xm_host_domain(host, args[i], &domid);
		else
			domid = list[i].domid;
		if (!one)
			one = act(host, domid, user);
		ret = ret ? ret : one;
	}
	if (list)
		libxl_dominfo_list_free(list, count);
	return ret;
}

/**
 * xm_no_disk() - report that a guest has no such disk
 * @arg: the guest, as it was named
 * @vdev: the disk
 *
 * Return: %XM_NOTFOUND.
 */
int xm_no_disk(const char *arg, const char *vdev)
{
	xm_error(arg, "has no disk %s; 'xm block-list %s' shows its disks",
		 vdev, arg);
	return XM_NOTFOUND;
}

/**
 * xm_no_nic() - report that a guest has no such interface
 * @arg: the guest, as it was named
 * @nic: number or MAC address of the interface
 *
 * Return: %XM_NOTFOUND.
 */
int xm_no_nic(const char *arg, const char *nic)
{
	xm_error(arg, "has no interface %s; 'xm network-list %s' shows its interfaces",
		 nic, arg);
	return XM_NOTFOUND;
}

/* XenbusState in words, as xen/io/xenbus.h numbers it. */
const char *xm_state_name(int state)
{
	static const char *const names[] = {
		"unknown", "initialising", "init-wait", "initialised",
		"connected", "closing", "closed", "reconfiguring",
		"reconfigured",
	};

	if (state < 0 || (size_t)state >= ARRAY_SIZE(names))
		return names[0];
	return names[state];
}

/* Six letters, as they have been since Xen 2.0; scripts look for them. */
void xm_state_letters(const libxl_dominfo *d, char s[7])
{
	bool crashed = d->shutdown &&
		       d->shutdown_reason == LIBXL_SHUTDOWN_REASON_CRASH;

	s[0] = d->running ? 'r' : '-';
	s[1] = d->blocked ? 'b' : '-';
	s[2] = d->paused ? 'p' : '-';
	s[3] = d->shutdown && !crashed ? 's' : '-';
	s[4] = crashed ? 'c' : '-';
	s[5] = d->dying ? 'd' : '-';
	s[6] = '\0';
}

/* The name of a domain, never NULL, to be freed. */
char *xm_host_domname(struct xm_host *host, uint32_t domid)
{
	char *name = libxl_domid_to_name(host->ctx, domid);

	return name ? name : xm_asprintf("%u", domid);
}
