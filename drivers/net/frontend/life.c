// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of an interface's connection: made, lost, made anew with the same
 * backend or another, given up. What the state machine asks for is here. Floor
 * F5; called by main.c, by the state machine, the bus, a work, and a watch on our
 * own node "backend".
 *
 * Losing the backend is an ordinary event: the interface loses its carrier, and
 * what is in flight is dropped, as networks do; when a backend is there again
 * so is the carrier. The interface itself stays, with all that is set on it.
 *
 * The kernel's own backend waits for a frontend that is Connected, so that is
 * what we are as soon as the rings are offered (xen_peer_early_rows); packets
 * flow when the backend is, too.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "front.h"

/* How soon to look again whether a backend has let go of pages. */
#define RETRY_DELAY	(HZ / 2)

/* How long a backend that is to go is waited for: 5 seconds in all. */
#define SOON_TRIES	100
#define SOON_DELAY_MS	50

/* How soon to try again with a backend that closed while we connected. */
#define AGAIN_DELAY	(5 * HZ)

static struct netfront *to_front(struct xen_peer *peer)
{
	return container_of(peer, struct netfront, peer);
}

static void quiet(struct netfront *front)
{
	netfront_netdev_disconnect(front);
	netfront_ctrl_stop(front);
	netfront_queues_deafen(front);
}

static int later(struct netfront *front)
{
	mod_delayed_work(system_freezable_wq, &front->recover, RETRY_DELAY);
	return -EAGAIN;
}

/* Takes the rings down; -EAGAIN while the backend keeps a packet's pages. */
static int disconnect(struct netfront *front)
{
	unsigned int i;

	quiet(front);
	for (i = 0; i < front->nr_queues; i++)
		if (netfront_tx_reclaim(&front->queues[i], false))
			return later(front);
	netfront_queues_destroy(front);
	front->is.broken = false;
	return 0;
}

/*
 * The same, whatever it keeps: the grant table sees to it that nobody else gets
 * these pages before it lets go.
 */
static void disconnect_by_force(struct netfront *front)
{
	unsigned int i;

	quiet(front);
	for (i = 0; i < front->nr_queues; i++)
		netfront_tx_reclaim(&front->queues[i], true);
	netfront_queues_destroy(front);
	front->is.broken = false;
}

/* The same, but one that is going, too, may still be about to let go. */
static void disconnect_soon(struct netfront *front)
{
	int tries;

	for (tries = 0; tries < SOON_TRIES; tries++) {
		if (!disconnect(front))
			return;
		msleep(SOON_DELAY_MS);
	}
	disconnect_by_force(front);
}

static int prepare(struct xen_peer *peer)
{
	struct netfront *front = to_front(peer);
	int err;

	err = netfront_read_offer(front);
	if (err)
		return err;
	err = netfront_queues_create(front, min(front->offer.max_queues,
						READ_ONCE(front->wanted)));
	if (err)
		return err;
	netfront_ctrl_create(front);
	err = netfront_publish(front);
	if (err)
		netfront_queues_destroy(front);
	return err;
}

/* The backend has connected, or says so again. */
static int update(struct xen_peer *peer)
{
	struct netfront *front = to_front(peer);
	int err;

	if (front->is.live)
		return 0;
	err = netfront_netdev_show(front);
	if (err) {
		xenbus_dev_error(front->dev, err, "registering the interface");
		return err;
	}
	netfront_netdev_connect(front);
	netfront_ctrl_follow(front);
	return 0;
}

static bool is_going_down(void)
{
	return system_state == SYSTEM_HALT || system_state == SYSTEM_POWER_OFF ||
	       system_state == SYSTEM_RESTART;
}

static int lost(struct xen_peer *peer)
{
	struct netfront *front = to_front(peer);
	struct xenbus_device *dev = front->dev;

	/* It is on its way to connect. */
	if (dev->state == XenbusStateConnected && !front->is.live &&
	    (peer->theirs == XenbusStateInitWait ||
	     peer->theirs == XenbusStateInitialised))
		return -EAGAIN;
	if (front->is.live) {
		netdev_info(front->netdev,
			    "the backend is gone; there is no carrier without one\n");
		front->is.renew = true;
	}
	quiet(front);
	/* The bus waits for this. */
	if (is_going_down())
		complete(&dev->down);
	return 0;
}

static int gone(struct xen_peer *peer)
{
	struct netfront *front = to_front(peer);

	front->is.shut = true;
	if (disconnect(front))
		return -EAGAIN;
	complete(&front->dev->down);
	return 0;
}

/* No backend can have the rings, or get them: the only way to be sure. */
static int recall(struct netfront *front)
{
	unsigned int i;

	quiet(front);
	if (netfront_ctrl_recall(front))
		return later(front);
	for (i = 0; i < front->nr_queues; i++)
		if (xen_channel_recall(&front->queues[i].tx.channel) ||
		    xen_channel_recall(&front->queues[i].rx.channel))
			return later(front);
	return 0;
}

