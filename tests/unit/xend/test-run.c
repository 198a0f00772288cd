// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands that requests ask for (run.c): what they print takes nobody else's time or life. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "loop.h"
#include "reply.h"
#include "run.h"
#include "util.h"

/* More than a loop with others in it may take at a time. */
#define TOO_MANY 100

static char *fifo;
static const char *door;
static bool endless;
static int reads, signals, ended;

/* No time passes here. */
long xm_clock(void)
{
	return 1000;
}

/* Instead of libc's: as if somebody printed faster than anybody could read it. */
ssize_t read(int fd, void *to, size_t size)
{
	if (!endless || size < 4096)
		return syscall(SYS_read, fd, to, size);
	if (++reads > TOO_MANY) {
		errno = EAGAIN;
		return -1;
	}
	memset(to, 'x', size);
	return size;
}

int kill(pid_t pid, int sig)
{
	(void)pid;
	(void)sig;
	signals++;
	return 0;
}

static void on_done(void *arg, int exit_status, char *out, char *err)
{
	(void)arg;
	(void)out;
	(void)err;
	ended = exit_status;
}

/* It waits at the FIFO until somebody writes there. */
static void start(const char *before, const char *after)
{
	char option[] = "-c";
	char *script = xm_asprintf("%s; cat %s; %s", before, fifo, after);
	char *argv[] = { option, script, NULL };
	char *who = door ? xm_strdup(door) : NULL;
	struct xend_command command = {
		.program = "/bin/sh", .argv = argv, .seconds = 60,
		.door = who, .what = "xm save g1 f", .done = on_done,
	};

	reads = 0;
	signals = 0;
	ended = 1;
	CHECK(xend_run_add(&command));
	/* Who has asked may be gone before it is done. */
	free(who);
	free(script);
}

/* Let it go on; returns once it has come so far, and what it printed was read. */
static void let_go_on(void)
{
	int fd;

	do {
		xend_loop_turn(10);
		fd = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	} while (fd < 0);
	/* More than a pipe holds. */
	xend_loop_turn(0);
	xend_loop_turn(0);
	close(fd);
}

static void reap(void)
{
	int status;
	pid_t pid = waitpid(-1, &status, 0);

	CHECK(pid > 0);
	xend_run_reap(pid, status);
	CHECK(xend_run_idle());
}

static void who_prints_without_end_holds_up_nobody(void)
{
	start("echo x", "true");
	endless = true;
	while (!reads)
		xend_loop_turn(10);
	CHECK(reads < TOO_MANY);
	endless = false;
	let_go_on();
	reap();
}

/* What it printed last is too much, but by then its number may be another process'. */
static void who_has_ended_is_not_signalled(void)
{
	start("head -c 1040000 /dev/zero", "exec head -c 20000 /dev/zero");
	let_go_on();
	CHECK_INT(signals, 0);
	reap();
	CHECK_INT(signals, 0);
	CHECK_INT(ended, XEND_RUN_LONG);
}

static void who_prints_too_much_is_told_to_end(void)
{
	start("head -c 1100000 /dev/zero", "true");
	let_go_on();
	CHECK_INT(signals, 1);
	reap();
	CHECK_INT(ended, XEND_RUN_LONG);
}

/* Is this a line of the log, behind the time and the program's name? */
static bool is_logged(const char *log, const char *line)
{
	char *text = xm_readfile(log, NULL);
	char *want = xm_asprintf(": %s\n", line);
	bool is = text && strstr(text, want);

	free(want);
	free(text);
	return is;
}

static void what_is_said_stands_in_the_log_at_once(void)
{
	char *log = xm_asprintf("%s.log", fifo);

	xm_log_to(log);
	door = "socket";
	start("echo 'xm: g1: saving, 5 s so far' >&2",
	      "printf 'xm: g1: was not saved\\nand goes on' >&2; exit 1");
	let_go_on();
	CHECK(is_logged(log, "socket: xm save g1 f: begins"));
	CHECK(is_logged(log, "socket: g1: saving, 5 s so far"));
	CHECK(!is_logged(log, "socket: xm save g1 f: status 1"));
	reap();
	CHECK(is_logged(log, "socket: g1: was not saved"));
	CHECK(is_logged(log, "socket: and goes on"));
	CHECK(is_logged(log, "socket: xm save g1 f: status 1"));
	CHECK_INT(ended, 1);
	door = NULL;
	unlink(log);
	free(log);
}

int main(void)
{
	char dir[] = "/tmp/test-run-XXXXXX";

	alarm(600);
	if (!mkdtemp(dir) || xend_loop_open())
		return 1;
	fifo = xm_asprintf("%s/fifo", dir);
	if (mkfifo(fifo, 0600))
		return 1;
	RUN(who_prints_without_end_holds_up_nobody);
	RUN(who_has_ended_is_not_signalled);
	RUN(who_prints_too_much_is_told_to_end);
	RUN(what_is_said_stands_in_the_log_at_once);
	unlink(fifo);
	rmdir(dir);
	free(fifo);
	return check_done();
}
