// SPDX-License-Identifier: GPL-2.0-only
/*
 * XDP: a program has each packet before the kernel has, and says what becomes of
 * it. Floor F5; called by the receive path (rx.c), by other drivers that send
 * through this interface, and by the kernel to set a program, under rtnl. The
 * copy that a program gets is what bounce.c gives the kernel, too.
 *
 * A program gets a copy: with room before it, as programs want, in pages that
 * are ours. The pages that were posted stay granted and go back to the ring, so
 * there is no grant operation for a packet that is dropped or sent back.
 *
 * While there is a program the backend is asked for packets as they are on a
 * wire: checksums filled in, segments cut. It has to be connected anew for that.
 *
 * Trust: the backend could write to a page that it has filled; the program, and
 * who comes after it, see the copy only.
 */
#include <linux/bpf.h>
#include <linux/bpf_trace.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/kernel.h>
#include <net/page_pool/helpers.h>

#include "front.h"

/* Of a packet's first page; the end of it is for what describes the others. */
#define ROOM	SKB_WITH_OVERHEAD(PAGE_SIZE - XDP_PACKET_HEADROOM)

/**
 * netfront_xdp_takes - whether a program can have packets of this size
 * @prog: the program, or NULL
 * @mtu: the size
 */
bool netfront_xdp_takes(const struct bpf_prog *prog, u32 mtu)
{
	return !prog || prog->aux->xdp_has_frags ||
	       mtu + VLAN_ETH_HLEN <= ROOM;
}

/*
 * Zeroed if it is new: the pool is that of the pages which are posted, so what a
 * copy leaves of it as it was may be granted to the backend one day (post.c).
 */
static struct page *netfront_xdp_fresh_page(struct netfront_queue *queue)
{
	return page_pool_alloc_pages(queue->rx.pool, GFP_ATOMIC | __GFP_NOWARN |
						     __GFP_ZERO);
}

/* One more page. Return: where it is, NULL if there is none. */
static void *netfront_xdp_add_page(struct netfront_queue *queue, struct xdp_buff *xdp)
{
	struct skb_shared_info *info = xdp_get_shared_info_from_buff(xdp);
	struct page *page = netfront_xdp_fresh_page(queue);

	if (unlikely(!page))
		return NULL;
	if (!xdp_buff_has_frags(xdp)) {
		info->nr_frags = 0;
		info->xdp_frags_size = 0;
		xdp_buff_set_frags_flag(xdp);
	}
	skb_frag_fill_page_desc(&info->frags[info->nr_frags++], page, 0, 0);
	return page_address(page);
}

static void netfront_xdp_grow(struct xdp_buff *xdp, u32 len)
{
	struct skb_shared_info *info = xdp_get_shared_info_from_buff(xdp);

	if (likely(!xdp_buff_has_frags(xdp))) {
		xdp->data_end += len;
		return;
	}
	skb_frag_size_add(&info->frags[info->nr_frags - 1], len);
	info->xdp_frags_size += len;
}

/* Copies a packet. Return: whether there was memory for it. */
static bool netfront_xdp_copy_pieces(struct netfront_queue *queue,
				     const struct netfront_packet *packet, struct xdp_buff *xdp)
{
	void *to = xdp->data;
	u32 room = ROOM;
	u8 i;

	for (i = 0; i < packet->nr_pieces; i++) {
		const struct netfront_piece *piece = &packet->pieces[i];
		const void *from = netfront_piece_data(&queue->rx, piece);
		u32 left = piece->len;

		while (left) {
			u32 len = min(left, room);

			memcpy(to, from, len);
			netfront_xdp_grow(xdp, len);
			from += len;
			to += len;
			left -= len;
			room -= len;
			if (room || (!left && i + 1 == packet->nr_pieces))
				continue;
			to = netfront_xdp_add_page(queue, xdp);
			if (unlikely(!to))
				return false;
			room = PAGE_SIZE;
		}
	}
	return true;
}

static bool netfront_xdp_make(struct netfront_queue *queue,
			      const struct netfront_packet *packet, struct xdp_buff *xdp)
{
	struct page *page = netfront_xdp_fresh_page(queue);

	if (unlikely(!page))
		return false;
	xdp_init_buff(xdp, PAGE_SIZE, &queue->rx.xdp);
	xdp_prepare_buff(xdp, page_address(page), XDP_PACKET_HEADROOM, 0, true);
	if (likely(netfront_xdp_copy_pieces(queue, packet, xdp)))
		return true;
	xdp_return_buff(xdp);
	return false;
}

/* What the program has left of it, for the kernel. */
static struct sk_buff *netfront_xdp_pass(struct xdp_buff *xdp)
{
	const struct skb_shared_info *info = xdp_get_shared_info_from_buff(xdp);
	bool has_frags = xdp_buff_has_frags(xdp);
	u32 size = has_frags ? info->xdp_frags_size : 0;
	u8 frags = has_frags ? info->nr_frags : 0;
	struct sk_buff *skb = napi_build_skb(xdp->data_hard_start, PAGE_SIZE);

	if (unlikely(!skb)) {
		xdp_return_buff(xdp);
		return NULL;
	}
	skb_reserve(skb, xdp->data - xdp->data_hard_start);
	__skb_put(skb, xdp->data_end - xdp->data);
	if (xdp->data > xdp->data_meta)
		skb_metadata_set(skb, xdp->data - xdp->data_meta);
	if (unlikely(has_frags))
		xdp_update_skb_shared_info(skb, frags, size, frags * PAGE_SIZE,
					   xdp_buff_is_frag_pfmemalloc(xdp));
	skb_mark_for_recycle(skb);
	return skb;
}

