// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counters of the host and its guests, for charts. A process of its own reads them
 * once a second (sampler.c), as long as somebody asks; here the last line that it
 * wrote is kept, so that any number of clients costs nothing more. Called by
 * http.c and serve.c.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "loop.h"
#include "sample.h"
#include "xend.h"

/* Older ones, in seconds, are none. */
#define OLD 5
/* Nobody has asked for so long. */
#define BORED 60
#define LONGEST (4 << 20)

static struct sample {
	struct xend_source source;
	pid_t pid;
	char *partial;
	size_t len;
	char *last;
	long taken;
	long asked;
} sample = { .source = { .fd = -1 } };

/* All lines that are whole; the last one counts. */
static void take_lines(void)
{
	char *end = memrchr(sample.partial, '\n', sample.len), *start;
	size_t rest;

	if (!end)
		return;
	*end = '\0';
	start = strrchr(sample.partial, '\n');
	free(sample.last);
	sample.last = xm_strdup(start ? start + 1 : sample.partial);
	sample.taken = xm_clock();
	rest = sample.len - (end + 1 - sample.partial);
	memmove(sample.partial, end + 1, rest);
	sample.len = rest;
}

void xend_sample_stop(void)
{
	if (sample.source.fd >= 0) {
		xend_loop_remove(&sample.source);
		close(sample.source.fd);
		sample.source.fd = -1;
	}
	if (sample.pid > 0)
		kill(sample.pid, SIGKILL);
	free(sample.partial);
	sample.partial = NULL;
	sample.len = 0;
}

static void on_line(struct xend_source *source, uint32_t events)
{
	char chunk[16384];
	ssize_t n = read(source->fd, chunk, sizeof(chunk));

	(void)events;
	if (n <= 0 || sample.len + n > LONGEST) {
		xend_sample_stop();
		return;
	}
	sample.partial = realloc(sample.partial, sample.len + n + 1);
	if (!sample.partial)
		xm_no_memory();
	memcpy(sample.partial + sample.len, chunk, n);
	sample.len += n;
	take_lines();
}

static void start(void)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return;
	sample.source.fd = ends[0];
	sample.source.ready = on_line;
	sample.pid = xend_loop_add(&sample.source, EPOLLIN) ? -1 : fork();
	if (!sample.pid) {
		dup2(ends[1], 1);
		signal(SIGPIPE, SIG_DFL);
		execl("/proc/self/exe", "xend", "--sample", NULL);
		_exit(127);
	}
	close(ends[1]);
	if (sample.pid < 0) {
		sample.pid = 0;
		xend_sample_stop();
	}
}

/**
 * xend_sample() - the counters
 *
 * Return: a JSON object; NULL: there are none yet.
 */
const char *xend_sample(void)
{
	long now = xm_clock();

	sample.asked = now;
	if (!sample.pid)
		start();
	return sample.last && now - sample.taken <= OLD ? sample.last : NULL;
}

bool xend_sample_reap(pid_t pid)
{
	if (!sample.pid || pid != sample.pid)
		return false;
	sample.pid = 0;
	xend_sample_stop();
	return true;
}

/* Once a second. */
void xend_sample_tick(void)
{
	if (sample.pid && xm_clock() - sample.asked > BORED)
		xend_sample_stop();
}
