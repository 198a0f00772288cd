// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a backend serves the same disk as the one before,
 * drivers/block/frontend/identity.c.
 */
#include <linux/kernel.h>

#include "../../drivers/block/frontend/identity.h"
#include "test.h"

/* A store of a backend that numbers its stores, as ours does. */
static const struct blkfront_identity numbered = {
	.backend = 0, .instance = 11, .id = 22, .host = 33,
	.sectors = 2048, .sector_size = 512,
};

/* And of one that does not. */
static const struct blkfront_identity plain = {
	.host = 33, .sectors = 2048, .sector_size = 512,
};

/* Whether "_was" with one member set to "_value" is the same to "_named". */
#define IS_SAME(_was, _named, _member, _value) ({			\
	struct blkfront_identity _now = _was;				\
	_now._member = _value;						\
	blkfront_identity_is_same(&_was, &_now, XEN_TIE_##_named); })

TEST(a_store_is_the_same_as_itself)
{
	CHECK(IS_SAME(numbered, STAYED, sectors, 2048));
	CHECK(IS_SAME(numbered, MOVED, sectors, 2048));
	CHECK(IS_SAME(numbered, RESTORED, sectors, 2048));
	CHECK(IS_SAME(plain, STAYED, sectors, 2048));
	CHECK(IS_SAME(plain, MOVED, sectors, 2048));
	CHECK(IS_SAME(plain, RESTORED, sectors, 2048));
}

TEST(a_store_with_another_number_is_another)
{
	struct blkfront_identity other = numbered;

	other.instance = 12;
	other.id = 23;
	CHECK(!blkfront_identity_is_same(&numbered, &other, XEN_TIE_STAYED));
	other.id = 0;
	CHECK(!blkfront_identity_is_same(&numbered, &other, XEN_TIE_STAYED));
}

TEST(a_volume_that_was_activated_anew_is_the_same)
{
	CHECK(IS_SAME(numbered, STAYED, instance, 12));
}

TEST(the_same_store_may_change_its_size_and_mode)
{
	CHECK(IS_SAME(numbered, STAYED, sectors, 4096));
	CHECK(IS_SAME(numbered, STAYED, sectors, 1024));
	CHECK(IS_SAME(numbered, STAYED, read_only, true));
	CHECK(IS_SAME(numbered, STAYED, host, 34));
}

TEST(another_block_size_is_another_disk)
{
	CHECK(!IS_SAME(numbered, STAYED, sector_size, 4096));
	CHECK(!IS_SAME(numbered, MOVED, sector_size, 4096));
	CHECK(!IS_SAME(numbered, RESTORED, sector_size, 4096));
}

TEST(numbers_of_another_domain_say_nothing_here)
{
	CHECK(!IS_SAME(numbered, STAYED, backend, 7));
}

TEST(without_numbers_nothing_may_have_changed)
{
	CHECK(!IS_SAME(plain, STAYED, sectors, 4096));
	CHECK(!IS_SAME(plain, STAYED, sectors, 1024));
	CHECK(!IS_SAME(plain, STAYED, read_only, true));
	CHECK(!IS_SAME(plain, STAYED, host, 34));
	/* One that has numbers where the one before had none. */
	CHECK(IS_SAME(plain, STAYED, instance, 11));
	CHECK(!IS_SAME(plain, MOVED, sectors, 4096));
	CHECK(!IS_SAME(plain, MOVED, sectors, 1024));
	CHECK(!IS_SAME(plain, MOVED, read_only, true));
}

TEST(a_backend_that_is_going_served_what_it_said_last)
{
	struct blkfront_identity now = numbered;

	now.instance = 0;
	CHECK(blkfront_identity_is_same(&numbered, &now, XEN_TIE_STAYED));
	now.past = 11;
	CHECK(blkfront_identity_is_same(&numbered, &now, XEN_TIE_STAYED));
	now.past = 12;
	now.id = 23;
	CHECK(!blkfront_identity_is_same(&numbered, &now, XEN_TIE_STAYED));
	/* As read twice, before and after another has come. */
	CHECK(!blkfront_identity_is_same(&now, &numbered, XEN_TIE_STAYED));
	/* The same volume, but what serves it without a number may be anything. */
	now.id = 22;
	CHECK(blkfront_identity_is_same(&numbered, &now, XEN_TIE_STAYED));
	now.host = 34;
	CHECK(!blkfront_identity_is_same(&numbered, &now, XEN_TIE_STAYED));
}

/* Whether what "_was" is connected for is another with one member set to "_value". */
#define IS_ANOTHER(_was, _member, _value) ({				\
	struct blkfront_identity _now = _was;				\
	_now._member = _value;						\
	blkfront_identity_is_another(&_was, &_now); })

