// SPDX-License-Identifier: GPL-2.0-only
/*
 * From blk-mq to the ring: one request of the kernel is one request of blkif.
 * Floor F5; called by blk-mq.
 */
#include <linux/kernel.h>

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

/* What a request becomes that is none of blkif. */
#define OP_UNKNOWN	(-1)
#define OP_NEEDLESS	(-2)

/*
 * Nothing to do for a backend that has no cache to flush, as blk-mq knows. The
 * one that the request was meant for had one.
 */
static int blkfront_request_flush_op(const struct blkfront_geometry *geometry)
{
	if (geometry->flush)
		return BLKIF_OP_FLUSH_DISKCACHE;
	return geometry->barrier ? BLKIF_OP_WRITE_BARRIER : OP_NEEDLESS;
}

/*
 * A write that is to be on the medium when it ends: blk-mq makes one for a
 * backend that knows barriers alone, and blkfront_request_is_possible() makes one.
 * If it is for another one by now, it is a write, and a flush when that has ended: see
 * blkfront_complete_rq().
 */
static int blkfront_request_fua_op(const struct blkfront_geometry *geometry, struct request *rq)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);

	if (!(rq->rq_flags & RQF_DONTPREP))
		io->written = false;
	if (io->written)
		return blkfront_request_flush_op(geometry);
	/* A barrier makes the backend drain its queue. */
	if (geometry->flush)
		io->bytes = blk_rq_bytes(rq);
	else if (geometry->barrier)
		return BLKIF_OP_WRITE_BARRIER;
	return BLKIF_OP_WRITE;
}

/* The operation that a request of the kernel becomes, or OP_*. */
static int blkfront_request_choose_op(const struct blkfront_geometry *geometry,
				      struct request *rq)
{
	switch (req_op(rq)) {
	case REQ_OP_READ:
		return BLKIF_OP_READ;
	case REQ_OP_WRITE:
		return unlikely(rq->cmd_flags & REQ_FUA) ?
			blkfront_request_fua_op(geometry, rq) : BLKIF_OP_WRITE;
	case REQ_OP_FLUSH:
		return blkfront_request_flush_op(geometry);
	/* The backend that it was meant for may have known it. */
	case REQ_OP_DISCARD:
		return geometry->discard ? BLKIF_OP_DISCARD : OP_UNKNOWN;
	case REQ_OP_SECURE_ERASE:
		return geometry->discard_secure ? BLKIF_OP_DISCARD : OP_UNKNOWN;
	default:
		return OP_UNKNOWN;
	}
}

static void blkfront_request_fill_discard(struct entry *entry, const struct request *rq)
{
	struct blkif_request_discard *discard = &entry->req.u.discard;

	discard->sector_number = blk_rq_pos(rq);
	discard->nr_sectors = blk_rq_sectors(rq);
	discard->flag = req_op(rq) == REQ_OP_SECURE_ERASE ?
			BLKIF_DISCARD_SECURE : 0;
	entry->len = ALIGN(offsetofend(struct blkif_request, u.discard),
			   sizeof(u64));
}

static void blkfront_request_fill_direct(struct blkfront_queue *queue, struct entry *entry,
					 struct request *rq, int count)
{
	struct blkif_request_rw *rw = &entry->req.u.rw;

	if (count) {
		queue->lender->lend(queue, rq, rw->seg, count);
		rw->sector_number = blk_rq_pos(rq);
	}
	rw->nr_segments = count;
	rw->handle = queue->front->vdev;
	entry->len = DIRECT_LEN(count);
}

