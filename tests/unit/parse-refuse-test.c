// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bad requests of block frontends, each refused in both layouts, with an id and
 * an operation to answer: drivers/backend/block/parse.c.
 */
#include "parse-request.h"

TEST(wrong_numbers_of_segments_are_refused)
{
	static const u8 ops[] = {
		BLKIF_OP_READ, BLKIF_OP_WRITE, BLKIF_OP_WRITE_BARRIER,
		BLKIF_OP_FLUSH_DISKCACHE,
	};
	struct request r = { };
	size_t i;

	begin();
	r.op = BLKIF_OP_READ;
	check_refused(&r, -EINVAL);
	r.op = BLKIF_OP_WRITE;
	check_refused(&r, -EINVAL);
	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		r.op = ops[i];
		for (r.segments = 12; r.segments < 256; r.segments++)
			check_refused(&r, -EINVAL);
	}
}

TEST(wrong_numbers_of_indirect_segments_are_refused)
{
	struct request r = { .op = BLKIF_OP_INDIRECT };
	u32 segments;

	begin();
	for (r.inner = BLKIF_OP_READ; r.inner <= BLKIF_OP_WRITE; r.inner++) {
		r.segments = 0;
		check_refused(&r, -EINVAL);
		for (segments = 257; segments < 65536; segments += 101) {
			r.segments = segments;
			check_refused(&r, -EINVAL);
		}
		r.segments = 65535;
		check_refused(&r, -EINVAL);
	}
}

TEST(only_reads_and_writes_can_be_indirect)
{
	struct request r = { .op = BLKIF_OP_INDIRECT, .segments = 1 };
	int inner;

	begin();
	for (inner = 0; inner < 256; inner++) {
		r.inner = inner;
		if (inner != BLKIF_OP_READ && inner != BLKIF_OP_WRITE)
			check_refused(&r, -EINVAL);
	}
}

TEST(unknown_operations_are_refused_as_not_supported)
{
	struct request r = { .segments = 1, .seg = { { 1, 0, 7 } } };
	int op;

	begin();
	for (op = 0; op < 256; op++) {
		r.op = op;
		if (op == 4 || op > BLKIF_OP_INDIRECT)
			check_refused(&r, -EOPNOTSUPP);
	}
}

TEST(segments_outside_a_page_are_refused)
{
	struct request r = { .op = BLKIF_OP_READ, .segments = 2 };
	int first, last;

	begin();
	for (first = 0; first < 256; first++) {
		for (last = 0; last < 256; last++) {
			r.seg[0] = (struct blkif_request_segment) { 1, 0, 7 };
			r.seg[1] = (struct blkif_request_segment) {
				2, first, last };
			if (last >= 8 || last < first)
				check_refused(&r, -EINVAL);
			else
				CHECK_EQ(parse_all(BLKBACK_ABI_64, &r), 0);
		}
	}
}

TEST(transfers_past_the_end_are_refused_without_wrapping)
{
	static const u64 starts[] = {
		SECTORS, SECTORS - 7, SECTORS + 1, 1ULL << 32, 1ULL << 54,
		1ULL << 63, -1ULL, -7ULL, -8ULL, -9ULL,
	};
	struct request r = {
		.op = BLKIF_OP_WRITE, .segments = 1, .seg = { { 1, 0, 7 } },
	};
	size_t i;

	begin();
	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		r.sector = starts[i];
		check_refused(&r, -ERANGE);
	}
	r.sector = 0;
	limits.sectors = 0;
	check_refused(&r, -ERANGE);
}

TEST(parts_of_4k_blocks_are_refused)
{
	struct request r = {
		.op = BLKIF_OP_WRITE, .segments = 1, .seg = { { 1, 0, 7 } },
	};

	begin();
	limits.block_size = 4096;
	CHECK_EQ(parse_all(BLKBACK_ABI_64, &r), 0);
	r.sector = 8;
	CHECK_EQ(parse_all(BLKBACK_ABI_32, &r), 0);
	for (r.sector = 1; r.sector < 8; r.sector++)
		check_refused(&r, -EINVAL);
	r.sector = 0;
	r.seg[0].last_sect = 6;
	check_refused(&r, -EINVAL);
	r.seg[0] = (struct blkif_request_segment) { 1, 1, 7 };
	check_refused(&r, -EINVAL);
	r.seg[0] = (struct blkif_request_segment) { 1, 4, 4 };
	check_refused(&r, -EINVAL);
	r.op = BLKIF_OP_DISCARD;
	r.sectors = 4;
	check_refused(&r, -EINVAL);
	r.sectors = 8;
	r.sector = 4;
	check_refused(&r, -EINVAL);
}

