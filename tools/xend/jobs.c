// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests that have ended: who there is, what is to be done when, and the
 * processes that do it (xm end-domain), one for each guest. Called by daemon.c
 * whenever something may have happened; nothing here waits for anybody.
 *
 * All is found anew each time, in Xen and in the files of pending.c. What is
 * remembered is only what process is at work, and what has failed: a daemon that
 * was killed has lost nothing.
 */
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "end.h"
#include "pending.h"
#include "policy.h"
#include "xend.h"

/* So many at a time. */
#define AT_WORK 16
/* Until it is looked again without anything having happened, in seconds. */
#define GLANCE 10

/**
 * struct job - a guest that has ended
 * @domid: its number
 * @uuid: who it is, if its end was not begun
 * @pid: who deals with it; 0: nobody
 * @failures: how often in a row that went wrong
 * @again: not before that, as xm_clock() has it
 * @seen: it was there when it was looked last
 * @begun: its end was begun, and there is a file that says so
 */
struct job {
	uint32_t domid;
	libxl_uuid uuid;
	pid_t pid;
	int failures;
	long again;
	bool seen;
	bool begun;
};

static struct job *jobs;
static size_t count;

static struct job *job_of(uint32_t domid)
{
	for (size_t i = 0; i < count; i++)
		if (jobs[i].domid == domid)
			return &jobs[i];
	jobs = xm_grow(jobs, count, sizeof(*jobs));
	jobs[count].domid = domid;
	return &jobs[count++];
}

static void forget_absent(void)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (jobs[i].seen || jobs[i].pid)
			jobs[kept++] = jobs[i];
	count = kept;
}

/* False: Xen does not say. */
static bool find_all(struct xend *x)
{
	uint32_t *begun;
	int n = 0, m;
	libxl_dominfo *list = libxl_list_domain(x->host.ctx, &n);
	struct job *job;

	if (!list) {
		xm_libxl_failed(&x->host, "guests", "can't be listed");
		return false;
	}
	for (size_t i = 0; i < count; i++)
		jobs[i].seen = jobs[i].begun = false;
	for (int i = 0; i < n; i++) {
		if (!list[i].domid || !list[i].shutdown || list[i].dying ||
		    list[i].shutdown_reason == LIBXL_SHUTDOWN_REASON_SUSPEND)
			continue;
		job = job_of(list[i].domid);
		job->seen = true;
		libxl_uuid_copy(x->host.ctx, &job->uuid, &list[i].uuid);
	}
	libxl_dominfo_list_free(list, n);
	m = xm_pending_list(&begun);
	for (int i = 0; i < m; i++) {
		job = job_of(begun[i]);
		job->seen = true;
		job->begun = true;
	}
	free(begun);
	forget_absent();
	return true;
}

/* False: nobody knows, as its file is gone, or says nothing. */
static bool read_uuid(uint32_t domid, libxl_uuid *uuid)
{
	struct xm_pending p;
	bool known = xm_pending_read(domid, &p) &&
		     !libxl_uuid_from_string(uuid, p.uuid);

	xm_pending_free(&p);
	return known;
}

/* Somebody watches over it of his own, and does not lend it: xm create -F. */
static bool is_kept(const struct job *job)
{
	libxl_uuid uuid = job->uuid;
	bool lent;

	if (job->begun && !read_uuid(job->domid, &uuid))
		return false;
	return xm_keep_holder(&uuid, &lent) && !lent;
}

/* Seconds until it is to be dealt with; -1: it is not. */
static long due(struct xend *x, struct job *job)
{
	long wait = job->again - xm_clock();

	if (wait > 0)
		return wait;
	wait = job->begun ? 0 : xm_end_due(&x->host, job->domid, true);
	return wait >= 0 && is_kept(job) ? GLANCE : wait;
}

static void start(struct job *job)
{
	char id[16];
	const char *const argv[] = { xend_xm(), "end-domain", id, NULL };

	snprintf(id, sizeof(id), "%u", job->domid);
	job->pid = xend_start(argv, true);
	if (job->pid < 0) {
		job->pid = 0;
		job->again = xm_clock() + 1;
	}
}

/**
 * xend_jobs_look() - see who has ended, and have done what is due
 * @x: the daemon
 *
 * Return: in how many seconds to look again, if nothing happens before.
 */
long xend_jobs_look(struct xend *x)
{
	long next = GLANCE, wait;
	size_t busy = 0;

	if (!find_all(x))
		return 1;
	for (size_t i = 0; i < count; i++)
		busy += jobs[i].pid != 0;
	for (size_t i = 0; i < count; i++) {
		if (jobs[i].pid)
			continue;
		wait = due(x, &jobs[i]);
		if (!wait && busy < AT_WORK) {
			start(&jobs[i]);
			busy++;
		} else if (wait > 0 && wait < next) {
			next = wait;
		}
	}
	return next;
}

/**
 * xend_jobs_reap() - a process has ended
 * @pid: its number
 * @status: how, as waitpid() tells
 *
 * Return: whether it was one of these.
 */
bool xend_jobs_reap(pid_t pid, int status)
{
	for (size_t i = 0; i < count; i++) {
		struct job *job = &jobs[i];

		if (job->pid != pid)
			continue;
		job->pid = 0;
		if (WIFEXITED(status) && !WEXITSTATUS(status)) {
			job->failures = 0;
			/* Should it still be there: not without a pause. */
			job->again = xm_clock() + 1;
			return true;
		}
		/* Killed, it is no failure of the guest's: come again. */
		if (WIFEXITED(status))
			job->failures++;
		job->again = xm_clock() +
			     (WIFEXITED(status) ?
			      xm_policy_pause(job->failures + 1) : 1);
		return true;
	}
	return false;
}

static void start_repeating(uint32_t domid)
{
	char id[16];
	const char *const argv[] = {
		xend_xm(), "end-domain", "--repeat", id, NULL
	};

	snprintf(id, sizeof(id), "%u", domid);
	xend_start(argv, true);
}

/*
 * What was begun goes on without xend: also what somebody is at just now, who may fail,
 * or be killed. The next one waits until he is done.
 */
void xend_jobs_leave(void)
{
	uint32_t *begun;
	int n = xm_pending_list(&begun);

	for (int i = 0; i < n; i++) {
		job_of(begun[i])->begun = true;
		start_repeating(begun[i]);
	}
	free(begun);
	/* His file may be still to come. */
	for (size_t i = 0; i < count; i++)
		if (jobs[i].pid && !jobs[i].begun)
			start_repeating(jobs[i].domid);
}
