// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sees to it that a new guest is watched over: by xend if that lives, else by a process
 * of its own. Called by launch.c, cmd-migrate-receive.c and end.c.
 */
#include "keep.h"
#include "start.h"
#include "watcher.h"

/**
 * xm_watcher_begin() - have a guest watched over, without waiting for that
 * @host: open connection
 * @domid: the guest, whole
 * @option: for its own watcher, or NULL
 * @fd: gets what xm_start_ready() wants, if it has a watcher of its own
 *
 * It bears a mark: who has made it has seen to that.
 *
 * Return: its own watcher, which is to be reaped; 0: xend does it; -1: nobody does.
 */
pid_t xm_watcher_begin(struct xm_host *host, uint32_t domid, const char *option,
		       int *fd)
{
	struct xm_mark mark;

	/* In this order: see keep.c. */
	if (xm_mark_read(host, domid, &mark) && xm_keep_xend_lives())
		return 0;
	return xm_start_verb("watch-domain", "--ready=", option, domid, fd);
}

/**
 * xm_watcher_start() - have a guest watched over
 * @host: open connection
 * @name: its name
 * @domid: the guest, whole
 * @again: it was there before, and who watched over it then goes on (watch.c)
 *
 * Return: XM_OK, or XM_FAIL after a message.
 */
int xm_watcher_start(struct xm_host *host, const char *name, uint32_t domid,
		     bool again)
{
	int fd, status;
	pid_t pid = xm_watcher_begin(host, domid, NULL, &fd);

	if (!pid)
		return XM_OK;
	if (pid > 0) {
		status = xm_start_reap(pid);	/* it detaches itself at once */
		if (xm_start_ready(fd) || (again && status == XM_BUSY))
			return XM_OK;
	}
	xm_error(name, "nothing could be started to watch over it%s",
		 again ? "; 'xm watch-domain' does" : ", so it is not started");
	return XM_FAIL;
}
