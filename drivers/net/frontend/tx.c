// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interface transmits: a packet's pages are granted to the backend where
 * they are, a slot of the ring for each, and the packet is freed when all of
 * them have been answered. Floor F5; called by the kernel for each packet, and
 * by the queue's NAPI for responses. Both hold the transmit queue's lock.
 *
 * A small packet is copied instead, if the backend has mapped pages for that, and
 * done with at once: the kernel's queue limits do not count it.
 *
 * Doorbells: one for all packets that the kernel says belong together. Events:
 * asked for when half of what the backend has is answered, as that is soon
 * enough to go on. While nobody waits for an answer there is no need for one
 * before half of the ring is; the answers are found when something is received.
 *
 * Trust: a response with an id that is not due, or for a page that the backend
 * keeps mapped, breaks the ring, and the interface is connected anew.
 */
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "front.h"

/* What a backend has to take, and an extra info. */
#define SLOTS_MAX	XEN_NETIF_NR_SLOTS_MIN
#define ROOM_MAX	(SLOTS_MAX + 1)

/* What a packet on its way needs; in skb->cb. */
struct netfront_cb {
	u32 left;
};

static struct netfront_cb *cb_of(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct netfront_cb) > sizeof(skb->cb));
	return (struct netfront_cb *)skb->cb;
}

static struct netdev_queue *txq_of(const struct netfront_queue *queue)
{
	return netdev_get_tx_queue(queue->front->netdev, queue->index);
}

static u32 slots_of(u32 offset, u32 len)
{
	if (unlikely(!len))
		return 0;
	return DIV_ROUND_UP((offset & ~XEN_PAGE_MASK) + len, XEN_PAGE_SIZE);
}

static u32 count_slots(const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	u32 slots = slots_of(offset_in_page(skb->data), skb_headlen(skb));
	u8 i;

	for (i = 0; i < info->nr_frags; i++)
		slots += slots_of(skb_frag_off(&info->frags[i]),
				  skb_frag_size(&info->frags[i]));
	return slots;
}

/*
 * Makes a packet fit for the ring: some backends want the Ethernet header in
 * one slot, and all want few slots. Return: its slots, or 0 if it cannot be.
 */
static u32 fit(struct sk_buff **skb)
{
	struct sk_buff *copy;
	u32 slots;

	if ((*skb)->len > XEN_NETIF_MAX_TX_SIZE)
		return 0;
	if (unlikely(offset_in_page((*skb)->data) > PAGE_SIZE - ETH_HLEN)) {
		copy = skb_copy(*skb, GFP_ATOMIC | __GFP_NOWARN);
		if (!copy)
			return 0;
		dev_consume_skb_any(*skb);
		*skb = copy;
	}
	slots = count_slots(*skb);
	if (likely(slots <= SLOTS_MAX))
		return slots;
	if (skb_linearize(*skb))
		return 0;
	slots = count_slots(*skb);
	return slots <= SLOTS_MAX ? slots : 0;
}

static u16 flags_of(const struct sk_buff *skb)
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
static void put_slot(struct netfront_queue *queue, struct sk_buff *skb,
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
	if (--cb_of(skb)->left)
		req->flags |= XEN_NETTXF_more_data;
	xen_ring_put(&tx->channel.ring, req, sizeof(*req));
}

static void put_gso(struct netfront_queue *queue, const struct sk_buff *skb)
{
	/* As long as a request: the backend sees all of the slot. */
	union {
		struct xen_netif_tx_request req;
		struct xen_netif_extra_info info;
	} entry;

	memset(&entry, 0, sizeof(entry));
	entry.info.type = XEN_NETIF_EXTRA_TYPE_GSO;
	entry.info.u.gso.size = skb_shinfo(skb)->gso_size;
	entry.info.u.gso.type = skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6 ?
		XEN_NETIF_GSO_TYPE_TCPV6 : XEN_NETIF_GSO_TYPE_TCPV4;
	xen_ring_put(&queue->tx.channel.ring, &entry, sizeof(entry.req));
	queue->tx.extras++;
}

