// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slots that are good packets: what malformed ones begin as. Floor F6; called by the acts
 * of the hostile network frontend.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "netfront.h"

static struct xen_netif_tx_request *add_slot(struct hostile_netfront *front,
					     struct netfront_chain *chain)
{
	struct xen_netif_tx_request *slot = &chain->slots[chain->count++];

	*slot = (struct xen_netif_tx_request) { .id = ++front->id };
	return slot;
}

/**
 * netfront_chain_frame - one slot with a frame
 * @front: the hostile half
 * @chain: to be filled
 * @kind: of the frame
 * @len: its bytes
 */
void netfront_chain_frame(struct hostile_netfront *front,
			  struct netfront_chain *chain, enum frame_kind kind,
			  u16 len)
{
	struct xen_netif_tx_request *slot;
	u32 steps = (PAGE_SIZE - len) / FRAME_STEP;

	memset(chain, 0, sizeof(*chain));
	slot = add_slot(front, chain);
	slot->gref = front->frames[kind].ref;
	slot->offset = FRAME_STEP * hostile_random(&front->guest.book, 0, steps);
	slot->size = len;
}

/**
 * netfront_chain_plain - one slot with a frame of any length
 * @front: the hostile half
 * @chain: to be filled
 */
void netfront_chain_plain(struct hostile_netfront *front,
			  struct netfront_chain *chain)
{
	netfront_chain_frame(front, chain, FRAME_PLAIN,
			     hostile_random(&front->guest.book, 14, 1514));
}

/**
 * netfront_chain_pieces - a frame in pieces
 * @front: the hostile half
 * @chain: to be filled
 * @count: how many slots
 * @size: bytes of each
 */
void netfront_chain_pieces(struct hostile_netfront *front,
			   struct netfront_chain *chain, u32 count, u16 size)
{
	netfront_chain_frame(front, chain, FRAME_PLAIN, size);
	while (chain->count < count) {
		struct xen_netif_tx_request *slot = add_slot(front, chain);

		slot[-1].flags |= XEN_NETTXF_more_data;
		slot->gref = front->frames[FRAME_TCP].ref;
		slot->size = size;
		chain->slots[0].size += size;
	}
}

/**
 * netfront_chain_extra - put an extra info behind what there is of them
 * @chain: a packet with room for one more slot
 * @type: of the info
 * @gso_type: if it is about segments; else any byte
 * @gso_size: ...
 */
void netfront_chain_extra(struct netfront_chain *chain, u8 type, u8 gso_type,
			  u16 gso_size)
{
	const struct frame_info info = {
		.type = type, .gso_type = gso_type, .gso_size = gso_size,
	};

	frame_add_info(chain->slots, sizeof(chain->slots[0]), chain->count++,
		       chain->extras++, &info);
	chain->slots[0].flags |= XEN_NETTXF_extra_info;
}
