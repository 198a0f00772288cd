/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a frontend asks for, checked: the only file that knows how requests lie
 * on the ring. Floor F5; pure, and compiled in user space by tests/unit and
 * tests/fuzz. Called by queue.c with private copies of what the peer wrote.
 */
#ifndef XENIFY_BLOCK_BACK_PARSE_H
#define XENIFY_BLOCK_BACK_PARSE_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/blkif.h>

#define BLKBACK_SEGMENTS_MAX	256
#define BLKBACK_ENTRY_MAX	sizeof(struct blkif_request)

/**
 * enum blkback_abi - how the frontend lays out its requests
 * @BLKBACK_ABI_64: as a 64-bit kernel does: 8 byte alignment
 * @BLKBACK_ABI_32: as a 32-bit kernel does: 4 byte alignment
 */
enum blkback_abi {
	BLKBACK_ABI_64,
	BLKBACK_ABI_32,
};

/**
 * struct blkback_limits - what requests are checked against
 * @sectors: size of the disk in units of 512 bytes
 * @block_size: smallest unit of a transfer, in bytes
 * @alignment: where in a page data may begin, in bytes; less than a sector: at any
 * @segments: most pages of an indirect request, 0 if there are to be none
 * @read_only: no write, discard or barrier
 * @flush: flushes and barriers are on offer
 * @discard: discard is on offer
 * @discard_secure: and secure discard
 */
struct blkback_limits {
	u64 sectors;
	u32 block_size;
	u32 alignment;
	u32 segments;
	bool read_only;
	bool flush;
	bool discard;
	bool discard_secure;
};

/**
 * enum blkback_kind - what is to be done
 * @BLKBACK_READ: from the disk to the segments
 * @BLKBACK_WRITE: from the segments to the disk
 * @BLKBACK_FLUSH: no data
 * @BLKBACK_DISCARD: no data; a range of sectors
 */
enum blkback_kind {
	BLKBACK_READ,
	BLKBACK_WRITE,
	BLKBACK_FLUSH,
	BLKBACK_DISCARD,
};

/**
 * struct blkback_request - a request that was checked
 * @id: the frontend's, to be echoed
 * @op: the BLKIF_OP_* to be echoed
 * @kind: what is to be done
 * @barrier: begun when all before it in its queue has ended, and ended, on the
 *	medium, before anything after it is begun
 * @preflush: what was completed before is to be on the medium first
 * @secure: a discard that leaves no copy
 * @indirect: segments are described in pages, not in the request
 * @segments: how many, 0 without data
 * @sector: first sector
 * @sectors: how many, of a discard now, of a transfer once segments are known
 */
struct blkback_request {
	u64 id;
	u8 op;
	enum blkback_kind kind;
	bool barrier;
	bool preflush;
	bool secure;
	bool indirect;
	u16 segments;
	u64 sector;
	u64 sectors;
};

/**
 * struct blkback_segment - a part of a page to transfer, checked
 * @gref: the frontend's grant for the page
 * @offset: in bytes
 * @len: in bytes
 */
struct blkback_segment {
	grant_ref_t gref;
	u16 offset;
	u16 len;
};

u32 blkback_abi_stride(enum blkback_abi abi);
u32 blkback_abi_response_len(enum blkback_abi abi);

int blkback_parse(enum blkback_abi abi, const struct blkback_limits *limits,
		  const void *entry, struct blkback_request *request);
int blkback_parse_segments(const struct blkback_limits *limits,
			   const struct blkif_request_segment *raw,
			   struct blkback_request *request,
			   struct blkback_segment *segments);
const struct blkif_request_segment *
blkback_parse_direct(enum blkback_abi abi, const void *entry);
u32 blkback_parse_indirect(enum blkback_abi abi, const void *entry,
			   const struct blkback_request *request,
			   grant_ref_t *grefs);

#endif /* XENIFY_BLOCK_BACK_PARSE_H */
