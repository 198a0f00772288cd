/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A screen that is drawn again and again, and keys that are pressed meanwhile. */
#ifndef XM_TERM_H
#define XM_TERM_H

#include <stdbool.h>

/* Ctrl-L, which people type for that. */
#define XM_TERM_AGAIN 12

bool xm_term_usable(void);
void xm_term_begin(void);
void xm_term_draw(const char *text);
int xm_term_key(int ms);
void xm_term_end(void);

#endif /* XM_TERM_H */
