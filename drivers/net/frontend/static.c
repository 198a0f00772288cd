// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that stay granted, and that the backend has mapped for good (static
 * grants: ../static.h), so that no packet in them needs a grant operation at
 * either end. Floor F5; the backend is told of them by the control ring's work,
 * the queue's NAPI and the sender use them.
 *
 * To receive: the pages become parts of packets and come back when nobody has
 * them any more. They are taken before others; when all are on their way, others
 * are posted. To transmit: small packets are copied into them.
 *
 * Trust: the backend could change such a page while the packet is on its way
 * here. So headers are copied before anybody looks at them, and the rest is
 * marked as shared, for those who could not bear that (rx.c).
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/module.h>

#include "ctrl.h"

static unsigned int static_rx = 1024;
module_param(static_rx, uint, 0644);
MODULE_PARM_DESC(static_rx,
		 "Pages of each interface that stay granted, to receive into, up to 512 for each queue; 0 for none (default: 1024)");

static unsigned int static_tx = 512;
module_param(static_tx, uint, 0644);
MODULE_PARM_DESC(static_tx,
		 "Packets of so many bytes and less are copied into pages that stay granted, up to 4096; 0 for none (default: 512)");

/* How many pages that are on their way are looked at before another is taken. */
#define LOOKS		4

#define CHUNK_MIN	64U

/* Return: how many were made, and are in the list. */
static u32 netfront_static_fill(struct netfront_ctrl *ctrl, struct netfront_buffer *buffers,
				u32 count, bool readonly)
{
	struct xen_netif_gref *list = page_address(ctrl->page);
	domid_t domid = ctrl->front->dev->otherend_id;
	u32 i;

	for (i = 0; i < count; i++) {
		struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO |
					       __GFP_NOWARN);
		int ref;

		if (!page)
			break;
		ref = gnttab_grant_foreign_access(domid, xen_page_to_gfn(page),
						  readonly);
		if (ref < 0) {
			__free_page(page);
			break;
		}
		buffers[i].page = page;
		buffers[i].gref = ref;
		list[i] = (struct xen_netif_gref) {
			.ref = ref,
			.flags = readonly ? XEN_NETIF_CTRLF_GREF_readonly : 0,
		};
	}
	return i;
}

/* A page that the backend keeps is left to the grant table. */
static void netfront_static_empty(struct netfront_buffer *buffers, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		if (!buffers[i].page)
			continue;
		gnttab_end_foreign_access(buffers[i].gref, buffers[i].page);
		buffers[i].page = NULL;
	}
}

/* Return: how many pages the backend has mapped: @count, or none. */
static u32 netfront_static_lend_queue(struct netfront_ctrl *ctrl, struct netfront_queue *queue,
				      struct netfront_buffer *buffers, u32 count, bool readonly)
{
	u32 made = netfront_static_fill(ctrl, buffers, count, readonly);

	if (made == count &&
	    !netfront_ask(ctrl, XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING, NULL,
			  queue->index, ctrl->gref, count))
		return count;
	netfront_static_empty(buffers, made);
	return 0;
}

static u32 netfront_static_begin_rx(struct netfront_ctrl *ctrl, struct netfront_queue *queue,
				    u32 most)
{
	u32 i, share = READ_ONCE(static_rx) / ctrl->front->nr_queues;
	u32 count = min3(share, most, NETFRONT_STATIC_GRANTS);
	struct netfront_static_grants *grants = &queue->rx.static_grants;

	if (!count)
		return 0;
	count = netfront_static_lend_queue(ctrl, queue, &queue->rx.buffers[NETFRONT_RING], count,
					   false);
	for (i = 0; i < count; i++)
		grants->ready[i] = NETFRONT_RING + i;
	grants->nr_ready = count;
	/* All of it before the word: partner of netfront_static_take(). */
	smp_store_release(&grants->on, count > 0);
	return count;
}

