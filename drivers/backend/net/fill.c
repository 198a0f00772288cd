// SPDX-License-Identifier: GPL-2.0-only
/*
 * A packet for the guest, cut into the pages that it has posted: what is to be
 * copied where, the hypercall that does it for many packets together, and the
 * responses. Floor F5; called by the receive NAPI.
 *
 * Pages that the guest has had mapped for good are written to right away.
 *
 * Pages are filled to their end, so that a packet needs as few as can be. A
 * page that cannot be written to, as its grant is not good, is answered with an
 * error: the guest then drops the packet.
 */
#include <linux/kernel.h>
#include <linux/unaligned.h>

#include "back.h"

/* A page of the guest that is being filled. */
struct target {
	struct netback_queue *queue;
	grant_ref_t gref;
	/* Where it is mapped; NULL if it is to be copied to. */
	void *mapped;
	u32 used;
	u16 answer;
};

/**
 * netback_slots_needed - how many slots a packet takes on the ring
 * @queue: the queue
 * @skb: the packet
 */
u32 netback_slots_needed(const struct netback_queue *queue, struct sk_buff *skb)
{
	u32 room = queue->rx.headroom;

	return DIV_ROUND_UP(room + skb->len, XEN_PAGE_SIZE) + skb_is_gso(skb) +
	       netback_hashed_of(skb)->valid + !!room;
}

static void netback_fill_run_copies(struct netback_queue *queue)
{
	struct netback_batch *batch = queue->rx.batch;
	u32 i;

	if (!batch->copies)
		return;
	/* Fails as a whole only if we passed it bad memory. */
	WARN_ON_ONCE(HYPERVISOR_grant_table_op(GNTTABOP_copy, batch->ops,
					       batch->copies));
	for (i = 0; i < batch->copies; i++)
		if (unlikely(batch->ops[i].status != GNTST_okay))
			batch->answer[batch->owner[i]].rsp.status =
				XEN_NETIF_RSP_ERROR;
	batch->copies = 0;
	netback_count(&queue->stats->rx_batches, 1);
}

/* Takes a request off the ring; there are as many responses as slots. */
static u16 netback_fill_next_request(struct netback_queue *queue, grant_ref_t *gref)
{
	struct netback_batch *batch = queue->rx.batch;
	struct xen_netif_rx_request req;

	xen_ring_take(&queue->rx.channel.ring, &req, sizeof(req));
	queue->rx.event.served++;
	*gref = req.gref;
	batch->answer[batch->answers] = (struct netback_answer) {
		.rsp.id = req.id,
	};
	return batch->answers++;
}

static void netback_fill_begin_page(struct target *target)
{
	target->answer = netback_fill_next_request(target->queue, &target->gref);
	target->mapped = netback_grefs_find(&target->queue->grefs,
					    target->gref, true);
	target->used = 0;
}

static void netback_fill_add_op(struct target *target, struct page *page, u32 offset,
				u32 len, bool foreign)
{
	struct netback_queue *queue = target->queue;
	struct netback_batch *batch = queue->rx.batch;
	struct gnttab_copy *op;

	if (batch->copies == NETBACK_RX_COPIES)
		netback_fill_run_copies(queue);
	batch->owner[batch->copies] = target->answer;
	op = &batch->ops[batch->copies++];
	*op = (struct gnttab_copy) {
		.source.u.gmfn = xen_page_to_gfn(page),
		.source.domid = DOMID_SELF,
		.source.offset = offset,
		.dest.u.ref = target->gref,
		.dest.domid = queue->back->dev->otherend_id,
		.dest.offset = target->used,
		.len = len,
		.flags = GNTCOPY_dest_gref,
		/* Until the hypervisor says otherwise. */
		.status = GNTST_general_error,
	};
	if (foreign) {
		op->source.u.ref = xen_page_foreign(page)->gref;
		op->source.domid = xen_page_foreign(page)->domid;
		op->flags |= GNTCOPY_source_gref;
	}
}

