/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A block request as a test means it, and how it lies on the ring: the layout of
 * 64 bits is the header's own struct, that of 32 bits is written down here, as
 * a compiler for i386 lays it out. Included by one test program each.
 */
#ifndef PARSE_REQUEST_H
#define PARSE_REQUEST_H

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
static struct blkback_request request;
static struct blkback_segment segments[BLKBACK_SEGMENTS_MAX];
static _Alignas(u64) u8 entry[sizeof(struct blkif_request)];

static inline void lay_out_64(const struct request *r)
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

static inline void lay_out_32(const struct request *r)
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

static inline void begin(void)
{
	limits = (struct blkback_limits) {
		.sectors = SECTORS, .block_size = 512,
		.segments = BLKBACK_SEGMENTS_MAX, .flush = true, .discard = true,
	};
}

static inline int parse(enum blkback_abi abi, const struct request *r)
{
	/* What a request does not say is whatever was in the slot. */
	memset(entry, 0xa5, sizeof(entry));
	memset(&request, 0xa5, sizeof(request));
	if (abi == BLKBACK_ABI_64)
		lay_out_64(r);
	else
		lay_out_32(r);
	return blkback_parse(abi, &limits, entry, &request);
}

/* As queue.c does: the request, then its segments. */
static inline int parse_all(enum blkback_abi abi, const struct request *r)
{
	int err = parse(abi, r);

	if (err || !request.segments)
		return err;
	return blkback_parse_segments(&limits, blkback_parse_direct(abi, entry),
				      &request, segments);
}

#define FOR_BOTH(abi) \
	for (abi = BLKBACK_ABI_64; abi <= BLKBACK_ABI_32; abi++)

/* Refused, and still answered: with its id and its operation. */
static inline void check_refused(const struct request *r, int want)
{
	enum blkback_abi abi;

	FOR_BOTH(abi) {
		CHECK_EQ(parse_all(abi, r), want);
		CHECK(request.id == ID);
		CHECK_EQ(request.op, r->op == BLKIF_OP_INDIRECT ? r->inner :
			 r->op);
	}
}

#endif /* PARSE_REQUEST_H */
