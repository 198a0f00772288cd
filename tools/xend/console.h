/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests' consoles, for browsers. */
#ifndef XEND_CONSOLE_H
#define XEND_CONSOLE_H

#include <stdbool.h>
#include <sys/types.h>

/* Gets a JSON object. */
typedef void xend_console_done(void *arg, const char *json);

bool xend_console_watch(const char *name, long long from,
			xend_console_done *done, void *arg);
bool xend_console_type(const char *name, const char *input);
void xend_console_forget(void *arg);
bool xend_console_reap(pid_t pid);
void xend_console_tick(void);
void xend_console_stop(void);

#endif /* XEND_CONSOLE_H */
