// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the commands that requests ask for: some at a time, others wait, and if
 * too many wait the next is refused. Each has a time and an amount of output;
 * what goes beyond is told to end, and undoes what it has begun. Called by
 * http.c and serve.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "loop.h"
#include "peer.h"
#include "reply.h"
#include "run.h"
#include "util.h"

/*
 * Who was told to end, and does not within so many seconds, is ended. Not sooner: a guest
 * that is just being handed over would be at both ends, or at none.
 */
#define GRACE 180
_Static_assert(GRACE > XM_PEER_RUNNING_SECONDS, "xm migrate waits that long for the other end");
/* What is read of an output at a time. */
#define CHUNK 16384
#define CHUNKS 8
/* Of what a command says so much stands in the log. */
#define LOGGED 32768

struct run;

/* One of its two outputs. */
struct stream {
	struct xend_source source;
	struct run *run;
	char *text;
	size_t len;
	size_t logged;
};

/**
 * struct run - a command
 * @next: the one after it, of those that wait or run
 * @program: path
 * @argv: its arguments, from its name on
 * @input: a file with its standard input
 * @seconds: how long it may take
 * @until: when it is told to end, and after that when it is ended
 * @why: the reason, of reply.h's
 * @pid: its process; 0: it waits; -1: it was waited for
 * @out: what it prints
 * @err: what it says
 * @door: who has asked; NULL: it is not logged
 * @what: what stands in the log
 * @done: called in the end; NULL: nobody wants to know any more
 * @arg: for that
 */
struct run {
	struct run *next;
	char *program;
	char **argv;
	int input;
	long seconds;
	long until;
	int why;
	pid_t pid;
	struct stream out;
	struct stream err;
	char *door;
	char *what;
	xend_run_done *done;
	void *arg;
};

static struct run *runs;
static int working, waiting, long_ones;

static void set_argv(struct run *run, const struct xend_command *command)
{
	const char *name = strrchr(command->program, '/');
	size_t n = 0;

	while (command->argv[n])
		n++;
	run->argv = xm_calloc(n + 2, sizeof(*run->argv));
	run->argv[0] = xm_strdup(name ? name + 1 : command->program);
	for (size_t i = 0; i < n; i++)
		run->argv[i + 1] = xm_strdup(command->argv[i]);
}

