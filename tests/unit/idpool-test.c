// SPDX-License-Identifier: GPL-2.0-only
/*
 * Request ids: drivers/xen/ring/idpool.c.
 */
#include <linux/errno.h>

#include "../../drivers/xen/ring/idpool.h"
#include "shim/shim.h"
#include "test.h"

#define SIZE	32

static struct xen_idpool pool;

static void begin(void)
{
	CHECK_EQ(xen_idpool_init(&pool, SIZE), 0);
}

TEST(an_id_is_good_for_one_response)
{
	unsigned long long id;

	begin();
	id = xen_idpool_issue(&pool, 5);
	CHECK_EQ(xen_idpool_redeem(&pool, id), 5);
	CHECK_EQ(xen_idpool_redeem(&pool, id), -EPROTO);
	xen_idpool_free(&pool);
}

TEST(an_idle_slots_id_is_refused)
{
	unsigned long long slot;

	begin();
	for (slot = 0; slot < SIZE; slot++) {
		CHECK_EQ(xen_idpool_redeem(&pool, slot), -EPROTO);
		CHECK_EQ(xen_idpool_redeem(&pool, 1 << 16 | slot), -EPROTO);
	}
	xen_idpool_free(&pool);
}

TEST(the_id_of_an_earlier_use_is_refused)
{
	unsigned long long stale, id;

	begin();
	stale = xen_idpool_issue(&pool, 7);
	CHECK_EQ(xen_idpool_redeem(&pool, stale), 7);
	id = xen_idpool_issue(&pool, 7);
	CHECK(id != stale);
	CHECK_EQ(xen_idpool_redeem(&pool, stale), -EPROTO);
	/* The refused one has done no harm. */
	CHECK_EQ(xen_idpool_redeem(&pool, id), 7);
	xen_idpool_free(&pool);
}

TEST(ids_changed_in_any_bit_are_refused)
{
	unsigned long long id;
	int bit;

	begin();
	for (bit = 0; bit < SIZE; bit++)
		xen_idpool_issue(&pool, bit);
	id = pool.issued[3];
	for (bit = 0; bit < 64; bit++)
		CHECK_EQ(xen_idpool_redeem(&pool, id ^ 1ULL << bit), -EPROTO);
	CHECK_EQ(xen_idpool_redeem(&pool, id), 3);
	xen_idpool_free(&pool);
}

TEST(slots_beyond_the_pool_are_refused)
{
	unsigned long long slot;

	begin();
	for (slot = SIZE; slot < XEN_IDPOOL_MAX; slot++)
		CHECK_EQ(xen_idpool_redeem(&pool, 1ULL << 16 | slot), -EPROTO);
	CHECK_EQ(xen_idpool_redeem(&pool, ~0ULL), -EPROTO);
	xen_idpool_free(&pool);
}

TEST(zero_is_never_an_id)
{
	begin();
	CHECK(xen_idpool_issue(&pool, 0) != 0);
	CHECK_EQ(xen_idpool_redeem(&pool, 0), -EPROTO);
	xen_idpool_revoke(&pool, 0);
	CHECK_EQ(xen_idpool_redeem(&pool, 0), -EPROTO);
	xen_idpool_free(&pool);
}

TEST(a_revoked_id_is_refused)
{
	unsigned long long id;

	begin();
	id = xen_idpool_issue(&pool, SIZE - 1);
	xen_idpool_revoke(&pool, SIZE - 1);
	CHECK_EQ(xen_idpool_redeem(&pool, id), -EPROTO);
	xen_idpool_free(&pool);
}

TEST(all_slots_of_the_largest_pool_work)
{
	unsigned int slot;

	CHECK_EQ(xen_idpool_init(&pool, XEN_IDPOOL_MAX), 0);
	for (slot = 0; slot < XEN_IDPOOL_MAX; slot++)
		xen_idpool_issue(&pool, slot);
	for (slot = XEN_IDPOOL_MAX; slot-- > 0;)
		CHECK_EQ(xen_idpool_redeem(&pool, pool.issued[slot]), slot);
	xen_idpool_free(&pool);
}

TEST(impossible_sizes_and_failed_allocations_are_errors)
{
	struct xen_idpool none = { };

	CHECK_EQ(xen_idpool_init(&none, 0), -EINVAL);
	CHECK_EQ(xen_idpool_init(&none, XEN_IDPOOL_MAX + 1), -EINVAL);
	shim_faults.kcalloc = true;
	CHECK_EQ(xen_idpool_init(&none, SIZE), -ENOMEM);
	xen_idpool_free(&none);
}

TEST(short_ids_fit_into_16_bits_and_are_never_repeated_while_due)
{
	unsigned int slot, use;

	CHECK_EQ(xen_idpool_init_short(&pool, 256), 0);
	for (use = 0; use < 1000; use++) {
		for (slot = 0; slot < 256; slot++) {
			unsigned long long id = xen_idpool_issue(&pool, slot);

			CHECK(id && id <= 0xffff);
			CHECK_EQ(xen_idpool_redeem(&pool, id), slot);
			CHECK_EQ(xen_idpool_redeem(&pool, id), -EPROTO);
		}
	}
	xen_idpool_free(&pool);
}

TEST(the_short_id_of_the_last_use_is_refused)
{
	unsigned long long stale;

	CHECK_EQ(xen_idpool_init_short(&pool, 256), 0);
	stale = xen_idpool_issue(&pool, 255);
	CHECK_EQ(xen_idpool_redeem(&pool, stale), 255);
	xen_idpool_issue(&pool, 255);
	CHECK_EQ(xen_idpool_redeem(&pool, stale), -EPROTO);
	CHECK_EQ(xen_idpool_redeem(&pool, stale | 0x10000), -EPROTO);
	xen_idpool_free(&pool);
	CHECK_EQ(xen_idpool_init_short(&pool, XEN_IDPOOL_SHORT_MAX + 1),
		 -EINVAL);
}
