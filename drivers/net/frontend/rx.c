// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interface receives: from slots of the receive ring to packets of the
 * kernel. Floor F5; called by the queue's NAPI.
 *
 * A small packet is copied, and its page posted again as it is. Of a larger one
 * the headers are copied and the pages become part of the packet, one skb
 * however many they are.
 *
 * Trust: the backend could write to a page as long as it is granted. A packet's
 * pages are taken back before anybody looks at them; the only exception is a
 * small packet, which is copied first and looked at afterwards.
 */
#include <linux/etherdevice.h>
#include <linux/kernel.h>
#include <net/page_pool/helpers.h>

#include "front.h"
#include "../offload.h"

/* Copied as a whole up to here; and room for headers of all others. */
#define SMALL		256

static void *data_of(struct netfront_queue *queue,
		     const struct netfront_piece *piece)
{
	return page_address(queue->rx.buffers[piece->buffer].page) +
		piece->offset;
}

/* Pages stay granted, and are posted again. */
static void spare_all(struct netfront_queue *queue,
		      const struct netfront_packet *packet)
{
	u8 i;

	for (i = 0; i < packet->nr_pieces; i++)
		netfront_buffer_spare(&queue->rx, packet->pieces[i].buffer);
}

static struct sk_buff *make_small(struct netfront_queue *queue,
				  const struct netfront_packet *packet)
{
	struct sk_buff *skb = napi_alloc_skb(&queue->napi, SMALL);

	if (likely(skb)) {
		skb_put_data(skb, data_of(queue, &packet->pieces[0]),
			     packet->len);
		netfront_count(&queue->stats->rx_copied, 1);
	}
	spare_all(queue, packet);
	return skb;
}

/* Takes the pages of a packet back from the backend: all, or -EPROTO. */
static int take_pages(struct netfront_queue *queue,
		      const struct netfront_packet *packet, struct page **pages)
{
	u8 i;

	for (i = 0; i < packet->nr_pieces; i++) {
		u16 which = packet->pieces[i].buffer;
		struct netfront_buffer *buffer = &queue->rx.buffers[which];

		if (unlikely(!gnttab_end_foreign_access_ref(buffer->gref))) {
			/* What is taken is lost: the queue ends here. */
			while (i--)
				page_pool_put_full_page(queue->rx.pool,
							pages[i], true);
			return -EPROTO;
		}
		pages[i] = buffer->page;
		buffer->page = NULL;
		netfront_buffer_spare(&queue->rx, which);
	}
	return 0;
}

/* Pages from the first byte on that is not in the head. */
static void add_frags(struct netfront_queue *queue, struct sk_buff *skb,
		      const struct netfront_packet *packet,
		      struct page **pages, u32 head)
{
	u8 i, frags = 0;

	for (i = 0; i < packet->nr_pieces; i++) {
		const struct netfront_piece *piece = &packet->pieces[i];
		u32 skip = i ? 0 : head;

		if (piece->len == skip) {
			page_pool_put_full_page(queue->rx.pool, pages[i], true);
			continue;
		}
		skb_add_rx_frag(skb, frags++, pages[i], piece->offset + skip,
				piece->len - skip, PAGE_SIZE);
	}
}

/*
 * The headers go to the head. A packet with more pages than an skb holds needs
 * all of its first one there, too, or it is dropped.
 */
static u32 choose_head(struct netfront_queue *queue,
		       const struct netfront_packet *packet, const void *data)
{
	u32 first = packet->pieces[0].len, most = min_t(u32, first, SMALL);

	if (unlikely(packet->nr_pieces > MAX_SKB_FRAGS))
		return first <= SMALL ? first : 0;
	return eth_get_headlen(queue->front->netdev, data, most);
}

static struct sk_buff *make_large(struct netfront_queue *queue,
				  const struct netfront_packet *packet,
				  struct page **pages)
{
	struct sk_buff *skb = napi_alloc_skb(&queue->napi, SMALL);
	const void *data = page_address(pages[0]) + packet->pieces[0].offset;
	u32 head = skb ? choose_head(queue, packet, data) : 0;
	u8 i;

	if (likely(head)) {
		skb_put_data(skb, data, head);
		skb_mark_for_recycle(skb);
		add_frags(queue, skb, packet, pages, head);
		return skb;
	}
	for (i = 0; i < packet->nr_pieces; i++)
		page_pool_put_full_page(queue->rx.pool, pages[i], true);
	dev_kfree_skb_any(skb);
	return NULL;
}

static void deliver(struct netfront_queue *queue, struct sk_buff *skb,
		    const struct netfront_packet *packet)
{
	skb->protocol = eth_type_trans(skb, queue->front->netdev);
	skb_reset_network_header(skb);
	if (unlikely(xen_net_offload(skb, packet->flags & XEN_NETRXF_csum_blank,
				     packet->flags & XEN_NETRXF_data_validated,
				     &packet->extras))) {
		netfront_count(&queue->stats->rx_bad, 1);
		dev_kfree_skb_any(skb);
		return;
	}
	xen_net_hash(skb, &packet->extras);
	skb_record_rx_queue(skb, queue->index);
	netfront_count(&queue->stats->rx_packets, 1);
	netfront_count(&queue->stats->rx_bytes, packet->len);
	napi_gro_receive(&queue->napi, skb);
}

static int receive(struct netfront_queue *queue,
		   const struct netfront_packet *packet)
{
	struct page *pages[NETFRONT_SLOTS_MAX];
	struct sk_buff *skb;
	int err;

	if (unlikely(packet->bad)) {
		netfront_count(&queue->stats->rx_bad, 1);
		spare_all(queue, packet);
		return 0;
	}
	if (packet->nr_pieces == 1 && packet->len <= SMALL) {
		skb = make_small(queue, packet);
	} else {
		err = take_pages(queue, packet, pages);
		if (unlikely(err)) {
			if (xen_may_complain())
				netdev_err(queue->front->netdev,
					   "queue %u: backend keeps a page mapped; connecting anew\n",
					   queue->index);
			return err;
		}
		skb = make_large(queue, packet, pages);
	}
	if (likely(skb))
		deliver(queue, skb, packet);
	else
		netfront_count(&queue->stats->rx_nomem, 1);
	return 0;
}

static int handle_response(void *owner, void *entry)
{
	struct netfront_queue *queue = owner;
	struct netfront_rx *rx = &queue->rx;
	/* The ring has moved on by this one. */
	u16 index = rx->channel.ring.in_cons - 1;
	u16 which = rx->posted[index % NETFRONT_RING];
	bool spare = true;
	int done;

	rx->event.served++;
	done = netfront_parse_slot(&rx->parser, entry, index, which,
				   &spare);
	if (unlikely(done < 0)) {
		if (xen_may_complain())
			netdev_err(queue->front->netdev,
				   "queue %u: backend delivered nonsense; connecting anew\n",
				   queue->index);
		return done;
	}
	if (spare)
		netfront_buffer_spare(rx, which);
	return done ? receive(queue, &rx->parser.packet) : 0;
}

/**
 * netfront_rx_drain - receive packets
 * @queue: the queue
 * @budget: how many slots to look at
 *
 * Return: how many there were, or -EPROTO if the ring is broken.
 */
int netfront_rx_drain(struct netfront_queue *queue, int budget)
{
	struct xen_netif_rx_response rsp;

	return xen_ring_drain(&queue->rx.channel.ring, &rsp, sizeof(rsp),
			      budget, handle_response, queue);
}
