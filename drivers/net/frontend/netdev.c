// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interface: what the kernel and the administrator see of it. Floor F5;
 * made and destroyed by main.c, connected by life.c, used by the kernel.
 *
 * The system has it from the first connection on until the device is removed,
 * whatever becomes of the backend. While there is none it has no carrier.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "front.h"

#define FEATURES (NETIF_F_SG | NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM |	\
		  NETIF_F_TSO | NETIF_F_TSO6)

#define XDP_FEATURES (NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT |	\
		      NETDEV_XDP_ACT_NDO_XMIT | NETDEV_XDP_ACT_RX_SG |	\
		      NETDEV_XDP_ACT_NDO_XMIT_SG)

/* Looks for answers when it goes down, a millisecond or less between them. */
#define REAP_TRIES	10

/* A packet's size has 16 bits on the ring. */
#define MTU_MAX		(XEN_NETIF_MAX_TX_SIZE - VLAN_ETH_HLEN)

/* Packets still come with work left to do, which no XDP program may see. */
static bool netfront_netdev_is_unfit(const struct netfront *front)
{
	return rtnl_dereference(front->prog) && !front->is.plain;
}

static int netfront_netdev_open(struct net_device *netdev)
{
	struct netfront *front = netdev_priv(netdev);

	if (!front->is.live || netfront_netdev_is_unfit(front))
		return 0;
	netfront_queues_start(front);
	netif_tx_start_all_queues(netdev);
	return 0;
}

/*
 * Nobody takes answers while the interface is down, and what was sent holds its socket
 * and more: what the backend answers in a moment is taken.
 */
static void netfront_netdev_reap(struct netfront *front)
{
	unsigned int i, tries;
	bool due = front->is.live;

	for (tries = 0; due && tries < REAP_TRIES; tries++) {
		if (tries)
			usleep_range(500, 1000);
		due = false;
		for (i = 0; i < front->nr_queues; i++) {
			struct netfront_queue *queue = &front->queues[i];

			local_bh_disable();
			/* A ring that is broken is found to be so when it is up. */
			due |= netfront_tx_clean(queue, NAPI_POLL_WEIGHT) >= 0 &&
			       queue->tx.lent;
			local_bh_enable();
		}
	}
}

static int netfront_netdev_stop(struct net_device *netdev)
{
	netif_tx_disable(netdev);
	netfront_queues_stop(netdev_priv(netdev));
	netfront_netdev_reap(netdev_priv(netdev));
	/* The last poll may have woken them. */
	netif_tx_disable(netdev);
	netfront_mcast_follow(netdev_priv(netdev));
	return 0;
}

static void netfront_netdev_set_rx_mode(struct net_device *netdev)
{
	netfront_mcast_follow(netdev_priv(netdev));
}

static netdev_features_t netfront_netdev_fix_features(struct net_device *netdev,
						      netdev_features_t features)
{
	const struct netfront_offer *offer =
		&((struct netfront *)netdev_priv(netdev))->offer;

	if (!offer->sg)
		features &= ~NETIF_F_SG;
	if (!offer->sg || !offer->tso4)
		features &= ~NETIF_F_TSO;
	if (!offer->sg || !offer->tso6)
		features &= ~NETIF_F_TSO6;
	if (offer->no_csum4)
		features &= ~NETIF_F_IP_CSUM;
	if (!offer->csum6)
		features &= ~NETIF_F_IPV6_CSUM;
	if (!offer->ctrl)
		features &= ~NETIF_F_RXHASH;
	return features;
}

/* Only the hash needs the backend to know. */
static int netfront_netdev_set_features(struct net_device *netdev,
					netdev_features_t features)
{
	struct netfront *front = netdev_priv(netdev);

	if (!((netdev->features ^ features) & NETIF_F_RXHASH))
		return 0;
	WRITE_ONCE(netdev->features, features);
	if (front->is.live)
		netfront_ctrl_follow(front);
	return 1;
}

static int netfront_netdev_change_mtu(struct net_device *netdev, int mtu)
{
	const struct netfront *front = netdev_priv(netdev);

	/* Without pieces a packet is one slot of the ring. */
	if (!front->offer.sg && mtu > ETH_DATA_LEN)
		return -EINVAL;
	if (!netfront_xdp_takes(rtnl_dereference(front->prog), mtu)) {
		netdev_err(netdev, "the XDP program takes no packets of MTU %d\n", mtu);
		return -EINVAL;
	}
	WRITE_ONCE(netdev->mtu, mtu);
	return 0;
}

