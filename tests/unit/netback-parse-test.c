// SPDX-License-Identifier: GPL-2.0-only
/*
 * What frontends transmit, good and bad: drivers/backend/net/parse.c.
 */
#include <string.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../../drivers/backend/net/parse.h"
#include "test.h"

#define MORE	XEN_NETTXF_more_data
#define EXTRA	XEN_NETTXF_extra_info
#define SLOT	sizeof(struct xen_netif_tx_request)

static struct netback_parser parser;
static const struct netback_packet *packet = &parser.packet;

static void begin(void)
{
	memset(&parser, 0, sizeof(parser));
}

static int slot(u16 flags, u16 offset, u16 size)
{
	struct xen_netif_tx_request req = {
		.gref = 77, .id = 5, .flags = flags, .offset = offset,
		.size = size,
	};

	return netback_parse_slot(&parser, &req);
}

static int extra(u8 type, u8 flags, u16 size, u8 gso_type)
{
	struct xen_netif_extra_info info = { .type = type, .flags = flags };
	char entry[SLOT];

	info.u.gso.size = size;
	info.u.gso.type = gso_type;
	/* Behind it the slot has what was there before. */
	memset(entry, 0xa5, sizeof(entry));
	memcpy(entry, &info, sizeof(info));
	return netback_parse_slot(&parser, entry);
}

static int gso(u8 flags)
{
	return extra(XEN_NETIF_EXTRA_TYPE_GSO, flags, 1448,
		     XEN_NETIF_GSO_TYPE_TCPV4);
}

TEST(a_small_packet_is_one_slot)
{
	begin();
	CHECK_EQ(slot(XEN_NETTXF_csum_blank, 100, 60), 1);
	CHECK(!packet->bad);
	CHECK_EQ(packet->len, 60);
	CHECK_EQ(packet->flags, XEN_NETTXF_csum_blank);
	CHECK_EQ(packet->nr_slots, 1);
	CHECK_EQ(packet->nr_extras, 0);
	CHECK_EQ(packet->slots[0].gref, 77);
	CHECK_EQ(packet->slots[0].id, 5);
	CHECK_EQ(packet->slots[0].offset, 100);
	CHECK_EQ(packet->slots[0].len, 60);
}

TEST(the_first_slot_has_what_the_others_leave_over)
{
	begin();
	CHECK_EQ(slot(MORE, 0, 5000), 0);
	CHECK_EQ(slot(MORE, 96, 4000), 0);
	CHECK_EQ(slot(0, 0, 900), 1);
	CHECK(!packet->bad);
	CHECK_EQ(packet->nr_slots, 3);
	CHECK_EQ(packet->slots[0].len, 100);
	CHECK_EQ(packet->slots[2].len, 900);
}

TEST(extra_infos_stand_between_the_first_slot_and_the_second)
{
	begin();
	CHECK_EQ(slot(MORE | EXTRA, 0, 3000), 0);
	CHECK_EQ(gso(XEN_NETIF_EXTRA_FLAG_MORE), 0);
	CHECK_EQ(extra(XEN_NETIF_EXTRA_TYPE_HASH, 0, 1, 1), 0);
	CHECK_EQ(slot(0, 0, 2900), 1);
	CHECK(!packet->bad);
	CHECK_EQ(packet->nr_extras, 2);
	CHECK_EQ(packet->nr_slots, 2);
	CHECK_EQ(packet->extras.gso_size, 1448);
	CHECK_EQ(packet->extras.gso_type, XEN_NETIF_GSO_TYPE_TCPV4);
}

TEST(a_multicast_address_comes_with_a_packet_of_one_slot)
{
	struct xen_netif_extra_info info = {
		.type = XEN_NETIF_EXTRA_TYPE_MCAST_ADD,
		.u.mcast.addr = { 1, 2, 3, 4, 5, 6 },
	};
	char entry[SLOT] = { };

	begin();
	CHECK_EQ(slot(EXTRA, 0, 0), 0);
	memcpy(entry, &info, sizeof(info));
	CHECK_EQ(netback_parse_slot(&parser, entry), 1);
	/* No packet, but to be answered. */
	CHECK(packet->bad);
	CHECK(xen_net_extra_has(&packet->extras,
				XEN_NETIF_EXTRA_TYPE_MCAST_ADD));
	CHECK(!memcmp(packet->extras.mcast, info.u.mcast.addr, 6));
}

TEST(the_next_packet_knows_nothing_of_the_last)
{
	begin();
	CHECK_EQ(slot(MORE | EXTRA, 0, 3000), 0);
	CHECK_EQ(gso(0), 0);
	CHECK_EQ(slot(0, 0, 3000), 1);
	CHECK(packet->bad);
	CHECK_EQ(slot(0, 0, 60), 1);
	CHECK(!packet->bad);
	CHECK_EQ(packet->nr_slots, 1);
	CHECK_EQ(packet->nr_extras, 0);
	CHECK_EQ(packet->extras.seen, 0);
	CHECK_EQ(packet->extras.gso_size, 0);
}

