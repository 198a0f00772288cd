// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue's private grant references: see lend.h. Floor F5; called by direct.c
 * and bounce.c. A queue that shares references with nobody needs no lock but
 * its own.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "front.h"

/* The table hands them out in pieces when there are only pieces left. */
#define REFS_BATCH	1024U

/**
 * blkfront_pool_create - make an empty pool
 * @pool: to be filled
 * @max: loans that there may be
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int blkfront_pool_create(struct blkfront_pool *pool, u32 max)
{
	*pool = (struct blkfront_pool) { .max = max };
	pool->free = kvcalloc(max, sizeof(*pool->free), GFP_KERNEL);
	return pool->free ? 0 : -ENOMEM;
}

static int blkfront_pool_claim(struct blkfront_pool *pool, u32 count)
{
	grant_ref_t head;

	if (gnttab_alloc_grant_references(count, &head))
		return -ENOSPC;
	while (count--) {
		pool->free[pool->count++] = (struct blkfront_loan) {
			.ref = gnttab_claim_grant_reference(&head),
		};
		pool->total++;
	}
	gnttab_free_grant_references(head);
	return 0;
}

/**
 * blkfront_pool_grow - put references into a pool
 * @pool: the pool
 * @count: how many, within its maximum
 *
 * Context: any; the queue's lock is held, or nobody uses the queue yet.
 * Return: 0, or -ENOSPC when the table has fewer; some were added then.
 */
int blkfront_pool_grow(struct blkfront_pool *pool, u32 count)
{
	while (count) {
		u32 batch = min(count, REFS_BATCH);
		int err = blkfront_pool_claim(pool, batch);

		if (err)
			return err;
		count -= batch;
	}
	return 0;
}

/**
 * blkfront_pool_shrink - give references back
 * @pool: a pool whose loans have no pages
 * @count: how many, of those that are not lent
 *
 * Context: any; the queue's lock is held.
 */
void blkfront_pool_shrink(struct blkfront_pool *pool, u32 count)
{
	pool->total -= count;
	while (count--)
		gnttab_free_grant_reference(pool->free[--pool->count].ref);
}

/**
 * blkfront_pool_destroy - give a pool's references back
 * @pool: a pool whose loans have no pages any more, or zeroed memory
 *
 * Context: may sleep.
 */
void blkfront_pool_destroy(struct blkfront_pool *pool)
{
	u32 i;

	for (i = 0; i < pool->count; i++)
		gnttab_free_grant_reference(pool->free[i].ref);
	kvfree(pool->free);
	*pool = (struct blkfront_pool) { };
}

/**
 * blkfront_pool_take - take loans for a request
 * @pool: the pool
 * @io: the request, which has none
 * @count: how many
 *
 * Context: the queue's lock is held. Return: false when there are too few.
 */
bool blkfront_pool_take(struct blkfront_pool *pool, struct blkfront_io *io,
			u32 count)
{
	if (unlikely(pool->count < count))
		return false;
	while (io->nr_loans < count)
		io->loans[io->nr_loans++] = pool->free[--pool->count];
	return true;
}

/**
 * blkfront_pool_give - take a request's loans back
 * @pool: the pool
 * @io: the request
 *
 * Context: the queue's lock is held.
 */
void blkfront_pool_give(struct blkfront_pool *pool, struct blkfront_io *io)
{
	while (io->nr_loans)
		pool->free[pool->count++] = io->loans[--io->nr_loans];
}
