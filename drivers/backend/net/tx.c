// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest transmits: from slots of its ring to packets of the kernel. Floor
 * F5; a NAPI of each queue.
 *
 * A poll is a sweep: slots are taken and parsed until there are as many packets
 * as the budget allows, all of them are fetched by one hypercall, answered
 * together, and then handed on. Everything is copied, nothing mapped: copying a
 * page costs the hypervisor less than mapping it, unmapping it and having every
 * CPU forget that it was there; and the guest has its page back at once. Pages
 * that the guest has had mapped for good are copied from without a hypercall.
 */
#include <linux/etherdevice.h>
#include <linux/kernel.h>
#include <net/page_pool/helpers.h>
#include <net/tcp.h>

#include "back.h"
#include "../../net/offload.h"

/* Room to pull headers to, in a packet whose head is short. */
#define HEAD_ROOM	256

/* A stretch that goes to one place here, which may cross a page's end. */
static void netback_tx_add_ops(struct netback_queue *queue,
			       struct netback_pending *pending,
			       const struct netback_copy *copy, void *to)
{
	const struct netback_slot *slot = &pending->packet.slots[copy->slot];
	const void *mapped = netback_grefs_find(&queue->grefs, slot->gref,
						false);
	struct netback_sweep *sweep = queue->tx.sweep;
	u32 from = copy->from, left = copy->len;

	if (mapped) {
		memcpy(to, mapped + from, left);
		netback_count(&queue->stats->tx_static, 1);
		return;
	}

	while (left) {
		u32 len = min_t(u32, left, XEN_PAGE_SIZE - xen_offset_in_page(to));

		sweep->ops[sweep->copies++] = (struct gnttab_copy) {
			.source.u.ref = slot->gref,
			.source.domid = queue->back->dev->otherend_id,
			.source.offset = from,
			.dest.u.gmfn = virt_to_gfn(to),
			.dest.domid = DOMID_SELF,
			.dest.offset = xen_offset_in_page(to),
			.len = len,
			.flags = GNTCOPY_source_gref,
			/* Until the hypervisor says otherwise. */
			.status = GNTST_general_error,
		};
		pending->copies++;
		from += len;
		to += len;
		left -= len;
	}
}

/*
 * A small packet's head is what it is charged for: a socket has room for fewer of
 * them in the 1 KiB that a NAPI takes for any head, and loses what its sender's
 * socket had room for.
 */
static struct sk_buff *netback_tx_alloc_skb(struct netback_queue *queue, u32 size)
{
	u32 pad = NET_SKB_PAD + NET_IP_ALIGN;
	struct sk_buff *skb;

	if (size + pad > MAX_TCP_HEADER)
		return napi_alloc_skb(&queue->tx.napi, size);
	skb = __alloc_skb(size + pad, GFP_ATOMIC | __GFP_NOWARN,
			  SKB_ALLOC_RX | SKB_ALLOC_NAPI, NUMA_NO_NODE);
	if (likely(skb)) {
		skb_reserve(skb, pad);
		skb->dev = queue->back->netdev;
	}
	return skb;
}

/* An skb with as many pages as the plan has, and nothing in them yet. */
static struct sk_buff *netback_tx_make_skb(struct netback_queue *queue,
					   const struct netback_plan *plan)
{
	u32 size = plan->nr_frags ? max_t(u32, plan->head, HEAD_ROOM) :
				    plan->head;
	struct sk_buff *skb = netback_tx_alloc_skb(queue, size);
	u8 i;

	if (unlikely(!skb))
		return NULL;
	skb_put(skb, plan->head);
	skb_mark_for_recycle(skb);
	for (i = 0; i < plan->nr_frags; i++) {
		struct page *page = page_pool_dev_alloc_pages(queue->tx.pool);

		if (unlikely(!page)) {
			dev_kfree_skb_any(skb);
			return NULL;
		}
		/* How much goes into the page is set when that is known. */
		skb_add_rx_frag(skb, i, page, 0, 0, PAGE_SIZE);
	}
	return skb;
}

static void netback_tx_place(struct netback_queue *queue, struct netback_pending *pending)
{
	const struct netback_plan *plan = &queue->tx.sweep->plan;
	struct sk_buff *skb = pending->skb;
	u8 i;

	for (i = 0; i < plan->nr_copies; i++) {
		const struct netback_copy *copy = &plan->copies[i];
		skb_frag_t *frag;

		if (!copy->frag) {
			netback_tx_add_ops(queue, pending, copy, skb->data + copy->to);
			continue;
		}
		frag = &skb_shinfo(skb)->frags[copy->frag - 1];
		netback_tx_add_ops(queue, pending, copy,
				   skb_frag_address(frag) + copy->to);
		skb_frag_size_add(frag, copy->len);
		skb->len += copy->len;
		skb->data_len += copy->len;
	}
}

