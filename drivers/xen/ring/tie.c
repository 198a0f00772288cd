// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frontend's tie to its backend. See tie.h. Floor F4; called by the life.c of
 * every frontend, by a work, and by a watch on the device's own node "backend".
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "keys.h"
#include "tie.h"
#include "watch.h"

/* How long a backend that is to go is waited for: 5 seconds in all. */
#define SOON_TRIES	100
#define SOON_DELAY_MS	50

/* How soon to try again with a backend that closed while we connected. */
#define AGAIN_DELAY	(5 * HZ)

/*
 * Connections are brought on here. A disk's may be what memory is to be written to
 * that others wait for: so there is a thread for it, whatever memory there is.
 */
struct workqueue_struct *xen_tie_workqueue;
EXPORT_SYMBOL_GPL(xen_tie_workqueue);

static int xen_tie_later(struct xen_tie *tie)
{
	mod_delayed_work(xen_tie_workqueue, &tie->work, XEN_TIE_RETRY);
	return -EAGAIN;
}

/**
 * xen_tie_disconnect - take the rings down
 * @tie: the tie; its peer's lock is held
 *
 * Context: may sleep. Return: 0; -EAGAIN while the backend keeps pages mapped,
 * and then the state machine tries again by itself.
 */
int xen_tie_disconnect(struct xen_tie *tie)
{
	tie->ops->quiet(tie);
	if (tie->ops->take_down(tie, false))
		return xen_tie_later(tie);
	tie->broken = false;
	return 0;
}
EXPORT_SYMBOL_GPL(xen_tie_disconnect);

static void xen_tie_disconnect_by_force(struct xen_tie *tie)
{
	tie->ops->quiet(tie);
	tie->ops->take_down(tie, true);
	tie->broken = false;
}

/*
 * Gives the backend time: one that is going, too, may still be about to let go. Of
 * the rings as well, if what it has is to be sent to another: it could do it later
 * than that.
 */
static void xen_tie_disconnect_soon(struct xen_tie *tie, bool with_rings)
{
	int tries;

	tie->ops->quiet(tie);
	for (tries = 0; tries < SOON_TRIES; tries++) {
		if ((!with_rings || !tie->ops->revoke(tie)) &&
		    !xen_tie_disconnect(tie))
			return;
		msleep(SOON_DELAY_MS);
	}
	xen_tie_disconnect_by_force(tie);
}

static int xen_tie_write_state(struct xenbus_transaction xbt, void *owner)
{
	struct xen_tie *tie = owner;
	const struct xenbus_device *dev = tie->peer.dev;
	int err = xen_tie_check(tie, xbt);

	return err ?: xenbus_printf(xbt, dev->nodename, "state", "%d",
				    dev->state);
}

/*
 * Upstream's backend says Closed while it still has requests, and with them the
 * rings. It looks at them again when our state is written, and at no other time.
 */
static void xen_tie_remind(struct xen_tie *tie)
{
	if (tie->peer.theirs == XenbusStateClosed)
		xen_keys_publish(tie->peer.dev, xen_tie_write_state, tie);
}

/**
 * xen_tie_renew - begin again, which is the state machine's XEN_PEER_RENEW
 * @tie: the tie; its peer's lock is held
 *
 * At once after a connection that worked; else again after a while, as the
 * backend may be closing whenever we come. Not before it is sure that no backend
 * has the old rings.
 *
 * Context: may sleep. Return: 0; -EBUSY when the device is not wanted any more;
 * -EAGAIN when it is not time yet, and then it is tried again by itself.
 */
int xen_tie_renew(struct xen_tie *tie)
{
	int err;

	if (tie->shut)
		return -EBUSY;
	if (!tie->renew) {
		queue_delayed_work(xen_tie_workqueue, &tie->work,
				   AGAIN_DELAY);
		return -EAGAIN;
	}
	tie->ops->quiet(tie);
	if (tie->ops->revoke(tie)) {
		xen_tie_remind(tie);
		return xen_tie_later(tie);
	}
	err = xen_tie_disconnect(tie);
	if (!err)
		tie->renew = false;
	return err;
}
EXPORT_SYMBOL_GPL(xen_tie_renew);

