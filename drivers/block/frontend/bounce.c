// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lending pages of the driver's own, to which data is copied: granted for as long
 * as they are needed now and then. Floor F5; called through struct blkfront_lender.
 *
 * A backend may keep such pages mapped ("feature-persistent"), and then neither
 * end has a grant operation, nor the hypervisor a TLB to flush, on the data
 * path: copying a page costs a fraction of that. And a backend that is not to
 * be trusted sees nothing but what was sent to it, and changes nothing later.
 */
#include <linux/blk-mq.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/kernel.h>

#include "front.h"

/*
 * Pages of a queue at the most: as many as backends keep mapped by default. A
 * request for which there are too few waits for others to end.
 */
#define PAGES_MAX	1056U

/* How often to look whether there are too many. */
#define TRIM_DELAY	(10 * HZ)

/*
 * One more page, granted for many requests. Zeroed: the backend sees all of it before
 * anything was sent.
 */
static bool blkfront_bounce_add_page(struct blkfront_queue *queue, gfp_t gfp)
{
	struct blkfront_pool *pool = &queue->pool;
	struct blkfront_loan *loan;
	struct page *page;

	if (pool->total >= pool->max)
		return false;
	page = alloc_page(gfp | __GFP_ZERO | __GFP_NOWARN);
	if (!page)
		return false;
	if (blkfront_pool_grow(pool, 1)) {
		__free_page(page);
		return false;
	}
	loan = &pool->free[pool->count - 1];
	loan->page = page;
	gnttab_page_grant_foreign_access_ref_one(loan->ref,
						 queue->front->dev->otherend_id,
						 page, false);
	return true;
}

/* Enough for one request, so that there is always one on its way. */
static int blkfront_bounce_create(struct blkfront_queue *queue, u32 depth, u32 each)
{
	u32 max = clamp(PAGES_MAX, each, depth * each);
	int err = blkfront_pool_create(&queue->pool, max);

	while (!err && queue->pool.total < each)
		if (!blkfront_bounce_add_page(queue, GFP_KERNEL))
			err = -ENOMEM;
	return err;
}

/* A page that the backend still has mapped is freed when it lets go. */
static void blkfront_bounce_destroy(struct blkfront_queue *queue)
{
	struct blkfront_pool *pool = &queue->pool;

	while (pool->count) {
		struct blkfront_loan *loan = &pool->free[--pool->count];

		if (loan->page)
			gnttab_end_foreign_access(loan->ref, loan->page);
		else
			gnttab_free_grant_reference(loan->ref);
	}
	blkfront_pool_destroy(pool);
}

static bool blkfront_bounce_take(struct blkfront_queue *queue, struct blkfront_io *io,
				 u32 count)
{
	if (unlikely(queue->pool.count < count)) {
		queue_delayed_work(system_freezable_wq, &queue->trim, TRIM_DELAY);
		while (queue->pool.count < count)
			if (!blkfront_bounce_add_page(queue, GFP_ATOMIC))
				return false;
	}
	return blkfront_pool_take(&queue->pool, io, count);
}

/*
 * Gives half of what lies idle back: what is busy now and then keeps the rest. Those
 * at the bottom of the stack were not needed for longest. What the backend keeps
 * mapped stays until it lets go, as ours does when its domain is short of memory.
 */
static void blkfront_bounce_trim(struct blkfront_queue *queue)
{
	struct blkfront_pool *pool = &queue->pool;
	u32 surplus = pool->total - (queue->front->config.segments + 1);
	u32 most = DIV_ROUND_UP(min(pool->count, surplus), 2);
	u32 i, kept = 0;

	for (i = 0; i < pool->count; i++) {
		struct blkfront_loan loan = pool->free[i];

		if (most && gnttab_try_end_foreign_access(loan.ref)) {
			__free_page(loan.page);
			pool->total--;
			most--;
		} else {
			pool->free[kept++] = loan;
		}
	}
	/* Where it lets go of nothing there is no hurry. */
	if (surplus)
		queue_delayed_work(system_freezable_wq, &queue->trim,
				   kept < pool->count ? TRIM_DELAY : 2 * TRIM_DELAY);
	pool->count = kept;
}

/* Whole pages are most of all, and have the fastest way to be copied. */
static void blkfront_bounce_copy(struct page *to, struct page *from, u32 offset, u32 len)
{
	void *dst = kmap_local_page(to), *src = kmap_local_page(from);

	if (len == PAGE_SIZE)
		copy_page(dst, src);
	else
		memcpy(dst + offset, src + offset, len);
	kunmap_local(src);
	kunmap_local(dst);
}

/* Data keeps its place in the page, which is that of blkif's sectors. */
static void blkfront_bounce_lend(struct blkfront_queue *queue, struct request *rq,
				 struct blkif_request_segment *seg, int count)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);
	const struct blkfront_loan *loan = io->loans;
	bool write = op_is_write(req_op(rq));
	struct req_iterator iter;
	struct bio_vec bv;

	rq_for_each_segment(bv, rq, iter) {
		if (unlikely(!count--))
			return;
		if (write)
			blkfront_bounce_copy(loan->page, bv.bv_page, bv.bv_offset, bv.bv_len);
		blkfront_describe(seg++, loan->ref, &bv);
		loan++;
	}
}

static grant_ref_t blkfront_bounce_lend_page(struct blkfront_queue *queue,
					     struct blkfront_io *io, struct page *page,
					     u32 len)
{
	const struct blkfront_loan *loan = &io->loans[io->nr_loans - 1];

	blkfront_bounce_copy(loan->page, page, 0, len);
	return loan->ref;
}

static void blkfront_bounce_give_back(struct blkfront_queue *queue, struct blkfront_io *io)
{
	blkfront_pool_give(&queue->pool, io);
}

/* What was read is still to be copied; what was written is not needed. */
static bool blkfront_bounce_settle(struct blkfront_queue *queue, struct blkfront_io *io)
{
	if (io->op != BLKIF_OP_READ)
		blkfront_bounce_give_back(queue, io);
	return true;
}

/* The pages are the queue's own, and lent as long as it is there: no waiting. */
static bool blkfront_bounce_revoke(struct blkfront_queue *queue, struct blkfront_io *io)
{
	blkfront_bounce_give_back(queue, io);
	return true;
}

/* Of a request that is sent in parts, so much as was sent. */
static void blkfront_bounce_finish(struct request *rq)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);
	const struct blkfront_loan *loan = io->loans;
	u32 left = io->bytes ?: blk_rq_bytes(rq);
	struct req_iterator iter;
	struct bio_vec bv;

	if (!io->nr_loans)
		return;
	rq_for_each_segment(bv, rq, iter) {
		if (unlikely(!left))
			return;
		blkfront_bounce_copy(bv.bv_page, loan->page, bv.bv_offset, bv.bv_len);
		left -= bv.bv_len;
		loan++;
	}
}

const struct blkfront_lender blkfront_bounce = {
	.create = blkfront_bounce_create,
	.destroy = blkfront_bounce_destroy,
	.take = blkfront_bounce_take,
	.trim = blkfront_bounce_trim,
	.lend = blkfront_bounce_lend,
	.lend_page = blkfront_bounce_lend_page,
	.settle = blkfront_bounce_settle,
	.finish = blkfront_bounce_finish,
	.release = blkfront_bounce_give_back,
	.revoke = blkfront_bounce_revoke,
	.abandon = blkfront_bounce_give_back,
};
