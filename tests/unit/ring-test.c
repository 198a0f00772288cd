// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings, one end at a time: drivers/xen/ring/ring.c against a peer that this
 * file plays by writing the shared page. Notifications: ring-event-test.c. Two
 * ends: ring-peer-test.c.
 */
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <linux/compiler.h>

#include "ring-page.h"
#include "shim/shim.h"

static int count_entry(void *owner, void *private)
{
	(*(int *)owner)++;
	return 0;
}

static int drain(u32 budget)
{
	int calls = 0;
	int done = xen_ring_drain(&ring, entry, STRIDE, budget, count_entry,
				  &calls);

	if (done >= 0)
		CHECK_EQ(done, calls);
	return done;
}

TEST(a_ring_has_the_largest_power_of_two_of_slots)
{
	CHECK_EQ(xen_ring_slots(4096, 112), 32);
	CHECK_EQ(xen_ring_slots(4096, 108), 32);
	CHECK_EQ(xen_ring_slots(8192, 112), 64);
	CHECK_EQ(xen_ring_slots(16 * 4096, 112), 512);
	CHECK_EQ(xen_ring_slots(4096, 8), 256);
	CHECK_EQ(xen_ring_slots(64 + 112, 112), 1);
}

TEST(a_ring_without_room_for_a_slot_is_refused)
{
	begin(XEN_RING_FRONT);
	CHECK_EQ(xen_ring_slots(64 + 111, 112), 0);
	CHECK_EQ(xen_ring_slots(0, 112), 0);
	CHECK_EQ(xen_ring_slots(4096, 0), 0);
	CHECK_EQ(xen_ring_init(&ring, XEN_RING_BACK, page, 64, 112), -EINVAL);
	CHECK_EQ(xen_ring_init(&ring, XEN_RING_BACK, page, BYTES, 110), -EINVAL);
	CHECK_EQ(xen_ring_init(&ring, XEN_RING_BACK, page, BYTES, 0), -EINVAL);
	end();
}

TEST(reset_writes_the_header_that_the_abi_says)
{
	begin(XEN_RING_FRONT);
	memset(page, 0xff, 16);
	xen_ring_reset(&ring);
	CHECK_EQ(page->req_prod, 0);
	CHECK_EQ(page->rsp_prod, 0);
	CHECK_EQ(page->req_event, 1);
	CHECK_EQ(page->rsp_event, 1);
	end();
}

TEST(a_frontend_produces_requests_and_a_backend_responses)
{
	begin(XEN_RING_FRONT);
	ask(1);
	CHECK_EQ(page->req_prod, 1);
	CHECK_EQ(page->rsp_prod, 0);
	end();
	begin(XEN_RING_BACK);
	page->req_prod = 1;
	CHECK_EQ(drain(SIZE), 1);
	ask(1);
	CHECK_EQ(page->rsp_prod, 1);
	end();
}

TEST(what_is_not_answered_is_counted_whether_consumed_or_not)
{
	begin_at(XEN_RING_BACK, -2);
	CHECK_EQ(xen_ring_unanswered(&ring), 0);
	page->req_prod += 5;
	CHECK_EQ(xen_ring_unanswered(&ring), 5);
	CHECK_EQ(drain(3), 3);
	CHECK_EQ(xen_ring_unanswered(&ring), 5);
	ask(2);
	CHECK_EQ(xen_ring_unanswered(&ring), 3);
	CHECK_EQ(drain(SIZE), 2);
	ask(3);
	CHECK_EQ(xen_ring_unanswered(&ring), 0);
	end();
}

TEST(a_frontend_that_breaks_its_ring_has_nothing_that_was_not_consumed)
{
	begin(XEN_RING_BACK);
	page->req_prod = 2;
	CHECK_EQ(drain(SIZE), 2);
	page->req_prod = SIZE + 1;
	CHECK_EQ(xen_ring_unanswered(&ring), SIZE);
	CHECK_EQ(drain(SIZE), -EPROTO);
	CHECK_EQ(xen_ring_unanswered(&ring), 2);
	ask(2);
	CHECK_EQ(xen_ring_unanswered(&ring), 0);
	end();
}

TEST(nothing_is_shown_before_a_push)
{
	begin(XEN_RING_FRONT);
	xen_ring_put(&ring, entry, STRIDE);
	CHECK_EQ(page->req_prod, 0);
	xen_ring_push(&ring);
	CHECK_EQ(page->req_prod, 1);
	end();
}

TEST(a_shorter_entry_leaves_the_rest_of_its_slot)
{
	begin(XEN_RING_FRONT);
	memset(page->slots, 0x5a, STRIDE);
	memset(entry, 0, sizeof(entry));
	xen_ring_put(&ring, entry, 16);
	CHECK_EQ(page->slots[15], 0);
	CHECK_EQ(page->slots[16], 0x5a);
	end();
}