static void netback_tx_fetch(struct netback_queue *queue, struct netback_pending *pending)
{
	const struct netback_packet *packet = &pending->packet;
	struct netback_sweep *sweep = queue->tx.sweep;

	netback_plan(packet, MAX_SKB_FRAGS, &sweep->plan);
	pending->skb = netback_tx_make_skb(queue, &sweep->plan);
	if (unlikely(!pending->skb)) {
		pending->error = XEN_NETIF_RSP_DROPPED;
		netback_count(&queue->stats->tx_nomem, 1);
		return;
	}
	/* A page that is found mapped stays so until it is copied from. */
	rcu_read_lock();
	netback_tx_place(queue, pending);
	rcu_read_unlock();
}

/* The packet is complete: it becomes part of the sweep. */
static void netback_tx_add_packet(struct netback_queue *queue)
{
	struct netback_tx *tx = &queue->tx;
	struct netback_sweep *sweep = tx->sweep;
	struct netback_pending *pending = &sweep->pending[sweep->count++];
	const struct netback_packet *packet = &pending->packet;

	pending->packet = tx->parser.packet;
	pending->skb = NULL;
	pending->error = XEN_NETIF_RSP_OKAY;
	pending->first = sweep->copies;
	pending->copies = 0;

	if (packet->extras.seen & (BIT(XEN_NETIF_EXTRA_TYPE_MCAST_ADD) |
				   BIT(XEN_NETIF_EXTRA_TYPE_MCAST_DEL))) {
		pending->error = netback_mcast_change(queue->back,
						      &packet->extras);
	} else if (unlikely(packet->bad)) {
		pending->error = XEN_NETIF_RSP_ERROR;
		netback_count(&queue->stats->tx_bad, 1);
	} else {
		netback_credit_spend(queue, packet->len);
		netback_tx_fetch(queue, pending);
	}
}

static int netback_tx_take_slot(void *owner, void *entry)
{
	struct netback_queue *queue = owner;
	int done = netback_parse_slot(&queue->tx.parser, entry);

	queue->tx.event.served++;
	if (unlikely(done < 0))
		return done;
	if (done)
		netback_tx_add_packet(queue);
	return 0;
}

/*
 * How many slots may be taken now: each may complete a packet, whose copies
 * have to have room, and each head may be cut in two.
 */
static int netback_tx_slots_allowed(struct netback_queue *queue, int budget)
{
	const struct netback_sweep *sweep = queue->tx.sweep;
	int room = NETBACK_TX_COPIES - NETBACK_COPIES_MAX - sweep->copies;

	if (!netback_credit_left(queue))
		return 0;
	room = min(room / (NETBACK_COPIES_PER_SLOT + 1),
		   budget - (int)sweep->count);
	return clamp(room, 0, READ_ONCE(queue->back->credit.bytes) ?
			      1 : NETBACK_TX_PACKETS);
}

/* Return: 0, or -EPROTO if the ring is broken. */
static int netback_tx_gather(struct netback_queue *queue, int budget)
{
	struct netback_tx *tx = &queue->tx;
	struct xen_netif_tx_request req;
	int done, slots;

	tx->sweep->count = 0;
	tx->sweep->copies = 0;
	do {
		slots = netback_tx_slots_allowed(queue, budget);
		done = xen_ring_drain(&tx->channel.ring, &req, sizeof(req),
				      slots, netback_tx_take_slot, queue);
	} while (done > 0);
	return done;
}

/*
 * Not by gnttab_batch_copy(), which would sleep for a guest's page that was
 * paged out: such a packet is dropped.
 */
static void netback_tx_copy(struct netback_queue *queue)
{
	struct netback_sweep *sweep = queue->tx.sweep;

	if (!sweep->copies)
		return;
	/* Fails as a whole only if we passed it bad memory. */
	WARN_ON_ONCE(HYPERVISOR_grant_table_op(GNTTABOP_copy, sweep->ops,
					       sweep->copies));
	netback_count(&queue->stats->tx_batches, 1);
}

