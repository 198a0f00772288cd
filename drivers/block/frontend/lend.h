/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the data of requests gets to the backend: two ways, each a file of its
 * own behind struct blkfront_lender. Floor F5; chosen in negotiate.c for a
 * connection, used by request.c and complete.c.
 *
 *	direct.c  pages are granted where the data is, for one request: nothing
 *		  is copied, but each page is mapped and unmapped
 *	bounce.c  pages of the driver's own are granted once, and data is copied
 *		  there and back: no grant operation, and the backend never
 *		  sees what else is on the page of a request
 *
 * Both take what they lend from a queue's private pool, so that there is no
 * lock but the queue's own on the data path.
 */
#ifndef XENIFY_BLOCK_FRONT_LEND_H
#define XENIFY_BLOCK_FRONT_LEND_H

#include <linux/blk_types.h>
#include <linux/bvec.h>
#include <linux/types.h>
#include <xen/grant_table.h>
#include <xen/interface/io/blkif.h>

struct blkfront_io;
struct blkfront_queue;
struct page;
struct request;

/**
 * struct blkfront_loan - a page that the backend can reach, or a reference
 * @ref: the grant reference
 * @page: the page behind it; NULL while the reference is not in use
 */
struct blkfront_loan {
	grant_ref_t ref;
	struct page *page;
};

/**
 * struct blkfront_pool - what a queue can lend
 * @free: what is not lent, a stack with room for @max
 * @count: how many are on it
 * @total: how many there are
 * @max: how many there may be
 *
 * Guarded by the queue's lock.
 */
struct blkfront_pool {
	struct blkfront_loan *free;
	u32 count;
	u32 total;
	u32 max;
};

/**
 * struct blkfront_lender - a way to lend
 * @create: fill the pool, with enough for one request at least: @each is what
 *	the largest one takes. Context: may sleep
 * @destroy: empty it. Context: may sleep
 * @take: reserve @count loans for a request, which has none. Context: the
 *	queue's lock is held. Return: false when there are too few
 * @trim: give back what has not been needed, from a work: @trim of the queue.
 *	Context: the queue's lock is held
 * @lend: give the backend access to a request's data, and describe the first
 *	@count segments of it in @seg, which is private memory. The request may
 *	have more, but took so many loans. Context: not locked
 * @lend_page: the same for a page of the driver's own that holds @len bytes
 *	which the backend is to read
 * @settle: the backend answered. Context: the queue's lock is held. Return:
 *	false if it keeps pages mapped that are not ours to keep
 * @finish: hand over what was read, by a request that succeeded; NULL if it is
 *	in its place. Context: not locked
 * @release: give back what @settle did not, after @finish; NULL with it.
 *	Context: the queue's lock is held
 * @revoke: the request is taken back, the backend is lost. Context: the queue's
 *	lock is held. Return: false, silently, while the backend may still be
 *	about to let go of pages that are not ours to keep
 * @abandon: the request is taken back from a backend that still has access.
 *	Context: the queue's lock is held
 */
struct blkfront_lender {
	int (*create)(struct blkfront_queue *queue, u32 depth, u32 each);
	void (*destroy)(struct blkfront_queue *queue);
	bool (*take)(struct blkfront_queue *queue, struct blkfront_io *io,
		     u32 count);
	void (*trim)(struct blkfront_queue *queue);
	void (*lend)(struct blkfront_queue *queue, struct request *rq,
		     struct blkif_request_segment *seg, int count);
	grant_ref_t (*lend_page)(struct blkfront_queue *queue,
				 struct blkfront_io *io, struct page *page,
				 u32 len);
	bool (*settle)(struct blkfront_queue *queue, struct blkfront_io *io);
	void (*finish)(struct request *rq);
	void (*release)(struct blkfront_queue *queue, struct blkfront_io *io);
	bool (*revoke)(struct blkfront_queue *queue, struct blkfront_io *io);
	void (*abandon)(struct blkfront_queue *queue, struct blkfront_io *io);
};

/**
 * blkfront_describe - what the ring says of a piece of data
 * @seg: to be filled, member by member: padding that was zero stays zero
 * @ref: grants the page
 * @bv: where in the page
 */
static inline void blkfront_describe(struct blkif_request_segment *seg,
				     grant_ref_t ref, const struct bio_vec *bv)
{
	seg->gref = ref;
	seg->first_sect = bv->bv_offset >> SECTOR_SHIFT;
	seg->last_sect = ((bv->bv_offset + bv->bv_len) >> SECTOR_SHIFT) - 1;
}

extern const struct blkfront_lender blkfront_direct;
extern const struct blkfront_lender blkfront_bounce;

/* pool.c */
int blkfront_pool_create(struct blkfront_pool *pool, u32 max);
int blkfront_pool_grow(struct blkfront_pool *pool, u32 count);
void blkfront_pool_shrink(struct blkfront_pool *pool, u32 count);
void blkfront_pool_destroy(struct blkfront_pool *pool);
bool blkfront_pool_take(struct blkfront_pool *pool, struct blkfront_io *io,
			u32 count);
void blkfront_pool_give(struct blkfront_pool *pool, struct blkfront_io *io);

#endif /* XENIFY_BLOCK_FRONT_LEND_H */
