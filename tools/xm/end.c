// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does what a guest's configuration says when it has ended. Called by a guest's
 * own watcher (watch.c) and by the verb end-domain, which xend starts.
 *
 * It may be killed at any point, and two may be at it. So all of it is done
 * under a lock on that domain's end, after a look at what is there; and from the
 * moment on when the old guest goes, until the new one runs, a file says what is
 * to be done (pending.c).
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aside.h"
#include "build.h"
#include "claim.h"
#include "config.h"
#include "dump.h"
#include "end.h"
#include "keep.h"
#include "pending.h"
#include "policy.h"
#include "watcher.h"

/**
 * struct ending - one end that is being dealt with
 * @host: open connection
 * @domid: the guest
 * @stay: as xm_end_domain() has it
 * @next: as well
 * @uuid: who it is, once there is a file
 */
struct ending {
	struct xm_host *host;
	uint32_t domid;
	bool stay;
	uint32_t *next;
	libxl_uuid uuid;
};

/* A domain as Xen has it; nothing of it is to be freed. */
static bool look(struct xm_host *host, uint32_t domid, libxl_dominfo *info)
{
	bool there;

	libxl_dominfo_init(info);
	there = !libxl_domain_info(host->ctx, info, domid);
	free(info->ssid_label);
	info->ssid_label = NULL;
	return there;
}

static bool ended(struct xm_host *host, uint32_t domid, libxl_dominfo *info)
{
	/* Suspended: being saved or moved, which is no end. */
	return look(host, domid, info) && info->shutdown && !info->dying &&
	       info->shutdown_reason != LIBXL_SHUTDOWN_REASON_SUSPEND;
}

/* It was made, and has not run yet. */
static bool is_fresh(const libxl_dominfo *info)
{
	return info->paused && !info->cpu_time;
}

static bool has_not_run(struct ending *e, uint32_t domid)
{
	libxl_dominfo info;

	return look(e->host, domid, &info) && is_fresh(&info);
}

static enum xm_end give_up(struct xm_pending *p)
{
	xm_pending_remove(p->domid);
	return XM_END_GONE;
}

/* It stays as it is. Only its mark says so: without that it would be due again at once. */
static enum xm_end leave(struct ending *e, const char *name)
{
	struct xm_mark mark;

	xm_mark_read(e->host, e->domid, &mark);
	mark.left = true;
	if (!xm_mark_write(e->host, e->domid, &mark))
		return XM_END_LEFT;
	xm_libxl_failed(e->host, name, "cannot be marked as one that is left as it is");
	return XM_END_FAILED;
}

/* Something was in the way, and told. It is tried again, but not for ever. */
static enum xm_end try_again(struct ending *e, struct xm_pending *p)
{
	libxl_dominfo info;

	p->next = -1;
	if (++p->tries < XM_END_TRIES) {
		xm_pending_write(p);
		return XM_END_FAILED;
	}
	xm_error(p->name, "%s, after %d tries; 'xm %s' does it once what is in the way is gone",
		 p->again ? "not restarted" : "not destroyed", p->tries,
		 p->again ? "create" : "destroy");
	give_up(p);
	return ended(e->host, e->domid, &info) ? leave(e, p->name) : XM_END_GONE;
}

/*
 * It could not be let run, and has not. The file first: if it named one that is gone, it
 * would say that somebody has ended that.
 */
static enum xm_end take_back(struct ending *e, struct xm_pending *p)
{
	uint32_t domid = p->next;

	p->next = -1;
	if (xm_pending_write(p))
		return XM_END_FAILED;
	xm_build_undo(e->host, domid);
	return try_again(e, p);
}

/*
 * The new guest is whole: from here on it is watched over, and runs. If it does so
 * already, it goes on, whatever fails, and is looked after again.
 */
static enum xm_end let_run(struct ending *e, struct xm_pending *p)
{
	uint32_t domid = p->next;
	bool runs = !has_not_run(e, domid);
	int ret = XM_OK;

