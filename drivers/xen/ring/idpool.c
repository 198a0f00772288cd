// SPDX-License-Identifier: GPL-2.0-only
/*
 * Request ids that a peer cannot forge or repeat: see idpool.h. Floor F4.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "idpool.h"

/**
 * xen_idpool_init - make a pool
 * @pool: to be filled
 * @size: number of slots, at most %XEN_IDPOOL_MAX
 *
 * Context: may sleep. Return: 0, -EINVAL or -ENOMEM.
 */
int xen_idpool_init(struct xen_idpool *pool, u32 size)
{
	if (!size || size > XEN_IDPOOL_MAX)
		return -EINVAL;
	pool->issued = kcalloc(size, sizeof(*pool->issued), GFP_KERNEL);
	if (!pool->issued)
		return -ENOMEM;
	pool->size = size;
	pool->slot_bits = XEN_IDPOOL_SLOT_BITS;
	pool->mask = U64_MAX;
	pool->count = 0;
	return 0;
}
EXPORT_SYMBOL_GPL(xen_idpool_init);

/**
 * xen_idpool_init_short - make a pool of ids that have 16 bits
 * @pool: to be filled
 * @size: number of slots, at most 4096
 *
 * Context: may sleep. Return: 0, -EINVAL or -ENOMEM.
 */
int xen_idpool_init_short(struct xen_idpool *pool, u32 size)
{
	int err;

	if (size > XEN_IDPOOL_SHORT_MAX)
		return -EINVAL;
	err = xen_idpool_init(pool, size);
	if (err)
		return err;
	pool->slot_bits = 0;
	while (BIT(pool->slot_bits) < size)
		pool->slot_bits++;
	pool->mask = U16_MAX;
	return 0;
}
EXPORT_SYMBOL_GPL(xen_idpool_init_short);

/**
 * xen_idpool_free - give a pool's memory back
 * @pool: a pool, or zeroed memory
 */
void xen_idpool_free(struct xen_idpool *pool)
{
	kfree(pool->issued);
	pool->issued = NULL;
	pool->size = 0;
}
EXPORT_SYMBOL_GPL(xen_idpool_free);

/**
 * xen_idpool_issue - make the id for the next use of a slot
 * @pool: the pool
 * @slot: a slot with no response due, below the pool's size
 *
 * Return: the id; never 0.
 */
u64 xen_idpool_issue(struct xen_idpool *pool, u32 slot)
{
	u64 id;

	do {
		id = (++pool->count << pool->slot_bits | slot) & pool->mask;
	} while (!id);
	pool->issued[slot] = id;
	return id;
}
EXPORT_SYMBOL_GPL(xen_idpool_issue);

/**
 * xen_idpool_redeem - accept a response's id, once
 * @pool: the pool
 * @id: what the peer wrote
 *
 * Return: the slot, or -EPROTO if no response with this id is due.
 */
int xen_idpool_redeem(struct xen_idpool *pool, u64 id)
{
	u32 slot = id & (BIT(pool->slot_bits) - 1);

	if (!id || slot >= pool->size || pool->issued[slot] != id)
		return -EPROTO;
	pool->issued[slot] = 0;
	return slot;
}
EXPORT_SYMBOL_GPL(xen_idpool_redeem);

/**
 * xen_idpool_revoke - no response is due for a slot any more
 * @pool: the pool
 * @slot: any slot below the pool's size
 */
void xen_idpool_revoke(struct xen_idpool *pool, u32 slot)
{
	pool->issued[slot] = 0;
}
EXPORT_SYMBOL_GPL(xen_idpool_revoke);
