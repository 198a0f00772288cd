// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: ids that a backend makes up, repeats or mixes up, among those
 * that are due (drivers/xen/ring/idpool.c), as a frontend calls it.
 *
 * Holds: an id is redeemed if it is due, and only then; once; to its own slot.
 */
#include <linux/errno.h>

#include "../../drivers/xen/ring/idpool.h"
#include "fuzz.h"

#define SLOTS_MAX	64
#define PAST		16

/* What a pool has to know, in the plainest way. */
static u64 due[SLOTS_MAX];
static u64 past[PAST];

/* An id that is due, one that was, a neighbour of one, or any. */
static u64 invent(struct bytes *input, u32 size)
{
	u8 how = take_u8(input);
	u64 id = due[take_u8(input) % size];

	switch (how % 4) {
	case 0:
		return id;
	case 1:
		return past[how / 4 % PAST];
	case 2:
		return id ^ 1ULL << how / 4;
	default:
		return take_u64(input);
	}
}

static void redeem(struct xen_idpool *pool, u64 id)
{
	int want = -EPROTO;
	u32 i;

	for (i = 0; i < pool->size; i++)
		if (id && due[i] == id)
			want = i;
	HOLDS(xen_idpool_redeem(pool, id) == want);
	if (want < 0)
		return;
	past[want % PAST] = id;
	due[want] = 0;
	HOLDS(xen_idpool_redeem(pool, id) == -EPROTO);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct bytes input = { data, size };
	u32 slots = 1 + take_u8(&input) % SLOTS_MAX;
	struct xen_idpool pool = { };

	memset(due, 0, sizeof(due));
	memset(past, 0, sizeof(past));
	HOLDS(!xen_idpool_init(&pool, slots));
	while (input.left) {
		u8 what = take_u8(&input);
		u32 slot = take_u8(&input) % slots;

		if (what % 4 == 0 && !due[slot]) {
			due[slot] = xen_idpool_issue(&pool, slot);
			HOLDS(due[slot]);
		} else if (what % 4 == 1) {
			xen_idpool_revoke(&pool, slot);
			past[slot % PAST] = due[slot];
			due[slot] = 0;
		} else {
			redeem(&pool, invent(&input, slots));
		}
	}
	xen_idpool_free(&pool);
	return 0;
}
