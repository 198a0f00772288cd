// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lending pages where the data is: nothing is copied, each page is granted for
 * one request. Floor F5; called through struct blkfront_lender.
 *
 * Trust: a page goes back to its owner when the backend has let go of it. One
 * that it keeps breaks the connection (complete.c).
 */
#include <linux/blk-mq.h>
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/minmax.h>

#include "front.h"

/*
 * References of a queue at the most; the grant table is every device's. A request
 * for which there are too few waits for others to end.
 */
#define REFS_MAX	4096U
/* So many more when there are too few, */
#define REFS_MORE	64U
/* and how often to look whether there are too many. */
#define TRIM_DELAY	(10 * HZ)

/* Enough for one request, so that there is always one on its way. */
static int blkfront_direct_create(struct blkfront_queue *queue, u32 depth, u32 each)
{
	struct blkfront_pool *pool = &queue->pool;
	u32 max = clamp(REFS_MAX, each, depth * each);
	int err = blkfront_pool_create(pool, max);

	return err ?: blkfront_pool_grow(pool, each);
}

static void blkfront_direct_destroy(struct blkfront_queue *queue)
{
	blkfront_pool_destroy(&queue->pool);
}

/* So many as there are, if there are enough of them for the request. */
static bool blkfront_direct_grow(struct blkfront_queue *queue, u32 count)
{
	struct blkfront_pool *pool = &queue->pool;
	u32 room = pool->max - pool->total, need = count - pool->count;

	if (need > room)
		return false;
	if (blkfront_pool_grow(pool, clamp(REFS_MORE, need, room)) &&
	    pool->count < count &&
	    blkfront_pool_grow(pool, count - pool->count))
		return false;
	queue_delayed_work(system_freezable_wq, &queue->trim, TRIM_DELAY);
	return true;
}

static bool blkfront_direct_take(struct blkfront_queue *queue, struct blkfront_io *io,
				 u32 count)
{
	if (unlikely(queue->pool.count < count) && !blkfront_direct_grow(queue, count))
		return false;
	return blkfront_pool_take(&queue->pool, io, count);
}

/* Gives half of what lies idle back: what is busy now and then keeps the rest. */
static void blkfront_direct_trim(struct blkfront_queue *queue)
{
	struct blkfront_pool *pool = &queue->pool;
	u32 surplus = pool->total - (queue->front->config.segments + 1);

	blkfront_pool_shrink(pool, DIV_ROUND_UP(min(pool->count, surplus), 2));
	if (surplus)
		queue_delayed_work(system_freezable_wq, &queue->trim,
				   TRIM_DELAY);
}

static grant_ref_t blkfront_direct_grant(struct blkfront_queue *queue,
					 struct blkfront_loan *loan, struct page *page,
					 bool readonly)
{
	loan->page = page;
	gnttab_page_grant_foreign_access_ref_one(loan->ref,
						 queue->front->dev->otherend_id,
						 page, readonly);
	return loan->ref;
}

static void blkfront_direct_lend(struct blkfront_queue *queue, struct request *rq,
				 struct blkif_request_segment *seg, int count)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);
	struct blkfront_loan *loan = io->loans;
	bool write = op_is_write(req_op(rq));
	struct req_iterator iter;
	struct bio_vec bv;

	rq_for_each_segment(bv, rq, iter) {
		if (unlikely(!count--))
			return;
		blkfront_describe(seg++, blkfront_direct_grant(queue, loan++, bv.bv_page, write),
				  &bv);
	}
}

static grant_ref_t blkfront_direct_lend_page(struct blkfront_queue *queue,
					     struct blkfront_io *io, struct page *page,
					     u32 len)
{
	return blkfront_direct_grant(queue, &io->loans[io->nr_loans - 1], page, true);
}

/* Those that ended are back in the pool even if one did not. */
static bool blkfront_direct_settle(struct blkfront_queue *queue, struct blkfront_io *io)
{
	struct blkfront_pool *pool = &queue->pool;

	while (io->nr_loans) {
		struct blkfront_loan *loan = &io->loans[io->nr_loans - 1];

		if (loan->page &&
		    unlikely(!gnttab_end_foreign_access_ref(loan->ref)))
			return false;
		loan->page = NULL;
		pool->free[pool->count++] = *loan;
		io->nr_loans--;
	}
	return true;
}

/*
 * References go back to the grant table, whose call for that gives no warning
 * of a page that is mapped yet. The queue that has them ends, too.
 */
static bool blkfront_direct_revoke(struct blkfront_queue *queue, struct blkfront_io *io)
{
	while (io->nr_loans) {
		struct blkfront_loan *loan = &io->loans[io->nr_loans - 1];

		if (!loan->page)
			gnttab_free_grant_reference(loan->ref);
		else if (!gnttab_try_end_foreign_access(loan->ref))
			return false;
		queue->pool.total--;
		io->nr_loans--;
	}
	return true;
}

/* For a backend that will not let go: the table frees these when it does. */
static void blkfront_direct_abandon(struct blkfront_queue *queue, struct blkfront_io *io)
{
	if (xen_log_allowed())
		dev_err(&queue->front->dev->dev,
			"backend keeps %u pages of a request mapped for good\n",
			io->nr_loans);
	while (io->nr_loans) {
		struct blkfront_loan *loan = &io->loans[--io->nr_loans];

		if (loan->page)
			gnttab_end_foreign_access(loan->ref, NULL);
		else
			gnttab_free_grant_reference(loan->ref);
		queue->pool.total--;
	}
}

const struct blkfront_lender blkfront_direct = {
	.create = blkfront_direct_create,
	.destroy = blkfront_direct_destroy,
	.take = blkfront_direct_take,
	.trim = blkfront_direct_trim,
	.lend = blkfront_direct_lend,
	.lend_page = blkfront_direct_lend_page,
	.settle = blkfront_direct_settle,
	.revoke = blkfront_direct_revoke,
	.abandon = blkfront_direct_abandon,
};
