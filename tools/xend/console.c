// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests' consoles, for browsers: one "xm console" for each that is looked at, on a
 * terminal of its own, however many look. What it prints is kept, up to a limit; who
 * asks for what comes after a place in it waits until there is something. Called by
 * http.c and serve.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <termios.h>
#include <unistd.h>

#include "console.h"
#include "loop.h"
#include "xend.h"

#define CONSOLES 16
#define WATCHERS 64
#define KEPT 65536
/* So much is typed ahead of a guest: twice of what one request may have. */
#define AHEAD 8192
/* Seconds until an answer says that there is nothing, and until nobody is left. */
#define WAIT 20
#define UNUSED 60
/* xenconsole's own way out. */
#define ESCAPE 0x1d

struct watcher {
	struct watcher *next;
	long long from;
	long until;
	xend_console_done *done;
	void *arg;
};

/**
 * struct console - a guest's console that somebody looks at
 * @source: the terminal's other end
 * @next: of all of them
 * @name: the guest
 * @pid: the process; 0: it has ended
 * @text: the last that it printed, as a ring
 * @total: how much it printed in all
 * @keys: what is typed, and not taken yet
 * @typed: how much of that
 * @used: when somebody asked last, in seconds
 * @watchers: who waits for more
 */
struct console {
	struct xend_source source;
	struct console *next;
	char *name;
	pid_t pid;
	char text[KEPT];
	long long total;
	char keys[AHEAD];
	size_t typed;
	long used;
	struct watcher *watchers;
};

static struct console *consoles;
static int watching;

static void put_base64(FILE *out, const struct console *c, long long from)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (; from < c->total; from += 3) {
		unsigned char b[3] = { 0 };
		int n = c->total - from < 3 ? c->total - from : 3;

		for (int i = 0; i < n; i++)
			b[i] = c->text[(from + i) % KEPT];
		fputc(letters[b[0] >> 2], out);
		fputc(letters[(b[0] & 3) << 4 | b[1] >> 4], out);
		fputc(n > 1 ? letters[(b[1] & 15) << 2 | b[2] >> 6] : '=', out);
		fputc(n > 2 ? letters[b[2] & 63] : '=', out);
	}
}

static void answer(struct console *c, struct watcher *w)
{
	long long oldest = c->total > KEPT ? c->total - KEPT : 0;
	long long from = w->from < oldest || w->from > c->total ? oldest : w->from;
	char *json = NULL;
	size_t len;
	FILE *out = open_memstream(&json, &len);

	if (!out)
		xm_no_memory();
	fprintf(out, "{\"from\": %lld, \"next\": %lld, \"ended\": %s, \"data\": \"",
		from, c->total, c->pid ? "false" : "true");
	put_base64(out, c, from);
	fputs("\"}", out);
	fclose(out);
	watching--;
	w->done(w->arg, json);
	free(json);
	free(w);
}

/* Those that wait no longer: there is something, or it has taken too long. */
static void answer_due(struct console *c, bool all)
{
	struct watcher **at = &c->watchers, *w;

	while ((w = *at)) {
		if (!all && w->from == c->total && c->pid &&
		    xm_clock() < w->until) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		answer(c, w);
	}
}

static void close_terminal(struct console *c)
{
	if (c->source.fd < 0)
		return;
	xend_loop_remove(&c->source);
	close(c->source.fd);
	c->source.fd = -1;
	c->typed = 0;
}

