// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue of the block frontend: its channel, request ids and what it lends;
 * made and taken down with each connection. Floor F5; called by life.c, and on
 * the data path by request.c and complete.c.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "front.h"

/*
 * A disk keeps its hardware queues and their depth, whatever the backend of the
 * day offers: with one that has fewer queues, some share a ring. Its slots are
 * the tags of the first, then those of the second that is as far behind as
 * there are rings, and so on. Where all is as it began, a slot is a tag.
 */
static u32 blkfront_queue_slots_of(const struct blkfront *front, u32 depth)
{
	if (!front->disk)
		return depth;
	return DIV_ROUND_UP(front->tags.nr_hw_queues, front->config.queues) *
	       front->tags.queue_depth;
}

/**
 * blkfront_queue_of - the queue that carries the requests of a hardware queue
 * @front: the disk, with queues
 * @hctx: the hardware queue
 */
struct blkfront_queue *blkfront_queue_of(struct blkfront *front,
					 const struct blk_mq_hw_ctx *hctx)
{
	unsigned int index = hctx->queue_num;

	while (unlikely(index >= front->nr_queues))
		index -= front->nr_queues;
	return &front->queues[index];
}

/**
 * blkfront_slot_of - a request's slot in its queue's ids
 * @queue: the queue that carries it
 * @rq: the request
 */
u32 blkfront_slot_of(const struct blkfront_queue *queue,
		     const struct request *rq)
{
	const struct blkfront *front = queue->front;
	unsigned int index = rq->mq_hctx->queue_num;
	u32 slot = rq->tag;

	while (unlikely(index >= front->nr_queues)) {
		index -= front->nr_queues;
		slot += front->tags.queue_depth;
	}
	return slot;
}

/**
 * blkfront_request_of - the request in a slot
 * @queue: the queue that carries it
 * @slot: what blkfront_slot_of() said
 */
struct request *blkfront_request_of(const struct blkfront_queue *queue,
				    u32 slot)
{
	const struct blkfront *front = queue->front;
	unsigned int index = queue->index;

	while (unlikely(slot >= front->tags.queue_depth)) {
		slot -= front->tags.queue_depth;
		index += front->nr_queues;
	}
	return blk_mq_tag_to_rq(front->tags.tags[index], slot);
}

static int blkfront_queue_create(struct blkfront *front, struct blkfront_queue *queue)
{
	const struct blkfront_config *config = &front->config;
	struct xenbus_device *dev = front->dev;
	u32 depth;
	int err;

	queue->lender = config->lender;
	queue->polled = queue->index >= config->queues - config->poll_queues;

	err = xen_channel_create(&queue->channel, dev, config->ring_pages,
				 sizeof(struct blkif_request),
				 blkfront_interrupt, "blkfront", queue);
	if (err)
		return err;
	depth = queue->channel.ring.size;

	err = xen_idpool_init(&queue->ids, blkfront_queue_slots_of(front, depth));
	if (err)
		goto destroy_channel;
	err = queue->lender->create(queue, depth, config->segments + 1);
	if (err) {
		xenbus_dev_error(dev, err, "no grants for queue %u",
				 queue->index);
		goto destroy_pool;
	}
	if (queue->polled)
		xen_ring_arm(&queue->channel.ring, 0);
	queue->live = true;
	return 0;

destroy_pool:
	queue->lender->destroy(queue);
	xen_idpool_free(&queue->ids);
destroy_channel:
	xen_channel_destroy(&queue->channel);
	return err;
}

static void blkfront_queue_destroy(struct blkfront_queue *queue)
{
	spin_lock_irq(&queue->lock);
	queue->live = false;
	spin_unlock_irq(&queue->lock);
	/* The interrupt is unbound, but somebody may be polling. */
	if (queue->front->tags.nr_maps > HCTX_TYPE_POLL)
		synchronize_rcu();
	cancel_delayed_work_sync(&queue->trim);
	xen_channel_destroy(&queue->channel);
	queue->lender->destroy(queue);
	xen_idpool_free(&queue->ids);
}

