// SPDX-License-Identifier: GPL-2.0-only
/*
 * From blk-mq to the ring: one request of the kernel is one request of blkif,
 * its pages granted to the backend where they are. Floor F5; called by blk-mq.
 */
#include <linux/kernel.h>
#include <linux/scatterlist.h>

#include "front.h"

/*
 * One entry of the ring, and how much of it is used: the descriptors of
 * direct segments are the better part, and the last.
 */
struct entry {
	struct blkif_request req;
	u32 len;
};

#define DIRECT_LEN(segments) \
	ALIGN(offsetof(struct blkif_request, u.rw.seg[segments]), sizeof(u64))

static u8 flush_op(const struct blkfront_geometry *geometry)
{
	return geometry->flush ? BLKIF_OP_FLUSH_DISKCACHE :
				 BLKIF_OP_WRITE_BARRIER;
}

/* The operation that a request of the kernel becomes, or -1. */
static int choose_op(const struct blkfront_geometry *geometry,
		     const struct request *rq)
{
	switch (req_op(rq)) {
	case REQ_OP_READ:
		return BLKIF_OP_READ;
	case REQ_OP_WRITE:
		return rq->cmd_flags & REQ_FUA ? BLKIF_OP_WRITE_BARRIER :
						 BLKIF_OP_WRITE;
	case REQ_OP_FLUSH:
		return flush_op(geometry);
	case REQ_OP_DISCARD:
	case REQ_OP_SECURE_ERASE:
		/* The backend that it was meant for may have known it. */
		return geometry->discard ? BLKIF_OP_DISCARD : -1;
	default:
		return -1;
	}
}

static void fill_discard(struct entry *entry, const struct request *rq, u64 id)
{
	struct blkif_request_discard *discard = &entry->req.u.discard;

	discard->id = id;
	discard->sector_number = blk_rq_pos(rq);
	discard->nr_sectors = blk_rq_sectors(rq);
	discard->flag = req_op(rq) == REQ_OP_SECURE_ERASE ?
			BLKIF_DISCARD_SECURE : 0;
	entry->len = ALIGN(offsetofend(struct blkif_request, u.discard),
			   sizeof(u64));
}

/* Takes a reference off the stack and lends the page to the backend. */
static grant_ref_t grant(struct blkfront_queue *queue, struct blkfront_io *io,
			 struct page *page, bool readonly)
{
	grant_ref_t ref = queue->grefs.free[--queue->grefs.count];
	domid_t domain = queue->front->dev->otherend_id;

	io->grefs[io->nr_grefs++] = ref;
	gnttab_page_grant_foreign_access_ref_one(ref, domain, page, readonly);
	return ref;
}

static void fill_segments(struct blkfront_queue *queue, struct blkfront_io *io,
			  struct blkif_request_segment *seg, int count,
			  bool write)
{
	int i;

	for (i = 0; i < count; i++) {
		struct scatterlist *sg = &io->sg[i];

		/* Member by member: padding that was zero stays zero. */
		seg[i].gref = grant(queue, io, sg_page(sg), write);
		seg[i].first_sect = sg->offset >> SECTOR_SHIFT;
		seg[i].last_sect = ((sg->offset + sg->length) >>
				    SECTOR_SHIFT) - 1;
	}
}

static void fill_direct(struct blkfront_queue *queue, struct entry *entry,
			struct request *rq, int count, u64 id)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);
	struct blkif_request_rw *rw = &entry->req.u.rw;

	rw->id = id;
	rw->nr_segments = count;
	rw->handle = queue->front->vdev;
	rw->sector_number = count ? blk_rq_pos(rq) : 0;
	fill_segments(queue, io, rw->seg, count, op_is_write(req_op(rq)));
	entry->len = DIRECT_LEN(count);
}

static void fill_indirect(struct blkfront_queue *queue, struct entry *entry,
			  struct request *rq, int count, u64 id)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);
	struct blkif_request_indirect *indirect = &entry->req.u.indirect;

	entry->req.operation = BLKIF_OP_INDIRECT;
	indirect->indirect_op = io->op;
	indirect->id = id;
	indirect->nr_segments = count;
	indirect->handle = queue->front->vdev;
	indirect->sector_number = blk_rq_pos(rq);
	fill_segments(queue, io, io->indirect, count, op_is_write(req_op(rq)));
	indirect->indirect_grefs[0] =
		grant(queue, io, virt_to_page(io->indirect), true);
	entry->len = ALIGN(offsetofend(struct blkif_request, u.indirect),
			   sizeof(u64));
}

