// SPDX-License-Identifier: GPL-2.0-only
/*
 * From slots of the receive ring to a packet: see parse.h. Floor F5, pure.
 *
 * A packet is a first slot, extra infos if that says so, and further slots as
 * long as the one before says so. Each data slot's status is the size of its
 * part, or an error, which makes the whole packet bad. A bad packet is followed
 * to its end, and needs no room for that, however long it is.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "parse.h"

static int netfront_parse_advance(struct netfront_parser *parser)
{
	if (!parser->more) {
		parser->expect = NETFRONT_FIRST;
		return 1;
	}
	parser->expect = NETFRONT_DATA;
	return 0;
}

static bool netfront_parse_is_good(const struct xen_netif_rx_response *rsp, bool first)
{
	if (rsp->status < (first ? XEN_NET_HEADER : 1))
		return false;
	return rsp->offset < XEN_NET_PAGE &&
	       rsp->status <= XEN_NET_PAGE - rsp->offset;
}

/* Return: whether the page is part of the packet. */
static bool netfront_parse_add_piece(struct netfront_packet *packet,
				     const struct xen_netif_rx_response *rsp, u16 buffer)
{
	bool first = !packet->nr_pieces;

	if (!netfront_parse_is_good(rsp, first) || packet->nr_pieces == NETFRONT_SLOTS_MAX)
		packet->bad = true;
	if (packet->bad)
		return false;
	packet->pieces[packet->nr_pieces++] = (struct netfront_piece) {
		.buffer = buffer, .offset = rsp->offset, .len = rsp->status,
	};
	packet->len += rsp->status;
	/* More than any header can say, or a segment be cut from. */
	if (packet->len > XEN_NETIF_MAX_TX_SIZE)
		packet->bad = true;
	return true;
}

static int netfront_parse_extra(struct netfront_parser *parser,
				const struct xen_netif_extra_info *info)
{
	int more = xen_net_extra_take(&parser->packet.extras, info);

	if (more < 0)
		return more;
	return more ? 0 : netfront_parse_advance(parser);
}

static int netfront_parse_data(struct netfront_parser *parser,
			       const struct xen_netif_rx_response *rsp, u16 index,
			       u16 buffer, bool *spare)
{
	bool first = parser->expect == NETFRONT_FIRST;

	/* Answers come in the order of the requests, or nothing is sure. */
	if (rsp->id != index)
		return -EPROTO;
	if (first)
		parser->packet = (struct netfront_packet) {
			.flags = rsp->flags,
		};
	*spare = !netfront_parse_add_piece(&parser->packet, rsp, buffer);
	parser->more = rsp->flags & XEN_NETRXF_more_data;
	if (first && rsp->flags & XEN_NETRXF_extra_info) {
		parser->expect = NETFRONT_EXTRA;
		return 0;
	}
	return netfront_parse_advance(parser);
}

/**
 * netfront_parse_slot - take in the next slot of the receive ring
 * @parser: where in a packet the queue is
 * @entry: private copy of the slot, as long as a response
 * @index: of the slot, modulo 2^16: the id that its request had
 * @buffer: the page that was posted in it, as the caller numbers them
 * @spare: set if the slot's page is no part of the packet: it can be posted
 *	again; unset if it will be found among the pieces
 *
 * Return: 1 when @parser->packet is complete, 0 when more slots have to come,
 * -EPROTO for what no backend writes that means well.
 */
int netfront_parse_slot(struct netfront_parser *parser, const void *entry,
			u16 index, u16 buffer, bool *spare)
{
	struct xen_netif_rx_response rsp;
	struct xen_netif_extra_info info;

	if (parser->expect == NETFRONT_EXTRA) {
		*spare = true;
		memcpy(&info, entry, sizeof(info));
		return netfront_parse_extra(parser, &info);
	}
	memcpy(&rsp, entry, sizeof(rsp));
	return netfront_parse_data(parser, &rsp, index, buffer, spare);
}

/**
 * netfront_parse_answer - take in an answer of the control ring
 * @req: what was asked
 * @rsp: private copy of the response
 * @data: what came with it, 0 if it is no success; may be NULL
 *
 * Return: 0; -EOPNOTSUPP, -EINVAL or -E2BIG if the backend says so; -EPROTO if
 * it is no answer to this.
 */
int netfront_parse_answer(const struct xen_netif_ctrl_request *req,
			  const struct xen_netif_ctrl_response *rsp,
			  u32 *data)
{
	bool good = rsp->id == req->id && rsp->type == req->type;

	if (data)
		*data = good && rsp->status == XEN_NETIF_CTRL_STATUS_SUCCESS ?
			rsp->data : 0;
	if (!good)
		return -EPROTO;
	switch (rsp->status) {
	case XEN_NETIF_CTRL_STATUS_SUCCESS:
		return 0;
	case XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED:
		return -EOPNOTSUPP;
	case XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER:
		return -EINVAL;
	case XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW:
		return -E2BIG;
	default:
		return -EPROTO;
	}
}