TEST(nothing_that_changes_a_read_only_disk_is_accepted)
{
	struct request r = {
		.segments = 1, .sectors = 8, .seg = { { 1, 0, 7 } },
	};

	begin();
	limits.read_only = true;
	r.op = BLKIF_OP_WRITE;
	check_refused(&r, -EROFS);
	r.op = BLKIF_OP_WRITE_BARRIER;
	check_refused(&r, -EROFS);
	r.op = BLKIF_OP_FLUSH_DISKCACHE;
	check_refused(&r, -EROFS);
	r.op = BLKIF_OP_DISCARD;
	check_refused(&r, -EROFS);
	r.op = BLKIF_OP_INDIRECT;
	r.inner = BLKIF_OP_WRITE;
	check_refused(&r, -EROFS);
	r.inner = BLKIF_OP_READ;
	CHECK_EQ(parse(BLKBACK_ABI_64, &r), 0);
	r.op = BLKIF_OP_READ;
	CHECK_EQ(parse_all(BLKBACK_ABI_64, &r), 0);
}

TEST(a_flush_of_a_read_only_disk_is_good_and_a_barrier_is_not)
{
	struct request r = { .op = BLKIF_OP_FLUSH_DISKCACHE };

	begin();
	limits.read_only = true;
	CHECK_EQ(parse_all(BLKBACK_ABI_64, &r), 0);
	CHECK_EQ(request.kind, BLKBACK_FLUSH);
	r.op = BLKIF_OP_WRITE_BARRIER;
	check_refused(&r, -EROFS);
}

TEST(discards_past_the_end_are_refused_without_wrapping)
{
	static const u64 ranges[][2] = {
		{ 0, SECTORS + 1 }, { SECTORS, 1 }, { 1, SECTORS },
		{ SECTORS - 1, 2 }, { 1, -1ULL }, { -1ULL, 1 }, { -1ULL, 2 },
		{ 8, -8ULL }, { 8, -7ULL }, { 1ULL << 63, 1ULL << 63 },
		{ 0, 1ULL << 55 },
	};
	struct request r = { .op = BLKIF_OP_DISCARD };
	size_t i;

	begin();
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		r.sector = ranges[i][0];
		r.sectors = ranges[i][1];
		check_refused(&r, -ERANGE);
	}
	r.sector = 0;
	r.sectors = 0;
	check_refused(&r, -EINVAL);
}

TEST(flushes_that_were_not_on_offer_are_not_supported)
{
	struct request r = {
		.sectors = 8, .seg = { { 1, 0, 7 } },
	};

	begin();
	limits.flush = false;
	for (r.segments = 0; r.segments < 2; r.segments++) {
		r.op = BLKIF_OP_FLUSH_DISKCACHE;
		check_refused(&r, -EOPNOTSUPP);
		r.op = BLKIF_OP_WRITE_BARRIER;
		check_refused(&r, -EOPNOTSUPP);
	}
	r.op = BLKIF_OP_WRITE;
	r.segments = 1;
	CHECK_EQ(parse_all(BLKBACK_ABI_64, &r), 0);
}

TEST(more_segments_than_were_on_offer_are_refused)
{
	struct request r = {
		.op = BLKIF_OP_INDIRECT, .inner = BLKIF_OP_WRITE,
	};

	begin();
	limits.segments = 20;
	r.segments = 20;
	CHECK_EQ(parse(BLKBACK_ABI_64, &r), 0);
	r.segments = 21;
	check_refused(&r, -EINVAL);
	/* None at all: requests without indirect ones are as they were. */
	limits.segments = 0;
	r.segments = 1;
	check_refused(&r, -EINVAL);
	r.op = BLKIF_OP_READ;
	r.seg[0] = (struct blkif_request_segment) { 1, 0, 7 };
	CHECK_EQ(parse_all(BLKBACK_ABI_64, &r), 0);
}

TEST(a_discard_that_was_not_on_offer_is_not_supported)
{
	struct request r = { .op = BLKIF_OP_DISCARD, .sectors = 1 };

	begin();
	limits.discard = false;
	check_refused(&r, -EOPNOTSUPP);
}

TEST(any_id_is_echoed_and_what_is_not_used_is_not_looked_at)
{
	const struct request r = {
		.op = BLKIF_OP_READ, .segments = 1, .sector = 8,
		.seg = { { 1, 0, 7 } },
	};
	struct blkback_request before;
	u8 *bytes = (u8 *)entry;
	u64 id;
	int i;

	begin();
	CHECK_EQ(parse_all(BLKBACK_ABI_64, &r), 0);
	before = request;
	/* Handle and padding; then all behind the one segment. */
	for (i = 2; i < 8; i++)
		bytes[i] ^= 0xff;
	for (i = 32; i < 112; i++)
		bytes[i] ^= 0xff;
	for (id = 1; id; id <<= 1) {
		memcpy(bytes + 8, &id, sizeof(id));
		CHECK_EQ(blkback_parse(BLKBACK_ABI_64, &limits, entry, &request),
			 0);
		CHECK(request.id == id);
		CHECK_EQ(request.op, before.op);
		CHECK_EQ(request.segments, before.segments);
		CHECK_EQ(request.sector, before.sector);
	}
}
