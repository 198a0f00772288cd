// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a packet is fetched from the frontend: which stretch of which slot goes
 * where. See parse.h. Floor F5, pure; called by tx.c.
 *
 * A small packet goes to the skb's head as a whole. Of a larger one the head
 * gets what the first slot has, which is the headers when a kernel sends from
 * its page cache or sockets, but not more than headers can be; the rest goes to
 * pages. A slot begins a page of its own while there are pages enough, as that
 * is one copy for each slot; otherwise pages are filled up.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "parse.h"

/* An MTU of 1500 and the headers of a tag or two. */
#define WHOLE	1600
#define HEADERS	256

static u16 netback_plan_choose_head(const struct netback_packet *packet)
{
	if (packet->nr_slots == 1 && packet->len <= WHOLE)
		return packet->len;
	return min(packet->slots[0].len, HEADERS);
}

static void netback_plan_add_copy(struct netback_plan *plan, u8 slot, u8 frag, u16 from,
				  u16 to, u16 len)
{
	plan->copies[plan->nr_copies++] = (struct netback_copy) {
		.slot = slot, .frag = frag, .from = from, .to = to, .len = len,
	};
}

/**
 * netback_plan - decide how a packet is fetched
 * @packet: a packet that is not bad
 * @max_frags: pages that an skb may have, at least 16
 * @plan: to be filled
 *
 * Pages of the packet are filled from their beginning on.
 */
void netback_plan(const struct netback_packet *packet, u8 max_frags,
		  struct netback_plan *plan)
{
	u16 from = packet->slots[0].offset, left = packet->slots[0].len;
	/* Bytes used of the page that is being filled. */
	u16 used = XEN_NET_PAGE;
	u8 slot = 0;

	plan->head = netback_plan_choose_head(packet);
	plan->nr_frags = 0;
	plan->nr_copies = 0;
	netback_plan_add_copy(plan, 0, 0, from, 0, plan->head);
	from += plan->head;
	left -= plan->head;

	for (;;) {
		u16 len;

		while (!left) {
			if (++slot == packet->nr_slots)
				return;
			from = packet->slots[slot].offset;
			left = packet->slots[slot].len;
			if (packet->nr_slots - slot <=
			    max_frags - plan->nr_frags)
				used = XEN_NET_PAGE;
		}
		if (used == XEN_NET_PAGE) {
			plan->nr_frags++;
			used = 0;
		}
		len = min(left, XEN_NET_PAGE - used);
		netback_plan_add_copy(plan, slot, plan->nr_frags, from, used, len);
		from += len;
		left -= len;
		used += len;
	}
}
