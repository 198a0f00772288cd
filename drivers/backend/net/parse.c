// SPDX-License-Identifier: GPL-2.0-only
/*
 * From slots of the transmit ring to a packet: see parse.h. Floor F5, pure.
 *
 * A packet is a first slot, extra infos if that says so, and further slots as
 * long as the one before says so. The first slot's size is that of the whole
 * packet; how much of it is in the first page is what the others leave over.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "parse.h"

static bool netback_parse_is_in_page(const struct netback_slot *slot)
{
	return slot->offset <= XEN_NET_PAGE &&
	       slot->len <= XEN_NET_PAGE - slot->offset;
}

static void netback_parse_add_slot(struct netback_packet *packet,
				   const struct xen_netif_tx_request *req)
{
	packet->slots[packet->nr_slots++] = (struct netback_slot) {
		.gref = req->gref,
		.id = req->id,
		.offset = req->offset,
		.len = req->size,
	};
}

/* All slots are there: what the sizes mean together can be seen now. */
static int netback_parse_finish(struct netback_parser *parser)
{
	struct netback_packet *packet = &parser->packet;
	struct netback_slot *first = &packet->slots[0];
	u32 others = 0;
	u8 i;

	parser->expect = NETBACK_FIRST;
	/* They may be empty, as upstream takes them; the first one must not. */
	for (i = 1; i < packet->nr_slots; i++)
		others += packet->slots[i].len;
	if (others >= packet->len || packet->len < XEN_NET_HEADER)
		packet->bad = true;
	/* Not read any further: its sizes need not make sense. */
	if (packet->bad)
		return 1;
	first->len = packet->len - others;
	return netback_parse_is_in_page(first) ? 1 : -EPROTO;
}

/* What follows a slot that said whether more data does. */
static int netback_parse_advance(struct netback_parser *parser)
{
	if (!parser->more)
		return netback_parse_finish(parser);
	parser->expect = NETBACK_DATA;
	return 0;
}

static int netback_parse_first(struct netback_parser *parser,
			       const struct xen_netif_tx_request *req)
{
	struct netback_packet *packet = &parser->packet;

	*packet = (struct netback_packet) {
		.len = req->size, .flags = req->flags,
	};
	netback_parse_add_slot(packet, req);
	parser->more = req->flags & XEN_NETTXF_more_data;
	if (req->flags & XEN_NETTXF_extra_info) {
		parser->expect = NETBACK_EXTRA;
		return 0;
	}
	return netback_parse_advance(parser);
}

static int netback_parse_extra(struct netback_parser *parser,
			       const struct xen_netif_extra_info *info)
{
	int more = xen_net_extra_take(&parser->packet.extras, info);

	if (more < 0)
		return more;
	parser->packet.nr_extras++;
	return more ? 0 : netback_parse_advance(parser);
}

static int netback_parse_data(struct netback_parser *parser,
			      const struct xen_netif_tx_request *req)
{
	struct netback_packet *packet = &parser->packet;

	if (packet->nr_slots == NETBACK_SLOTS_MAX)
		return -EPROTO;
	netback_parse_add_slot(packet, req);
	if (!netback_parse_is_in_page(&packet->slots[packet->nr_slots - 1]))
		return -EPROTO;
	parser->more = req->flags & XEN_NETTXF_more_data;
	return netback_parse_advance(parser);
}

/**
 * netback_parse_slot - take in the next slot of the transmit ring
 * @parser: where in a packet the queue is
 * @entry: private copy of the slot, as long as a request
 *
 * Return: 1 when @parser->packet is complete, 0 when more slots have to come,
 * -EPROTO for what no frontend writes that means well.
 */
int netback_parse_slot(struct netback_parser *parser, const void *entry)
{
	struct xen_netif_extra_info info;
	struct xen_netif_tx_request req;

	memcpy(&req, entry, sizeof(req));
	switch (parser->expect) {
	case NETBACK_FIRST:
		return netback_parse_first(parser, &req);
	case NETBACK_EXTRA:
		memcpy(&info, entry, sizeof(info));
		return netback_parse_extra(parser, &info);
	default:
		return netback_parse_data(parser, &req);
	}
}
