// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed packets that are transmitted: a table. Each row begins as a good
 * packet of some kind; then one field of it is malformed, within a range, or the whole
 * is put together wrongly. Malformed and good packets are pushed together, in
 * batches of any size, and not always to a packet's end. Floor F6.
 *
 * No row of this table breaks the ring: those are in netfront-break.c. What is
 * answered is checked here; whether a packet was passed on or dropped, the case
 * compares with the counters of the backend's interface.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "netfront.h"

/**
 * enum packet_fate - what has to become of a packet
 * @FATE_PASSED: answered well, and passed on
 * @FATE_LATE: answered well, and dropped: its headers are nonsense
 * @FATE_REFUSED: answered with an error
 * @FATE_TAKEN: answered well: it was not meant to be passed on
 * @FATE_FULL: the same, or refused when the backend has enough of them
 */
enum packet_fate {
	FATE_PASSED,
	FATE_LATE,
	FATE_REFUSED,
	FATE_TAKEN,
	FATE_FULL,
};

static const char * const fate_names[] = {
	[FATE_PASSED] = "passed",
	[FATE_LATE] = "dropped",
	[FATE_REFUSED] = "dropped",
	[FATE_TAKEN] = "taken",
	[FATE_FULL] = "taken",
};

static const u8 wants[] = {
	[FATE_PASSED] = NET_OKAY,
	[FATE_LATE] = NET_OKAY,
	[FATE_REFUSED] = NET_ERROR,
	[FATE_TAKEN] = NET_OKAY,
	[FATE_FULL] = NET_EITHER,
};

typedef void (*packet_maker)(struct hostile_netfront *front,
			     struct netfront_chain *chain);

/**
 * struct malformed_packet - a row: what is wrong with a packet
 * @name: of the row
 * @fate: what has to become of it
 * @make: puts it together
 * @last: the field is in the last slot, not the first
 * @at: the field: where
 * @size: the field: bytes, 0 for none
 * @min: smallest value
 * @max: largest value
 */
struct malformed_packet {
	const char *name;
	enum packet_fate fate;
	packet_maker make;
	bool last;
	u8 at;
	u8 size;
	u32 min;
	u32 max;
};

static u32 any(struct hostile_netfront *front, u32 min, u32 max)
{
	return hostile_random(&front->guest.book, min, max);
}

static struct xen_netif_tx_request *last_of(struct netfront_chain *chain)
{
	return &chain->slots[chain->count - 1];
}

/* ---- good packets ---- */

static void make_pieces(struct hostile_netfront *front, struct netfront_chain *chain)
{
	netfront_chain_pieces(front, chain, any(front, 2, 18),
			      any(front, 14, 1024));
}

static void make_21(struct hostile_netfront *front,
		    struct netfront_chain *chain)
{
	netfront_chain_pieces(front, chain, 21, any(front, 14, 3000));
}

static void make_largest(struct hostile_netfront *front,
			 struct netfront_chain *chain)
{
	netfront_chain_pieces(front, chain, 15, PAGE_SIZE);
}

static void make_kind(struct hostile_netfront *front,
		      struct netfront_chain *chain, enum frame_kind kind,
		      u32 min)
{
	netfront_chain_frame(front, chain, kind, any(front, min, 1514));
	chain->slots[0].flags = XEN_NETTXF_csum_blank |
				XEN_NETTXF_data_validated;
}

static void make_tcp(struct hostile_netfront *front,
		     struct netfront_chain *chain)
{
	make_kind(front, chain, FRAME_TCP, FRAME_HEADERS);
}

static void make_six(struct hostile_netfront *front,
		     struct netfront_chain *chain)
{
	make_kind(front, chain, FRAME_SIX, FRAME_HEADERS + 20);
}

static void make_segments(struct hostile_netfront *front,
			  struct netfront_chain *chain)
{
	make_tcp(front, chain);
	netfront_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_GSO,
			     XEN_NETIF_GSO_TYPE_TCPV4, any(front, 8, U16_MAX));
}

/* ---- slots and sizes that are wrong together ---- */

static void others_as_all(struct hostile_netfront *front,
			  struct netfront_chain *chain)
{
	make_pieces(front, chain);
	chain->slots[0].size -= last_of(chain)->size;
}

static void others_more(struct hostile_netfront *front,
			struct netfront_chain *chain)
{
	others_as_all(front, chain);
	chain->slots[0].size -= any(front, 0, chain->slots[0].size - 14);
}

