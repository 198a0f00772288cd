// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm shutdown: asks guests to shut down, and with -w waits until they have.
 * What then becomes of them is their watcher's work (watch.c).
 */
#include <libxl_event.h>
#include <libxl_utils.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "xm.h"

/* Silence for longer than this makes people reach for Ctrl-C. */
#define SILENT_SECONDS 5
/* How long a guest that is down may take to be cleared away. */
#define CLEAR_SECONDS 30

/**
 * struct waiting - a guest on its way down
 * @domid: its number
 * @name: for messages
 * @evgen: libxl's source of events about it
 * @down: when it had shut down, 0 before
 * @gone: nothing more to wait for
 */
struct waiting {
	uint32_t domid;
	char *name;
	libxl_evgen_domain_death *evgen;
	time_t down;
	bool gone;
};

/**
 * struct job - all that one command does
 * @host: open connection
 * @list: the guests
 * @count: of @list
 * @wait: -w
 * @timeout: -t, 0: none
 */
struct job {
	struct xm_host host;
	struct waiting *list;
	int count;
	bool wait;
	long timeout;
};

static int ask(struct job *job, uint32_t domid)
{
	struct waiting *w;
	char *name = xm_host_domname(&job->host, domid);
	int ret = XM_OK;

	job->list = xm_grow(job->list, job->count, sizeof(*job->list));
	w = &job->list[job->count];
	w->domid = domid;
	w->name = name;
	if (job->wait &&
	    libxl_evenable_domain_death(job->host.ctx, domid, 0, &w->evgen))
		ret = xm_libxl_failed(&job->host, name, "cannot be watched");
	if (!ret && libxl_domain_shutdown(job->host.ctx, domid, NULL))
		ret = xm_libxl_failed(&job->host, name, "could not be asked to shut down");
	if (ret)
		w->gone = true;
	job->count++;
	return ret;
}

static int ask_all(struct job *job)
{
	int n, ret = XM_OK, one;
	libxl_dominfo *doms = libxl_list_domain(job->host.ctx, &n);

	if (!doms)
		return xm_libxl_failed(&job->host, "list", "failed");
	for (int i = 0; i < n; i++) {
		if (!doms[i].domid)
			continue;
		one = ask(job, doms[i].domid);
		ret = ret ? ret : one;
	}
	libxl_dominfo_list_free(doms, n);
	return ret;
}

static void note_event(struct job *job, const libxl_event *event)
{
	for (int i = 0; i < job->count; i++) {
		struct waiting *w = &job->list[i];

		if (w->domid != event->domid)
			continue;
		if (event->type == LIBXL_EVENT_TYPE_DOMAIN_DEATH)
			w->gone = true;
		else if (event->type == LIBXL_EVENT_TYPE_DOMAIN_SHUTDOWN)
			w->down = time(NULL);
	}
}

/* Let libxl look at its descriptors for a second at most. */
static void poll_once(struct job *job)
{
	struct pollfd fds[64];
	int n = ARRAY_SIZE(fds), timeout = 1000;
	struct timeval now;
	libxl_event *event;

	gettimeofday(&now, NULL);
	if (libxl_osevent_beforepoll(job->host.ctx, &n, fds, &timeout, now)) {
		sleep(1);
		return;
	}
	poll(fds, n, timeout);
	gettimeofday(&now, NULL);
	libxl_osevent_afterpoll(job->host.ctx, n, fds, now);
	while (!libxl_event_check(job->host.ctx, &event, LIBXL_EVENTMASK_ALL,
				  NULL, NULL)) {
		note_event(job, event);
		libxl_event_free(job->host.ctx, event);
	}
}

/* A guest with on_poweroff="preserve", or without a watcher, stays. */
static int still_up(struct job *job)
{
	int up = 0;

	for (int i = 0; i < job->count; i++) {
		struct waiting *w = &job->list[i];

		if (w->down && !w->gone &&
		    time(NULL) - w->down > CLEAR_SECONDS) {
			xm_error(w->name, "is down, but was not cleared away; 'xm destroy %s' does that",
				 w->name);
			w->gone = true;
		}
		up += !w->gone;
	}
	return up;
}

static int wait_all(struct job *job)
{
	time_t start = time(NULL), said = start, now;
	int up;

	while ((up = still_up(job))) {
		poll_once(job);
		now = time(NULL);
		if (job->timeout && now - start >= job->timeout) {
			xm_error("shutdown", "%d still up after %ld s; they may not listen, 'xm destroy' ends them",
				 still_up(job), job->timeout);
			return XM_TIMEOUT;
		}
		if (now - said >= SILENT_SECONDS) {
			xm_error("shutdown", "waiting for %d to shut down, %ld s so far",
				 up, (long)(now - start));
			said = now;
		}
	}
	return XM_OK;
}

static int run(struct job *job, int argc, char **argv)
{
	uint32_t domid;
	int ret = XM_OK, one;

	if (!argc)
		ret = ask_all(job);
	for (int i = 0; i < argc; i++) {
		one = xm_host_domain(&job->host, argv[i], &domid);
		if (!one && !domid) {
			xm_error(argv[i], "is this very domain; shut the host down instead");
			one = XM_FAIL;
		}
		if (!one)
			one = ask(job, domid);
		ret = ret ? ret : one;
	}
	if (job->wait) {
		one = wait_all(job);
		ret = ret ? ret : one;
	}
	for (int i = 0; i < job->count; i++) {
		if (job->list[i].evgen)
			libxl_evdisable_domain_death(job->host.ctx,
						     job->list[i].evgen);
		free(job->list[i].name);
	}
	free(job->list);
	return ret;
}

int cmd_shutdown(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "wait", no_argument, NULL, 'w' },
		{ "timeout", required_argument, NULL, 't' },
		XM_LONGOPTS
	};
	struct job job = { .count = 0 };
	bool all = false;
	int c, ret;

	while ((c = xm_getopt(argc, argv, "awt:", longs)) != -1) {
		if (c == 't' && !xm_number(optarg, 1, 1L << 20, &job.timeout))
			return xm_usage(argv[0], "'%s' is not a number of seconds",
					optarg);
		all |= c == 'a';
		job.wait |= c != 'a';
	}
	if (all ? optind < argc : optind == argc)
		return xm_usage(argv[0], "needs either -a or domains");
	ret = xm_host_open(&job.host);
	if (ret)
		return ret;
	ret = run(&job, argc - optind, argv + optind);
	xm_host_close(&job.host);
	return ret;
}
