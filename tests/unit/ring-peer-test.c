// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings with two ends: ours on one or both of them, and on the other the
 * macros of xen/interface/io/ring.h, which every other implementation uses.
 * Each end is a set of functions, so that each pair runs the same tests: in
 * lockstep with random batches, and as two threads that sleep until notified.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <linux/compiler.h>
#include <asm/barrier.h>
#include <xen/interface/io/blkif.h>

#include "../../drivers/xen/ring/ring.h"
#include "test.h"

#define BYTES		4096
#define LOCKSTEPS	2000000
#define THREADED	600000
#define SECONDS_ASLEEP	20

/**
 * struct end - one end of a ring, whoever implements it
 * @room: how many entries it may put now
 * @put: an entry with this number
 * @push: whether the other end is to be notified
 * @take: the next entry's number, or -1
 * @arm: asks for a notification; whether there is something already
 */
struct end {
	u32 (*room)(void);
	void (*put)(u64 number);
	bool (*push)(void);
	s64 (*take)(void);
	bool (*arm)(void);
};

static struct blkif_sring *page;
static struct xen_ring our_front, our_back;
static struct blkif_front_ring their_front;
static struct blkif_back_ring their_back;
/* Requests that a backend took and has not answered yet. */
static u32 owed_by_us, owed_by_them;

static int keep_number(void *owner, void *entry)
{
	*(u64 *)owner = ((struct blkif_request *)entry)->u.rw.id;
	return 0;
}

static u32 our_front_room(void)
{
	return xen_ring_free(&our_front);
}

static void our_front_put(u64 number)
{
	struct blkif_request request = { .u.rw.id = number };

	xen_ring_put(&our_front, &request, sizeof(request));
}

static bool our_front_push(void)
{
	return xen_ring_push(&our_front);
}

static int keep_response(void *owner, void *entry)
{
	*(u64 *)owner = ((struct blkif_response *)entry)->id;
	return 0;
}

static s64 our_front_take(void)
{
	struct blkif_response response;
	u64 number;
	int done = xen_ring_drain(&our_front, &response, sizeof(response), 1,
				  keep_response, &number);

	CHECK(done >= 0);
	return done ? (s64)number : -1;
}

static bool our_front_arm(void)
{
	return xen_ring_arm(&our_front, 1);
}

static const struct end front_of_ours = {
	our_front_room, our_front_put, our_front_push, our_front_take,
	our_front_arm,
};

static u32 our_back_room(void)
{
	return owed_by_us;
}

static void our_back_put(u64 number)
{
	struct blkif_response response = { .id = number };

	xen_ring_put(&our_back, &response, sizeof(response));
	owed_by_us--;
}

static bool our_back_push(void)
{
	return xen_ring_push(&our_back);
}

static s64 our_back_take(void)
{
	u64 entry[sizeof(struct blkif_request) / sizeof(u64)];
	u64 number;
	int done = xen_ring_drain(&our_back, entry, sizeof(entry), 1,
				  keep_number, &number);

	CHECK(done >= 0);
	owed_by_us += done;
	return done ? (s64)number : -1;
}

static bool our_back_arm(void)
{
	return xen_ring_arm(&our_back, 1);
}

static const struct end back_of_ours = {
	our_back_room, our_back_put, our_back_push, our_back_take, our_back_arm,
};

static u32 their_front_room(void)
{
	return RING_FREE_REQUESTS(&their_front);
}

static void their_front_put(u64 number)
{
	RING_GET_REQUEST(&their_front, their_front.req_prod_pvt++)->u.rw.id =
		number;
}

static bool their_front_push(void)
{
	bool notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&their_front, notify);
	return notify;
}

static s64 their_front_take(void)
{
	struct blkif_response response;

	if (READ_ONCE(page->rsp_prod) == their_front.rsp_cons)
		return -1;
	/* Index before slots, as in every user of the macros. */
	virt_rmb();
	RING_COPY_RESPONSE(&their_front, their_front.rsp_cons++, &response);
	return response.id;
}

static bool their_front_arm(void)
{
	bool more;

	RING_FINAL_CHECK_FOR_RESPONSES(&their_front, more);
	return more;
}

