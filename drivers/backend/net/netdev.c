// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interface vifDOMAIN.NUMBER: what the kernel, bridges and the host's tools
 * see of a guest's network. Floor F5; called by main.c and the kernel.
 *
 * It is there as long as the device is. Without a frontend it has no carrier.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "back.h"

#define FEATURES (NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_IP_CSUM |	\
		  NETIF_F_IPV6_CSUM | NETIF_F_TSO | NETIF_F_TSO6)

/* The guest is told a size of a packet in 16 bits. */
#define MTU_MAX		(XEN_NETIF_MAX_TX_SIZE - VLAN_ETH_HLEN)

static int netback_netdev_open(struct net_device *netdev)
{
	struct netback *back = netdev_priv(netdev);

	if (!back->live)
		return 0;
	netback_queues_start(back);
	netif_tx_start_all_queues(netdev);
	return 0;
}

static int netback_netdev_stop(struct net_device *netdev)
{
	struct netback *back = netdev_priv(netdev);
	unsigned int i;

	netif_tx_disable(netdev);
	netback_queues_stop(back);
	/* Nobody waits for these any more. Queues are sure to be there if live. */
	for (i = 0; back->live && i < back->nr_queues; i++)
		netback_rx_purge(&back->queues[i]);
	netif_tx_disable(netdev);
	return 0;
}

static netdev_features_t netback_netdev_fix_features(struct net_device *netdev,
						     netdev_features_t features)
{
	const struct netback_choice *choice =
		&((struct netback *)netdev_priv(netdev))->choice;

	if (!choice->sg)
		features &= ~(NETIF_F_SG | NETIF_F_FRAGLIST);
	if (!choice->tso4)
		features &= ~NETIF_F_TSO;
	if (!choice->tso6)
		features &= ~NETIF_F_TSO6;
	if (choice->no_csum4)
		features &= ~NETIF_F_IP_CSUM;
	if (!choice->csum6)
		features &= ~NETIF_F_IPV6_CSUM;
	/* An XDP program is to see packets as they are on a wire. */
	if (choice->headroom)
		features &= ~(NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_IP_CSUM |
			      NETIF_F_IPV6_CSUM);
	return features;
}

static int netback_netdev_change_mtu(struct net_device *netdev, int mtu)
{
	struct netback *back = netdev_priv(netdev);

	/* Without pieces a packet has one page of the guest. */
	if (back->live && !back->choice.sg && mtu > ETH_DATA_LEN)
		return -EINVAL;
	WRITE_ONCE(netdev->mtu, mtu);
	return 0;
}

static void netback_netdev_get_stats64(struct net_device *netdev,
				       struct rtnl_link_stats64 *sum)
{
	const struct netback *back = netdev_priv(netdev);
	unsigned int i;

	/* What the guest transmits is received here. */
	for (i = 0; i < netdev->num_tx_queues; i++) {
		const struct netback_stats *stats = &back->stats[i];

		sum->rx_packets += READ_ONCE(stats->tx_packets);
		sum->rx_bytes += READ_ONCE(stats->tx_bytes);
		sum->rx_errors += READ_ONCE(stats->tx_bad);
		sum->rx_dropped += READ_ONCE(stats->tx_nomem);
		sum->tx_packets += READ_ONCE(stats->rx_packets);
		sum->tx_bytes += READ_ONCE(stats->rx_bytes);
		sum->tx_errors += READ_ONCE(stats->rx_bad);
		sum->tx_dropped += READ_ONCE(stats->rx_dropped);
	}
}

/* The rest is freed with the interface, when nobody looks at it any more. */
static void netback_netdev_uninit(struct net_device *netdev)
{
	struct netback *back = netdev_priv(netdev);

	kvfree(back->stats);
	back->stats = NULL;
}

