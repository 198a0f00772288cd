// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: a ring between two ends that share a page as two domains do. Dom0
 * grants a page to itself and maps it a second time through the hypervisor;
 * the frontend's end works on the one mapping, the backend's on the other.
 * Run at boot by the kernels for tests; tests/kunit/check reads the results.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/xen.h>

#include "../../drivers/xen/ring/ring.h"

#define STRIDE	112
#define ROUNDS	2000

struct shared_page {
	void *ours;
	grant_ref_t ref;
	struct page *page;
	grant_handle_t handle;
	bool mapped;
};

static int map_own_grant(struct shared_page *shared)
{
	struct gnttab_map_grant_ref op;
	unsigned long addr = (unsigned long)page_address(shared->page);
	int err;

	gnttab_set_map_op(&op, addr, GNTMAP_host_map, shared->ref, 0);
	err = gnttab_map_refs(&op, NULL, &shared->page, 1);
	if (err || op.status != GNTST_okay)
		return -EFAULT;
	shared->handle = op.handle;
	shared->mapped = true;
	return 0;
}

static int unmap_own_grant(struct shared_page *shared)
{
	struct gnttab_unmap_grant_ref op;
	unsigned long addr = (unsigned long)page_address(shared->page);

	shared->mapped = false;
	gnttab_set_unmap_op(&op, addr, GNTMAP_host_map, shared->handle);
	return gnttab_unmap_refs(&op, NULL, &shared->page, 1);
}

static int shared_init(struct kunit *test)
{
	struct shared_page *shared;
	int ref;

	if (!xen_initial_domain())
		kunit_skip(test, "only Dom0 can grant to itself by number");
	shared = kunit_kzalloc(test, sizeof(*shared), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, shared);
	shared->ours = (void *)get_zeroed_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, shared->ours);
	KUNIT_ASSERT_EQ(test, gnttab_alloc_pages(1, &shared->page), 0);
	ref = gnttab_grant_foreign_access(0, virt_to_gfn(shared->ours), 0);
	KUNIT_ASSERT_GE(test, ref, 0);
	shared->ref = ref;
	test->priv = shared;
	return map_own_grant(shared);
}

static void shared_exit(struct kunit *test)
{
	struct shared_page *shared = test->priv;

	if (!shared)
		return;
	if (shared->mapped)
		unmap_own_grant(shared);
	gnttab_free_pages(1, &shared->page);
	gnttab_end_foreign_access(shared->ref, virt_to_page(shared->ours));
}

static int echo(void *owner, void *entry)
{
	struct xen_ring *back = owner;

	/* A response stands in the slot of the request. */
	xen_ring_put(back, entry, 16);
	return 0;
}

static int expect_next(void *owner, void *entry)
{
	u64 *expected = owner;
	u64 got = *(u64 *)entry;

	return got == (*expected)++ ? 0 : -EPROTO;
}

static void put_requests(struct xen_ring *front, u64 *next, u32 count)
{
	u64 request[STRIDE / sizeof(u64)] = { };

	while (count--) {
		request[0] = (*next)++;
		xen_ring_put(front, request, STRIDE);
	}
}

static void ring_carries_requests_and_responses(struct kunit *test)
{
	struct shared_page *shared = test->priv;
	struct xen_ring front, back;
	u64 entry[STRIDE / sizeof(u64)];
	u64 next = 0, expected = 0;
	int round;

	xen_ring_init(&front, XEN_RING_FRONT, shared->ours, PAGE_SIZE, STRIDE);
	xen_ring_init(&back, XEN_RING_BACK, page_address(shared->page),
		      PAGE_SIZE, STRIDE);
	xen_ring_reset(&front);
	KUNIT_ASSERT_EQ(test, xen_ring_resume(&back), 0);
	KUNIT_EXPECT_EQ(test, back.size, 32);

	for (round = 0; round < ROUNDS; round++) {
		u32 count = 1 + round % back.size;

		put_requests(&front, &next, count);
		KUNIT_ASSERT_TRUE(test, xen_ring_push(&front));
		KUNIT_ASSERT_EQ(test, count,
				xen_ring_drain(&back, entry, STRIDE, back.size,
					       echo, &back));
		KUNIT_ASSERT_FALSE(test, xen_ring_arm(&back, 1));
		KUNIT_ASSERT_TRUE(test, xen_ring_push(&back));
		KUNIT_ASSERT_EQ(test, count,
				xen_ring_drain(&front, entry, 16, front.size,
					       expect_next, &expected));
		KUNIT_ASSERT_FALSE(test, xen_ring_arm(&front, 1));
	}
	KUNIT_EXPECT_EQ(test, next, expected);
}

static void access_ends_only_when_the_peer_lets_go(struct kunit *test)
{
	struct shared_page *shared = test->priv;

	KUNIT_EXPECT_EQ(test, gnttab_end_foreign_access_ref(shared->ref), 0);
	KUNIT_EXPECT_EQ(test, unmap_own_grant(shared), 0);
	KUNIT_EXPECT_EQ(test, gnttab_end_foreign_access_ref(shared->ref), 1);
	/* What shared_exit() ends is to be a grant. */
	gnttab_grant_foreign_access_ref(shared->ref, 0,
					virt_to_gfn(shared->ours), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(ring_carries_requests_and_responses),
	KUNIT_CASE(access_ends_only_when_the_peer_lets_go),
	{ }
};

static struct kunit_suite suite = {
	.name = "xenify-grant-ring",
	.init = shared_init,
	.exit = shared_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit tests of Xen rings, grants and keys");
MODULE_LICENSE("GPL");
