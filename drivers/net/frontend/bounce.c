// SPDX-License-Identifier: GPL-2.0-only
/*
 * An interface whose backend is not to be trusted: its packets are copied, both
 * ways. Floor F5; chosen by life.c for a connection, used by the sender (tx.c) and
 * the receive path (rx.c).
 *
 * Nothing is granted then but pages of the driver's own that hold packets and
 * nothing else. What is sent is copied into pages that are granted read-only, one
 * for each slot of the ring, so there is no grant operation for a packet, and it
 * is done with at once. Of what is received the kernel sees a copy (xdp.c), which
 * the backend cannot change any more; the pages that were posted stay granted.
 * Pages of static grants (static.c) are as good for both, and go on being used: they
 * become parts of no packet.
 *
 * Where all backends are trusted, the data path has a jump label here, and no more.
 */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "front.h"
#include "../../xen/ring/keys.h"

static bool trusted = true;
module_param(trusted, bool, 0644);
MODULE_PARM_DESC(trusted,
		 "Backends may see all of a page that holds data, and change what they have delivered (default Y)");

DEFINE_STATIC_KEY_FALSE(netfront_bouncing);

/**
 * netfront_bounce_set - copy packets from now on, or do not
 * @front: the interface, with no queues
 * @bounce: whether to
 *
 * Context: may sleep.
 */
void netfront_bounce_set(struct netfront *front, bool bounce)
{
	if (front->is.bouncing == bounce)
		return;
	front->is.bouncing = bounce;
	if (bounce)
		static_branch_inc(&netfront_bouncing);
	else
		static_branch_dec(&netfront_bouncing);
}

/**
 * netfront_bounce_choose - whether packets of the next connection are copied
 * @front: the interface, with no queues
 *
 * They are where the host's tools or the guest's administrator do not trust the
 * backend. Context: may sleep. Return: 0 or a negative errno, reported.
 */
int netfront_bounce_choose(struct netfront *front)
{
	static const struct xen_key key = {
		.name = "trusted", .type = XEN_KEY_BOOL, .fallback = 1,
	};
	bool trust;
	int err = xen_keys_read(front->dev, front->dev->nodename, &key, 1,
				&trust);

	if (!err)
		netfront_bounce_set(front, !trust || !READ_ONCE(trusted));
	return err;
}

/**
 * netfront_bounce_create - make room to copy to
 * @queue: the queue
 *
 * Pages come when they are needed: few queues are ever full.
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int netfront_bounce_create(struct netfront_queue *queue)
{
	struct netfront_tx *tx = &queue->tx;

	if (!queue->front->is.bouncing)
		return 0;
	tx->bounce = kcalloc(NETFRONT_RING, sizeof(*tx->bounce), GFP_KERNEL);
	return tx->bounce ? 0 : -ENOMEM;
}

/**
 * netfront_bounce_destroy - give the room back
 * @queue: the queue, with nothing sent
 *
 * A page that the backend keeps is left to the grant table.
 */
void netfront_bounce_destroy(struct netfront_queue *queue)
{
	struct netfront_tx *tx = &queue->tx;
	u32 i;

	for (i = 0; tx->bounce && i < NETFRONT_RING; i++) {
		if (!tx->bounce[i])
			continue;
		gnttab_end_foreign_access(tx->sent[i].gref, tx->bounce[i]);
		tx->sent[i].gref = INVALID_GRANT_REF;
	}
	kfree(tx->bounce);
	tx->bounce = NULL;
}

/*
 * The page of a slot, granted for good. Zeroed: the backend sees all of it before
 * anything was sent.
 */
static struct page *netfront_bounce_page_of(struct netfront_queue *queue, u16 slot)
{
	struct netfront_tx *tx = &queue->tx;
	struct page *page = tx->bounce[slot];

	if (likely(page))
		return page;
	page = alloc_page(GFP_ATOMIC | __GFP_ZERO | __GFP_NOWARN);
	if (!page)
		return NULL;
	tx->bounce[slot] = page;
	gnttab_page_grant_foreign_access_ref_one(tx->sent[slot].gref,
						 queue->front->dev->otherend_id,
						 page, true);
	return page;
}

static u32 netfront_bounce_len_at(const struct sk_buff *skb, u32 at)
{
	return min_t(u32, skb->len - at, XEN_PAGE_SIZE);
}

/* Into the slots that are used next, of which none is used yet. */
static int netfront_bounce_copy(struct netfront_queue *queue, const struct sk_buff *skb)
{
	const struct netfront_tx *tx = &queue->tx;
	u32 at, next = tx->nr_free;

	for (at = 0; at < skb->len; at += XEN_PAGE_SIZE) {
		struct page *page = netfront_bounce_page_of(queue, tx->free[--next]);
		int err;

		if (unlikely(!page))
			return -ENOMEM;
		err = skb_copy_bits(skb, at, page_address(page),
				    netfront_bounce_len_at(skb, at));
		if (unlikely(err))
			return err;
	}
	return 0;
}

/**
 * netfront_bounce_send - put a packet on the ring by a copy
 * @queue: the queue, which bounces, with room for a packet
 * @skb: the packet; it is not needed any more on return
 *
 * Context: the transmit queue locked. Return: 0, or a negative errno if nothing
 * was put.
 */
int netfront_bounce_send(struct netfront_queue *queue, struct sk_buff *skb)
{
	struct netfront_tx *tx = &queue->tx;
	struct xen_netif_tx_request req = {
		.size = skb->len, .flags = netfront_tx_flags(skb),
	};
	u32 at;
	int err;

	if (unlikely(skb->len > XEN_NETIF_MAX_TX_SIZE))
		return -EMSGSIZE;
	err = netfront_bounce_copy(queue, skb);
	if (unlikely(err))
		return err;
	for (at = 0; at < skb->len; at += XEN_PAGE_SIZE) {
		u16 slot = tx->free[--tx->nr_free];

		tx->sent[slot].copied = true;
		if (at + XEN_PAGE_SIZE < skb->len)
			req.flags |= XEN_NETTXF_more_data;
		/* The first one's is that of the packet. */
		if (at)
			req.size = netfront_bounce_len_at(skb, at);
		req.gref = tx->sent[slot].gref;
		req.id = xen_idpool_issue(&tx->ids, slot);
		xen_ring_put(&tx->channel.ring, &req, sizeof(req));
		if (!at && skb_is_gso(skb))
			netfront_tx_put_gso(queue, skb);
		req.flags = 0;
	}
	netfront_count(&queue->stats->bounced.tx, 1);
	return 0;
}

/**
 * netfront_bounce_receive - a packet for the kernel, in pages of its own
 * @queue: the queue, which bounces
 * @packet: the packet, not bad; its pages are not needed any more on return
 *
 * Context: the NAPI. Return: the packet, or NULL if there is no memory.
 */
struct sk_buff *netfront_bounce_receive(struct netfront_queue *queue,
					const struct netfront_packet *packet)
{
	struct sk_buff *skb = netfront_xdp_copy(queue, packet);

	netfront_count(likely(skb) ? &queue->stats->bounced.rx :
				     &queue->stats->rx_nomem, 1);
	return skb;
}