TEST(what_is_connected_may_change_its_size_but_not_its_number)
{
	struct blkfront_identity other = numbered;

	CHECK(!IS_ANOTHER(numbered, sectors, 4096));
	CHECK(!IS_ANOTHER(numbered, read_only, true));
	CHECK(!IS_ANOTHER(plain, sectors, 4096));
	CHECK(!IS_ANOTHER(plain, read_only, true));
	CHECK(!IS_ANOTHER(numbered, instance, 0));
	CHECK(!IS_ANOTHER(numbered, instance, 12));
	CHECK(IS_ANOTHER(plain, host, 34));
	other.instance = 12;
	other.id = 23;
	CHECK(blkfront_identity_is_another(&numbered, &other));
	/* It is withdrawn, but was the last to be served. */
	other.instance = 0;
	other.past = 12;
	CHECK(blkfront_identity_is_another(&numbered, &other));
}

TEST(a_number_outlives_a_backend_that_has_none)
{
	struct blkfront_identity none = numbered, known, other = numbered;

	none.instance = 0;
	none.id = 0;
	none.sectors = 4096;
	known = blkfront_identity_learn(&numbered, &none, XEN_TIE_STAYED);
	CHECK_EQ(known.instance, 11);
	CHECK_EQ(known.id, 22);
	CHECK_EQ(known.sectors, 4096);
	other.instance = 12;
	other.id = 0;
	other.sectors = 4096;
	CHECK(!blkfront_identity_is_same(&known, &other, XEN_TIE_STAYED));

	known = blkfront_identity_learn(&plain, &numbered, XEN_TIE_STAYED);
	CHECK_EQ(known.instance, 11);
	other.id = 22;
	known = blkfront_identity_learn(&numbered, &other, XEN_TIE_STAYED);
	CHECK_EQ(known.instance, 12);
}

TEST(a_number_is_forgotten_where_it_says_nothing)
{
	struct blkfront_identity none = numbered, known;

	none.instance = 0;
	none.id = 0;
	known = blkfront_identity_learn(&numbered, &none, XEN_TIE_RESTORED);
	CHECK_EQ(known.instance, 0);
	CHECK_EQ(known.id, 0);
	none.backend = 7;
	known = blkfront_identity_learn(&numbered, &none, XEN_TIE_MOVED);
	CHECK_EQ(known.instance, 0);
	CHECK_EQ(known.id, 22);
	CHECK_EQ(known.backend, 7);
}

TEST(what_is_served_elsewhere_has_the_same_id)
{
	struct blkfront_identity moved = numbered;

	moved.backend = 7;
	moved.instance = 99;
	CHECK(blkfront_identity_is_same(&numbered, &moved, XEN_TIE_MOVED));
	moved.sectors = 4096;
	CHECK(blkfront_identity_is_same(&numbered, &moved, XEN_TIE_MOVED));
	moved.id = 23;
	CHECK(!blkfront_identity_is_same(&numbered, &moved, XEN_TIE_MOVED));
	moved.id = 0;
	CHECK(!blkfront_identity_is_same(&numbered, &moved, XEN_TIE_MOVED));
	moved.sectors = 2048;
	CHECK(blkfront_identity_is_same(&numbered, &moved, XEN_TIE_MOVED));
}

TEST(a_restored_domain_has_the_disk_it_was_restored_with)
{
	struct blkfront_identity copy = {
		.backend = 0, .instance = 91, .id = 92, .host = 93,
		.sectors = 2048, .sector_size = 512,
	};

	CHECK(blkfront_identity_is_same(&numbered, &copy, XEN_TIE_RESTORED));
	copy.sectors = 4096;
	CHECK(blkfront_identity_is_same(&numbered, &copy, XEN_TIE_RESTORED));
	copy.sectors = 2047;
	CHECK(!blkfront_identity_is_same(&numbered, &copy, XEN_TIE_RESTORED));
}
