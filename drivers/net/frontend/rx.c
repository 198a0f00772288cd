// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interface receives: from slots of the receive ring to packets of the
 * kernel. Floor F5; called by the queue's NAPI.
 *
 * A small packet is copied, and its page posted again as it is; so is any, if an
 * XDP program is to have it first (xdp.c). Of a larger one
 * the headers are copied and the pages become part of the packet, one skb
 * however many they are.
 *
 * Trust: the backend could write to a page as long as it is granted. A packet's
 * pages are taken back before anybody looks at them; the only exceptions are a
 * small packet, and one in pages that stay granted (static.c): what is looked at of
 * them here is copied first. Such pages are marked as shared: who decrypts in
 * place, for one, takes a copy then. For whom that is not enough there is bounce.c.
 */
#include <linux/etherdevice.h>
#include <linux/kernel.h>
#include <net/page_pool/helpers.h>

#include "front.h"
#include "../offload.h"

/* Copied as a whole up to here; and room for headers of all others. */
#define SMALL		256

/* Pages stay granted, and are posted again. */
static void netfront_rx_spare_all(struct netfront_queue *queue,
				  const struct netfront_packet *packet)
{
	u8 i;

	for (i = 0; i < packet->nr_pieces; i++)
		netfront_buffer_spare(&queue->rx, packet->pieces[i].buffer);
}

static bool netfront_rx_is_static(const struct netfront_piece *piece)
{
	return piece->buffer >= NETFRONT_RING;
}

/* A page that was taken is not needed. */
static void netfront_rx_drop_page(struct netfront_queue *queue,
				  const struct netfront_piece *piece, struct page *page)
{
	if (netfront_rx_is_static(piece))
		put_page(page);
	else
		page_pool_put_full_page(queue->rx.pool, page, true);
}

static void netfront_rx_drop_pages(struct netfront_queue *queue,
				   const struct netfront_packet *packet,
				   struct page **pages, u8 count)
{
	u8 i;

	for (i = 0; i < count; i++)
		netfront_rx_drop_page(queue, &packet->pieces[i], pages[i]);
}

static struct sk_buff *netfront_rx_make_small(struct netfront_queue *queue,
					      const struct netfront_packet *packet)
{
	struct sk_buff *skb = napi_alloc_skb(&queue->napi, SMALL);

	if (likely(skb)) {
		skb_put_data(skb, netfront_piece_data(&queue->rx,
						      &packet->pieces[0]),
			     packet->len);
		netfront_count(&queue->stats->rx_copied, 1);
	} else {
		netfront_count(&queue->stats->rx_nomem, 1);
	}
	netfront_rx_spare_all(queue, packet);
	return skb;
}

/* Takes the pages of a packet back from the backend: all, or -EPROTO. */
static int netfront_rx_take_pages(struct netfront_queue *queue,
				  const struct netfront_packet *packet, struct page **pages)
{
	u8 i;

	for (i = 0; i < packet->nr_pieces; i++) {
		u16 which = packet->pieces[i].buffer;
		struct netfront_buffer *buffer = &queue->rx.buffers[which];

		if (netfront_rx_is_static(&packet->pieces[i])) {
			pages[i] = netfront_static_lend(&queue->rx, which);
			netfront_count(&queue->stats->rx_static, 1);
			continue;
		}
		if (unlikely(!gnttab_end_foreign_access_ref(buffer->gref))) {
			/* What is taken is lost: the queue ends here. */
			netfront_rx_drop_pages(queue, packet, pages, i);
			return -EPROTO;
		}
		pages[i] = buffer->page;
		buffer->page = NULL;
		netfront_buffer_spare(&queue->rx, which);
	}
	return 0;
}

/* Pages from the first byte on that is not in the head. */
static void netfront_rx_add_frags(struct netfront_queue *queue, struct sk_buff *skb,
				  const struct netfront_packet *packet,
				  struct page **pages, u32 head)
{
	u8 i, frags = 0;

	for (i = 0; i < packet->nr_pieces; i++) {
		const struct netfront_piece *piece = &packet->pieces[i];
		u32 skip = i ? 0 : head;

		if (piece->len == skip) {
			netfront_rx_drop_page(queue, piece, pages[i]);
			continue;
		}
		/* Who would change it in place has to have a copy of it. */
		if (netfront_rx_is_static(piece))
			skb_shinfo(skb)->flags |= SKBFL_SHARED_FRAG;
		skb_add_rx_frag(skb, frags++, pages[i], piece->offset + skip,
				piece->len - skip, PAGE_SIZE);
	}
}

/*
 * The headers go to the head. A packet with more pages than an skb holds needs
 * all of its first one there, too, or it is dropped. From a page that the
 * backend can still write to, more is copied, and looked at then.
 *
 * Return: how much there is in the head, 0 to drop the packet.
 */
