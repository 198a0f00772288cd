// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watches over one guest: Xen leaves a guest that has ended lying there until
 * a tool in Dom0 acts. What is done is in the guest's configuration, which
 * libxl keeps with it; end.c does it. Called by cmd-watch-domain.c, where xend
 * does not watch over all guests.
 */
#include <libxl_utils.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "build.h"
#include "end.h"
#include "keep.h"
#include "outlook.h"
#include "pending.h"
#include "policy.h"

/* Looked at unasked so often, in seconds. */
#define GLANCE 10

/*
 * What asks to let go of a guest: a person, or xend, which watches over it itself. Both
 * wait until what is being done is done.
 */
static const int ends[] = { SIGTERM, XM_KEEP_LEND };

/**
 * struct watch - one guest being watched
 * @host: open connection
 * @domid: the guest's number; a restart changes it
 * @uuid: who it is; a restart leaves it
 * @name: for messages
 * @failures: how often in a row something was in the way of its end
 * @again: when to try again, as xm_clock() has it
 */
struct watch {
	struct xm_host *host;
	uint32_t domid;
	libxl_uuid uuid;
	char *name;
	int failures;
	long again;
};

enum state { GONE, LIVES, ENDED };

/* What is being taken away does not come back, and its next self may be there. */
static bool is_it(const struct watch *w, const libxl_dominfo *info)
{
	return !info->dying && (libxl_uuid_is_nil(&w->uuid) ||
				!libxl_uuid_compare(&info->uuid, &w->uuid));
}

static bool is_suspended(const libxl_dominfo *info)
{
	return info->shutdown &&
	       info->shutdown_reason == LIBXL_SHUTDOWN_REASON_SUSPEND;
}

static enum state look(struct watch *w)
{
	enum state state = LIVES;
	libxl_dominfo info;
	int rc;

	libxl_dominfo_init(&info);
	rc = libxl_domain_info(w->host->ctx, &info, w->domid);
	if (rc == ERROR_DOMAIN_NOTFOUND || (!rc && !is_it(w, &info)))
		state = GONE;
	else if (!rc && info.shutdown && !is_suspended(&info))
		state = ENDED;
	if (!rc && state != GONE)
		libxl_uuid_copy(w->host->ctx, &w->uuid, &info.uuid);
	libxl_dominfo_dispose(&info);
	return state;
}

/* Has it begun to be made anew, and could not be yet? */
static bool unfinished(struct watch *w)
{
	struct xm_pending p;
	bool is = xm_pending_read(w->domid, &p);

	xm_pending_free(&p);
	return is;
}

/*
 * Who is the same guest, bears a mark and has run. False: nobody. One that is suspended
 * may be what has moved away.
 */
static bool find_again(const struct watch *w, uint32_t *domid)
{
	int n = 0;
	libxl_dominfo *list = libxl_list_domain(w->host->ctx, &n);
	struct xm_mark mark;
	bool found = !list;

	/* If Xen does not say, it is asked again. */
	*domid = w->domid;
	for (int i = 0; list && i < n; i++) {
		if (list[i].domid == w->domid || !is_it(w, &list[i]) ||
		    (list[i].paused && !list[i].cpu_time) ||
		    !xm_mark_read(w->host, list[i].domid, &mark) || mark.left)
			continue;
		*domid = list[i].domid;
		found = true;
		if (!is_suspended(&list[i]))
			break;
	}
	if (list)
		libxl_dominfo_list_free(list, n);
	return found;
}

/*
 * It is gone, or left. If somebody else has made it anew, who waits to watch over it
 * does so from here on; who has not waited relies on this process. False: all is done.
 */
static bool follow(struct watch *w)
{
	uint32_t domid;

	if (libxl_uuid_is_nil(&w->uuid) || !find_again(w, &domid) ||
	    !xm_keep_offer() || !find_again(w, &domid))
		return false;
	xm_note(w->name, "is domain %u now", domid);
	w->domid = domid;
	w->failures = 0;
	w->again = 0;
	return true;
}

/* Seconds until there is something to do; -1: nothing will be. */
static long deal(struct watch *w)
{
	uint32_t next;
	long wait = w->again - xm_clock();

	/* What was begun is gone on with: its mark may say already that it is left. */
	if (wait <= 0)
		wait = unfinished(w) ? 0 :
		       xm_end_due(w->host, w->domid, false);
	if (wait)
		return wait;
	switch (xm_end_domain(w->host, w->domid, true, &next)) {
	case XM_END_AGAIN:
		w->domid = next;
		w->failures = 0;
		return 0;
	case XM_END_ALIVE:
		return look(w) == GONE ? -1 : 0;
	case XM_END_FAILED:
		wait = xm_policy_pause(++w->failures + 1);
		w->again = xm_clock() + wait;
		return wait;
	default:
		return -1;
	}
}

/* xend may have ended since it has asked: see keep.c. */
static bool told_to_go(struct xm_outlook *out)
{
	unsigned char sig;

	while (read(out->wake, &sig, 1) == 1)
		if (sig != XM_KEEP_LEND || xm_keep_xend_lives())
			return true;
	return false;
}

static void watch(struct watch *w, struct xm_outlook *out)
{
	enum state state;
	long wait;

	while (!told_to_go(out)) {
		xm_outlook_drain(out);
		wait = 0;
		state = look(w);
		if (state == GONE && !unfinished(w))
			wait = -1;	/* somebody else destroyed it */
		else if (state != LIVES)
			wait = deal(w);
		if (wait < 0 && !follow(w))
			return;
		if (state == LIVES || wait > 0)
			xm_outlook_wait(out, state == LIVES || wait > GLANCE ?
					GLANCE : wait);
	}
	xm_note(w->name, "somebody else watches over it from here on");
}

/**
 * xm_watch() - watch over a guest until it is gone
 * @host: open connection
 * @domid: the guest
 * @ready_fd: gets one byte once nothing can be missed any more; -1: nobody
 *            waits
 *
 * Return: XM_OK when the guest is gone or SIGTERM has come, an exit code after a
 * message.
 */
int xm_watch(struct xm_host *host, uint32_t domid, int ready_fd)
{
	struct watch w = { .host = host, .domid = domid };
	struct xm_outlook out = { .xs = NULL };
	int ret = XM_FAIL;

	w.name = xm_host_domname(host, domid);
	out.wake = xm_wake_catch(ends, ARRAY_SIZE(ends));
	if (out.wake >= 0 && !xm_outlook_open(&out)) {
		ret = XM_OK;
		if (ready_fd >= 0 && !xm_tell(ready_fd))
			ret = XM_FAIL;	/* who started us is gone, and undoes it all */
	}
	if (ready_fd >= 0)
		close(ready_fd);
	if (!ret)
		watch(&w, &out);
	xm_outlook_close(&out);
	xm_wake_release(ends, ARRAY_SIZE(ends));
	free(w.name);
	return ret;
}
