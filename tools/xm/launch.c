// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a configuration to a guest that runs: what would fail is found in preflight.c,
 * the guest is made in build.c; here stand the order of these steps, and the processes
 * that a new guest needs: its watcher, and its console if that was asked for. Called
 * by cmd-create.c and cmd-restore.c.
 */
#include <libxl_event.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "claim.h"
#include "keep.h"
#include "launch.h"
#include "lock.h"
#include "op.h"
#include "start.h"
#include "watcher.h"

/* libxl calls this during the build, so that a bootloader can be spoken to. */
static void console_available(libxl_ctx *ctx, libxl_event *event, void *user)
{
	struct xm_launch *l = user;

	if (!l->console_pid)
		l->console_pid = xm_start_verb("console", "--notify=", NULL,
					       event->domid, &l->console_fd);
	libxl_event_free(ctx, event);
}

/* It is whole: from here on it is not taken away if this process is killed. */
static void settle(struct xm_launch *l)
{
	xm_standby_dismiss(l->standby);
	l->standby = -1;
	xm_claim_end(&l->claim);
}

/* Nobody waits for it: it may be looked at for as long as somebody likes. */
static void show(const struct xm_launch *l, uint32_t domid)
{
	if (!fork()) {
		xm_start_exec("vncviewer", l->autopass ? "--autopass" : "--", NULL, domid);
		_exit(XM_FAIL);
	}
}

static int run(struct xm_host *host, const libxl_domain_create_info *info,
	       uint32_t domid, struct xm_launch *l)
{
	int ret;

	if (l->console_pid > 0)
		xm_start_ready(l->console_fd);	/* see the first line, too */
	ret = xm_claim_alone(host, info->name, &info->uuid, domid, false);
	if (!ret && l->ready)
		ret = l->ready(l, info->name);
	if (!ret) {
		xm_claim_restarted(info->name, &info->uuid);
		/* What has run once may be nowhere else: it stays, whatever comes. */
		settle(l);
		if (!l->paused && libxl_domain_unpause(host->ctx, domid, NULL))
			ret = xm_libxl_failed(host, info->name, "could not be started");
	}
	if (ret)
		xm_build_undo(host, domid);
	else if (l->viewer)
		show(l, domid);
	return ret;
}

/* The guest exists and is paused; make it live, or take it away again. */
static int go_on(struct xm_host *host, const libxl_domain_create_info *info,
		 uint32_t domid, struct xm_launch *l)
{
	int ret;

	if (xm_interrupted) {
		xm_build_undo(host, domid);
		xm_error(info->name, "interrupted; nothing is left");
		return XM_FAIL;
	}
	/* The host may have broken down with one of its number and UUID. */
	ret = xm_mark_new(host, domid, 0);
	if (!ret && !l->foreground)
		ret = xm_watcher_start(host, info->name, domid, false);
	if (ret)
		xm_build_undo(host, domid);
	else
		ret = run(host, info, domid, l);
	if (ret || !l->foreground)
		return ret;
	xm_start_exec("watch-domain", "--foreground", NULL, domid);
	if (l->from < 0)
		xm_build_undo(host, domid);
	return XM_FAIL;
}

static int build(struct xm_host *host, libxl_domain_config *dc,
		 struct xm_launch *l, uint32_t *domid)
{
	libxl_asyncprogress_how how = {
		.callback = console_available, .for_callback = l,
	};
	enum xm_origin origin = l->from < 0 ? XM_NEW : XM_SAVED;
	struct xm_settings set;
	int ret = XM_CONFIG;

	xm_settings_read(&set);
	if (!xm_settings_apply(&set, dc))
		ret = xm_preflight(host, dc, origin);
	if (!ret) {
		l->standby = xm_undo_start(&dc->c_info.uuid, NULL, l->claim);
		ret = xm_build(host, &set, dc, origin, domid, l->from,
			       l->console ? &how : NULL);
	}
	xm_settings_free(&set);
	return ret;
}

static int make(struct xm_host *host, libxl_domain_config *dc,
		struct xm_launch *l)
{
	const libxl_domain_create_info *info = &dc->c_info;
	uint32_t domid;
	int ret;

	xm_op_children(host);
	if (libxl_uuid_is_nil(&dc->c_info.uuid))
		libxl_uuid_generate(&dc->c_info.uuid);
	l->claim = xm_claim(&info->uuid, XM_CLAIM_HERE, info->name);
	if (l->claim < 0)
		return XM_BUSY;
	ret = build(host, dc, l, &domid);
	if (!ret)
		ret = go_on(host, info, domid, l);
	settle(l);
	if (!ret)
		xm_note(info->name, "is domain %u", domid);
	return ret;
}

/**
 * xm_launch() - make a guest, and have it run
 * @l: what was asked for
 * @dc: the guest; libxl fills in what was left open
 *
 * Return: XM_OK, or an exit code after a message; then nothing is left of it.
 */
int xm_launch(struct xm_launch *l, libxl_domain_config *dc)
{
	struct xm_host host;
	int ret = xm_host_open(&host);

	if (ret)
		return ret;
	l->standby = -1;
	/* An interrupted build is undone; afterwards signals end xm again. */
	xm_signals_hold();
	ret = make(&host, dc, l);
	xm_signals_release();
	xm_host_close(&host);
	if (l->console_pid > 0) {
		if (ret)
			kill(l->console_pid, SIGTERM);
		xm_start_reap(l->console_pid);
	}
	return ret;
}