/* What upstream's backend once took for a small packet. */
static void many_say_128(struct hostile_netfront *front,
			 struct netfront_chain *chain)
{
	netfront_chain_pieces(front, chain, 19, 64);
	chain->slots[0].size = 128;
}

static void sizes_wrap(struct hostile_netfront *front,
		       struct netfront_chain *chain)
{
	/* 2^16 and a little more, in the 16 bits of the first one's size. */
	netfront_chain_pieces(front, chain, 17, PAGE_SIZE);
	chain->slots[0].size = any(front, 14, PAGE_SIZE);
}

static void empty_slot(struct netfront_chain *chain, u32 which)
{
	chain->slots[0].size -= chain->slots[which].size;
	chain->slots[which].size = 0;
}

static void middle_empty(struct hostile_netfront *front,
			 struct netfront_chain *chain)
{
	netfront_chain_pieces(front, chain, 5, 100);
	empty_slot(chain, 2);
}

static void all_empty(struct hostile_netfront *front,
		      struct netfront_chain *chain)
{
	make_pieces(front, chain);
	for (u32 i = 1; i < chain->count; i++)
		empty_slot(chain, i);
}

/* Headers cut at each byte: the second slot goes on where the first ended. */
static void headers_cut(struct hostile_netfront *front,
			struct netfront_chain *chain)
{
	u16 cut = any(front, 1, 80);

	netfront_chain_pieces(front, chain, 2, cut);
	chain->slots[0].gref = front->frames[FRAME_TCP].ref;
	chain->slots[0].flags |= XEN_NETTXF_csum_blank;
	chain->slots[0].offset = 0;
	chain->slots[0].size = cut + 200;
	chain->slots[1].offset = cut;
	chain->slots[1].size = 200;
}

static void one_id(struct hostile_netfront *front,
		   struct netfront_chain *chain)
{
	u32 i;

	make_pieces(front, chain);
	for (i = 0; i < chain->count; i++)
		chain->slots[i].id = 7;
}

/* ---- grants ---- */

static void never_granted(struct hostile_netfront *front,
			  struct netfront_chain *chain)
{
	make_pieces(front, chain);
	chain->slots[any(front, 0, chain->count - 1)].gref =
		any(front, BIT(20), U32_MAX);
}

static void revoked(struct hostile_netfront *front,
		    struct netfront_chain *chain)
{
	make_pieces(front, chain);
	last_of(chain)->gref = front->guest.bad.revoked.ref;
}

static void revoked_first(struct hostile_netfront *front,
			  struct netfront_chain *chain)
{
	make_pieces(front, chain);
	chain->slots[0].gref = front->guest.bad.revoked.ref;
}

static void foreign(struct hostile_netfront *front,
		    struct netfront_chain *chain)
{
	netfront_chain_plain(front, chain);
	chain->slots[0].gref = front->guest.bad.foreign.ref;
}

static void own_ring(struct hostile_netfront *front,
		     struct netfront_chain *chain)
{
	make_pieces(front, chain);
	last_of(chain)->gref = front->link.tx_page.ref;
}

/* ---- checksums and segments ---- */

static void blank_plain(struct hostile_netfront *front,
			struct netfront_chain *chain)
{
	make_kind(front, chain, FRAME_PLAIN, 14);
}

static void blank_part(struct hostile_netfront *front,
		       struct netfront_chain *chain)
{
	make_kind(front, chain, FRAME_PART, FRAME_HEADERS);
}

static void blank_options(struct hostile_netfront *front,
			  struct netfront_chain *chain)
{
	netfront_chain_frame(front, chain, FRAME_OPTIONS,
			     any(front, FRAME_HEADERS, FRAME_HEADERS + 39));
	chain->slots[0].flags = XEN_NETTXF_csum_blank;
}

static void blank_cut_off(struct hostile_netfront *front,
			  struct netfront_chain *chain)
{
	netfront_chain_frame(front, chain, FRAME_TCP,
			     any(front, 14, FRAME_HEADERS - 1));
	chain->slots[0].flags = XEN_NETTXF_csum_blank;
}

static void validated_plain(struct hostile_netfront *front,
			    struct netfront_chain *chain)
{
	netfront_chain_plain(front, chain);
	chain->slots[0].flags = XEN_NETTXF_data_validated;
}