static void blkfront_request_fill_indirect(struct blkfront_queue *queue, struct entry *entry,
					   struct request *rq, int count)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);
	struct blkif_request_indirect *indirect = &entry->req.u.indirect;

	queue->lender->lend(queue, rq, io->indirect, count);
	entry->req.operation = BLKIF_OP_INDIRECT;
	indirect->indirect_op = io->op;
	indirect->nr_segments = count;
	indirect->handle = queue->front->vdev;
	indirect->sector_number = blk_rq_pos(rq);
	indirect->indirect_grefs[0] =
		queue->lender->lend_page(queue, io, virt_to_page(io->indirect),
					 count * sizeof(*io->indirect));
	entry->len = ALIGN(offsetofend(struct blkif_request, u.indirect),
			   sizeof(u64));
}

/* All of an entry but its id, and the data with it. */
static void blkfront_request_fill(struct blkfront_queue *queue, struct entry *entry,
				  struct request *rq, int count)
{
	const struct blkfront_io *io = blk_mq_rq_to_pdu(rq);

	/* All of it: the backend sees every byte of the slot. */
	memset(&entry->req, 0, sizeof(entry->req));
	entry->req.operation = io->op;
	if (io->op == BLKIF_OP_DISCARD)
		blkfront_request_fill_discard(entry, rq);
	else if (count > BLKIF_MAX_SEGMENTS_PER_REQUEST)
		blkfront_request_fill_indirect(queue, entry, rq, count);
	else
		blkfront_request_fill_direct(queue, entry, rq, count);
}

/*
 * A request that was made for a backend with larger ones is sent in parts, one
 * after the other: the first of them now. Of barriers there are only small ones.
 * Return: its segments.
 */
static int blkfront_request_first_part(const struct blkfront *front, struct request *rq,
				       int count)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);
	int most, left = BLKIF_MAX_SEGMENTS_PER_REQUEST;
	struct req_iterator iter;
	struct bio_vec bv;
	u32 bytes = 0;

	if (count <= left)
		return count;
	if (likely(io->op != BLKIF_OP_WRITE_BARRIER))
		left = front->config.segments;
	if (likely(count <= left))
		return count;
	most = left;
	rq_for_each_segment(bv, rq, iter) {
		bytes += bv.bv_len;
		if (!--left) {
			io->bytes = bytes;
			return most;
		}
	}
	return count;
}

/*
 * There will be room when requests have ended, and the interrupt makes blk-mq ask
 * again. If all have ended before this request is where that looks, blk-mq
 * does so by itself, a little later.
 */
static blk_status_t blkfront_request_no_room(struct blkfront_queue *queue)
{
	queue->stats.waits++;
	queue->starved = true;
	return BLK_STS_RESOURCE;
}

static int blkfront_request_loans_for(int count)
{
	return count + (count > BLKIF_MAX_SEGMENTS_PER_REQUEST);
}

/* Room in the ring and for the data; the queue's lock is held. */
static blk_status_t blkfront_request_reserve(struct blkfront_queue *queue,
					     struct blkfront_io *io, int count)
{
	/* Taken down by recovery: blk-mq asks again when there is a ring. */
	if (unlikely(queue->channel.ring.broken))
		return BLK_STS_RESOURCE;
	if (unlikely(xen_ring_free(&queue->channel.ring) <= queue->promised ||
		     !queue->lender->take(queue, io, blkfront_request_loans_for(count))))
		return blkfront_request_no_room(queue);
	return BLK_STS_OK;
}

/* The id stands at the same place in every kind of request. */
static void blkfront_request_put_request(struct blkfront_queue *queue, struct request *rq,
					 struct entry *entry)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);

	BUILD_BUG_ON(offsetof(struct blkif_request, u.rw.id) !=
		     offsetof(struct blkif_request, u.indirect.id));
	BUILD_BUG_ON(offsetof(struct blkif_request, u.rw.id) !=
		     offsetof(struct blkif_request, u.discard.id));
	entry->req.u.rw.id =
		xen_idpool_issue(&queue->ids, blkfront_slot_of(queue, rq));
	list_add_tail(&io->node, &queue->inflight);
	queue->stats.requests++;
	xen_ring_put(&queue->channel.ring, &entry->req, entry->len);
}

