// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm mem-set: tells a domain how much memory to use, of what it may have. Its balloon
 * driver does it, and takes its time; -w waits for that.
 */
#include <stdlib.h>
#include <time.h>
#include <xenstore.h>

#include "amount.h"
#include "op.h"
#include "store.h"

/* Without progress for so long, nobody is at work. */
#define WAIT_SECONDS 60
/* A balloon has what it wants if it is this near. */
#define NEAR_KIB 1024

/*
 * With less no kernel does anything: 16 MiB for itself, and 64 bytes for each page of
 * 4096 that it has room for.
 */
#define LEAST_KIB (16 << 10)
#define LEAST_SHARE 64

/* What its kernel has made room for when it booted, in KiB; 0: not known. */
static uint64_t most_of(uint32_t domid)
{
	struct xs_handle *xs = xs_open(0);
	char *dir = xm_asprintf("/local/domain/%u/memory", domid);
	char *text = xs ? xm_store_read(xs, XBT_NULL, dir, "static-max") : NULL;
	uint64_t most = text ? strtoull(text, NULL, 10) : 0;

	if (xs)
		xs_close(xs);
	free(text);
	free(dir);
	return most;
}

static uint64_t used_by(struct xm_host *host, uint32_t domid)
{
	libxl_dominfo info;
	uint64_t kib = 0;

	libxl_dominfo_init(&info);
	if (!libxl_domain_info(host->ctx, &info, domid))
		kib = info.current_memkb + info.outstanding_memkb;
	libxl_dominfo_dispose(&info);
	return kib;
}

/* It gets what there is, and the rest when others give some up: that is worth a word. */
static void tell_of_want(struct xm_host *host, const char *arg, uint64_t have,
			 uint64_t want)
{
	uint64_t avail;

	if (want <= have || libxl_get_free_memory(host->ctx, &avail) ||
	    avail >= want - have)
		return;
	xm_error(arg, "only %lu of the %lu MiB more that it is to have are free; make another domain smaller",
		 avail / 1024, (want - have) / 1024);
}

static bool near(uint64_t have, uint64_t want)
{
	return (have > want ? have - want : want - have) <= NEAR_KIB;
}

static int wait_for(struct xm_host *host, const char *arg, uint32_t domid,
		    uint64_t want, long seconds)
{
	static const struct timespec nap = { .tv_nsec = 200000000 };
	long start = xm_clock(), said = start, now = start;
	uint64_t have;

	while (!near(have = used_by(host, domid), want)) {
		if (!have) {
			xm_error(arg, "has ended meanwhile");
			return XM_FAIL;
		}
		if (now - start >= seconds) {
			xm_error(arg, "has %lu MiB after %ld s, not %lu; its balloon driver may not run, or can't free more",
				 have / 1024, seconds, want / 1024);
			return XM_TIMEOUT;
		}
		if (now - said >= XM_SILENT_SECONDS) {
			xm_error(arg, "has %lu MiB, is to have %lu, %ld s so far",
				 have / 1024, want / 1024, now - start);
			said = now;
		}
		nanosleep(&nap, NULL);
		now = xm_clock();
	}
	return XM_OK;
}

/* Libxl sees to Dom0's least, and not to a guest's. */
static int set(struct xm_host *host, const char *arg, uint32_t domid,
	       uint64_t kib, bool force)
{
	uint64_t most = domid ? most_of(domid) : 0;
	uint64_t least = domid ? LEAST_KIB + most / LEAST_SHARE : 0;

	if (most && kib > most) {
		xm_error(arg, "has room for %lu MiB, not for %lu; give it a larger maxmem in its configuration, and make it anew",
			 most / 1024, (kib + 1023) / 1024);
		return XM_FAIL;
	}
	if (kib < least && !force) {
		xm_error(arg, "cannot live on %lu KiB: its kernel alone takes about %lu MiB; -f does it nevertheless",
			 kib, (least + 1023) / 1024);
		return XM_FAIL;
	}
	tell_of_want(host, arg, used_by(host, domid), kib);
	if (libxl_set_memory_target(host->ctx, domid, kib, 0, 1))
		return xm_libxl_failed(host, arg, "its memory could not be set");
	return XM_OK;
}

int cmd_mem_set(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "force", no_argument, NULL, 'f' },
		{ "wait", no_argument, NULL, 'w' },
		{ "timeout", required_argument, NULL, 't' },
		XM_LONGOPTS
	};
	long seconds = WAIT_SECONDS;
	struct xm_host host;
	bool force = false, wait = false;
	uint64_t kib;
	uint32_t domid;
	int c, ret;

	while ((c = xm_getopt(argc, argv, "fwt:", longs)) != -1) {
		if (c == 't' && !xm_number(optarg, 1, 1L << 20, &seconds))
			return xm_usage(argv[0], "'%s' is not a number of seconds",
					optarg);
		force |= c == 'f';
		wait |= c != 'f';
	}
	if (argc - optind != 2)
		return xm_usage(argv[0], "needs a domain and an amount");
	if (!xm_amount_parse(argv[optind + 1], &kib))
		return xm_amount_bad(argv[0], argv[optind + 1]);
	ret = xm_verb_open(&host, argv[optind], &domid);
	if (ret)
		return ret;
	ret = set(&host, argv[optind], domid, kib, force);
	if (!ret && wait)
		ret = wait_for(&host, argv[optind], domid, kib, seconds);
	xm_host_close(&host);
	return ret;
}
