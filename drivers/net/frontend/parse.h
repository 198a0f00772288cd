/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a backend delivers, checked: from slots of the receive ring to one
 * packet.
 *
 * Floor F5, pure: compiled in user space by tests/unit and tests/fuzz, too.
 * Called by rx.c.
 *
 * Trust: every slot is a private copy of whatever the backend wrote. What comes
 * out of netfront_parse_slot() lies inside pages that were posted, begins with
 * an Ethernet header in one piece, and has at most %NETFRONT_SLOTS_MAX pages: one
 * more than an skb, which rx.c sees to.
 */
#ifndef XENIFY_NET_FRONT_PARSE_H
#define XENIFY_NET_FRONT_PARSE_H

#include "../extra.h"
#include "../static.h"

/* 64 KiB that begin in the middle of a page; what netif.h allows as well. */
#define NETFRONT_SLOTS_MAX	XEN_NETIF_NR_SLOTS_MIN

/**
 * struct netfront_piece - a page with data
 * @buffer: the page, as the caller numbers them
 * @offset: where in the page the data begins
 * @len: bytes of data, not 0; @offset + @len lies in the page
 */
struct netfront_piece {
	u16 buffer;
	u16 offset;
	u16 len;
};

/**
 * struct netfront_packet - a packet, complete
 * @len: bytes, the sum of its pieces
 * @flags: XEN_NETRXF_* of its first slot
 * @nr_pieces: pages with data
 * @bad: it is not to be delivered
 * @extras: what the extra infos said
 * @pieces: the data
 */
struct netfront_packet {
	u32 len;
	u16 flags;
	u8 nr_pieces;
	bool bad;
	struct xen_net_extras extras;
	struct netfront_piece pieces[NETFRONT_SLOTS_MAX];
};

/**
 * enum netfront_expect - what the next slot has to be
 */
enum netfront_expect {
	NETFRONT_FIRST,
	NETFRONT_EXTRA,
	NETFRONT_DATA,
};

/**
 * struct netfront_parser - where in a packet a queue is
 * @expect: what the next slot has to be
 * @more: slots with data follow the extra infos
 * @packet: what there is of it
 *
 * Zeroed at the start. @packet has the pieces of the unfinished packet: their
 * pages stay where they are until it is complete.
 */
struct netfront_parser {
	enum netfront_expect expect;
	bool more;
	struct netfront_packet packet;
};

int netfront_parse_slot(struct netfront_parser *parser, const void *entry,
			u16 index, u16 buffer, bool *spare);

int netfront_parse_answer(const struct xen_netif_ctrl_request *req,
			  const struct xen_netif_ctrl_response *rsp,
			  u32 *data);

#endif /* XENIFY_NET_FRONT_PARSE_H */
