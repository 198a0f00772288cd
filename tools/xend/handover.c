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

/* Those that are being started. */
static pid_t starting[AT_ONCE];
static long give_until;

/* Watchers were asked to end, and some may be about to. */
static bool give_asked;

static int still_starting(void)
{
	int n = 0;

	for (int i = 0; i < AT_ONCE; i++) {
		if (starting[i] > 0 &&
		    waitpid(starting[i], NULL, WNOHANG) == starting[i])
			starting[i] = 0;
		n += starting[i] > 0;
	}
	return n;
}

/* Wait until fewer are at it, or the time is over. */
static bool wait_below(int limit)
{
	while (still_starting() >= limit) {
		if (xm_keep_clock() > give_until)
			return false;
		usleep(10000);
	}
	return true;
}

static void give(const libxl_dominfo *guest, const char *name)
{
	char id[16];
	const char *const argv[] = { xend_xm(), "watch-domain", id, NULL };
	bool lent;
	pid_t pid;

	(void)name;
	/* If one is about to end, the next one waits for that. */
	if (xm_keep_holder(&guest->uuid, &lent) && !(lent && give_asked))
		return;
	/* When the time is over, the rest is started at once, and not waited for. */
	wait_below(AT_ONCE);
	snprintf(id, sizeof(id), "%u", guest->domid);
	pid = xend_start(argv, true);
	for (int i = 0; i < AT_ONCE; i++) {
		if (starting[i] > 0)
			continue;
		starting[i] = pid;
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
	give_until = xm_keep_clock() + LIMIT;
	each_guest(x, false, give);
	/* One that has moved away does not get the place of who is the same guest. */
	wait_below(1);
	each_guest(x, true, give);
	if (!wait_below(1))
		xm_error("guests", "some may be without a watcher; 'xm watch-domain' starts one");
}