/* Whether there is a connection, or the offer of one, that can be given up. */
static bool xen_tie_is_up(const struct xen_tie *tie)
{
	return tie->peer.dev->state == XenbusStateInitialised ||
	       tie->peer.dev->state == XenbusStateConnected;
}

/* If not, the bus has left the last one, and did not get as far as to the next. */
static bool xen_tie_has_backend(const struct xenbus_device *dev)
{
	return dev->otherend && dev->otherend_watch.node;
}

static bool xen_tie_is_moved(const struct xenbus_device *dev)
{
	unsigned int len;
	char *backend = xenbus_read(XBT_NIL, dev->nodename, "backend", &len);
	bool moved;

	if (IS_ERR(backend))
		return false;
	moved = !xen_tie_has_backend(dev) || strcmp(backend, dev->otherend);
	kfree(backend);
	return moved;
}

static int xen_tie_write_backend(struct xenbus_transaction xbt, void *owner)
{
	struct xen_tie *tie = owner;
	const char *dir = tie->peer.dev->nodename;
	unsigned int len;
	char *backend;
	int err = xen_tie_check(tie, xbt);

	if (err)
		return err;
	backend = xenbus_read(xbt, dir, "backend", &len);
	if (IS_ERR(backend))
		return PTR_ERR(backend);
	err = xenbus_write(xbt, dir, "backend", backend);
	kfree(backend);
	return err;
}

/*
 * The watch has fired when the backend could not be left, and does not again. Only
 * xenwatch may move to another, as it is who removes devices: so what stands there
 * is written once more, as it stands.
 */
static void xen_tie_look_again(struct xen_tie *tie)
{
	struct xenbus_device *dev = tie->peer.dev;

	if (tie->suspended || !READ_ONCE(tie->late))
		return;
	WRITE_ONCE(tie->late, false);
	if (!tie->shut && xen_tie_is_moved(dev))
		xen_keys_publish(dev, xen_tie_write_backend, tie);
}

/*
 * A connection whose ring is broken is given up. If that cannot be said now it is a
 * little later, as nothing else would come, and until then nobody uses the rings.
 *
 * Return: whether it can go on.
 */
static bool xen_tie_give_up_broken(struct xen_tie *tie)
{
	if (!tie->broken || tie->shut || !xen_tie_is_up(tie))
		return true;
	if (tie->ops->quiet(tie))
		tie->renew = true;
	if (xen_keys_switch_state(tie->peer.dev, XenbusStateClosing))
		return true;
	xen_tie_later(tie);
	return false;
}

static void xen_tie_bring_on(struct work_struct *work)
{
	struct xen_tie *tie = container_of(to_delayed_work(work),
					   struct xen_tie, work);
	struct xenbus_device *dev = tie->peer.dev;

	mutex_lock(&tie->peer.lock);
	if (!tie->cut && !tie->moving && !xen_tie_replaced(&tie->peer)) {
		if (dev->state == XenbusStateClosed)
			tie->renew = true;
		if (xen_tie_give_up_broken(tie)) {
			xen_peer_again(&tie->peer);
			xen_tie_look_again(tie);
		}
	}
	mutex_unlock(&tie->peer.lock);
}

/**
 * xen_tie_again - something has changed that the connection may wait for
 * @tie: the tie
 *
 * Context: any.
 */
void xen_tie_again(struct xen_tie *tie)
{
	mod_delayed_work(xen_tie_workqueue, &tie->work, 0);
}
EXPORT_SYMBOL_GPL(xen_tie_again);

/**
 * xen_tie_recover - close, and connect anew
 * @tie: the tie
 *
 * A ring is broken, or the rings are to be others. Context: any.
 */
void xen_tie_recover(struct xen_tie *tie)
{
	WRITE_ONCE(tie->broken, true);
	xen_tie_again(tie);
}
EXPORT_SYMBOL_GPL(xen_tie_recover);

