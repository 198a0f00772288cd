// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed packets that are delivered: a table. Each row is made of answers to
 * pages that the frontend has posted, of which some are not as they have to be. As
 * many as there are pages for are told together. Floor F6.
 *
 * No row of this table breaks the ring: those are in netback-break.c. After each
 * batch all pages have to be posted again, and the frontend connected; what it
 * passed on or dropped, the case compares with its counters.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "netback.h"

/**
 * enum packet_fate - what has to become of a packet
 * @FATE_PASSED: it is passed on
 * @FATE_DROPPED: it is not, and counted as malformed
 */
enum packet_fate {
	FATE_PASSED,
	FATE_DROPPED,
};

static const char * const fate_names[] = {
	[FATE_PASSED] = "passed",
	[FATE_DROPPED] = "dropped",
};

/**
 * enum packet_base - what a malformed one begins as
 * @BASE_SMALL: one slot, to be copied out of its page
 * @BASE_PAGE: one slot, larger
 * @BASE_PIECES: two or three slots
 * @BASE_MANY: as many slots as the row says, of so many bytes
 * @BASE_BLANK: a frame of the row's kind, whose checksum is to be filled in
 * @BASE_SEGMENTS: the same, and to be cut into segments
 * @BASE_TINY: ... into segments that are too small
 */
enum packet_base {
	BASE_SMALL,
	BASE_PAGE,
	BASE_PIECES,
	BASE_MANY,
	BASE_BLANK,
	BASE_SEGMENTS,
	BASE_TINY,
};

/**
 * struct malformed_packet - a row: what is wrong with a packet
 * @name: of the row
 * @fate: what has to become of it
 * @base: what it begins as
 * @kind: of its frame
 * @count: slots, or the type of segments
 * @len: bytes of each slot, or fewest bytes
 * @max: most bytes
 * @slot: a field of this one is malformed
 * @at: the field: where
 * @low: smallest value
 * @high: largest value; if it is the same as @low there is no such field
 */
struct malformed_packet {
	const char *name;
	enum packet_fate fate;
	enum packet_base base;
	enum frame_kind kind;
	u8 count;
	u16 len;
	u16 max;
	u8 slot;
	u8 at;
	s32 low;
	s32 high;
};

#define FIELD(_name, _fate, _base, _slot, _member, _low, _high) {	\
	.name = _name, .fate = FATE_##_fate, .base = BASE_##_base,	\
	.slot = _slot,							\
	.at = offsetof(struct xen_netif_rx_response, _member),		\
	.low = _low, .high = _high }
#define MANY(_name, _fate, _count, _len) {				\
	.name = _name, .fate = FATE_##_fate, .base = BASE_MANY,		\
	.count = _count, .len = _len }
#define FRAME(_name, _fate, _base, _kind, _type, _len, _max) {		\
	.name = _name, .fate = FATE_##_fate, .base = BASE_##_base,	\
	.kind = FRAME_##_kind, .count = XEN_NETIF_GSO_TYPE_##_type,	\
	.len = _len, .max = _max }

static const struct malformed_packet rows[] = {
	{ "good-small", FATE_PASSED, BASE_SMALL },
	{ "good-page", FATE_PASSED, BASE_PAGE },
	{ "good-pieces", FATE_PASSED, BASE_PIECES },
	MANY("good-17-slots", PASSED, 17, 3000),
	MANY("good-18-slots", PASSED, 18, 200),
	FRAME("good-blank", PASSED, BLANK, TCP, NONE, 54, 1514),
	FRAME("good-blank-6", PASSED, BLANK, SIX, NONE, 74, 1514),
	FRAME("good-segments", PASSED, SEGMENTS, TCP, TCPV4, 54, 4000),
	MANY("18-slots-with-a-large-first", DROPPED, 18, 3000),
	MANY("19-slots", DROPPED, 19, 100),
	MANY("40-slots", DROPPED, NETBACK_CHAIN, 4096),
	MANY("17-pages", DROPPED, 17, 4096),
	MANY("slots-of-13-bytes", DROPPED, 3, 13),

	FIELD("size-0-to-13", DROPPED, SMALL, 0, status, 0, 13),
	FIELD("size-negative", DROPPED, SMALL, 0, status, S16_MIN, -1),
	FIELD("size-larger-than-page", DROPPED, PAGE, 0, status, 4097, S16_MAX),
	FIELD("offset-over-the-page", DROPPED, PAGE, 0, offset, 3840, 4095),
	FIELD("offset-behind-the-page", DROPPED, SMALL, 0, offset, 4096,
	      U16_MAX),
	FIELD("first-short", DROPPED, PIECES, 0, status, 1, 13),
	FIELD("first-negative", DROPPED, PIECES, 0, status, -2, -1),
	FIELD("second-empty-or-error", DROPPED, PIECES, 1, status, -3, 0),
	FIELD("second-negative", DROPPED, PIECES, 1, status, S16_MIN, -1),
	FIELD("second-larger-than-page", DROPPED, PIECES, 1, status, 4097,
	      S16_MAX),
	FIELD("second-over-the-page", DROPPED, PIECES, 1, offset, 4090, 4095),
	FIELD("second-behind-the-page", DROPPED, PIECES, 1, offset, 4096,
	      U16_MAX),
	FIELD("flags-unknown", PASSED, SMALL, 0, flags, 16, 0xfff0),

	FRAME("blank-of-no-protocol", DROPPED, BLANK, PLAIN, NONE, 14, 1514),
	FRAME("blank-of-a-fragment", DROPPED, BLANK, PART, NONE, 54, 1514),
	FRAME("blank-options-over-the-end", DROPPED, BLANK, OPTIONS, NONE, 54,
	      93),
	FRAME("blank-headers-cut-off", DROPPED, BLANK, TCP, NONE, 14, 53),
	FRAME("segments-of-no-protocol", DROPPED, SEGMENTS, PLAIN, TCPV4, 14,
	      4096),
	FRAME("segments-of-udp", DROPPED, SEGMENTS, UDP, TCPV4, 54, 4096),
	FRAME("segments-6-of-4", DROPPED, SEGMENTS, TCP, TCPV6, 54, 4096),
	FRAME("segments-4-of-6", DROPPED, SEGMENTS, SIX, TCPV4, 74, 4096),
	FRAME("segments-tiny", DROPPED, TINY, TCP, TCPV4, 100, 4096),
};

