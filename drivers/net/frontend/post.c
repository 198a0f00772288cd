// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages posted to receive into: taken from a page pool, granted to the backend,
 * and put on the receive ring. Floor F5; called by the queue's NAPI.
 *
 * Pages that stay granted for good (static.c) come first, as long as there are any.
 * A page whose packet was copied out of it stays granted, and is posted again
 * as it is. A page that is new to the pool is zeroed: the backend could read it. One
 * that comes back to the pool has what was received in it, or what the kernel has
 * made of that, where it decrypts in place for one. A backend that is trusted may
 * see that; for one that is not, packets are copied, and a page is cleared each time
 * before it is granted.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <net/page_pool/helpers.h>

#include "front.h"

/* So few pages that a large packet may not fit: do not wait for an event. */
#define LOW		32
#define RETRY		(HZ / 10)

static bool netfront_post_buffer_prepare(struct netfront_queue *queue,
					 struct netfront_buffer *buffer)
{
	if (buffer->page)
		return true;
	buffer->page = page_pool_alloc_pages(queue->rx.pool, GFP_ATOMIC |
					     __GFP_NOWARN | __GFP_ZERO);
	if (unlikely(!buffer->page))
		return false;
	/* It may have been that of a copy, which ends with what is the kernel's. */
	if (netfront_bounces(queue))
		clear_page(page_address(buffer->page));
	gnttab_page_grant_foreign_access_ref_one(buffer->gref,
						 queue->front->dev->otherend_id,
						 buffer->page, false);
	return true;
}

/* A page that is granted for good, or another one. Return: -ENOMEM for none. */
static int netfront_post_next_buffer(struct netfront_queue *queue)
{
	struct netfront_rx *rx = &queue->rx;
	int which = netfront_static_take(rx);

	if (which >= 0)
		return which;
	if (!rx->nr_free)
		return -ENOMEM;
	which = rx->free[rx->nr_free - 1];
	if (!netfront_post_buffer_prepare(queue, &rx->buffers[which]))
		return -ENOMEM;
	rx->nr_free--;
	return which;
}

/**
 * netfront_post - post as many pages as the ring takes
 * @queue: the queue
 *
 * Context: the NAPI, or nothing that runs it.
 */
void netfront_post(struct netfront_queue *queue)
{
	struct netfront_rx *rx = &queue->rx;
	struct xen_channel *channel = &rx->channel;
	struct xen_ring *ring = &channel->ring;

	while (xen_ring_free(ring)) {
		u16 index = ring->out_prod;
		struct xen_netif_rx_request req = { .id = index };
		int which = netfront_post_next_buffer(queue);

		if (which < 0)
			break;
		rx->posted[index % NETFRONT_RING] = which;
		req.gref = rx->buffers[which].gref;
		xen_ring_put(ring, &req, sizeof(req));
	}
	/* The port may be that of the other ring. */
	if (xen_ring_push(ring))
		notify_remote_via_irq(channel->irq ?: queue->tx.channel.irq);
	if (unlikely(ring->size - xen_ring_free(ring) < LOW))
		mod_timer(&rx->retry, jiffies + RETRY);
}

static void netfront_post_retry(struct timer_list *timer)
{
	struct netfront_queue *queue = from_timer(queue, timer, rx.retry);

	napi_schedule(&queue->napi);
}

/**
 * netfront_buffer_spare - a buffer may be posted again
 * @rx: the half of its queue
 * @which: its number, from a slot that was answered
 */
void netfront_buffer_spare(struct netfront_rx *rx, u16 which)
{
	if (which >= NETFRONT_RING)
		netfront_static_spare(rx, which);
	else
		rx->free[rx->nr_free++] = which;
}

static int netfront_post_make_pool(struct netfront_queue *queue)
{
	struct page_pool_params params = {
		.pool_size = NETFRONT_RING,
		.nid = NUMA_NO_NODE,
		.napi = &queue->napi,
		.netdev = queue->front->netdev,
	};
	struct page_pool *pool = page_pool_create(&params);
	int err;

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	queue->rx.pool = pool;
	err = xdp_rxq_info_reg(&queue->rx.xdp, queue->front->netdev,
			       queue->index, queue->napi.napi_id);
	if (err)
		return err;
	return xdp_rxq_info_reg_mem_model(&queue->rx.xdp, MEM_TYPE_PAGE_POOL,
					  pool);
}

/**
 * netfront_rx_create - make room for what is received
 * @queue: the queue
 *
 * Context: may sleep. Return: 0 or a negative errno.
 */
int netfront_rx_create(struct netfront_queue *queue)
{
	struct netfront_rx *rx = &queue->rx;
	grant_ref_t head;
	u32 i;
	int err;

	timer_setup(&rx->retry, netfront_post_retry, 0);
	rx->buffers = kcalloc(NETFRONT_RING + NETFRONT_STATIC_GRANTS,
			      sizeof(*rx->buffers), GFP_KERNEL);
	rx->free = kcalloc(NETFRONT_RING, sizeof(*rx->free), GFP_KERNEL);
	rx->posted = kcalloc(NETFRONT_RING, sizeof(*rx->posted), GFP_KERNEL);
	if (!rx->buffers || !rx->free || !rx->posted)
		return -ENOMEM;
	err = netfront_post_make_pool(queue);
	if (err)
		return err;
	err = gnttab_alloc_grant_references(NETFRONT_RING, &head);
	if (err)
		return err;
	for (i = 0; i < NETFRONT_RING; i++) {
		rx->buffers[i].gref = gnttab_claim_grant_reference(&head);
		rx->free[rx->nr_free++] = i;
	}
	return 0;
}

/* A page that the backend keeps is left to the grant table, not to the pool. */
static void netfront_post_buffer_destroy(struct netfront_rx *rx,
					 struct netfront_buffer *buffer)
{
	if (!buffer->page) {
		gnttab_free_grant_reference(buffer->gref);
	} else if (gnttab_end_foreign_access_ref(buffer->gref)) {
		gnttab_free_grant_reference(buffer->gref);
		page_pool_put_full_page(rx->pool, buffer->page, false);
	} else {
		get_page(buffer->page);
		gnttab_end_foreign_access(buffer->gref, buffer->page);
		page_pool_put_full_page(rx->pool, buffer->page, false);
	}
}

/**
 * netfront_rx_destroy - give the room and all pages back
 * @queue: the queue; its NAPI is disabled
 *
 * Context: may sleep.
 */
void netfront_rx_destroy(struct netfront_queue *queue)
{
	struct netfront_rx *rx = &queue->rx;
	u32 i;

	timer_shutdown_sync(&rx->retry);
	for (i = 0; rx->buffers && i < NETFRONT_RING; i++)
		if (rx->buffers[i].gref)
			netfront_post_buffer_destroy(rx, &rx->buffers[i]);
	if (xdp_rxq_info_is_reg(&rx->xdp))
		xdp_rxq_info_unreg(&rx->xdp);
	page_pool_destroy(rx->pool);
	kfree(rx->buffers);
	kfree(rx->free);
	kfree(rx->posted);
}
