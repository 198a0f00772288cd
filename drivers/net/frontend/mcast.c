// SPDX-License-Identifier: GPL-2.0-only
/*
 * Multicast packets that nobody here listens to: the backend is told of the
 * addresses that are wanted, and asked to filter by them. Floor F5; called by the
 * kernel, which says when the addresses change, and by life.c for each connection,
 * whose backend knows nothing at first.
 *
 * A work tells the backend, one change at a time, by extra infos on the first
 * queue's transmit ring (xen/interface/io/netif.h); the answer brings it on. The
 * filter is asked for when all that is wanted has been told, so nothing is lost
 * before. It is lifted while it cannot say what is wanted: promiscuous and
 * allmulticast interfaces, more addresses than there is room for at the backend,
 * and such that the backend refuses. A backend whose filter cannot be lifted
 * ("feature-dynamic-multicast-control") is not asked for one.
 *
 * Trust: a backend that gives no answer is told nothing more; each address that
 * it refuses makes the room at it smaller, so it has no endless number of them
 * to refuse.
 */
#include <linux/etherdevice.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>

#include "front.h"

/* How soon to try again when the ring is full. */
#define RETRY		(HZ / 50)

/* Return: false if the filter cannot say what is wanted, else what that is. */
static bool netfront_mcast_collect(struct netfront *front, struct netfront_groups *wanted)
{
	struct net_device *netdev = front->netdev;
	struct netdev_hw_addr *addr;
	bool fits;

	wanted->count = 0;
	netif_addr_lock_bh(netdev);
	/* When it goes up, nothing is to be lost until all has been told. */
	fits = netif_running(netdev) &&
		!(netdev->flags & (IFF_PROMISC | IFF_ALLMULTI)) &&
		netdev_mc_count(netdev) <= front->mcast.room;
	if (fits)
		netdev_for_each_mc_addr(addr, netdev)
			netfront_groups_add(wanted, addr->addr);
	netif_addr_unlock_bh(netdev);
	return fits;
}

/* The filter is on, or off. */
static void netfront_mcast_ask(struct netfront *front, bool on)
{
	struct netfront_mcast *mcast = &front->mcast;

	if (mcast->on == on)
		return;
	if (xenbus_printf(XBT_NIL, front->dev->nodename,
			  "request-multicast-control", "%u", on))
		return;
	mcast->on = on;
	netdev_dbg(front->netdev, "%s multicast packets are wanted\n",
		   on ? "only some" : "all");
}

/* Takes the answer in. Return: false if there is none yet. */
static bool netfront_mcast_settle(struct netfront_mcast *mcast, struct netdev_queue *txq)
{
	bool due, refused;

	__netif_tx_lock_bh(txq);
	due = mcast->due;
	refused = mcast->status != XEN_NETIF_RSP_OKAY;
	__netif_tx_unlock_bh(txq);

	if (due)
		return false;
	if (mcast->type == XEN_NETIF_EXTRA_TYPE_MCAST_DEL)
		netfront_groups_del(&mcast->told, mcast->addr);
	else if (mcast->type == XEN_NETIF_EXTRA_TYPE_MCAST_ADD && refused)
		mcast->room = mcast->told.count;
	else if (mcast->type == XEN_NETIF_EXTRA_TYPE_MCAST_ADD)
		netfront_groups_add(&mcast->told, mcast->addr);
	mcast->type = XEN_NETIF_EXTRA_TYPE_NONE;
	return true;
}

/* Sends the change that @mcast names. */
static void netfront_mcast_tell(struct netfront *front, struct netdev_queue *txq)
{
	struct netfront_mcast *mcast = &front->mcast;
	struct xen_netif_extra_info info = { .type = mcast->type };

	ether_addr_copy(info.u.mcast.addr, mcast->addr);
	__netif_tx_lock_bh(txq);
	mcast->due = !netfront_tx_tell(&front->queues[0], &info);
	if (!mcast->due) {
		mcast->type = XEN_NETIF_EXTRA_TYPE_NONE;
		queue_delayed_work(system_freezable_wq, &mcast->work, RETRY);
	}
	__netif_tx_unlock_bh(txq);
}

static void netfront_mcast_work(struct work_struct *work)
{
	struct netfront *front = container_of(to_delayed_work(work),
					      struct netfront, mcast.work);
	struct netdev_queue *txq = netfront_txq(&front->queues[0]);
	struct netfront_mcast *mcast = &front->mcast;
	bool answered = netfront_mcast_settle(mcast, txq);
	struct netfront_groups wanted;

	if (!netfront_mcast_collect(front, &wanted)) {
		netfront_mcast_ask(front, false);
		return;
	}
	if (!answered)
		return;
	mcast->type = netfront_groups_next(&mcast->told, &wanted, mcast->addr);
	if (mcast->type == XEN_NETIF_EXTRA_TYPE_NONE)
		netfront_mcast_ask(front, true);
	else
		netfront_mcast_tell(front, txq);
}

/**
 * netfront_mcast_answered - the backend has answered what it was told
 * @front: the interface
 * @status: XEN_NETIF_RSP_*
 *
 * Context: the first queue's NAPI, its transmit queue locked.
 */
void netfront_mcast_answered(struct netfront *front, s16 status)
{
	front->mcast.due = false;
	front->mcast.status = status;
	netfront_mcast_follow(front);
}

/**
 * netfront_mcast_follow - other addresses are wanted, perhaps
 * @front: the interface
 *
 * Context: any that netfront_netdev_disconnect() waits for: BH off, or the
 * connection's lock.
 */
void netfront_mcast_follow(struct netfront *front)
{
	const struct netfront_offer *offer = &front->offer;

	if (READ_ONCE(front->is.live) && offer->mcast && offer->mcast_dynamic)
		mod_delayed_work(system_freezable_wq, &front->mcast.work, 0);
}

/**
 * netfront_mcast_begin - there is another backend, which has been told nothing
 * @front: the interface, not live
 */
void netfront_mcast_begin(struct netfront *front)
{
	struct netfront_mcast *mcast = &front->mcast;

	mcast->told.count = 0;
	mcast->room = NETFRONT_GROUPS_MAX;
	mcast->type = XEN_NETIF_EXTRA_TYPE_NONE;
	mcast->due = false;
	/* As negotiate.c publishes. */
	mcast->on = false;
}

/**
 * netfront_mcast_stop - tell the backend nothing more
 * @front: the interface, not live
 *
 * On return the work does not run and will not. Context: may sleep.
 */
void netfront_mcast_stop(struct netfront *front)
{
	cancel_delayed_work_sync(&front->mcast.work);
}

/**
 * netfront_mcast_init - for an interface that has just been made
 * @front: the interface
 */
void netfront_mcast_init(struct netfront *front)
{
	INIT_DELAYED_WORK(&front->mcast.work, netfront_mcast_work);
}
