// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm watch-domain: the process that stays behind after "xm create" and acts
 * when the guest ends. It is a verb of its own, started anew, because libxl's
 * state does not survive a fork; and so that an administrator can start it by
 * hand for a guest that has lost its watcher.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build.h"
#include "keep.h"

/* Who ends may take a moment, until the guest's next self is watched. */
#ifndef XM_WATCH_PATIENCE
#define XM_WATCH_PATIENCE 5
#endif

/* xend does it, once it sees the mark; in this order: see keep.c. */
static bool xend_does(struct xm_host *host, uint32_t domid, bool foreground)
{
	struct xm_mark mark;
	bool marked = (xm_mark_read(host, domid, &mark) && !mark.left) ||
		      !xm_mark_new(host, domid, 0);

	return marked && !foreground && xm_keep_xend_lives();
}

static void tell(int fd)
{
	if (fd < 0)
		return;
	if (!xm_tell(fd))
		xm_note("watch-domain", "nobody waits for it");
	close(fd);
}

/**
 * struct watching - how it is watched over
 * @foreground: not as a daemon
 * @ready_fd: gets a byte once nothing can be missed; -1: nobody waits
 * @told: the same for who has become the daemon
 * @patience: how long somebody else may still watch over it, in seconds
 */
struct watching {
	bool foreground;
	long ready_fd;
	int told;
	long patience;
};

static int watch(const char *domain, const struct watching *how)
{
	struct xm_host host;
	uint32_t domid;
	char *name;
	int ret = xm_verb_open(&host, domain, &domid);

	if (ret)
		return ret;
	name = xm_host_domname(&host, domid);
	/* From here on xend may ask it to end, and asks again once it listens (watch.c). */
	signal(XM_KEEP_LEND, SIG_IGN);
	ret = xm_keep_claim(&host, domid, name, !how->foreground, how->patience);
	if (!ret && xend_does(&host, domid, how->foreground)) {
		xm_note(name, "xend watches over it");
		tell(how->ready_fd);
		tell(how->told);
	} else if (!ret) {
		if (!how->foreground)
			xm_keep_log(name);
		tell(how->told);
		ret = xm_watch(&host, domid, how->ready_fd);
	}
	free(name);
	xm_host_close(&host);
	return ret;
}

/* Leave once the other is at work, or with what has stopped it. */
static void __attribute__((noreturn)) leave(pid_t pid, int told)
{
	int status = 0;
	ssize_t n;
	char byte;

	do {
		n = read(told, &byte, 1);
	} while (n < 0 && errno == EINTR);
	if (n == 1)
		_exit(XM_OK);
	waitpid(pid, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : XM_FAIL);
}

/* Go on as a daemon. Return: where to say that it is at work; -1 after a message. */
static int detach(void)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC)) {
		xm_error("watch-domain", "pipe: %s", strerror(errno));
		return -1;
	}
	pid = fork();
	if (pid < 0) {
		xm_error("watch-domain", "fork: %s", strerror(errno));
		return -1;
	}
	if (pid) {
		close(ends[1]);
		leave(pid, ends[0]);
	}
	close(ends[0]);
	setsid();
	return chdir("/") ? -1 : ends[1];
}

int cmd_watch_domain(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "foreground", no_argument, NULL, 'F' },
		{ "ready", required_argument, NULL, 'r' },
		{ "patience", required_argument, NULL, 'p' },
		XM_LONGOPTS
	};
	struct watching how = {
		.ready_fd = -1, .told = -1, .patience = XM_WATCH_PATIENCE,
	};
	int c;

	while ((c = xm_getopt(argc, argv, "Fr:p:", longs)) != -1) {
		if (c == 'F')
			how.foreground = true;
		else if (c == 'r' && !xm_number(optarg, 3, 1023, &how.ready_fd))
			return xm_usage(argv[0], "'%s' is not a descriptor",
					optarg);
		else if (c == 'p' && !xm_number(optarg, 0, 3600, &how.patience))
			return xm_usage(argv[0], "'%s' is not a number of seconds",
					optarg);
	}
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one domain");
	if (!how.foreground) {
		how.told = detach();
		if (how.told < 0)
			return XM_FAIL;
	}
	if (how.ready_fd >= 0)
		fcntl(how.ready_fd, F_SETFD, FD_CLOEXEC);
	return watch(argv[optind], &how);
}
