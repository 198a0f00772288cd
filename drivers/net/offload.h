/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a peer left undone in a packet, told to the kernel: checksums to be
 * filled in, segments to be cut; and the hash, which is undone no more. The same
 * in both directions. Floor F5; called
 * by the frontend's rx.c and the backend's tx.c.
 *
 * Trust: the packet is in private memory by now, but may be anything. What the
 * kernel is told is what its headers show, not what the peer claims: a packet
 * whose headers cannot be followed is refused, and one that is to become a flood of
 * segments.
 */
#ifndef XENIFY_NET_OFFLOAD_H
#define XENIFY_NET_OFFLOAD_H

#include <linux/if_ether.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>

#include "extra.h"

/*
 * Each segment becomes a packet, with headers and memory of its own, where the
 * packet leaves by a device that cuts none. A TCP that means well has 8 bytes in one
 * at the least, an MSS of 48 less 40 of options; nobody cuts 64 KiB so small.
 */
#define XEN_NET_SEGMENT_MIN	8
#define XEN_NET_SEGMENTS_MAX	2048

static inline int xen_net_offload_gso(struct sk_buff *skb,
				      const struct xen_net_extras *extras)
{
	bool v4 = extras->gso_type == XEN_NETIF_GSO_TYPE_TCPV4;
	u32 headers;

	if (skb->protocol != htons(v4 ? ETH_P_IP : ETH_P_IPV6) ||
	    skb->csum_offset != offsetof(struct tcphdr, check))
		return -EPROTO;
	headers = skb_transport_offset(skb) + tcp_hdrlen(skb);
	/*
	 * It is one segment already, as older frontends send them: there is nothing
	 * to cut, and who tries drops it.
	 */
	if (skb->len <= headers + extras->gso_size)
		return 0;
	if (extras->gso_size < XEN_NET_SEGMENT_MIN ||
	    skb->len - headers > XEN_NET_SEGMENTS_MAX * extras->gso_size)
		return -EPROTO;
	skb_shinfo(skb)->gso_size = extras->gso_size;
	/* Whoever cuts it has to look at the headers, and counts the pieces. */
	skb_shinfo(skb)->gso_type = SKB_GSO_DODGY |
		(v4 ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6);
	skb_shinfo(skb)->gso_segs = 0;
	return 0;
}

/**
 * xen_net_offload - tell the kernel what is left to do in a packet
 * @skb: the packet, from eth_type_trans(); its network header is set
 * @blank: the peer says that the checksum is to be filled in
 * @validated: the peer says that the data need not be checked
 * @extras: what its extra infos said
 *
 * Return: 0, or a negative errno if the packet is to be dropped.
 */
static inline int xen_net_offload(struct sk_buff *skb, bool blank,
				  bool validated,
				  const struct xen_net_extras *extras)
{
	bool gso = xen_net_extra_has(extras, XEN_NETIF_EXTRA_TYPE_GSO);
	int err;

	if (!blank && !gso) {
		skb->ip_summed = validated ? CHECKSUM_UNNECESSARY :
					     CHECKSUM_NONE;
		return 0;
	}
	/* Segments need a sum of the pseudo header to begin with. */
	err = skb_checksum_setup(skb, !blank);
	if (err || !gso)
		return err;
	return xen_net_offload_gso(skb, extras);
}

/**
 * xen_net_hash - tell the kernel the hash that the peer has calculated
 * @skb: the packet
 * @extras: what its extra infos said
 *
 * It is believed: a wrong one can only make the packets of a flow go apart.
 * Return: whether there is one.
 */
static inline bool xen_net_hash(struct sk_buff *skb,
				const struct xen_net_extras *extras)
{
	if (likely(!xen_net_extra_has(extras, XEN_NETIF_EXTRA_TYPE_HASH)) ||
	    extras->hash_type == XEN_NET_NO_HASH)
		return false;
	skb_set_hash(skb, extras->hash,
		     extras->hash_type == _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP ||
		     extras->hash_type == _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP ?
		     PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
	return true;
}

#endif /* XENIFY_NET_OFFLOAD_H */
