// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watches over one guest: Xen leaves a guest that has ended lying there until
 * a tool in Dom0 acts. What is done is in the guest's configuration, which
 * libxl keeps with it. Called by cmd-watch-domain.c.
 */
#include <libxl_event.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "build.h"
#include "config.h"
#include "dump.h"

/* A guest that ends this soon this often would be restarted for ever. */
#define SHORT_LIFE 10
#define SHORT_LIVES 5

/**
 * struct watch - one guest being watched
 * @host: open connection
 * @domid: the guest's number; a restart changes it
 * @name: for messages
 * @evgen: libxl's source of events about it
 * @started: when it was (re)started
 * @short_lives: how often in a row it ended within SHORT_LIFE seconds
 */
struct watch {
	struct xm_host *host;
	uint32_t domid;
	char *name;
	libxl_evgen_domain_death *evgen;
	time_t started;
	int short_lives;
};

static int enable(struct watch *w)
{
	w->started = time(NULL);
	return libxl_evenable_domain_death(w->host->ctx, w->domid, 0,
					   &w->evgen);
}

static void disable(struct watch *w)
{
	if (w->evgen)
		libxl_evdisable_domain_death(w->host->ctx, w->evgen);
	w->evgen = NULL;
}

static libxl_action_on_shutdown choose(const libxl_domain_config *dc,
				       int reason)
{
	switch (reason) {
	case LIBXL_SHUTDOWN_REASON_POWEROFF:
		return dc->on_poweroff;
	case LIBXL_SHUTDOWN_REASON_REBOOT:
		return dc->on_reboot;
	case LIBXL_SHUTDOWN_REASON_CRASH:
		return dc->on_crash;
	case LIBXL_SHUTDOWN_REASON_WATCHDOG:
		return dc->on_watchdog;
	case LIBXL_SHUTDOWN_REASON_SOFT_RESET:
		/* Xen does that to HVM guests only. */
		return dc->on_soft_reset == LIBXL_ACTION_ON_SHUTDOWN_SOFT_RESET ?
		       LIBXL_ACTION_ON_SHUTDOWN_DESTROY : dc->on_soft_reset;
	default:
		return LIBXL_ACTION_ON_SHUTDOWN_DESTROY;
	}
}

static void dump_core(struct watch *w)
{
	char *file = xm_dump_path(w->name);

	xm_dump(w->host, w->domid, w->name, file);
	free(file);
}

/* What ended does not use its devices any more, and the new guest is to have them. */
static int release_devices(struct watch *w)
{
	libxl_ctx *ctx = w->host->ctx;
	int ndisks, nnics, ret = 0;
	libxl_device_disk *disks = libxl_device_disk_list(ctx, w->domid,
							  &ndisks);
	libxl_device_nic *nics = libxl_device_nic_list(ctx, w->domid, &nnics);

	for (int i = 0; disks && i < ndisks; i++)
		ret |= libxl_device_disk_destroy(ctx, w->domid, &disks[i],
						 NULL);
	for (int i = 0; nics && i < nnics; i++)
		ret |= libxl_device_nic_destroy(ctx, w->domid, &nics[i], NULL);
	if (disks)
		libxl_device_disk_list_free(disks, ndisks);
	if (nics)
		libxl_device_nic_list_free(nics, nnics);
	return ret;
}

/* Give the old guest another name and identity; the new one takes its own. */
static int set_aside(struct watch *w, libxl_domain_config *dc)
{
	char *suffix = xm_asprintf("-%u", w->domid);
	libxl_uuid uuid;
	int ret = release_devices(w);

	libxl_uuid_generate(&uuid);
	if (!ret)
		ret = libxl_domain_preserve(w->host->ctx, w->domid,
					    &dc->c_info, suffix, uuid);
	free(suffix);
	return ret;
}

static bool too_many_restarts(struct watch *w)
{
	if (time(NULL) - w->started >= SHORT_LIFE)
		w->short_lives = 0;
	else if (++w->short_lives >= SHORT_LIVES)
		return true;
	return false;
}

static int start_again(struct watch *w, libxl_domain_config *dc)
{
	struct xm_settings set;
	int ret;

	xm_build_any_domid(dc);
	xm_settings_read(&set);
	ret = xm_build(w->host, &set, dc, &w->domid, -1, NULL);
	xm_settings_free(&set);
	if (ret)
		return ret;
	if (enable(w) || libxl_domain_unpause(w->host->ctx, w->domid, NULL)) {
		ret = xm_libxl_failed(w->host, w->name, "could not be restarted");
		xm_build_undo(w->host, w->domid);
		return ret;
	}
	xm_error(w->name, "restarted as domain %u", w->domid);
	return XM_OK;
}

