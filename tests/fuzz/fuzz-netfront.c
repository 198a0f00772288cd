// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: what a backend writes to a receive ring, slot after slot
 * (drivers/net/frontend/parse.c), as rx.c takes it.
 *
 * Holds: every page that was posted is either spare or in one packet; a packet
 * that is not bad lies in pages, adds up, and begins with a header in one.
 */
#include <linux/errno.h>

#include "../../drivers/net/frontend/parse.h"
#include "fuzz.h"

#define SLOT	sizeof(struct xen_netif_rx_response)

static void check_packet(const struct netfront_packet *packet)
{
	u32 i, sum = 0;

	HOLDS(packet->nr_pieces <= NETFRONT_SLOTS_MAX);
	for (i = 0; i < packet->nr_pieces; i++) {
		HOLDS(packet->pieces[i].len);
		HOLDS(packet->pieces[i].offset + packet->pieces[i].len <= 4096);
		sum += packet->pieces[i].len;
	}
	HOLDS(sum == packet->len);
	if (packet->bad)
		return;
	HOLDS(packet->nr_pieces && packet->pieces[0].len >= 14);
	HOLDS(packet->len <= 65535);
	if (xen_net_extra_has(&packet->extras, XEN_NETIF_EXTRA_TYPE_GSO))
		HOLDS(packet->extras.gso_size);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct bytes input = { data, size };
	struct netfront_parser parser = { };
	u16 index = take_u8(&input) << 8;
	u32 held = 0;

	while (input.left) {
		u8 *entry = malloc(SLOT);
		bool spare = false;
		int done;

		take_bytes(&input, entry, SLOT);
		/* Most are to have the right id: it is what is there to guess. */
		if (entry[0] & 1)
			memcpy(entry, &index, sizeof(index));
		done = netfront_parse_slot(&parser, entry, index, ~index, &spare);
		free(entry);
		if (done < 0) {
			HOLDS(done == -EPROTO);
			break;
		}
		held += !spare;
		HOLDS(held == parser.packet.nr_pieces);
		if (!spare)
			HOLDS(parser.packet.pieces[held - 1].buffer == (u16)~index);
		if (done) {
			check_packet(&parser.packet);
			held = 0;
		}
		index++;
	}
	return 0;
}
