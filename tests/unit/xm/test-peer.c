// SPDX-License-Identifier: GPL-2.0-or-later
/* The other end of a migration: what is heard of it, and for how long it is waited for. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "lock.h"
#include "peer.h"

static int ends[2];
static struct xm_peer peer;

static void begin(const char *text)
{
	if (pipe(ends) || write(ends[1], text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	peer = (struct xm_peer) { .in = ends[0], .out = -1, .name = "g" };
}

static void end(void)
{
	close(ends[0]);
	close(ends[1]);
}

/* What is heard when the other end has said this, and is gone. */
static enum xm_heard hear(const char *text, const char *line)
{
	enum xm_heard heard;

	begin(text);
	close(ends[1]);
	heard = xm_peer_hear(&peer, line, 5);
	close(ends[0]);
	return heard;
}

static void what_is_said(void)
{
	char *noise = malloc(200000);

	CHECK_INT(hear("go\n", XM_PEER_GO), XM_HEARD);
	CHECK_INT(hear("Welcome\n\nxm migration 1 ready\n", XM_PEER_READY), XM_HEARD);
	CHECK_INT(hear("failed\n", XM_PEER_RUNNING), XM_HEARD_FAILED);
	CHECK_INT(hear("fail\n", XM_PEER_RUNNING), XM_HEARD_NOTHING);
	CHECK_INT(hear("no\ngo\n", XM_PEER_GO), XM_HEARD_NOTHING);
	CHECK_INT(hear("go", XM_PEER_GO), XM_HEARD_NOTHING);
	CHECK_INT(hear("", XM_PEER_GO), XM_HEARD_NOTHING);
	CHECK_INT(hear("xm migration 2 ready\n", XM_PEER_READY), XM_HEARD_VERSION);
	CHECK_INT(hear("go\r\n", XM_PEER_GO), XM_HEARD_NOTHING);
	memset(noise, 'x', 1000);
	strcpy(noise + 1000, "\nxm migration 1 ready\n");
	CHECK_INT(hear(noise, XM_PEER_READY), XM_HEARD);
	free(noise);
}

/* Runs in a process of its own; its status is what it has heard. */
static pid_t listener(long seconds)
{
	pid_t pid = fork();

	if (!pid) {
		close(ends[1]);
		_exit(xm_peer_hear(&peer, XM_PEER_GO, seconds));
	}
	return pid;
}

static int result(pid_t pid)
{
	int status;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void endless_noise_has_an_end(void)
{
	static const struct timespec nap = { .tv_nsec = 200000000 };
	pid_t pid, ended;

	begin("");
	pid = listener(1);
	for (int i = 0; i < 25 && write(ends[1], "x", 1) == 1; i++)
		nanosleep(&nap, NULL);
	ended = waitpid(pid, NULL, WNOHANG);
	CHECK_INT(ended, pid);
	if (!ended) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	end();
}

/* It was stopped, or its host was: what lies there then is too old. */
static void what_comes_too_late_does_not_count(void)
{
	pid_t pid;

	begin("");
	pid = listener(1);
	usleep(100000);
	kill(pid, SIGSTOP);
	CHECK(write(ends[1], "go\n", 3) == 3);
	sleep(3);
	kill(pid, SIGCONT);
	CHECK_INT(result(pid), XM_HEARD_NOTHING);
	end();
}

static void a_signal_ends_the_wait(void)
{
	begin("go\n");
	xm_interrupted = SIGTERM;
	CHECK_INT(xm_peer_hear(&peer, XM_PEER_GO, 5), XM_HEARD_NOTHING);
	peer.patient = true;
	CHECK_INT(xm_peer_hear(&peer, XM_PEER_GO, 5), XM_HEARD);
	xm_interrupted = 0;
	end();
}

int main(void)
{
	RUN(what_is_said);
	RUN(endless_noise_has_an_end);
	RUN(what_comes_too_late_does_not_count);
	RUN(a_signal_ends_the_wait);
	return check_done();
}
