// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm save: writes a guest to a file, from which it goes on another time. Until all of
 * it is on the disk the file has another name; if anything fails before that, the guest
 * runs on, and nothing is left. If xm is killed, cmd-undo-save.c sees to that.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lock.h"
#include "op.h"
#include "resume.h"
#include "saved.h"
#include "start.h"

/**
 * struct saving - one guest on its way into a file
 * @host: open connection
 * @domid: the guest
 * @name: as it was named
 * @file: where it is to be
 * @partial: what that is called until it is complete
 * @fd: the file
 * @then: what becomes of the guest: "destroy", "resume" or "pause"
 */
struct saving {
	struct xm_host host;
	uint32_t domid;
	const char *name;
	const char *file;
	char *partial;
	int fd;
	const char *then;
};

static int file_failed(const struct saving *s)
{
	xm_error(s->name, "%s: %s", s->file, strerror(errno));
	return XM_FAIL;
}

static char *directory_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	if (!slash)
		return xm_strdup(".");
	return slash == file ? xm_strdup("/") : xm_strndup(file, slash - file);
}

/* What would end in the midst of it, with the guest standing still. */
static int check(struct saving *s)
{
	char *dir = directory_of(s->file);
	struct statvfs fs;
	uint64_t room = 0;
	libxl_dominfo info;
	int ret = XM_FAIL;

	libxl_dominfo_init(&info);
	if (!statvfs(dir, &fs))
		room = (uint64_t)fs.f_bavail * fs.f_frsize / 1024;
	if (libxl_domain_info(s->host.ctx, &info, s->domid))
		xm_libxl_failed(&s->host, s->name, "nothing is known about it");
	else if (info.shutdown)
		xm_error(s->name, "has ended, or is being saved already; 'xm list %s' shows it",
			 s->name);
	else if (info.paused)
		xm_error(s->name, "is paused, and so can't prepare for it; 'xm unpause %s' first",
			 s->name);
	else if (room && room < info.current_memkb)
		xm_error(s->name, "has %lu MiB of memory, and %s has room for %lu only; make room, or save it elsewhere",
			 info.current_memkb / 1024, dir, room / 1024);
	else
		ret = XM_OK;
	libxl_dominfo_dispose(&info);
	free(dir);
	return ret;
}

static char *configuration(struct saving *s)
{
	libxl_domain_config dc;
	char *json = NULL;

	libxl_domain_config_init(&dc);
	if (!libxl_retrieve_domain_configuration(s->host.ctx, s->domid, &dc,
						 NULL))
		json = libxl_domain_config_to_json(s->host.ctx, &dc);
	if (!json)
		xm_libxl_failed(&s->host, s->name, "its configuration is lost");
	libxl_domain_config_dispose(&dc);
	return json;
}

/* All of it is to be on the disk before it has its name, and the guest is gone. */
static int finish_file(const struct saving *s)
{
	char *dir = directory_of(s->file);
	int fd, ret = XM_OK;

	if (fsync(s->fd) || rename(s->partial, s->file))
		ret = file_failed(s);
	fd = ret ? -1 : open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(dir);
	return ret;
}

/* Nothing has come of it: the guest goes on. */
static void call_off(struct saving *s)
{
	unlink(s->partial);
	if (!xm_resume(&s->host, s->domid, s->name))
		xm_error(s->name, "was not saved, and goes on");
}

static int let_go(struct saving *s)
{
	libxl_ctx *ctx = s->host.ctx;

	if (!strcmp(s->then, "destroy")) {
		if (!libxl_domain_destroy(ctx, s->domid, NULL))
			return XM_OK;
		return xm_libxl_failed(&s->host, s->name,
				       "is saved, but could not be taken away; try 'xm destroy'");
	}
	if (!strcmp(s->then, "pause") && libxl_domain_pause(ctx, s->domid, NULL))
		return xm_libxl_failed(&s->host, s->name, "is saved, but could not be paused");
	return xm_resume(&s->host, s->domid, s->name);
}

static int write_guest(struct saving *s, const char *json)
{
	bool goes_on = strcmp(s->then, "destroy");
	struct xm_op op;
	int rc;

	if (xm_saved_write(s->fd, json, goes_on ? XM_SAVED_RAN : 0))
		return file_failed(s);
	xm_op_init(&op);
	rc = libxl_domain_suspend(s->host.ctx, s->domid, s->fd, 0, &op.how);
	rc = xm_op_wait(&s->host, &op, rc, s->name, "saving", s->fd);
	if (!rc)
		return finish_file(s);
	if (xm_interrupted)
		xm_error(s->name, "interrupted");
	else
		xm_libxl_failed(&s->host, s->name, "could not be saved");
	return XM_FAIL;
}

static int save_to(struct saving *s, const char *json)
{
	int standby, ret;

	s->partial = xm_asprintf("%s.%ld.partial", s->file, (long)getpid());
	s->fd = open(s->partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (s->fd < 0) {
		ret = file_failed(s);
		free(s->partial);
		return ret;
	}
	xm_op_children(&s->host);
	standby = xm_stopped_start(&s->host, s->domid, s->fd, s->partial,
				   s->file, s->then);
	ret = write_guest(s, json);
	if (ret)
		call_off(s);
	else
		ret = let_go(s);
	xm_standby_dismiss(standby);
	close(s->fd);
	free(s->partial);
	return ret;
}

static int save(struct saving *s)
{
	int ret = check(s);
	char *json = ret ? NULL : configuration(s);

	if (!json)
		return ret ? ret : XM_FAIL;
	xm_signals_hold();
	ret = save_to(s, json);
	xm_signals_release();
	free(json);
	return ret;
}

int cmd_save(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "checkpoint", no_argument, NULL, 'c' },
		{ "paused", no_argument, NULL, 'p' },
		XM_LONGOPTS
	};
	struct saving s = { .then = "destroy" };
	int c, ret;

	while ((c = xm_getopt(argc, argv, "cp", longs)) != -1)
		s.then = c == 'c' ? "resume" : "pause";
	if (argc - optind != 2)
		return xm_usage(argv[0], "needs a domain and a file");
	s.name = argv[optind];
	s.file = argv[optind + 1];
	ret = xm_verb_open_guest(&s.host, argv[0], s.name, &s.domid);
	if (ret)
		return ret;
	ret = save(&s);
	xm_host_close(&s.host);
	return ret;
}