static const struct net_device_ops netback_ops = {
	.ndo_open = netback_netdev_open,
	.ndo_stop = netback_netdev_stop,
	.ndo_start_xmit = netback_start_xmit,
	.ndo_select_queue = netback_select_queue,
	.ndo_fix_features = netback_netdev_fix_features,
	.ndo_change_mtu = netback_netdev_change_mtu,
	.ndo_get_stats64 = netback_netdev_get_stats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static void netback_netdev_setup(struct net_device *netdev)
{
	/* As bridges want it: never the lowest address on them. */
	static const u8 addr[ETH_ALEN] = { 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff };

	netdev->netdev_ops = &netback_ops;
	netdev->ethtool_ops = &netback_ethtool_ops;
	netdev->priv_destructor = netback_netdev_uninit;
	netdev->hw_features = FEATURES;
	netdev->features = FEATURES | NETIF_F_RXCSUM;
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->max_mtu = MTU_MAX;
	eth_hw_addr_set(netdev, addr);
	netif_set_tso_max_size(netdev, XEN_NETIF_MAX_TX_SIZE);
	netif_carrier_off(netdev);
}

/**
 * netback_netdev_create - make the interface of a device, and show it
 * @dev: the device
 * @handle: its number
 *
 * Return: the interface, whose private part is a struct netback; or an error.
 */
struct net_device *netback_netdev_create(struct xenbus_device *dev, u32 handle)
{
	u32 queues = netback_queues_offered();
	struct net_device *netdev;
	struct netback *back;
	char name[IFNAMSIZ];
	int err;

	snprintf(name, sizeof(name), "vif%u.%u", dev->otherend_id, handle);
	netdev = alloc_netdev_mqs(sizeof(*back), name, NET_NAME_PREDICTABLE,
				  ether_setup, queues, queues);
	if (!netdev)
		return ERR_PTR(-ENOMEM);
	SET_NETDEV_DEV(netdev, &dev->dev);
	/* Packets wait in lists. */
	netdev->priv_flags &= ~IFF_TX_SKB_SHARING;
	netback_netdev_setup(netdev);

	back = netdev_priv(netdev);
	back->dev = dev;
	back->netdev = netdev;
	spin_lock_init(&back->mcast.lock);
	spin_lock_init(&back->absence.lock);
	netback_credit_init(back);
	back->stats = kvcalloc(queues, sizeof(*back->stats), GFP_KERNEL);
	err = back->stats ? register_netdev(netdev) : -ENOMEM;
	if (err) {
		kvfree(back->stats);
		free_netdev(netdev);
		return ERR_PTR(err);
	}
	return netdev;
}

/**
 * netback_netdev_connect - there is a guest behind the interface
 * @back: the interface, its queues made
 *
 * Context: may sleep.
 */
void netback_netdev_connect(struct netback *back)
{
	struct net_device *netdev = back->netdev;

	rtnl_lock();
	netif_set_real_num_tx_queues(netdev, back->nr_queues);
	netif_set_real_num_rx_queues(netdev, back->nr_queues);
	netdev_update_features(netdev);
	if (!back->choice.sg && netdev->mtu > ETH_DATA_LEN)
		dev_set_mtu(netdev, ETH_DATA_LEN);
	WRITE_ONCE(back->live, true);
	if (netif_running(netdev)) {
		netback_queues_start(back);
		netif_tx_wake_all_queues(netdev);
	}
	netif_carrier_on(netdev);
	rtnl_unlock();
}

/**
 * netback_netdev_disconnect - there is none any more
 * @back: the interface
 *
 * On return nobody uses the queues. Context: may sleep.
 */
void netback_netdev_disconnect(struct netback *back)
{
	rtnl_lock();
	if (back->live) {
		WRITE_ONCE(back->live, false);
		netback_queues_stop(back);
		/* The NAPIs of an absent guest change it, too: none runs any more. */
		back->absence.queues = 0;
		netif_carrier_off(back->netdev);
		netif_tx_disable(back->netdev);
		/* Who saw it live may be sending. */
		synchronize_net();
	}
	rtnl_unlock();
}
