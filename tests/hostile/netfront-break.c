// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed packets that no frontend tells that means well: a table. After each
 * the ring is broken: nothing on it is answered any more. Then a new one has to
 * work. And noise, of which it does not matter what it means. Floor F6.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "netfront.h"

/* So long a broken ring is watched for answers. */
#define SILENCE_MS	150

/**
 * enum break_what - what is wrong, besides a field
 * @BREAK_FIELD: nothing
 * @BREAK_22: 22 slots
 * @BREAK_ENDLESS: slots without end
 * @BREAK_EXTRA: an extra info, as the row says
 * @BREAK_TWICE: the same twice
 * @BREAK_EXTRAS: extra infos without end
 * @BREAK_FIRST: the first slot is larger than a page, in all of them
 */
enum break_what {
	BREAK_FIELD,
	BREAK_22,
	BREAK_ENDLESS,
	BREAK_EXTRA,
	BREAK_TWICE,
	BREAK_EXTRAS,
	BREAK_FIRST,
};

/**
 * struct hostile_break - a row: what breaks a ring
 * @name: of the row
 * @what: is wrong
 * @pieces: slots
 * @offset: of the last slot, if it is to be another one
 * @size: of the last slot, if it is to be another one
 * @type: of an extra info
 * @gso_type: what it says
 * @gso_size: ...
 */
struct hostile_break {
	const char *name;
	enum break_what what;
	u8 pieces;
	u16 offset;
	u16 size;
	u8 type;
	u8 gso_type;
	u16 gso_size;
};

#define OVER(_name, _pieces, _offset, _size) {				\
	.name = _name, .pieces = _pieces, .offset = _offset, .size = _size }
#define EXTRA(_name, _type, _gso_type, _gso_size) {			\
	.name = _name, .what = BREAK_EXTRA, .pieces = 1, .type = _type,	\
	.gso_type = _gso_type, .gso_size = _gso_size }
#define OTHER(_name, _what, _type) {					\
	.name = _name, .what = BREAK_##_what, .pieces = 2, .type = _type }

static const struct hostile_break rows[] = {
	OVER("over-the-page", 1, 4000, 97),
	OVER("over-the-page-far", 1, 100, U16_MAX),
	OVER("offset-at-the-end", 1, 4096, 60),
	OVER("offset-behind-the-page", 1, U16_MAX, 60),
	OVER("offset-and-size-wrap", 1, U16_MAX, U16_MAX),
	OVER("last-over-the-page", 3, 4000, 97),
	OVER("last-behind-the-page", 3, U16_MAX, 1),
	OVER("last-wraps", 3, U16_MAX, U16_MAX),
	OTHER("first-over-the-page", FIRST, 0),
	OTHER("22-slots", 22, 0),
	OTHER("slots-without-end", ENDLESS, 0),
	EXTRA("extra-0", 0, 0, 0),
	EXTRA("extra-6", XEN_NETIF_EXTRA_TYPE_MAX, 0, 0),
	EXTRA("extra-255", 255, 0, 0),
	OTHER("extra-twice", TWICE, XEN_NETIF_EXTRA_TYPE_HASH),
	OTHER("multicast-twice", TWICE, XEN_NETIF_EXTRA_TYPE_MCAST_ADD),
	OTHER("extras-without-end", EXTRAS, XEN_NETIF_EXTRA_TYPE_HASH),
	EXTRA("segments-of-0", XEN_NETIF_EXTRA_TYPE_GSO,
	      XEN_NETIF_GSO_TYPE_TCPV4, 0),
	EXTRA("segments-of-type-0", XEN_NETIF_EXTRA_TYPE_GSO,
	      XEN_NETIF_GSO_TYPE_NONE, 1448),
	EXTRA("segments-of-type-3", XEN_NETIF_EXTRA_TYPE_GSO, 3, 1448),
	EXTRA("segments-of-type-255", XEN_NETIF_EXTRA_TYPE_GSO, 255, 1448),
};

static void make_over(struct netfront_chain *chain, const struct hostile_break *row)
{
	struct xen_netif_tx_request *last = &chain->slots[chain->count - 1];

	if (chain->count > 1)
		chain->slots[0].size += row->size;
	last->offset = row->offset;
	last->size = row->size;
}

static void make_malformed(struct hostile_netfront *front,
			   struct netfront_chain *chain, const struct hostile_break *row)
{
	u32 i;