static void netfront_netdev_get_stats64(struct net_device *netdev,
					struct rtnl_link_stats64 *sum)
{
	const struct netfront *front = netdev_priv(netdev);
	unsigned int i;

	for (i = 0; i < netdev->num_tx_queues; i++) {
		const struct netfront_stats *stats = &front->stats[i];

		sum->tx_packets += READ_ONCE(stats->tx_packets);
		sum->tx_bytes += READ_ONCE(stats->tx_bytes);
		sum->tx_dropped += READ_ONCE(stats->tx_dropped);
		sum->tx_errors += READ_ONCE(stats->tx_errors);
		sum->rx_packets += READ_ONCE(stats->rx_packets);
		sum->rx_bytes += READ_ONCE(stats->rx_bytes);
		sum->rx_errors += READ_ONCE(stats->rx_bad);
		sum->rx_dropped += READ_ONCE(stats->rx_nomem);
	}
}

static const struct net_device_ops netfront_ops = {
	.ndo_open = netfront_netdev_open,
	.ndo_stop = netfront_netdev_stop,
	.ndo_start_xmit = netfront_start_xmit,
	.ndo_fix_features = netfront_netdev_fix_features,
	.ndo_set_features = netfront_netdev_set_features,
	.ndo_change_mtu = netfront_netdev_change_mtu,
	.ndo_get_stats64 = netfront_netdev_get_stats64,
	.ndo_set_rx_mode = netfront_netdev_set_rx_mode,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_bpf = netfront_bpf,
	.ndo_xdp_xmit = netfront_xdp_xmit,
};

/**
 * netfront_netdev_create - make the interface of a device
 * @dev: the device
 *
 * Return: the interface, whose private part is a struct netfront, not yet
 * shown; or an error, reported.
 */
struct net_device *netfront_netdev_create(struct xenbus_device *dev)
{
	u32 queues = netfront_queues_wanted();
	struct net_device *netdev;
	struct netfront *front;
	u8 addr[ETH_ALEN];
	int err;

	err = netfront_read_mac(dev, addr);
	if (err)
		return ERR_PTR(err);
	netdev = alloc_etherdev_mqs(sizeof(*front), queues, queues);
	if (!netdev)
		return ERR_PTR(-ENOMEM);
	front = netdev_priv(netdev);
	front->dev = dev;
	front->netdev = netdev;
	front->wanted = queues;
	front->stats = kvcalloc(queues, sizeof(*front->stats), GFP_KERNEL);
	if (!front->stats) {
		free_netdev(netdev);
		return ERR_PTR(-ENOMEM);
	}
	netfront_mcast_init(front);
	SET_NETDEV_DEV(netdev, &dev->dev);
	/* A packet's cb is ours while it is sent. */
	netdev->priv_flags &= ~IFF_TX_SKB_SHARING;
	netdev->netdev_ops = &netfront_ops;
	netdev->ethtool_ops = &netfront_ethtool_ops;
	netdev->hw_features = FEATURES | NETIF_F_RXHASH;
	netdev->features = FEATURES | NETIF_F_RXCSUM;
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->max_mtu = MTU_MAX;
	xdp_set_features_flag(netdev, XDP_FEATURES);
	eth_hw_addr_set(netdev, addr);
	ether_addr_copy(front->addr, addr);
	netif_set_tso_max_size(netdev, XEN_NETIF_MAX_TX_SIZE);
	netif_carrier_off(netdev);
	return netdev;
}

/**
 * netfront_netdev_show - let the system have the interface
 * @front: the interface, its offer read
 *
 * Context: may sleep. Return: 0 or a negative errno.
 */
int netfront_netdev_show(struct netfront *front)
{
	struct net_device *netdev = front->netdev;
	u32 mtu = front->offer.mtu;
	int err;

	if (front->is.shown)
		return 0;
	/* The administrator may choose another; this is what it begins with. */
	if (mtu >= ETH_MIN_MTU && (front->offer.sg || mtu <= ETH_DATA_LEN))
		netdev->mtu = min_t(u32, mtu, MTU_MAX);
	err = register_netdev(netdev);
	front->is.shown = !err;
	return err;
}