/*
 * There is another backend, or will be. Nothing is left of the last one: what other
 * domains had mapped is unmapped, or is given up now. The directory gets our mark,
 * whoever has made it.
 */
static void xen_tie_begin_anew(struct xen_tie *tie, enum xen_tie_named named)
{
	xen_peer_forget(&tie->peer);
	tie->named = named;
	tie->renew = false;
	tie->moving = false;
	WRITE_ONCE(tie->late, false);
	tie->suspended = false;
	xen_tie_disconnect_by_force(tie);
	/* Without it the device is found as a new one; it has been reported. */
	xen_tie_mark(tie);
}

/*
 * The bus could not get to a backend: its directory is not there, or not yet. It has
 * said Closing, which no backend is to see. It is looked for again after a while.
 */
static void xen_tie_stray(struct xen_tie *tie, enum xen_tie_named named)
{
	xen_tie_begin_anew(tie, named);
	if (!xen_tie_check(tie, XBT_NIL))
		xen_keys_switch_state(tie->peer.dev, XenbusStateInitialising);
	WRITE_ONCE(tie->late, true);
	mod_delayed_work(xen_tie_workqueue, &tie->work, AGAIN_DELAY);
}

/*
 * The host has named a backend elsewhere: that of a driver domain which was
 * started again, and has another number. To us it is as after a restore, and the
 * bus knows what to do then. That ends in xen_tie_resume(), so without the
 * lock; xenwatch, where we are, is the only other one that looks at the name.
 *
 * Not by the bus's own restore(), which leaves it to a work where xenstored is in this
 * domain: that work has no device locked, and is not waited for when the device goes.
 */
static void xen_tie_move(struct xen_tie *tie)
{
	struct xenbus_device *dev = tie->peer.dev;

	mutex_lock(&tie->peer.lock);
	WRITE_ONCE(tie->late, tie->suspended);
	if (xen_tie_replaced(&tie->peer) || tie->shut || tie->suspended ||
	    !xen_tie_is_moved(dev)) {
		mutex_unlock(&tie->peer.lock);
		return;
	}
	tie->moving = true;
	xen_tie_disconnect_soon(tie, true);
	mutex_unlock(&tie->peer.lock);

	if (!xenbus_dev_resume(&dev->dev)) {
		dev_info(&dev->dev, "the backend is another one now\n");
		return;
	}
	mutex_lock(&tie->peer.lock);
	xen_tie_stray(tie, XEN_TIE_MOVED);
	mutex_unlock(&tie->peer.lock);
}

static void xen_tie_backend_named(struct xenbus_watch *watch, const char *path,
				  const char *token)
{
	struct xen_tie *tie = container_of(watch, struct xen_tie, backend);
	struct device *dev = &tie->peer.dev->dev;

	/* As for any restore; a device that is being removed stays as it is. */
	if (!device_trylock(dev)) {
		WRITE_ONCE(tie->late, true);
		queue_delayed_work(xen_tie_workqueue, &tie->work, XEN_TIE_RETRY);
		return;
	}
	xen_tie_move(tie);
	device_unlock(dev);
}

/**
 * xen_tie_suspend - the domain is about to be saved, or to be migrated
 * @tie: the tie; its peer's lock is held
 *
 * xen_tie_resume() follows, or xen_tie_complete() if it was called off.
 * Context: any.
 */
void xen_tie_suspend(struct xen_tie *tie)
{
	tie->suspended = true;
}
EXPORT_SYMBOL_GPL(xen_tie_suspend);

/**
 * xen_tie_complete - the domain goes on, saved or not
 * @tie: the tie; its peer's lock is held
 *
 * If it was not, nothing tells again what has changed meanwhile. If it was, the bus may
 * not have come to xen_tie_resume(). Context: may sleep.
 */