	if (!e->stay)
		ret = xm_watcher_start(e->host, p->name, domid, true);
	if (!ret && !runs)
		ret = xm_claim_alone(e->host, p->name, &e->uuid, domid, true);
	if (!ret && !runs && libxl_domain_unpause(e->host->ctx, domid, NULL))
		ret = xm_libxl_failed(e->host, p->name, "could not be restarted");
	if (ret)
		return has_not_run(e, domid) ? take_back(e, p) : XM_END_FAILED;
	xm_error(p->name, "restarted as domain %u", domid);
	xm_pending_remove(p->domid);
	*e->next = domid;
	return XM_END_AGAIN;
}

static enum xm_end make(struct ending *e, struct xm_pending *p)
{
	uint32_t domid = INVALID_DOMID;
	struct xm_settings set;
	libxl_domain_config dc;
	int ret;

	libxl_domain_config_init(&dc);
	if (libxl_domain_config_from_json(e->host->ctx, &dc, p->json)) {
		xm_libxl_failed(e->host, p->name, "its configuration is lost, so it is not restarted");
		libxl_domain_config_dispose(&dc);
		return give_up(p);
	}
	ret = xm_claim_alone(e->host, p->name, &e->uuid, e->domid, true);
	if (!ret) {
		xm_build_any_domid(&dc);
		xm_settings_read(&set);
		ret = xm_build(e->host, &set, &dc, XM_AGAIN, &domid, -1, NULL);
		xm_settings_free(&set);
	}
	libxl_domain_config_dispose(&dc);
	if (!ret && xm_mark_new(e->host, domid, p->lives)) {
		xm_build_undo(e->host, domid);
		ret = XM_FAIL;
	}
	if (ret)
		return try_again(e, p);
	p->next = domid;
	/* Only what stands there is whole, and does not come again once it is gone. */
	if (!xm_pending_write(p))
		return let_run(e, p);
	xm_build_undo(e->host, domid);
	return try_again(e, p);
}

/* Unnamed: what is to be said of one that has no name, or not any more. */
static bool is_called(struct ending *e, uint32_t domid, const char *name,
		      bool unnamed)
{
	char *have = libxl_domid_to_name(e->host->ctx, domid);
	bool is = have ? !strcmp(have, name) : unnamed;

	free(have);
	return is;
}

/*
 * Is it the new guest, or what there is of that? It may have no name yet. There may be
 * others of its UUID: one that was set aside, or has moved away and is to go; and once
 * the new one is whole, the one that came after that, which is another file's.
 */
static bool is_next(struct ending *e, const struct xm_pending *p,
		    const libxl_dominfo *info)
{
	if (!info->domid || info->domid == e->domid || info->dying ||
	    info->shutdown || libxl_uuid_compare(&info->uuid, &e->uuid))
		return false;
	return p->next >= 0 ? info->domid == p->next :
	       is_called(e, info->domid, p->name, true);
}

/* The new guest: NULL there is none; what was made half was taken away. */
static libxl_dominfo *find_next(struct ending *e, const struct xm_pending *p,
				libxl_dominfo *list, int n)
{
	for (int i = 0; i < n; i++) {
		if (!is_next(e, p, &list[i]))
			continue;
		if (p->next >= 0 || !is_fresh(&list[i]))
			return &list[i];
		xm_error(p->name, "domain %u was made half, and is taken away",
			 list[i].domid);
		xm_build_undo(e->host, list[i].domid);
	}
	return NULL;
}

/* By another guest: what is left of this one is no reason to give it up. */
static bool name_taken(struct ending *e, const struct xm_pending *p)
{
	libxl_dominfo info;
	uint32_t domid;

	return !libxl_name_to_domid(e->host->ctx, p->name, &domid) &&
	       domid != e->domid && look(e->host, domid, &info) &&
	       libxl_uuid_compare(&info.uuid, &e->uuid);
}

/* The old guest is gone; is there a new one? Then see that it runs, or make it. */
static enum xm_end make_or_find(struct ending *e, struct xm_pending *p)
{
	int n = 0;
	libxl_dominfo *list = libxl_list_domain(e->host->ctx, &n), *next;
	enum xm_end end;

	if (!list) {
		xm_libxl_failed(e->host, p->name, "is to be restarted, but the guests there are can't be listed");
		return XM_END_FAILED;
	}
	next = find_next(e, p, list, n);
	if (next) {
		p->next = next->domid;
		end = xm_pending_write(p) ? XM_END_FAILED : let_run(e, p);
	} else if (p->next >= 0) {
		end = give_up(p);	/* it ran, and somebody has ended it */
	} else if (name_taken(e, p)) {
		xm_error(p->name, "somebody has made it already");
		end = give_up(p);
	} else {
		end = make(e, p);
	}
	libxl_dominfo_list_free(list, n);
	return end;
}

