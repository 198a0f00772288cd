// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of an interface's connection: made, lost, made anew with the same
 * backend or another, given up. What the state machine asks for is here, and what
 * its tie to the backend (tie.h) needs to know of an interface. Floor F5; called
 * by main.c, by these two and by the bus.
 *
 * Losing the backend is an ordinary event: the interface loses its carrier, and
 * what is in flight is dropped, as networks do; when a backend is there again
 * so is the carrier. The interface itself stays, with all that is set on it.
 *
 * The kernel's own backend waits for a frontend that is Connected, so that is
 * what we are as soon as the rings are offered (xen_peer_early_rows); packets
 * flow when the backend is, too.
 */
#include <linux/device.h>
#include <linux/etherdevice.h>
#include <linux/kernel.h>

#include "front.h"

static struct netfront *netfront_life_to_front(struct xen_peer *peer)
{
	return container_of(peer, struct netfront, tie.peer);
}

static struct netfront *netfront_life_of_tie(struct xen_tie *tie)
{
	return container_of(tie, struct netfront, tie);
}

static bool netfront_life_quiet(struct xen_tie *tie)
{
	struct netfront *front = netfront_life_of_tie(tie);
	bool live = front->is.live;

	netfront_netdev_disconnect(front);
	netfront_mcast_stop(front);
	netfront_ctrl_stop(front);
	netfront_queues_mask(front);
	return live;
}

static int netfront_life_revoke(struct xen_tie *tie)
{
	struct netfront *front = netfront_life_of_tie(tie);
	unsigned int i;
	int err = netfront_ctrl_revoke(front);

	for (i = 0; i < front->nr_queues && !err; i++) {
		struct netfront_queue *queue = &front->queues[i];

		err = xen_channel_revoke(&queue->tx.channel) ?:
		      xen_channel_revoke(&queue->rx.channel);
	}
	return err;
}

/* What is in flight is lost. */
static int netfront_life_take_down(struct xen_tie *tie, bool force)
{
	struct netfront *front = netfront_life_of_tie(tie);
	unsigned int i;

	for (i = 0; i < front->nr_queues; i++)
		if (netfront_tx_reclaim(&front->queues[i], force))
			return -EAGAIN;
	netfront_queues_destroy(front);
	return 0;
}

static const struct xen_tie_ops tie_ops = {
	.quiet = netfront_life_quiet,
	.revoke = netfront_life_revoke,
	.take_down = netfront_life_take_down,
};

/* An interface with another address is another interface. */
static int netfront_life_check_address(struct netfront *front)
{
	u8 addr[ETH_ALEN];
	int err = netfront_read_mac(front->dev, addr);

	if (err || ether_addr_equal(addr, front->addr))
		return err;
	netdev_warn(front->netdev,
		    "the host has put another interface in the place of this one, %pM\n",
		    addr);
	xen_tie_replace(&front->tie);
	return -EAGAIN;
}

static int netfront_life_prepare(struct xen_peer *peer)
{
	struct netfront *front = netfront_life_to_front(peer);
	int err;

	err = netfront_life_check_address(front);
	if (!err)
		err = netfront_read_offer(front);
	if (!err)
		err = netfront_bounce_choose(front);
	if (err)
		return err;
	err = netfront_queues_create(front, min(front->offer.max_queues,
						READ_ONCE(front->wanted)));
	if (err)
		return err;
	netfront_ctrl_create(front);
	netfront_mcast_begin(front);
	err = netfront_publish(front);
	if (err)
		netfront_queues_destroy(front);
	return err;
}

/* The backend has connected, or says so again. */
static int netfront_life_update(struct xen_peer *peer)
{
	struct netfront *front = netfront_life_to_front(peer);
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
	netfront_mcast_follow(front);
	return 0;
}

static bool netfront_life_is_going_down(void)
{
	return system_state == SYSTEM_HALT || system_state == SYSTEM_POWER_OFF ||
	       system_state == SYSTEM_RESTART;
}

static int netfront_life_lost(struct xen_peer *peer)
{
	struct netfront *front = netfront_life_to_front(peer);
	struct xenbus_device *dev = front->dev;

	/* It is on its way to connect. */
	if (dev->state == XenbusStateConnected && !front->is.live &&
	    (peer->theirs == XenbusStateInitWait ||
	     peer->theirs == XenbusStateInitialised))
		return -EAGAIN;
	if (netfront_life_quiet(&front->tie)) {
		netdev_info(front->netdev,
			    "the backend is gone; there is no carrier without one\n");
		front->tie.renew = true;
	}
	/* The bus waits for this. */
	if (netfront_life_is_going_down())
		complete(&dev->down);
	return 0;
}

static int netfront_life_gone(struct xen_peer *peer)
{
	struct netfront *front = netfront_life_to_front(peer);

	front->tie.shut = true;
	if (xen_tie_disconnect(&front->tie))
		return -EAGAIN;
	complete(&front->dev->down);
	return 0;
}

static int netfront_life_renew(struct xen_peer *peer)
{
	struct netfront *front = netfront_life_to_front(peer);

	if (!front->is.shown || netfront_life_is_going_down())
		return -EBUSY;
	return xen_tie_renew(&front->tie);
}

static const struct xen_peer_ops peer_ops = {
	.rows = xen_peer_early_rows,
	.count = XEN_PEER_EARLY_ROWS,
	.asks = true,
	.replaced = xen_tie_replaced,
	.act = {
		[XEN_PEER_PREPARE] = netfront_life_prepare,
		[XEN_PEER_UPDATE] = netfront_life_update,
		[XEN_PEER_LOST] = netfront_life_lost,
		[XEN_PEER_CLOSE] = netfront_life_gone,
		[XEN_PEER_GONE] = netfront_life_gone,
		[XEN_PEER_RENEW] = netfront_life_renew,
	},
};

/**
 * netfront_suspend - the domain is about to be saved
 * @dev: the device
 */
int netfront_suspend(struct xenbus_device *dev)
{
	struct netfront *front = dev_get_drvdata(&dev->dev);

	mutex_lock(&front->tie.peer.lock);
	netfront_netdev_pause(front);
	xen_tie_suspend(&front->tie);
	mutex_unlock(&front->tie.peer.lock);
	return 0;
}

/* Also after a suspend that was called off, when nothing else is called. */
static void netfront_life_complete_suspend(struct device *device)
{
	struct netfront *front = dev_get_drvdata(device);

	mutex_lock(&front->tie.peer.lock);
	xen_tie_complete(&front->tie);
	netfront_netdev_go_on(front);
	mutex_unlock(&front->tie.peer.lock);
}

const struct dev_pm_ops netfront_pm = {
	.complete = netfront_life_complete_suspend,
};

/**
 * netfront_resume - after a restore, or a move: perhaps another backend
 * @dev: the device, whose state is Initialising again
 */
int netfront_resume(struct xenbus_device *dev)
{
	struct netfront *front = dev_get_drvdata(&dev->dev);

	xen_tie_resume(&front->tie);
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
	return xen_tie_begin(&front->tie, front->dev, &peer_ops, &tie_ops);
}

/**
 * netfront_life_end - the device goes, whatever the backend does
 * @front: the interface, to be destroyed
 *
 * Context: may sleep.
 */
void netfront_life_end(struct netfront *front)
{
	xen_tie_unwatch(&front->tie);

	mutex_lock(&front->tie.peer.lock);
	xen_tie_cut(&front->tie);
	netfront_unpublish(front);
	front->dev = NULL;
	mutex_unlock(&front->tie.peer.lock);

	xen_tie_stop(&front->tie);
}
