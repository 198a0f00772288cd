// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interface transmits: a packet's pages are granted to the backend where
 * they are, a slot of the ring for each; sent.c sees to the answers. Floor F5;
 * called by the kernel for each packet, with the transmit queue's lock held.
 *
 * A small packet is copied instead, if the backend has mapped pages for that, and
 * done with at once: the kernel's queue limits do not count it. So is every packet
 * for a backend that is not trusted (bounce.c). But if the backend is behind, the
 * packet of a socket that waits for room stays until it was answered: or else
 * datagrams leave as fast as they can be made, more at once than the other end's
 * socket has room for.
 *
 * Doorbells: one for all packets that the kernel says belong together.
 */
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <net/sock.h>

#include "front.h"

/* What a backend has to take. */
#define SLOTS_MAX	XEN_NETIF_NR_SLOTS_MIN
/*
 * When the backend is behind by so many slots, sockets wait for it. An event is asked
 * for by then in any case (sent.c).
 */
#define BEHIND		(NETFRONT_RING / 2)

static u32 netfront_tx_slots_of(u32 offset, u32 len)
{
	if (unlikely(!len))
		return 0;
	return DIV_ROUND_UP((offset & ~XEN_PAGE_MASK) + len, XEN_PAGE_SIZE);
}

static u32 netfront_tx_count_slots(const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	u32 slots = netfront_tx_slots_of(offset_in_page(skb->data), skb_headlen(skb));
	u8 i;

	for (i = 0; i < info->nr_frags; i++)
		slots += netfront_tx_slots_of(skb_frag_off(&info->frags[i]),
					      skb_frag_size(&info->frags[i]));
	return slots;
}

/* Some backends want the Ethernet header in one slot. */
static bool netfront_tx_cuts_header(const struct sk_buff *skb)
{
	return offset_in_page(skb->data) > PAGE_SIZE - ETH_HLEN;
}

/*
 * Moves what lies in the head to the beginning of a page: a head that is larger than
 * a page begins with one.
 */
static int netfront_tx_align_head(struct sk_buff *skb)
{
	u32 room = PAGE_SIZE - offset_in_page(skb_headroom(skb));
	int err = pskb_expand_head(skb, room, 0, GFP_ATOMIC | __GFP_NOWARN);

	return err ?: offset_in_page(skb->data) ? -EINVAL : 0;
}

/* Return: slots of a packet that did not fit, or 0 if it cannot be made to. */
static u32 netfront_tx_refit(struct sk_buff *skb, u32 slots, u32 most)
{
	if (slots > most && skb_linearize(skb))
		return 0;
	if ((most == 1 || netfront_tx_cuts_header(skb)) && netfront_tx_align_head(skb))
		return 0;
	slots = netfront_tx_count_slots(skb);
	return slots <= most ? slots : 0;
}

/*
 * Makes a packet fit for the ring: all backends want few slots, and those that take
 * no packets in pieces a single one, wherever the head begins.
 * Return: its slots, or 0 if it cannot be.
 */
static u32 netfront_tx_fit(const struct netfront_queue *queue, struct sk_buff *skb)
{
	u32 most = queue->front->offer.sg ? SLOTS_MAX : 1;
	u32 slots;

	if (skb->len > XEN_NETIF_MAX_TX_SIZE)
		return 0;
	slots = netfront_tx_count_slots(skb);
	if (likely(slots <= most && !netfront_tx_cuts_header(skb)))
		return slots;
	return netfront_tx_refit(skb, slots, most);
}

/**
 * netfront_tx_flags - what the first slot of a packet says of it
 * @skb: the packet
 */
u16 netfront_tx_flags(const struct sk_buff *skb)
{
	u16 flags = 0;

	if (skb->ip_summed == CHECKSUM_PARTIAL)
		flags = XEN_NETTXF_csum_blank | XEN_NETTXF_data_validated;
	else if (skb->ip_summed == CHECKSUM_UNNECESSARY)
		flags = XEN_NETTXF_data_validated;
	if (skb_is_gso(skb))
		flags |= XEN_NETTXF_extra_info;
	return flags;
}

