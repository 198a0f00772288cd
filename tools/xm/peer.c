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
#include <time.h>
#include <unistd.h>

#include "lock.h"
#include "op.h"
#include "peer.h"
#include "start.h"

/* What a shell prints before the first line that is meant. */
#define CHATTER_MOST (64 << 10)

static void __attribute__((noreturn))
become(const char *ssh, const char *host)
{
	const char *loud = xm_verbose ? "-v" : NULL;
	char *line;

	xm_signals_release();
	signal(SIGPIPE, SIG_DFL);
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

/* False: nobody is there any more. */
bool xm_peer_say(struct xm_peer *peer, const char *line)
{
	sighandler_t old = signal(SIGPIPE, SIG_IGN);
	char *text = xm_asprintf("%s\n", line);
	size_t len = strlen(text);
	bool said = write(peer->out, text, len) == (ssize_t)len;

	signal(SIGPIPE, old);
	free(text);
	return said;
}

/* One byte, because a stream may follow. 1; 0: the end, or it lasts too long. */
static int hear_byte(struct xm_peer *peer, char *byte, time_t *said, time_t end)
{
	struct pollfd pfd = { .fd = peer->in, .events = POLLIN };
	ssize_t n;
	time_t now;

	while (poll(&pfd, 1, 1000) <= 0) {
		now = time(NULL);
		if (xm_interrupted || now >= end)
			return 0;
		if (peer->pid && now - *said >= XM_SILENT_SECONDS) {
			xm_error(peer->name, "waiting for the other end");
			*said = now;
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
	time_t said = time(NULL), end = said + seconds;
	bool first = !strcmp(line, XM_PEER_READY);
	size_t chatter = 0, used = 0;
	char text[128];

	while (chatter++ < CHATTER_MOST && hear_byte(peer, &text[used], &said, end)) {
		if (text[used] != '\n') {
			used += used < sizeof(text) - 1;
			continue;
		}
		text[used] = '\0';
		if (!strcmp(text, line))
			return XM_HEARD;
		if (!first)
			return XM_HEARD_OTHER;
		used = 0;
	}
	return XM_HEARD_NOTHING;
}

/* Who asks for a password does not see that nobody is there any more: kill it. */
void xm_peer_end(struct xm_peer *peer, bool kill_it)
{
	close(peer->in);
	close(peer->out);
	if (kill_it)
		kill(peer->pid, SIGTERM);
	xm_start_reap(peer->pid);
}
