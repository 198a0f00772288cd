/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a frontend transmits, checked: from slots of its ring to one packet, and
 * to the copies that fetch it.
 *
 * Floor F5, pure: no memory of the frontend's is touched here, and both files
 * are compiled in user space by tests/unit and tests/fuzz. Called by tx.c.
 *
 * Trust: every slot is a private copy of whatever the frontend wrote. What
 * comes out of netback_parse_slot() lies inside pages, and adds up.
 */
#ifndef XENIFY_NET_BACK_PARSE_H
#define XENIFY_NET_BACK_PARSE_H

#include "../../net/extra.h"

/*
 * The most slots with data that a packet may have: netif.h asks for 18 at
 * least; frontends that split a page-long header need a few more.
 */
#define NETBACK_SLOTS_MAX	21
/* A copy ends where a slot, the head, or a page of ours does. */
#define NETBACK_COPIES_PER_SLOT	2
#define NETBACK_COPIES_MAX	(NETBACK_SLOTS_MAX * NETBACK_COPIES_PER_SLOT)

/**
 * struct netback_slot - one slot with data
 * @gref: grant of the frontend's page
 * @id: the frontend's name for the slot
 * @offset: where in the page the data begins
 * @len: bytes of data; @offset + @len lies in the page
 */
struct netback_slot {
	grant_ref_t gref;
	u16 id;
	u16 offset;
	u16 len;
};

/**
 * struct netback_packet - a packet, complete
 * @len: bytes, the sum of its slots
 * @flags: XEN_NETTXF_* of its first slot
 * @nr_slots: slots with data
 * @nr_extras: slots with extra infos, between the first and the second of those
 * @bad: it is not to be sent, but its slots are to be answered
 * @extras: what the extra infos said
 * @slots: the data
 */
struct netback_packet {
	u16 len;
	u16 flags;
	u8 nr_slots;
	u8 nr_extras;
	bool bad;
	struct xen_net_extras extras;
	struct netback_slot slots[NETBACK_SLOTS_MAX];
};

/**
 * enum netback_expect - what the next slot has to be
 */
enum netback_expect {
	NETBACK_FIRST,
	NETBACK_EXTRA,
	NETBACK_DATA,
};

/**
 * struct netback_parser - where in a packet a queue is
 * @expect: what the next slot has to be
 * @more: slots with data follow the extra infos
 * @packet: what there is of it
 *
 * Zeroed at the start. It stays between sweeps: a frontend that never ends a
 * packet waits for itself.
 */
struct netback_parser {
	enum netback_expect expect;
	bool more;
	struct netback_packet packet;
};

/**
 * struct netback_copy - one stretch of a packet to be fetched
 * @slot: the slot to take it from
 * @frag: where to put it: 0 for the head, else the number of a page, from 1
 * @from: where in the frontend's page it begins
 * @to: where in the head or page it goes
 * @len: bytes, in one page on both sides
 */
struct netback_copy {
	u8 slot;
	u8 frag;
	u16 from;
	u16 to;
	u16 len;
};

/**
 * struct netback_plan - how a packet is fetched
 * @head: bytes that go to the skb's head
 * @nr_frags: pages for the rest
 * @nr_copies: how many copies there are
 * @copies: the copies
 */
struct netback_plan {
	u16 head;
	u8 nr_frags;
	u8 nr_copies;
	struct netback_copy copies[NETBACK_COPIES_MAX];
};

int netback_parse_slot(struct netback_parser *parser, const void *entry);
void netback_plan(const struct netback_packet *packet, u8 max_frags,
		  struct netback_plan *plan);

#endif /* XENIFY_NET_BACK_PARSE_H */