/* Shows the backend what was put; true if it wants to be told. */
static bool blkfront_request_push(struct blkfront_queue *queue)
{
	bool notify = xen_ring_push(&queue->channel.ring);

	queue->stats.doorbells += notify;
	return notify;
}

static bool blkfront_request_has_data(struct request *rq)
{
	const struct blkfront_io *io = blk_mq_rq_to_pdu(rq);

	if (likely(io->op == BLKIF_OP_READ || io->op == BLKIF_OP_WRITE))
		return true;
	return io->op == BLKIF_OP_WRITE_BARRIER &&
	       req_op(rq) == REQ_OP_WRITE && !io->written;
}

/*
 * Fills an entry without the lock, as there is data to be copied; its place in the
 * ring is promised meanwhile.
 */
static void blkfront_request_fill_unlocked(struct blkfront_queue *queue, struct entry *entry,
					   struct request *rq, int count, unsigned long *flags)
{
	queue->promised++;
	spin_unlock_irqrestore(&queue->lock, *flags);
	blkfront_request_fill(queue, entry, rq, count);
	spin_lock_irqsave(&queue->lock, *flags);
	queue->promised--;
}

static blk_status_t blkfront_request_send(struct blkfront_queue *queue, struct request *rq,
					  int count, bool last)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);
	blk_status_t status;
	struct entry entry;
	unsigned long flags;
	bool notify = false;

	spin_lock_irqsave(&queue->lock, flags);
	status = blkfront_request_reserve(queue, io, count);
	if (likely(status == BLK_STS_OK)) {
		blk_mq_start_request(rq);
		if (count && op_is_write(req_op(rq)))
			blkfront_request_fill_unlocked(queue, &entry, rq, count, &flags);
		else
			blkfront_request_fill(queue, &entry, rq, count);
		blkfront_request_put_request(queue, rq, &entry);
	}
	/* Those before it do not wait for the one that has no room. */
	if (last || unlikely(status != BLK_STS_OK))
		notify = blkfront_request_push(queue);
	spin_unlock_irqrestore(&queue->lock, flags);

	if (notify)
		notify_remote_via_irq(queue->channel.irq);
	return status;
}

/* What the backend does not get. */
static blk_status_t blkfront_request_end_here(struct request *rq, int op)
{
	if (op != OP_NEEDLESS)
		return BLK_STS_NOTSUPP;
	blk_mq_start_request(rq);
	blk_mq_end_request(rq, BLK_STS_OK);
	return BLK_STS_OK;
}

/*
 * For a disk that is not as it mostly is. While blk-mq does not know that the new
 * backend has a cache, it takes flushes of what we write now for done: so nothing
 * that is written may need one. Return: whether the request can be sent.
 */
static bool blkfront_request_is_possible(const struct blkfront *front, struct request *rq)
{
	if (READ_ONCE(front->is.dead))
		return false;
	if (READ_ONCE(front->is.unsettled) && req_op(rq) == REQ_OP_WRITE)
		rq->cmd_flags |= REQ_FUA;
	return true;
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
	int op, count;

	if (unlikely(READ_ONCE(front->is.odd)) && !blkfront_request_is_possible(front, rq))
		return BLK_STS_IOERR;
	queue = blkfront_queue_of(front, hctx);
	io->bytes = 0;
	op = blkfront_request_choose_op(&front->geometry, rq);
	if (unlikely(op < 0))
		return blkfront_request_end_here(rq, op);

	io->op = op;
	count = blkfront_request_has_data(rq) ?
		blkfront_request_first_part(front, rq, blk_rq_nr_phys_segments(rq)) : 0;
	return blkfront_request_send(queue, rq, count, bd->last);
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
	notify = blkfront_request_push(queue);
	spin_unlock_irqrestore(&queue->lock, flags);
	if (notify)
		notify_remote_via_irq(queue->channel.irq);
}