/* Puts what lies in one stretch of memory, pages behind each other. */
static void put_bytes(struct netfront_queue *queue, struct sk_buff *skb,
		      struct page *page, u32 offset, u32 left)
{
	while (left) {
		struct xen_netif_tx_request req = {
			.offset = offset_in_page(offset),
			.size = min_t(u32, left,
				      PAGE_SIZE - offset_in_page(offset)),
		};

		left -= req.size;
		put_slot(queue, skb, nth_page(page, offset >> PAGE_SHIFT), &req);
		offset += req.size;
	}
}

static void put_packet(struct netfront_queue *queue, struct sk_buff *skb,
		       u32 slots)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	u32 head = skb_headlen(skb), offset = offset_in_page(skb->data);
	u32 len = min_t(u32, head, PAGE_SIZE - offset);
	struct xen_netif_tx_request first = {
		.offset = offset, .size = skb->len, .flags = flags_of(skb),
	};
	u8 i;

	cb_of(skb)->left = slots;
	put_slot(queue, skb, virt_to_page(skb->data), &first);
	if (skb_is_gso(skb))
		put_gso(queue, skb);
	put_bytes(queue, skb, virt_to_page(skb->data + len),
		  offset_in_page(offset + len), head - len);
	for (i = 0; i < info->nr_frags; i++)
		put_bytes(queue, skb, skb_frag_page(&info->frags[i]),
			  skb_frag_off(&info->frags[i]),
			  skb_frag_size(&info->frags[i]));
	/* From here on it counts the answers that are due. */
	cb_of(skb)->left = slots;
}

