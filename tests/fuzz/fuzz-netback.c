// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: what a frontend writes to its transmit ring, slot after slot
 * (drivers/backend/net/parse.c), and how that is fetched (plan.c), as tx.c
 * does.
 *
 * Holds: a packet that is not bad lies in pages, adds up, has a header, and is
 * planned to be copied once and in order into the pages that an skb has.
 */
#include <linux/errno.h>

#include "../../drivers/backend/net/parse.h"
#include "fuzz.h"

#define FRAGS	17
#define SLOT	sizeof(struct xen_netif_tx_request)

static void check_plan(const struct netback_packet *packet)
{
	u32 filled[FRAGS + 1] = { }, taken[NETBACK_SLOTS_MAX] = { };
	struct netback_plan plan;
	int i;

	netback_plan(packet, FRAGS, &plan);
	HOLDS(plan.nr_frags <= FRAGS && plan.nr_copies <= NETBACK_COPIES_MAX);
	for (i = 0; i < plan.nr_copies; i++) {
		const struct netback_copy *copy = &plan.copies[i];

		HOLDS(copy->len && copy->frag <= plan.nr_frags);
		HOLDS(copy->slot < packet->nr_slots);
		HOLDS(copy->from == packet->slots[copy->slot].offset +
		      taken[copy->slot]);
		HOLDS(copy->to == filled[copy->frag]);
		taken[copy->slot] += copy->len;
		filled[copy->frag] += copy->len;
		HOLDS(filled[copy->frag] <= 4096);
	}
	HOLDS(filled[0] == plan.head);
	for (i = 0; i < packet->nr_slots; i++)
		HOLDS(taken[i] == packet->slots[i].len);
}

static void check_packet(const struct netback_packet *packet)
{
	u32 i, sum = 0;

	HOLDS(packet->nr_slots >= 1 && packet->nr_slots <= NETBACK_SLOTS_MAX);
	HOLDS(packet->nr_extras < XEN_NETIF_EXTRA_TYPE_MAX);
	if (packet->bad)
		return;
	HOLDS(packet->len >= 14);
	for (i = 0; i < packet->nr_slots; i++) {
		HOLDS(i || packet->slots[0].len);
		HOLDS(packet->slots[i].offset + packet->slots[i].len <= 4096);
		sum += packet->slots[i].len;
	}
	HOLDS(sum == packet->len);
	if (xen_net_extra_has(&packet->extras, XEN_NETIF_EXTRA_TYPE_GSO))
		HOLDS(packet->extras.gso_size &&
		      (packet->extras.gso_type == 1 ||
		       packet->extras.gso_type == 2));
	check_plan(packet);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct bytes input = { data, size };
	struct netback_parser parser = { };

	while (input.left) {
		u8 *entry = malloc(SLOT);
		int done;

		take_bytes(&input, entry, SLOT);
		done = netback_parse_slot(&parser, entry);
		free(entry);
		if (done < 0) {
			HOLDS(done == -EPROTO);
			break;
		}
		if (done)
			check_packet(&parser.packet);
	}
	return 0;
}
