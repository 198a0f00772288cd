/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A frontend's tie to its backend, whichever that is: how one that is lost is
 * let go of, waited for and found again. That it is another one the next time,
 * after a restore or because the host has named one elsewhere, is part of it.
 *
 * The state machine (peer.h) says when; what a driver's rings are, and what
 * becomes of what is in flight, the driver knows (struct xen_tie_ops).
 *
 * The host may also take a device away and put another one in its place, and a
 * guest that is paused or slow finds only the second one: the same directory, a
 * backend that waits. What was in flight must never reach that one. So the driver
 * marks its directory when it finds the device, with a number of its own in the
 * node "xenify-instance". Whoever makes a directory anew makes it without. A
 * device without our mark is not connected to: the driver is bound to it from the
 * beginning, and its users get errors from the one that they had.
 *
 * Floor F4, above xenbus. Called by the life.c of every frontend.
 */
#ifndef XENIFY_TIE_H
#define XENIFY_TIE_H

#include <linux/types.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

#include "peer.h"

/* How soon to look again whether a backend has let go of pages. */
#define XEN_TIE_RETRY	(HZ / 2)

struct xen_tie;

/**
 * struct xen_tie_ops - what a driver does with its rings
 * @quiet: uses them no more, and keeps what is in flight. May come several
 *	times. Return: whether they were in use with a backend that is connected
 * @revoke: sees to it that no backend has them, or can get them; they are quiet.
 *	Return: 0, or a negative errno while one has
 * @take_down: takes them down, which are quiet; if @force, whatever the backend
 *	keeps: the grant table sees to it that nobody else gets these pages
 *	before it lets go. Return: 0, or a negative errno while it keeps any
 *
 * Context: may sleep; the peer's lock is held.
 */
struct xen_tie_ops {
	bool (*quiet)(struct xen_tie *tie);
	int (*revoke)(struct xen_tie *tie);
	int (*take_down)(struct xen_tie *tie, bool force);
};

/**
 * enum xen_tie_named - how the host has named the backend
 * @XEN_TIE_STAYED: it is the one that it was
 * @XEN_TIE_MOVED: in another domain, as a driver domain was started again
 * @XEN_TIE_RESTORED: anew, for a domain that was restored or migrated
 */
enum xen_tie_named {
	XEN_TIE_STAYED,
	XEN_TIE_MOVED,
	XEN_TIE_RESTORED,
};

/**
 * struct xen_tie - a frontend's tie to its backend
 * @peer: the connection; @peer.lock guards what follows
 * @ops: what the driver does with its rings
 * @work: brings the connection on when nothing else would
 * @backend: watch on our own node that names the backend
 * @broken: a ring broke, or the rings are to be others: to be connected anew.
 *	Written without the lock
 * @renew: a connection that worked was lost: begin anew at once
 * @moving: the other end's name is about to change
 * @late: it may have changed when we could not follow. Written without the lock
 * @suspended: the domain may be another one when it goes on, with directories
 *	that nobody has marked
 * @named: since the last connection the host has named the backend: after a
 *	restore, or elsewhere
 * @replaced: the device in our directory is another one
 * @mark: what we have written there
 * @shut: the device is not wanted any more
 * @cut: and is no more
 */
struct xen_tie {
	struct xen_peer peer;
	const struct xen_tie_ops *ops;
	struct delayed_work work;
	struct xenbus_watch backend;
	bool broken;
	bool renew;
	bool moving;
	bool late;
	bool suspended;
	enum xen_tie_named named;
	bool replaced;
	u64 mark;
	bool shut;
	bool cut;
};

/* What brings a connection on, in the drivers too: no longer than a backend is waited for. */
extern struct workqueue_struct *xen_tie_workqueue;

int xen_tie_begin(struct xen_tie *tie, struct xenbus_device *dev,
		  const struct xen_peer_ops *rows, const struct xen_tie_ops *ops);
void xen_tie_unwatch(struct xen_tie *tie);
void xen_tie_cut(struct xen_tie *tie);
void xen_tie_stop(struct xen_tie *tie);
void xen_tie_again(struct xen_tie *tie);
void xen_tie_recover(struct xen_tie *tie);
int xen_tie_disconnect(struct xen_tie *tie);
int xen_tie_renew(struct xen_tie *tie);
void xen_tie_suspend(struct xen_tie *tie);
void xen_tie_resume(struct xen_tie *tie);
void xen_tie_complete(struct xen_tie *tie);
bool xen_tie_replaced(struct xen_peer *peer);
int xen_tie_check(const struct xen_tie *tie, struct xenbus_transaction xbt);
void xen_tie_replace(struct xen_tie *tie);

/* The bus's, which has exported it, and no header for it. */
int xenbus_dev_resume(struct device *dev);

/* The module's own; see mark.c, main.c. */
int xen_tie_init(void);
void xen_tie_exit(void);
int xen_tie_mark(struct xen_tie *tie);
int xen_mark_init(void);
void xen_mark_exit(void);

#endif /* XENIFY_TIE_H */