	netfront_chain_pieces(front, chain, row->what == BREAK_22 ? 22 :
			      row->what == BREAK_ENDLESS ? NETFRONT_CHAIN :
			      row->pieces, 100);
	switch (row->what) {
	case BREAK_FIELD:
		make_over(chain, row);
		break;
	case BREAK_ENDLESS:
		chain->slots[chain->count - 1].flags |= XEN_NETTXF_more_data;
		break;
	case BREAK_EXTRA:
		netfront_chain_extra(chain, row->type, row->gso_type,
				     row->gso_size);
		break;
	case BREAK_TWICE:
		netfront_chain_extra(chain, row->type, 1, 2);
		netfront_chain_extra(chain, row->type, 1, 2);
		break;
	case BREAK_EXTRAS:
		for (i = 0; i < 20; i++)
			netfront_chain_extra(chain, 2 + i % 4, 1, 2);
		break;
	case BREAK_FIRST:
		chain->slots[0].size += PAGE_SIZE;
		break;
	case BREAK_22:
		break;
	}
}

static int play_break(struct hostile_netfront *front,
		      const struct hostile_break *row)
{
	struct hostile_tally *tally = hostile_tally(&front->guest.book, "break",
						    row->name);
	struct netfront_chain chain;
	int err = guest_reconnect(&front->guest);

	if (!err)
		err = guest_good(&front->guest);
	if (err)
		return err;
	make_malformed(front, &chain, row);
	netfront_put(front, &chain, NET_ANY, NULL);
	netfront_push(front, 0);
	err = netfront_try(&front->guest, SILENCE_MS);
	hostile_judge(tally, err == -ETIMEDOUT, "the ring goes on (%d)", err);
	return 0;
}

/**
 * netfront_play_breaks - the act: packets that break the ring
 * @owner: the hostile half
 * @count: how often each
 *
 * Return: 0 or a negative errno.
 */
int netfront_play_breaks(void *owner, u32 count)
{
	struct hostile_netfront *front = owner;
	int err = 0;
	size_t i;

	while (count-- && !err)
		for (i = 0; i < ARRAY_SIZE(rows) && !err; i++)
			err = play_break(front, &rows[i]);
	err = err ?: guest_reconnect(&front->guest);
	return err ?: guest_good(&front->guest);
}

/* Any bytes; or such as are nearly good, so that the noise gets further. */
static void make_noise(struct hostile_netfront *front,
		       struct netfront_chain *chain)
{
	struct hostile_book *book = &front->guest.book;
	struct xen_netif_tx_request *slot = &chain->slots[0];

	netfront_chain_plain(front, chain);
	switch (hostile_random(book, 0, 3)) {
	case 0:
		prandom_bytes_state(&book->seed, slot, sizeof(*slot));
		break;
	case 1:
		slot->flags = hostile_random(book, 0, 7);
		break;
	case 2:
		slot->size = hostile_random(book, 0, 2 * PAGE_SIZE);
		break;
	default:
		slot->flags = hostile_random(book, 0, 15);
		slot->gref = hostile_random(book, 0, 5);
	}
}

static int play_noise(struct hostile_netfront *front, u32 slots)
{
	struct hostile_tally *tally = hostile_tally(&front->guest.book, "noise",
						    "connects-again");
	struct netfront_chain chain;
	int err;
	u32 i;

	for (i = 0; i < slots; i++) {
		make_noise(front, &chain);
		netfront_put(front, &chain, NET_ANY, NULL);
	}
	netfront_push(front, 0);
	netfront_drain(front, SILENCE_MS);
	err = guest_reconnect(&front->guest);
	err = err ?: guest_good(&front->guest);
	tally->told += slots - 1;
	tally->good += slots - 1;
	hostile_judge(tally, !err, "no connection afterwards (%d)", err);
	return err;
}

/**
 * netfront_play_noise - the act: slots that mean anything
 * @owner: the hostile half
 * @count: how many
 *
 * Return: 0 or a negative errno.
 */
int netfront_play_noise(void *owner, u32 count)
{
	struct hostile_netfront *front = owner;
	int err = guest_reconnect(&front->guest);
	u32 told = 0, slots;

	for (; told < count && !err; told += slots) {
		slots = min(count - told, (u32)NETFRONT_SLOTS);
		err = play_noise(front, slots);
	}
	return err;
}
