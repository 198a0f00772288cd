// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the ring back to blk-mq: responses are copied, checked and matched with
 * what was asked. Floor F5; called by the queue's interrupt, and by blk-mq.
 *
 * Trust: a response with an id that is not due, with another operation than
 * was sent, or for pages that the backend keeps mapped breaks the ring; the
 * disk is then connected anew and its requests are sent again.
 */
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>

#include "front.h"

/* Requests that ended in one run, to be handed on without the lock. */
struct batch {
	struct blkfront_queue *queue;
	struct rq_list ended;
};

static blk_status_t blkfront_complete_decode_status(const struct blkif_response *rsp)
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

static int blkfront_complete_log_broken(struct blkfront_queue *queue, const char *what, u64 id)
{
	if (xen_log_allowed())
		dev_err(&queue->front->dev->dev,
			"queue %u: backend %s (request %#llx); connecting anew\n",
			queue->index, what, id);
	return -EPROTO;
}

static int blkfront_complete_handle_response(void *owner, void *entry)
{
	struct batch *batch = owner;
	const struct blkif_response *rsp = entry;
	struct blkfront_queue *queue = batch->queue;
	struct blkfront_io *io;
	struct request *rq;
	int slot;

	slot = xen_idpool_redeem(&queue->ids, rsp->id);
	if (unlikely(slot < 0))
		return blkfront_complete_log_broken(queue, "answered what was not asked", rsp->id);
	rq = blkfront_request_of(queue, slot);
	io = blk_mq_rq_to_pdu(rq);

	if (unlikely(rsp->operation != io->op))
		return blkfront_complete_log_broken(queue, "answered another operation", rsp->id);
	if (unlikely(!queue->lender->settle(queue, io)))
		return blkfront_complete_log_broken(queue, "keeps pages mapped", rsp->id);

	io->status = blkfront_complete_decode_status(rsp);
	list_del(&io->node);
	rq_list_add_tail(&batch->ended, rq);
	return 0;
}

/*
 * All responses there are, and a request for an event after them; a threshold
 * that is behind what comes asks for none.
 */
static int blkfront_complete_drain(struct blkfront_queue *queue, struct batch *batch)
{
	struct xen_ring *ring = &queue->channel.ring;
	struct blkif_response rsp;
	int done, all = 0;

	do {
		done = xen_ring_drain(ring, &rsp, sizeof(rsp), ring->size,
				      blkfront_complete_handle_response, batch);
		if (done < 0)
			return done;
		all += done;
	} while (xen_ring_arm(ring, queue->polled ? 0 : 1));
	queue->stats.responses += all;
	return all;
}

/* What was read is put in its place without the lock. */
static void blkfront_complete_finish(struct batch *batch)
{
	struct blkfront_queue *queue = batch->queue;
	struct request *rq;
	unsigned long flags;

	rq_list_for_each(&batch->ended, rq) {
		struct blkfront_io *io = blk_mq_rq_to_pdu(rq);

		if (likely(io->status == BLK_STS_OK))
			queue->lender->finish(rq);
	}
	spin_lock_irqsave(&queue->lock, flags);
	rq_list_for_each(&batch->ended, rq)
		queue->lender->release(queue, blk_mq_rq_to_pdu(rq));
	spin_unlock_irqrestore(&queue->lock, flags);
}

/*
 * Hands ended requests on: those that blk-mq ends in one go are in @iob, the
 * others are on their way. What was read is in its place before that.
 */
static void blkfront_complete_hand_on(struct batch *batch, struct io_comp_batch *iob)
{
	struct request *rq;

	if (batch->queue->lender->finish)
		blkfront_complete_finish(batch);
	while ((rq = rq_list_pop(&batch->ended))) {
		struct blkfront_io *io = blk_mq_rq_to_pdu(rq);
		bool ok = io->status == BLK_STS_OK;

		if (unlikely(blk_should_fake_timeout(rq->q)))
			continue;
		/* What its third argument is, a stable kernel may change. */
		if (!ok || io->bytes ||
		    !blk_mq_add_to_batch(rq, iob, false,
					 blk_mq_end_request_batch))
			blk_mq_complete_request(rq);
	}
}

/*
 * Requests ended: those that found no room are sent now. Requests that end in a
 * batch do not make blk-mq look for them, as those that end alone do.
 */