/* Grants one page, and puts its slot on the ring. */
static void netfront_tx_put_slot(struct netfront_queue *queue, struct sk_buff *skb,
				 struct page *page, struct xen_netif_tx_request *req)
{
	struct netfront_tx *tx = &queue->tx;
	u16 slot = tx->free[--tx->nr_free];

	tx->sent[slot].skb = skb;
	tx->lent++;
	gnttab_page_grant_foreign_access_ref_one(tx->sent[slot].gref,
						 queue->front->dev->otherend_id,
						 page, true);
	req->gref = tx->sent[slot].gref;
	req->id = xen_idpool_issue(&tx->ids, slot);
	if (--netfront_cb_of(skb)->left)
		req->flags |= XEN_NETTXF_more_data;
	xen_ring_put(&tx->channel.ring, req, sizeof(*req));
}

static void netfront_tx_put_extra(struct netfront_queue *queue,
				  const struct xen_netif_extra_info *info)
{
	/* As long as a request: the backend sees all of the slot. */
	union {
		struct xen_netif_tx_request req;
		struct xen_netif_extra_info info;
	} entry;

	memset(&entry, 0, sizeof(entry));
	entry.info = *info;
	xen_ring_put(&queue->tx.channel.ring, &entry, sizeof(entry.req));
	queue->tx.extras++;
}

/**
 * netfront_tx_put_gso - put how a packet is to be cut, behind its first slot
 * @queue: the queue
 * @skb: the packet, which has segments
 */
void netfront_tx_put_gso(struct netfront_queue *queue,
			 const struct sk_buff *skb)
{
	const struct xen_netif_extra_info info = {
		.type = XEN_NETIF_EXTRA_TYPE_GSO,
		.u.gso.size = skb_shinfo(skb)->gso_size,
		.u.gso.type = skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6 ?
			XEN_NETIF_GSO_TYPE_TCPV6 : XEN_NETIF_GSO_TYPE_TCPV4,
	};

	netfront_tx_put_extra(queue, &info);
}

/* Puts what lies in one stretch of memory, pages behind each other. */
static void netfront_tx_put_bytes(struct netfront_queue *queue, struct sk_buff *skb,
				  struct page *page, u32 offset, u32 left)
{
	while (left) {
		struct xen_netif_tx_request req = {
			.offset = offset_in_page(offset),
			.size = min_t(u32, left,
				      PAGE_SIZE - offset_in_page(offset)),
		};

		left -= req.size;
		netfront_tx_put_slot(queue, skb, nth_page(page, offset >> PAGE_SHIFT), &req);
		offset += req.size;
	}
}

static void netfront_tx_put_packet(struct netfront_queue *queue, struct sk_buff *skb,
				   u32 slots)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	u32 head = skb_headlen(skb), offset = offset_in_page(skb->data);
	u32 len = min_t(u32, head, PAGE_SIZE - offset);
	struct xen_netif_tx_request first = {
		.offset = offset, .size = skb->len, .flags = netfront_tx_flags(skb),
	};
	u8 i;

	netfront_cb_of(skb)->left = slots;
	netfront_tx_put_slot(queue, skb, virt_to_page(skb->data), &first);
	if (skb_is_gso(skb))
		netfront_tx_put_gso(queue, skb);
	netfront_tx_put_bytes(queue, skb, virt_to_page(skb->data + len),
			      offset_in_page(offset + len), head - len);
	for (i = 0; i < info->nr_frags; i++)
		netfront_tx_put_bytes(queue, skb, skb_frag_page(&info->frags[i]),
				      skb_frag_off(&info->frags[i]),
				      skb_frag_size(&info->frags[i]));
	/* From here on it counts the answers that are due. */
	netfront_cb_of(skb)->left = slots;
}