void xen_tie_complete(struct xen_tie *tie)
{
	struct xenbus_device *dev = tie->peer.dev;

	tie->suspended = false;
	if (!xen_tie_has_backend(dev))
		xen_tie_stray(tie, tie->named ?: XEN_TIE_RESTORED);
	else if (READ_ONCE(tie->late) || dev->state == XenbusStateConnected)
		xen_tie_again(tie);
}
EXPORT_SYMBOL_GPL(xen_tie_complete);

/**
 * xen_tie_resume - after a restore, or a move: perhaps another backend
 * @tie: the tie, its device's state Initialising again
 *
 * Context: may sleep.
 */
void xen_tie_resume(struct xen_tie *tie)
{
	mutex_lock(&tie->peer.lock);
	xen_tie_begin_anew(tie, tie->moving ? XEN_TIE_MOVED : XEN_TIE_RESTORED);
	mutex_unlock(&tie->peer.lock);
}
EXPORT_SYMBOL_GPL(xen_tie_resume);

/**
 * xen_tie_begin - a device has appeared
 * @tie: to be filled, all 0
 * @dev: the device
 * @rows: the driver's table and actions, for the state machine
 * @ops: what it does with its rings
 *
 * Return: 0 or a negative errno, reported.
 */
int xen_tie_begin(struct xen_tie *tie, struct xenbus_device *dev,
		  const struct xen_peer_ops *rows, const struct xen_tie_ops *ops)
{
	int err;

	tie->ops = ops;
	tie->peer.dev = dev;
	INIT_DELAYED_WORK(&tie->work, xen_tie_bring_on);
	/* First of all: what is read later is of the device that has the mark. */
	err = xen_tie_mark(tie);
	if (err)
		return err;
	xen_peer_init(&tie->peer, dev, rows);
	return xenbus_watch_pathfmt(dev, &tie->backend, NULL, xen_tie_backend_named,
				    "%s/backend", dev->nodename);
}
EXPORT_SYMBOL_GPL(xen_tie_begin);

/**
 * xen_tie_unwatch - stay with the backend that it is; xen_tie_cut() is next
 * @tie: the tie
 *
 * Context: may sleep; its peer's lock is not held.
 */
void xen_tie_unwatch(struct xen_tie *tie)
{
	xen_watch_end(&tie->backend);
}
EXPORT_SYMBOL_GPL(xen_tie_unwatch);

/**
 * xen_tie_cut - the device goes, whatever the backend does
 * @tie: the tie; its peer's lock is held
 *
 * Context: sleeps for 5 s at the most.
 */
void xen_tie_cut(struct xen_tie *tie)
{
	struct xenbus_device *dev = tie->peer.dev;

	tie->shut = true;
	/* A backend lets go of what it has when it is told, if it is ours. */
	if (!xen_tie_check(tie, XBT_NIL))
		xen_keys_switch_state(dev, XenbusStateClosed);
	xen_tie_disconnect_soon(tie, false);
	tie->cut = true;
}
EXPORT_SYMBOL_GPL(xen_tie_cut);

/**
 * xen_tie_stop - no work runs any more
 * @tie: the tie, cut; nobody calls xen_tie_again() again
 *
 * Context: may sleep; its peer's lock is not held.
 */
void xen_tie_stop(struct xen_tie *tie)
{
	cancel_delayed_work_sync(&tie->work);
}
EXPORT_SYMBOL_GPL(xen_tie_stop);

/**
 * xen_tie_init - what all ties share
 *
 * Return: 0 or a negative errno.
 */
int xen_tie_init(void)
{
	int err = xen_mark_init();

	if (err)
		return err;
	xen_tie_workqueue = alloc_workqueue("xen-tie", WQ_FREEZABLE | WQ_MEM_RECLAIM, 0);
	if (!xen_tie_workqueue)
		xen_mark_exit();
	return xen_tie_workqueue ? 0 : -ENOMEM;
}

/**
 * xen_tie_exit - no driver has a tie any more
 */
void xen_tie_exit(void)
{
	destroy_workqueue(xen_tie_workqueue);
	xen_mark_exit();
}
