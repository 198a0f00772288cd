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

static int run(struct xm_host *host, const char *name, uint32_t domid,
	       struct xm_launch *l)
{
	int ret = XM_OK;

	if (l->console_pid > 0)
		xm_start_ready(l->console_fd);	/* see the first line, too */
	if (l->ready)
		ret = l->ready(name, l->from);
	if (!ret && !l->paused && libxl_domain_unpause(host->ctx, domid, NULL))
		ret = xm_libxl_failed(host, name, "could not be started");
	if (ret)
		xm_build_undo(host, domid);
	return ret;
}

/* The guest exists and is paused; make it live, or take it away again. */
static int go_on(struct xm_host *host, const char *name, uint32_t domid,
		 struct xm_launch *l)
{
	int ret;

	if (xm_interrupted) {
		xm_build_undo(host, domid);
		xm_error(name, "interrupted; nothing is left");
		return XM_FAIL;
	}
	ret = l->foreground ? xm_mark_new(host, domid, 0) :
	      xm_watcher_start(host, name, domid);
	if (ret)
		xm_build_undo(host, domid);
	else
		ret = run(host, name, domid, l);
	xm_standby_dismiss(l->standby);
	l->standby = -1;
	if (ret || !l->foreground)
		return ret;
	xm_start_exec("watch-domain", "--foreground", NULL, domid);
	xm_build_undo(host, domid);
	return XM_FAIL;
}

static int make(struct xm_host *host, libxl_domain_config *dc,
		struct xm_launch *l)
{
	libxl_asyncprogress_how how = {
		.callback = console_available, .for_callback = l,
	};
	const char *name = dc->c_info.name;
	struct xm_settings set;
	uint32_t domid;
	int ret = XM_CONFIG;

	xm_op_children(host);
	xm_settings_read(&set);
	if (!xm_settings_apply(&set, dc))
		ret = xm_preflight(host, dc, l->from < 0 ? XM_NEW : XM_SAVED);
	if (!ret) {
		if (libxl_uuid_is_nil(&dc->c_info.uuid))
			libxl_uuid_generate(&dc->c_info.uuid);
		l->standby = xm_undo_start(&dc->c_info.uuid, NULL);
		ret = xm_build(host, &set, dc, &domid, l->from,
			       l->console ? &how : NULL);
	}
	xm_settings_free(&set);
	if (!ret)
		ret = go_on(host, name, domid, l);
	xm_standby_dismiss(l->standby);
	if (!ret)
		xm_note(name, "is domain %u", domid);
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
