/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks: that under which guests are made, one for each guest; and signals meanwhile. */
#ifndef XM_LOCK_H
#define XM_LOCK_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The signal that came since xm_signals_hold(), 0 if none did. */
extern volatile sig_atomic_t xm_interrupted;

void xm_signals_hold(void);
void xm_signals_end(const char *words);
void xm_signals_release(void);
int xm_lock(const char *path, const char *name);
int xm_lock_restores(bool none, const char *name);
off_t xm_lock_place(const uint8_t *uuid);
int xm_lock_byte(const char *path, off_t at, long seconds);
void xm_lock_end(int fd);

#endif /* XM_LOCK_H */
