// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a frontend asks for, checked: see parse.h. Floor F5, pure.
 *
 * The layouts of blkif.h differ between 64 and 32 bits only in where the id
 * stands, at 8 or at 4, and everything behind it follows:
 *
 *	0 operation  1 segments, flag or inner operation  2 handle or segments
 *	id: +0 id  +8 sector  +16 segments, or sectors to discard,
 *	                      or (at +20) grants of indirect pages
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "parse.h"

#define SECTOR		512
/* Grants are of 4 KiB pages on every machine (xen/interface/grant_table.h). */
#define GRANT_PAGE	4096
#define PAGE_SECTORS	(GRANT_PAGE / SECTOR)

#define AT_SECTOR	8
#define AT_BODY		16
#define AT_GREFS	20

#define DESCRIPTORS_PER_PAGE \
	(GRANT_PAGE / sizeof(struct blkif_request_segment))

static const u8 *blkback_parse_id_of(enum blkback_abi abi, const void *entry)
{
	return (const u8 *)entry + (abi == BLKBACK_ABI_64 ? 8 : 4);
}

static u64 blkback_parse_read_u64(const u8 *at)
{
	u64 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static u16 blkback_parse_read_u16(const u8 *at)
{
	u16 value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/**
 * blkback_abi_stride - bytes of a ring's slot
 * @abi: the frontend's layout
 */
u32 blkback_abi_stride(enum blkback_abi abi)
{
	return abi == BLKBACK_ABI_64 ? 112 : 108;
}

/**
 * blkback_abi_response_len - bytes of a response
 * @abi: the frontend's layout
 *
 * All members stand at the same place; only the padding behind them differs.
 */
u32 blkback_abi_response_len(enum blkback_abi abi)
{
	return abi == BLKBACK_ABI_64 ? 16 : 12;
}

/* The bits of a number of sectors that whole blocks do not have. */
static u32 blkback_parse_part_of_block(const struct blkback_limits *limits)
{
	return limits->block_size / SECTOR - 1;
}

/* From the first sector on, so many have to lie on the disk. */
static int blkback_parse_check_range(const struct blkback_limits *limits, u64 sector,
				     u64 sectors)
{
	/* It may change while we look. */
	u64 size = READ_ONCE(limits->sectors);

	if (sector > size || sectors > size - sector)
		return -ERANGE;
	if ((sector | sectors) & blkback_parse_part_of_block(limits))
		return -EINVAL;
	return 0;
}

static int blkback_parse_discard(enum blkback_abi abi,
				 const struct blkback_limits *limits, const u8 *entry,
				 struct blkback_request *request)
{
	if (!limits->discard)
		return -EOPNOTSUPP;
	if (limits->read_only)
		return -EROFS;
	request->kind = BLKBACK_DISCARD;
	request->secure = limits->discard_secure &&
			entry[1] & BLKIF_DISCARD_SECURE;
	request->sectors = blkback_parse_read_u64(blkback_parse_id_of(abi, entry) + AT_BODY);
	if (!request->sectors)
		return -EINVAL;
	return blkback_parse_check_range(limits, request->sector, request->sectors);
}

/* Sets what an operation with data, or without, is about. */
static int blkback_parse_op(const struct blkback_limits *limits, u8 op,
			    struct blkback_request *request)
{
	switch (op) {
	case BLKIF_OP_READ:
		request->kind = BLKBACK_READ;
		return request->segments ? 0 : -EINVAL;
	case BLKIF_OP_WRITE:
		request->kind = BLKBACK_WRITE;
		return request->segments ? 0 : -EINVAL;
	case BLKIF_OP_FLUSH_DISKCACHE:
		if (!limits->flush)
			return -EOPNOTSUPP;
		request->preflush = true;
		break;
	case BLKIF_OP_WRITE_BARRIER:
		if (!limits->flush)
			return -EOPNOTSUPP;
		request->preflush = true;
		request->barrier = true;
		break;
	default:
		return -EOPNOTSUPP;
	}
	request->kind = request->segments ? BLKBACK_WRITE : BLKBACK_FLUSH;
	return 0;
}

static int blkback_parse_transfer(const struct blkback_limits *limits, u8 op,
				  u32 segments_max, struct blkback_request *request)
{
	int err = blkback_parse_op(limits, op, request);

	if (err)
		return err;
	if (request->segments > segments_max)
		return -EINVAL;
	/* A flush of nothing new is harmless: no reason for an I/O error. */
	if (limits->read_only &&
	    (request->kind == BLKBACK_WRITE || request->barrier))
		return -EROFS;
	return 0;
}

/**
 * blkback_parse - check a request, up to its segments
 * @abi: the frontend's layout
 * @limits: of the disk
 * @entry: private copy of the slot, blkback_abi_stride() bytes
 * @request: to be filled; id and op always, the rest if 0 is returned
 *
 * Return: 0; -EOPNOTSUPP for what is not on offer; -EROFS, -ERANGE, -EINVAL.
 */
int blkback_parse(enum blkback_abi abi, const struct blkback_limits *limits,
		  const void *entry, struct blkback_request *request)
{
	const u8 *bytes = entry;
	const u8 *id = blkback_parse_id_of(abi, entry);

	*request = (struct blkback_request) {
		.id = blkback_parse_read_u64(id),
		.op = bytes[0],
		.sector = blkback_parse_read_u64(id + AT_SECTOR),
	};

	switch (request->op) {
	case BLKIF_OP_DISCARD:
		return blkback_parse_discard(abi, limits, bytes, request);
	case BLKIF_OP_INDIRECT:
		/* The response names the operation inside. */
		request->op = bytes[1];
		if (request->op != BLKIF_OP_READ && request->op != BLKIF_OP_WRITE)
			return -EINVAL;
		request->indirect = true;
		request->segments = blkback_parse_read_u16(bytes + 2);
		return blkback_parse_transfer(limits, request->op, limits->segments,
					      request);
	default:
		request->segments = bytes[1];
		return blkback_parse_transfer(limits, request->op,
					      BLKIF_MAX_SEGMENTS_PER_REQUEST, request);
	}
}

/**
 * blkback_parse_direct - where the descriptors of a request are
 * @abi: the frontend's layout
 * @entry: private copy of the slot, aligned as a u64 is
 *
 * Return: %BLKIF_MAX_SEGMENTS_PER_REQUEST of them in @entry, unchecked.
 */
const struct blkif_request_segment *
blkback_parse_direct(enum blkback_abi abi, const void *entry)
{
	return (const void *)(blkback_parse_id_of(abi, entry) + AT_BODY);
}

/**
 * blkback_parse_indirect - take the grants of descriptor pages
 * @abi: the frontend's layout
 * @entry: private copy of the slot
 * @request: the request, indirect
 * @grefs: room for %BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST; unchecked
 *
 * Return: how many pages there are, at least one.
 */
u32 blkback_parse_indirect(enum blkback_abi abi, const void *entry,
			   const struct blkback_request *request,
			   grant_ref_t *grefs)
{
	memcpy(grefs, blkback_parse_id_of(abi, entry) + AT_GREFS,
	       BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST * sizeof(*grefs));
	return DIV_ROUND_UP(request->segments, DESCRIPTORS_PER_PAGE);
}

/**
 * blkback_parse_segments - check the descriptors of a transfer
 * @limits: of the disk
 * @raw: private copy of the descriptors, @request->segments of them
 * @request: from blkback_parse(); its sectors are filled
 * @segments: to be filled, room for as many
 *
 * Where in its page a block begins is the device's matter, not the disk's: frontends
 * of disks with blocks of 1 or 2 KiB have them at any sector.
 *
 * Return: 0; -EINVAL for a part of a page that is none, not of whole blocks, or where
 * the device cannot have it; -ERANGE when the transfer leaves the disk.
 */
int blkback_parse_segments(const struct blkback_limits *limits,
			   const struct blkif_request_segment *raw,
			   struct blkback_request *request,
			   struct blkback_segment *segments)
{
	u32 part = blkback_parse_part_of_block(limits);
	u32 place = limits->alignment > SECTOR ? limits->alignment / SECTOR - 1 : 0;
	u16 i;

	request->sectors = 0;
	for (i = 0; i < request->segments; i++) {
		u8 first = raw[i].first_sect, last = raw[i].last_sect;
		u32 count = last - first + 1;

		if (last >= PAGE_SECTORS || first > last ||
		    first & place || count & part)
			return -EINVAL;
		segments[i] = (struct blkback_segment) {
			.gref = raw[i].gref,
			.offset = first * SECTOR,
			.len = count * SECTOR,
		};
		request->sectors += count;
	}
	return blkback_parse_check_range(limits, request->sector, request->sectors);
}
