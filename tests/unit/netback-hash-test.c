// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hash that guests ask for, against the published test vectors of receive
 * side scaling, packets that have one or not, and the messages that set it:
 * drivers/backend/net/hash.c and ctrl.c.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../../drivers/backend/net/ctrl.h"
#include "test.h"

#define QUEUES	4

static const u8 published_key[NETBACK_KEY_MAX] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/* Source and destination address, then source and destination port. */
static const struct {
	u8 len;
	u8 packet[36];
	u32 hash;
	u32 with_ports;
} vectors[] = {
	{ 8, { 66, 9, 149, 187, 161, 142, 100, 80, 0x0a, 0xea, 0x06, 0xe6 },
	  0x323e8fc2, 0x51ccc178 },
	{ 8, { 199, 92, 111, 2, 65, 69, 140, 83, 0x37, 0x96, 0x12, 0x83 },
	  0xd718262a, 0xc626b0ea },
	{ 8, { 24, 19, 198, 95, 12, 22, 207, 184, 0x32, 0x62, 0x94, 0x88 },
	  0xd2d0a5de, 0x5c2b394a },
	{ 8, { 38, 27, 205, 30, 209, 142, 163, 6, 0xbc, 0x64, 0x08, 0xa9 },
	  0x82989176, 0xafc7327f },
	{ 8, { 153, 39, 163, 191, 202, 188, 127, 2, 0xac, 0xdb, 0x05, 0x17 },
	  0x5d1809c5, 0x10e828a2 },
	{ 32, { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff,
		0, 0, 0, 0, 0, 0, 0, 7,
		0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0, 3,
		0, 0, 0, 0, 0, 0, 0, 1, 0x0a, 0xea, 0x06, 0xe6 },
	  0x2cc18cd5, 0x40207d3d },
};

static u32 page[1024];
static int fetch_error;
static u32 fetches;

static int fetch(void *owner, grant_ref_t gref, void *to, u32 len)
{
	CHECK_EQ(gref, 99);
	fetches++;
	memcpy(to, page, len);
	return fetch_error;
}

static const struct netback_ctrl_ops ops = { .fetch = fetch };
static struct netback_ctrl ctrl = { .ops = &ops, .queues = QUEUES };
static struct netback_hash *const hash = &ctrl.hash;

static struct xen_netif_ctrl_response rsp;

static u32 ask(u16 type, u32 a, u32 b, u32 c)
{
	const struct xen_netif_ctrl_request req = {
		.id = 7, .type = type, .data = { a, b, c },
	};

	memset(&rsp, 0xa5, sizeof(rsp));
	netback_ctrl_apply(&ctrl, &req, &rsp);
	CHECK_EQ(rsp.id, 7);
	CHECK_EQ(rsp.type, type);
	return rsp.status;
}

static void begin(void)
{
	memset(hash, 0, sizeof(*hash));
	fetch_error = 0;
	fetches = 0;
}

#define ASK(type, ...) ask(XEN_NETIF_CTRL_TYPE_##type, __VA_ARGS__)
#define OKAY		XEN_NETIF_CTRL_STATUS_SUCCESS
#define INVALID		XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER
#define OVERFLOW	XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW
#define UNKNOWN		XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED

TEST(the_published_hashes_come_out)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		CHECK_EQ(netback_toeplitz(published_key, vectors[i].packet,
					  vectors[i].len), vectors[i].hash);
		CHECK_EQ(netback_toeplitz(published_key, vectors[i].packet,
					  vectors[i].len + 4),
			 vectors[i].with_ports);
	}
}

/* An IP packet of a published flow, as TCP. */
static u32 make_packet(u8 *packet, size_t which)
{
	u32 len = vectors[which].len;

	memset(packet, 0, NETBACK_HASH_HEADER);
	if (len == 32) {
		packet[0] = 0x60;
		packet[6] = 6;
		memcpy(packet + 8, vectors[which].packet, 36);
		return 44;
	}
	packet[0] = 0x46;
	packet[9] = 6;
	memcpy(packet + 12, vectors[which].packet, 8);
	/* Behind an option, at which a hash does not look. */
	memset(packet + 20, 0xff, 4);
	memcpy(packet + 24, vectors[which].packet + 8, 4);
	return 28;
}

