// SPDX-License-Identifier: GPL-2.0-or-later
/* Starts programs, mostly xm. Called by all of the daemon. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "xend.h"

/* The xm beside this program, or the installed one. */
const char *xend_xm(void)
{
	static char path[PATH_MAX + 3];
	ssize_t n;
	char *slash;

	if (*path)
		return path;
	n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash)
		strcpy(slash, "/xm");
	if (!slash || access(path, X_OK))
		strcpy(path, "/usr/sbin/xm");
	return path;
}

/**
 * xend_start() - start a program
 * @argv: path and arguments, with a NULL behind
 * @own_session: it is not to end with this one
 *
 * Return: its number; -1 after a message.
 */
pid_t xend_start(const char *const *argv, bool own_session)
{
	pid_t pid = fork();

	if (pid < 0) {
		xm_error(argv[0], "cannot be started: %s", strerror(errno));
		return -1;
	}
	if (pid)
		return pid;
	if (own_session)
		setsid();
	signal(SIGPIPE, SIG_DFL);
	execv(argv[0], (char *const *)argv);
	_exit(127);
}

/**
 * xend_run() - start a program and wait for it
 * @argv: path and arguments, with a NULL behind
 * @seconds: how long; then it goes on unattended
 *
 * Return: its exit status; -1: none, or not in this time.
 */
int xend_run(const char *const *argv, long seconds)
{
	pid_t pid = xend_start(argv, true);
	int status;

	for (long ms = 0; pid > 0 && ms < seconds * 1000; ms += 10) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		usleep(10000);
	}
	return -1;
}
