// SPDX-License-Identifier: GPL-2.0-only
/*
 * How packets are fetched: drivers/backend/net/plan.c.
 */
#include <string.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../../drivers/backend/net/parse.h"
#include "test.h"

#define FRAGS	17

static struct netback_packet packet;
static struct netback_plan plan;

static void begin(void)
{
	memset(&packet, 0, sizeof(packet));
	memset(&plan, 0xa5, sizeof(plan));
}

static void add(u16 offset, u16 len)
{
	packet.slots[packet.nr_slots++] = (struct netback_slot) {
		.offset = offset, .len = len,
	};
	packet.len += len;
}

/* Each byte of each slot is taken once, in order, and finds an empty place. */
static void check_plan(void)
{
	u16 taken[NETBACK_SLOTS_MAX] = { }, filled[FRAGS + 1] = { };
	int i, at = 0, frag = 0;

	CHECK(plan.nr_frags <= FRAGS);
	CHECK(plan.nr_copies <= NETBACK_COPIES_MAX);
	for (i = 0; i < plan.nr_copies; i++) {
		const struct netback_copy *copy = &plan.copies[i];
		const struct netback_slot *slot = &packet.slots[copy->slot];
		int next = at + 1;

		while (next < packet.nr_slots && !packet.slots[next].len)
			next++;
		CHECK(copy->len > 0);
		CHECK(copy->slot == at || copy->slot == next);
		CHECK(copy->frag == frag || copy->frag == frag + 1);
		at = copy->slot;
		frag = copy->frag;
		CHECK_EQ(copy->from, slot->offset + taken[at]);
		CHECK_EQ(copy->to, filled[frag]);
		taken[at] += copy->len;
		filled[frag] += copy->len;
		CHECK(taken[at] <= slot->len);
		CHECK(filled[frag] <= XEN_NET_PAGE);
	}
	CHECK_EQ(filled[0], plan.head);
	CHECK_EQ(frag, plan.nr_frags);
	for (i = 0; i < packet.nr_slots; i++)
		CHECK_EQ(taken[i], packet.slots[i].len);
}

static void make_plan(void)
{
	netback_plan(&packet, FRAGS, &plan);
	check_plan();
}

TEST(a_small_packet_is_one_copy)
{
	begin();
	add(200, 1514);
	make_plan();
	CHECK_EQ(plan.head, 1514);
	CHECK_EQ(plan.nr_frags, 0);
	CHECK_EQ(plan.nr_copies, 1);
}

TEST(nothing_is_copied_of_slots_without_data)
{
	begin();
	add(0, 54);
	add(4096, 0);
	add(0, 1000);
	add(17, 0);
	add(0, 0);
	add(0, 2000);
	add(0, 0);
	make_plan();
	CHECK_EQ(plan.head, 54);
	CHECK_EQ(plan.nr_frags, 2);
	CHECK_EQ(plan.nr_copies, 3);
}

TEST(a_page_is_headers_and_the_rest)
{
	begin();
	add(0, 4096);
	make_plan();
	CHECK_EQ(plan.head, 256);
	CHECK_EQ(plan.nr_frags, 1);
	CHECK_EQ(plan.nr_copies, 2);
}

TEST(headers_apart_and_sixteen_pages_are_a_copy_each)
{
	int i;

	begin();
	add(64, 66);
	add(100, 3996);
	for (i = 0; i < 14; i++)
		add(0, 4096);
	add(0, 100);
	make_plan();
	CHECK_EQ(plan.head, 66);
	CHECK_EQ(plan.nr_frags, 16);
	CHECK_EQ(plan.nr_copies, 17);
}

TEST(more_slots_than_pages_fill_the_pages_up)
{
	int i;

	begin();
	add(0, 4096);
	for (i = 0; i < 20; i++)
		add(7, 3000);
	make_plan();
	CHECK(plan.nr_frags <= FRAGS);
}

TEST(any_sizes_are_taken_once_and_in_order)
{
	int round, i;

	for (round = 0; round < 20000; round++) {
		int slots = 1 + test_random() % NETBACK_SLOTS_MAX;
		int left = 65535;

		begin();
		for (i = 0; i < slots && left; i++) {
			int offset = test_random() % 4096;
			int most = min(4096 - offset, left);
			int len = test_random() % 3 ? most :
				1 + (int)(test_random() % most);

			add(offset, len);
			left -= len;
		}
		make_plan();
	}
}