/*
 * A page that another guest has lent us, as a disk backend on a network does,
 * can only be copied from by its grant. In the page cache the same flag means
 * something else.
 */
static bool netback_fill_is_foreign(struct page *page)
{
	return unlikely(PageForeign(page)) && !page->mapping;
}

/* Adds bytes that lie in one page, on both sides. */
static void netback_fill_add_part(struct target *target, struct page *page, u32 offset,
				  u32 len, bool may_be_foreign)
{
	struct netback_queue *queue = target->queue;
	struct xen_netif_rx_response *rsp =
		&queue->rx.batch->answer[target->answer].rsp;

	if (target->mapped) {
		memcpy(target->mapped + target->used,
		       page_address(page) + offset, len);
		netback_count(&queue->stats->rx_static, 1);
	} else {
		netback_fill_add_op(target, page, offset, len,
				    may_be_foreign && netback_fill_is_foreign(page));
	}
	if (rsp->status >= 0)
		rsp->status += len;
	target->used += len;
}

/* Adds bytes that lie in one stretch of memory, pages behind each other. */
static void netback_fill_add_bytes(struct target *target, struct page *page, u32 offset,
				   u32 left, bool may_be_foreign)
{
	struct netback_batch *batch = target->queue->rx.batch;

	while (left) {
		u32 in_page = offset_in_page(offset), len;

		if (target->used == XEN_PAGE_SIZE) {
			batch->answer[target->answer].rsp.flags |=
				XEN_NETRXF_more_data;
			netback_fill_begin_page(target);
		}
		len = min3(left, (u32)(XEN_PAGE_SIZE - target->used),
			   (u32)(PAGE_SIZE - in_page));
		netback_fill_add_part(target, nth_page(page, offset >> PAGE_SHIFT), in_page,
				      len, may_be_foreign);
		offset += len;
		left -= len;
	}
}

static void netback_fill_add_skb(struct target *target, const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	u8 i;

	netback_fill_add_bytes(target, virt_to_page(skb->data), offset_in_page(skb->data),
			       skb_headlen(skb), false);
	for (i = 0; i < info->nr_frags; i++)
		netback_fill_add_bytes(target, skb_frag_page(&info->frags[i]),
				       skb_frag_off(&info->frags[i]),
				       skb_frag_size(&info->frags[i]), true);
}

static u16 netback_fill_first_flags(const struct netback_queue *queue, struct sk_buff *skb)
{
	u16 flags = 0;

	if (skb->ip_summed == CHECKSUM_PARTIAL)
		flags = XEN_NETRXF_csum_blank | XEN_NETRXF_data_validated;
	else if (skb->ip_summed == CHECKSUM_UNNECESSARY)
		flags = XEN_NETRXF_data_validated;
	if (skb_is_gso(skb) || netback_hashed_of(skb)->valid ||
	    queue->rx.headroom)
		flags |= XEN_NETRXF_extra_info;
	return flags;
}

/* A slot behind the first one; what the guest posted there stays unused. */
static void netback_fill_add_extra(struct netback_queue *queue,
				   const struct xen_netif_extra_info *info)
{
	grant_ref_t unused;
	u16 at = netback_fill_next_request(queue, &unused);

	queue->rx.batch->answer[at] = (struct netback_answer) {
		.extra = true, .info = *info,
	};
}

static void netback_fill_add_gso(struct netback_queue *queue, const struct sk_buff *skb,
				 bool more)
{
	const struct xen_netif_extra_info info = {
		.type = XEN_NETIF_EXTRA_TYPE_GSO,
		.flags = more ? XEN_NETIF_EXTRA_FLAG_MORE : 0,
		.u.gso.size = skb_shinfo(skb)->gso_size,
		.u.gso.type = skb_shinfo(skb)->gso_type & SKB_GSO_TCPV6 ?
			XEN_NETIF_GSO_TYPE_TCPV6 : XEN_NETIF_GSO_TYPE_TCPV4,
	};

	netback_fill_add_extra(queue, &info);
}

