// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: what a network peer's flags make of a packet, in the kernel's own eyes
 * (drivers/net/offload.h).
 */
#include <kunit/test.h>
#include <linux/ip.h>

#include "../../drivers/net/offload.h"

#define MSS	1448
/* Of TCP, with timestamps. */
#define HEADER	32

/* As eth_type_trans() leaves it. */
static struct sk_buff *tcp_packet(struct kunit *test, u32 payload)
{
	u32 len = sizeof(struct iphdr) + HEADER + payload;
	struct sk_buff *skb = alloc_skb(len, GFP_KERNEL);
	struct tcphdr *tcp;
	struct iphdr *ip;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb->protocol = htons(ETH_P_IP);
	skb_reset_network_header(skb);
	ip = skb_put_zero(skb, len);
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->protocol = IPPROTO_TCP;
	ip->tot_len = htons(len);
	tcp = (struct tcphdr *)(ip + 1);
	tcp->doff = HEADER / 4;
	return skb;
}

/* Return: how large its segments are to be. */
static u32 segments_of(struct kunit *test, u32 payload)
{
	const struct xen_net_extras extras = {
		.seen = BIT(XEN_NETIF_EXTRA_TYPE_GSO),
		.gso_type = XEN_NETIF_GSO_TYPE_TCPV4, .gso_size = MSS,
	};
	struct sk_buff *skb = tcp_packet(test, payload);
	u32 size;

	KUNIT_EXPECT_EQ(test, 0, xen_net_offload(skb, true, true, &extras));
	KUNIT_EXPECT_TRUE(test, skb->ip_summed == CHECKSUM_PARTIAL);
	size = skb_shinfo(skb)->gso_size;
	kfree_skb(skb);
	return size;
}

static void a_single_segment_is_not_to_be_cut(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, segments_of(test, 0));
	KUNIT_EXPECT_EQ(test, 0, segments_of(test, 1));
	KUNIT_EXPECT_EQ(test, 0, segments_of(test, MSS));
	KUNIT_EXPECT_EQ(test, MSS, segments_of(test, MSS + 1));
	KUNIT_EXPECT_EQ(test, MSS, segments_of(test, 20 * MSS));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_single_segment_is_not_to_be_cut),
	{ }
};

static struct kunit_suite suite = {
	.name = "xenify-offload",
	.test_cases = cases,
};

kunit_test_suite(suite);
