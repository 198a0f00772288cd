/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that requests ask for: at most so many at a time. */
#ifndef XEND_RUN_H
#define XEND_RUN_H

#include <stdbool.h>
#include <sys/types.h>

#define XEND_RUNS 8
#define XEND_RUNS_LONG 6
#define XEND_RUNS_WAITING 128
#define XEND_RUN_OUTPUT 1048576

/* Gets the exit status, or one of reply.h's, and the output, which it may change. */
typedef void xend_run_done(void *arg, int exit_status, char *out, char *err);

/**
 * struct xend_command - what to run
 * @program: path
 * @argv: what stands behind the program's name, with a NULL behind
 * @input: its standard input; NULL: none
 * @seconds: how long it may take; long ones do not take all places
 * @door: who has asked; NULL: it is not logged
 * @what: what stands in the log
 * @done: called in the end
 * @arg: for that
 */
struct xend_command {
	const char *program;
	char **argv;
	const char *input;
	long seconds;
	const char *door;
	const char *what;
	xend_run_done *done;
	void *arg;
};

bool xend_run_add(const struct xend_command *command);
void xend_run_forget(void *arg);
void xend_run_reap(pid_t pid, int status);
void xend_run_tick(void);
void xend_run_drop(void);
bool xend_run_idle(void);

#endif /* XEND_RUN_H */