static u32 any(struct hostile_netback *back, u32 min, u32 max)
{
	return hostile_random(&back->host.book, min, max);
}

static void make_base(struct hostile_netback *back, struct netback_chain *chain,
		      const struct malformed_packet *row)
{
	switch (row->base) {
	case BASE_SMALL:
		netback_chain_frame(chain, FRAME_PLAIN, any(back, 14, 256));
		break;
	case BASE_PAGE:
		netback_chain_frame(chain, FRAME_PLAIN, any(back, 257, 4000));
		chain->slots[0].offset = any(back, 0,
					     4096 - chain->slots[0].status);
		break;
	case BASE_PIECES:
		netback_chain_pieces(chain, any(back, 2, 3),
				     any(back, 14, 2000));
		break;
	case BASE_MANY:
		netback_chain_pieces(chain, row->count, row->len);
		break;
	case BASE_BLANK:
	case BASE_SEGMENTS:
	case BASE_TINY:
		netback_chain_frame(chain, row->kind,
				    any(back, row->len, row->max));
		chain->slots[0].flags = XEN_NETRXF_csum_blank |
					XEN_NETRXF_data_validated;
	}
	if (row->base == BASE_SEGMENTS)
		netback_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_GSO, row->count,
				    any(back, 8, U16_MAX));
	if (row->base == BASE_TINY)
		netback_chain_extra(chain, XEN_NETIF_EXTRA_TYPE_GSO, row->count,
				    any(back, 1, 7));
}

static void make_malformed(struct hostile_netback *back, struct netback_chain *chain,
			   const struct malformed_packet *row)
{
	u16 *field = (void *)&chain->slots[row->slot] + row->at;

	make_base(back, chain, row);
	if (row->low == row->high)
		return;
	/* What is between two slots stays: more data follow, or none. */
	if (row->at == offsetof(struct xen_netif_rx_response, flags))
		*field |= any(back, row->low, row->high) & ~0xf;
	else
		*field = row->low + (s32)any(back, 0, row->high - row->low);
}

/* In turn, so that none is left out, but for as many again by chance. */
static const struct malformed_packet *choose(struct hostile_netback *back, u32 turn)
{
	if (turn & 1)
		return &rows[any(back, 0, ARRAY_SIZE(rows) - 1)];
	return &rows[(turn / 2) % ARRAY_SIZE(rows)];
}

/* Return: how many there were, in @told. */
static u32 tell_batch(struct hostile_netback *back, u32 turn, u32 most,
		      const struct malformed_packet **told)
{
	struct netback_chain chain;
	u32 count = 0;

	mutex_lock(&back->host.lock);
	while (count < most && netback_room(back) >= NETBACK_CHAIN) {
		told[count] = choose(back, turn + count);
		make_malformed(back, &chain, told[count++]);
		netback_put(back, &chain);
	}
	if (count)
		netback_push(back, 0);
	mutex_unlock(&back->host.lock);
	return count;
}

static int play_batches(struct hostile_netback *back, u32 count,
			const struct malformed_packet **told)
{
	struct hostile_host *host = &back->host;
	u32 before = host->seen.connections;
	u32 turn, batch, i;
	bool good = true;

	for (turn = 0; turn < count && good; turn += batch) {
		batch = tell_batch(back, turn, any(back, 1, count - turn), told);
		good = batch && netback_wait_room(back) &&
			host->seen.connections == before;
		for (i = 0; i < batch; i++)
			hostile_judge(hostile_tally(&host->book,
						    fate_names[told[i]->fate],
						    told[i]->name), good,
				      "this or one of %u others broke the ring",
				      batch - 1);
	}
	return good ? 0 : -EPROTO;
}

/**
 * netback_play_packets - the act: malformed packets
 * @owner: the hostile half
 * @count: how many
 *
 * Return: 0; -ENODATA if the frontend is not there; another negative errno.
 */
int netback_play_packets(void *owner, u32 count)
{
	struct hostile_netback *back = owner;
	const struct malformed_packet **told;
	int err;

	/* The frontend has to be up, with all of its pages posted. */
	if (!host_wait_connection(&back->host, 0) || !netback_wait_room(back))
		return -ENODATA;
	told = kcalloc(NETBACK_SLOTS, sizeof(*told), GFP_KERNEL);
	if (!told)
		return -ENOMEM;
	err = play_batches(back, count, told);
	kfree(told);
	return err;
}
