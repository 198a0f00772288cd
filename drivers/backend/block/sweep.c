// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sweep of a queue's thread: all requests that wait on the ring are copied and
 * parsed, their pages mapped together, the requests submitted under one plug; then
 * all that have ended are unmapped together and answered, and the frontend is
 * notified once. Requests that end during the sweep are part of it. Floor F5; called
 * by queue.c.
 *
 * The hypervisor has room for so many mappings of this domain, for all guests that it
 * serves. One of them cannot take all of it: what is more than PAGES_MAX pages waits for
 * what the store has. And who finds no room waits, too.
 */
#include <linux/blkdev.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#include "back.h"

/* 16 MB, of a queue; and what is mapped together when there would be more. */
#define PAGES_MAX	4096
#define PAGES_PART	512

/* How soon to look again whether there is room. */
#define ROOM_DELAY	(HZ / 100 ?: 1)

/* What one sweep takes from the ring, to be mapped and submitted together. */
struct sweep {
	struct blkback_queue *queue;
	struct list_head ios;
	u32 pages;
};

/* One request: into the sweep if it is good, answered at once if not. */
static int blkback_sweep_accept(void *owner, void *entry)
{
	struct sweep *sweep = owner;
	struct blkback_queue *queue = sweep->queue;
	struct blkback_io *io = list_first_entry(&queue->free,
						 struct blkback_io, node);
	int err;

	io->error = 0;
	err = blkback_parse(queue->back->abi, &queue->back->limits, entry,
			    &io->request);
	if (!err && io->request.segments)
		err = blkback_io_read(io, entry);
	if (err) {
		blkback_respond(queue, &io->request, err);
		return 0;
	}
	list_move_tail(&io->node, &sweep->ios);
	sweep->pages += io->request.segments;
	return 0;
}

/* Answers what has ended. */
static void blkback_sweep_answer(struct blkback_queue *queue)
{
	blkback_reap(queue);
	xen_channel_push(&queue->channel);
}

/* The same, when there is something. */
static void blkback_sweep_wait(struct blkback_queue *queue)
{
	wait_event(queue->wait, blkback_queue_has_ended(queue));
	blkback_sweep_answer(queue);
}

/*
 * All before a barrier has to be complete, and the barrier before all after it;
 * what is, is answered meanwhile.
 */
static void blkback_sweep_wait_for_inflight(struct blkback_queue *queue)
{
	while (queue->inflight)
		blkback_sweep_wait(queue);
}

static void blkback_sweep_submit(struct sweep *sweep)
{
	struct blkback_queue *queue = sweep->queue;
	const struct blkback_store *store = &queue->back->store;
	struct blkback_io *io, *next;
	bool behind_barrier = false;
	struct blk_plug plug;

	blk_start_plug(&plug);
	list_for_each_entry_safe(io, next, &sweep->ios, node) {
		list_del(&io->node);
		if (unlikely(io->request.barrier || behind_barrier)) {
			blk_finish_plug(&plug);
			blkback_sweep_wait_for_inflight(queue);
			blk_start_plug(&plug);
		}
		behind_barrier = io->request.barrier;
		queue->inflight++;
		if (unlikely(io->error))
			blkback_io_end(io, io->error);
		else
			store->ops->submit(store, io);
	}
	blk_finish_plug(&plug);
	/* The next sweep's are behind it, too. */
	if (unlikely(behind_barrier))
		blkback_sweep_wait_for_inflight(queue);
}

/* The store may have so many pages of a queue; some of them come back. */
static void blkback_sweep_wait_for_room(struct blkback_queue *queue, u32 pages)
{
	while (queue->inflight && queue->grants->mapped + pages > PAGES_MAX)
		blkback_sweep_wait(queue);
}

/* At least one of what waits. Return: its pages. */
static u32 blkback_sweep_take_part(struct sweep *sweep, struct list_head *waiting, u32 most)
{
	struct blkback_io *io, *next;
	u32 pages = 0;

	list_for_each_entry_safe(io, next, waiting, node) {
		if (pages && pages + io->request.segments > most)
			break;
		pages += io->request.segments;
		list_move_tail(&io->node, &sweep->ios);
	}
	return pages;
}

/*
 * Nothing stays mapped of what was not mapped as a whole: others may wait for that as
 * we do for theirs.
 */
static void blkback_sweep_unmap(struct sweep *sweep)
{
	struct blkback_io *io;

	blkback_unmap(sweep->queue, &sweep->ios);
	list_for_each_entry(io, &sweep->ios, node)
		if (io->error == -EAGAIN)
			io->error = 0;
}

/* Return: whether the hypervisor had room for it; if not, it is as it was. */
static bool blkback_sweep_map(struct sweep *sweep)
{
	struct blkback_queue *queue = sweep->queue;

	queue->grants->exhausted = false;
	blkback_map(queue, &sweep->ios);
	if (likely(!queue->grants->exhausted))
		return true;
	blkback_sweep_unmap(sweep);
	return false;
}

/*
 * Other guests' requests may have all the room that the hypervisor has for this domain's
 * mappings. That is not the guest's fault, and it comes back; so they are waited for as
 * a store is, to the end of the queue as well.
 */
static void blkback_sweep_map_at_last(struct sweep *sweep)
{
	struct blkback_queue *queue = sweep->queue;

	while (!blkback_sweep_map(sweep)) {
		blkback_sweep_answer(queue);
		schedule_timeout_idle(ROOM_DELAY);
	}
}

/* In order, and no more at a time than there is room for. */
static void blkback_sweep_run_parts(struct sweep *sweep, u32 most)
{
	struct blkback_queue *queue = sweep->queue;
	LIST_HEAD(waiting);

	list_splice_init(&sweep->ios, &waiting);
	while (!list_empty(&waiting)) {
		blkback_sweep_wait_for_room(queue, blkback_sweep_take_part(sweep, &waiting, most));
		blkback_sweep_map_at_last(sweep);
		blkback_sweep_submit(sweep);
		blkback_sweep_answer(queue);
	}
}

static void blkback_sweep_run(struct sweep *sweep)
{
	if (unlikely(sweep->queue->grants->mapped + sweep->pages > PAGES_MAX))
		blkback_sweep_run_parts(sweep, PAGES_PART);
	else if (likely(blkback_sweep_map(sweep)))
		blkback_sweep_submit(sweep);
	else
		blkback_sweep_run_parts(sweep, 1);
}

/**
 * blkback_sweep - serve all requests that wait on the ring
 * @queue: the queue
 *
 * Context: the queue's thread. Return: how many there were, or -EPROTO for a broken
 * ring.
 */
int blkback_sweep(struct blkback_queue *queue)
{
	struct xen_ring *ring = &queue->channel.ring;
	struct sweep sweep = { .queue = queue };
	u64 entry[DIV_ROUND_UP(BLKBACK_ENTRY_MAX, sizeof(u64))];
	int count;

	INIT_LIST_HEAD(&sweep.ios);
	/* As many requests as slots: there is always one free for a slot. */
	count = xen_ring_drain(ring, entry, ring->stride, ring->size, blkback_sweep_accept,
			       &sweep);
	if (!list_empty(&sweep.ios)) {
		if (unlikely(queue->cgroup !=
			     rcu_access_pointer(queue->back->cgroup)))
			queue->cgroup = blkback_cgroup_join(queue->back);
		blkback_sweep_run(&sweep);
	}
	blkback_sweep_answer(queue);
	return count;
}
