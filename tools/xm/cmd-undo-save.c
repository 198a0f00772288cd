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
#include "start.h"
#include "store.h"

/* A guest that was asked to suspend may still do it, as libxl would wait for it. */
#define NAP_MS 200
#define NAPS_LEAST 15
#define NAPS_MOST 300

/**
 * xm_stopped_start() - have somebody stand by who lets a guest run again
 * @host: open connection
 * @domid: the guest
 * @fd: the file that is written, -1: none
 * @partial: what it is called until it is complete, "": none
 * @file: and then
 * @then: what becomes of the guest when it is: "destroy", "resume", "pause"; or
 *        "unpause", whatever becomes of the file
 *
 * Return: what xm_standby_dismiss() wants; -1: nobody stands by.
 */
int xm_stopped_start(struct xm_host *host, uint32_t domid, int fd,
		     const char *partial, const char *file, const char *then)
{
	char uuid[64], number[16];
	const char *words[] = { uuid, number, partial, file, then, NULL };
	libxl_dominfo info;
	int standby = -1;

	libxl_dominfo_init(&info);
	snprintf(number, sizeof(number), "%d", fd < 0 ? 0 : fd);
	if (!libxl_domain_info(host->ctx, &info, domid)) {
		snprintf(uuid, sizeof(uuid), LIBXL_UUID_FMT,
			 LIBXL_UUID_BYTES(info.uuid));
		standby = xm_standby_start("undo-save", fd, words);
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

/* The guest by its UUID; 0: it is gone. */
static uint32_t find(struct xm_host *host, const char *arg)
{
	uint32_t domid = 0;
	libxl_uuid uuid;
	int n = 0;
	libxl_dominfo *list;

	if (libxl_uuid_from_string(&uuid, arg))
		return 0;
	list = libxl_list_domain(host->ctx, &n);
	for (int i = 0; list && i < n; i++)
		if (!libxl_uuid_compare(&list[i].uuid, &uuid))
			domid = list[i].domid;
	if (list)
		libxl_dominfo_list_free(list, n);
	return domid;
}

static int undo(char **words)
{
	int fd = atoi(words[1]), ret;
	bool complete = same_file(fd, words[3]);
	struct xm_host host;
	uint32_t domid;
	char *name;

	if (!complete)
		unlink(words[2]);
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	domid = find(&host, words[0]);
	name = xm_host_domname(&host, domid);
	if (domid && !strcmp(words[4], "unpause")) {
		libxl_domain_unpause(host.ctx, domid, NULL);
	} else if (domid && complete && !strcmp(words[4], "destroy")) {
		if (xm_is_suspended(&host, domid))
			libxl_domain_destroy(host.ctx, domid, NULL);
	} else if (domid) {
		if (complete && !strcmp(words[4], "pause"))
			libxl_domain_pause(host.ctx, domid, NULL);
		resume(&host, domid, name);
	}
	free(name);
	xm_host_close(&host);
	return XM_OK;
}

int cmd_undo_save(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	long fd;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 6 || !xm_number(argv[optind], 3, 1023, &fd))
		return xm_usage(argv[0], "is started by save");
	return xm_standby_wait(fd) ? undo(argv + optind + 1) : XM_OK;
}
