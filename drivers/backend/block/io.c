// SPDX-License-Identifier: GPL-2.0-only
/*
 * The requests of a queue: their memory, and what their slots of the ring say of
 * their pages. Floor F5; called by queue.c.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "back.h"

static void blkback_io_release(struct blkback_io *io)
{
	kvfree(io->segments);
	kvfree(io->data);
	kvfree(io->bvec);
	io->segments = NULL;
	io->data = NULL;
	io->bvec = NULL;
	io->capacity = 0;
}

/* Room for a request's pages; it grows, and stays until the queue is gone. */
static int blkback_io_reserve(struct blkback_io *io, u16 segments)
{
	u16 capacity = BLKIF_MAX_SEGMENTS_PER_REQUEST;

	if (segments <= io->capacity)
		return 0;
	if (segments > capacity)
		capacity = roundup_pow_of_two(segments);
	blkback_io_release(io);
	io->segments = kvcalloc(capacity, sizeof(*io->segments), GFP_NOIO);
	io->data = kvcalloc(capacity, sizeof(*io->data), GFP_NOIO);
	io->bvec = kvcalloc(capacity, sizeof(*io->bvec), GFP_NOIO);
	if (!io->segments || !io->data || !io->bvec) {
		blkback_io_release(io);
		return -ENOMEM;
	}
	io->capacity = capacity;
	return 0;
}

/**
 * blkback_io_read - find and check the segments of a request that has any
 * @io: the request, parsed
 * @entry: private copy of its slot
 *
 * Context: the queue's thread. Return: 0 or a negative errno.
 */
int blkback_io_read(struct blkback_io *io, const void *entry)
{
	grant_ref_t grefs[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
	struct blkback_queue *queue = io->queue;
	const struct blkif_request_segment *raw;
	u32 pages;
	int err;

	err = blkback_io_reserve(io, io->request.segments);
	if (err)
		return err;
	if (io->request.indirect) {
		pages = blkback_parse_indirect(queue->back->abi, entry, &io->request,
					       grefs);
		err = blkback_fetch_descriptors(io, grefs, pages);
		if (err)
			return err;
		raw = io->descriptors;
	} else {
		raw = blkback_parse_direct(queue->back->abi, entry);
	}
	return blkback_parse_segments(&queue->back->limits, raw, &io->request,
				      io->segments);
}

/**
 * blkback_ios_create - make the requests of a queue: as many as slots
 * @queue: the queue, with a ring
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int blkback_ios_create(struct blkback_queue *queue)
{
	u32 i, count = queue->channel.ring.size;

	queue->ios = kvcalloc(count, sizeof(*queue->ios), GFP_KERNEL);
	if (!queue->ios)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		queue->ios[i].queue = queue;
		list_add_tail(&queue->ios[i].node, &queue->free);
	}
	return 0;
}

/**
 * blkback_ios_destroy - free the requests of a queue
 * @queue: the queue; none of them is on its way
 */
void blkback_ios_destroy(struct blkback_queue *queue)
{
	u32 i;

	if (!queue->ios)
		return;
	for (i = 0; i < queue->channel.ring.size; i++) {
		blkback_io_release(&queue->ios[i]);
		free_page((unsigned long)queue->ios[i].descriptors);
	}
	kvfree(queue->ios);
	queue->ios = NULL;
}
