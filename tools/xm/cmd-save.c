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
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "claim.h"
#include "lock.h"
#include "op.h"
#include "resume.h"
#include "saved.h"
#include "settle.h"
#include "start.h"

/**
 * struct saving - one guest on its way into a file
 * @host: open connection
 * @domid: the guest
 * @uuid: its identity
 * @name: as it was named
 * @file: where it is to be
 * @partial: what that is called until it is complete
 * @fd: the file
 * @claim: the guest is this process' own
 * @then: what becomes of the guest: "destroy", "resume" or "pause"
 */
struct saving {
	struct xm_host host;
	uint32_t domid;
	libxl_uuid uuid;
	const char *name;
	const char *file;
	char *partial;
	int fd;
	int claim;
	const char *then;
};

static char *file_why(const struct saving *s)
{
	return xm_asprintf("%s: %s", s->file, strerror(errno));
}

/* A name that is a device's, or under which another guest waits, is not to be taken. */
static int check_file(struct saving *s)
{
	struct stat st;
	char *other;

	if (stat(s->file, &st))
		return XM_OK;
	if (!S_ISREG(st.st_mode)) {
		xm_error(s->name, "%s is there and not a regular file; save it under another name",
			 s->file);
		return XM_FAIL;
	}
	other = xm_saved_waiting(&s->host, s->file, &s->uuid);
	if (!other)
		return XM_OK;
	xm_error(s->name, "guest %s is in %s and has not been restored yet; save this one under another name, or remove that",
		 other, s->file);
	free(other);
	return XM_BUSY;
}

/*
 * It would end in the midst of it, with the guest standing still. Some file systems do
 * not say how much they have room for.
 */
static int check_room(struct saving *s)
{
	libxl_dominfo info;
	struct statvfs fs;
	int ret = XM_OK;
	uint64_t room;

	if (fstatvfs(s->fd, &fs) || !fs.f_blocks)
		return XM_OK;
	room = (uint64_t)fs.f_bavail * fs.f_frsize / 1024;
	libxl_dominfo_init(&info);
	if (!libxl_domain_info(s->host.ctx, &info, s->domid) &&
	    room < info.current_memkb) {
		xm_error(s->name, "has %lu MiB of memory, and %s has room for %lu only; make room, or save it elsewhere",
			 info.current_memkb / 1024, s->file, room / 1024);
		ret = XM_FAIL;
	}
	libxl_dominfo_dispose(&info);
	return ret;
}

static int let_go(struct saving *s)
{
	libxl_ctx *ctx = s->host.ctx;
	char *what;

	if (!strcmp(s->then, "destroy")) {
		if (!libxl_domain_destroy(ctx, s->domid, NULL)) {
			/* Its disks have had all writes now: the file is the younger. */
			futimens(s->fd, NULL);
			return XM_OK;
		}
		what = xm_asprintf("is in %s, but could not be taken away; 'xm destroy' it, and do not resume it",
				   s->file);
		xm_libxl_failed(&s->host, s->name, what);
		free(what);
		return XM_FAIL;
	}
	if (!strcmp(s->then, "pause") && libxl_domain_pause(ctx, s->domid, NULL))
		return xm_libxl_failed(&s->host, s->name, "is saved, but could not be paused; 'xm resume' lets it run");
	return xm_resume(&s->host, s->domid, s->name);
}

/* It may be restored as soon as it has its name. */
static char *finish(struct saving *s)
{
	char *why = xm_settle(s->domid, s->name);

	if (!why && xm_saved_finish(s->fd, s->partial, s->file))
		why = file_why(s);
	return why;
}

/* Return: NULL, and it is all in the file; or why it is not, to be freed. */
static char *write_guest(struct saving *s, const char *json)
{
	bool goes_on = strcmp(s->then, "destroy");
	struct xm_op op;
	int rc;

	if (xm_saved_write(s->fd, json, goes_on ? XM_SAVED_RAN : 0))
		return file_why(s);
	xm_op_init(&op);
	rc = libxl_domain_suspend(s->host.ctx, s->domid, s->fd, 0, &op.how);
	rc = xm_op_wait(&s->host, &op, rc, s->name, "saving", s->fd);
	if (!rc)
		return finish(s);
	return xm_interrupted ? xm_strdup("interrupted") : xm_libxl_why(&s->host);
}

/* From here on the guest stands still, until it is let go, or it was called off. */
static int stop_and_write(struct saving *s, const char *json)
{
	struct xm_stopped stopped = {
		.domid = s->domid, .claim = s->claim, .fd = s->fd,
		.partial = s->partial, .file = s->file, .then = s->then,
	};
	int standby = xm_stopped_start(&s->host, &stopped), ret = XM_FAIL;
	char *why;

	if (standby < 0) {
		xm_error(s->name, "nothing could be started to stand by, so it is not saved");
		unlink(s->partial);
		return XM_FAIL;
	}
	why = write_guest(s, json);
	if (why) {
		unlink(s->partial);
		xm_call_off(&s->host, s->domid, s->name, "was not saved", "", why);
		free(why);
	} else {
		ret = let_go(s);
	}
	xm_standby_dismiss(standby);
	return ret;
}

static int save_to(struct saving *s, const char *json)
{
	int ret;

	s->partial = xm_asprintf("%s.%ld.partial", s->file, (long)getpid());
	s->fd = open(s->partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (s->fd < 0) {
		xm_error(s->name, "%s: %s", s->file, strerror(errno));
		free(s->partial);
		return XM_FAIL;
	}
	ret = check_room(s);
	if (ret)
		unlink(s->partial);
	else
		ret = stop_and_write(s, json);
	close(s->fd);
	free(s->partial);
	return ret;
}

/* Nobody else saves, moves or resumes it meanwhile. */
static int save_claimed(struct saving *s)
{
	int ret = xm_can_suspend(&s->host, s->domid, s->name);
	char *json;

	if (!ret)
		ret = check_file(s);
	if (ret)
		return ret;
	json = xm_saved_json(&s->host, s->domid, s->name);
	if (!json)
		return XM_FAIL;
	xm_op_children(&s->host);
	xm_signals_hold();
	ret = save_to(s, json);
	xm_signals_release();
	free(json);
	return ret;
}

static int save(struct saving *s)
{
	int ret = xm_claim_domain(&s->host, s->domid, XM_CLAIM_HERE, s->name, &s->uuid, &s->claim);

	if (ret)
		return ret;
	ret = save_claimed(s);
	xm_claim_end(&s->claim);
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
