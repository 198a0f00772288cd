// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asks guests to shut down or to reboot, and with -w waits until they have. What then
 * becomes of them is the work of who watches over them (end.c). Called by cmd-shutdown.c and
 * cmd-reboot.c.
 */
#include <libxl_event.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "button.h"
#include "down.h"
#include "op.h"

/* How long a guest that is down may take to be cleared away, or to be made anew. */
#define CLEAR_SECONDS 30
#define BACK_SECONDS 60

/**
 * struct waiting - a guest on its way down
 * @domid: its number
 * @name: for messages
 * @evgen: libxl's source of events about it
 * @asked: libxl has its answer: the guest heard, or does not listen
 * @down: when it had shut down, as xm_clock() has it; 0: it has not
 * @gone: nothing more to wait for
 * @back: when, by xm_clock(), to give up waiting for its next self; 0: it is not waited for
 */
struct waiting {
	uint32_t domid;
	char *name;
	libxl_evgen_domain_death *evgen;
	long down;
	bool asked;
	bool gone;
	long back;
};

/**
 * struct job - all that one command does
 * @host: open connection
 * @list: the guests
 * @count: of @list
 * @wait: -w
 * @timeout: -t, 0: none
 * @reboot: they are to come back
 * @force: -F: who cannot listen has a button pressed
 * @verb: for messages
 * @status: what has failed so far
 */
struct job {
	struct xm_host host;
	struct waiting *list;
	int count;
	bool wait;
	long timeout;
	bool reboot, force;
	const char *verb;
	int status;
};

static void failed(struct job *job, int status)
{
	if (!job->status)
		job->status = status;
}

/* It goes down as one that heard, or does not, as its system likes. */
static const char *press(struct job *job, struct waiting *w)
{
	w->asked = true;
	return xm_button_press(&job->host, w->domid,
			       job->reboot ? LIBXL_TRIGGER_RESET : LIBXL_TRIGGER_POWER, 0) ?
	       "its button could not be pressed" : NULL;
}

/* What is wrong if libxl could not ask; NULL: all is well. */
static const char *not_asked(struct job *job, struct waiting *w, int rc)
{
	if (!rc)
		return NULL;
	if (rc == ERROR_NOPARAVIRT && job->force)
		return press(job, w);
	if (rc == ERROR_NOPARAVIRT)
		return job->reboot ? "has no PV driver to hear it; -F presses its reset button" :
		       "has no PV driver to hear it; -F presses its power button";
	return job->reboot ? "could not be asked to reboot" : "could not be asked to shut down";
}

/*
 * A guest may take a minute not to answer, so it is asked in the background;
 * an event tells when it has answered.
 */
static void ask(struct job *job, uint32_t domid)
{
	libxl_asyncop_how how = { .callback = NULL };
	libxl_ctx *ctx = job->host.ctx;
	struct waiting *w;
	const char *what;

	job->list = xm_grow(job->list, job->count, sizeof(*job->list));
	w = &job->list[job->count];
	w->domid = domid;
	w->name = xm_host_domname(&job->host, domid);
	how.u.for_event = job->count++;
	if (libxl_evenable_domain_death(ctx, domid, 0, &w->evgen))
		what = "cannot be watched";
	else
		what = not_asked(job, w, job->reboot ? libxl_domain_reboot(ctx, domid, &how) :
				 libxl_domain_shutdown(ctx, domid, &how));
	if (!what)
		return;
	w->asked = true;
	w->gone = true;
	failed(job, xm_libxl_failed(&job->host, w->name, what));
}

static void ask_all(struct job *job)
{
	int n;
	libxl_dominfo *doms = libxl_list_domain(job->host.ctx, &n);

	if (!doms) {
		failed(job, xm_libxl_failed(&job->host, job->verb,
					    "the guests could not be listed"));
		return;
	}
	for (int i = 0; i < n; i++)
		if (doms[i].domid)
			ask(job, doms[i].domid);
	libxl_dominfo_list_free(doms, n);
}

static void note_answer(struct job *job, struct waiting *w, int rc)
{
	w->asked = true;
	/* It may have gone down faster than it answered. */
	if (!rc || w->down || w->gone ||
	    libxl_domain_info(job->host.ctx, NULL, w->domid))
		return;
	w->gone = true;
	xm_error(w->name, "did not listen; wait until it has booted, or 'xm destroy %s'",
		 w->name);
	failed(job, XM_FAIL);
}

static void note_event(struct job *job, const libxl_event *event)
{
	if (event->type == LIBXL_EVENT_TYPE_OPERATION_COMPLETE) {
		note_answer(job, &job->list[event->for_user],
			    event->u.operation_complete.rc);
		return;
	}
	for (int i = 0; i < job->count; i++) {
		struct waiting *w = &job->list[i];

		if (w->domid != event->domid)
			continue;
		if (event->type == LIBXL_EVENT_TYPE_DOMAIN_DEATH) {
			w->gone = true;
			if (job->reboot && job->wait)
				w->back = xm_clock() + BACK_SECONDS;
		} else if (event->type == LIBXL_EVENT_TYPE_DOMAIN_SHUTDOWN) {
			w->down = xm_clock();
		}
	}
}

