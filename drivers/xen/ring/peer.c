// SPDX-License-Identifier: GPL-2.0-only
/*
 * The connection state machine: the two tables and the step. See peer.h.
 * Floor F4.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/sched/mm.h>

#include "keys.h"
#include "peer.h"
#include "watch.h"

#define IN(state)	XEN_PEER_IN(state)

/*
 * A frontend offers its rings when the backend has published what it can do,
 * and begins when the backend has mapped them.
 *
 * A backend that closes while the host wants the device, one that is seen in an
 * earlier state and so was restarted, and one whose directory is no more, with
 * its domain, are lost: what is in flight is kept for the next one.
 *
 * New rings are offered only to a backend that has let go of the old ones. An
 * end sees the state that the other has by now, and those before may have passed
 * unseen, so a frontend that would go on at once could be taken for one that
 * still has the old rings. Only Closed answered by Closed is sure: so a frontend
 * that finds its ring broken, or its backend lost, goes through Closing and
 * Closed. A backend that has begun meanwhile answers with Closed, too.
 */
const struct xen_peer_row xen_peer_front_rows[XEN_PEER_FRONT_ROWS] = {
	{ IN(Initialising), IN(InitWait) | IN(Initialised), XEN_PEER_ANY,
	  XEN_PEER_PREPARE, XenbusStateInitialised },
	{ IN(Initialised), IN(Connected), XEN_PEER_ANY,
	  XEN_PEER_CONNECT, XenbusStateConnected },
	{ IN(Connected), IN(Connected), XEN_PEER_ANY,
	  XEN_PEER_UPDATE, XenbusStateConnected },
	{ IN(Connected), IN(Initialising) | IN(InitWait) | IN(Initialised) |
	  IN(Unknown), XEN_PEER_ANY,
	  XEN_PEER_LOST, XenbusStateClosing },
	{ IN(Initialising) | IN(Initialised) | IN(Connected) | IN(Closing),
	  IN(Closing), XEN_PEER_STAY,
	  XEN_PEER_LOST, XenbusStateClosed },
	{ IN(Initialised) | IN(Connected) | IN(Closing), IN(Closed),
	  XEN_PEER_STAY,
	  XEN_PEER_LOST, XenbusStateClosed },
	{ IN(Initialising) | IN(Initialised) | IN(Connected) | IN(Closing),
	  IN(Closing), XEN_PEER_ANY,
	  XEN_PEER_CLOSE, XenbusStateClosed },
	{ IN(Initialised) | IN(Connected) | IN(Closing), IN(Closed),
	  XEN_PEER_ANY,
	  XEN_PEER_GONE, XenbusStateClosed },
	{ IN(Closed), IN(Closed), XEN_PEER_ANY,
	  XEN_PEER_RENEW, XenbusStateInitialising },
};
EXPORT_SYMBOL_GPL(xen_peer_front_rows);

/*
 * The same for a device whose backends wait for a frontend that is connected, as
 * upstream's for networks do: it says so when it offers its rings. The backend
 * connects later, which is an update; what waits for that, the driver knows, and
 * refuses to have lost a backend that has not come that far yet (-EAGAIN).
 */
const struct xen_peer_row xen_peer_early_rows[XEN_PEER_EARLY_ROWS] = {
	{ IN(Initialising), IN(InitWait) | IN(Initialised), XEN_PEER_ANY,
	  XEN_PEER_PREPARE, XenbusStateConnected },
	{ IN(Connected), IN(Connected), XEN_PEER_ANY,
	  XEN_PEER_UPDATE, XenbusStateConnected },
	{ IN(Connected), IN(Initialising) | IN(InitWait) | IN(Initialised) |
	  IN(Unknown), XEN_PEER_ANY,
	  XEN_PEER_LOST, XenbusStateClosing },
	{ IN(Initialising) | IN(Connected) | IN(Closing), IN(Closing),
	  XEN_PEER_STAY,
	  XEN_PEER_LOST, XenbusStateClosed },
	{ IN(Connected) | IN(Closing), IN(Closed), XEN_PEER_STAY,
	  XEN_PEER_LOST, XenbusStateClosed },
	{ IN(Initialising) | IN(Connected) | IN(Closing), IN(Closing),
	  XEN_PEER_ANY,
	  XEN_PEER_CLOSE, XenbusStateClosed },
	{ IN(Connected) | IN(Closing), IN(Closed), XEN_PEER_ANY,
	  XEN_PEER_GONE, XenbusStateClosed },
	{ IN(Closed), IN(Closed), XEN_PEER_ANY,
	  XEN_PEER_RENEW, XenbusStateInitialising },
};
EXPORT_SYMBOL_GPL(xen_peer_early_rows);

