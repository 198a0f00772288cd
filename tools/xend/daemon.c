// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The daemon: waits until something happens to guests, has done what is to be
 * done, and keeps the process that speaks HTTP running. Called by main.c. It
 * never waits for a guest, a script or a client: what takes time is done by
 * processes of their own.
 */
#include <errno.h>
#include <fcntl.h>
#include <libxl_event.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "key.h"
#include "xend.h"

#define GLANCE 10

static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };

/* Children that have ended. The server begins anew when it was told to end. */
static void reap(struct xend *x)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (!xend_server_reap(x, pid, status))
			xend_jobs_reap(pid, status);
}

/* A configuration with errors changes nothing. */
static void reload(struct xend *x)
{
	struct xm_xendconf conf;

	xend_notify("RELOADING=1");
	if (xend_conf(&conf, x->file, false)) {
		xm_error("configuration", "the old one is kept");
		xm_xendconf_free(&conf);
	} else {
		xm_xendconf_free(&x->conf);
		x->conf = conf;
		xm_error("configuration", "read anew");
		xend_server_renew(x);
	}
	xend_notify("READY=1");
}

/* Return: whether to end. */
static bool take_signals(struct xend *x)
{
	unsigned char sig;
	bool end = false;

	while (read(x->out.wake, &sig, 1) == 1) {
		if (sig == SIGTERM || sig == SIGINT)
			end = true;
		else if (sig == SIGHUP)
			reload(x);
	}
	return end;
}

static void work(struct xend *x)
{
	long next, keep, glanced = 0;

	while (!take_signals(x)) {
		reap(x);
		xm_outlook_drain(&x->out);
		next = xend_jobs_look(x);
		if (xm_clock() >= glanced + GLANCE) {
			xend_take_over(x);
			glanced = xm_clock();
		}
		keep = xend_server_keep(x);
		xend_notify("WATCHDOG=1");
		xm_outlook_wait(&x->out, keep < next ? keep : next);
	}
}

/* The order matters: see keep.c. */
static void leave(struct xend *x)
{
	xend_notify("STOPPING=1");
	/* The file stays, as it is the lock; that it is empty tells that nobody was killed. */
	if (ftruncate(x->lock, 0))
		xm_error("pid", "cannot be emptied: %s", strerror(errno));
	close(x->lock);
	xend_server_stop(x);
	xend_network_forget();
	xend_jobs_leave();
	xend_give_back(x, true);
	xm_error("xend", "ends; each guest has a watcher of its own");
}

/*
 * It can't begin, and will not. If one was killed before, nobody watches over its
 * guests: each gets a watcher of its own.
 */
static void give_up(struct xend *x)
{
	if (xm_keep_xend_lives() || xm_host_open(&x->host))
		return;
	xend_jobs_leave();
	xend_give_back(x, false);
}

static int begin(struct xend *x)
{
	static const libxl_childproc_hooks hooks = {
		.chldowner = libxl_sigchld_owner_mainloop,
	};
	int ret = xm_host_open(&x->host);

	if (ret)
		return ret;
	libxl_childproc_setmode(x->host.ctx, &hooks, NULL);
	x->out.wake = xm_wake_catch(signals, ARRAY_SIZE(signals));
	if (x->out.wake < 0 || xm_outlook_open(&x->out))
		return XM_FAIL;
	/* From here on others rely on it. */
	x->lock = xm_keep_xend();
	if (x->lock < 0)
		return errno == EAGAIN ? XM_BUSY : XM_FAIL;
	xend_key_forget();
	return XM_OK;
}

/* Who has started it knows by now. The log has the rest. */
static void be_silent(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return;
	dup2(null, 2);
	close(null);
}

/**
 * xend_daemon() - be the daemon until SIGTERM
 * @file: another configuration file than the usual ones; NULL: those
 * @foreground: messages go to standard error as well
 * @ready: gets a byte once guests are watched over; -1: nobody waits
 *
 * Return: an exit status.
 */
int xend_daemon(const char *file, bool foreground, int ready)
{
	struct xend x = { .file = file, .lock = -1 };
	int ret = XM_CONFIG;

	/* Who reads what it says, if anybody does, may be gone. */
	signal(SIGPIPE, SIG_IGN);
	xm_log_to(XEND_LOG_FILE);
	if (xend_conf(&x.conf, file, false))
		give_up(&x);
	else
		ret = begin(&x);
	if (!ret) {
		xm_error("xend", "watches over the guests (%s)", XEND_VERSION);
		xend_notify("READY=1");
		if (!foreground)
			xend_detach_note();
		if (ready >= 0) {
			xm_tell(ready);
			close(ready);
		}
		if (!foreground)
			be_silent();
		xend_network(&x.conf);
		work(&x);
		leave(&x);
	}
	xm_outlook_close(&x.out);
	xm_host_close(&x.host);
	xm_xendconf_free(&x.conf);
	return ret;
}
