/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of the host and its guests. */
#ifndef XEND_SAMPLE_H
#define XEND_SAMPLE_H

#include <stdbool.h>
#include <sys/types.h>

/* sample.c: in the process that speaks HTTP */
const char *xend_sample(void);
bool xend_sample_reap(pid_t pid);
void xend_sample_tick(void);
void xend_sample_stop(void);

/* sampler.c: a process of its own */
int xend_sampler(void);

#endif /* XEND_SAMPLE_H */
