// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which multicast packets a guest wants: a filter that it asks for by the key
 * "request-multicast-control", and fills by extra infos on its transmit ring
 * (xen/interface/io/netif.h). Floor F5; called by tx.c, rx.c and main.c.
 *
 * Broadcasts always pass. A guest can name no more than %NETBACK_MCAST_MAX
 * addresses; further ones are refused, so that it can ask for all packets.
 */
#include "back.h"

static int netback_mcast_find(const struct netback_mcast *mcast, const u8 *addr)
{
	u32 i;

	for (i = 0; i < mcast->count; i++)
		if (ether_addr_equal_unaligned(mcast->addr[i], addr))
			return i;
	return -ENOENT;
}

/* Return: whether it is there now. */
static bool netback_mcast_add(struct netback_mcast *mcast, const u8 *addr)
{
	if (netback_mcast_find(mcast, addr) >= 0)
		return true;
	if (mcast->count == NETBACK_MCAST_MAX)
		return false;
	ether_addr_copy(mcast->addr[mcast->count++], addr);
	return true;
}

static void netback_mcast_del(struct netback_mcast *mcast, const u8 *addr)
{
	int at = netback_mcast_find(mcast, addr);

	if (at >= 0)
		memcpy(mcast->addr[at], mcast->addr[--mcast->count], ETH_ALEN);
}

/**
 * netback_mcast_change - the guest adds or deletes an address
 * @back: the interface
 * @extras: what the extra infos of a slot said
 *
 * Context: the transmit NAPI of any queue. Return: XEN_NETIF_RSP_*, to answer.
 */
s16 netback_mcast_change(struct netback *back,
			 const struct xen_net_extras *extras)
{
	struct netback_mcast *mcast = &back->mcast;
	unsigned long flags;
	bool done = true;

	spin_lock_irqsave(&mcast->lock, flags);
	if (xen_net_extra_has(extras, XEN_NETIF_EXTRA_TYPE_MCAST_ADD))
		done = netback_mcast_add(mcast, extras->mcast);
	else if (xen_net_extra_has(extras, XEN_NETIF_EXTRA_TYPE_MCAST_DEL))
		netback_mcast_del(mcast, extras->mcast);
	spin_unlock_irqrestore(&mcast->lock, flags);
	return done ? XEN_NETIF_RSP_OKAY : XEN_NETIF_RSP_ERROR;
}

/**
 * netback_mcast_drops - whether the guest does not want a packet
 * @back: the interface
 * @skb: a packet for it
 *
 * Context: BH off; interrupts, too, where netconsole sends.
 */
bool netback_mcast_drops(struct netback *back, const struct sk_buff *skb)
{
	const u8 *addr = skb->data;
	struct netback_mcast *mcast = &back->mcast;
	unsigned long flags;
	bool found;

	if (likely(!READ_ONCE(mcast->wanted)))
		return false;
	if (!is_multicast_ether_addr(addr) || is_broadcast_ether_addr(addr))
		return false;
	spin_lock_irqsave(&mcast->lock, flags);
	found = netback_mcast_find(mcast, addr) >= 0;
	spin_unlock_irqrestore(&mcast->lock, flags);
	return !found;
}

/**
 * netback_mcast_watched - the guest may have changed its mind
 * @watch: on its key
 * @path: of the key
 * @token: not used
 */
void netback_mcast_watched(struct xenbus_watch *watch, const char *path,
			   const char *token)
{
	struct netback *back = container_of(watch, struct netback, watch.mcast);

	WRITE_ONCE(back->mcast.wanted,
		   xenbus_read_unsigned(back->dev->otherend,
					"request-multicast-control", 0));
}

/**
 * netback_mcast_reset - forget all addresses: another guest may come
 * @back: the interface, not connected
 */
void netback_mcast_reset(struct netback *back)
{
	spin_lock_irq(&back->mcast.lock);
	back->mcast.count = 0;
	spin_unlock_irq(&back->mcast.lock);
}