TEST(free_slots_are_those_whose_response_was_consumed)
{
	begin(XEN_RING_FRONT);
	CHECK_EQ(xen_ring_free(&ring), SIZE);
	ask(SIZE);
	CHECK_EQ(xen_ring_free(&ring), 0);
	page->rsp_prod = 3;
	CHECK_EQ(xen_ring_free(&ring), 0);
	CHECK_EQ(drain(SIZE), 3);
	CHECK_EQ(xen_ring_free(&ring), 3);
	end();
}

TEST(a_budget_ends_a_drain_between_entries)
{
	begin(XEN_RING_BACK);
	page->req_prod = 10;
	CHECK_EQ(drain(4), 4);
	CHECK_EQ(drain(0), 0);
	CHECK_EQ(drain(SIZE), 6);
	CHECK_EQ(drain(SIZE), 0);
	end();
}

TEST(indices_wrap_at_two_to_the_32)
{
	u32 start;

	for (start = -3 * SIZE; start != SIZE; start++) {
		begin_at(XEN_RING_FRONT, start);
		ask(SIZE);
		CHECK_EQ(page->req_prod, start + SIZE);
		CHECK_EQ(xen_ring_free(&ring), 0);
		page->rsp_prod = start + SIZE;
		CHECK_EQ(drain(2 * SIZE), SIZE);
		CHECK_EQ(xen_ring_free(&ring), SIZE);
		end();
	}
}

TEST(a_backend_believes_no_more_requests_than_slots)
{
	u32 start = -5, jump;

	for (jump = SIZE + 1; jump; jump = jump < 1000 ? jump + 1 : jump << 1) {
		begin_at(XEN_RING_BACK, start);
		page->req_prod = start + jump;
		CHECK_EQ(drain(SIZE), -EPROTO);
		CHECK(ring.broken);
		end();
	}
}

TEST(a_backend_believes_no_request_in_a_slot_not_answered)
{
	begin(XEN_RING_BACK);
	page->req_prod = SIZE;
	CHECK_EQ(drain(SIZE), SIZE);
	ask(2);
	page->req_prod = SIZE + 2;
	CHECK_EQ(drain(SIZE), 2);
	page->req_prod = SIZE + 3;
	CHECK_EQ(drain(SIZE), -EPROTO);
	end();
}

TEST(a_frontend_believes_no_response_that_it_did_not_ask_for)
{
	begin(XEN_RING_FRONT);
	ask(3);
	page->rsp_prod = 4;
	CHECK_EQ(drain(SIZE), -EPROTO);
	CHECK(ring.broken);
	end();
	begin(XEN_RING_FRONT);
	page->rsp_prod = 1;
	CHECK_EQ(drain(SIZE), -EPROTO);
	end();
}

TEST(a_request_not_pushed_yet_cannot_be_answered)
{
	begin(XEN_RING_FRONT);
	xen_ring_put(&ring, entry, STRIDE);
	page->rsp_prod = 1;
	CHECK_EQ(drain(SIZE), -EPROTO);
	end();
}

TEST(an_index_that_goes_backwards_breaks_the_ring)
{
	enum xen_ring_end which;
	u32 back;

	for (which = XEN_RING_FRONT; which <= XEN_RING_BACK; which++) {
		for (back = 1; back; back <<= 1) {
			begin_at(which, 7);
			if (which == XEN_RING_FRONT) {
				ask(5);
				page->rsp_prod = 7 - back;
			} else {
				page->req_prod = 7 - back;
			}
			CHECK_EQ(drain(SIZE), -EPROTO);
			end();
		}
	}
}

TEST(a_broken_ring_stays_broken)
{
	begin(XEN_RING_BACK);
	page->req_prod = SIZE + 1;
	CHECK_EQ(drain(SIZE), -EPROTO);
	page->req_prod = 1;
	CHECK_EQ(xen_ring_pending(&ring), -EPROTO);
	CHECK_EQ(drain(SIZE), -EPROTO);
	end();
}

static int refuse_third(void *owner, void *private)
{
	return ++*(int *)owner == 3 ? -EPROTO : 0;
}

TEST(a_handler_can_break_the_ring)
{
	int calls = 0;

	begin(XEN_RING_BACK);
	page->req_prod = 10;
	CHECK_EQ(xen_ring_drain(&ring, entry, STRIDE, SIZE, refuse_third,
				&calls), -EPROTO);
	CHECK_EQ(calls, 3);
	CHECK(ring.broken);
	end();
}

/* The peer asks for another entry whenever its index is looked at. */
static void peer_runs_ahead(const volatile void *from, size_t len)
{
	if (from == &page->req_prod)
		page->req_prod++;
}

TEST(a_peer_that_never_stops_is_bounded_by_the_budget)
{
	begin(XEN_RING_BACK);
	page->req_prod = 1;
	shim_on_read = peer_runs_ahead;
	CHECK_EQ(drain(20), 20);
	CHECK(xen_ring_arm(&ring, 1));
	end();
}

