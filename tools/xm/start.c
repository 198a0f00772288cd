// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes of xm's own: the same program started anew with another verb, because
 * libxl's state does not survive a fork. Some have to be ready before the work goes
 * on; others stand by, and clear up if who does the work is killed. Called by the
 * verbs that make, save and move guests.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock.h"
#include "start.h"
#include "util.h"

#define SELF "/proc/self/exe"
#define WORDS_MOST 12

/* Become this program with another verb; returns only if that fails. More may be NULL. */
void xm_start_exec(const char *verb, const char *option, const char *more,
		   uint32_t domid)
{
	const char *argv[] = { "xm", verb, option, NULL, NULL, NULL, NULL };
	char id[16];
	int n = 3;

	snprintf(id, sizeof(id), "%u", domid);
	argv[n++] = id;
	if (more)
		argv[n++] = more;
	if (xm_verbose)
		argv[n] = xm_verbose > 1 ? "-vv" : "-v";
	xm_signals_release();
	execv(SELF, (char *const *)argv);
	xm_error(verb, "could not be started: %s", strerror(errno));
}

/**
 * xm_start_verb() - start a verb that writes a byte when it is ready
 * @verb: which
 * @option: what its descriptor stands behind, as in "--ready="
 * @more: another option, or NULL
 * @domid: what it is about
 * @fd: readable once it is ready, see xm_start_ready()
 *
 * Its end of the pipe is the only one left open, so if it dies instead, that
 * shows as end of file.
 *
 * Return: the process, or -1.
 */
pid_t xm_start_verb(const char *verb, const char *option, const char *more,
		    uint32_t domid, int *fd)
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
		xm_start_exec(verb, text, more, domid);
		_exit(1);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -1;
	}
	*fd = ends[0];
	return pid;
}

/*
 * libxl's own children end meanwhile, and their signals interrupt this. Return: with
 * what it has ended; -1: killed.
 */
int xm_start_reap(pid_t pid)
{
	int status = 0;
	pid_t got;

	do {
		got = waitpid(pid, &status, 0);
	} while (got < 0 && errno == EINTR);
	return got == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Wait for the byte, and close the descriptor. False: it died, or a signal came. */
bool xm_start_ready(int fd)
{
	ssize_t n;
	char byte;

	do {
		n = read(fd, &byte, 1);
	} while (n < 0 && errno == EINTR && !xm_interrupted);
	close(fd);
	return n == 1;
}

/* Not a child of who may be killed with all its group. */
static void __attribute__((noreturn))
stand_by(const char *verb, int fd, const int keep[XM_STANDBY_KEEPS],
	 const char *const *words)
{
	const char *argv[WORDS_MOST] = { "xm", verb, "--" };
	char text[16];
	int n = 4;

	if (setsid() < 0 || fork())
		_exit(0);
	snprintf(text, sizeof(text), "%d", fd);
	argv[3] = text;
	while (*words && n < WORDS_MOST - 1)
		argv[n++] = *words++;
	fcntl(fd, F_SETFD, 0);
	for (size_t i = 0; i < XM_STANDBY_KEEPS; i++)
		if (keep[i] >= 0)
			fcntl(keep[i], F_SETFD, 0);
	execv(SELF, (char *const *)argv);
	_exit(1);
}

/**
 * xm_standby_start() - have somebody stand by who clears up if this process is killed
 * @verb: what it does then; it gets a descriptor for xm_standby_wait() first
 * @keep: descriptors that stay open for it; -1: none
 * @words: its other arguments, with NULL at the end
 *
 * Return: what xm_standby_dismiss() wants; -1: nobody stands by.
 */
int xm_standby_start(const char *verb, const int keep[XM_STANDBY_KEEPS],
		     const char *const *words)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid)
		stand_by(verb, ends[0], keep, words);
	close(ends[0]);
	if (pid < 0) {
		close(ends[1]);
		return -1;
	}
	xm_start_reap(pid);
	return ends[1];
}

/* All is done: there is nothing to clear up any more. */
void xm_standby_dismiss(int fd)
{
	if (fd < 0)
		return;
	if (!xm_tell(fd))
		xm_note("standby", "nobody stood by");
	close(fd);
}

/**
 * xm_standby_wait() - stand by
 * @fd: what the verb got from xm_standby_start()
 *
 * Return: whether there is something to clear up.
 */
bool xm_standby_wait(int fd)
{
	ssize_t got;
	char byte;

	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	do {
		got = read(fd, &byte, 1);
	} while (got < 0 && errno == EINTR);
	/* A byte: it needs nothing. None, and the end: it was killed. */
	return !got;
}
