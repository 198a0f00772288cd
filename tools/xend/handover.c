// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes guests over from watchers of their own, and gives them back. Called by
 * daemon.c when it begins, now and then, and when it ends. It never matters if a
 * guest has two watchers for a while (end.c), only that it has one.
 */
#include <errno.h>
#include <libxl_utils.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "xend.h"

/* So many watchers are started at a time, and so long, in seconds, all of it may take. */
#define AT_ONCE 8
#define LIMIT 60
/* So often each is started that ends at once. */
#define TRIES 2

static bool is_suspended(const libxl_dominfo *guest)
{
	return guest->shutdown &&
	       guest->shutdown_reason == LIBXL_SHUTDOWN_REASON_SUSPEND;
}

/*
 * Calls @each for every guest that bears a mark and is not to be left alone: those that
 * are suspended, or the others.
 */
static void each_guest(struct xend *x, bool suspended,
		       void (*each)(const libxl_dominfo *guest, const char *name))
{
	int n = 0;
	libxl_dominfo *list = libxl_list_domain(x->host.ctx, &n);
	struct xm_mark mark;
	char *name;

	for (int i = 0; list && i < n; i++) {
		if (!list[i].domid || list[i].dying ||
		    is_suspended(&list[i]) != suspended ||
		    !xm_mark_read(&x->host, list[i].domid, &mark) || mark.left)
			continue;
		name = xm_host_domname(&x->host, list[i].domid);
		each(&list[i], name);
		free(name);
	}
	if (list)
		libxl_dominfo_list_free(list, n);
}

/*
 * The number of a process may be another's by the time that it is used: its
 * descriptor is not, and who has the lock is asked again when that is there.
 */
static void take(const libxl_dominfo *guest, const char *name)
{
	bool lent = false;
	pid_t pid = xm_keep_holder(&guest->uuid, &lent);
	int fd;

	if (!pid || !lent)
		return;
	fd = pidfd_open(pid, 0);
	if (fd < 0)
		return;
	if (xm_keep_holder(&guest->uuid, &lent) == pid && lent &&
	    !pidfd_send_signal(fd, XM_KEEP_LEND, NULL, 0))
		xm_note(name, "domain %u is taken over from process %d",
			guest->domid, (int)pid);
	close(fd);
}

/**
 * xend_take_over() - tell the watchers that lend their guests to end
 * @x: the daemon, which watches over these already
 */
void xend_take_over(struct xend *x)
{
	each_guest(x, false, take);
	each_guest(x, true, take);
}

/**
 * struct start - a watcher that is being started
 * @pid: its process, until it has detached itself; 0: none
 * @domid: the guest
 * @tries: how often it was started
 * @again: when it is to be started once more, as xm_clock() has it; 0: it is not
 */
struct start {
	pid_t pid;
	uint32_t domid;
	int tries;
	long again;
};

static struct start starting[AT_ONCE];
static long give_until;

/* Watchers were asked to end, and some may be about to. */
static bool give_asked;

static void start(struct start *s)
{
	char id[16];
	const char *const argv[] = { xend_xm(), "watch-domain", id, NULL };

	snprintf(id, sizeof(id), "%u", s->domid);
	s->again = 0;
	s->tries++;
	s->pid = xend_start(argv, true);
}

/* Nobody looks at what it has said. A guest that is gone needs none. */
static void ended(struct start *s, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	s->pid = 0;
	if (code == XM_OK || code == XM_NOTFOUND)
		return;
	if (s->tries < TRIES)
		s->again = xm_clock() + 1;
	xm_error("guests", "domain %u: its watcher ended at once, with status %d; %s", s->domid,
		 code, s->again ? "it is started once more" : "'xm watch-domain' starts one");
}

static bool is_free(const struct start *s)
{
	return s->pid <= 0 && !s->again;
}

static int still_starting(void)
{
	int n = 0, status;

	for (struct start *s = starting; s < starting + AT_ONCE; s++) {
		if (s->pid > 0 && waitpid(s->pid, &status, WNOHANG) == s->pid)
			ended(s, status);
		if (s->again && xm_clock() >= s->again)
			start(s);
		n += !is_free(s);
	}
	return n;
}

/* Wait until fewer are at it, or the time is over. */
static bool wait_below(int limit)
{
	while (still_starting() >= limit) {
		if (xm_clock() > give_until)
			return false;
		usleep(10000);
	}
	return true;
}

static void give(const libxl_dominfo *guest, const char *name)
{
	struct start one = { .domid = guest->domid };
	bool lent;

	(void)name;
	/* If one is about to end, the next one waits for that. */
	if (xm_keep_holder(&guest->uuid, &lent) && !(lent && give_asked))
		return;
	/* When the time is over, the rest is started at once, and not waited for. */
	wait_below(AT_ONCE);
	start(&one);
	for (int i = 0; i < AT_ONCE; i++) {
		if (!is_free(&starting[i]))
			continue;
		starting[i] = one;
		return;
	}
}

/**
 * xend_give_back() - give each guest a watcher of its own, and wait until it has
 * @x: the daemon, which has let go of its lock
 * @asked: until then it has asked watchers to end
 */
void xend_give_back(struct xend *x, bool asked)
{
	give_asked = asked;
	give_until = xm_clock() + LIMIT;
	each_guest(x, false, give);
	/* One that has moved away does not get the place of who is the same guest. */
	wait_below(1);
	each_guest(x, true, give);
	if (!wait_below(1))
		xm_error("guests", "some may be without a watcher; 'xm watch-domain' starts one");
}
