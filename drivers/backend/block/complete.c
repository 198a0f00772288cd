// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ended requests: their pages unmapped, their responses written. Floor F5;
 * blkback_io_end() is called by the store from any context, all else by the
 * queue's thread.
 */
#include <linux/kernel.h>
#include <linux/rcupdate.h>

#include "back.h"

/**
 * blkback_io_end - a store has done with a request
 * @io: the request
 * @error: 0 or a negative errno
 *
 * Context: any, also inside the store's submit.
 */
void blkback_io_end(struct blkback_io *io, int error)
{
	struct blkback_queue *queue = io->queue;

	io->error = error;
	/* With the last request the thread may end, and the queue be freed. */
	rcu_read_lock();
	/* Only the first of several, and not if the thread itself is here. */
	if (llist_add(&io->done, &queue->done) && wq_has_sleeper(&queue->wait))
		wake_up(&queue->wait);
	rcu_read_unlock();
}

static s16 blkback_complete_encode_status(int error)
{
	switch (error) {
	case 0:
		return BLKIF_RSP_OKAY;
	case -EOPNOTSUPP:
		return BLKIF_RSP_EOPNOTSUPP;
	default:
		return BLKIF_RSP_ERROR;
	}
}

static void blkback_complete_count(struct blkback_stats *stats,
				   const struct blkback_request *request, int error)
{
	if (error) {
		stats->errors++;
		return;
	}
	switch (request->kind) {
	case BLKBACK_READ:
		stats->reads++;
		stats->sectors_read += request->sectors;
		break;
	case BLKBACK_WRITE:
		stats->writes++;
		stats->sectors_written += request->sectors;
		break;
	case BLKBACK_FLUSH:
		stats->flushes++;
		break;
	case BLKBACK_DISCARD:
		stats->discards++;
		break;
	}
}

/**
 * blkback_respond - put a response on the ring
 * @queue: the queue
 * @request: what was asked
 * @error: 0 or a negative errno
 *
 * Shown to the frontend by the sweep, with others.
 */
void blkback_respond(struct blkback_queue *queue,
		     const struct blkback_request *request, int error)
{
	/* Zeroed as a whole: padding goes to the frontend, too. */
	struct blkif_response rsp;

	memset(&rsp, 0, sizeof(rsp));
	rsp.id = request->id;
	rsp.operation = request->op;
	rsp.status = blkback_complete_encode_status(error);

	blkback_complete_count(&queue->stats, request, error);
	xen_ring_put(&queue->channel.ring, &rsp,
		     blkback_abi_response_len(queue->back->abi));
}

/*
 * A device may end a request while a reference to its pages lingers, as a
 * network does until the last retransmission is impossible. They stay mapped
 * until it lets go. Those that are kept (persistent.c) may as well be used again: what
 * lingers was acknowledged, and is not looked at by anybody.
 */
static bool blkback_complete_is_held(const struct blkback_io *io)
{
	u16 i;

	for (i = 0; i < io->mapped; i++)
		if (!io->data[i].grant && io->data[i].page &&
		    page_count(io->data[i].page) > 1)
			return true;
	return false;
}

static void blkback_complete_collect(struct blkback_queue *queue, struct list_head *ended)
{
	const struct blkback_store_ops *ops = queue->back->store.ops;
	struct llist_node *done = llist_del_all(&queue->done);
	struct blkback_io *io, *next;

	list_for_each_entry_safe(io, next, &queue->held, node)
		if (!blkback_complete_is_held(io))
			list_move_tail(&io->node, ended);

	/* The list grew at its head: the oldest is last. */
	done = llist_reverse_order(done);
	llist_for_each_entry_safe(io, next, done, done) {
		int error = ops->finish ? ops->finish(io) : io->error;

		/* It may have ended once more by now: not ours to touch. */
		if (unlikely(error == -EIOCBQUEUED))
			continue;
		io->error = error;
		queue->inflight--;
		list_add_tail(&io->node, blkback_complete_is_held(io) ? &queue->held : ended);
	}
}

/**
 * blkback_reap - unmap and answer all requests that have ended
 * @queue: the queue
 */
void blkback_reap(struct blkback_queue *queue)
{
	struct blkback_io *io;
	LIST_HEAD(ended);

	blkback_complete_collect(queue, &ended);
	if (list_empty(&ended))
		return;
	blkback_unmap(queue, &ended);
	list_for_each_entry(io, &ended, node)
		blkback_respond(queue, &io->request, io->error);
	list_splice(&ended, &queue->free);
}

/**
 * blkback_stats_add - add a queue's counters to a sum
 * @sum: the sum
 * @stats: the counters
 */
void blkback_stats_add(struct blkback_stats *sum,
		       const struct blkback_stats *stats)
{
	sum->reads += stats->reads;
	sum->writes += stats->writes;
	sum->flushes += stats->flushes;
	sum->discards += stats->discards;
	sum->errors += stats->errors;
	sum->sectors_read += stats->sectors_read;
	sum->sectors_written += stats->sectors_written;
}