static void blkfront_complete_feed(struct blkfront_queue *queue)
{
	if (likely(!READ_ONCE(queue->starved)))
		return;
	WRITE_ONCE(queue->starved, false);
	blk_mq_run_hw_queues(queue->front->disk->queue, true);
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
	DEFINE_IO_COMP_BATCH(iob);
	bool was_broken;
	int done;

	spin_lock(&queue->lock);
	was_broken = queue->channel.ring.broken;
	queue->stats.events++;
	done = blkfront_complete_drain(queue, &batch);
	spin_unlock(&queue->lock);

	blkfront_complete_hand_on(&batch, &iob);
	if (!rq_list_empty(&iob.req_list))
		blk_mq_end_request_batch(&iob);
	blkfront_complete_feed(queue);
	if (unlikely(done < 0)) {
		if (!was_broken)
			xen_tie_recover(&queue->front->tie);
		return IRQ_HANDLED;
	}
	xen_irq_lateeoi(irq, done ? 0 : XEN_EOI_FLAG_SPURIOUS);
	return IRQ_HANDLED;
}

/* The ring that carries a hardware queue's requests, while there are rings. */
static struct blkfront_queue *blkfront_complete_queue_to_poll(struct blkfront *front,
							      const struct blk_mq_hw_ctx *hctx)
{
	unsigned int count = READ_ONCE(front->nr_queues);

	return count ? &front->queues[hctx->queue_num % count] : NULL;
}

/**
 * blkfront_poll - look for responses without an interrupt
 * @hctx: the hardware queue
 * @iob: takes requests that ended
 *
 * The queue may be taken down at any time, and waits for us then.
 * Context: any. Return: how many there were.
 */
int blkfront_poll(struct blk_mq_hw_ctx *hctx, struct io_comp_batch *iob)
{
	struct blkfront *front = hctx->queue->queuedata;
	struct blkfront_queue *queue;
	struct batch batch = { };
	unsigned long flags;
	int done = 0;

	rcu_read_lock();
	queue = blkfront_complete_queue_to_poll(front, hctx);
	if (unlikely(!queue))
		goto unlock;
	batch.queue = queue;
	spin_lock_irqsave(&queue->lock, flags);
	if (likely(queue->live && !queue->channel.ring.broken)) {
		done = blkfront_complete_drain(queue, &batch);
		queue->stats.polls++;
	}
	spin_unlock_irqrestore(&queue->lock, flags);

	blkfront_complete_hand_on(&batch, iob);
	blkfront_complete_feed(queue);
	if (unlikely(done < 0))
		xen_tie_recover(&front->tie);
unlock:
	rcu_read_unlock();
	return max(done, 0);
}

/* A request like any other, but before what has come meanwhile. */
static void blkfront_complete_send_again(struct request *rq)
{
	rq->rq_flags |= RQF_DONTPREP;
	blk_mq_requeue_request(rq, true);
}

/*
 * What was sent is done: of a request in parts, the next one follows, and what is
 * to be on the medium is flushed then. Return: whether it goes on.
 */
static bool blkfront_complete_send_rest(struct request *rq, struct blkfront_io *io)
{
	if (io->bytes < blk_rq_bytes(rq))
		blk_update_request(rq, BLK_STS_OK, io->bytes);
	else if (rq->cmd_flags & REQ_FUA && io->op == BLKIF_OP_WRITE)
		io->written = true;
	else
		return false;
	blkfront_complete_send_again(rq);
	return true;
}

/*
 * A backend may find out late that its device has no flushes, or no barriers
 * (blkif.h): these are as if it had never offered them. What was to be written
 * with one was not.
 */
static void blkfront_complete_do_without(struct blkfront *front, u8 op)
{
	bool *offered = op == BLKIF_OP_WRITE_BARRIER ? &front->geometry.barrier :
						       &front->geometry.flush;

	if (xen_log_allowed())
		pr_warn("%s: the backend refuses %s, which it had offered: going on without\n",
			front->disk->disk_name,
			op == BLKIF_OP_WRITE_BARRIER ? "barriers" : "flushes");
	WRITE_ONCE(*offered, false);
	queue_work(system_freezable_wq, &front->follow);
}

/* Return: whether the request is sent in another way. */
static bool blkfront_complete_is_refused(struct request *rq, const struct blkfront_io *io)
{
	switch (io->op) {
	case BLKIF_OP_FLUSH_DISKCACHE:
	case BLKIF_OP_WRITE_BARRIER:
		blkfront_complete_do_without(rq->q->queuedata, io->op);
		blkfront_complete_send_again(rq);
		return true;
	case BLKIF_OP_DISCARD:
		if (req_op(rq) == REQ_OP_DISCARD)
			blk_queue_disable_discard(rq->q);
		else
			blk_queue_disable_secure_erase(rq->q);
		return false;
	default:
		return false;
	}
}

/**
 * blkfront_complete_rq - end a request, on the CPU that sent it
 * @rq: the request
 */
void blkfront_complete_rq(struct request *rq)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);

	if (unlikely(io->status == BLK_STS_NOTSUPP) && blkfront_complete_is_refused(rq, io))
		return;
	if (unlikely(io->bytes) && io->status == BLK_STS_OK &&
	    blkfront_complete_send_rest(rq, io))
		return;
	blk_mq_end_request(rq, io->status);
}
