// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one loop of the process that speaks HTTP: epoll, and whom to tell. Called by
 * serve.c, run.c, conn.c and http.c.
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "loop.h"
#include "util.h"

#define AT_ONCE 64

static int poll_fd = -1;
static struct epoll_event events[AT_ONCE];
static int pending;

int xend_loop_open(void)
{
	poll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (poll_fd < 0)
		xm_error("server", "epoll: %s", strerror(errno));
	return poll_fd < 0 ? -1 : 0;
}

/* Return: 0, or -1 after a message. */
int xend_loop_add(struct xend_source *source, uint32_t wanted)
{
	struct epoll_event event = { .events = wanted, .data.ptr = source };

	if (!epoll_ctl(poll_fd, EPOLL_CTL_ADD, source->fd, &event))
		return 0;
	xm_error("server", "epoll: %s", strerror(errno));
	return -1;
}

/* What it is waited for from now on. */
void xend_loop_change(struct xend_source *source, uint32_t wanted)
{
	struct epoll_event event = { .events = wanted, .data.ptr = source };

	epoll_ctl(poll_fd, EPOLL_CTL_MOD, source->fd, &event);
}

/* It is not called any more, also if something has come from it just now. */
void xend_loop_remove(struct xend_source *source)
{
	if (source->fd < 0)
		return;
	epoll_ctl(poll_fd, EPOLL_CTL_DEL, source->fd, NULL);
	for (int i = 0; i < pending; i++)
		if (events[i].data.ptr == source)
			events[i].data.ptr = NULL;
}

/* Wait for this long at most, and tell whom it concerns. */
void xend_loop_turn(int timeout_ms)
{
	struct xend_source *source;

	pending = epoll_wait(poll_fd, events, AT_ONCE, timeout_ms);
	for (int i = 0; i < pending; i++) {
		source = events[i].data.ptr;
		if (source)
			source->ready(source, events[i].events);
	}
	pending = 0;
}
