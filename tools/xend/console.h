/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests' consoles, for browsers. */
#ifndef XEND_CONSOLE_H
#define XEND_CONSOLE_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * enum xend_typed - what became of keys: all of them are taken, or none
 * @XEND_TYPED: the guest gets them
 * @XEND_TYPED_FULL: it has not taken the ones before yet
 * @XEND_TYPED_NOBODY: nobody looks at this console
 */
enum xend_typed { XEND_TYPED, XEND_TYPED_FULL, XEND_TYPED_NOBODY };

/* Gets a JSON object. */
typedef void xend_console_done(void *arg, const char *json);

bool xend_console_watch(const char *name, long long from,
			xend_console_done *done, void *arg);
enum xend_typed xend_console_type(const char *name, const char *input);
void xend_console_forget(void *arg);
bool xend_console_reap(pid_t pid);
void xend_console_tick(void);
void xend_console_stop(void);

#endif /* XEND_CONSOLE_H */
