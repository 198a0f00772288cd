// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes a guest, or nothing at all. Called by launch.c, by cmd-migrate-receive.c, and
 * by end.c when a guest is to be restarted.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "config.h"
#include "lend.h"
#include "lock.h"
#include "op.h"

/* xl keeps a guest's configuration file with it under this name. */
void xm_build_keep(struct xm_host *host, uint32_t domid, libxl_domain_config *dc)
{
	char *text = xm_config_text(dc);

	libxl_userdata_store(host->ctx, domid, "xl", (const uint8_t *)text,
			     strlen(text));
	free(text);
}

/* It gets any number that is free, not the one that it had. */
void xm_build_any_domid(libxl_domain_config *dc)
{
	libxl_domain_create_info fresh;

	libxl_domain_create_info_init(&fresh);
	dc->c_info.domid = fresh.domid;
	libxl_domain_create_info_dispose(&fresh);
}

/**
 * struct making - a guest that is made
 * @host: open connection
 * @dc: the guest
 * @lock: under which guests are made, -1: not any more
 * @restores: it is restored, and has no disks yet; -1: it is to boot
 */
struct making {
	struct xm_host *host;
	const libxl_domain_config *dc;
	int lock, restores;
};

/* A disk is not changed meanwhile, see xm_lock_restores(). */
static bool lock(struct making *m, const char *path, bool restores)
{
	const char *name = m->dc->c_info.name;

	m->restores = restores ? xm_lock_restores(false, name) : -1;
	m->lock = restores && m->restores < 0 ? -1 : xm_lock(path, name);
	if (m->lock < 0 && m->restores >= 0)
		close(m->restores);
	return m->lock >= 0;
}

static void unlock(struct making *m)
{
	if (m->lock >= 0)
		close(m->lock);
	m->lock = -1;
}

/*
 * Its memory may take hours to come. Once Xen knows how much that is, who makes another
 * guest does not count on it (xm_memory_promised()), and need not wait.
 */
static void unlock_early(void *user)
{
	struct making *m = user;

	if (m->lock >= 0 && xm_memory_promised(m->host, &m->dc->c_info.uuid))
		unlock(m);
}

static int restore(struct making *m, libxl_domain_config *dc, uint32_t *domid, int from,
		   const libxl_asyncprogress_how *console)
{
	libxl_domain_restore_params params;
	struct xm_host *host = m->host;
	struct xm_op op;
	int rc;

	libxl_domain_restore_params_init(&params);
	params.checkpointed_stream = LIBXL_CHECKPOINTED_STREAM_NONE;
	params.stream_version = 2;
	xm_op_init(&op);
	op.meanwhile = unlock_early;
	op.user = m;
	rc = libxl_domain_create_restore(host->ctx, dc, domid, from, -1, &params,
					 &op.how, console);
	rc = xm_op_wait(host, &op, rc, dc->c_info.name, "restoring", from);
	libxl_domain_restore_params_dispose(&params);
	return rc;
}

/* Libxl takes what it could not make away itself; Xen may be at that for a moment yet. */
static bool is_going(struct xm_host *host, uint32_t domid)
{
	libxl_dominfo info;
	bool going;
	int rc;

	libxl_dominfo_init(&info);
	rc = libxl_domain_info(host->ctx, &info, domid);
	going = rc == ERROR_DOMAIN_NOTFOUND || (!rc && info.dying);
	libxl_dominfo_dispose(&info);
	return going;
}

/**
 * xm_build_undo() - take away what a failed or interrupted build left, if anything
 * @host: open connection
 * @domid: the guest; %INVALID_DOMID: there was none yet
 *
 * Return: whether it is gone; if not, after a message.
 */
bool xm_build_undo(struct xm_host *host, uint32_t domid)
{
	char text[16];

	if (!domid || domid == (uint32_t)INVALID_DOMID || is_going(host, domid) ||
	    !libxl_domain_destroy(host->ctx, domid, NULL) || is_going(host, domid))
		return true;
	snprintf(text, sizeof(text), "%u", domid);
	xm_libxl_failed(host, text, "what is left of it could not be taken away; try 'xm destroy'");
	return false;
}

/* Libxl tells of a bootloader that failed, but not what that was to read. */
static int not_made(struct xm_host *host, const libxl_domain_config *dc)
{
	const char *cause = xm_log_cause(host->log), *path = NULL;
	bool shared;
	char *what;
	int ret;

	if (dc->b_info.bootloader && dc->num_disks)
		path = xm_disk_path(&dc->disks[0], &shared);
	if (!path || !cause || !strstr(cause, "bootloader"))
		return xm_libxl_failed(host, dc->c_info.name, "could not be made");
	what = xm_asprintf("%s finds nothing to boot on disk %s, %s", dc->b_info.bootloader,
			   dc->disks[0].vdev, path);
	ret = xm_libxl_failed(host, dc->c_info.name, what);
	free(what);
	return ret;
}

/**
 * xm_build() - make a guest; it is left paused
 * @host: open connection
 * @set: the host's settings, applied to @dc already
 * @dc: the guest with its UUID; libxl fills in what was left open
 * @origin: where it comes from
 * @domid: its number
 * @from: its memory is read from here, if it was saved; -1: it is to boot
 * @console: told when the console can be attached to; may be NULL
 *
 * One that boots has its disks while the lock is held, so whoever else may have got one
 * is seen here. One that is restored has them when that is not held any more.
 *
 * Return: XM_OK, or an exit code after a message; then nothing is left behind.
 */
int xm_build(struct xm_host *host, const struct xm_settings *set,
	     libxl_domain_config *dc, enum xm_origin origin, uint32_t *domid, int from,
	     const libxl_asyncprogress_how *console)
{
	struct making m = { .host = host, .dc = dc };
	const char *name = dc->c_info.name;
	struct xm_lend lend;
	int ret, rc = 0;

	*domid = INVALID_DOMID;
	if (!lock(&m, set->lockfile, from >= 0))
		return XM_FAIL;
	ret = from < 0 ? xm_preflight_disks(dc, origin) : XM_OK;
	if (!ret)
		ret = xm_memory_free(host, set, dc);
	if (!ret && from < 0) {
		console = xm_lend_begin(&lend, dc, console);
		rc = libxl_domain_create_new(host->ctx, dc, domid, NULL, console);
		xm_lend_end(&lend);
	} else if (!ret) {
		rc = restore(&m, dc, domid, from, console);
	}
	if (rc) {
		ret = from < 0 ? not_made(host, dc) :
		      xm_libxl_failed(host, name, "could not be restored");
		xm_build_undo(host, *domid);
	}
	unlock(&m);
	if (m.restores >= 0)
		close(m.restores);
	if (!ret)
		xm_build_keep(host, *domid, dc);
	return ret;
}