/* How often each byte of the page was read. */
static u8 reads[BYTES];

static void note_read(const volatile void *from, size_t len)
{
	size_t at = (const volatile u8 *)from - (u8 *)page;

	while (len--) {
		CHECK(at < BYTES);
		reads[at++]++;
	}
}

/* Poisoned: AddressSanitizer ends the test at any read but READ_ONCE(). */
TEST(a_slot_is_read_once_and_only_by_read_once)
{
	static const u32 strides[] = { 112, 108, 8, 12 };
	size_t i, at;

	for (i = 0; i < 4; i++) {
		u32 stride = strides[i];
		int calls = 0;

		begin(XEN_RING_BACK);
		CHECK_EQ(xen_ring_init(&ring, XEN_RING_BACK, page, BYTES,
				       stride), 0);
		page->req_prod = 9;
		memset(reads, 0, sizeof(reads));
		shim_on_read = note_read;
		ASAN_POISON_MEMORY_REGION(page, BYTES);
		CHECK_EQ(xen_ring_drain(&ring, entry, stride, 9, count_entry,
					&calls), 9);
		ASAN_UNPOISON_MEMORY_REGION(page, BYTES);
		for (at = 64; at < BYTES; at++)
			CHECK_EQ(reads[at], at < 64 + 9 * stride);
		end();
	}
}

static void scribble(const volatile void *from, size_t len)
{
	if ((u8 *)from >= page->slots)
		memset(page->slots, 0xee, sizeof(page->slots));
}

static int first_word_is_old_or_new(void *owner, void *private)
{
	const u64 *words = private;
	int i;

	/* The first entry's first word was read before the peer's change. */
	if ((*(int *)owner)++ == 0)
		CHECK_EQ(words[0], 1);
	for (i = 1; i < WORDS; i++)
		CHECK(words[i] == 0xeeeeeeeeeeeeeeeeULL);
	/* What a handler has is private: a later change is not seen. */
	memset(page->slots, 0x11, sizeof(page->slots));
	for (i = 1; i < WORDS; i++)
		CHECK(words[i] == 0xeeeeeeeeeeeeeeeeULL);
	return 0;
}

TEST(a_change_after_the_copy_has_no_effect)
{
	int calls = 0;

	begin(XEN_RING_BACK);
	*(u64 *)page->slots = 1;
	page->req_prod = 2;
	shim_on_read = scribble;
	CHECK_EQ(xen_ring_drain(&ring, entry, STRIDE, SIZE,
				first_word_is_old_or_new, &calls), 2);
	end();
}

static bool stop;

static void *flip(void *arg)
{
	u32 flips = 0;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		u32 i;

		for (i = 0; i < SIZE; i++)
			WRITE_ONCE(*(u64 *)(page->slots + i * STRIDE), flips);
		WRITE_ONCE(page->req_prod, flips * 2654435761u);
		flips++;
	}
	return NULL;
}

/* Checks a value, does something else, and uses it: it is still the same. */
static int check_then_use(void *owner, void *private)
{
	volatile u64 *word = private;
	u64 checked = *word;
	int i;

	(*(int *)owner)++;
	for (i = 0; i < 100; i++)
		if (*word != checked)
			return -EPROTO;
	return 0;
}

TEST(a_thread_that_flips_the_shared_page_cannot_change_a_copy)
{
	int calls = 0, round, done;
	pthread_t thread;

	begin(XEN_RING_BACK);
	stop = false;
	CHECK_EQ(pthread_create(&thread, NULL, flip, NULL), 0);
	for (round = 0; round < 200000; round++) {
		int before = calls;

		done = xen_ring_drain(&ring, entry, STRIDE, SIZE,
				      check_then_use, &calls);
		/* Never more than a ring full, whatever the index said. */
		CHECK(calls - before <= SIZE);
		CHECK(done <= SIZE);
		if (done < 0) {
			ring.broken = false;
			ring.in_cons = READ_ONCE(page->req_prod);
		}
		ring.out_prod = ring.in_cons;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	end();
}

TEST(a_new_backend_begins_with_the_first_request_not_answered)
{
	begin(XEN_RING_BACK);
	page->req_prod = -2 + 7;
	page->rsp_prod = -2;
	CHECK_EQ(xen_ring_resume(&ring), 0);
	CHECK_EQ(xen_ring_pending(&ring), 7);
	CHECK_EQ(ring.out_prod, (u32)-2);
	end();
}

TEST(a_new_backend_refuses_indices_that_contradict_each_other)
{
	begin(XEN_RING_BACK);
	page->req_prod = 0;
	page->rsp_prod = 1;
	CHECK_EQ(xen_ring_resume(&ring), -EPROTO);
	end();
	begin(XEN_RING_BACK);
	page->req_prod = SIZE + 1;
	CHECK_EQ(xen_ring_resume(&ring), -EPROTO);
	end();
}