/* Puts a packet into a page that stays granted: one slot, whatever it was. */
static int netfront_tx_put_copy(struct netfront_queue *queue, struct sk_buff *skb)
{
	struct netfront_tx *tx = &queue->tx;
	const struct netfront_copies *copies = &tx->copies;
	u16 slot = tx->free[tx->nr_free - 1];
	u32 at = slot * copies->chunk;
	const struct netfront_buffer *buffer =
		&copies->pages[at / XEN_PAGE_SIZE];
	struct xen_netif_tx_request req = {
		.gref = buffer->gref, .offset = at % XEN_PAGE_SIZE,
		.size = skb->len, .flags = netfront_tx_flags(skb),
	};
	int err = skb_copy_bits(skb, 0, page_address(buffer->page) + req.offset,
				skb->len);

	if (err)
		return err;
	tx->nr_free--;
	tx->sent[slot].copied = true;
	req.id = xen_idpool_issue(&tx->ids, slot);
	xen_ring_put(&tx->channel.ring, &req, sizeof(req));
	netfront_count(&queue->stats->tx_static, 1);
	return 0;
}

/* Somebody waits for what was put last: the event is asked for again. */
static void netfront_tx_arm_for_last(struct netfront_tx *tx)
{
	struct xen_ring *ring = &tx->channel.ring;

	if (!tx->lazy)
		return;
	tx->lazy = false;
	/* What came in meanwhile is found with it. */
	xen_ring_arm(ring, ring->out_prod - ring->in_cons);
}

/* Return: 0 or a negative errno. */
static int netfront_tx_put_lent(struct netfront_queue *queue, struct sk_buff *skb)
{
	u32 slots = netfront_tx_fit(queue, skb);

	if (unlikely(!slots))
		return -EMSGSIZE;
	netfront_tx_put_packet(queue, skb, slots);
	netfront_tx_arm_for_last(&queue->tx);
	return 0;
}

static void netfront_tx_push_locked(struct netfront_queue *queue)
{
	if (xen_channel_push(&queue->tx.channel))
		netfront_count(&queue->stats->tx_events, 1);
}

/* Return: 0, or a negative errno. A packet that was @copied is not needed. */
static int netfront_tx_put(struct netfront_queue *queue, struct sk_buff *skb, bool *copied)
{
	/* The word before all of it: partner of netfront_static_begin_tx() in static.c. */
	u32 limit = smp_load_acquire(&queue->tx.copies.limit);

	if (unlikely(queue->tx.channel.ring.broken))
		return -EPROTO;
	if (skb->len <= limit && !skb_is_gso(skb))
		return netfront_tx_put_copy(queue, skb);
	if (netfront_bounces(queue))
		return netfront_bounce_send(queue, skb);
	*copied = false;
	return netfront_tx_put_lent(queue, skb);
}

/* TCP has its own ways to wait. */
static bool netfront_tx_is_waited_for(const struct netfront_tx *tx,
				      const struct sk_buff *skb)
{
	const struct xen_ring *ring = &tx->channel.ring;

	return skb->destructor == sock_wfree &&
	       ring->size - xen_ring_free(ring) > BEHIND;
}

/* A packet that was copied: its last slot's answer ends it. */
static void netfront_tx_done_with(struct netfront_queue *queue, struct sk_buff *skb)
{
	struct netfront_tx *tx = &queue->tx;

	if (!netfront_tx_is_waited_for(tx, skb)) {
		dev_consume_skb_any(skb);
		return;
	}
	tx->sent[tx->free[tx->nr_free]].skb = skb;
	tx->lent++;
	netfront_tx_arm_for_last(tx);
}

/* Return: 0, or a negative errno if the packet is to be dropped. */
static int netfront_tx_send(struct netfront_queue *queue, struct sk_buff *skb, bool *more)
{
	struct netdev_queue *txq = netfront_txq(queue);
	bool copied = true;
	int err = netfront_tx_put(queue, skb, &copied);

	if (unlikely(err)) {
		netfront_count(&queue->stats->tx_dropped, 1);
		dev_kfree_skb_any(skb);
		return err;
	}
	skb_tx_timestamp(skb);
	netfront_count(&queue->stats->tx_packets, 1);
	netfront_count(&queue->stats->tx_bytes, skb->len);
	/* Responses wake it; they hold the same lock. */
	if (xen_ring_free(&queue->tx.channel.ring) < NETFRONT_TX_ROOM)
		netif_tx_stop_queue(txq);
	if (copied) {
		*more = *more && !netif_xmit_stopped(txq);
		netfront_tx_done_with(queue, skb);
	} else {
		*more = !__netdev_tx_sent_queue(txq, skb->len, *more);
	}
	return 0;
}

