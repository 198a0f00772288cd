// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm watch-domain: the process that stays behind after "xm create" and acts
 * when the guest ends. It is a verb of its own, started anew, because libxl's
 * state does not survive a fork; and so that an administrator can start it by
 * hand for a guest that has lost its watcher.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "build.h"
#include "keep.h"

/* Who ends may take a moment, until the next guest of that name is watched. */
#define PATIENCE_MS 5000

static int open_log(const char *name)
{
	char *path = xm_keep_log(name);
	int log = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);

	free(path);
	return log;
}

/* What is said goes to a file that is the guest's, and to those who watch over all. */
static void log_to(int log)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null, 0);
	dup2(null, 1);
	dup2(log >= 0 ? log : null, 2);
	if (null > 2)
		close(null);
	openlog("xm", LOG_PID, LOG_DAEMON);
	xm_syslog = true;
}

/*
 * Two that watch over one guest are one too many. The lock on the log is its
 * watcher's until that ends. False: somebody has it.
 */
static bool claim(int log, bool foreground)
{
	static const struct timespec nap = { .tv_nsec = 100000000 };

	for (int ms = 0; xm_keep_claim(log, !foreground); ms += 100) {
		if (ms >= PATIENCE_MS)
			return false;
		nanosleep(&nap, NULL);
	}
	return true;
}

/* xend does it, once it sees the mark; in this order: see keep.c. */
static bool xend_does(struct xm_host *host, uint32_t domid, bool foreground)
{
	struct xm_mark mark;

	if (!xm_mark_read(host, domid, &mark) || mark.left)
		xm_mark_new(host, domid, 0);
	return !foreground && xm_keep_xend_lives();
}

static int watch(const char *domain, bool foreground, int ready_fd, int told)
{
	struct xm_host host;
	uint32_t domid;
	char *name;
	int log, ret = xm_verb_open(&host, domain, &domid);

	if (ret)
		return ret;
	name = xm_host_domname(&host, domid);
	log = open_log(name);
	if (log >= 0 && !claim(log, foreground)) {
		xm_error(name, "somebody watches over it already");
		ret = XM_BUSY;
	} else if (xend_does(&host, domid, foreground)) {
		xm_note(name, "xend watches over it");
		if (ready_fd >= 0)
			xm_tell(ready_fd);
		if (told >= 0)
			xm_tell(told);
	} else {
		xm_log_to(XM_LOGS "/xend.log");
		if (!foreground)
			log_to(log);
		if (told >= 0 && !xm_tell(told))
			xm_note(name, "nobody waits for its watcher");
		if (told >= 0)
			close(told);
		ret = xm_watch(&host, domid, ready_fd);
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
		XM_LONGOPTS
	};
	bool foreground = false;
	long ready = -1;
	int c, told = -1;

	while ((c = xm_getopt(argc, argv, "Fr:", longs)) != -1) {
		if (c == 'F')
			foreground = true;
		else if (!xm_number(optarg, 3, 1023, &ready))
			return xm_usage(argv[0], "'%s' is not a descriptor",
					optarg);
	}
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one domain");
	if (!foreground) {
		told = detach();
		if (told < 0)
			return XM_FAIL;
	}
	if (ready >= 0)
		fcntl(ready, F_SETFD, FD_CLOEXEC);
	return watch(argv[optind], foreground, ready, told);
}
