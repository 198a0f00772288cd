// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm dump-core: writes a guest's memory to a file. The guest stands still meanwhile,
 * unless --live is given, and then goes on, unless it is to end. If xm is killed or
 * interrupted, cmd-undo-save.c lets it go on.
 */
#include <stdlib.h>

#include "dump.h"
#include "lock.h"
#include "resume.h"
#include "start.h"

/**
 * struct dumping - what is asked for
 * @live: the guest runs on meanwhile
 * @crash: it is destroyed afterwards
 * @reset: it is rebooted afterwards
 */
struct dumping {
	bool live, crash, reset;
};

static int after(struct xm_host *host, const char *arg, uint32_t domid,
		 const struct dumping *d, bool stopped)
{
	if (d->crash) {
		if (libxl_domain_destroy(host->ctx, domid, NULL))
			return xm_libxl_failed(host, arg, "could not be destroyed");
		return XM_OK;
	}
	if (stopped && libxl_domain_unpause(host->ctx, domid, NULL))
		return xm_libxl_failed(host, arg, "could not be unpaused; try 'xm unpause'");
	if (d->reset && libxl_domain_reboot(host->ctx, domid, NULL))
		return xm_libxl_failed(host, arg, "could not be asked to reboot");
	return XM_OK;
}

/*
 * A guest that stands still already is left alone, now and afterwards. Return: XM_OK, and
 * @standby is -1 if it was; or another after a message.
 */
static int stop(struct xm_host *host, const char *arg, uint32_t domid,
		int *standby)
{
	const struct xm_stopped stands = {
		.domid = domid, .claim = -1, .fd = -1, .partial = "",
		.file = "", .then = "unpause",
	};
	int ret = XM_OK;
	libxl_dominfo info;

	*standby = -1;
	libxl_dominfo_init(&info);
	if (libxl_domain_info(host->ctx, &info, domid)) {
		ret = xm_libxl_failed(host, arg, "nothing is known about it");
	} else if (!info.paused && !info.shutdown) {
		*standby = xm_stopped_start(host, &stands);
		if (*standby < 0) {
			xm_error(arg, "nobody could stand by to let it go on; --live dumps it as it runs");
			ret = XM_FAIL;
		} else if (libxl_domain_pause(host->ctx, domid, NULL)) {
			ret = xm_libxl_failed(host, arg, "could not be paused");
			xm_standby_dismiss(*standby);
		}
	}
	libxl_dominfo_dispose(&info);
	return ret;
}

static int dump(struct xm_host *host, const char *arg, uint32_t domid,
		const char *file, const struct dumping *d)
{
	static const struct dumping nothing;
	char *name = xm_host_domname(host, domid);
	char *path = file ? xm_strdup(file) : xm_dump_path(name);
	int standby = -1, ret = XM_OK;

	xm_signals_end("xm: dump-core: interrupted; nothing is left\n");
	if (!d->live)
		ret = stop(host, arg, domid, &standby);
	if (!ret) {
		ret = xm_dump(host, domid, name, path);
		xm_signals_hold();
		if (ret)
			after(host, arg, domid, &nothing, standby >= 0);
		else
			ret = after(host, arg, domid, d, standby >= 0);
		xm_standby_dismiss(standby);
	}
	free(path);
	free(name);
	return ret;
}

int cmd_dump_core(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "live", no_argument, NULL, 'L' },
		{ "crash", no_argument, NULL, 'C' },
		{ "reset", no_argument, NULL, 'R' },
		XM_LONGOPTS
	};
	struct dumping d = { false };
	struct xm_host host;
	uint32_t domid;
	int c, ret;

	while ((c = xm_getopt(argc, argv, "LCR", longs)) != -1) {
		d.live |= c == 'L';
		d.crash |= c == 'C';
		d.reset |= c == 'R';
	}
	if (argc - optind < 1 || argc - optind > 2)
		return xm_usage(argv[0], "needs a domain, and perhaps a file");
	if (d.crash && d.reset)
		return xm_usage(argv[0], "-C and -R exclude each other");
	ret = xm_verb_open_guest(&host, argv[0], argv[optind], &domid);
	if (ret)
		return ret;
	ret = dump(&host, argv[optind], domid, argv[optind + 1], &d);
	xm_signals_release();
	xm_host_close(&host);
	return ret;
}
