// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network frontend, module xen-netfront: a guest's network interfaces.
 *
 * Registration, probe and remove, and what the connection's state machine asks
 * for. Floor F5; called by xenbus. See front.h for the other files.
 *
 * Losing the backend is an ordinary event: the interface loses its carrier, and
 * what is in flight is dropped, as networks do; when a backend is there again
 * so is the carrier. The interface itself stays, with all that is set on it.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "front.h"

/* How soon to look again whether a backend has let go of pages. */
#define RETRY_DELAY	(HZ / 2)

/* How long remove() waits for that: 5 seconds in all. */
#define SHUT_TRIES	100
#define SHUT_DELAY_MS	50

static void quiet(struct netfront *front)
{
	netfront_netdev_disconnect(front);
	netfront_queues_deafen(front);
}

/* Takes the rings down; -EAGAIN while the backend keeps pages mapped. */
static int disconnect(struct netfront *front, bool force)
{
	unsigned int i;
	int err;

	quiet(front);
	for (i = 0; i < front->nr_queues; i++) {
		err = netfront_tx_reclaim(&front->queues[i], force);
		if (err) {
			mod_delayed_work(system_wq, &front->recover,
					 RETRY_DELAY);
			return err;
		}
	}
	netfront_queues_destroy(front);
	front->is.broken = false;
	return 0;
}

static int prepare(struct xen_peer *peer)
{
	struct netfront *front = container_of(peer, struct netfront, peer);
	int err;

	err = netfront_read_offer(front);
	if (err)
		return err;
	err = netfront_queues_create(front, min(front->offer.max_queues,
						front->netdev->num_tx_queues));
	if (err)
		return err;
	err = netfront_publish(front);
	if (err)
		netfront_queues_destroy(front);
	return err;
}

static int connect(struct xen_peer *peer)
{
	struct netfront *front = container_of(peer, struct netfront, peer);
	int err;

	err = netfront_netdev_show(front);
	if (err) {
		xenbus_dev_error(front->dev, err, "registering the interface");
		return err;
	}
	/* A backend need not look at the rings before it sees us connected. */
	xenbus_switch_state(front->dev, XenbusStateConnected);
	netfront_netdev_connect(front);
	return 0;
}

static int lost(struct xen_peer *peer)
{
	struct netfront *front = container_of(peer, struct netfront, peer);

	netdev_info(front->netdev, "backend starts anew, so do we\n");
	quiet(front);
	front->is.renew = true;
	return 0;
}

static int gone(struct xen_peer *peer)
{
	struct netfront *front = container_of(peer, struct netfront, peer);

	if (front->is.renew)
		return 0;
	if (disconnect(front, false))
		return -EAGAIN;
	complete(&front->dev->down);
	return 0;
}

static int renew(struct xen_peer *peer)
{
	struct netfront *front = container_of(peer, struct netfront, peer);
	int err;

	if (!front->is.renew)
		return -EBUSY;
	err = disconnect(front, false);
	/* One attempt: a backend that closes now means it. */
	if (!err)
		front->is.renew = false;
	return err;
}

static const struct xen_peer_ops peer_ops = {
	.rows = xen_peer_front_rows,
	.count = XEN_PEER_FRONT_ROWS,
	.act = {
		[XEN_PEER_PREPARE] = prepare,
		[XEN_PEER_CONNECT] = connect,
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

	mutex_lock(&front->peer.lock);
	if (front->dev && front->is.broken && !front->is.renew) {
		quiet(front);
		front->is.renew = true;
		xenbus_switch_state(front->dev, XenbusStateClosing);
	}
	if (front->dev)
		xen_peer_again(&front->peer);
	mutex_unlock(&front->peer.lock);
}

/**
 * netfront_recover - a ring is broken: close, and connect anew
 * @front: the interface
 *
 * Context: any.
 */
void netfront_recover(struct netfront *front)
{
	WRITE_ONCE(front->is.broken, true);
	mod_delayed_work(system_wq, &front->recover, 0);
}

static void netfront_otherend_changed(struct xenbus_device *dev,
				      enum xenbus_state theirs)
{
	struct netfront *front = dev_get_drvdata(&dev->dev);

	xen_peer_step(&front->peer, theirs);
}

static int netfront_probe(struct xenbus_device *dev,
			  const struct xenbus_device_id *id)
{
	struct net_device *netdev = netfront_netdev_create(dev);
	struct netfront *front;

	if (IS_ERR(netdev))
		return PTR_ERR(netdev);
	front = netdev_priv(netdev);
	INIT_DELAYED_WORK(&front->recover, recover);
	xen_peer_init(&front->peer, dev, &peer_ops);
	dev_set_drvdata(&dev->dev, front);
	/* The watch on the backend's state fires next, and brings us on. */
	return 0;
}

/* The device goes whatever the backend does, which is given some time first. */
static void netfront_remove(struct xenbus_device *dev)
{
	struct netfront *front = dev_get_drvdata(&dev->dev);
	int tries = SHUT_TRIES;

	mutex_lock(&front->peer.lock);
	while (disconnect(front, !tries) && tries--)
		msleep(SHUT_DELAY_MS);
	front->dev = NULL;
	mutex_unlock(&front->peer.lock);

	cancel_delayed_work_sync(&front->recover);
	netfront_netdev_destroy(front);
}

/* After a restore: the same interface, perhaps another backend. */
static int netfront_resume(struct xenbus_device *dev)
{
	struct netfront *front = dev_get_drvdata(&dev->dev);
	int err;

	mutex_lock(&front->peer.lock);
	front->is.renew = false;
	err = disconnect(front, true);
	mutex_unlock(&front->peer.lock);
	return err;
}

static int netfront_is_ready(struct xenbus_device *dev)
{
	struct netfront *front = dev_get_drvdata(&dev->dev);

	return front->is.shown;
}

static const struct xenbus_device_id netfront_ids[] = {
	{ "vif" },
	{ "" }
};

static struct xenbus_driver netfront_driver = {
	.ids = netfront_ids,
	.probe = netfront_probe,
	.remove = netfront_remove,
	.resume = netfront_resume,
	.otherend_changed = netfront_otherend_changed,
	.is_ready = netfront_is_ready,
};

static int __init netfront_init(void)
{
	if (!xen_domain())
		return -ENODEV;
	if (!xen_has_pv_nic_devices())
		return -ENODEV;
	return xenbus_register_frontend(&netfront_driver);
}
module_init(netfront_init);

static void __exit netfront_exit(void)
{
	xenbus_unregister_driver(&netfront_driver);
}
module_exit(netfront_exit);

MODULE_DESCRIPTION("Xen network-device frontend");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen:vif");
MODULE_ALIAS("xennet");