/*
 * At once after a connection that worked; else again after a while, as the
 * backend may be closing whenever we come.
 */
static int renew(struct xen_peer *peer)
{
	struct netfront *front = to_front(peer);
	int err;

	if (front->is.shut || !front->is.shown || is_going_down())
		return -EBUSY;
	if (!front->is.renew) {
		queue_delayed_work(system_freezable_wq, &front->recover,
				   AGAIN_DELAY);
		return -EAGAIN;
	}
	err = recall(front);
	if (!err)
		err = disconnect(front);
	if (!err)
		front->is.renew = false;
	return err;
}

static const struct xen_peer_ops peer_ops = {
	.rows = xen_peer_early_rows,
	.count = XEN_PEER_EARLY_ROWS,
	.asks = true,
	.act = {
		[XEN_PEER_PREPARE] = prepare,
		[XEN_PEER_UPDATE] = update,
		[XEN_PEER_LOST] = lost,
		[XEN_PEER_CLOSE] = gone,
		[XEN_PEER_GONE] = gone,
		[XEN_PEER_RENEW] = renew,
	},
};

static void recover(struct work_struct *work)
{
	struct netfront *front = container_of(to_delayed_work(work),
					      struct netfront, recover);
	struct xenbus_device *dev;

	mutex_lock(&front->peer.lock);
	dev = front->dev;
	if (dev && !front->is.moving) {
		if (front->is.broken && !front->is.shut &&
		    dev->state == XenbusStateConnected) {
			front->is.renew = front->is.live;
			quiet(front);
			xenbus_switch_state(dev, XenbusStateClosing);
		} else if (dev->state == XenbusStateClosed) {
			front->is.renew = true;
		}
		xen_peer_again(&front->peer);
	}
	mutex_unlock(&front->peer.lock);
}

/**
 * netfront_recover - close, and connect anew: a ring is broken, or the queues
 *	are to be others
 * @front: the interface
 *
 * What is in flight is lost. Context: any.
 */
void netfront_recover(struct netfront *front)
{
	WRITE_ONCE(front->is.broken, true);
	mod_delayed_work(system_freezable_wq, &front->recover, 0);
}

static bool is_moved(struct netfront *front)
{
	struct xenbus_device *dev = front->dev;
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
 * The host has named a backend elsewhere, as when a driver domain was started
 * again. To us it is as after a restore, and the bus knows what to do then: that
 * ends in netfront_resume(), so without the lock.
 */
static void move(struct netfront *front)
{
	struct xenbus_device *dev = front->dev;

	mutex_lock(&front->peer.lock);
	if (front->is.shut || !is_moved(front)) {
		mutex_unlock(&front->peer.lock);
		return;
	}
	front->is.moving = true;
	disconnect_soon(front);
	mutex_unlock(&front->peer.lock);

	dev_info(&dev->dev, "the backend is another one now\n");
	dev->dev.bus->pm->restore(&dev->dev);
}

static void backend_named(struct xenbus_watch *watch, const char *path,
			  const char *token)
{
	struct netfront *front = container_of(watch, struct netfront, backend);
	struct device *dev = &front->dev->dev;

	/* As for any restore; a device that is being removed stays as it is. */
	if (!device_trylock(dev))
		return;
	move(front);
	device_unlock(dev);
}

/**
 * netfront_resume - after a restore, or a move: perhaps another backend
 * @dev: the device, whose state is Initialising again
 */
int netfront_resume(struct xenbus_device *dev)
{
	struct netfront *front = dev_get_drvdata(&dev->dev);

	mutex_lock(&front->peer.lock);
	xen_peer_forget(&front->peer);
	front->is.renew = false;
	front->is.moving = false;
	disconnect_by_force(front);
	mutex_unlock(&front->peer.lock);
	return 0;
}

/**
 * netfront_life_begin - a device has appeared
 * @front: its interface, to be
 *
 * Return: 0 or a negative errno, reported.
 */
int netfront_life_begin(struct netfront *front)
{
	INIT_DELAYED_WORK(&front->recover, recover);
	xen_peer_init(&front->peer, front->dev, &peer_ops);
	return xenbus_watch_pathfmt(front->dev, &front->backend, NULL,
				    backend_named, "%s/backend",
				    front->dev->nodename);
}

/**
 * netfront_life_end - the device goes, whatever the backend does
 * @front: the interface, to be destroyed
 *
 * Context: may sleep.
 */
void netfront_life_end(struct netfront *front)
{
	unregister_xenbus_watch(&front->backend);
	kfree(front->backend.node);

	mutex_lock(&front->peer.lock);
	front->is.shut = true;
	disconnect_soon(front);
	front->dev = NULL;
	mutex_unlock(&front->peer.lock);

	cancel_delayed_work_sync(&front->recover);
}
