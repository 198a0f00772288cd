// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits until something happens to guests: xenstore tells that some domain came,
 * ended or is gone, and not which; who is told looks at what there is, and also
 * does so now and then unasked. So nothing depends on a message that might get
 * lost. Called by watch.c and xend.
 *
 * Signals are caught, not blocked: hotplug scripts would inherit that.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "outlook.h"
#include "util.h"

static int wake_ends[2] = { -1, -1 };

static void on_signal(int sig)
{
	unsigned char byte = sig;
	int err = errno;

	/* A full pipe wakes as well. */
	if (write(wake_ends[1], &byte, 1) < 0)
		errno = err;
	errno = err;
}

/**
 * xm_wake_catch() - have signals wake who waits
 * @signals: which
 * @n: how many
 *
 * Return: a descriptor from which their numbers are read, one byte each; -1
 * after a message.
 */
int xm_wake_catch(const int *signals, int n)
{
	/* poll() ends all the same. */
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	if (wake_ends[0] < 0 && pipe2(wake_ends, O_CLOEXEC | O_NONBLOCK)) {
		xm_error("watch", "pipe: %s", strerror(errno));
		return -1;
	}
	for (int i = 0; i < n; i++)
		sigaction(signals[i], &sa, NULL);
	return wake_ends[0];
}

void xm_wake_release(const int *signals, int n)
{
	for (int i = 0; i < n; i++)
		signal(signals[i], SIG_DFL);
}

/* Return: 0, or -1 after a message. */
int xm_outlook_open(struct xm_outlook *out)
{
	out->xs = xs_open(0);
	if (out->xs && xs_watch(out->xs, "@releaseDomain", "out") &&
	    xs_watch(out->xs, "@introduceDomain", "in"))
		return 0;
	xm_error("Xen", "xenstore cannot be reached: %s", strerror(errno));
	xm_outlook_close(out);
	return -1;
}

void xm_outlook_close(struct xm_outlook *out)
{
	if (out->xs)
		xs_close(out->xs);
	out->xs = NULL;
}

/* Whatever has been told is known once what there is has been looked at. */
void xm_outlook_drain(struct xm_outlook *out)
{
	char **event;

	while ((event = xs_check_watch(out->xs)))
		free(event);
}

/* Wait until something happens, but not longer than this. */
void xm_outlook_wait(struct xm_outlook *out, long seconds)
{
	struct pollfd fds[] = {
		{ .fd = xs_fileno(out->xs), .events = POLLIN },
		{ .fd = out->wake, .events = POLLIN },
	};

	poll(fds, ARRAY_SIZE(fds), seconds * 1000);
	/* xenstore is gone: nothing will be told any more, and this would spin. */
	if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		sleep(1);
}
