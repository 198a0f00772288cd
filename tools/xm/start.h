/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes of xm's own: the same program with another verb. */
#ifndef XM_START_H
#define XM_START_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

void xm_start_exec(const char *verb, const char *option, const char *more,
		   uint32_t domid);
pid_t xm_start_verb(const char *verb, const char *option, const char *more,
		    uint32_t domid, int *fd);
int xm_start_reap(pid_t pid);
bool xm_start_ready(int fd);

/* How many descriptors stay open for who stands by. */
#define XM_STANDBY_KEEPS 2

int xm_standby_start(const char *verb, const int keep[XM_STANDBY_KEEPS],
		     const char *const *words);
void xm_standby_dismiss(int fd);
bool xm_standby_wait(int fd);

#endif /* XM_START_H */
