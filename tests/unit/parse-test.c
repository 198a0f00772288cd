// SPDX-License-Identifier: GPL-2.0-only
/*
 * Good requests of block frontends: drivers/backend/block/parse.c. Bad ones:
 * parse-refuse-test.c.
 */
#include "parse-request.h"

TEST(slots_and_responses_have_the_size_of_the_abi)
{
	CHECK_EQ(blkback_abi_stride(BLKBACK_ABI_64),
		 sizeof(union blkif_sring_entry));
	CHECK_EQ(blkback_abi_stride(BLKBACK_ABI_32), sizeof(struct rw_32));
	CHECK_EQ(sizeof(struct rw_32), 108);
	CHECK_EQ(sizeof(struct blkif_request), 112);
	CHECK_EQ(blkback_abi_response_len(BLKBACK_ABI_64),
		 sizeof(struct blkif_response));
	CHECK_EQ(blkback_abi_response_len(BLKBACK_ABI_32), 12);
	CHECK(offsetof(struct blkif_response, status) + 2 <= 12);
}

TEST(a_read_becomes_an_order_with_its_segments)
{
	const struct request r = {
		.op = BLKIF_OP_READ, .segments = 2, .sector = 100,
		.seg = { { 41, 0, 7 }, { 42, 3, 3 } },
	};
	enum blkback_abi abi;

	begin();
	FOR_BOTH(abi) {
		CHECK_EQ(parse_all(abi, &r), 0);
		CHECK(request.id == ID);
		CHECK_EQ(request.op, BLKIF_OP_READ);
		CHECK_EQ(request.kind, BLKBACK_READ);
		CHECK_EQ(request.segments, 2);
		CHECK_EQ(request.sector, 100);
		CHECK_EQ(request.sectors, 9);
		CHECK(!request.barrier && !request.preflush && !request.secure &&
		      !request.indirect);
		CHECK_EQ(segments[0].gref, 41);
		CHECK_EQ(segments[0].offset, 0);
		CHECK_EQ(segments[0].len, 4096);
		CHECK_EQ(segments[1].gref, 42);
		CHECK_EQ(segments[1].offset, 3 * 512);
		CHECK_EQ(segments[1].len, 512);
	}
}

TEST(a_write_of_eleven_pages_up_to_the_last_sector_is_good)
{
	struct request r = {
		.op = BLKIF_OP_WRITE, .segments = 11, .sector = SECTORS - 88,
	};
	enum blkback_abi abi;
	int i;

	for (i = 0; i < 11; i++)
		r.seg[i] = (struct blkif_request_segment) { i, 0, 7 };
	begin();
	FOR_BOTH(abi) {
		CHECK_EQ(parse_all(abi, &r), 0);
		CHECK_EQ(request.kind, BLKBACK_WRITE);
		CHECK_EQ(request.sectors, 88);
		CHECK_EQ(segments[10].gref, 10);
	}
	r.sector++;
	check_refused(&r, -ERANGE);
}

TEST(blocks_of_1k_begin_at_any_sector_of_a_page_if_the_device_can_have_them_there)
{
	struct request r = {
		.op = BLKIF_OP_WRITE, .segments = 2, .seg = { { 1, 1, 4 }, { 2, 5, 6 } },
	};
	enum blkback_abi abi;

	begin();
	limits.block_size = 1024;
	FOR_BOTH(abi) {
		limits.alignment = 4;
		CHECK_EQ(parse_all(abi, &r), 0);
		CHECK_EQ(segments[0].offset, 512);
		CHECK_EQ(segments[0].len, 2048);
		CHECK_EQ(request.sectors, 6);
		limits.alignment = 512;
		CHECK_EQ(parse_all(abi, &r), 0);
	}
	limits.alignment = 1024;
	check_refused(&r, -EINVAL);
	limits.alignment = 512;
	r.seg[1].last_sect = 5;
	check_refused(&r, -EINVAL);
	r.seg[1].last_sect = 6;
	r.sector = 1;
	check_refused(&r, -EINVAL);
}

TEST(a_flush_has_no_data)
{
	const struct request r = { .op = BLKIF_OP_FLUSH_DISKCACHE };
	enum blkback_abi abi;

	begin();
	FOR_BOTH(abi) {
		CHECK_EQ(parse_all(abi, &r), 0);
		CHECK_EQ(request.kind, BLKBACK_FLUSH);
		CHECK(request.preflush && !request.barrier);
		CHECK_EQ(request.sectors, 0);
	}
}

TEST(a_barrier_may_have_data_or_none)
{
	struct request r = {
		.op = BLKIF_OP_WRITE_BARRIER, .segments = 1,
		.seg = { { 1, 0, 0 } },
	};
	enum blkback_abi abi;

	begin();
	FOR_BOTH(abi) {
		r.segments = 1;
		CHECK_EQ(parse_all(abi, &r), 0);
		CHECK_EQ(request.kind, BLKBACK_WRITE);
		CHECK(request.preflush && request.barrier);
		r.segments = 0;
		CHECK_EQ(parse_all(abi, &r), 0);
		CHECK_EQ(request.kind, BLKBACK_FLUSH);
		CHECK(request.preflush && request.barrier);
	}
}

TEST(a_discard_is_a_range)
{
	struct request r = {
		.op = BLKIF_OP_DISCARD, .sector = 10, .sectors = SECTORS - 10,
		.flag = BLKIF_DISCARD_SECURE,
	};
	enum blkback_abi abi;

	begin();
	FOR_BOTH(abi) {
		limits.discard_secure = false;
		CHECK_EQ(parse_all(abi, &r), 0);
		CHECK_EQ(request.kind, BLKBACK_DISCARD);
		CHECK_EQ(request.sector, 10);
		CHECK_EQ(request.sectors, SECTORS - 10);
		CHECK_EQ(request.segments, 0);
		/* blkif.h: the flag is ignored if it was not on offer. */
		CHECK(!request.secure);
		limits.discard_secure = true;
		CHECK_EQ(parse_all(abi, &r), 0);
		CHECK(request.secure);
	}
}

TEST(an_indirect_request_names_its_pages_and_its_inner_operation)
{
	u32 grefs[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
	struct request r = {
		.op = BLKIF_OP_INDIRECT, .inner = BLKIF_OP_WRITE, .segments = 1,
	};
	enum blkback_abi abi;

	begin();
	FOR_BOTH(abi) {
		for (r.segments = 1; r.segments <= 256; r.segments++) {
			CHECK_EQ(parse(abi, &r), 0);
			CHECK(request.indirect);
			CHECK_EQ(request.op, BLKIF_OP_WRITE);
			CHECK_EQ(request.kind, BLKBACK_WRITE);
			CHECK_EQ(request.segments, r.segments);
			CHECK_EQ(blkback_parse_indirect(abi, entry, &request,
							grefs), 1);
			CHECK_EQ(grefs[0], 11);
			CHECK_EQ(grefs[7], 18);
		}
	}
}

TEST(two_hundred_and_fifty_six_segments_of_a_page_fit)
{
	static struct blkif_request_segment raw[256];
	int i;

	begin();
	limits.sectors = 2048;
	request = (struct blkback_request) { .segments = 256 };
	for (i = 0; i < 256; i++)
		raw[i] = (struct blkif_request_segment) { i, 0, 7 };
	CHECK_EQ(blkback_parse_segments(&limits, raw, &request, segments), 0);
	CHECK_EQ(request.sectors, 2048);
	limits.sectors--;
	CHECK_EQ(blkback_parse_segments(&limits, raw, &request, segments),
		 -ERANGE);
}
