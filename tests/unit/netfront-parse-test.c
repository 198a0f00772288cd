// SPDX-License-Identifier: GPL-2.0-only
/*
 * What backends deliver, good and bad: drivers/net/frontend/parse.c.
 */
#include <string.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../../drivers/net/frontend/parse.h"
#include "test.h"

#define MORE	XEN_NETRXF_more_data
#define EXTRA	XEN_NETRXF_extra_info

static struct netfront_parser parser;
static const struct netfront_packet *packet = &parser.packet;
static u16 at;
static bool spare;

/* Pages are not numbered as slots are. */
static u16 buffer_at(u16 index)
{
	return index * 7 % 256;
}

static void begin(void)
{
	memset(&parser, 0, sizeof(parser));
	at = 65530;
}

static int slot(u16 flags, u16 offset, s16 status)
{
	struct xen_netif_rx_response rsp = {
		.id = at, .flags = flags, .offset = offset, .status = status,
	};

	spare = true;
	at++;
	return netfront_parse_slot(&parser, &rsp, at - 1, buffer_at(at - 1),
				   &spare);
}

static int extra(u8 type, u8 flags, u16 size, u8 gso_type)
{
	struct xen_netif_extra_info info = { .type = type, .flags = flags };

	info.u.gso.size = size;
	info.u.gso.type = gso_type;
	spare = false;
	at++;
	return netfront_parse_slot(&parser, &info, at - 1, buffer_at(at - 1),
				   &spare);
}

TEST(a_small_packet_is_one_slot)
{
	begin();
	CHECK_EQ(slot(XEN_NETRXF_data_validated, 8, 60), 1);
	CHECK(!spare && !packet->bad);
	CHECK_EQ(packet->len, 60);
	CHECK_EQ(packet->flags, XEN_NETRXF_data_validated);
	CHECK_EQ(packet->nr_pieces, 1);
	CHECK_EQ(packet->pieces[0].buffer, buffer_at(65530));
	CHECK_EQ(packet->pieces[0].offset, 8);
	CHECK_EQ(packet->pieces[0].len, 60);
}

TEST(a_packet_may_go_on_beyond_the_end_of_the_indices)
{
	int i;

	begin();
	CHECK_EQ(slot(MORE | EXTRA, 0, 4096), 0);
	CHECK_EQ(extra(XEN_NETIF_EXTRA_TYPE_GSO, 0, 1448,
		       XEN_NETIF_GSO_TYPE_TCPV6), 0);
	CHECK(spare);
	for (i = 0; i < 8; i++) {
		CHECK_EQ(slot(i < 7 ? MORE : 0, 0, 1000), i == 7);
		CHECK(!spare);
	}
	CHECK(!packet->bad);
	CHECK_EQ(packet->len, 4096 + 8000);
	CHECK_EQ(packet->nr_pieces, 9);
	CHECK_EQ(packet->pieces[1].buffer, buffer_at(65532));
	CHECK_EQ(packet->pieces[8].buffer, buffer_at(3));
	CHECK_EQ(packet->extras.gso_size, 1448);
}

TEST(an_error_in_one_slot_makes_the_packet_bad)
{
	begin();
	CHECK_EQ(slot(MORE, 0, 1000), 0);
	CHECK(!spare);
	CHECK_EQ(slot(MORE, 0, XEN_NETIF_RSP_ERROR), 0);
	CHECK(spare);
	CHECK_EQ(slot(0, 0, 1000), 1);
	CHECK(spare && packet->bad);
	/* The page of the good part is still to be given back. */
	CHECK_EQ(packet->nr_pieces, 1);
	CHECK_EQ(slot(0, 0, 60), 1);
	CHECK(!packet->bad);
}

TEST(a_header_that_is_not_in_the_first_slot_is_bad)
{
	int size;

	begin();
	for (size = -3; size < XEN_NET_HEADER; size++) {
		CHECK_EQ(slot(MORE, 0, size), 0);
		CHECK(spare);
		CHECK_EQ(slot(0, 0, 1000), 1);
		CHECK(packet->bad);
		CHECK_EQ(packet->nr_pieces, 0);
	}
}

TEST(data_that_leaves_its_page_is_bad)
{
	begin();
	CHECK_EQ(slot(0, 0, 4096), 1);
	CHECK(!packet->bad);
	CHECK_EQ(slot(0, 1, 4096), 1);
	CHECK(packet->bad);
	CHECK_EQ(slot(0, 0, 4097), 1);
	CHECK(packet->bad);
	CHECK_EQ(slot(0, 4096, 60), 1);
	CHECK(packet->bad);
	CHECK_EQ(slot(0, 65535, 60), 1);
	CHECK(packet->bad);
	CHECK_EQ(slot(0, 0, 32767), 1);
	CHECK(packet->bad);
}

TEST(a_packet_without_end_needs_no_room)
{
	int i;

	begin();
	for (i = 0; i < 100000; i++) {
		CHECK_EQ(slot(MORE, 0, 100), 0);
		CHECK_EQ(spare, i >= NETFRONT_SLOTS_MAX);
		CHECK(packet->nr_pieces <= NETFRONT_SLOTS_MAX);
	}
	CHECK_EQ(slot(0, 0, 100), 1);
	CHECK(packet->bad);
}

