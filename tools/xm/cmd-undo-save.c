// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm undo-save: the process that stands by while a guest stands still: it is saved,
 * moved or dumped. If who does that is killed half way, the guest runs on, and what
 * there is of a file is taken away. If the file was complete, the rest is done.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xenstore.h>

#include "resume.h"
#include "saved.h"
#include "start.h"
#include "store.h"

/*
 * A guest that was asked to suspend may still do it, as long as libxl would wait for it;
 * and one that has heard it stops all its processes first, which takes a moment.
 */
#define NAP_MS 200
#define NAPS_LEAST 50
#define NAPS_MOST 300

/**
 * xm_stopped_start() - have somebody stand by who lets a guest run again
 * @host: open connection
 * @s: the guest, and what is done with it
 *
 * Return: what xm_standby_dismiss() wants; -1: nobody stands by.
 */
int xm_stopped_start(struct xm_host *host, const struct xm_stopped *s)
{
	const int keep[XM_STANDBY_KEEPS] = { s->fd, s->claim };
	char domid[16], uuid[64], fd[16];
	const char *words[] = {
		domid, uuid, fd, s->partial, s->file, s->then, NULL
	};
	libxl_dominfo info;
	int standby = -1;

	libxl_dominfo_init(&info);
	snprintf(domid, sizeof(domid), "%u", s->domid);
	snprintf(fd, sizeof(fd), "%d", s->fd < 0 ? 0 : s->fd);
	if (!libxl_domain_info(host->ctx, &info, s->domid)) {
		snprintf(uuid, sizeof(uuid), LIBXL_UUID_FMT,
			 LIBXL_UUID_BYTES(info.uuid));
		standby = xm_standby_start("undo-save", keep, words);
	}
	libxl_dominfo_dispose(&info);
	return standby;
}

static bool is_asked(uint32_t domid)
{
	struct xs_handle *xs = xs_open(0);
	char *dir = xm_asprintf("/local/domain/%u/control", domid);
	char *text = xs ? xm_store_read(xs, XBT_NULL, dir, "shutdown") : NULL;
	bool asked = text && !strcmp(text, "suspend");

	if (xs)
		xs_close(xs);
	free(text);
	free(dir);
	return asked;
}

static void resume(struct xm_host *host, uint32_t domid, const char *name)
{
	static const struct timespec nap = { .tv_nsec = NAP_MS * 1000000L };

	for (int i = 0; i < NAPS_MOST; i++) {
		if (xm_is_suspended(host, domid)) {
			xm_resume(host, domid, name);
			return;
		}
		if (i >= NAPS_LEAST && !is_asked(domid))
			return;
		nanosleep(&nap, NULL);
	}
}

static bool same_file(int fd, const char *file)
{
	struct stat a, b;

	return !fstat(fd, &a) && !stat(file, &b) && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* It is still the guest: numbers are used again, and its other self has the same UUID. */
static bool is_there(struct xm_host *host, uint32_t domid, const char *uuid)
{
	libxl_dominfo info;
	libxl_uuid its;
	bool there;

	libxl_dominfo_init(&info);
	there = !libxl_uuid_from_string(&its, uuid) &&
		!libxl_domain_info(host->ctx, &info, domid) && !info.dying &&
		!libxl_uuid_compare(&info.uuid, &its);
	libxl_dominfo_dispose(&info);
	return there;
}

/* Complete: the file has its name, and so the guest is in it. */
static void undo_domain(struct xm_host *host, uint32_t domid, const char *then,
			bool complete)
{
	char *name;

	if (!strcmp(then, "unpause")) {
		libxl_domain_unpause(host->ctx, domid, NULL);
	} else if (complete && !strcmp(then, "destroy")) {
		if (xm_is_suspended(host, domid))
			libxl_domain_destroy(host->ctx, domid, NULL);
	} else {
		if (complete && !strcmp(then, "pause"))
			libxl_domain_pause(host->ctx, domid, NULL);
		name = xm_host_domname(host, domid);
		resume(host, domid, name);
		free(name);
	}
}

/* Words: as xm_stopped_start() has them. */
static int undo(char **words)
{
	const char *uuid = words[1], *partial = words[3], *file = words[4];
	bool complete = same_file(atoi(words[2]), file);
	uint32_t domid = atoi(words[0]);
	struct xm_host host;
	int ret;

	if (!complete)
		unlink(partial);
	else
		xm_saved_sync(file);
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	if (domid && is_there(&host, domid, uuid))
		undo_domain(&host, domid, words[5], complete);
	xm_host_close(&host);
	return XM_OK;
}

int cmd_undo_save(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	long fd;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 7 || !xm_number(argv[optind], 3, 1023, &fd))
		return xm_usage(argv[0], "is started by save");
	return xm_standby_wait(fd) ? undo(argv + optind + 1) : XM_OK;
}
