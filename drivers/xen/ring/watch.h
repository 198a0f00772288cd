/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The end of a watch that xenbus_watch_pathfmt() set. Floor F4, above xenbus.
 * Called by the main.c of every backend, and by tie.c.
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

#endif /* XENIFY_WATCH_H */
