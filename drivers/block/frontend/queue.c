// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue of the block frontend: its channel, request ids and private grant
 * references; made and taken down with each connection. Floor F5; called by
 * main.c, and on the data path by request.c and complete.c.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "front.h"

/* A queue that shares references with nobody needs no lock but its own. */
#define GREFS_BATCH	1024U

static int grefs_grow(struct blkfront_grefs *grefs, u32 count)
{
	grant_ref_t head;
	u32 i;

	if (gnttab_alloc_grant_references(count, &head))
		return -ENOSPC;
	for (i = 0; i < count; i++)
		grefs->free[grefs->total++] = gnttab_claim_grant_reference(&head);
	grefs->count = grefs->total;
	gnttab_free_grant_references(head);
	return 0;
}

/*
 * As many references as a full ring of full requests needs; when the table is
 * short of them, fewer: requests then wait for each other, but for one.
 */
static int grefs_create(struct blkfront_grefs *grefs, u32 depth, u32 each)
{
	u32 want = depth * each;

	*grefs = (struct blkfront_grefs) { };
	grefs->free = kvcalloc(want, sizeof(*grefs->free), GFP_KERNEL);
	if (!grefs->free)
		return -ENOMEM;
	while (grefs->total < want)
		if (grefs_grow(grefs, min(want - grefs->total, GREFS_BATCH)))
			break;
	if (grefs->total < each)
		grefs_grow(grefs, each - grefs->total);
	return grefs->total < each ? -ENOSPC : 0;
}

static void grefs_destroy(struct blkfront_grefs *grefs)
{
	u32 i;

	for (i = 0; i < grefs->count; i++)
		gnttab_free_grant_reference(grefs->free[i]);
	kvfree(grefs->free);
	*grefs = (struct blkfront_grefs) { };
}

static int queue_create(struct blkfront *front, struct blkfront_queue *queue)
{
	const struct blkfront_config *config = &front->config;
	struct xenbus_device *dev = front->dev;
	u32 depth;
	int err;

	queue->front = front;
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->inflight);

	err = xen_channel_create(&queue->channel, dev, config->ring_pages,
				 sizeof(struct blkif_request),
				 blkfront_interrupt, "blkfront", queue);
	if (err)
		return err;
	depth = queue->channel.ring.size;

	err = xen_idpool_init(&queue->ids, depth);
	if (err)
		goto destroy_channel;
	err = grefs_create(&queue->grefs, depth, config->segments + 1);
	if (err) {
		xenbus_dev_error(dev, err, "no grant references for queue %u",
				 queue->index);
		goto destroy_grefs;
	}
	return 0;

destroy_grefs:
	grefs_destroy(&queue->grefs);
	xen_idpool_free(&queue->ids);
destroy_channel:
	xen_channel_destroy(&queue->channel);
	return err;
}

static void queue_destroy(struct blkfront_queue *queue)
{
	xen_channel_destroy(&queue->channel);
	grefs_destroy(&queue->grefs);
	xen_idpool_free(&queue->ids);
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
	int err;

	front->queues = kcalloc(count, sizeof(*front->queues), GFP_KERNEL);
	if (!front->queues)
		return -ENOMEM;

	for (front->nr_queues = 0; front->nr_queues < count; front->nr_queues++) {
		struct blkfront_queue *queue = &front->queues[front->nr_queues];

		queue->index = front->nr_queues;
		err = queue_create(front, queue);
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
		queue_destroy(&front->queues[--front->nr_queues]);
	kfree(front->queues);
	front->queues = NULL;
}

/**
 * blkfront_grefs_end - end the backend's access to a request's pages
 * @queue: the queue, locked
 * @io: the request
 *
 * Return: whether all ended. The backend still has the others mapped: the
 * pages must not go back to their owner, as it could read or change them.
 */
bool blkfront_grefs_end(struct blkfront_queue *queue, struct blkfront_io *io)
{
	struct blkfront_grefs *grefs = &queue->grefs;

	while (io->nr_grefs) {
		grant_ref_t ref = io->grefs[io->nr_grefs - 1];

		if (unlikely(!gnttab_end_foreign_access_ref(ref)))
			return false;
		grefs->free[grefs->count++] = ref;
		io->nr_grefs--;
	}
	return true;
}

/*
 * The same without a warning for each page that is mapped yet: a lost backend
 * may be about to let go of them. References go back to the grant table, as
 * the queue that has them ends, too.
 */
static bool grefs_retire(struct blkfront_queue *queue, struct blkfront_io *io)
{
	while (io->nr_grefs) {
		if (!gnttab_try_end_foreign_access(io->grefs[io->nr_grefs - 1]))
			return false;
		queue->grefs.total--;
		io->nr_grefs--;
	}
	return true;
}

/* For a backend that will not let go: the table frees these when it does. */
static void grefs_abandon(struct blkfront_queue *queue, struct blkfront_io *io)
{
	dev_err(&queue->front->dev->dev,
		"backend keeps %u pages of a request mapped for good\n",
		io->nr_grefs);
	while (io->nr_grefs) {
		gnttab_end_foreign_access(io->grefs[--io->nr_grefs], NULL);
		queue->grefs.total--;
	}
}

/**
 * blkfront_queue_reclaim - take back what the lost backend did not answer
 * @queue: a queue whose interrupt is unbound
 * @force: do not wait for the backend to let go of pages
 *
 * The requests go back to blk-mq in the order in which they were sent.
 * Return: 0, or -EAGAIN while the backend keeps pages mapped.
 */
int blkfront_queue_reclaim(struct blkfront_queue *queue, bool force)
{
	struct blkfront_io *io, *next;
	unsigned long flags;
	LIST_HEAD(taken);
	int err = 0;

	spin_lock_irqsave(&queue->lock, flags);
	list_for_each_entry_safe(io, next, &queue->inflight, node) {
		if (!grefs_retire(queue, io)) {
			if (!force) {
				err = -EAGAIN;
				break;
			}
			grefs_abandon(queue, io);
		}
		xen_idpool_revoke(&queue->ids, blk_mq_rq_from_pdu(io)->tag);
		list_move_tail(&io->node, &taken);
	}
	spin_unlock_irqrestore(&queue->lock, flags);

	list_for_each_entry_safe(io, next, &taken, node) {
		list_del(&io->node);
		blk_mq_requeue_request(blk_mq_rq_from_pdu(io), false);
	}
	return err;
}