/* In memory, all of it, so that nobody has to wait until it is read. */
static int input_of(const char *text)
{
	size_t len = text ? strlen(text) : 0;
	int fd;

	if (!text)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("input", MFD_CLOEXEC);
	if (fd >= 0 && (write(fd, text, len) != (ssize_t)len ||
			lseek(fd, 0, SEEK_SET))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void close_stream(struct stream *s)
{
	if (s->source.fd < 0)
		return;
	xend_loop_remove(&s->source);
	close(s->source.fd);
	s->source.fd = -1;
}

static void free_run(struct run *run)
{
	struct run **at = &runs;

	while (*at != run)
		at = &(*at)->next;
	*at = run->next;
	for (char **word = run->argv; *word; word++)
		free(*word);
	free(run->argv);
	free(run->program);
	free(run->door);
	free(run->what);
	free(run->out.text);
	free(run->err.text);
	if (run->input >= 0)
		close(run->input);
	free(run);
}

/*
 * The lines it has said stand in the log at once: what takes minutes tells how far it is,
 * and why it failed, also if who has asked is gone. The last one may have no end.
 */
static void log_said(struct run *run, bool ended)
{
	struct stream *s = &run->err;
	const char *line;
	int len;

	while (run->door && s->logged < s->len && s->logged < LOGGED) {
		line = s->text + s->logged;
		len = strcspn(line, "\n");
		if (!line[len] && !ended)
			return;
		s->logged += len + 1;
		if (xm_starts(line, "xm: ")) {
			line += 4;
			len -= 4;
		}
		xm_error(run->door, "%.*s%s", len, line,
			 s->logged < LOGGED ? "" : " (what it says from here on is not logged)");
	}
}

/* Who asked was root, or had a key; the log says what came of it. */
static void record(const struct run *run, int status)
{
	if (!run->door)
		return;
	if (status > 0)
		xm_error(run->door, "%s: status %d", run->what, status);
	else
		xm_error(run->door, "%s: %s", run->what, !status ? "done" :
			 status == XEND_RUN_DROPPED ? "was not begun" :
			 "ended before it was done");
}

static void finish(struct run *run, int status)
{
	close_stream(&run->out);
	close_stream(&run->err);
	log_said(run, true);
	if (!run->out.text)
		run->out.text = xm_strdup("");
	if (!run->err.text)
		run->err.text = xm_strdup("");
	if (run->why)
		status = run->why;
	else
		status = WIFEXITED(status) ? WEXITSTATUS(status) :
			 XEND_RUN_KILLED;
	record(run, status);
	if (run->done)
		run->done(run->arg, status, run->out.text, run->err.text);
	free_run(run);
}

/* The first reason counts. */
static void tell_to_end(struct run *run, int why)
{
	if (run->why)
		return;
	run->why = why;
	run->until = xm_clock() + GRACE;
	/* Once it was waited for, its number may be another's. */
	if (run->pid > 0)
		kill(run->pid, SIGTERM);
}

/* Not more at a time than this, as others wait; it is as much as a pipe holds, and more. */
static void read_stream(struct stream *s)
{
	char chunk[CHUNK];
	ssize_t n = 0;

	for (int i = 0; i < CHUNKS; i++) {
		n = read(s->source.fd, chunk, sizeof(chunk));
		if (n <= 0)
			break;
		if (s->len + n > XEND_RUN_OUTPUT) {
			tell_to_end(s->run, XEND_RUN_LONG);
			continue;	/* so that it is not held up */
		}
		s->text = realloc(s->text, s->len + n + 1);
		if (!s->text)
			xm_no_memory();
		/* A NUL would end it early. */
		for (ssize_t j = 0; j < n; j++)
			s->text[s->len++] = chunk[j] ? chunk[j] : '?';
		s->text[s->len] = '\0';
	}
	/* It may have given this to somebody who stays: its end is what counts. */
	if (!n || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_stream(s);
}

static void on_output(struct xend_source *source, uint32_t events)
{
	/* It is the first member. */
	struct stream *s = (struct stream *)source;

	(void)events;
	read_stream(s);
	log_said(s->run, false);
}

static int open_stream(struct run *run, struct stream *s)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	s->run = run;
	s->source.fd = ends[0];
	s->source.ready = on_output;
	if (xend_loop_add(&s->source, EPOLLIN)) {
		close(ends[0]);
		close(ends[1]);
		s->source.fd = -1;
		return -1;
	}
	return ends[1];
}

static void __attribute__((noreturn))
become(const struct run *run, int out, int err)
{
	setsid();
	if (dup2(run->input, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0 ||
	    chdir("/"))
		_exit(127);
	/* SIGPIPE stays ignored: what is under way goes on if nobody listens any more. */
	execv(run->program, run->argv);
	dprintf(2, "xm: %s: cannot be started: %s\n", run->program,
		strerror(errno));
	_exit(127);
}

static bool is_long(const struct run *run)
{
	return run->seconds > XEND_VERB_SECONDS;
}

static void start(struct run *run)
{
	int out = open_stream(run, &run->out);
	int err = open_stream(run, &run->err);

	waiting--;
	run->until = xm_clock() + run->seconds;
	run->pid = -1;
	if (out >= 0 && err >= 0 && run->input >= 0) {
		run->pid = fork();
		if (!run->pid)
			become(run, out, err);
	}
	if (out >= 0)
		close(out);
	if (err >= 0)
		close(err);
	if (run->pid > 0) {
		working++;
		long_ones += is_long(run);
		if (run->door)
			xm_error(run->door, "%s: begins", run->what);
		return;
	}
	run->why = XEND_RUN_KILLED;
	finish(run, 0);
}

static void start_next(void)
{
	struct run *run = runs;

	while (run && working < XEND_RUNS) {
		struct run *next = run->next;

		if (!run->pid &&
		    (!is_long(run) || long_ones < XEND_RUNS_LONG))
			start(run);
		run = next;
	}
}

/**
 * xend_run_add() - run a command, soon
 * @command: what to run; it is copied
 *
 * Return: false if too many wait.
 */
bool xend_run_add(const struct xend_command *command)
{
	struct run *run, **at = &runs;

	if (waiting >= XEND_RUNS_WAITING)
		return false;
	run = xm_calloc(1, sizeof(*run));
	run->program = xm_strdup(command->program);
	set_argv(run, command);
	run->input = input_of(command->input);
	run->seconds = command->seconds;
	run->door = command->door ? xm_strdup(command->door) : NULL;
	run->what = command->what ? xm_strdup(command->what) : NULL;
	run->done = command->done;
	run->arg = command->arg;
	run->out.source.fd = -1;
	run->err.source.fd = -1;
	while (*at)
		at = &(*at)->next;
	*at = run;
	waiting++;
	start_next();
	return true;
}

/* Who asked for it is gone: it goes on, but nobody is told. */
void xend_run_forget(void *arg)
{
	for (struct run *run = runs; run; run = run->next)
		if (run->arg == arg)
			run->done = NULL;
}

void xend_run_reap(pid_t pid, int status)
{
	struct run *run = runs;

	while (run && run->pid != pid)
		run = run->next;
	if (!run)
		return;
	working--;
	long_ones -= is_long(run);
	run->pid = -1;
	if (run->out.source.fd >= 0)
		read_stream(&run->out);
	if (run->err.source.fd >= 0)
		read_stream(&run->err);
	finish(run, status);
	start_next();
}

/* Once a second: is one too late? */
void xend_run_tick(void)
{
	long now = xm_clock();

	for (struct run *run = runs; run; run = run->next) {
		if (run->pid <= 0 || now < run->until)
			continue;
		if (run->why)
			kill(run->pid, SIGKILL);
		else
			tell_to_end(run, XEND_RUN_LATE);
	}
}

/* What waits for its turn is not begun any more. */
void xend_run_drop(void)
{
	struct run *next;

	for (struct run *run = runs; run; run = next) {
		next = run->next;
		if (run->pid)
			continue;
		waiting--;
		run->why = XEND_RUN_DROPPED;
		finish(run, 0);
	}
}

bool xend_run_idle(void)
{
	return !working && !waiting;
}