/* Is the old one there still? One that was set aside is so by its name only. */
static bool old_is_there(struct ending *e, const struct xm_pending *p)
{
	libxl_dominfo info;

	return ended(e->host, e->domid, &info) &&
	       !libxl_uuid_compare(&info.uuid, &e->uuid) &&
	       (!p->keep || is_called(e, e->domid, p->name, false));
}

/* The old guest is gone. */
static enum xm_end next_of(struct ending *e, struct xm_pending *p)
{
	return p->again ? make_or_find(e, p) : give_up(p);
}

/*
 * What the next one is to have is written down once, before anything of the old one goes:
 * with what was attached, and without what was detached, until it was claimed.
 */
static int keep_config(struct ending *e, struct xm_pending *p)
{
	libxl_domain_config dc;
	int ret;

	if (*p->json)
		return 0;
	libxl_domain_config_init(&dc);
	ret = libxl_retrieve_domain_configuration(e->host->ctx, e->domid, &dc, NULL);
	if (ret) {
		xm_libxl_failed(e->host, p->name, "its configuration could not be read");
	} else {
		free(p->json);
		p->json = libxl_domain_config_to_json(e->host->ctx, &dc);
		if (!p->json)
			xm_no_memory();
		ret = xm_pending_write(p);
	}
	libxl_domain_config_dispose(&dc);
	return ret;
}

/* If there is to be a next one, the guest is claimed. */
static enum xm_end replace(struct ending *e, struct xm_pending *p)
{
	int err;

	if (!old_is_there(e, p))
		return next_of(e, p);
	if (p->again && keep_config(e, p))
		return try_again(e, p);
	/* In this order: once it is set aside nobody would take it for one that is. */
	if (p->keep && leave(e, p->name) != XM_END_LEFT)
		return XM_END_FAILED;
	err = p->keep ? xm_aside(e->host, e->domid, p->json) :
	      libxl_domain_destroy(e->host->ctx, e->domid, NULL);
	if (!err)
		return next_of(e, p);
	xm_libxl_failed(e->host, p->name,
			p->keep ? "could not be renamed" :
			"could not be destroyed");
	/* Some of it may be gone: the file stays, which has all that is needed. */
	return old_is_there(e, p) ? try_again(e, p) : next_of(e, p);
}

/*
 * From what stands in the file on, be it just written or somebody else's. Whoever makes,
 * moves or resumes one of its UUID here, or changes its devices, is done with that before
 * the old guest goes and it is looked what there is, and waits until its next self runs.
 * That somebody does is no try.
 */
static enum xm_end go_on(struct ending *e, struct xm_pending *p)
{
	enum xm_end end = XM_END_FAILED;
	int here, incoming = -1;

	if (libxl_uuid_from_string(&e->uuid, p->uuid))
		return try_again(e, p);
	if (!p->again)
		return replace(e, p);
	here = xm_claim(&e->uuid, XM_CLAIM_HERE, p->name);
	if (here >= 0)
		incoming = xm_claim(&e->uuid, XM_CLAIM_INCOMING, p->name);
	if (incoming >= 0)
		end = replace(e, p);
	xm_claim_end(&incoming);
	xm_claim_end(&here);
	return end;
}

static void dump_core(struct ending *e, const char *name)
{
	char *file = xm_dump_path(name);

	xm_dump(e->host, e->domid, name, file);
	free(file);
}

/*
 * Once the file is there, all goes on from that: so there is one dump, however often
 * the rest has to be tried; none if who writes it is killed.
 */
static enum xm_end destroy(struct ending *e, const char *name, struct xm_pending *p,
			   bool dump)
{
	libxl_dominfo info;

	if (!look(e->host, e->domid, &info))
		return XM_END_GONE;
	p->name = xm_strdup(name);
	p->uuid = xm_asprintf(LIBXL_UUID_FMT, LIBXL_UUID_BYTES(info.uuid));
	p->json = xm_strdup("");
	if (xm_pending_write(p))
		return XM_END_FAILED;
	if (dump)
		dump_core(e, p->name);
	return go_on(e, p);
}