/* Fills an entry and puts it on the ring; the caller has room for it. */
static void put_request(struct blkfront_queue *queue, struct request *rq,
			int count)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);
	u64 id = xen_idpool_issue(&queue->ids, blkfront_slot_of(queue, rq));
	struct entry entry;

	/* All of it: the backend sees every byte of the slot. */
	memset(&entry.req, 0, sizeof(entry.req));
	entry.req.operation = io->op;
	if (io->op == BLKIF_OP_DISCARD)
		fill_discard(&entry, rq, id);
	else if (count > BLKIF_MAX_SEGMENTS_PER_REQUEST)
		fill_indirect(queue, &entry, rq, count, id);
	else
		fill_direct(queue, &entry, rq, count, id);

	list_add_tail(&io->node, &queue->inflight);
	xen_ring_put(&queue->channel.ring, &entry.req, entry.len);
}

/*
 * A request that was made for a backend with larger ones is sent in parts, one
 * after the other: the first of them now. Return: its segments.
 */
static int first_part(const struct blkfront *front, struct blkfront_io *io,
		      int count)
{
	int i, most = front->config.segments;

	io->bytes = 0;
	if (likely(count <= most))
		return count;
	for (i = 0; i < most; i++)
		io->bytes += io->sg[i].length;
	return most;
}

/*
 * There will be room when requests have ended. blk-mq asks again at the end of
 * one of the same hardware queue; if others use the ring, too, it has to look.
 */
static blk_status_t no_room(const struct blkfront *front)
{
	return front->nr_queues < front->tags.nr_hw_queues ?
		BLK_STS_RESOURCE : BLK_STS_DEV_RESOURCE;
}

static blk_status_t try_put(struct blkfront_queue *queue, struct request *rq,
			    int count)
{
	/* Taken down by recovery: blk-mq asks again when there is a ring. */
	if (unlikely(queue->channel.ring.broken))
		return BLK_STS_RESOURCE;
	if (unlikely(!xen_ring_free(&queue->channel.ring) ||
		     queue->grefs.count <= count))
		return no_room(queue->front);
	put_request(queue, rq, count);
	return BLK_STS_OK;
}

/*
 * Nothing to do for a backend that has no cache to flush, as blk-mq knows. The
 * one that the request was meant for had one.
 */
static bool is_needless(const struct blkfront_geometry *geometry,
			const struct request *rq)
{
	return req_op(rq) == REQ_OP_FLUSH && !geometry->flush &&
	       !geometry->barrier;
}

/**
 * blkfront_queue_rq - blk-mq has a request for us
 * @hctx: the hardware queue
 * @bd: the request, and whether more follow
 *
 * Context: any; may be called for one queue on several CPUs.
 */
blk_status_t blkfront_queue_rq(struct blk_mq_hw_ctx *hctx,
			       const struct blk_mq_queue_data *bd)
{
	struct blkfront *front = hctx->queue->queuedata;
	struct request *rq = bd->rq;
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);
	struct blkfront_queue *queue;
	bool notify = false;
	unsigned long flags;
	blk_status_t status;
	int op, count = 0;

	if (unlikely(READ_ONCE(front->is.dead)))
		return BLK_STS_IOERR;
	queue = blkfront_queue_of(front, hctx);
	op = choose_op(&front->geometry, rq);
	if (unlikely(op < 0))
		return BLK_STS_NOTSUPP;

	blk_mq_start_request(rq);
	if (unlikely(is_needless(&front->geometry, rq))) {
		blk_mq_end_request(rq, BLK_STS_OK);
		return BLK_STS_OK;
	}
	io->op = op;
	if (op == BLKIF_OP_DISCARD || req_op(rq) == REQ_OP_FLUSH) {
		io->bytes = 0;
	} else {
		sg_init_table(io->sg, BLKFRONT_SEGMENTS_MAX);
		count = first_part(front, io, blk_rq_map_sg(rq->q, rq, io->sg));
	}

	spin_lock_irqsave(&queue->lock, flags);
	status = try_put(queue, rq, count);
	if (bd->last || status != BLK_STS_OK)
		notify = xen_ring_push(&queue->channel.ring);
	spin_unlock_irqrestore(&queue->lock, flags);

	if (notify)
		notify_remote_via_irq(queue->channel.irq);
	return status;
}

/**
 * blkfront_commit_rqs - no more requests follow, though we were told so
 * @hctx: the hardware queue
 */
void blkfront_commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	struct blkfront *front = hctx->queue->queuedata;
	struct blkfront_queue *queue;
	unsigned long flags;
	bool notify;

	if (unlikely(READ_ONCE(front->is.dead)))
		return;
	queue = blkfront_queue_of(front, hctx);
	spin_lock_irqsave(&queue->lock, flags);
	notify = xen_ring_push(&queue->channel.ring);
	spin_unlock_irqrestore(&queue->lock, flags);
	if (notify)
		notify_remote_via_irq(queue->channel.irq);
}