static u32 netfront_rx_fill_head(struct netfront_queue *queue, struct sk_buff *skb,
				 const struct netfront_packet *packet, const void *data)
{
	const struct netfront_piece *first = &packet->pieces[0];
	u32 head = min_t(u32, first->len, SMALL);
	struct net_device *netdev = queue->front->netdev;

	if (unlikely(packet->nr_pieces > MAX_SKB_FRAGS)) {
		if (first->len > SMALL)
			return 0;
	} else if (!netfront_rx_is_static(first)) {
		head = eth_get_headlen(netdev, data, head);
	}
	skb_put_data(skb, data, head);
	if (netfront_rx_is_static(first) && packet->nr_pieces <= MAX_SKB_FRAGS)
		skb_trim(skb, eth_get_headlen(netdev, skb->data, head));
	return skb->len;
}

static struct sk_buff *netfront_rx_make_large(struct netfront_queue *queue,
					      const struct netfront_packet *packet,
					      struct page **pages)
{
	struct sk_buff *skb = napi_alloc_skb(&queue->napi, SMALL);
	const void *data = page_address(pages[0]) + packet->pieces[0].offset;
	u32 head = skb ? netfront_rx_fill_head(queue, skb, packet, data) : 0;

	if (unlikely(!head)) {
		netfront_count(skb ? &queue->stats->rx_bad :
				     &queue->stats->rx_nomem, 1);
		netfront_rx_drop_pages(queue, packet, pages, packet->nr_pieces);
		dev_kfree_skb_any(skb);
		return NULL;
	}
	skb_mark_for_recycle(skb);
	netfront_rx_add_frags(queue, skb, packet, pages, head);
	/*
	 * What is next after the Ethernet header is read where it is, and more
	 * than once, if nothing of it is in the head.
	 */
	if (likely(skb_headlen(skb) > ETH_HLEN) ||
	    pskb_may_pull(skb, min_t(u32, skb->len, ETH_HLEN + 1)))
		return skb;
	netfront_count(&queue->stats->rx_nomem, 1);
	dev_kfree_skb_any(skb);
	return NULL;
}

static void netfront_rx_deliver(struct netfront_queue *queue, struct sk_buff *skb,
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
	if (xen_net_hash(skb, &packet->extras))
		netfront_count(&queue->stats->rx_hashed, 1);
	skb_record_rx_queue(skb, queue->index);
	netfront_count(&queue->stats->rx_packets, 1);
	netfront_count(&queue->stats->rx_bytes, packet->len);
	napi_gro_receive(&queue->napi, skb);
}

/* An XDP program's packet is a copy, so the pages stay granted. */
static void netfront_rx_receive_by(struct bpf_prog *prog, struct netfront_queue *queue,
				   const struct netfront_packet *packet)
{
	struct sk_buff *skb = netfront_xdp_receive(queue, packet, prog);

	netfront_rx_spare_all(queue, packet);
	if (skb)
		netfront_rx_deliver(queue, skb, packet);
}

static int netfront_rx_receive(struct netfront_queue *queue,
			       const struct netfront_packet *packet)
{
	struct page *pages[NETFRONT_SLOTS_MAX];
	struct bpf_prog *prog;
	struct sk_buff *skb;
	int err;

	if (unlikely(packet->bad)) {
		netfront_count(&queue->stats->rx_bad, 1);
		netfront_rx_spare_all(queue, packet);
		return 0;
	}
	prog = rcu_dereference_bh(queue->front->prog);
	if (unlikely(prog)) {
		queue->rx.flush = true;
		netfront_rx_receive_by(prog, queue, packet);
		return 0;
	}
	if (packet->nr_pieces == 1 && packet->len <= SMALL) {
		skb = netfront_rx_make_small(queue, packet);
	} else if (netfront_bounces(queue)) {
		skb = netfront_bounce_receive(queue, packet);
		netfront_rx_spare_all(queue, packet);
	} else {
		err = netfront_rx_take_pages(queue, packet, pages);
		if (unlikely(err)) {
			if (xen_log_allowed())
				netdev_err(queue->front->netdev,
					   "queue %u: backend keeps a page mapped; connecting anew\n",
					   queue->index);
			return err;
		}
		skb = netfront_rx_make_large(queue, packet, pages);
	}
	/* If not, whoever failed to make it has counted it. */
	if (likely(skb))
		netfront_rx_deliver(queue, skb, packet);
	return 0;
}

static int netfront_rx_handle_response(void *owner, void *entry)
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
		if (xen_log_allowed())
			netdev_err(queue->front->netdev,
				   "queue %u: backend delivered nonsense; connecting anew\n",
				   queue->index);
		return done;
	}
	if (spare)
		netfront_buffer_spare(rx, which);
	return done ? netfront_rx_receive(queue, &rx->parser.packet) : 0;
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
	int done = xen_ring_drain(&queue->rx.channel.ring, &rsp, sizeof(rsp),
				  budget, netfront_rx_handle_response, queue);

	/* Also if the program was taken away meanwhile. */
	if (unlikely(queue->rx.flush)) {
		queue->rx.flush = false;
		netfront_xdp_flush(queue);
	}
	return done;
}
