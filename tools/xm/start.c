// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starts this program again with another verb: a new guest's watcher, its
 * console. Called by cmd-create.c and end.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keep.h"
#include "lock.h"
#include "start.h"

/* Become this program with another verb; returns only if that fails. */
void xm_start_exec(const char *verb, const char *option, uint32_t domid)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", domid);
	xm_signals_release();
	execl("/proc/self/exe", "xm", verb, option, id,
	      xm_verbose > 1 ? "-vv" : xm_verbose ? "-v" : NULL, NULL);
	xm_error(verb, "could not be started: %s", strerror(errno));
}

/*
 * Fork and start a verb that writes a byte to a descriptor when it is ready.
 * Its end of the pipe is the only one left open, so if it dies instead, that
 * shows as end of file.
 */
pid_t xm_start_verb(const char *verb, const char *option, uint32_t domid,
		    int *fd)
{
	char text[32];
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	snprintf(text, sizeof(text), "%s%d", option, ends[1]);
	pid = fork();
	if (!pid) {
		fcntl(ends[1], F_SETFD, 0);
		xm_start_exec(verb, text, domid);
		_exit(XM_FAIL);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -1;
	}
	*fd = ends[0];
	return pid;
}

/* libxl's own children end meanwhile, and their signals interrupt this. */
void xm_start_reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Wait for a verb's byte; false: it ended, or a signal came. */
bool xm_start_wait(int fd)
{
	ssize_t n;
	char byte;

	do {
		n = read(fd, &byte, 1);
	} while (n < 0 && errno == EINTR && !xm_interrupted);
	close(fd);
	return n == 1;
}

/**
 * xm_start_watcher() - see to it that a guest is watched over
 * @host: open connection
 * @name: its name
 * @domid: the guest, whole, and not running yet
 *
 * It gets a mark. If xend does not live, it gets a watcher of its own.
 *
 * Return: XM_OK, or an exit code after a message.
 */
int xm_start_watcher(struct xm_host *host, const char *name, uint32_t domid)
{
	struct xm_mark mark;
	bool marked = xm_mark_read(host, domid, &mark) ||
		      !xm_mark_new(host, domid, 0);
	pid_t pid;
	int fd;

	/* In this order: see keep.c. */
	if (marked && xm_keep_xend_lives())
		return XM_OK;
	pid = xm_start_verb("watch-domain", "--ready=", domid, &fd);
	if (pid > 0) {
		xm_start_reap(pid);	/* it detaches itself at once */
		if (xm_start_wait(fd))
			return XM_OK;
	}
	xm_error(name, "nothing could be started to watch over it, so it is not started");
	return XM_FAIL;
}