static void begin_types(u32 types)
{
	begin();
	hash->types = types;
	memcpy(hash->key, published_key, sizeof(published_key));
}

TEST(packets_have_the_hash_of_the_most_specific_type_asked_for)
{
	u8 packet[NETBACK_HASH_HEADER];
	struct netback_hashed hashed;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		u32 len = make_packet(packet, i);
		u8 plain = vectors[i].len == 32 ? 2 : 0;

		begin_types(15);
		hashed = netback_hash_packet(hash, packet, len);
		CHECK(hashed.valid);
		CHECK_EQ(hashed.value, vectors[i].with_ports);
		CHECK_EQ(hashed.type, plain + 1);
		begin_types(5);
		hashed = netback_hash_packet(hash, packet, len);
		CHECK(hashed.valid);
		CHECK_EQ(hashed.value, vectors[i].hash);
		CHECK_EQ(hashed.type, plain);
		/* Ports that did not come with the header. */
		begin_types(15);
		hashed = netback_hash_packet(hash, packet, len - 1);
		CHECK_EQ(hashed.value, vectors[i].hash);
		begin_types(1 << (plain + 1));
		CHECK(netback_hash_packet(hash, packet, len).valid);
		CHECK(!netback_hash_packet(hash, packet, len - 1).valid);
		begin_types(~(3U << plain));
		CHECK(!netback_hash_packet(hash, packet, len).valid);
	}
}

TEST(fragments_and_other_protocols_are_hashed_without_ports)
{
	u8 packet[NETBACK_HASH_HEADER];
	u32 len = make_packet(packet, 0);

	begin_types(15);
	packet[6] = 0x20;
	CHECK_EQ(netback_hash_packet(hash, packet, len).value, vectors[0].hash);
	packet[6] = 0;
	packet[7] = 1;
	CHECK_EQ(netback_hash_packet(hash, packet, len).value, vectors[0].hash);
	packet[6] = 0x40;
	packet[7] = 0;
	CHECK_EQ(netback_hash_packet(hash, packet, len).value,
		 vectors[0].with_ports);
	packet[9] = 17;
	CHECK_EQ(netback_hash_packet(hash, packet, len).value, vectors[0].hash);
}

TEST(short_and_malformed_packets_have_no_hash)
{
	u8 packet[NETBACK_HASH_HEADER];
	u32 len, version;

	begin_types(15);
	CHECK(!netback_hash_packet(hash, packet, 0).valid);
	for (version = 0; version < 16; version++) {
		for (len = 1; len <= sizeof(packet); len++) {
			/* Exactly as long, so that a look too far is seen. */
			u8 *exact = memset(malloc(len), 0, len);
			u32 least = version == 4 ? 20 : version == 6 ? 40 : 999;

			exact[0] = version << 4 | 5;
			CHECK_EQ(netback_hash_packet(hash, exact, len).valid,
				 len >= least);
			exact[0] = version << 4 | 15;
			if (len > 9)
				exact[9] = 6;
			netback_hash_packet(hash, exact, len);
			free(exact);
		}
	}
	make_packet(packet, 0);
	packet[0] = 0x44;
	CHECK(!netback_hash_packet(hash, packet, 64).valid);
}

TEST(an_algorithm_comes_before_types)
{
	begin();
	CHECK_EQ(ASK(GET_HASH_FLAGS, 0, 0, 0), UNKNOWN);
	CHECK_EQ(ASK(SET_HASH_FLAGS, 1, 0, 0), INVALID);
	CHECK_EQ(ASK(SET_HASH_ALGORITHM, 2, 0, 0), INVALID);
	CHECK_EQ(ASK(SET_HASH_ALGORITHM, 1, 0, 0), OKAY);
	CHECK_EQ(ASK(GET_HASH_FLAGS, 0, 0, 0), OKAY);
	CHECK_EQ(rsp.data, 15);
	CHECK_EQ(ASK(SET_HASH_FLAGS, 16, 0, 0), INVALID);
	CHECK_EQ(ASK(SET_HASH_FLAGS, 0xffffffff, 0, 0), INVALID);
	CHECK_EQ(ASK(SET_HASH_FLAGS, 5, 0, 0), OKAY);
	CHECK_EQ(hash->types, 5);
	CHECK_EQ(ASK(SET_HASH_ALGORITHM, 0, 0, 0), OKAY);
	CHECK_EQ(hash->types, 0);
}

