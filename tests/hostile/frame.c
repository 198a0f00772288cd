// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames and extra infos that hostile network halves send: see frame.h. Floor F6.
 *
 * They go to the address that they come from: a bridge forwards no such frame,
 * so nobody else is troubled by them, and who takes them at face value finds
 * that they are for another host.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <xen/interface/io/netif.h>

#include "frame.h"

#define OTHER_HOST	{ 0x02, 0x4c, 0x49, 0x41, 0x52, 0x01 }
/* For experiments on a wire of one's own. */
#define TYPE_NOBODYS	0x88b5

static void fill_ipv6(void *at)
{
	struct ipv6hdr *ip = at;
	struct tcphdr *tcp = at + sizeof(*ip);

	ip->version = 6;
	ip->nexthdr = IPPROTO_TCP;
	ip->hop_limit = 1;
	tcp->doff = sizeof(*tcp) / 4;
}

static void fill_ipv4(void *at, enum frame_kind kind)
{
	struct iphdr *ip = at;
	struct tcphdr *tcp = at + sizeof(*ip);

	ip->version = 4;
	ip->ihl = kind == FRAME_OPTIONS ? 15 : sizeof(*ip) / 4;
	ip->ttl = 1;
	ip->protocol = kind == FRAME_UDP ? IPPROTO_UDP : IPPROTO_TCP;
	if (kind == FRAME_PART)
		ip->frag_off = htons(IP_MF);
	tcp->doff = sizeof(*tcp) / 4;
}

static void fill_one(void *at, enum frame_kind kind)
{
	static const u8 addr[ETH_ALEN] = OTHER_HOST;
	struct ethhdr *eth = at;

	ether_addr_copy(eth->h_dest, addr);
	ether_addr_copy(eth->h_source, addr);
	switch (kind) {
	case FRAME_PLAIN:
		eth->h_proto = htons(TYPE_NOBODYS);
		break;
	case FRAME_SIX:
		eth->h_proto = htons(ETH_P_IPV6);
		fill_ipv6(eth + 1);
		break;
	default:
		eth->h_proto = htons(ETH_P_IP);
		fill_ipv4(eth + 1, kind);
	}
}

/**
 * frame_fill - let a page be full of frames' beginnings
 * @page: the page, of zeros
 * @kind: which
 */
void frame_fill(void *page, enum frame_kind kind)
{
	u32 at;

	for (at = 0; at < PAGE_SIZE; at += FRAME_STEP)
		fill_one(page + at, kind);
}

/**
 * frame_add_info - put an extra info behind a packet's first slot
 * @slots: of the packet, with room for one more
 * @stride: bytes of a slot
 * @count: how many there are
 * @infos: the first of them, behind the first, are extra infos already
 * @info: what it says
 */
void frame_add_info(void *slots, size_t stride, u32 count, u32 infos,
		    const struct frame_info *info)
{
	void *at = slots + (1 + infos) * stride;
	struct xen_netif_extra_info extra = {
		.type = info->type, .u.gso.size = info->gso_size,
		.u.gso.type = info->gso_type,
	}, *last = at - stride;

	memmove(at + stride, at, (count - 1 - infos) * stride);
	memset(at, 0, stride);
	memcpy(at, &extra, sizeof(extra));
	if (infos)
		last->flags |= XEN_NETIF_EXTRA_FLAG_MORE;
}