static void unknown_flags(struct hostile_netfront *front,
			  struct netfront_chain *chain)
{
	u32 i;

	make_pieces(front, chain);
	for (i = 0; i < chain->count; i++)
		chain->slots[i].flags |= any(front, 1, 0xfff) << 4;
}

static void segments_of(struct hostile_netfront *front,
			struct netfront_chain *chain, enum frame_kind kind,
			u8 type)
{
	make_kind(front, chain, kind, 100);
	netfront_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_GSO, type,
			     any(front, 1, U16_MAX));
}

static void segments_plain(struct hostile_netfront *front,
			   struct netfront_chain *chain)
{
	segments_of(front, chain, FRAME_PLAIN, XEN_NETIF_GSO_TYPE_TCPV4);
}

static void segments_udp(struct hostile_netfront *front,
			 struct netfront_chain *chain)
{
	segments_of(front, chain, FRAME_UDP, XEN_NETIF_GSO_TYPE_TCPV4);
}

static void segments_6_of_4(struct hostile_netfront *front,
			    struct netfront_chain *chain)
{
	segments_of(front, chain, FRAME_TCP, XEN_NETIF_GSO_TYPE_TCPV6);
}

static void segments_4_of_6(struct hostile_netfront *front,
			    struct netfront_chain *chain)
{
	segments_of(front, chain, FRAME_SIX, XEN_NETIF_GSO_TYPE_TCPV4);
}

static void segments_not_blank(struct hostile_netfront *front,
			       struct netfront_chain *chain)
{
	make_segments(front, chain);
	chain->slots[0].flags &= ~XEN_NETTXF_csum_blank;
}

/* Thousands of them, each a packet where it leaves by a device that cuts none. */
static void segments_of_18(struct hostile_netfront *front,
			   struct netfront_chain *chain)
{
	netfront_chain_pieces(front, chain, 18, 3000);
	chain->slots[0].gref = front->frames[FRAME_TCP].ref;
	chain->slots[0].flags |= XEN_NETTXF_csum_blank;
	netfront_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_GSO,
			     XEN_NETIF_GSO_TYPE_TCPV4, any(front, 1, 26));
}

/* ---- other extra infos ---- */

static void hash_and_xdp(struct hostile_netfront *front,
			 struct netfront_chain *chain)
{
	make_pieces(front, chain);
	netfront_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_HASH,
			     any(front, 0, 255), any(front, 0, U16_MAX));
	netfront_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_XDP,
			     any(front, 0, 255), any(front, 0, U16_MAX));
}

static void all_extras(struct hostile_netfront *front,
		       struct netfront_chain *chain)
{
	make_segments(front, chain);
	netfront_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_XDP, 1, 2);
	netfront_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_MCAST_DEL, 3, 4);
	netfront_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_HASH, 5, 6);
	netfront_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_MCAST_ADD, 7, 8);
}

/* As many addresses as one likes, each another one. */
static void mcast_add(struct hostile_netfront *front,
		      struct netfront_chain *chain)
{
	netfront_chain_plain(front, chain);
	netfront_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_MCAST_ADD,
			     any(front, 0, 255), any(front, 0, U16_MAX));
}

static void mcast_del_bad(struct hostile_netfront *front,
			  struct netfront_chain *chain)
{
	make_pieces(front, chain);
	chain->slots[0].size = 0;
	netfront_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_MCAST_DEL,
			     any(front, 0, 255), any(front, 0, U16_MAX));
}

#define ROW(_name, _fate, _make) {					\
	.name = _name, .fate = FATE_##_fate, .make = _make }
#define FIELD(_name, _fate, _make, _last, _member, _min, _max) {	\
	.name = _name, .fate = FATE_##_fate, .make = _make,		\
	.last = _last, .at = offsetof(struct xen_netif_tx_request, _member), \
	.size = sizeof_field(struct xen_netif_tx_request, _member),	\
	.min = _min, .max = _max }

