// SPDX-License-Identifier: GPL-2.0-only
/*
 * When an end of a ring notifies the other, and how it asks to be notified:
 * drivers/xen/ring/ring.c. The same against the ABI's macros: ring-peer-test.c.
 */
#include "ring-page.h"

TEST(a_push_of_nothing_notifies_nobody)
{
	begin(XEN_RING_FRONT);
	CHECK(!xen_ring_push(&ring));
	end();
}

TEST(the_first_push_notifies_and_the_second_does_not)
{
	begin(XEN_RING_FRONT);
	xen_ring_put(&ring, entry, STRIDE);
	CHECK(xen_ring_push(&ring));
	xen_ring_put(&ring, entry, STRIDE);
	CHECK(!xen_ring_push(&ring));
	end();
}

TEST(a_push_notifies_when_it_passes_the_threshold)
{
	u32 start = -4, count, ahead;

	for (ahead = 0; ahead < 12; ahead++) {
		for (count = 1; count < 12; count++) {
			begin_at(XEN_RING_FRONT, start);
			page->req_event = start + ahead;
			ring.out_prod += count;
			CHECK_EQ(xen_ring_push(&ring),
				 ahead >= 1 && ahead <= count);
			end();
		}
	}
}

TEST(arm_sets_the_threshold_and_tells_what_came_in_meanwhile)
{
	begin_at(XEN_RING_BACK, -1);
	CHECK(!xen_ring_arm(&ring, 1));
	CHECK_EQ(page->req_event, 0);
	CHECK(!xen_ring_arm(&ring, 5));
	CHECK_EQ(page->req_event, 4);
	page->req_prod++;
	CHECK(xen_ring_arm(&ring, 1));
	end();
	begin(XEN_RING_FRONT);
	CHECK(!xen_ring_arm(&ring, 3));
	CHECK_EQ(page->rsp_event, 3);
	end();
}

/* What a queue that is polled does: see complete.c of the block frontend. */
TEST(a_threshold_that_has_been_reached_is_never_passed_again)
{
	u32 start = -SIZE, total, count;

	begin_at(XEN_RING_FRONT, start);
	for (total = 0; total < 4 * SIZE; total += count) {
		u32 old = page->rsp_prod;

		count = 1 + total % SIZE;
		xen_ring_arm(&ring, 0);
		page->rsp_prod += count;
		/* The other end's question, as in ring.h of the ABI. */
		CHECK(!((u32)(page->rsp_prod - page->rsp_event) <
			(u32)(page->rsp_prod - old)));
		ring.out_prod += count;
		ring.out_pushed += count;
		ring.in_cons += count;
	}
	end();
}

TEST(arm_tells_what_came_in_whatever_the_threshold)
{
	u32 ahead;

	for (ahead = 0; ahead < SIZE; ahead++) {
		begin(XEN_RING_BACK);
		page->req_prod = 1;
		CHECK(xen_ring_arm(&ring, ahead));
		end();
	}
}