/**
 * netfront_xdp_copy - a copy of a packet, without a program
 * @queue: the queue
 * @packet: the packet, not bad; its pages are not needed any more on return
 *
 * Context: the NAPI. Return: the packet, or NULL if there is no memory.
 */
struct sk_buff *netfront_xdp_copy(struct netfront_queue *queue,
				  const struct netfront_packet *packet)
{
	struct xdp_buff xdp;

	return likely(netfront_xdp_make(queue, packet, &xdp)) ? netfront_xdp_pass(&xdp) : NULL;
}

static bool netfront_xdp_send_back(struct netfront_queue *queue, struct xdp_buff *xdp)
{
	struct xdp_frame *frame = xdp_convert_buff_to_frame(xdp);

	if (unlikely(!frame || !netfront_tx_frames(queue, &frame, 1, false)))
		return false;
	queue->rx.xdp_sent = true;
	return true;
}

/**
 * netfront_xdp_receive - let a program have a packet
 * @queue: the queue
 * @packet: the packet, not bad; its pages are not needed any more on return
 * @prog: the program
 *
 * Context: the NAPI. Return: what the kernel is to have, or NULL.
 */
struct sk_buff *netfront_xdp_receive(struct netfront_queue *queue,
				     const struct netfront_packet *packet,
				     struct bpf_prog *prog)
{
	struct net_device *netdev = queue->front->netdev;
	struct xdp_buff xdp;
	bool sent = false;
	u32 verdict;

	if (unlikely(!netfront_xdp_make(queue, packet, &xdp))) {
		netfront_count(&queue->stats->rx_nomem, 1);
		return NULL;
	}
	/* From a backend that sends larger ones than it was asked for. */
	if (unlikely(xdp_buff_has_frags(&xdp) && !prog->aux->xdp_has_frags))
		verdict = XDP_DROP;
	else
		verdict = bpf_prog_run_xdp(prog, &xdp);

	switch (verdict) {
	case XDP_PASS:
		return netfront_xdp_pass(&xdp);
	case XDP_TX:
		sent = netfront_xdp_send_back(queue, &xdp);
		break;
	case XDP_REDIRECT:
		sent = !xdp_do_redirect(netdev, &xdp, prog);
		break;
	case XDP_DROP:
		break;
	default:
		bpf_warn_invalid_xdp_action(netdev, prog, verdict);
		fallthrough;
	case XDP_ABORTED:
		trace_xdp_exception(netdev, prog, verdict);
	}
	if (likely(sent)) {
		netfront_count(&queue->stats->xdp.sent, 1);
		return NULL;
	}
	netfront_count(&queue->stats->xdp.dropped, 1);
	xdp_return_buff(&xdp);
	return NULL;
}

/**
 * netfront_xdp_flush - what programs have sent on is to get on its way
 * @queue: the queue
 *
 * Context: the NAPI.
 */
void netfront_xdp_flush(struct netfront_queue *queue)
{
	xdp_do_flush();
	if (queue->rx.xdp_sent)
		netfront_tx_push(queue);
	queue->rx.xdp_sent = false;
}

/**
 * netfront_xdp_xmit - another driver's program sends through this interface
 * @netdev: the interface
 * @count: how many packets
 * @frames: the packets
 * @flags: XDP_XMIT_*
 *
 * Context: a NAPI. Return: how many were taken, or a negative errno.
 */
int netfront_xdp_xmit(struct net_device *netdev, int count,
		      struct xdp_frame **frames, u32 flags)
{
	struct netfront *front = netdev_priv(netdev);
	struct netfront_queue *queue;

	if (unlikely(flags & ~XDP_XMIT_FLAGS_MASK))
		return -EINVAL;
	if (unlikely(!READ_ONCE(front->is.live) || !READ_ONCE(front->is.running)))
		return -ENETDOWN;
	queue = &front->queues[smp_processor_id() % front->nr_queues];
	return netfront_tx_frames(queue, frames, count,
				  flags & XDP_XMIT_FLUSH);
}

static int netfront_xdp_set_program(struct net_device *netdev, struct bpf_prog *prog,
				    struct netlink_ext_ack *ack)
{
	struct netfront *front = netdev_priv(netdev);
	struct bpf_prog *old = rtnl_dereference(front->prog);

	if (!netfront_xdp_takes(prog, netdev->mtu)) {
		NL_SET_ERR_MSG_MOD(ack, "a program without fragments wants a smaller MTU");
		return -EOPNOTSUPP;
	}
	/* It is to see no packets but those that the backend is asked for now. */
	if (prog && front->is.live && !front->is.plain)
		netfront_netdev_hold(front);
	rcu_assign_pointer(front->prog, prog);
	if (old)
		bpf_prog_put(old);
	if (front->is.live && front->is.plain != !!prog)
		xen_tie_recover(&front->tie);
	return 0;
}

/**
 * netfront_bpf - set the interface's program, or none
 * @netdev: the interface
 * @bpf: what to do
 *
 * Context: under rtnl. Return: 0 or a negative errno.
 */
int netfront_bpf(struct net_device *netdev, struct netdev_bpf *bpf)
{
	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return netfront_xdp_set_program(netdev, bpf->prog, bpf->extack);
	default:
		return -EINVAL;
	}
}