static u32 netfront_static_begin_tx(struct netfront_ctrl *ctrl, struct netfront_queue *queue,
				    u32 most)
{
	u32 bytes = min_t(u32, READ_ONCE(static_tx), XEN_PAGE_SIZE);
	struct netfront_copies *copies = &queue->tx.copies;
	u32 count;

	if (!bytes)
		return 0;
	copies->chunk = roundup_pow_of_two(max(bytes, CHUNK_MIN));
	count = NETFRONT_RING / (XEN_PAGE_SIZE / copies->chunk);
	if (count > most)
		return 0;
	copies->pages = kcalloc(count, sizeof(*copies->pages), GFP_KERNEL);
	if (!copies->pages)
		return 0;
	copies->count = count;
	count = netfront_static_lend_queue(ctrl, queue, copies->pages, count, true);
	/* All of it before the word: partner of netfront_tx_send() in tx.c. */
	smp_store_release(&copies->limit, count ? bytes : 0);
	return count;
}

/**
 * netfront_static_begin - have the backend map pages for good, if it can
 * @ctrl: the control ring
 */
void netfront_static_begin(struct netfront_ctrl *ctrl)
{
	struct netfront *front = ctrl->front;
	u32 i, most, rx = 0, tx = 0;

	for (i = 0; i < front->nr_queues; i++) {
		struct netfront_queue *queue = &front->queues[i];
		u32 used;

		if (netfront_ask(ctrl, XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE,
				 &most, i))
			return;
		used = netfront_static_begin_tx(ctrl, queue, most);
		tx += used;
		rx += netfront_static_begin_rx(ctrl, queue, most - used);
	}
	if (rx + tx && xen_log_allowed())
		netdev_info(front->netdev,
			    "static grants: %u pages to receive, %u to transmit\n",
			    rx, tx);
}

/**
 * netfront_static_end - take the pages of a queue back
 * @queue: the queue; its NAPI is disabled, and nobody sends
 *
 * A page that is part of a packet stays with it. Context: may sleep.
 */
void netfront_static_end(struct netfront_queue *queue)
{
	struct netfront_copies *copies = &queue->tx.copies;

	if (queue->rx.buffers)
		netfront_static_empty(&queue->rx.buffers[NETFRONT_RING], NETFRONT_STATIC_GRANTS);
	if (copies->pages)
		netfront_static_empty(copies->pages, copies->count);
	kfree(copies->pages);
}

/**
 * netfront_static_take - take a page to be posted
 * @rx: the half of its queue
 *
 * Context: the NAPI. Return: the buffer's number, or -ENOENT.
 */
int netfront_static_take(struct netfront_rx *rx)
{
	struct netfront_static_grants *grants = &rx->static_grants;
	u32 looks;

	/* The word before all of it: partner of netfront_static_begin_rx(). */
	if (!smp_load_acquire(&grants->on))
		return -ENOENT;
	if (grants->nr_ready)
		return grants->ready[--grants->nr_ready];
	for (looks = 0; looks < LOOKS && grants->out != grants->back; looks++) {
		u16 which = grants->lent[grants->back++ % NETFRONT_STATIC_GRANTS];

		/* Ours alone: nobody else can get at it any more. */
		if (page_ref_count(rx->buffers[which].page) == 1) {
			/* What others did to it before that. */
			smp_rmb();
			return which;
		}
		grants->lent[grants->out++ % NETFRONT_STATIC_GRANTS] = which;
	}
	return -ENOENT;
}

/**
 * netfront_static_spare - a page was not needed for a packet
 * @rx: the half of its queue
 * @which: the buffer
 */
void netfront_static_spare(struct netfront_rx *rx, u16 which)
{
	rx->static_grants.ready[rx->static_grants.nr_ready++] = which;
}

/**
 * netfront_static_lend - a page becomes part of a packet
 * @rx: the half of its queue
 * @which: the buffer
 *
 * Return: the page, with a reference for the packet.
 */
struct page *netfront_static_lend(struct netfront_rx *rx, u16 which)
{
	struct netfront_static_grants *grants = &rx->static_grants;
	struct page *page = rx->buffers[which].page;

	get_page(page);
	grants->lent[grants->out++ % NETFRONT_STATIC_GRANTS] = which;
	return page;
}