static void blkfront_queue_trim(struct work_struct *work)
{
	struct blkfront_queue *queue = container_of(to_delayed_work(work),
						    struct blkfront_queue,
						    trim);
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	if (queue->live)
		queue->lender->trim(queue);
	spin_unlock_irqrestore(&queue->lock, flags);
}

static int blkfront_queue_queues_alloc(struct blkfront *front, u32 count)
{
	u32 i;

	/* Those of a disk stay where they are: blk-mq may be looking. */
	if (front->disk)
		return 0;
	kfree(front->queues);
	front->queues = kcalloc(count, sizeof(*front->queues), GFP_KERNEL);
	if (!front->queues)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		struct blkfront_queue *queue = &front->queues[i];

		queue->front = front;
		queue->index = i;
		spin_lock_init(&queue->lock);
		INIT_LIST_HEAD(&queue->inflight);
		INIT_DELAYED_WORK(&queue->trim, blkfront_queue_trim);
	}
	return 0;
}

/**
 * blkfront_queues_create - make the queues that were negotiated
 * @front: the disk, with no queues
 *
 * Context: may sleep. Return: 0 or a negative errno, reported.
 */
int blkfront_queues_create(struct blkfront *front)
{
	u32 count = front->config.queues;
	int err = blkfront_queue_queues_alloc(front, count);

	if (err)
		return err;
	for (front->nr_queues = 0; front->nr_queues < count; front->nr_queues++) {
		err = blkfront_queue_create(front, &front->queues[front->nr_queues]);
		if (err) {
			blkfront_queues_destroy(front);
			return err;
		}
	}
	return 0;
}

/**
 * blkfront_queues_destroy - take the queues down
 * @front: the disk; no request is in flight, none is being sent
 *
 * Context: may sleep.
 */
void blkfront_queues_destroy(struct blkfront *front)
{
	while (front->nr_queues)
		blkfront_queue_destroy(&front->queues[--front->nr_queues]);
}

/**
 * blkfront_free - free a disk's memory
 * @front: the disk, with no queues connected, and nobody to use it
 */
void blkfront_free(struct blkfront *front)
{
	kfree(front->queues);
	kfree(front);
}

/**
 * blkfront_queue_is_idle - whether the backend has no request
 * @queue: the queue
 */
bool blkfront_queue_is_idle(struct blkfront_queue *queue)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(&queue->lock, flags);
	idle = list_empty(&queue->inflight);
	spin_unlock_irqrestore(&queue->lock, flags);
	return idle;
}

/**
 * blkfront_queue_reclaim - take back what the lost backend did not answer
 * @queue: a queue whose interrupt is unbound
 * @force: do not wait for the backend to let go of pages
 *
 * The requests go back to blk-mq in the order in which they were sent, behind what
 * it had not sent yet: none of them was answered, so they may end in any order.
 * Return: 0, or -EAGAIN while the backend keeps pages mapped.
 */
int blkfront_queue_reclaim(struct blkfront_queue *queue, bool force)
{
	struct blkfront_io *io, *next;
	unsigned long flags;
	LIST_HEAD(taken);
	int err = 0;

	spin_lock_irqsave(&queue->lock, flags);
	/* Nobody who polls finds what comes late. */
	queue->live = false;
	list_for_each_entry_safe(io, next, &queue->inflight, node) {
		if (!queue->lender->revoke(queue, io) && !force) {
			err = -EAGAIN;
			break;
		}
		if (io->nr_loans)
			queue->lender->abandon(queue, io);
		xen_idpool_revoke(&queue->ids,
				  blkfront_slot_of(queue, blk_mq_rq_from_pdu(io)));
		list_move_tail(&io->node, &taken);
	}
	spin_unlock_irqrestore(&queue->lock, flags);

	list_for_each_entry_safe(io, next, &taken, node) {
		struct request *rq = blk_mq_rq_from_pdu(io);

		list_del(&io->node);
		/* What is not on the medium may be lost with the backend. */
		io->written = false;
		/* Past the scheduler, which would turn the order round. */
		rq->rq_flags |= RQF_DONTPREP;
		blk_mq_requeue_request(rq, false);
	}
	return err;
}