static enum xm_end act(struct ending *e, const char *name, libxl_action_on_shutdown action)
{
	struct xm_pending p = { .domid = e->domid, .next = -1 };
	struct xm_mark mark;
	enum xm_end end;
	bool dump;

	if (action == LIBXL_ACTION_ON_SHUTDOWN_PRESERVE)
		return leave(e, name);
	xm_mark_read(e->host, e->domid, &mark);
	dump = action == LIBXL_ACTION_ON_SHUTDOWN_COREDUMP_RESTART ||
	       action == LIBXL_ACTION_ON_SHUTDOWN_COREDUMP_DESTROY;
	p.keep = action == LIBXL_ACTION_ON_SHUTDOWN_RESTART_RENAME;
	p.again = p.keep || action == LIBXL_ACTION_ON_SHUTDOWN_RESTART ||
		  action == LIBXL_ACTION_ON_SHUTDOWN_COREDUMP_RESTART;
	if (!mark.ended)
		mark.ended = xm_clock();
	p.lives = xm_policy_lives(&mark);
	if (p.again && p.lives >= XM_SHORT_LIVES) {
		xm_error(name, "not restarted: it ended %d times within %d seconds of its start",
			 XM_SHORT_LIVES, XM_SHORT_LIFE);
		p.again = p.keep = false;
	}
	end = destroy(e, name, &p, dump);
	xm_pending_free(&p);
	return end;
}

/*
 * What is to be done with it is not known, so nothing is done yet. If a person takes it
 * away meanwhile, that is all. Only Xen says that it is gone.
 */
static enum xm_end unread(struct ending *e)
{
	char *name;

	if (libxl_domain_info(e->host->ctx, NULL, e->domid) == ERROR_DOMAIN_NOTFOUND)
		return XM_END_GONE;
	name = xm_host_domname(e->host, e->domid);
	xm_libxl_failed(e->host, name, "its configuration could not be read; it stays until it can, or 'xm destroy' ends it");
	free(name);
	return XM_END_FAILED;
}

/* Nobody has begun with it. */
static enum xm_end begin(struct ending *e)
{
	libxl_action_on_shutdown action;
	libxl_domain_config dc;
	libxl_dominfo info;
	struct xm_mark mark;
	const char *why;
	enum xm_end end;

	if (!ended(e->host, e->domid, &info))
		return XM_END_ALIVE;
	xm_mark_read(e->host, e->domid, &mark);
	if (mark.left)
		return XM_END_LEFT;
	why = libxl_shutdown_reason_to_string(info.shutdown_reason);
	libxl_domain_config_init(&dc);
	if (libxl_retrieve_domain_configuration(e->host->ctx, e->domid, &dc, NULL)) {
		end = unread(e);
	} else {
		action = xm_policy_choose(&dc, info.shutdown_reason);
		xm_error(dc.c_info.name, "domain %u ended (%s): %s", e->domid,
			 why ? why : "unknown", xm_action_name(action));
		end = act(e, dc.c_info.name, action);
	}
	libxl_domain_config_dispose(&dc);
	return end;
}

/**
 * xm_end_domain() - deal with the end of a guest, or go on where somebody was
 * @host: open connection
 * @domid: the guest
 * @stay: the caller watches over the next one; else it gets another watcher
 * @next: the next one's number, if it was started again
 *
 * Waits while somebody else deals with it.
 *
 * Return: how it went. After %XM_END_FAILED it is to be called again, later.
 */
enum xm_end xm_end_domain(struct xm_host *host, uint32_t domid, bool stay,
			  uint32_t *next)
{
	struct ending e = {
		.host = host, .domid = domid, .stay = stay, .next = next,
	};
	struct xm_pending p;
	enum xm_end end = XM_END_FAILED;
	int lock = xm_pending_lock(domid, true);

	if (lock < 0)
		return XM_END_FAILED;
	if (xm_pending_read(domid, &p))
		end = go_on(&e, &p);
	else if (xm_pending_put_away(domid))
		end = begin(&e);
	xm_pending_free(&p);
	close(lock);
	return end;
}