static const struct end front_of_theirs = {
	their_front_room, their_front_put, their_front_push, their_front_take,
	their_front_arm,
};

static u32 their_back_room(void)
{
	return owed_by_them;
}

static void their_back_put(u64 number)
{
	RING_GET_RESPONSE(&their_back, their_back.rsp_prod_pvt++)->id = number;
	owed_by_them--;
}

static bool their_back_push(void)
{
	bool notify;

	RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&their_back, notify);
	return notify;
}

static s64 their_back_take(void)
{
	struct blkif_request request;

	if (READ_ONCE(page->req_prod) == their_back.req_cons)
		return -1;
	/* Index before slots, as in every user of the macros. */
	virt_rmb();
	RING_COPY_REQUEST(&their_back, their_back.req_cons++, &request);
	owed_by_them++;
	return request.u.rw.id;
}

static bool their_back_arm(void)
{
	bool more;

	RING_FINAL_CHECK_FOR_REQUESTS(&their_back, more);
	return more;
}

static const struct end back_of_theirs = {
	their_back_room, their_back_put, their_back_push, their_back_take,
	their_back_arm,
};

/* An empty ring whose indices, all of them, are at @index. */
static void begin(u32 index)
{
	page = aligned_alloc(BYTES, BYTES);
	memset(page, 0, BYTES);
	CHECK_EQ(xen_ring_init(&our_front, XEN_RING_FRONT, page, BYTES,
			       sizeof(struct blkif_request)), 0);
	CHECK_EQ(xen_ring_init(&our_back, XEN_RING_BACK, page, BYTES,
			       sizeof(struct blkif_request)), 0);
	xen_ring_reset(&our_front);
	page->req_prod = index;
	page->rsp_prod = index;
	page->req_event = index + 1;
	page->rsp_event = index + 1;
	our_front.out_prod = index;
	our_front.out_pushed = index;
	our_front.in_cons = index;
	CHECK_EQ(xen_ring_resume(&our_back), 0);
	FRONT_RING_ATTACH(&their_front, page, index, BYTES);
	BACK_RING_ATTACH(&their_back, page, index, BYTES);
	owed_by_us = 0;
	owed_by_them = 0;
}

TEST(both_ends_agree_with_the_header_on_the_layout)
{
	begin(0);
	CHECK_EQ(our_front.size, RING_SIZE(&their_front));
	CHECK_EQ(our_back.size, RING_SIZE(&their_back));
	CHECK(our_front.slots == (u8 *)RING_GET_REQUEST(&their_front, 0));
	CHECK_EQ(our_front.stride, sizeof(union blkif_sring_entry));
	CHECK(&our_front.out->prod == &page->req_prod);
	CHECK(&our_front.out->event == &page->req_event);
	CHECK(&our_back.out->prod == &page->rsp_prod);
	CHECK(&our_back.out->event == &page->rsp_event);
	free(page);
}

TEST(push_decides_as_the_headers_macro_does)
{
	int i;

	begin(0);
	for (i = 0; i < LOCKSTEPS; i++) {
		/* Around the wrap, and around each other. */
		u32 old = test_random() % 128 - 64;
		u32 new = old + test_random() % 33;
		bool theirs;

		page->req_event = old - 40 + test_random() % 80;
		page->req_prod = old;
		their_front.req_prod_pvt = new;
		RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&their_front, theirs);
		page->req_prod = old;
		our_front.out_pushed = old;
		our_front.out_prod = new;
		CHECK_EQ(xen_ring_push(&our_front), theirs);
		CHECK_EQ(page->req_prod, new);
	}
	free(page);
}

/* What one end of a pair has done, and whether it waits to be notified. */
struct progress {
	const struct end *end;
	u64 put;
	u64 taken;
	bool asleep;
};

/* Some entries out, some in; then perhaps to sleep. */
static void step(struct progress *self, struct progress *peer)
{
	u32 count = self->end->room();
	s64 number;

	for (count = count ? test_random() % (count + 1) : 0; count; count--)
		self->end->put(self->put++);
	if (self->end->push())
		peer->asleep = false;
	else
		/* Not notified: then it must not be asleep with work to do. */
		CHECK(!peer->asleep || peer->taken == self->put);

	for (count = test_random() % 40; count; count--) {
		number = self->end->take();
		if (number < 0)
			break;
		CHECK_EQ(number, self->taken);
		self->taken++;
	}
	if (count && !self->end->arm())
		self->asleep = true;
}

