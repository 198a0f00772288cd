/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a configuration to a guest that runs, with its watcher. */
#ifndef XM_LAUNCH_H
#define XM_LAUNCH_H

#include "build.h"

/**
 * struct xm_launch - what was asked for, and how far it got
 * @console: attach to its console before it runs
 * @foreground: watch over it instead of leaving a process behind
 * @paused: leave it paused
 * @viewer: show its screen as soon as it runs
 * @autopass: and tell who shows it the password
 * @force: restore it even if it has run on since it was saved
 * @from: a saved guest, which is restored from here; -1: it is made anew
 * @ready: called before it may run; its result is an exit code. NULL: nothing has to
 *         be done
 * @claim: the guest is this process' own
 * @standby: who takes away what is left if this process is killed
 * @console_pid: the console's process, 0 if there is none
 * @console_fd: readable once the console is attached
 */
struct xm_launch {
	bool console, foreground, paused, viewer, autopass, force;
	int from;
	int (*ready)(const struct xm_launch *l, const char *name);
	int claim;
	int standby;
	pid_t console_pid;
	int console_fd;
};

int xm_launch(struct xm_launch *l, libxl_domain_config *dc);

#endif /* XM_LAUNCH_H */