static const struct malformed_packet rows[] = {
	ROW("good-plain", PASSED, netfront_chain_plain),
	ROW("good-pieces", PASSED, make_pieces),
	ROW("good-21-slots", PASSED, make_21),
	ROW("good-15-pages", PASSED, make_largest),
	ROW("good-tcp", PASSED, make_tcp),
	ROW("good-tcp-over-6", PASSED, make_six),
	ROW("good-segments", PASSED, make_segments),

	FIELD("size-0-to-13", REFUSED, netfront_chain_plain, false, size, 0, 13),
	FIELD("size-of-pieces-0-to-13", REFUSED, make_pieces, false, size, 0, 13),
	ROW("middle-empty", PASSED, middle_empty),
	ROW("all-others-empty", PASSED, all_empty),
	ROW("others-as-large-as-all", REFUSED, others_as_all),
	ROW("others-larger-than-all", REFUSED, others_more),
	ROW("19-slots-say-128-bytes", REFUSED, many_say_128),
	ROW("sizes-wrap", REFUSED, sizes_wrap),
	ROW("headers-cut", PASSED, headers_cut),

	FIELD("id-0", PASSED, netfront_chain_plain, false, id, 0, 0),
	FIELD("id-any", PASSED, netfront_chain_plain, false, id, 0, U16_MAX),
	ROW("id-of-all-the-same", PASSED, one_id),
	ROW("flags-unknown", PASSED, unknown_flags),

	FIELD("gref-first-never-granted", REFUSED, make_pieces, false, gref,
	      BIT(20), U32_MAX),
	ROW("gref-some-never-granted", REFUSED, never_granted),
	ROW("gref-revoked", REFUSED, revoked),
	ROW("gref-first-revoked", REFUSED, revoked_first),
	ROW("gref-of-another-domain", REFUSED, foreign),
	ROW("gref-of-own-ring", PASSED, own_ring),
	/* The first two are the console's and xenstore's. */
	FIELD("gref-reserved", REFUSED, netfront_chain_plain, false, gref, 5, 7),

	ROW("blank-of-no-protocol", LATE, blank_plain),
	ROW("blank-of-a-fragment", LATE, blank_part),
	ROW("blank-options-over-the-end", LATE, blank_options),
	ROW("blank-headers-cut-off", LATE, blank_cut_off),
	ROW("validated-of-no-protocol", PASSED, validated_plain),
	ROW("segments-of-no-protocol", LATE, segments_plain),
	ROW("segments-of-udp", LATE, segments_udp),
	ROW("segments-6-of-4", LATE, segments_6_of_4),
	ROW("segments-4-of-6", LATE, segments_4_of_6),
	ROW("segments-not-blank", PASSED, segments_not_blank),
	ROW("segments-very-small", LATE, segments_of_18),

	ROW("extras-without-meaning", PASSED, hash_and_xdp),
	ROW("extras-of-all-types", FULL, all_extras),
	ROW("multicast-add", FULL, mcast_add),
	ROW("multicast-del-of-nothing", TAKEN, mcast_del_bad),
};

static void tell(struct hostile_netfront *front, const struct malformed_packet *row)
{
	struct netfront_chain chain;
	struct xen_netif_tx_request *slot;
	u32 value;

	row->make(front, &chain);
	slot = row->last ? last_of(&chain) : &chain.slots[0];
	if (row->size) {
		value = any(front, row->min, row->max);
		/* Little-endian: the low bytes are those of a smaller field. */
		memcpy((u8 *)slot + row->at, &value, row->size);
	}
	netfront_put(front, &chain, wants[row->fate],
		     hostile_tally(&front->guest.book, fate_names[row->fate],
				   row->name));
}

/* In turn, so that none is left out, but for as many again by chance. */
static const struct malformed_packet *choose(struct hostile_netfront *front, u32 turn)
{
	if (turn & 1)
		return &rows[any(front, 0, ARRAY_SIZE(rows) - 1)];
	return &rows[(turn / 2) % ARRAY_SIZE(rows)];
}

/**
 * netfront_play_packets - the act: malformed packets
 * @owner: the hostile half
 * @count: how many
 *
 * Return: 0 or a negative errno.
 */
int netfront_play_packets(void *owner, u32 count)
{
	struct hostile_netfront *front = owner;
	int err = guest_reconnect(&front->guest);
	u32 told = 0;

	while (told < count && !err) {
		u32 batch = any(front, 1, NETFRONT_SLOTS);

		while (batch-- && told < count &&
		       netfront_has_room(front, NETFRONT_CHAIN))
			tell(front, choose(front, told++));
		/* The backend may have to wait for the end of the last one. */
		if (any(front, 0, 3) == 0)
			netfront_push(front, 1);
		netfront_push(front, 0);
		err = netfront_drain(front, GUEST_LONG_MS);
	}
	return err ?: guest_good(&front->guest);
}