static void lockstep(const struct end *front, const struct end *back,
		     u32 index)
{
	struct progress f = { .end = front }, b = { .end = back };

	begin(index);
	while (f.taken < LOCKSTEPS) {
		/* Who sleeps can still be made to produce by its own side. */
		step(&f, &b);
		step(&b, &f);
		CHECK(b.taken <= f.put && f.taken <= b.put);
		/* Both asleep and nothing to produce: stuck. */
		CHECK(!(f.asleep && b.asleep) || front->room() || back->room());
	}
	CHECK_EQ(page->req_prod, (u32)(index + f.put));
	free(page);
}

TEST(our_front_and_our_back_in_lockstep_across_the_wrap)
{
	lockstep(&front_of_ours, &back_of_ours, -100000);
}

TEST(our_front_and_the_headers_back_in_lockstep_across_the_wrap)
{
	lockstep(&front_of_ours, &back_of_theirs, -100000);
}

TEST(the_headers_front_and_our_back_in_lockstep_across_the_wrap)
{
	lockstep(&front_of_theirs, &back_of_ours, -100000);
}

static sem_t front_bell, back_bell;
static bool slept_too_long;

/*
 * Waits for a notification; one that never comes ends the test. Second by
 * second, so that a machine that stands still for long is not taken for it.
 */
static void sleep_until(sem_t *bell)
{
	struct timespec until;
	int seconds = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	while (sem_timedwait(bell, &until)) {
		if (errno == EINTR)
			continue;
		if (++seconds == SECONDS_ASLEEP) {
			slept_too_long = true;
			return;
		}
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec++;
	}
	/* Several notifications are as good as one. */
	while (!sem_trywait(bell))
		;
}

static const struct end *threads_front, *threads_back;

static void *run_back(void *arg)
{
	u64 taken = 0, put = 0;

	while (put < THREADED && !slept_too_long) {
		while (threads_back->take() == (s64)taken)
			taken++;
		/* Answers in batches of its own size, as a disk does. */
		while (put < taken && (put % 7 || taken - put > 3 ||
				       taken == THREADED || put + 1 == taken))
			threads_back->put(put++);
		if (threads_back->push())
			sem_post(&front_bell);
		if (put == taken && !threads_back->arm() && put < THREADED)
			sleep_until(&back_bell);
	}
	return NULL;
}

static void *run_front(void *arg)
{
	u64 put = 0, taken = 0;

	while (taken < THREADED && !slept_too_long) {
		u64 batch = 1 + put % 13;

		while (put < THREADED && batch-- && threads_front->room())
			threads_front->put(put++);
		if (threads_front->push())
			sem_post(&back_bell);
		while (threads_front->take() == (s64)taken)
			taken++;
		if (taken < THREADED &&
		    (put == THREADED || !threads_front->room()) &&
		    !threads_front->arm())
			sleep_until(&front_bell);
	}
	return (void *)(size_t)taken;
}

static void threaded(const struct end *front, const struct end *back)
{
	pthread_t f, b;
	void *taken;

	begin(-1000);
	threads_front = front;
	threads_back = back;
	sem_init(&front_bell, 0, 0);
	sem_init(&back_bell, 0, 0);
	CHECK_EQ(pthread_create(&b, NULL, run_back, NULL), 0);
	CHECK_EQ(pthread_create(&f, NULL, run_front, NULL), 0);
	pthread_join(f, &taken);
	pthread_join(b, NULL);
	CHECK(!slept_too_long);
	CHECK_EQ((size_t)taken, THREADED);
	free(page);
}

TEST(no_wake_up_is_lost_between_our_front_and_our_back)
{
	threaded(&front_of_ours, &back_of_ours);
}

TEST(no_wake_up_is_lost_between_our_front_and_the_headers_back)
{
	threaded(&front_of_ours, &back_of_theirs);
}

TEST(no_wake_up_is_lost_between_the_headers_front_and_our_back)
{
	threaded(&front_of_theirs, &back_of_ours);
}
