/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock under which guests are made, and signals meanwhile. No libxl. */
#ifndef XM_LOCK_H
#define XM_LOCK_H

#include <signal.h>

/* The signal that came since xm_signals_hold(), 0 if none did. */
extern volatile sig_atomic_t xm_interrupted;

void xm_signals_hold(void);
void xm_signals_end(const char *words);
void xm_signals_release(void);
int xm_lock(const char *path, const char *name);

#endif /* XM_LOCK_H */
