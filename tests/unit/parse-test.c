// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests of block frontends, checked: drivers/backend/block/parse.c. Both
 * layouts: that of 64 bits is the header's own struct, that of 32 bits is
 * written down here, as a compiler for i386 lays it out.
 */
#include <string.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../../drivers/backend/block/parse.h"
#include "test.h"

#define SECTORS		1000

struct rw_32 {
	u8 operation;
	u8 nr_segments;
	u16 handle;
	u64 id;
	u64 sector_number;
	struct blkif_request_segment seg[BLKIF_MAX_SEGMENTS_PER_REQUEST];
} __packed;

struct discard_32 {
	u8 operation;
	u8 flag;
	u16 pad;
	u64 id;
	u64 sector_number;
	u64 nr_sectors;
} __packed;

struct indirect_32 {
	u8 operation;
	u8 indirect_op;
	u16 nr_segments;
	u64 id;
	u64 sector_number;
	u16 handle;
	u16 pad;
	u32 grefs[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
} __packed;

_Static_assert(sizeof(struct rw_32) == 108, "as on i386");
_Static_assert(sizeof(struct blkif_request) == 112, "as on x86_64");

/* A request as a test means it, in no layout. */
struct request {
	u8 op;
	u8 inner;
	u16 segments;
	u8 flag;
	u64 sector;
	u64 sectors;
	struct blkif_request_segment seg[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};

#define ID	0x123456789abcdef0ULL

static struct blkback_limits limits;
static struct blkback_order order;
static struct blkback_segment segments[BLKBACK_SEGMENTS_MAX];
static u8 entry[sizeof(struct blkif_request)];

static void lay_out_64(const struct request *r)
{
	struct blkif_request *e = (struct blkif_request *)entry;

	e->operation = r->op;
	if (r->op == BLKIF_OP_DISCARD) {
		e->u.discard.flag = r->flag;
		e->u.discard.id = ID;
		e->u.discard.sector_number = r->sector;
		e->u.discard.nr_sectors = r->sectors;
	} else if (r->op == BLKIF_OP_INDIRECT) {
		e->u.indirect.indirect_op = r->inner;
		e->u.indirect.nr_segments = r->segments;
		e->u.indirect.id = ID;
		e->u.indirect.sector_number = r->sector;
		e->u.indirect.indirect_grefs[0] = 11;
		e->u.indirect.indirect_grefs[7] = 18;
	} else {
		e->u.rw.nr_segments = r->segments;
		e->u.rw.id = ID;
		e->u.rw.sector_number = r->sector;
		memcpy(e->u.rw.seg, r->seg, sizeof(r->seg));
	}
}

static void lay_out_32(const struct request *r)
{
	struct rw_32 *rw = (struct rw_32 *)entry;
	struct discard_32 *discard = (struct discard_32 *)entry;
	struct indirect_32 *indirect = (struct indirect_32 *)entry;

	rw->operation = r->op;
	rw->id = ID;
	rw->sector_number = r->sector;
	if (r->op == BLKIF_OP_DISCARD) {
		discard->flag = r->flag;
		discard->nr_sectors = r->sectors;
	} else if (r->op == BLKIF_OP_INDIRECT) {
		indirect->indirect_op = r->inner;
		indirect->nr_segments = r->segments;
		indirect->grefs[0] = 11;
		indirect->grefs[7] = 18;
	} else {
		rw->nr_segments = r->segments;
		memcpy(rw->seg, r->seg, sizeof(r->seg));
	}
}

static void begin(void)
{
	limits = (struct blkback_limits) {
		.sectors = SECTORS, .block_size = 512, .discard = true,
	};
}

static int parse(enum blkback_abi abi, const struct request *r)
{
	/* What a request does not say is whatever was in the slot. */
	memset(entry, 0xa5, sizeof(entry));
	memset(&order, 0xa5, sizeof(order));
	if (abi == BLKBACK_ABI_64)
		lay_out_64(r);
	else
		lay_out_32(r);
	return blkback_parse(abi, &limits, entry, &order);
}

/* As queue.c does: the request, then its segments. */
static int parse_all(enum blkback_abi abi, const struct request *r)
{
	struct blkif_request_segment raw[BLKIF_MAX_SEGMENTS_PER_REQUEST];
	int err = parse(abi, r);

	if (err || !order.segments)
		return err;
	blkback_parse_direct(abi, entry, raw);
	return blkback_parse_segments(&limits, raw, &order, segments);
}

#define FOR_BOTH(abi) \
	for (abi = BLKBACK_ABI_64; abi <= BLKBACK_ABI_32; abi++)

/* Refused, and still answered: with its id and its operation. */
static void check_refused(const struct request *r, int want)
{
	enum blkback_abi abi;

	FOR_BOTH(abi) {
		CHECK_EQ(parse_all(abi, r), want);
		CHECK(order.id == ID);
		CHECK_EQ(order.op, r->op == BLKIF_OP_INDIRECT ? r->inner :
			 r->op);
	}
}

TEST(slots_and_responses_have_the_size_of_the_abi)
{
	CHECK_EQ(blkback_abi_stride(BLKBACK_ABI_64),
		 sizeof(union blkif_sring_entry));
	CHECK_EQ(blkback_abi_stride(BLKBACK_ABI_32), sizeof(struct rw_32));
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
		CHECK(order.id == ID);
		CHECK_EQ(order.op, BLKIF_OP_READ);
		CHECK_EQ(order.kind, BLKBACK_READ);
		CHECK_EQ(order.segments, 2);
		CHECK_EQ(order.sector, 100);
		CHECK_EQ(order.sectors, 9);
		CHECK(!order.barrier && !order.preflush && !order.secure &&
		      !order.indirect);
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
		CHECK_EQ(order.kind, BLKBACK_WRITE);
		CHECK_EQ(order.sectors, 88);
		CHECK_EQ(segments[10].gref, 10);
	}
	r.sector++;
	check_refused(&r, -ERANGE);
}

TEST(a_flush_has_no_data)
{
	const struct request r = { .op = BLKIF_OP_FLUSH_DISKCACHE };
	enum blkback_abi abi;

	begin();
	FOR_BOTH(abi) {
		CHECK_EQ(parse_all(abi, &r), 0);
		CHECK_EQ(order.kind, BLKBACK_FLUSH);
		CHECK(order.preflush && !order.barrier);
		CHECK_EQ(order.sectors, 0);
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
		CHECK_EQ(order.kind, BLKBACK_WRITE);
		CHECK(order.preflush && order.barrier);
		r.segments = 0;
		CHECK_EQ(parse_all(abi, &r), 0);
		CHECK_EQ(order.kind, BLKBACK_FLUSH);
		CHECK(order.preflush && order.barrier);
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
		CHECK_EQ(order.kind, BLKBACK_DISCARD);
		CHECK_EQ(order.sector, 10);
		CHECK_EQ(order.sectors, SECTORS - 10);
		CHECK_EQ(order.segments, 0);
		/* blkif.h: the flag is ignored if it was not on offer. */
		CHECK(!order.secure);
		limits.discard_secure = true;
		CHECK_EQ(parse_all(abi, &r), 0);
		CHECK(order.secure);
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
			CHECK(order.indirect);
			CHECK_EQ(order.op, BLKIF_OP_WRITE);
			CHECK_EQ(order.kind, BLKBACK_WRITE);
			CHECK_EQ(order.segments, r.segments);
			CHECK_EQ(blkback_parse_indirect(abi, entry, &order,
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
	order = (struct blkback_order) { .segments = 256 };
	for (i = 0; i < 256; i++)
		raw[i] = (struct blkif_request_segment) { i, 0, 7 };
	CHECK_EQ(blkback_parse_segments(&limits, raw, &order, segments), 0);
	CHECK_EQ(order.sectors, 2048);
	limits.sectors--;
	CHECK_EQ(blkback_parse_segments(&limits, raw, &order, segments),
		 -ERANGE);
}

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
	CHECK_EQ(order.kind, BLKBACK_FLUSH);
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

TEST(a_discard_that_was_not_on_offer_is_not_supported)
{
	struct request r = { .op = BLKIF_OP_DISCARD, .sectors = 1 };

	begin();
	limits.discard = false;
	check_refused(&r, -EOPNOTSUPP);
}