/* 0: go on watching; 1: done; the guest is gone or is to be left alone. */
static int act(struct watch *w, libxl_domain_config *dc,
	       libxl_action_on_shutdown action)
{
	bool restart = false, keep = false;

	switch (action) {
	case LIBXL_ACTION_ON_SHUTDOWN_PRESERVE:
		return 1;
	case LIBXL_ACTION_ON_SHUTDOWN_COREDUMP_RESTART:
		dump_core(w);
		restart = true;
		break;
	case LIBXL_ACTION_ON_SHUTDOWN_COREDUMP_DESTROY:
		dump_core(w);
		break;
	case LIBXL_ACTION_ON_SHUTDOWN_RESTART_RENAME:
		keep = true;
		restart = true;
		break;
	case LIBXL_ACTION_ON_SHUTDOWN_RESTART:
		restart = true;
		break;
	default:
		break;
	}
	if (restart && too_many_restarts(w)) {
		xm_error(w->name, "not restarted: it ended %d times within %d seconds of its start",
			 SHORT_LIVES, SHORT_LIFE);
		restart = false;
		keep = false;
	}
	disable(w);
	/* It has its disks still; or somebody else has destroyed it, and meant it. */
	if (keep ? set_aside(w, dc) :
	    libxl_domain_destroy(w->host->ctx, w->domid, NULL)) {
		xm_libxl_failed(w->host, w->name,
				keep ? "could not be renamed" :
				"could not be destroyed");
		return 1;
	}
	return restart ? start_again(w, dc) != XM_OK : 1;
}

/*
 * It is being saved or moved, which is no end; it may be called off, and then libxl would
 * not tell of another shutdown of what has been down once. Return: 1 if it is gone.
 */
static int wait_resumed(struct watch *w)
{
	static const struct timespec nap = { .tv_nsec = 200000000 };
	time_t started = w->started;
	libxl_dominfo info;
	bool down = true, gone = false;
	int rc;

	while (down && !gone) {
		nanosleep(&nap, NULL);
		libxl_dominfo_init(&info);
		rc = libxl_domain_info(w->host->ctx, &info, w->domid);
		gone = rc == ERROR_DOMAIN_NOTFOUND || info.dying;
		down = rc || (info.shutdown && info.shutdown_reason ==
			      LIBXL_SHUTDOWN_REASON_SUSPEND);
		libxl_dominfo_dispose(&info);
	}
	if (gone)
		return 1;
	disable(w);
	if (enable(w)) {
		xm_libxl_failed(w->host, w->name, "cannot be watched any more");
		return 1;
	}
	w->started = started;
	return 0;
}

static int on_shutdown(struct watch *w, int reason)
{
	const char *why = libxl_shutdown_reason_to_string(reason);
	libxl_action_on_shutdown action;
	libxl_domain_config dc;
	int done = 0;

	if (reason == LIBXL_SHUTDOWN_REASON_SUSPEND)
		return wait_resumed(w);
	libxl_domain_config_init(&dc);
	if (libxl_retrieve_domain_configuration(w->host->ctx, w->domid, &dc,
						NULL)) {
		xm_libxl_failed(w->host, w->name, "its configuration is lost, so it is destroyed");
		action = LIBXL_ACTION_ON_SHUTDOWN_DESTROY;
	} else {
		action = choose(&dc, reason);
	}
	xm_error(w->name, "domain %u ended (%s): %s", w->domid,
		 why ? why : "unknown", xm_action_name(action));
	done = act(w, &dc, action);
	libxl_domain_config_dispose(&dc);
	return done;
}

static int on_event(struct watch *w, const libxl_event *event)
{
	if (event->type == LIBXL_EVENT_TYPE_DOMAIN_DEATH)
		return 1;	/* somebody else destroyed it */
	if (event->type != LIBXL_EVENT_TYPE_DOMAIN_SHUTDOWN)
		return 0;
	return on_shutdown(w, event->u.domain_shutdown.shutdown_reason);
}

/**
 * xm_watch() - watch over a guest until it is gone
 * @host: open connection
 * @domid: the guest
 * @ready_fd: gets one byte once nothing can be missed any more; -1: nobody
 *            waits
 *
 * Return: XM_OK when the guest is gone, an exit code after a message.
 */
int xm_watch(struct xm_host *host, uint32_t domid, int ready_fd)
{
	struct watch w = { .host = host, .domid = domid };
	libxl_event *event;
	int done = 0, ret = XM_OK;

	w.name = xm_host_domname(host, domid);
	if (enable(&w))
		ret = xm_libxl_failed(host, w.name, "cannot be watched");
	else if (ready_fd >= 0 && !xm_tell(ready_fd))
		ret = XM_FAIL;	/* who started us is gone, and undoes it all */
	if (ready_fd >= 0)
		close(ready_fd);
	while (!ret && !done) {
		if (libxl_event_wait(host->ctx, &event, LIBXL_EVENTMASK_ALL,
				     NULL, NULL)) {
			ret = xm_libxl_failed(host, w.name, "cannot be watched any more");
			break;
		}
		if (event->domid == w.domid)
			done = on_event(&w, event);
		libxl_event_free(host->ctx, event);
	}
	disable(&w);
	free(w.name);
	return ret;
}