TEST(a_packet_shorter_than_its_header_is_bad)
{
	int size;

	begin();
	for (size = 0; size < XEN_NET_HEADER; size++) {
		CHECK_EQ(slot(0, 0, size), 1);
		CHECK(packet->bad);
	}
	CHECK_EQ(slot(0, 0, XEN_NET_HEADER), 1);
	CHECK(!packet->bad);
}

TEST(slots_that_are_more_than_the_packet_are_bad)
{
	begin();
	CHECK_EQ(slot(MORE, 0, 100), 0);
	CHECK_EQ(slot(0, 0, 101), 1);
	CHECK(packet->bad);
	/* And as many leave nothing for the first. */
	CHECK_EQ(slot(MORE, 0, 100), 0);
	CHECK_EQ(slot(0, 0, 100), 1);
	CHECK(packet->bad);
	CHECK_EQ(slot(MORE, 0, 100), 0);
	CHECK_EQ(slot(0, 0, 99), 1);
	CHECK(!packet->bad);
	CHECK_EQ(packet->slots[0].len, 1);
}

TEST(slots_without_data_are_good_but_for_the_first)
{
	begin();
	CHECK_EQ(slot(MORE, 0, 100), 0);
	CHECK_EQ(slot(MORE, 0, 0), 0);
	CHECK_EQ(slot(MORE, 0, 40), 0);
	CHECK_EQ(slot(0, 4096, 0), 1);
	CHECK(!packet->bad);
	CHECK_EQ(packet->nr_slots, 4);
	CHECK_EQ(packet->slots[0].len, 60);
	CHECK_EQ(slot(MORE, 0, 0), 0);
	CHECK_EQ(slot(0, 0, 60), 1);
	CHECK(packet->bad);
}

TEST(a_slot_that_leaves_its_page_ends_the_connection)
{
	begin();
	CHECK_EQ(slot(0, 4096 - 60, 60), 1);
	CHECK_EQ(slot(0, 4096 - 60, 61), -EPROTO);
	begin();
	CHECK_EQ(slot(0, 65535, 60), -EPROTO);
	begin();
	CHECK_EQ(slot(MORE, 0, 1000), 0);
	CHECK_EQ(slot(0, 4000, 97), -EPROTO);
	begin();
	CHECK_EQ(slot(MORE, 0, 65535), 0);
	CHECK_EQ(slot(0, 1, 65535), -EPROTO);
	/* A first slot of which too much is left over. */
	begin();
	CHECK_EQ(slot(MORE, 0, 5000), 0);
	CHECK_EQ(slot(0, 0, 903), -EPROTO);
}

TEST(as_many_slots_as_allowed_are_good_and_one_more_is_not)
{
	int i;

	begin();
	CHECK_EQ(slot(MORE, 0, 1000), 0);
	for (i = 2; i < NETBACK_SLOTS_MAX; i++)
		CHECK_EQ(slot(MORE, 0, 10), 0);
	CHECK_EQ(slot(0, 0, 10), 1);
	CHECK(!packet->bad);
	CHECK_EQ(packet->nr_slots, NETBACK_SLOTS_MAX);

	CHECK_EQ(slot(MORE, 0, 1000), 0);
	for (i = 2; i <= NETBACK_SLOTS_MAX; i++)
		CHECK_EQ(slot(MORE, 0, 10), 0);
	CHECK_EQ(slot(0, 0, 10), -EPROTO);
}

TEST(extra_infos_of_no_known_type_end_the_connection)
{
	int type;

	for (type = 0; type < 256; type++) {
		begin();
		CHECK_EQ(slot(EXTRA, 0, 60), 0);
		CHECK_EQ(extra(type, 0, 1448, XEN_NETIF_GSO_TYPE_TCPV4),
			 type >= 1 && type <= 5 ? 1 : -EPROTO);
	}
}

TEST(extra_infos_without_end_end_the_connection)
{
	int type;

	begin();
	CHECK_EQ(slot(EXTRA, 0, 60), 0);
	for (type = 1; type <= 5; type++)
		CHECK_EQ(extra(type, XEN_NETIF_EXTRA_FLAG_MORE, 1448,
			       XEN_NETIF_GSO_TYPE_TCPV4), 0);
	CHECK_EQ(extra(5, XEN_NETIF_EXTRA_FLAG_MORE, 0, 0), -EPROTO);
}

TEST(segments_that_cannot_be_end_the_connection)
{
	int type;

	begin();
	CHECK_EQ(slot(EXTRA, 0, 60), 0);
	CHECK_EQ(extra(XEN_NETIF_EXTRA_TYPE_GSO, 0, 0,
		       XEN_NETIF_GSO_TYPE_TCPV4), -EPROTO);
	for (type = 0; type < 256; type++) {
		begin();
		CHECK_EQ(slot(EXTRA, 0, 60), 0);
		CHECK_EQ(extra(XEN_NETIF_EXTRA_TYPE_GSO, 0, 1448, type),
			 type == 1 || type == 2 ? 1 : -EPROTO);
	}
}
