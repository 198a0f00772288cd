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

#include "tie.h"
#include "watch.h"

/* How long a backend that is to go is waited for: 5 seconds in all. */
#define SOON_TRIES	100
#define SOON_DELAY_MS	50

/* How soon to try again with a backend that closed while we connected. */
#define AGAIN_DELAY	(5 * HZ)

static int later(struct xen_tie *tie)
{
	mod_delayed_work(system_freezable_wq, &tie->work, XEN_TIE_RETRY);
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
		return later(tie);
	tie->broken = false;
	return 0;
}
EXPORT_SYMBOL_GPL(xen_tie_disconnect);

static void disconnect_by_force(struct xen_tie *tie)
{
	tie->ops->quiet(tie);
	tie->ops->take_down(tie, true);
	tie->broken = false;
}

/* Gives the backend time: one that is going, too, may still be about to let go. */
static void disconnect_soon(struct xen_tie *tie)
{
	int tries;

	for (tries = 0; tries < SOON_TRIES; tries++) {
		if (!xen_tie_disconnect(tie))
			return;
		msleep(SOON_DELAY_MS);
	}
	disconnect_by_force(tie);
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
		queue_delayed_work(system_freezable_wq, &tie->work,
				   AGAIN_DELAY);
		return -EAGAIN;
	}
	tie->ops->quiet(tie);
	if (tie->ops->recall(tie))
		return later(tie);
	err = xen_tie_disconnect(tie);
	if (!err)
		tie->renew = false;
	return err;
}
EXPORT_SYMBOL_GPL(xen_tie_renew);

/* Whether there is a connection, or the offer of one, that can be given up. */
static bool is_up(const struct xen_tie *tie)
{
	return tie->peer.dev->state == XenbusStateInitialised ||
	       tie->peer.dev->state == XenbusStateConnected;
}

static void bring_on(struct work_struct *work)
{
	struct xen_tie *tie = container_of(to_delayed_work(work),
					   struct xen_tie, work);
	struct xenbus_device *dev = tie->peer.dev;

	mutex_lock(&tie->peer.lock);
	if (!tie->cut && !tie->moving) {
		if (tie->broken && !tie->shut && is_up(tie)) {
			tie->renew = tie->ops->quiet(tie);
			xenbus_switch_state(dev, XenbusStateClosing);
		} else if (dev->state == XenbusStateClosed) {
			tie->renew = true;
		}
		xen_peer_again(&tie->peer);
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
	mod_delayed_work(system_freezable_wq, &tie->work, 0);
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

static bool is_moved(const struct xenbus_device *dev)
{
	unsigned int len;
	char *backend = xenbus_read(XBT_NIL, dev->nodename, "backend", &len);
	bool moved;

	if (IS_ERR(backend))
		return false;
	moved = !dev->otherend || strcmp(backend, dev->otherend);
	kfree(backend);
	return moved;
}

/*
 * The host has named a backend elsewhere: that of a driver domain which was
 * started again, and has another number. To us it is as after a restore, and the
 * bus knows what to do then. That ends in xen_tie_resume(), so without the
 * lock; xenwatch, where we are, is the only other one that looks at the name.
 */
static void move(struct xen_tie *tie)
{
	struct xenbus_device *dev = tie->peer.dev;

	mutex_lock(&tie->peer.lock);
	if (tie->shut || !is_moved(dev)) {
		mutex_unlock(&tie->peer.lock);
		return;
	}
	tie->moving = true;
	disconnect_soon(tie);
	mutex_unlock(&tie->peer.lock);

	dev_info(&dev->dev, "the backend is another one now\n");
	dev->dev.bus->pm->restore(&dev->dev);
}

static void backend_named(struct xenbus_watch *watch, const char *path,
			  const char *token)
{
	struct xen_tie *tie = container_of(watch, struct xen_tie, backend);
	struct device *dev = &tie->peer.dev->dev;

	/* As for any restore; a device that is being removed stays as it is. */
	if (!device_trylock(dev))
		return;
	move(tie);
	device_unlock(dev);
}

/**
 * xen_tie_resume - after a restore, or a move: perhaps another backend
 * @tie: the tie, its device's state Initialising again
 *
 * What other domains had mapped is unmapped, or is given up now.
 * Context: may sleep.
 */
void xen_tie_resume(struct xen_tie *tie)
{
	mutex_lock(&tie->peer.lock);
	xen_peer_forget(&tie->peer);
	tie->renew = false;
	tie->moving = false;
	disconnect_by_force(tie);
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
	tie->ops = ops;
	INIT_DELAYED_WORK(&tie->work, bring_on);
	xen_peer_init(&tie->peer, dev, rows);
	return xenbus_watch_pathfmt(dev, &tie->backend, NULL, backend_named,
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
	tie->shut = true;
	disconnect_soon(tie);
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
