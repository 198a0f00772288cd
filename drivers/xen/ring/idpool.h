/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Request ids that a peer cannot forge or repeat.
 *
 * A frontend gives each request an id, the backend echoes it in the response.
 * Here an id names one use of one slot: the slot's number in the low 16 bits,
 * a count of all uses above. An id is good for one response; an idle, repeated,
 * stale or invented one is refused. Slots are handed out by the caller (blk-mq
 * tags, for a disk), so that nothing is allocated on the data path.
 *
 * Where the protocol's id has 16 bits only, the slot's number takes what it
 * needs, and the count has the rest and wraps: a stale id may then be taken for
 * a good one after many uses, but never one that is not due.
 *
 * Floor F4, compiled in user space too. Called by frontends.
 */
#ifndef XENIFY_IDPOOL_H
#define XENIFY_IDPOOL_H

#include <linux/bits.h>
#include <linux/types.h>

#define XEN_IDPOOL_SLOT_BITS	16
#define XEN_IDPOOL_MAX		BIT(XEN_IDPOOL_SLOT_BITS)
/* Leaves a short id four bits of the count. */
#define XEN_IDPOOL_SHORT_MAX	BIT(12)

/**
 * struct xen_idpool - the ids that are on their way
 * @count: uses so far; never 0 in an id, so that no id is 0
 * @size: number of slots
 * @slot_bits: how many bits of an id are the slot's number
 * @mask: the bits that an id may have
 * @issued: id that each slot's response must bear, 0 when none is due
 *
 * The caller serializes all calls.
 */
struct xen_idpool {
	u64 count;
	u32 size;
	u32 slot_bits;
	u64 mask;
	u64 *issued;
};

int xen_idpool_init(struct xen_idpool *pool, u32 size);
int xen_idpool_init_short(struct xen_idpool *pool, u32 size);
void xen_idpool_free(struct xen_idpool *pool);
u64 xen_idpool_issue(struct xen_idpool *pool, u32 slot);
int xen_idpool_redeem(struct xen_idpool *pool, u64 id);
void xen_idpool_revoke(struct xen_idpool *pool, u32 slot);

#endif /* XENIFY_IDPOOL_H */