/*
 * A backend publishes what it can do, connects when the frontend offers its
 * rings, and closes when the frontend does. A frontend that starts over, after
 * its domain was rebooted in place or has resumed, finds the device waiting.
 */
const struct xen_peer_row xen_peer_back_rows[XEN_PEER_BACK_ROWS] = {
	{ IN(Initialising),
	  IN(Initialising) | IN(Initialised) | IN(Connected) | IN(Unknown),
	  XEN_PEER_ANY,
	  XEN_PEER_PREPARE, XenbusStateInitWait },
	{ IN(Closed), IN(Initialising), XEN_PEER_ANY,
	  XEN_PEER_PREPARE, XenbusStateInitWait },
	{ IN(InitWait), IN(Initialised) | IN(Connected), XEN_PEER_ANY,
	  XEN_PEER_CONNECT, XenbusStateConnected },
	{ IN(Connected), IN(Initialising), XEN_PEER_ANY,
	  XEN_PEER_LOST, XenbusStateInitWait },
	{ IN(Initialising) | IN(InitWait) | IN(Connected), IN(Closing),
	  XEN_PEER_ANY,
	  XEN_PEER_CLOSE, XenbusStateClosing },
	{ IN(Initialising) | IN(InitWait) | IN(Connected) | IN(Closing) |
	  IN(Closed), IN(Closed), XEN_PEER_ANY,
	  XEN_PEER_GONE, XenbusStateClosed },
	{ IN(InitWait) | IN(Connected) | IN(Closing) | IN(Closed), IN(Unknown),
	  XEN_PEER_ANY,
	  XEN_PEER_GONE, XenbusStateClosed },
};
EXPORT_SYMBOL_GPL(xen_peer_back_rows);

/**
 * xen_peer_init - begin with a device
 * @peer: to be filled
 * @dev: the device
 * @ops: the driver's table and actions
 *
 * A driver that was unbound, or unloaded, left its last state behind: that is set
 * back. Context: may sleep.
 */
void xen_peer_init(struct xen_peer *peer, struct xenbus_device *dev,
		   const struct xen_peer_ops *ops)
{
	peer->dev = dev;
	peer->ops = ops;
	mutex_init(&peer->lock);
	xen_peer_forget(peer);
	xen_keys_switch_state(dev, XenbusStateInitialising);
}
EXPORT_SYMBOL_GPL(xen_peer_init);

/**
 * xen_peer_forget - the other end is another one now
 * @peer: the connection, its device's state set back to Initialising
 *
 * After a restore, or when the host has named a backend in another domain.
 * Nothing is done until the new one's state is seen.
 */
void xen_peer_forget(struct xen_peer *peer)
{
	peer->theirs = XenbusStateUnknown;
	peer->wish = XEN_PEER_STAY;
	peer->seen = false;
	peer->failed = false;
}
EXPORT_SYMBOL_GPL(xen_peer_forget);

/**
 * xen_peer_find - the row for a pair of states
 * @ops: the table
 * @ours: our state
 * @theirs: the other end's, which may be any number
 * @wish: what the host wants
 *
 * Return: the row, or NULL when the pair asks for nothing.
 */
const struct xen_peer_row *xen_peer_find(const struct xen_peer_ops *ops,
					 enum xenbus_state ours,
					 enum xenbus_state theirs,
					 enum xen_peer_wish wish)
{
	size_t i;

	if ((unsigned int)theirs > XenbusStateReconfigured)
		theirs = XenbusStateUnknown;

	for (i = 0; i < ops->count; i++) {
		const struct xen_peer_row *row = &ops->rows[i];

		if (row->ours & BIT(ours) && row->theirs & BIT(theirs) &&
		    (row->wish == XEN_PEER_ANY || row->wish == wish))
			return row;
	}
	return NULL;
}
EXPORT_SYMBOL_GPL(xen_peer_find);

/* Whether a failed device still takes part in this. */
static bool xen_peer_is_end(const struct xen_peer_row *row)
{
	return row->next == XenbusStateClosing || row->next == XenbusStateClosed;
}

/* Only closing is left. If not even that can be said now, it is at the next event. */
static void xen_peer_fail(struct xen_peer *peer)
{
	peer->failed = true;
	xen_keys_switch_state(peer->dev, XenbusStateClosing);
}

static bool xen_peer_take_row(struct xen_peer *peer,
			      const struct xen_peer_row *row)
{
	xen_peer_act act = peer->ops->act[row->action];
	int err = act ? act(peer) : 0;

	if (err == -EAGAIN || err == -EBUSY)
		return false;
	/* The device was replaced while the action ran. */
	if (err == -ESTALE && peer->ops->replaced && peer->ops->replaced(peer))
		return false;
	if (err) {
		xen_peer_fail(peer);
		return false;
	}
	if (row->next == peer->dev->state)
		return false;
	/* The other end does not know: what was made for it is not to be made once more. */
	if (!xen_keys_switch_state(peer->dev, row->next)) {
		peer->failed = true;
		return false;
	}
	/* Closed: the next connection is a new attempt. */
	if (row->next == XenbusStateClosed)
		peer->failed = false;
	return true;
}