/* A packet of which a part could not be fetched is none. */
static void netback_tx_check_copies(struct netback_queue *queue,
				    struct netback_pending *pending)
{
	u32 i;

	for (i = 0; i < pending->copies; i++) {
		if (likely(queue->tx.sweep->ops[pending->first + i].status ==
			   GNTST_okay))
			continue;
		dev_kfree_skb_any(pending->skb);
		pending->skb = NULL;
		pending->error = XEN_NETIF_RSP_ERROR;
		netback_count(&queue->stats->tx_bad, 1);
		return;
	}
}

/* One response for each slot, in the order of the slots. */
static void netback_tx_answer(struct netback_queue *queue,
			      const struct netback_pending *pending)
{
	struct xen_ring *ring = &queue->tx.channel.ring;
	const struct netback_packet *packet = &pending->packet;
	struct xen_netif_tx_response rsp = {
		.id = packet->slots[0].id, .status = pending->error,
	};
	u8 i;

	xen_ring_put(ring, &rsp, sizeof(rsp));
	rsp.status = XEN_NETIF_RSP_NULL;
	for (i = 0; i < packet->nr_extras; i++)
		xen_ring_put(ring, &rsp, sizeof(rsp));
	rsp.status = pending->error;
	for (i = 1; i < packet->nr_slots; i++) {
		rsp.id = packet->slots[i].id;
		xen_ring_put(ring, &rsp, sizeof(rsp));
	}
}

static void netback_tx_deliver(struct netback_queue *queue,
			       struct netback_pending *pending)
{
	u16 flags = pending->packet.flags;
	struct sk_buff *skb = pending->skb;
	u32 len = skb->len;

	/* The first slot may be a single byte. */
	if (unlikely(!pskb_may_pull(skb, ETH_HLEN)))
		goto drop;
	skb->protocol = eth_type_trans(skb, queue->back->netdev);
	skb_reset_network_header(skb);
	if (unlikely(xen_net_offload(skb, flags & XEN_NETTXF_csum_blank,
				     flags & XEN_NETTXF_data_validated,
				     &pending->packet.extras)))
		goto drop;
	/*
	 * The queue is not recorded: forwarded packets of a guest with one queue
	 * would all be sent on the first one of another interface.
	 */
	xen_net_hash(skb, &pending->packet.extras);
	netback_count(&queue->stats->tx_packets, 1);
	netback_count(&queue->stats->tx_bytes, len);
	napi_gro_receive(&queue->tx.napi, skb);
	return;
drop:
	netback_count(&queue->stats->tx_bad, 1);
	dev_kfree_skb_any(skb);
}

/* Return: how many packets there were, or -EPROTO for a broken ring. */
static int netback_tx_sweep_ring(struct netback_queue *queue, int budget)
{
	struct netback_sweep *sweep = queue->tx.sweep;
	int err = netback_tx_gather(queue, min(budget, NETBACK_TX_PACKETS));
	u32 i;

	netback_tx_copy(queue);
	for (i = 0; i < sweep->count; i++) {
		netback_tx_check_copies(queue, &sweep->pending[i]);
		netback_tx_answer(queue, &sweep->pending[i]);
	}
	/* The guest goes on while we do. */
	xen_channel_push(&queue->tx.channel);
	for (i = 0; i < sweep->count; i++)
		if (sweep->pending[i].skb)
			netback_tx_deliver(queue, &sweep->pending[i]);
	return err ?: sweep->count;
}

/**
 * netback_tx_poll - take packets from the guest
 * @napi: of the queue
 * @budget: how many
 *
 * Return: how many there were.
 */
int netback_tx_poll(struct napi_struct *napi, int budget)
{
	struct netback_queue *queue = container_of(napi, struct netback_queue,
						   tx.napi);
	struct netback_tx *tx = &queue->tx;
	bool seen = READ_ONCE(tx->event.pending);
	int done;

	/* netpoll wants nothing to be received. */
	if (unlikely(!budget))
		return 0;
	done = netback_tx_sweep_ring(queue, budget);
	if (unlikely(done < 0)) {
		netback_broken(queue, &tx->broken, "transmit");
		napi_complete(napi);
		return 0;
	}
	if (done == budget)
		return budget;
	/* Without credit, its timer comes back. */
	if (netback_credit_left(queue) &&
	    xen_ring_arm(&tx->channel.ring, 1))
		return budget;
	netback_event_answer(&tx->event, tx->channel.irq, seen);
	napi_complete_done(napi, done);
	return done;
}
