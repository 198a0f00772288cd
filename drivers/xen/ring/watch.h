/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What watches that xenbus_watch_pathfmt() sets have in common. Floor F4, above
 * xenbus. Called by the main.c of every backend, by tie.c and by peer.c.
 */
#ifndef XENIFY_WATCH_H
#define XENIFY_WATCH_H

#include <linux/slab.h>
#include <xen/xenbus.h>

/**
 * xen_watch_end - watch no more
 * @watch: one that was set, or could not be, or is all 0
 *
 * On return its callback does not run, nor will it. Context: may sleep; the
 * caller holds no lock that the callback takes.
 */
static inline void xen_watch_end(struct xenbus_watch *watch)
{
	if (!watch->node)
		return;
	unregister_xenbus_watch(watch);
	kfree(watch->node);
	watch->node = NULL;
}

/**
 * xen_watch_is_idle - whether an event of a watch is to be queued
 * @watch: on a node that another domain writes
 * @path: not used
 * @token: not used
 *
 * For xenbus_watch_pathfmt(). One event is enough, as the callback reads the
 * node; another domain must not fill our memory with them.
 */
static inline bool xen_watch_is_idle(struct xenbus_watch *watch,
				     const char *path, const char *token)
{
	return watch->nr_pending == 0;
}

#endif /* XENIFY_WATCH_H */
