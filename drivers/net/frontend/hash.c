// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hash of received packets, if somebody wants it (ethtool -K rxhash on): the
 * backend is sent a key, and a table that spreads flows over the queues. Floor
 * F5; called by the control ring's work.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/netdevice.h>

#include "ctrl.h"

#define KEY_LEN		40
#define TABLE_MAX	128

#define TYPES (XEN_NETIF_CTRL_HASH_TYPE_IPV4 |				\
	       XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP |			\
	       XEN_NETIF_CTRL_HASH_TYPE_IPV6 |				\
	       XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP)

static int netfront_hash_set_key(struct netfront_ctrl *ctrl)
{
	netdev_rss_key_fill(page_address(ctrl->page), KEY_LEN);
	return netfront_ask(ctrl, XEN_NETIF_CTRL_TYPE_SET_HASH_KEY, NULL,
			    ctrl->gref, KEY_LEN, 0);
}

/* A backend without a table takes the remainder, which does as well. */
static int netfront_hash_set_table(struct netfront_ctrl *ctrl)
{
	u32 *table = page_address(ctrl->page), size, i;
	int err;

	err = netfront_ask(ctrl, XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE,
			   &size, 0);
	size = min(size, TABLE_MAX);
	if (err || !size)
		return err;
	err = netfront_ask(ctrl, XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE,
			   NULL, size);
	if (err)
		return err;
	for (i = 0; i < size; i++)
		table[i] = i % ctrl->front->nr_queues;
	return netfront_ask(ctrl, XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING, NULL,
			    ctrl->gref, size, 0);
}

static int netfront_hash_set_types(struct netfront_ctrl *ctrl)
{
	u32 types;
	int err;

	err = netfront_ask(ctrl, XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS, &types, 0);
	if (err)
		return err;
	return netfront_ask(ctrl, XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS, NULL,
			    types & TYPES);
}

static int netfront_hash_set_algorithm(struct netfront_ctrl *ctrl, u32 algorithm)
{
	return netfront_ask(ctrl, XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM, NULL,
			    algorithm);
}

static int netfront_hash_turn_on(struct netfront_ctrl *ctrl)
{
	int err = netfront_hash_set_algorithm(ctrl, XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ);

	if (!err)
		err = netfront_hash_set_key(ctrl);
	if (!err)
		err = netfront_hash_set_table(ctrl);
	return err ?: netfront_hash_set_types(ctrl);
}

/**
 * netfront_hash_follow - have the backend hash packets, or not any more
 * @ctrl: the control ring
 */
void netfront_hash_follow(struct netfront_ctrl *ctrl)
{
	struct net_device *netdev = ctrl->front->netdev;
	bool wanted = READ_ONCE(netdev->features) & NETIF_F_RXHASH;
	int err = 0;

	if (wanted == ctrl->hashing)
		return;
	if (wanted)
		err = netfront_hash_turn_on(ctrl);
	if (!wanted || err)
		netfront_hash_set_algorithm(ctrl, XEN_NETIF_CTRL_HASH_ALGORITHM_NONE);
	ctrl->hashing = wanted;
	if (err && xen_log_allowed())
		netdev_warn(netdev, "backend does not hash packets (%d)\n", err);
}
