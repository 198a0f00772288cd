// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: a block frontend's request, in both layouts, with segments in it
 * or in pages beside it (drivers/backend/block/parse.c), as queue.c calls it.
 *
 * Holds: what is accepted lies on the disk and in pages, in whole blocks, is
 * allowed there, and its counts agree; what is refused can be answered.
 */
#include <linux/errno.h>

#include "../../drivers/backend/block/parse.h"
#include "fuzz.h"

#define SECTOR	512

static void check_range(const struct blkback_limits *limits,
			const struct blkback_request *request)
{
	u32 block = limits->block_size / SECTOR;

	HOLDS(request->sector <= limits->sectors);
	HOLDS(request->sectors <= limits->sectors - request->sector);
	HOLDS(request->sector % block == 0 && request->sectors % block == 0);
}

static void check_segments(const struct blkback_limits *limits,
			   const struct blkback_request *request,
			   const struct blkback_segment *segments)
{
	u64 bytes = 0;
	int i;

	for (i = 0; i < request->segments; i++) {
		HOLDS(segments[i].len > 0);
		HOLDS(segments[i].offset + segments[i].len <= 4096);
		HOLDS(segments[i].len % limits->block_size == 0);
		HOLDS(segments[i].offset % SECTOR == 0);
		HOLDS(segments[i].offset % limits->alignment == 0);
		bytes += segments[i].len;
	}
	HOLDS(bytes == request->sectors * SECTOR);
	check_range(limits, request);
}

static void check_request(const struct blkback_limits *limits,
			  const struct blkback_request *request)
{
	if (limits->read_only)
		HOLDS(request->kind == BLKBACK_READ ||
		      (request->kind == BLKBACK_FLUSH && !request->barrier));
	HOLDS(limits->flush || (!request->preflush && !request->barrier));
	HOLDS(request->segments <= (request->indirect ? limits->segments :
				    BLKIF_MAX_SEGMENTS_PER_REQUEST));
	switch (request->kind) {
	case BLKBACK_READ:
	case BLKBACK_WRITE:
		HOLDS(request->segments > 0);
		break;
	case BLKBACK_DISCARD:
		HOLDS(limits->discard && !request->segments && request->sectors);
		HOLDS(!request->secure || limits->discard_secure);
		check_range(limits, request);
		break;
	case BLKBACK_FLUSH:
		HOLDS(!request->segments && request->preflush);
		break;
	default:
		HOLDS(false);
	}
}

/* As in queue.c: descriptors are in the request, or copied from a page. */
static void parse_segments(enum blkback_abi abi,
			   const struct blkback_limits *limits,
			   struct blkback_request *request, const u8 *entry,
			   struct bytes *input)
{
	grant_ref_t grefs[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
	const struct blkif_request_segment *raw;
	struct blkif_request_segment *page = calloc(request->segments,
						    sizeof(*page));
	struct blkback_segment *segments = calloc(request->segments,
						  sizeof(*segments));

	if (request->indirect) {
		u32 pages = blkback_parse_indirect(abi, entry, request, grefs);

		HOLDS(pages >= 1 &&
		      pages <= BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST);
		HOLDS(request->segments * sizeof(*raw) <= pages * 4096);
		take_bytes(input, page, request->segments * sizeof(*page));
		raw = page;
	} else {
		raw = blkback_parse_direct(abi, entry);
	}
	if (!blkback_parse_segments(limits, raw, request, segments))
		check_segments(limits, request, segments);
	free(segments);
	free(page);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct bytes input = { data, size };
	u8 how = take_u8(&input);
	enum blkback_abi abi = how & 1 ? BLKBACK_ABI_32 : BLKBACK_ABI_64;
	struct blkback_limits limits = {
		.block_size = SECTOR << (how >> 1 & 3),
		.alignment = how & 128 ? SECTOR << (how >> 1 & 3) : 4,
		.read_only = how & 8,
		.discard = how & 16,
		.discard_secure = how & 32,
	};
	u8 more = take_u8(&input);
	struct blkback_request request;
	u32 len = blkback_abi_stride(abi);
	u8 *entry = malloc(len);
	int err;

	limits.flush = more & 1;
	limits.segments = more & 2 ? BLKBACK_SEGMENTS_MAX : more >> 2;
	limits.sectors = how & 64 ? take_u64(&input) : take_u32(&input) % 4096;
	take_bytes(&input, entry, len);
	memset(&request, 0x5a, sizeof(request));
	err = blkback_parse(abi, &limits, entry, &request);
	HOLDS(request.op == entry[0] ||
	      (entry[0] == BLKIF_OP_INDIRECT && request.op == entry[1]));
	HOLDS(!memcmp(&request.id, entry + (abi == BLKBACK_ABI_64 ? 8 : 4), 8));
	HOLDS(err == 0 || err == -EINVAL || err == -ERANGE || err == -EROFS ||
	      err == -EOPNOTSUPP);
	if (!err) {
		check_request(&limits, &request);
		if (request.segments)
			parse_segments(abi, &limits, &request, entry, &input);
	}
	free(entry);
	return 0;
}
