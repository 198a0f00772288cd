// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ethtool shows of a guest's interface: -i, -l, -S. Floor F5; called by the
 * kernel, under rtnl.
 */
#include <linux/ethtool.h>
#include <linux/kernel.h>

#include "back.h"

#define COUNTER(_name) { #_name, offsetof(struct netback_stats, _name) }

static const struct {
	const char *name;
	size_t offset;
} counters[] = {
	COUNTER(tx_packets),
	COUNTER(tx_bytes),
	COUNTER(tx_bad),
	COUNTER(tx_nomem),
	COUNTER(tx_batches),
	COUNTER(tx_static),
	COUNTER(rx_packets),
	COUNTER(rx_bytes),
	COUNTER(rx_bad),
	COUNTER(rx_dropped),
	COUNTER(rx_batches),
	COUNTER(rx_static),
	COUNTER(stalls),
};

static void netback_ethtool_get_drvinfo(struct net_device *netdev,
					struct ethtool_drvinfo *info)
{
	const struct netback *back = netdev_priv(netdev);

	strscpy(info->driver, "xen-netback", sizeof(info->driver));
	strscpy(info->bus_info, dev_name(&back->dev->dev),
		sizeof(info->bus_info));
}

static void netback_ethtool_get_channels(struct net_device *netdev,
					 struct ethtool_channels *channels)
{
	const struct netback *back = netdev_priv(netdev);

	channels->max_combined = netdev->num_tx_queues;
	channels->combined_count = max(back->nr_queues, 1U);
}

static int netback_ethtool_get_sset_count(struct net_device *netdev, int set)
{
	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return netdev->real_num_tx_queues * ARRAY_SIZE(counters);
}

static void netback_ethtool_get_strings(struct net_device *netdev, u32 set, u8 *text)
{
	unsigned int i, k;

	if (set != ETH_SS_STATS)
		return;
	for (i = 0; i < netdev->real_num_tx_queues; i++)
		for (k = 0; k < ARRAY_SIZE(counters); k++)
			ethtool_sprintf(&text, "queue_%u_guest_%s", i,
					counters[k].name);
}

static void netback_ethtool_get_ethtool_stats(struct net_device *netdev,
					      struct ethtool_stats *unused, u64 *data)
{
	const struct netback *back = netdev_priv(netdev);
	unsigned int i, k;

	for (i = 0; i < netdev->real_num_tx_queues; i++)
		for (k = 0; k < ARRAY_SIZE(counters); k++)
			*data++ = READ_ONCE(*(u64 *)((u8 *)&back->stats[i] +
						     counters[k].offset));
}

const struct ethtool_ops netback_ethtool_ops = {
	.get_drvinfo = netback_ethtool_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_ts_info = ethtool_op_get_ts_info,
	.get_channels = netback_ethtool_get_channels,
	.get_sset_count = netback_ethtool_get_sset_count,
	.get_strings = netback_ethtool_get_strings,
	.get_ethtool_stats = netback_ethtool_get_ethtool_stats,
};