/* Puts a packet into a page that stays granted: one slot, whatever it was. */
static int put_copy(struct netfront_queue *queue, struct sk_buff *skb)
{
	struct netfront_tx *tx = &queue->tx;
	const struct netfront_copies *copies = &tx->copies;
	u16 slot = tx->free[tx->nr_free - 1];
	u32 at = slot * copies->chunk;
	const struct netfront_buffer *buffer =
		&copies->pages[at / XEN_PAGE_SIZE];
	struct xen_netif_tx_request req = {
		.gref = buffer->gref, .offset = at % XEN_PAGE_SIZE,
		.size = skb->len, .flags = flags_of(skb),
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
static void arm_for_last(struct xen_ring *ring)
{
	/* What came in meanwhile is found with it. */
	xen_ring_arm(ring, ring->out_prod - ring->in_cons);
}

/* Return: 0 or a negative errno. */
static int put_lent(struct netfront_queue *queue, struct sk_buff **skb)
{
	struct netfront_tx *tx = &queue->tx;
	u32 slots = fit(skb);

	if (unlikely(!slots))
		return -EMSGSIZE;
	put_packet(queue, *skb, slots);
	if (tx->lazy) {
		tx->lazy = false;
		arm_for_last(&tx->channel.ring);
	}
	return 0;
}

static void push(struct netfront_queue *queue)
{
	if (xen_channel_push(&queue->tx.channel))
		netfront_count(&queue->stats->tx_events, 1);
}

/* Return: 0, or a negative errno if the packet is to be dropped. */
static int send(struct netfront_queue *queue, struct sk_buff *skb, bool *more)
{
	struct netdev_queue *txq = txq_of(queue);
	/* The word before all of it: partner of begin_tx() in kept.c. */
	u32 limit = smp_load_acquire(&queue->tx.copies.limit);
	bool copy = skb->len <= limit && !skb_is_gso(skb);
	int err;

	if (unlikely(queue->tx.channel.ring.broken))
		err = -EPROTO;
	else if (copy)
		err = put_copy(queue, skb);
	else
		err = put_lent(queue, &skb);
	if (unlikely(err)) {
		netfront_count(&queue->stats->tx_dropped, 1);
		dev_kfree_skb_any(skb);
		return err;
	}
	skb_tx_timestamp(skb);
	netfront_count(&queue->stats->tx_packets, 1);
	netfront_count(&queue->stats->tx_bytes, skb->len);
	/* Responses wake it; they hold the same lock. */
	if (xen_ring_free(&queue->tx.channel.ring) < ROOM_MAX)
		netif_tx_stop_queue(txq);
	if (copy) {
		*more = *more && !netif_xmit_stopped(txq);
		dev_consume_skb_any(skb);
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
	if (unlikely(xen_ring_free(&queue->tx.channel.ring) < ROOM_MAX)) {
		netif_tx_stop_queue(txq_of(queue));
		return NETDEV_TX_BUSY;
	}
	send(queue, skb, &more);
	if (!more)
		push(queue);
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
	struct netdev_queue *txq = txq_of(queue);

	__netif_tx_lock(txq, smp_processor_id());
	push(queue);
	__netif_tx_unlock(txq);
}

/* As a packet of the kernel's, which it may be freed with. */
static struct sk_buff *packet_of(struct netfront_queue *queue,
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
	struct netdev_queue *txq = txq_of(queue);
	struct sk_buff *skb;
	bool more;
	int i;

	__netif_tx_lock(txq, smp_processor_id());
	for (i = 0; i < count && !netif_xmit_frozen_or_stopped(txq); i++) {
		if (xen_ring_free(&queue->tx.channel.ring) < ROOM_MAX)
			break;
		skb = packet_of(queue, frames[i]);
		if (unlikely(!skb))
			break;
		more = true;
		send(queue, skb, &more);
		flush |= !more;
	}
	if (flush)
		push(queue);
	__netif_tx_unlock(txq);
	return i;
}

/* What one run of responses has freed, for the kernel's queue limits. */
struct freed {
	struct netfront_queue *queue;
	int budget;
	u32 packets;
	u32 bytes;
};

static int complain(struct netfront_queue *queue, const char *what, u16 id)
{
	if (xen_may_complain())
		netdev_err(queue->front->netdev,
			   "queue %u: backend %s (slot %#x); connecting anew\n",
			   queue->index, what, id);
	return -EPROTO;
}

/* A packet's answer. Return: whether the backend has let go of the page. */
static bool take_back(struct netfront_queue *queue, struct netfront_sent *sent,
		      struct freed *freed)
{
	struct sk_buff *skb = sent->skb;

	if (unlikely(!gnttab_end_foreign_access_ref(sent->gref)))
		return false;
	sent->skb = NULL;
	queue->tx.lent--;
	if (--cb_of(skb)->left)
		return true;
	freed->packets++;
	freed->bytes += skb->len;
	napi_consume_skb(skb, freed->budget);
	return true;
}

static int handle_response(void *owner, void *entry)
{
	const struct xen_netif_tx_response *rsp = entry;
	struct freed *freed = owner;
	struct netfront_queue *queue = freed->queue;
	struct netfront_tx *tx = &queue->tx;
	int slot;

	tx->event.served++;
	/* For an extra info, which has no id. */
	if (rsp->status == XEN_NETIF_RSP_NULL && tx->extras) {
		tx->extras--;
		return 0;
	}
	slot = xen_idpool_redeem(&tx->ids, rsp->id);
	if (unlikely(slot < 0))
		return complain(queue, "answered what was not sent", rsp->id);
	if (tx->sent[slot].copied)
		tx->sent[slot].copied = false;
	else if (unlikely(!take_back(queue, &tx->sent[slot], freed)))
		return complain(queue, "keeps a page mapped", rsp->id);
	tx->free[tx->nr_free++] = slot;
	if (rsp->status != XEN_NETIF_RSP_OKAY)
		netfront_count(&queue->stats->tx_errors, 1);
	return 0;
}

/* Return: whether there are answers already. */
static bool arm(struct netfront_tx *tx)
{
	struct xen_ring *ring = &tx->channel.ring;
	u32 half = (ring->out_pushed - ring->in_cons) / 2;

	tx->lazy = !tx->lent;
	return xen_ring_arm(ring, tx->lazy ? ring->size / 2 : max(half, 1U));
}

/**
 * netfront_tx_clean - take responses
 * @queue: the queue
 * @budget: of the NAPI
 *
 * Return: 0; 1 if there are more already; -EPROTO if the ring is broken.
 */
int netfront_tx_clean(struct netfront_queue *queue, int budget)
{
	struct freed freed = { .queue = queue, .budget = budget };
	struct xen_ring *ring = &queue->tx.channel.ring;
	struct netdev_queue *txq = txq_of(queue);
	struct xen_netif_tx_response rsp;
	bool more = false;
	int done;

	__netif_tx_lock(txq, smp_processor_id());
	done = xen_ring_drain(ring, &rsp, sizeof(rsp), ring->size,
			      handle_response, &freed);
	if (likely(done >= 0))
		more = arm(&queue->tx);
	netdev_tx_completed_queue(txq, freed.packets, freed.bytes);
	if (netif_tx_queue_stopped(txq) && done >= 0 &&
	    xen_ring_free(ring) >= 2 * ROOM_MAX)
		netif_tx_wake_queue(txq);
	__netif_tx_unlock(txq);
	return done < 0 ? done : more;
}

/*
 * The backend will not let go of a page: nobody may ever have it again, or the
 * backend would read what is none of its business.
 */
static void abandon(struct netfront_queue *queue, struct netfront_sent *sent)
{
	if (xen_may_complain())
		netdev_err(queue->front->netdev,
			   "queue %u: backend keeps a page mapped for good\n",
			   queue->index);
	skb_orphan(sent->skb);
	skb_get(sent->skb);
	gnttab_end_foreign_access(sent->gref, NULL);
	sent->gref = INVALID_GRANT_REF;
}

/**
 * netfront_tx_reclaim - drop what the lost backend did not answer
 * @queue: the queue, which nobody sends to
 * @force: do not wait for the backend to let go of pages
 *
 * Networks lose packets; who needs them sends them again.
 * Return: 0, or -EAGAIN while the backend keeps pages mapped.
 */
int netfront_tx_reclaim(struct netfront_queue *queue, bool force)
{
	struct netfront_tx *tx = &queue->tx;
	u32 i;

	for (i = 0; i < NETFRONT_RING; i++) {
		struct netfront_sent *sent = &tx->sent[i];

		if (sent->copied)
			xen_idpool_revoke(&tx->ids, i);
		sent->copied = false;
		if (!sent->skb)
			continue;
		if (!gnttab_end_foreign_access_ref(sent->gref)) {
			if (!force)
				return -EAGAIN;
			abandon(queue, sent);
		}
		xen_idpool_revoke(&tx->ids, i);
		if (!--cb_of(sent->skb)->left)
			dev_kfree_skb_any(sent->skb);
		sent->skb = NULL;
	}
	return 0;
}

/**
 * netfront_tx_create - make room for what is sent
 * @queue: the queue
 *
 * Context: may sleep. Return: 0 or a negative errno.
 */
int netfront_tx_create(struct netfront_queue *queue)
{
	struct netfront_tx *tx = &queue->tx;
	grant_ref_t head;
	u32 i;
	int err;

	tx->sent = kcalloc(NETFRONT_RING, sizeof(*tx->sent), GFP_KERNEL);
	tx->free = kcalloc(NETFRONT_RING, sizeof(*tx->free), GFP_KERNEL);
	if (!tx->sent || !tx->free)
		return -ENOMEM;
	err = xen_idpool_init_short(&tx->ids, NETFRONT_RING);
	if (err)
		return err;
	for (i = 0; i < NETFRONT_RING; i++)
		tx->sent[i].gref = INVALID_GRANT_REF;
	err = gnttab_alloc_grant_references(NETFRONT_RING, &head);
	if (err)
		return err;
	for (i = 0; i < NETFRONT_RING; i++) {
		tx->sent[i].gref = gnttab_claim_grant_reference(&head);
		tx->free[tx->nr_free++] = i;
	}
	return 0;
}

/**
 * netfront_tx_destroy - give the room back
 * @queue: the queue, with nothing sent
 */
void netfront_tx_destroy(struct netfront_queue *queue)
{
	struct netfront_tx *tx = &queue->tx;
	u32 i;

	for (i = 0; tx->sent && i < NETFRONT_RING; i++)
		if (tx->sent[i].gref && tx->sent[i].gref != INVALID_GRANT_REF)
			gnttab_free_grant_reference(tx->sent[i].gref);
	kfree(tx->sent);
	kfree(tx->free);
	xen_idpool_free(&tx->ids);
}