/**
 * netfront_start_xmit - the kernel has a packet to send
 * @skb: the packet
 * @dev: the interface
 *
 * Context: BH off, the transmit queue locked.
 */
netdev_tx_t netfront_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct netfront *front = netdev_priv(dev);
	u16 index = skb_get_queue_mapping(skb);
	struct netfront_queue *queue;
	bool more = netdev_xmit_more();

	if (unlikely(!READ_ONCE(front->is.live) || index >= front->nr_queues)) {
		dev_core_stats_tx_dropped_inc(dev);
		dev_kfree_skb_any(skb);
		return NETDEV_TX_OK;
	}
	queue = &front->queues[index];
	/* The interface may have been taken down and up while it was stopped. */
	if (unlikely(xen_ring_free(&queue->tx.channel.ring) < NETFRONT_TX_ROOM)) {
		netif_tx_stop_queue(netfront_txq(queue));
		return NETDEV_TX_BUSY;
	}
	netfront_tx_send(queue, skb, &more);
	if (!more)
		netfront_tx_push_locked(queue);
	return NETDEV_TX_OK;
}

/**
 * netfront_tx_push - tell the backend what was put
 * @queue: the queue
 *
 * Context: BH off.
 */
void netfront_tx_push(struct netfront_queue *queue)
{
	struct netdev_queue *txq = netfront_txq(queue);

	__netif_tx_lock(txq, smp_processor_id());
	netfront_tx_push_locked(queue);
	__netif_tx_unlock(txq);
}

/**
 * netfront_tx_tell - send an extra info that belongs to no packet
 * @queue: the queue
 * @info: the extra info
 *
 * The answer goes to netfront_mcast_answered(). Context: the transmit queue
 * locked. Return: 0, or -EBUSY if it is to be tried again.
 */
int netfront_tx_tell(struct netfront_queue *queue,
		     const struct xen_netif_extra_info *info)
{
	struct xen_netif_tx_request req = { .flags = XEN_NETTXF_extra_info };
	struct netfront_tx *tx = &queue->tx;
	struct xen_ring *ring = &tx->channel.ring;

	/* The kernel's queue counts on room for a packet while it runs. */
	if (ring->broken || xen_ring_free(ring) < NETFRONT_TX_ROOM + 2)
		return -EBUSY;
	req.id = xen_idpool_issue(&tx->ids, tx->free[--tx->nr_free]);
	xen_ring_put(ring, &req, sizeof(req));
	netfront_tx_put_extra(queue, info);
	tx->lent++;
	netfront_tx_arm_for_last(tx);
	netfront_tx_push_locked(queue);
	return 0;
}

/* As a packet of the kernel's, which it may be freed with. */
static struct sk_buff *netfront_tx_packet_of(struct netfront_queue *queue,
					     struct xdp_frame *frame)
{
	struct sk_buff *skb = xdp_build_skb_from_frame(frame,
						       queue->front->netdev);

	if (likely(skb))
		skb_push(skb, ETH_HLEN);
	return skb;
}

/**
 * netfront_tx_frames - send what XDP programs have sent
 * @queue: the queue
 * @frames: the packets; those that were not sent stay the caller's
 * @count: how many
 * @flush: tell the backend, too
 *
 * Context: BH off, the interface live. Return: how many were taken.
 */
int netfront_tx_frames(struct netfront_queue *queue, struct xdp_frame **frames,
		       int count, bool flush)
{
	struct netdev_queue *txq = netfront_txq(queue);
	struct sk_buff *skb;
	bool more;
	int i;

	__netif_tx_lock(txq, smp_processor_id());
	for (i = 0; i < count && !netif_xmit_frozen_or_stopped(txq); i++) {
		if (xen_ring_free(&queue->tx.channel.ring) < NETFRONT_TX_ROOM)
			break;
		skb = netfront_tx_packet_of(queue, frames[i]);
		if (unlikely(!skb))
			break;
		more = true;
		netfront_tx_send(queue, skb, &more);
		flush |= !more;
	}
	if (flush)
		netfront_tx_push_locked(queue);
	__netif_tx_unlock(txq);
	return i;
}