static void poll_once(struct job *job)
{
	libxl_event *event;

	xm_op_poll(&job->host);
	while (!libxl_event_check(job->host.ctx, &event, LIBXL_EVENTMASK_ALL,
				  NULL, NULL)) {
		note_event(job, event);
		libxl_event_free(job->host.ctx, event);
	}
}

/* Its next self has another number, and runs once it is complete. */
static bool is_back(struct job *job, struct waiting *w)
{
	libxl_dominfo info;
	uint32_t domid;
	bool runs = false;

	if (libxl_name_to_domid(job->host.ctx, w->name, &domid) ||
	    domid == w->domid)
		return false;
	libxl_dominfo_init(&info);
	if (!libxl_domain_info(job->host.ctx, &info, domid))
		runs = !info.paused;
	libxl_dominfo_dispose(&info);
	return runs;
}

static bool still_away(struct job *job, struct waiting *w)
{
	if (!w->back)
		return false;
	if (!is_back(job, w)) {
		if (xm_clock() < w->back)
			return true;
		xm_error(w->name, "has ended and is not back after %d s; 'xm log %s' may say why",
			 BACK_SECONDS, w->name);
		failed(job, XM_FAIL);
	}
	w->back = 0;
	return false;
}

static long clear_seconds(void)
{
	const char *seconds = getenv("XM_CLEAR_SECONDS");	/* for tests */

	return seconds ? atol(seconds) : CLEAR_SECONDS;
}

/* A guest with on_poweroff="preserve", or without a watcher, stays. */
static int still_up(struct job *job)
{
	int up = 0;

	for (int i = 0; i < job->count; i++) {
		struct waiting *w = &job->list[i];

		if (w->down && !w->gone &&
		    xm_clock() - w->down > clear_seconds()) {
			xm_error(w->name, "is down, but still there; 'xm destroy %s' removes it",
				 w->name);
			w->gone = true;
			if (job->wait)
				failed(job, XM_TIMEOUT);
		}
		up += !w->asked || (job->wait && (!w->gone || still_away(job, w)));
	}
	return up;
}

static void wait_all(struct job *job)
{
	long start = xm_clock(), said = start, now;
	int up;

	while ((up = still_up(job))) {
		poll_once(job);
		now = xm_clock();
		if (job->timeout && now - start >= job->timeout) {
			xm_error(job->verb, job->reboot ?
				 "%d not back after %ld s; 'xm list' shows those that are" :
				 "%d still up after %ld s; 'xm destroy' ends them",
				 up, job->timeout);
			failed(job, XM_TIMEOUT);
			return;
		}
		if (now - said >= XM_SILENT_SECONDS) {
			xm_error(job->verb, "waiting for %d to %s, %ld s so far",
				 up, job->reboot ? "come back" : "shut down",
				 now - start);
			said = now;
		}
	}
}

static void ask_one(struct job *job, const char *arg)
{
	uint32_t domid;
	int ret = xm_host_domain(&job->host, arg, &domid);

	if (!ret && !domid) {
		xm_error(arg, "is this very domain; %s the host instead",
			 job->reboot ? "reboot" : "shut down");
		ret = XM_FAIL;
	}
	if (ret)
		failed(job, ret);
	else
		ask(job, domid);
}

static void run(struct job *job, int argc, char **argv)
{
	if (!argc)
		ask_all(job);
	for (int i = 0; i < argc; i++)
		ask_one(job, argv[i]);
	wait_all(job);
	for (int i = 0; i < job->count; i++) {
		if (job->list[i].evgen)
			libxl_evdisable_domain_death(job->host.ctx,
						     job->list[i].evgen);
		free(job->list[i].name);
	}
	free(job->list);
}

/**
 * xm_down() - the whole of a verb that has guests end
 * @argc: as the verb got it
 * @argv: as the verb got it
 * @reboot: they are to come back; -R says so, too
 */
int xm_down(int argc, char **argv, bool reboot)
{
	static const struct option longs[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "force", no_argument, NULL, 'F' },
		{ "halt", no_argument, NULL, 'H' },
		{ "reboot", no_argument, NULL, 'R' },
		{ "wait", no_argument, NULL, 'w' },
		{ "timeout", required_argument, NULL, 't' },
		XM_LONGOPTS
	};
	struct job job = { .reboot = reboot, .verb = argv[0] };
	bool all = false;
	int c, ret;

	while ((c = xm_getopt(argc, argv, reboot ? "aFwt:" : "aFHRwt:",
			      longs)) != -1) {
		if (c == 't' && !xm_number(optarg, 1, 1L << 20, &job.timeout))
			return xm_usage(argv[0], "'%s' is not a number of seconds",
					optarg);
		all |= c == 'a';
		job.force |= c == 'F';
		job.reboot |= c == 'R';
		job.wait |= c == 'w' || c == 't';
	}
	if (all ? optind < argc : optind == argc)
		return xm_usage(argv[0], "needs either -a or domains");
	ret = xm_host_open(&job.host);
	if (ret)
		return ret;
	run(&job, argc - optind, argv + optind);
	xm_host_close(&job.host);
	return job.status;
}
