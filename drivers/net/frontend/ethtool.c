// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ethtool shows of the interface, and changes: -i, -l, -L, -g, -S. Floor F5; called by the
 * kernel, under rtnl.
 */
#include <linux/ethtool.h>
#include <linux/kernel.h>

#include "front.h"

#define COUNTER(_name) { #_name, offsetof(struct netfront_stats, _name) }
#define NAMED(_name, _member) { _name, offsetof(struct netfront_stats, _member) }

static const struct {
	const char *name;
	size_t offset;
} counters[] = {
	COUNTER(tx_packets),
	COUNTER(tx_bytes),
	COUNTER(tx_dropped),
	COUNTER(tx_errors),
	COUNTER(tx_events),
	COUNTER(tx_static),
	COUNTER(rx_packets),
	COUNTER(rx_bytes),
	COUNTER(rx_bad),
	COUNTER(rx_nomem),
	COUNTER(rx_copied),
	COUNTER(rx_static),
	COUNTER(rx_hashed),
	NAMED("xdp_dropped", xdp.dropped),
	NAMED("xdp_sent", xdp.sent),
	NAMED("tx_bounced", bounced.tx),
	NAMED("rx_bounced", bounced.rx),
};

static void netfront_ethtool_get_drvinfo(struct net_device *netdev,
					 struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "xen-netfront", sizeof(info->driver));
	strscpy(info->bus_info, dev_name(netdev->dev.parent),
		sizeof(info->bus_info));
}

static void netfront_ethtool_get_channels(struct net_device *netdev,
					  struct ethtool_channels *channels)
{
	const struct netfront *front = netdev_priv(netdev);

	/* What the backend had on offer, if it was asked yet. */
	channels->max_combined = min(netdev->num_tx_queues,
				     front->offer.max_queues ?: 1);
	/* What is wanted: the kernel sets no number that it is told here. */
	channels->combined_count = min(front->wanted, channels->max_combined);
}

/* The number goes to the backend with the rings, so they are made anew. */
static int netfront_ethtool_set_channels(struct net_device *netdev,
					 struct ethtool_channels *channels)
{
	struct netfront *front = netdev_priv(netdev);

	/* If it is not, it is looked at when it is. */
	WRITE_ONCE(front->wanted, channels->combined_count);
	if (front->is.live && front->nr_queues != channels->combined_count)
		xen_tie_recover(&front->tie);
	return 0;
}

static void netfront_ethtool_get_ringparam(struct net_device *netdev,
					   struct ethtool_ringparam *param,
					   struct kernel_ethtool_ringparam *kernel,
					   struct netlink_ext_ack *ack)
{
	param->rx_max_pending = NETFRONT_RING;
	param->rx_pending = NETFRONT_RING;
	param->tx_max_pending = NETFRONT_RING;
	param->tx_pending = NETFRONT_RING;
}

static int netfront_ethtool_get_sset_count(struct net_device *netdev, int set)
{
	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return netdev->real_num_tx_queues * ARRAY_SIZE(counters);
}

static void netfront_ethtool_get_strings(struct net_device *netdev, u32 set, u8 *text)
{
	unsigned int i, k;

	if (set != ETH_SS_STATS)
		return;
	for (i = 0; i < netdev->real_num_tx_queues; i++)
		for (k = 0; k < ARRAY_SIZE(counters); k++)
			ethtool_sprintf(&text, "queue_%u_%s", i,
					counters[k].name);
}

static void netfront_ethtool_get_ethtool_stats(struct net_device *netdev,
					       struct ethtool_stats *unused, u64 *data)
{
	const struct netfront *front = netdev_priv(netdev);
	unsigned int i, k;

	for (i = 0; i < netdev->real_num_tx_queues; i++) {
		const u8 *stats = (const u8 *)&front->stats[i];

		for (k = 0; k < ARRAY_SIZE(counters); k++)
			*data++ = READ_ONCE(*(const u64 *)(stats +
							   counters[k].offset));
	}
}

const struct ethtool_ops netfront_ethtool_ops = {
	.get_drvinfo = netfront_ethtool_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_channels = netfront_ethtool_get_channels,
	.set_channels = netfront_ethtool_set_channels,
	.get_ringparam = netfront_ethtool_get_ringparam,
	.get_sset_count = netfront_ethtool_get_sset_count,
	.get_strings = netfront_ethtool_get_strings,
	.get_ethtool_stats = netfront_ethtool_get_ethtool_stats,
};