/* What this connection was made for is not what is wanted by now. */
static bool netfront_netdev_is_outdated(const struct netfront *front)
{
	return front->is.plain != !!rtnl_dereference(front->prog) ||
	       front->nr_queues != min(front->offer.max_queues, front->wanted);
}

/* Packets may flow. */
static void netfront_netdev_begin(struct netfront *front)
{
	struct net_device *netdev = front->netdev;

	if (netif_running(netdev)) {
		netfront_queues_start(front);
		netif_tx_wake_all_queues(netdev);
	}
	netif_carrier_on(netdev);
	/*
	 * Switches have to learn anew where it is, by what is sent from here: so
	 * the carrier has to be taken note of first.
	 */
	ethtool_op_get_link(netdev);
	__netdev_notify_peers(netdev);
}

/**
 * netfront_netdev_connect - there is a backend behind the interface
 * @front: the interface, shown, its queues made
 *
 * Context: may sleep.
 */
void netfront_netdev_connect(struct netfront *front)
{
	struct net_device *netdev = front->netdev;
	unsigned int i;

	rtnl_lock();
	netif_set_real_num_tx_queues(netdev, front->nr_queues);
	netif_set_real_num_rx_queues(netdev, front->nr_queues);
	netdev_update_features(netdev);
	if (!front->offer.sg && netdev->mtu > ETH_DATA_LEN)
		dev_set_mtu(netdev, ETH_DATA_LEN);
	for (i = 0; i < front->nr_queues; i++)
		netdev_tx_reset_queue(netdev_get_tx_queue(netdev, i));
	WRITE_ONCE(front->is.live, true);
	if (!netfront_netdev_is_unfit(front))
		netfront_netdev_begin(front);
	if (netfront_netdev_is_outdated(front))
		xen_tie_recover(&front->tie);
	rtnl_unlock();
}

/**
 * netfront_netdev_hold - no packets until it is connected anew
 * @front: the interface, live
 *
 * Context: under rtnl; may sleep.
 */
void netfront_netdev_hold(struct netfront *front)
{
	netfront_queues_stop(front);
	netif_carrier_off(front->netdev);
	netif_tx_disable(front->netdev);
}

/**
 * netfront_netdev_pause - the domain is about to be saved: nothing is granted any more
 * @front: the interface
 *
 * What was granted to this backend after a restore could be read by whoever has its
 * number there. The carrier stays: the suspend may be called off. Context: may sleep.
 */
void netfront_netdev_pause(struct netfront *front)
{
	rtnl_lock();
	if (front->is.running) {
		netfront_queues_stop(front);
		netif_tx_disable(front->netdev);
		/* Who saw it running may be sending for an XDP program. */
		synchronize_net();
		front->is.paused = true;
	}
	rtnl_unlock();
}

/**
 * netfront_netdev_go_on - the domain was saved, or not
 * @front: the interface, which is not live any more if it was restored
 *
 * Context: may sleep.
 */
void netfront_netdev_go_on(struct netfront *front)
{
	rtnl_lock();
	if (front->is.paused && front->is.live && !front->is.running) {
		netfront_queues_start(front);
		netif_tx_wake_all_queues(front->netdev);
	}
	front->is.paused = false;
	rtnl_unlock();
}

/**
 * netfront_netdev_disconnect - there is none any more
 * @front: the interface
 *
 * On return nobody uses the queues. Context: may sleep.
 */
void netfront_netdev_disconnect(struct netfront *front)
{
	rtnl_lock();
	if (front->is.live) {
		WRITE_ONCE(front->is.live, false);
		netfront_queues_stop(front);
		netif_carrier_off(front->netdev);
		netif_tx_disable(front->netdev);
		/* Who saw it live may be sending. */
		synchronize_net();
	}
	rtnl_unlock();
}

/**
 * netfront_netdev_destroy - take the interface from the system
 * @front: the interface, disconnected; gone on return
 */
void netfront_netdev_destroy(struct netfront *front)
{
	struct netfront_stats *stats = front->stats;

	if (front->is.shown)
		unregister_netdev(front->netdev);
	netfront_bounce_set(front, false);
	free_netdev(front->netdev);
	kvfree(stats);
}
