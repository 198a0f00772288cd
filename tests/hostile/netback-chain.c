// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers on the receive ring that are good packets: what malformed ones begin as. Floor
 * F6; called by the acts of the hostile network backend.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "netback.h"

/**
 * netback_chain_frame - one slot with a frame
 * @chain: to be filled
 * @kind: of the frame
 * @len: its bytes
 */
void netback_chain_frame(struct netback_chain *chain, enum frame_kind kind,
			 u16 len)
{
	memset(chain, 0, sizeof(*chain));
	chain->count = 1;
	chain->kind = kind;
	chain->slots[0].status = len;
}

/**
 * netback_chain_pieces - a frame in pieces
 * @chain: to be filled
 * @count: how many slots
 * @size: bytes of each
 */
void netback_chain_pieces(struct netback_chain *chain, u32 count, u16 size)
{
	netback_chain_frame(chain, FRAME_PLAIN, size);
	for (; chain->count < count; chain->count++) {
		chain->slots[chain->count - 1].flags |= XEN_NETRXF_more_data;
		chain->slots[chain->count].status = size;
	}
}

/**
 * netback_chain_extra - put an extra info behind what there is of them
 * @chain: a packet with room for one more slot
 * @type: of the info
 * @gso_type: if it is about segments; else any byte
 * @gso_size: ...
 */
void netback_chain_extra(struct netback_chain *chain, u8 type, u8 gso_type,
			 u16 gso_size)
{
	const struct frame_info info = {
		.type = type, .gso_type = gso_type, .gso_size = gso_size,
	};

	frame_add_info(chain->slots, sizeof(chain->slots[0]), chain->count++,
		       chain->extras++, &info);
	chain->slots[0].flags |= XEN_NETRXF_extra_info;
}