TEST(more_than_an_ip_packet_is_bad)
{
	int i;

	begin();
	for (i = 0; i < 16; i++)
		CHECK_EQ(slot(i < 15 ? MORE : 0, 0, 4096 - (i == 15)), i == 15);
	CHECK(!packet->bad);
	for (i = 0; i < 16; i++)
		CHECK_EQ(slot(i < 15 ? MORE : 0, 0, 4096), i == 15);
	CHECK(packet->bad);
}

TEST(an_answer_to_another_request_ends_the_connection)
{
	struct xen_netif_rx_response rsp = { .id = 3, .status = 60 };

	begin();
	CHECK_EQ(netfront_parse_slot(&parser, &rsp, 4, 4, &spare), -EPROTO);
	begin();
	CHECK_EQ(netfront_parse_slot(&parser, &rsp, 3, 3, &spare), 1);
	CHECK_EQ(netfront_parse_slot(&parser, &rsp, 4, 4, &spare), -EPROTO);
}

TEST(extra_infos_that_cannot_be_end_the_connection)
{
	int type;

	for (type = 0; type < 256; type++) {
		begin();
		CHECK_EQ(slot(EXTRA, 0, 60), 0);
		CHECK_EQ(extra(type, 0, 1, 1), type >= 1 && type <= 5 ?
			 1 : -EPROTO);
	}
	begin();
	CHECK_EQ(slot(EXTRA, 0, 60), 0);
	CHECK_EQ(extra(XEN_NETIF_EXTRA_TYPE_GSO, 0, 0, 1), -EPROTO);
	begin();
	CHECK_EQ(slot(EXTRA, 0, 60), 0);
	CHECK_EQ(extra(XEN_NETIF_EXTRA_TYPE_GSO, 1, 1, 1), 0);
	CHECK_EQ(extra(XEN_NETIF_EXTRA_TYPE_GSO, 1, 1, 1), -EPROTO);
}

static int hash_extra(u8 type, u8 algorithm, u32 value)
{
	struct xen_netif_extra_info info = {
		.type = XEN_NETIF_EXTRA_TYPE_HASH,
		.u.hash = { .type = type, .algorithm = algorithm, .value = {
			value, value >> 8, value >> 16, value >> 24 } },
	};

	at++;
	return netfront_parse_slot(&parser, &info, at - 1, buffer_at(at - 1),
				   &spare);
}

TEST(a_hash_is_taken_if_its_kind_exists)
{
	begin();
	CHECK_EQ(slot(EXTRA, 0, 60), 0);
	CHECK_EQ(hash_extra(_XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP, 1, 0xc0ffee11), 1);
	CHECK(!packet->bad && spare);
	CHECK(xen_net_extra_has(&packet->extras, XEN_NETIF_EXTRA_TYPE_HASH));
	CHECK_EQ(packet->extras.hash, 0xc0ffee11);
	CHECK_EQ(packet->extras.hash_type, 3);
	CHECK_EQ(slot(EXTRA, 0, 60), 0);
	CHECK_EQ(hash_extra(4, 1, 5), 1);
	CHECK(!packet->bad);
	CHECK_EQ(packet->extras.hash_type, XEN_NET_NO_HASH);
	CHECK_EQ(slot(EXTRA, 0, 60), 0);
	CHECK_EQ(hash_extra(0, 2, 5), 1);
	CHECK_EQ(packet->extras.hash_type, XEN_NET_NO_HASH);
}

TEST(an_answer_is_one_to_what_was_asked)
{
	const struct xen_netif_ctrl_request req = { .id = 7, .type = 9 };
	struct xen_netif_ctrl_response rsp = { .id = 7, .type = 9, .data = 5 };
	u32 data = 99;

	CHECK_EQ(netfront_parse_answer(&req, &rsp, &data), 0);
	CHECK_EQ(data, 5);
	CHECK_EQ(netfront_parse_answer(&req, &rsp, NULL), 0);
	rsp.id = 8;
	CHECK_EQ(netfront_parse_answer(&req, &rsp, &data), -EPROTO);
	CHECK_EQ(data, 0);
	rsp.id = 7;
	rsp.type = 10;
	CHECK_EQ(netfront_parse_answer(&req, &rsp, &data), -EPROTO);
}

TEST(a_refusal_has_no_data_and_an_unknown_one_is_no_answer)
{
	static const int errors[] = { 0, -EOPNOTSUPP, -EINVAL, -E2BIG };
	const struct xen_netif_ctrl_request req = { .id = 7, .type = 9 };
	struct xen_netif_ctrl_response rsp = { .id = 7, .type = 9, .data = 5 };
	u32 data;

	for (rsp.status = 1; rsp.status < 4; rsp.status++) {
		data = 99;
		CHECK_EQ(netfront_parse_answer(&req, &rsp, &data),
			 errors[rsp.status]);
		CHECK_EQ(data, 0);
	}
	CHECK_EQ(netfront_parse_answer(&req, &rsp, &data), -EPROTO);
	rsp.status = 0xffffffff;
	CHECK_EQ(netfront_parse_answer(&req, &rsp, &data), -EPROTO);
	CHECK_EQ(data, 0);
}
