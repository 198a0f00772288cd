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

/* Return: how large its segments are to be, or a negative errno if it is refused. */
static int segments_of(struct kunit *test, u32 payload, u16 said)
{
	const struct xen_net_extras extras = {
		.seen = BIT(XEN_NETIF_EXTRA_TYPE_GSO),
		.gso_type = XEN_NETIF_GSO_TYPE_TCPV4, .gso_size = said,
	};
	struct sk_buff *skb = tcp_packet(test, payload);
	int size = xen_net_offload(skb, true, true, &extras);

	KUNIT_EXPECT_TRUE(test, skb->ip_summed == CHECKSUM_PARTIAL);
	if (size)
		KUNIT_EXPECT_EQ(test, 0, skb_shinfo(skb)->gso_size);
	else
		size = skb_shinfo(skb)->gso_size;
	kfree_skb(skb);
	return size;
}

static void a_single_segment_is_not_to_be_cut(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, segments_of(test, 0, MSS));
	KUNIT_EXPECT_EQ(test, 0, segments_of(test, 1, MSS));
	KUNIT_EXPECT_EQ(test, 0, segments_of(test, MSS, MSS));
	KUNIT_EXPECT_EQ(test, MSS, segments_of(test, MSS + 1, MSS));
	KUNIT_EXPECT_EQ(test, MSS, segments_of(test, 20 * MSS, MSS));
}

/* One packet must not become 65,000. */
static void segments_are_not_tiny(struct kunit *test)
{
	u16 size;

	for (size = 1; size < XEN_NET_SEGMENT_MIN; size++) {
		KUNIT_EXPECT_EQ(test, 0, segments_of(test, size, size));
		KUNIT_EXPECT_EQ(test, -EPROTO, segments_of(test, size + 1, size));
		KUNIT_EXPECT_EQ(test, -EPROTO, segments_of(test, 60000, size));
	}
	KUNIT_EXPECT_EQ(test, size, segments_of(test, size + 1, size));
}

static void segments_are_not_too_many(struct kunit *test)
{
	u32 most = XEN_NET_SEGMENTS_MAX * XEN_NET_SEGMENT_MIN;

	KUNIT_EXPECT_EQ(test, XEN_NET_SEGMENT_MIN,
			segments_of(test, most, XEN_NET_SEGMENT_MIN));
	KUNIT_EXPECT_EQ(test, -EPROTO,
			segments_of(test, most + 1, XEN_NET_SEGMENT_MIN));
	KUNIT_EXPECT_EQ(test, -EPROTO, segments_of(test, 60000, 29));
	KUNIT_EXPECT_EQ(test, 30, segments_of(test, 60000, 30));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_single_segment_is_not_to_be_cut),
	KUNIT_CASE(segments_are_not_tiny),
	KUNIT_CASE(segments_are_not_too_many),
	{ }
};

static struct kunit_suite suite = {
	.name = "xenify-offload",
	.test_cases = cases,
};

kunit_test_suite(suite);