static void netback_fill_add_hash(struct netback_queue *queue,
				  const struct netback_hashed *hashed, bool more)
{
	struct xen_netif_extra_info info = {
		.type = XEN_NETIF_EXTRA_TYPE_HASH,
		.flags = more ? XEN_NETIF_EXTRA_FLAG_MORE : 0,
		.u.hash.type = hashed->type,
		.u.hash.algorithm = XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ,
	};

	put_unaligned_le32(hashed->value, info.u.hash.value);
	netback_fill_add_extra(queue, &info);
}

/* The first page is not filled from its beginning. */
static void netback_fill_headroom(struct target *target)
{
	u16 room = target->queue->rx.headroom;
	const struct xen_netif_extra_info info = {
		.type = XEN_NETIF_EXTRA_TYPE_XDP,
		.u.xdp.headroom = room,
	};

	netback_fill_add_extra(target->queue, &info);
	target->queue->rx.batch->answer[target->answer].rsp.offset = room;
	target->used = room;
}

/**
 * netback_fill - add a packet to the batch
 * @queue: the queue; netback_slots_needed() slots wait on its ring
 * @skb: the packet; it belongs to the batch now
 */
void netback_fill(struct netback_queue *queue, struct sk_buff *skb)
{
	const struct netback_hashed *hashed = netback_hashed_of(skb);
	struct netback_batch *batch = queue->rx.batch;
	struct target target = { .queue = queue };
	const struct sk_buff *part;

	/* A page that is found mapped stays so until it is written to. */
	rcu_read_lock();
	netback_fill_begin_page(&target);
	batch->answer[target.answer].rsp.flags = netback_fill_first_flags(queue, skb);
	if (skb_is_gso(skb))
		netback_fill_add_gso(queue, skb, hashed->valid || queue->rx.headroom);
	if (unlikely(hashed->valid))
		netback_fill_add_hash(queue, hashed, queue->rx.headroom);
	if (unlikely(queue->rx.headroom))
		netback_fill_headroom(&target);
	netback_fill_add_skb(&target, skb);
	skb_walk_frags(skb, part)
		netback_fill_add_skb(&target, part);
	rcu_read_unlock();

	netback_count(&queue->stats->rx_packets, 1);
	netback_count(&queue->stats->rx_bytes, skb->len);
	__skb_queue_tail(&batch->done, skb);
}

static void netback_fill_put_answer(struct netback_queue *queue,
				    const struct netback_answer *answer)
{
	struct xen_ring *ring = &queue->rx.channel.ring;

	if (answer->extra) {
		xen_ring_put(ring, &answer->info, sizeof(answer->info));
		return;
	}
	xen_ring_put(ring, &answer->rsp, sizeof(answer->rsp));
	if (answer->rsp.status < 0)
		netback_count(&queue->stats->rx_bad, 1);
}

/**
 * netback_flush - copy the batch to the guest, and tell it once
 * @queue: the queue
 * @budget: of the NAPI that this runs in
 */
void netback_flush(struct netback_queue *queue, int budget)
{
	struct netback_batch *batch = queue->rx.batch;
	struct xen_channel *channel = &queue->rx.channel;
	struct sk_buff *skb;
	u32 i;

	netback_fill_run_copies(queue);
	for (i = 0; i < batch->answers; i++)
		netback_fill_put_answer(queue, &batch->answer[i]);
	batch->answers = 0;
	/* The port may be that of the other ring. */
	if (xen_ring_push(&channel->ring))
		notify_remote_via_irq(channel->irq ?: queue->tx.channel.irq);
	while ((skb = __skb_dequeue(&batch->done)))
		napi_consume_skb(skb, budget);
}