/* As much as the terminal takes; the rest when it takes more. */
static void send_keys(struct console *c)
{
	ssize_t n = c->typed ? write(c->source.fd, c->keys, c->typed) : 0;

	if (n < 0 && errno != EAGAIN && errno != EINTR)
		n = c->typed;	/* it is gone, which reading from it tells */
	if (n > 0) {
		c->typed -= n;
		memmove(c->keys, c->keys + n, c->typed);
	}
	xend_loop_change(&c->source, c->typed ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void on_text(struct xend_source *source, uint32_t events)
{
	/* It is the first member. */
	struct console *c = (struct console *)source;
	char chunk[4096];
	ssize_t n;

	if (events & EPOLLOUT)
		send_keys(c);
	n = read(source->fd, chunk, sizeof(chunk));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_terminal(c);	/* its process is about to end */
		return;
	}
	for (ssize_t i = 0; i < n; i++)
		c->text[c->total++ % KEPT] = chunk[i];
	answer_due(c, false);
}

static void __attribute__((noreturn))
become(const char *name, const char *terminal)
{
	struct termios t;
	int fd;

	setsid();
	fd = open(terminal, O_RDWR);
	if (fd < 0)
		_exit(127);
	if (!tcgetattr(fd, &t)) {
		cfmakeraw(&t);
		tcsetattr(fd, TCSANOW, &t);
	}
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	signal(SIGPIPE, SIG_DFL);
	execl(xend_xm(), "xm", "console", "--", name, NULL);
	_exit(127);
}

/* False: it can't be started. */
static bool start(struct console *c)
{
	char terminal[64];

	c->source.fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (c->source.fd < 0)
		return false;
	if (grantpt(c->source.fd) || unlockpt(c->source.fd) ||
	    ptsname_r(c->source.fd, terminal, sizeof(terminal)) ||
	    xend_loop_add(&c->source, EPOLLIN)) {
		close(c->source.fd);
		c->source.fd = -1;
		return false;
	}
	c->pid = fork();
	if (!c->pid)
		become(c->name, terminal);
	if (c->pid > 0)
		return true;
	c->pid = 0;
	close_terminal(c);
	return false;
}

static struct console *find(const char *name)
{
	struct console *c = consoles;

	while (c && strcmp(c->name, name))
		c = c->next;
	return c;
}

static struct console *make(const char *name)
{
	struct console *c;
	int n = 0;

	for (c = consoles; c; c = c->next)
		n++;
	if (n >= CONSOLES)
		return NULL;
	c = xm_calloc(1, sizeof(*c));
	c->source.fd = -1;
	c->source.ready = on_text;
	c->name = xm_strdup(name);
	c->next = consoles;
	consoles = c;
	return c;
}

/**
 * xend_console_watch() - wait for what a console prints
 * @name: the guest
 * @from: only what comes after so many bytes
 * @done: gets it, or after a while that there is nothing
 * @arg: for that
 *
 * Return: false if there are too many consoles, or who look at them.
 */
bool xend_console_watch(const char *name, long long from,
			xend_console_done *done, void *arg)
{
	struct console *c = find(name);
	struct watcher *w;

	if (watching >= WATCHERS)
		return false;
	if (!c)
		c = make(name);
	if (!c)
		return false;
	c->used = xm_clock();
	if (!c->pid && c->source.fd < 0 && !start(c))
		return false;
	w = xm_calloc(1, sizeof(*w));
	w->from = from;
	w->until = c->used + WAIT;
	w->done = done;
	w->arg = arg;
	w->next = c->watchers;
	c->watchers = w;
	watching++;
	answer_due(c, false);
	return true;
}

/**
 * xend_console_type() - type on a console
 * @name: the guest, whose console somebody looks at
 * @input: what is typed; not the way out of xenconsole
 *
 * Return: whether it is taken; never a part of it.
 */
enum xend_typed xend_console_type(const char *name, const char *input)
{
	struct console *c = find(name);

	if (!c || c->source.fd < 0)
		return XEND_TYPED_NOBODY;
	if (strlen(input) > AHEAD - c->typed)
		return XEND_TYPED_FULL;
	for (const char *p = input; *p; p++)
		if (*p != ESCAPE)
			c->keys[c->typed++] = *p;
	send_keys(c);
	return XEND_TYPED;
}

/* Who waits is gone. */
void xend_console_forget(void *arg)
{
	for (struct console *c = consoles; c; c = c->next) {
		struct watcher **at = &c->watchers, *w;

		while ((w = *at)) {
			if (w->arg != arg) {
				at = &w->next;
				continue;
			}
			*at = w->next;
			watching--;
			free(w);
		}
	}
}

bool xend_console_reap(pid_t pid)
{
	struct console *c = consoles;

	while (c && c->pid != pid)
		c = c->next;
	if (!c)
		return false;
	/* What it has said last. */
	while (c->source.fd >= 0) {
		long long before = c->total;

		on_text(&c->source, 0);
		if (c->total == before)
			break;
	}
	c->pid = 0;
	close_terminal(c);
	answer_due(c, true);
	return true;
}

static void end(struct console **at)
{
	struct console *c = *at;

	answer_due(c, true);
	close_terminal(c);
	if (c->pid > 0)
		kill(c->pid, SIGKILL);
	*at = c->next;
	free(c->name);
	free(c);
}

/* Once a second. */
void xend_console_tick(void)
{
	struct console **at = &consoles;

	while (*at) {
		answer_due(*at, false);
		if (!(*at)->watchers &&
		    xm_clock() - (*at)->used > UNUSED)
			end(at);
		else
			at = &(*at)->next;
	}
}

void xend_console_stop(void)
{
	while (consoles)
		end(&consoles);
}
