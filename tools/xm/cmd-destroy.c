// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm destroy: ends guests at once, for good: none comes again, also if its end was just
 * being dealt with. Its watcher sees that and goes, too.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pending.h"
#include "xm.h"

/**
 * struct target - a guest that is to end
 * @arg: as it was named
 * @domid: its number
 * @uuid: who it is
 * @name: what it was called when it was found
 */
struct target {
	const char *arg;
	uint32_t domid;
	libxl_uuid uuid;
	char *name;
};

/* Is it there, under its number, and not another one by now? */
static bool is_there(struct xm_host *host, const struct target *t)
{
	libxl_dominfo info;
	bool there;

	libxl_dominfo_init(&info);
	there = !libxl_domain_info(host->ctx, &info, t->domid) &&
		!libxl_uuid_compare(&info.uuid, &t->uuid);
	libxl_dominfo_dispose(&info);
	return there;
}

/* One that is set aside goes by itself: its guest is still to be made anew. */
static bool is_aside(struct xm_host *host, const struct target *t)
{
	char *name = libxl_domid_to_name(host->ctx, t->domid);
	struct xm_pending p;
	bool aside = xm_pending_read(t->domid, &p) && p.keep && name &&
		     strcmp(name, p.name);

	xm_pending_free(&p);
	free(name);
	return aside;
}

/* Return: whether it was there; else its end was dealt with, and it may be so again. */
static bool end(struct xm_host *host, const struct target *t, int *ret)
{
	bool there = is_there(host, t);

	if (!there || !is_aside(host, t))
		xm_pending_remove(t->domid);
	if (there && libxl_domain_destroy(host->ctx, t->domid, NULL))
		*ret = xm_libxl_failed(host, t->arg, "could not be destroyed");
	return there;
}

/* Who deals with its end is waited for, and has to begin anew afterwards. */
static int end_for_good(struct xm_host *host, struct target *t)
{
	int ret = XM_OK, lock;
	bool there;

	do {
		lock = xm_pending_lock(t->domid, true);
		there = end(host, t, &ret);
		if (lock >= 0)
			close(lock);
	} while (!there && !libxl_name_to_domid(host->ctx, t->name, &t->domid) &&
		 is_there(host, t));
	return ret;
}

static int destroy(struct xm_host *host, const char *arg)
{
	bool cancelled = xm_pending_cancel(arg, NULL);
	struct target t = { .arg = arg };
	libxl_dominfo info;
	int ret;

	if (cancelled && libxl_name_to_domid(host->ctx, arg, &t.domid))
		return XM_OK;	/* it could not be made anew yet */
	ret = xm_host_domain(host, arg, &t.domid);
	if (ret)
		return ret;
	if (!t.domid) {
		xm_error(arg, "is this very domain; to end it, shut the host down");
		return XM_FAIL;
	}
	libxl_dominfo_init(&info);
	if (!libxl_domain_info(host->ctx, &info, t.domid))
		libxl_uuid_copy(host->ctx, &t.uuid, &info.uuid);
	libxl_dominfo_dispose(&info);
	t.name = xm_host_domname(host, t.domid);
	ret = end_for_good(host, &t);
	free(t.name);
	return ret;
}

int cmd_destroy(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct xm_host host;
	int ret, one;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (optind >= argc)
		return xm_usage(argv[0], "needs a domain");
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	for (int i = optind; i < argc; i++) {
		one = destroy(&host, argv[i]);
		ret = ret ? ret : one;
	}
	xm_host_close(&host);
	return ret;
}
