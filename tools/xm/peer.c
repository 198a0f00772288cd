// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The other end of a migration: a process on this host, or one that ssh starts on
 * another; and the lines that the two ends say to each other (peer.h). Called by
 * cmd-migrate.c and cmd-migrate-receive.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lock.h"
#include "op.h"
#include "peer.h"
#include "start.h"

/* What a shell prints before the first line that is meant. */
#define CHATTER_MOST (64 << 10)

/* How long the other end may take to end: when all is well, and when it is told to. */
#define END_SECONDS 150
#define TERM_SECONDS 10

/* What is typed, or a terminal that goes away, is this process' business, not ssh's. */
static void __attribute__((noreturn))
become(const char *ssh, const char *host)
{
	const char *loud = xm_verbose ? "-v" : NULL;
	char *line;

	xm_signals_release();
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (!host) {
		execl("/proc/self/exe", "xm", "migrate-receive", loud, NULL);
	} else {
		line = xm_asprintf("exec %s \"$@\"", ssh);
		execl("/bin/sh", "sh", "-c", line, "sh", host, "xm",
		      "migrate-receive", loud, NULL);
	}
	xm_error(host ? host : "xm", "could not be started: %s", strerror(errno));
	_exit(127);
}

/**
 * xm_peer_start() - start the other end
 * @peer: @peer->name is set; the rest is filled in
 * @ssh: a command line to which the host's name is added, and a command for there
 * @host: the host; NULL: this one, without ssh
 *
 * Return: whether it could be started.
 */
bool xm_peer_start(struct xm_peer *peer, const char *ssh, const char *host)
{
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC))
		return false;
	if (pipe2(from, O_CLOEXEC)) {
		close(to[0]);
		close(to[1]);
		return false;
	}
	peer->pid = fork();
	if (!peer->pid) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		become(ssh, host);
	}
	close(to[0]);
	close(from[1]);
	peer->in = from[0];
	peer->out = to[1];
	if (peer->pid > 0)
		return true;
	close(peer->in);
	close(peer->out);
	return false;
}

/* False: nobody is there any more. SIGPIPE is ignored (lock.h). */
bool xm_peer_say(struct xm_peer *peer, const char *line)
{
	char *text = xm_asprintf("%s\n", line);
	size_t len = strlen(text);
	bool said = write(peer->out, text, len) == (ssize_t)len;

	free(text);
	return said;
}

/**
 * struct waiting - somebody waits
 * @end: until then
 * @said: when a line said so
 */
struct waiting {
	long end, said;
};

/*
 * One byte, because a stream may follow. 1; 0: the end, or it lasts too long. What lies
 * there when this process comes to look, but too late, does not count either.
 */
static int hear_byte(struct xm_peer *peer, char *byte, struct waiting *w)
{
	struct pollfd pfd = { .fd = peer->in, .events = POLLIN };
	int ready = 0;
	ssize_t n;

	while (ready <= 0) {
		ready = poll(&pfd, 1, 1000);
		if (xm_clock() > w->end || (xm_interrupted && !peer->patient))
			return 0;
		if (ready <= 0 && peer->pid && xm_clock() - w->said >= XM_SILENT_SECONDS) {
			xm_error(peer->name, "waiting for the other end");
			w->said = xm_clock();
		}
	}
	do {
		n = read(peer->in, byte, 1);
	} while (n < 0 && errno == EINTR);
	return n == 1;
}

/**
 * xm_peer_hear() - wait for a line
 * @peer: the other end
 * @line: the line; before %XM_PEER_READY there may be others
 * @seconds: how long it may take
 *
 * Return: whether it came, or what else.
 */
enum xm_heard xm_peer_hear(struct xm_peer *peer, const char *line, long seconds)
{
	struct waiting w = { .end = xm_clock() + seconds, .said = xm_clock() };
	bool first = !strcmp(line, XM_PEER_READY);
	size_t chatter = 0, used = 0;
	char text[128];

	while (chatter++ < CHATTER_MOST && hear_byte(peer, &text[used], &w)) {
		if (text[used] != '\n') {
			used += used < sizeof(text) - 1;
			continue;
		}
		text[used] = '\0';
		if (!strcmp(text, line))
			return XM_HEARD;
		if (first && xm_starts(text, XM_PEER_XM))
			return XM_HEARD_VERSION;
		if (!first)
			return strcmp(text, XM_PEER_FAILED) ? XM_HEARD_NOTHING :
							      XM_HEARD_FAILED;
		used = 0;
	}
	return XM_HEARD_NOTHING;
}

/* False: it has not ended in time. */
static bool has_ended(struct xm_peer *peer, long seconds)
{
	static const struct timespec nap = { .tv_nsec = 20000000 };
	long end = xm_clock() + seconds;

	while (!waitpid(peer->pid, NULL, WNOHANG)) {
		if (xm_clock() > end)
			return false;
		nanosleep(&nap, NULL);
	}
	return true;
}

/**
 * xm_peer_end() - have done with the other end
 * @peer: from xm_peer_start()
 * @kill_it: do not wait for it. Who asks for a password does not see that nobody is
 *           there any more
 */
void xm_peer_end(struct xm_peer *peer, bool kill_it)
{
	close(peer->in);
	close(peer->out);
	if (!kill_it && has_ended(peer, END_SECONDS))
		return;
	kill(peer->pid, SIGTERM);
	if (has_ended(peer, TERM_SECONDS))
		return;
	kill(peer->pid, SIGKILL);
	xm_start_reap(peer->pid);
}
