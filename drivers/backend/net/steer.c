// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which queue a packet for the guest takes, when the guest has asked for a hash
 * by its control ring, and the hash that it is told. Floor F5; called by the
 * kernel for each packet, and by the control ring's work.
 *
 * What the guest asked for is replaced as a whole, so that no packet sees a part
 * of it.
 */
#include <linux/etherdevice.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "back.h"

static struct netback_hashed netback_steer_hash_skb(const struct netback_hash *hash,
						    const struct sk_buff *skb)
{
	struct netback_hashed none = { };
	u8 header[NETBACK_HASH_HEADER];
	u32 len;

	if (skb->protocol != htons(ETH_P_IP) &&
	    skb->protocol != htons(ETH_P_IPV6))
		return none;
	if (skb->len <= ETH_HLEN)
		return none;
	len = min_t(u32, skb->len - ETH_HLEN, sizeof(header));
	if (skb_copy_bits(skb, ETH_HLEN, header, len))
		return none;
	return netback_hash_packet(hash, header, len);
}

/**
 * netback_hash_skb - the hash that the guest is told of a packet
 * @back: the interface
 * @skb: the packet, at its Ethernet header
 *
 * Context: BH off.
 */
struct netback_hashed netback_hash_skb(struct netback *back,
				       const struct sk_buff *skb)
{
	struct netback_hashed hashed = { };
	const struct netback_hash *hash;

	rcu_read_lock();
	hash = rcu_dereference(back->hash);
	if (unlikely(hash))
		hashed = netback_steer_hash_skb(hash, skb);
	rcu_read_unlock();
	return hashed;
}

/**
 * netback_select_queue - which queue a packet takes
 * @netdev: the guest's interface
 * @skb: the packet
 * @below: not used
 *
 * The kernel's own choice, unless the guest has a say, and the packet a hash.
 */
u16 netback_select_queue(struct net_device *netdev, struct sk_buff *skb,
			 struct net_device *below)
{
	struct netback *back = netdev_priv(netdev);
	struct netback_hashed hashed = { };
	const struct netback_hash *hash;
	u16 queue = 0;

	rcu_read_lock();
	hash = rcu_dereference(back->hash);
	if (unlikely(hash))
		hashed = netback_steer_hash_skb(hash, skb);
	if (hashed.valid)
		queue = netback_hash_queue(hash, hashed.value,
					   netdev->real_num_tx_queues);
	rcu_read_unlock();
	return hashed.valid ? queue : netdev_pick_tx(netdev, skb, NULL);
}

/**
 * netback_steer - take over what the guest asked for
 * @back: the interface
 * @hash: what that is, as of now
 *
 * Without memory for it, it is as if there were no wish. Context: may sleep;
 * one at a time.
 */
void netback_steer(struct netback *back, const struct netback_hash *hash)
{
	struct netback_hash *old = rcu_dereference_protected(back->hash, true);
	struct netback_hash *new = NULL;

	if (old && !memcmp(old, hash, sizeof(*hash)))
		return;
	if (hash->algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_NONE &&
	    hash->types)
		new = kmemdup(hash, sizeof(*hash), GFP_KERNEL);
	if (!old && !new)
		return;
	rcu_assign_pointer(back->hash, new);
	synchronize_net();
	kfree(old);
}
