// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits for what libxl does in the background: with a line now and then for who waits
 * in front of a screen, and an end to it when a signal comes. Called by the verbs that
 * save, restore, move and shut down guests.
 */
#include <libxl_event.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "lock.h"
#include "op.h"

/* Some children are ours: libxl is to wait for its own only. */
void xm_op_children(struct xm_host *host)
{
	static const libxl_childproc_hooks hooks = {
		.chldowner = libxl_sigchld_owner_libxl_always_selective_reap,
	};

	libxl_childproc_setmode(host->ctx, &hooks, NULL);
}

/* Let libxl look at its descriptors, for a second at most. */
void xm_op_poll(struct xm_host *host)
{
	struct pollfd fds[64];
	int n = ARRAY_SIZE(fds), timeout = 1000;
	struct timeval now;

	gettimeofday(&now, NULL);
	if (libxl_osevent_beforepoll(host->ctx, &n, fds, &timeout, now)) {
		sleep(1);
		return;
	}
	poll(fds, n, timeout);
	gettimeofday(&now, NULL);
	libxl_osevent_afterpoll(host->ctx, n, fds, now);
}

static void finished(libxl_ctx *ctx, int rc, void *user)
{
	struct xm_op *op = user;

	(void)ctx;
	op->rc = rc;
	op->done = true;
}

void xm_op_init(struct xm_op *op)
{
	*op = (struct xm_op) { .how = { .callback = finished } };
	op->how.u.for_callback = op;
}

/* How far it is shows in the file that it writes or reads, if it is one. */
static void tell(const char *subject, const char *doing, int fd, long seconds)
{
	off_t at = fd < 0 ? -1 : lseek(fd, 0, SEEK_CUR);

	if (at < 0)
		xm_error(subject, "%s, %ld s so far", doing, seconds);
	else
		xm_error(subject, "%s, %ld MiB in %ld s so far", doing,
			 (long)(at >> 20), seconds);
}

/**
 * xm_op_wait() - wait until an operation has ended
 * @host: open connection
 * @op: the operation
 * @rc: what libxl said when it was begun
 * @subject: the guest, for the line that is printed every five seconds
 * @doing: what that says, as in "saving"
 * @fd: what it writes to or reads from; -1: nothing
 *
 * A signal that xm_signals_hold() keeps ends it.
 *
 * Return: libxl's result.
 */
int xm_op_wait(struct xm_host *host, struct xm_op *op, int rc,
	       const char *subject, const char *doing, int fd)
{
	long start = xm_clock(), said = start, now;
	bool aborted = false;
	libxl_event *event;

	while (!rc && !op->done) {
		xm_op_poll(host);
		if (op->meanwhile && !op->done)
			op->meanwhile(op->user);
		while (!libxl_event_check(host->ctx, &event, LIBXL_EVENTMASK_ALL,
					  NULL, NULL))
			libxl_event_free(host->ctx, event);
		if (xm_interrupted && !aborted) {
			aborted = true;
			libxl_ao_abort(host->ctx, &op->how);
		}
		now = xm_clock();
		if (!op->done && now - said >= XM_SILENT_SECONDS) {
			tell(subject, doing, fd, now - start);
			said = now;
		}
	}
	return rc ? rc : op->rc;
}
