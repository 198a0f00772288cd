// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Room for a new guest: is enough memory free, and if not, may and can Dom0
 * give some up? Called by build.c while it holds the lock that xl holds, too.
 */
#include <regex.h>
#include <string.h>

#include "build.h"

/* Dom0 and Xen's page scrubber need time, a few seconds a gigabyte. */
#define WAIT_SECONDS 10
#define TRIES 3

/*
 * "auto": with dom0_mem on Xen's command line the administrator has already
 * decided how much Dom0 keeps.
 */
static bool may_balloon(struct xm_host *host, const struct xm_settings *set)
{
	const libxl_version_info *info;
	regex_t re;
	bool fixed;

	if (set->autoballoon != XM_BALLOON_AUTO)
		return set->autoballoon == XM_BALLOON_ON;
	info = libxl_get_version_info(host->ctx);
	if (!info || !info->commandline ||
	    regcomp(&re, "(^| )dom0_mem=[^ ]*[0-9]", REG_EXTENDED | REG_NOSUB))
		return false;
	fixed = !regexec(&re, info->commandline, 0, NULL, 0);
	regfree(&re);
	return !fixed;
}

static int too_little(const char *name, uint64_t free_kb, uint64_t need_kb,
		      bool balloon)
{
	xm_error(name, "too little memory: %lu MiB are free and %lu are needed; %s",
		 free_kb / 1024, (need_kb + 1023) / 1024,
		 balloon ? "Dom0 has no more to give, end a guest or make memory smaller"
			 : "end a guest, make memory smaller or set autoballoon in xl.conf");
	return XM_NOMEM;
}

/* How much of its memory one that has never run yet has still to get, in KiB. */
static uint64_t missing(const libxl_dominfo *info)
{
	uint64_t have = info->current_memkb + info->outstanding_memkb;

	if (!info->paused || info->cpu_time || info->dying || info->max_memkb <= have)
		return 0;
	return info->max_memkb - have;
}

/**
 * xm_memory_promised() - memory that is free, and that guests which are being restored get
 * @host: open connection
 * @uuid: of one of them; NULL: of all
 *
 * They do not hold the lock all the time (build.c).
 *
 * Return: so many KiB.
 */
uint64_t xm_memory_promised(struct xm_host *host, const libxl_uuid *uuid)
{
	uint64_t promised = 0;
	int n = 0;
	libxl_dominfo *list = libxl_list_domain(host->ctx, &n);

	for (int i = 0; list && i < n; i++)
		if (!uuid || !libxl_uuid_compare(&list[i].uuid, uuid))
			promised += missing(&list[i]);
	if (list)
		libxl_dominfo_list_free(list, n);
	return promised;
}

/**
 * xm_memory_free() - see to it that there is memory for a guest
 * @host: open connection
 * @set: whether Dom0 may be made smaller
 * @dc: the guest
 *
 * Return: XM_OK, or an exit code after a message. If Dom0 could not give up
 * enough it gets back what it gave.
 */
int xm_memory_free(struct xm_host *host, const struct xm_settings *set,
		   libxl_domain_config *dc)
{
	const char *name = dc->c_info.name;
	bool balloon = may_balloon(host, set), taken = false;
	uint64_t need, avail = 0, before = 0, promised = xm_memory_promised(host, NULL);

	if (libxl_domain_need_memory(host->ctx, dc, INVALID_DOMID, &need) ||
	    libxl_get_free_memory(host->ctx, &avail))
		return xm_libxl_failed(host, name, "cannot find out how much memory is free");
	need += promised;
	/* Pages of a guest that just ended are still being scrubbed. */
	if (avail < need && !libxl_wait_for_free_memory(host->ctx, 0, need, 1))
		return XM_OK;
	/* Even asking for Dom0's target writes it down, so not without need. */
	if (avail < need && balloon)
		taken = !libxl_get_memory_target(host->ctx, 0, &before);
	for (int i = 0; avail < need && taken && i < TRIES; i++) {
		xm_note(name, "taking %lu MiB from Dom0",
			(need - avail) / 1024);
		if (libxl_set_memory_target(host->ctx, 0,
					    (int64_t)avail - (int64_t)need, 1,
					    0))
			break;
		libxl_wait_for_free_memory(host->ctx, 0, need, WAIT_SECONDS);
		libxl_get_free_memory(host->ctx, &avail);
	}
	if (avail >= need)
		return XM_OK;
	if (taken)
		libxl_set_memory_target(host->ctx, 0, before, 0, 0);
	return too_little(name, avail > promised ? avail - promised : 0, need - promised,
			  balloon);
}