/**
 * xen_peer_again - something on our side has changed
 * @peer: the connection
 *
 * For an action that returned -EAGAIN or -EBUSY. A step may make the next one
 * possible at once (lost, then prepare), but never more of them than there are
 * states. Context: may sleep; the caller holds @peer->lock.
 */
void xen_peer_again(struct xen_peer *peer)
{
	unsigned int noio;
	int steps;

	lockdep_assert_held(&peer->lock);

	/* Not yet seen is not the same as gone. */
	if (!peer->seen)
		return;
	/* The device may be what memory is to be written to. */
	noio = memalloc_noio_save();
	if (peer->ops->replaced && peer->ops->replaced(peer))
		goto out;
	if (peer->failed)
		xen_peer_fail(peer);
	for (steps = 0; steps <= XenbusStateClosed; steps++) {
		const struct xen_peer_row *row =
			xen_peer_find(peer->ops, peer->dev->state, peer->theirs,
				      peer->wish);

		if (!row || (peer->failed && !xen_peer_is_end(row)))
			break;
		if (!xen_peer_take_row(peer, row))
			break;
	}
out:
	memalloc_noio_restore(noio);
}
EXPORT_SYMBOL_GPL(xen_peer_again);

/*
 * The bus queues every event of a backend's state. One is enough here, too, as the state
 * is read then, and a backend that writes faster than we read must not fill our memory.
 * The bus has set the watch after the driver's probe or resume, so it is done here.
 */
static void xen_peer_bound_events(struct xenbus_device *dev)
{
	WRITE_ONCE(dev->otherend_watch.will_handle, xen_watch_is_idle);
}

/**
 * xen_peer_step - the other end's state has changed, or may have
 * @peer: the connection
 * @theirs: the state that was seen
 *
 * Context: may sleep; from the driver's otherend_changed().
 */
void xen_peer_step(struct xen_peer *peer, enum xenbus_state theirs)
{
	xen_peer_bound_events(peer->dev);
	mutex_lock(&peer->lock);
	/* Written together with Closing, so read after it is soon enough. */
	if (peer->ops->asks)
		peer->wish = xenbus_read_unsigned(peer->dev->otherend, "online",
						  0) ?
			     XEN_PEER_STAY : XEN_PEER_LEAVE;
	peer->theirs = theirs;
	peer->seen = true;
	xen_peer_again(peer);
	mutex_unlock(&peer->lock);
}
EXPORT_SYMBOL_GPL(xen_peer_step);

/**
 * xen_peer_is_over - whether a backend's device is to go, after a step
 * @peer: the connection
 *
 * When it has closed and the frontend is no more, or the host's tools do not want
 * it to stay for the next one, as they do while a guest reboots in place. Then
 * the caller, who holds no lock, unregisters the device. Context: may sleep; from
 * the driver's otherend_changed().
 */
bool xen_peer_is_over(const struct xen_peer *peer)
{
	if (peer->dev->state != XenbusStateClosed)
		return false;
	return peer->theirs == XenbusStateUnknown ||
	       !xenbus_dev_is_online(peer->dev);
}
EXPORT_SYMBOL_GPL(xen_peer_is_over);

static int xen_peer_write_left(struct xenbus_transaction xbt, void *owner)
{
	const char *dir = owner;
	int state;

	if (xenbus_scanf(xbt, dir, "state", "%d", &state) != 1)
		return 0;
	switch (state) {
	case XenbusStateInitWait:
	case XenbusStateInitialised:
	case XenbusStateConnected:
		return xenbus_printf(xbt, dir, "state", "%d",
				     XenbusStateInitialising);
	default:
		return 0;
	}
}

/**
 * xen_peer_leave - a backend's driver is unbound, or unloaded
 * @peer: the connection of a device that stays
 *
 * It is as the host's tools made it, and waits for a driver. A frontend of ours
 * then waits until there is one; upstream's takes no notice. What closes, or is
 * no more, is left alone. Our state is what is found in the end, for the next
 * driver. Context: may sleep; the caller holds @peer->lock.
 * Return: 0 or a negative errno, reported.
 */
int xen_peer_leave(struct xen_peer *peer)
{
	struct xenbus_device *dev = peer->dev;
	int err = xen_keys_publish(dev, xen_peer_write_left,
				   (void *)dev->nodename);

	dev->state = xenbus_read_driver_state(dev->nodename);
	return err;
}
EXPORT_SYMBOL_GPL(xen_peer_leave);
