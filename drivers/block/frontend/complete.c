// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the ring back to blk-mq: responses are copied, checked and matched with
 * what was asked. Floor F5; called by the queue's interrupt and by blk-mq.
 *
 * Trust: a response with an id that is not due, with another operation than
 * was sent, or for pages that the backend keeps mapped breaks the ring; the
 * disk is then connected anew and its requests are sent again.
 */
#include <linux/interrupt.h>
#include <linux/kernel.h>

#include "front.h"

/* Requests that ended in one run, to be handed on without the lock. */
struct batch {
	struct blkfront_queue *queue;
	struct rq_list ended;
};

static blk_status_t decode_status(const struct blkif_response *rsp)
{
	switch (rsp->status) {
	case BLKIF_RSP_OKAY:
		return BLK_STS_OK;
	case BLKIF_RSP_EOPNOTSUPP:
		return BLK_STS_NOTSUPP;
	default:
		return BLK_STS_IOERR;
	}
}

static int complain(struct blkfront_queue *queue, const char *what, u64 id)
{
	if (xen_may_complain())
		dev_err(&queue->front->dev->dev,
			"queue %u: backend %s (request %#llx); connecting anew\n",
			queue->index, what, id);
	return -EPROTO;
}

static int handle_response(void *owner, void *entry)
{
	struct batch *batch = owner;
	const struct blkif_response *rsp = entry;
	struct blkfront_queue *queue = batch->queue;
	struct blkfront *front = queue->front;
	struct blkfront_io *io;
	struct request *rq;
	int tag;

	tag = xen_idpool_redeem(&queue->ids, rsp->id);
	if (unlikely(tag < 0))
		return complain(queue, "answered what was not asked", rsp->id);
	rq = blk_mq_tag_to_rq(front->tags.tags[queue->index], tag);
	io = blk_mq_rq_to_pdu(rq);

	if (unlikely(rsp->operation != io->op))
		return complain(queue, "answered another operation", rsp->id);
	if (unlikely(!blkfront_grefs_end(queue, io)))
		return complain(queue, "keeps pages mapped", rsp->id);

	io->status = decode_status(rsp);
	list_del(&io->node);
	rq_list_add_tail(&batch->ended, rq);
	return 0;
}

/* All responses there are, and a request for an event after them. */
static int drain(struct blkfront_queue *queue, struct batch *batch)
{
	struct xen_ring *ring = &queue->channel.ring;
	struct blkif_response rsp;
	int done, all = 0;

	do {
		done = xen_ring_drain(ring, &rsp, sizeof(rsp), ring->size,
				      handle_response, batch);
		if (done < 0)
			return done;
		all += done;
	} while (xen_ring_arm(ring, 1));
	return all;
}

/**
 * blkfront_interrupt - the backend says that there are responses
 * @irq: the queue's interrupt
 * @arg: the queue
 *
 * An event without a response is counted against the backend, which slows its
 * next ones down; after a broken ring no more are let through.
 */
irqreturn_t blkfront_interrupt(int irq, void *arg)
{
	struct blkfront_queue *queue = arg;
	struct batch batch = { .queue = queue };
	struct request *rq;
	bool was_broken;
	int done;

	spin_lock(&queue->lock);
	was_broken = queue->channel.ring.broken;
	done = drain(queue, &batch);
	spin_unlock(&queue->lock);

	while ((rq = rq_list_pop(&batch.ended))) {
		if (likely(!blk_should_fake_timeout(rq->q)))
			blk_mq_complete_request(rq);
	}
	if (unlikely(done < 0)) {
		if (!was_broken)
			blkfront_recover(queue->front);
		return IRQ_HANDLED;
	}
	xen_irq_lateeoi(irq, done ? 0 : XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

/**
 * blkfront_complete_rq - end a request, on the CPU that sent it
 * @rq: the request
 */
void blkfront_complete_rq(struct request *rq)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);

	if (unlikely(io->status == BLK_STS_NOTSUPP)) {
		if (req_op(rq) == REQ_OP_DISCARD)
			blk_queue_disable_discard(rq->q);
		if (req_op(rq) == REQ_OP_SECURE_ERASE)
			blk_queue_disable_secure_erase(rq->q);
	}
	blk_mq_end_request(rq, io->status);
}
