/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Extra infos: slots that say more of a packet than its data slots have room
 * for (xen/interface/io/netif.h). They look the same in both directions, so
 * both ends' parsers take them in here.
 *
 * Floor F5, pure: compiled in user space too, by tests/unit and tests/fuzz.
 * Called by drivers/net/frontend/parse.c and drivers/backend/net/parse.c.
 *
 * Trust: @info is a private copy of what a peer wrote. A type that does not
 * exist, one that comes twice, or a segmentation that cannot be carried out is
 * no packet's fault but the peer's: -EPROTO.
 */
#ifndef XENIFY_NET_EXTRA_H
#define XENIFY_NET_EXTRA_H

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>
#include <xen/interface/io/netif.h>

/* A grant is of 4 KiB on every machine (xen/interface/grant_table.h). */
#define XEN_NET_PAGE	4096
/* What every packet begins with: two addresses and a type. */
#define XEN_NET_HEADER	14
/* There was a hash, of a kind that does not exist. */
#define XEN_NET_NO_HASH	0xff

/**
 * struct xen_net_extras - what the extra infos of one packet said
 * @seen: the types that there were, as bits
 * @gso_type: XEN_NETIF_GSO_TYPE_*, if there was one of that type
 * @gso_size: bytes of payload in each segment, not 0 if there was one
 * @mcast: the address to be added to, or deleted from, the filter
 * @hash_type: _XEN_NETIF_CTRL_HASH_TYPE_*, if there was a hash
 * @hash: its value
 */
struct xen_net_extras {
	u8 seen;
	u8 gso_type;
	u16 gso_size;
	u8 mcast[6];
	u8 hash_type;
	u32 hash;
};

static inline bool xen_net_extra_has(const struct xen_net_extras *extras,
				     u8 type)
{
	return extras->seen & BIT(type);
}

static inline int xen_net_extra_gso(struct xen_net_extras *extras,
				    const struct xen_netif_extra_info *info)
{
	if (!info->u.gso.size)
		return -EPROTO;
	if (info->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV4 &&
	    info->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV6)
		return -EPROTO;
	extras->gso_size = info->u.gso.size;
	extras->gso_type = info->u.gso.type;
	return 0;
}

/* A hash that nobody here knows is as good as none. */
static inline void xen_net_extra_hash(struct xen_net_extras *extras,
				      const struct xen_netif_extra_info *info)
{
	const u8 *value = info->u.hash.value;

	extras->hash_type = XEN_NET_NO_HASH;
	if (info->u.hash.algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ ||
	    info->u.hash.type > _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP)
		return;
	extras->hash_type = info->u.hash.type;
	extras->hash = (u32)value[3] << 24 | value[2] << 16 | value[1] << 8 |
		       value[0];
}

/**
 * xen_net_extra_take - take in one extra info
 * @extras: what was said so far
 * @info: private copy of the slot
 *
 * Return: 1 if another one follows, 0 if this was the last, or -EPROTO.
 */
static inline int xen_net_extra_take(struct xen_net_extras *extras,
				     const struct xen_netif_extra_info *info)
{
	u8 type = info->type;

	if (type == XEN_NETIF_EXTRA_TYPE_NONE ||
	    type >= XEN_NETIF_EXTRA_TYPE_MAX ||
	    xen_net_extra_has(extras, type))
		return -EPROTO;
	extras->seen |= BIT(type);

	if (type == XEN_NETIF_EXTRA_TYPE_GSO && xen_net_extra_gso(extras, info))
		return -EPROTO;
	if (type == XEN_NETIF_EXTRA_TYPE_HASH)
		xen_net_extra_hash(extras, info);
	if (type == XEN_NETIF_EXTRA_TYPE_MCAST_ADD ||
	    type == XEN_NETIF_EXTRA_TYPE_MCAST_DEL)
		memcpy(extras->mcast, info->u.mcast.addr, sizeof(extras->mcast));
	return !!(info->flags & XEN_NETIF_EXTRA_FLAG_MORE);
}

#endif /* XENIFY_NET_EXTRA_H */