TEST(a_new_key_leaves_nothing_of_the_old_one)
{
	begin();
	memset(page, 0x11, sizeof(page));
	CHECK_EQ(ASK(SET_HASH_KEY, 99, 40, 0), OKAY);
	CHECK_EQ(hash->key[39], 0x11);
	memset(page, 0x22, sizeof(page));
	CHECK_EQ(ASK(SET_HASH_KEY, 99, 3, 0), OKAY);
	CHECK_EQ(hash->key[2], 0x22);
	CHECK_EQ(hash->key[3], 0);
	CHECK_EQ(hash->key[39], 0);
	CHECK_EQ(ASK(SET_HASH_KEY, 99, 41, 0), OVERFLOW);
	CHECK_EQ(ASK(SET_HASH_KEY, 99, 0xffffffff, 0), OVERFLOW);
	CHECK_EQ(hash->key[2], 0x22);
	fetch_error = -EFAULT;
	CHECK_EQ(ASK(SET_HASH_KEY, 99, 40, 0), INVALID);
	CHECK_EQ(hash->key[3], 0);
	CHECK_EQ(ASK(SET_HASH_KEY, 0, 0, 0), OKAY);
	CHECK_EQ(hash->key[0], 0);
}

TEST(a_table_is_taken_over_as_a_whole_or_not)
{
	begin();
	CHECK_EQ(ASK(GET_HASH_MAPPING_SIZE, 0, 0, 0), OKAY);
	CHECK_EQ(rsp.data, NETBACK_TABLE_MAX);
	CHECK_EQ(ASK(SET_HASH_MAPPING_SIZE, NETBACK_TABLE_MAX + 1, 0, 0),
		 INVALID);
	CHECK_EQ(ASK(SET_HASH_MAPPING_SIZE, 8, 0, 0), OKAY);
	page[0] = 1;
	page[1] = 3;
	page[2] = QUEUES;
	CHECK_EQ(ASK(SET_HASH_MAPPING, 99, 2, 6), OKAY);
	CHECK_EQ(hash->table[6], 1);
	CHECK_EQ(hash->table[7], 3);
	CHECK_EQ(ASK(SET_HASH_MAPPING, 99, 3, 0), INVALID);
	CHECK_EQ(hash->table[0], 0);
	fetch_error = -EFAULT;
	CHECK_EQ(ASK(SET_HASH_MAPPING, 99, 1, 0), INVALID);
	CHECK_EQ(hash->table[0], 0);
	/* Set anew it is empty. */
	CHECK_EQ(ASK(SET_HASH_MAPPING_SIZE, 8, 0, 0), OKAY);
	CHECK_EQ(hash->table[7], 0);
}

TEST(tables_beyond_the_end_are_not_even_looked_at)
{
	static const u32 bad[][2] = {
		{ 1, 8 }, { 9, 0 }, { 2, 7 }, { 1, 0xffffffff },
		{ 128, 0xffffff80 }, { 129, 0 }, { 0xffffffff, 1 },
		{ 0x80000000, 0x80000000 }, { 0, 9 },
	};
	size_t i;

	begin();
	CHECK_EQ(ASK(SET_HASH_MAPPING_SIZE, 8, 0, 0), OKAY);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK(ASK(SET_HASH_MAPPING, 99, bad[i][0], bad[i][1]) != OKAY);
	CHECK_EQ(fetches, 0);
}

TEST(every_hash_finds_a_queue_whatever_was_set)
{
	u32 value;

	begin();
	for (value = 0; value < 1000; value++)
		CHECK(netback_hash_queue(hash, value * 0x9e3779b9, 3) < 3);
	hash->size = 8;
	/* Set for four queues, of which fewer are left. */
	hash->table[5] = 3;
	CHECK_EQ(netback_hash_queue(hash, 13, 4), 3);
	for (value = 0; value < 1000; value++)
		CHECK(netback_hash_queue(hash, value, 2) < 2);
}

TEST(other_requests_are_not_supported)
{
	u32 type;

	begin();
	for (type = 11; type < 0x10000; type += 13)
		CHECK_EQ(ask(type, 1, 2, 3), UNKNOWN);
	CHECK_EQ(ask(0, 1, 2, 3), UNKNOWN);
	CHECK_EQ(rsp.data, 0);
}
