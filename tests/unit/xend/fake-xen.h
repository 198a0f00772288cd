/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directory that stands for a host that isn't there; fake-xen.c tells what is in it. */
#ifndef FAKE_XEN_H
#define FAKE_XEN_H

#include "xm.h"

char *fake_place(const char *fmt, ...) XM_PRINTF(1, 2);
int fake_enter(void);
void fake_leave(int fd);
void fake_step(void);
void fake_hold(const char *what);
void fake_note(const char *call, uint32_t domid);
bool fake_fails(const char *call);
char *fake_get(uint32_t domid, const char *what);
void fake_write(const char *path, const char *text);
void fake_put(uint32_t domid, const char *what, const char *text);
bool fake_exists(uint32_t domid);
void fake_done(uint32_t domid, const libxl_asyncop_how *how, int rc);
void fake_wipe(const char *dir, const char *pattern);

#endif /* FAKE_XEN_H */
