/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one loop of the process that speaks HTTP. */
#ifndef XEND_LOOP_H
#define XEND_LOOP_H

#include <stdint.h>

/**
 * struct xend_source - a descriptor that something may come from
 * @fd: the descriptor; -1: it is not waited for
 * @ready: called when something has; gets epoll's events
 */
struct xend_source {
	int fd;
	void (*ready)(struct xend_source *source, uint32_t events);
};

int xend_loop_open(void);
int xend_loop_add(struct xend_source *source, uint32_t events);
void xend_loop_change(struct xend_source *source, uint32_t events);
void xend_loop_remove(struct xend_source *source);
void xend_loop_turn(int timeout_ms);

#endif /* XEND_LOOP_H */
