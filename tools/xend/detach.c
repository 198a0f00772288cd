// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where there is no service manager: xend goes into the background, and its parent
 * process starts it again when it has died. Called by main.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "xend.h"

/* One that ends sooner, in seconds, is started after a longer pause each time. */
#define SOON 10
#define PAUSE_MAX 60

/* Signals are waited for, not caught: none comes at a moment when nobody looks. */
static void heed(sigset_t *set, sigset_t *old)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, set, old);
}

/* Wait until the daemon has ended. Return: whether it was told to. */
static bool attend(pid_t pid, const sigset_t *set, int *status)
{
	bool told = false;
	int sig;

	while (!waitpid(pid, status, WNOHANG)) {
		sig = sigwaitinfo(set, NULL);
		if (sig < 0 || sig == SIGCHLD)
			continue;
		told |= sig != SIGHUP;
		kill(pid, sig);
	}
	return told;
}

/* Return: whether this one was told to end meanwhile. */
static bool rest(long seconds, const sigset_t *set)
{
	long end = xm_clock() + seconds;
	struct timespec left = { .tv_sec = seconds };
	int sig;

	while (left.tv_sec > 0) {
		sig = sigtimedwait(set, NULL, &left);
		if (sig == SIGTERM || sig == SIGINT)
			return true;
		left.tv_sec = end - xm_clock();
	}
	return false;
}

/* Is it of use to start it again? As RestartPreventExitStatus in xend.service. */
static bool again(int status)
{
	if (!WIFEXITED(status))
		return true;
	switch (WEXITSTATUS(status)) {
	case XM_OK:
	case XM_USAGE:
	case XM_CONFIG:
	case XM_BUSY:
		return false;
	default:
		return true;
	}
}

static void tell(int status)
{
	if (WIFEXITED(status))
		xm_error("xend", "has ended with status %d, and is started again",
			 WEXITSTATUS(status));
	else
		xm_error("xend", "was ended by signal %d, and is started again",
			 WTERMSIG(status));
}

static char *number_of(pid_t pid)
{
	return xm_asprintf("%d\n", (int)pid);
}

/*
 * The daemon's parent process is known to who stops xend (xend.init): while it rests it
 * is all of xend. The daemon says it, not itself, as of several only one has the lock.
 */
void xend_detach_note(void)
{
	char *text = number_of(getppid());

	xend_put(XEND_PARENT, text);
	free(text);
}

/* This one ends; what another one is known by stays. */
static void forget(void)
{
	char *mine = number_of(getpid()), *text = xm_readfile(XEND_PARENT, NULL);

	if (text && !strcmp(text, mine))
		unlink(XEND_PARENT);
	free(text);
	free(mine);
}

/*
 * It ends with the daemon, if that was told to, or can't do its work.
 * Return: an exit status.
 */
static int supervise(const char *file, int ready)
{
	long pause = 1, begun;
	sigset_t set, old;
	bool told = false;
	int status;
	pid_t pid;

	heed(&set, &old);
	xm_log_to(XEND_LOG_FILE);
	while (!told) {
		begun = xm_clock();
		status = W_EXITCODE(XM_FAIL, 0);
		pid = fork();
		if (!pid) {
			sigprocmask(SIG_SETMASK, &old, NULL);
			_exit(xend_daemon(file, false, ready));
		}
		/* Who has started it hears of the first daemon by that itself. */
		if (ready >= 0) {
			close(ready);
			dup2(0, 2);
			ready = -1;
		}
		told = pid > 0 && attend(pid, &set, &status);
		if (told || !again(status))
			break;
		tell(status);
		if (xm_clock() - begun >= SOON)
			pause = 1;
		told = rest(pause, &set);
		pause = 2 * pause > PAUSE_MAX ? PAUSE_MAX : 2 * pause;
	}
	forget();
	return WIFEXITED(status) ? WEXITSTATUS(status) : XM_FAIL;
}

static void __attribute__((noreturn))
leave_terminal(const char *file, int ready)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	if (null < 0 || chdir("/"))
		_exit(XM_FAIL);
	dup2(null, 0);
	dup2(null, 1);
	_exit(supervise(file, ready));
}

/**
 * xend_detach() - start the daemon in the background
 * @file: another configuration file than the usual ones; NULL: those
 *
 * Return: an exit status: 0 once it watches over the guests.
 */
int xend_detach(const char *file)
{
	int ends[2], status = 0;
	pid_t pid;
	ssize_t n;
	char byte;

	pid = pipe2(ends, O_CLOEXEC) ? -1 : fork();
	if (pid < 0) {
		xm_error("xend", "cannot be started: %s", strerror(errno));
		return XM_FAIL;
	}
	if (!pid) {
		close(ends[0]);
		leave_terminal(file, ends[1]);
	}
	close(ends[1]);
	do {
		n = read(ends[0], &byte, 1);
	} while (n < 0 && errno == EINTR);
	if (n == 1)
		return XM_OK;
	/* It has ended before it was ready: then it is not tried again. */
	kill(pid, SIGTERM);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) > XM_FAIL)
		return WEXITSTATUS(status);
	xm_error("xend", "ended before it was ready; " XEND_LOG_FILE " may say why");
	return XM_FAIL;
}
