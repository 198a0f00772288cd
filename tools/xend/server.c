// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The process that speaks HTTP, as the daemon sees it: it runs, or is started
 * again, and guests are watched over in either case. Called by daemon.c.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "key.h"
#include "xend.h"

/* One that ends sooner, in seconds, is started after a pause. */
#define SOON 10
#define PAUSE_MAX 60
/* What it was asked to do is finished within this, or it is held up. */
#define LEAVE_MS (10000 / XEND_PART)
/* Until there is something new about one that runs, in seconds. */
#define GLANCE 10

static long pause_of(const struct xend *x)
{
	long pause = 1L << (x->crashes > 6 ? 6 : x->crashes);

	if (!x->crashes)
		return 0;
	return (pause > PAUSE_MAX ? PAUSE_MAX : pause) / XEND_PART;
}

static void start(struct xend *x)
{
	char parent[16];
	const char *const argv[] = {
		"/proc/self/exe", "--serve", parent, "-c", XEND_KEPT, NULL
	};

	snprintf(parent, sizeof(parent), "%d", (int)getpid());
	x->served = xm_clock();
	/* Not what stands in the files by now, which nobody has found good. */
	x->server = xend_conf_keep(&x->conf) ? -1 : xend_start(argv, false);
	if (x->server < 0) {
		x->server = 0;
		x->crashes++;
	}
}

/**
 * xend_server_keep() - see to it that it runs
 * @x: the daemon
 *
 * Return: in how many seconds at most this is to be called again.
 */
long xend_server_keep(struct xend *x)
{
	long now = xm_clock();

	if (x->server && x->leaves && now >= x->leaves) {
		xm_error("server", "the process that speaks HTTP does not end, and is killed");
		kill(x->server, SIGKILL);
		x->leaves = 0;
	}
	if (!x->server && now >= x->served + pause_of(x))
		start(x);
	return x->server && !x->leaves ? GLANCE : 1;
}

/**
 * xend_server_renew() - have another one started, which gets the configuration
 * @x: the daemon
 *
 * The one that runs finishes what it was asked to do, if it is not held up.
 */
void xend_server_renew(struct xend *x)
{
	x->crashes = 0;
	if (!x->server)
		return;
	kill(x->server, SIGTERM);
	if (!x->leaves)
		x->leaves = xm_clock() + LEAVE_MS / 1000;
}

/**
 * xend_server_reap() - a process has ended
 * @x: the daemon
 * @pid: its number
 * @status: how, as waitpid() tells
 *
 * Return: whether it was this one.
 */
bool xend_server_reap(struct xend *x, pid_t pid, int status)
{
	if (!x->server || pid != x->server)
		return false;
	x->server = 0;
	x->leaves = 0;
	/* Anybody may have the port by now. */
	xend_key_forget();
	/* It was told to, or has nothing to serve. */
	if (WIFEXITED(status) && !WEXITSTATUS(status)) {
		x->crashes = 0;
		return true;
	}
	if (xm_clock() - x->served < SOON)
		x->crashes++;
	else
		x->crashes = 1;
	if (WIFSIGNALED(status))
		xm_error("server", "the process that speaks HTTP was ended by signal %d, and is started again",
			 WTERMSIG(status));
	return true;
}

static void wait_until_gone(pid_t pid)
{
	int status;

	for (int ms = 0; ms < LEAVE_MS; ms += 10) {
		if (waitpid(pid, &status, WNOHANG))
			return;
		usleep(10000);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

/**
 * xend_server_stop() - have it finish what it was asked to do, and end it
 * @x: the daemon
 */
void xend_server_stop(struct xend *x)
{
	xend_conf_forget();
	if (!x->server)
		return;
	kill(x->server, SIGTERM);
	wait_until_gone(x->server);
	x->server = 0;
	xend_key_forget();
}
