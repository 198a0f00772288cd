// SPDX-License-Identifier: GPL-2.0-only
/*
 * Good requests of every kind, anywhere in the part of the disk that may be
 * written: what malformed ones begin as. Floor F6; called by the acts.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "front.h"

#define SEGMENTS_DIRECT	BLKIF_MAX_SEGMENTS_PER_REQUEST
#define SEGMENTS_MOST	32

/**
 * front_scratch - somewhere on the disk where good requests may write
 * @front: the hostile half
 *
 * Return: a sector with room for the largest request behind it.
 */
u64 front_scratch(struct hostile_front *front)
{
	u64 pages = (front->disk.sectors - front->disk.scratch) / FRONT_PAGE_SECTORS;

	return front->disk.scratch + FRONT_PAGE_SECTORS *
		hostile_random(&front->guest.book, 0, pages - SEGMENTS_MOST);
}

/**
 * front_fill_segments - good segments, each a whole page
 * @front: the hostile half
 * @seg: to be filled
 * @count: how many
 */
void front_fill_segments(struct hostile_front *front,
			 struct blkif_request_segment *seg, unsigned int count)
{
	while (count--) {
		u64 data = hostile_random(&front->guest.book, 0, FRONT_DATA - 1);

		*seg++ = (struct blkif_request_segment) {
			.gref = front->pages.data[data].ref,
			.last_sect = FRONT_PAGE_SECTORS - 1,
		};
	}
}

/**
 * front_fill_rw - fill in a good request with its segments inside
 * @front: the hostile half
 * @request: to be filled
 * @op: a BLKIF_OP_*
 * @segments: how many
 */
void front_fill_rw(struct hostile_front *front, struct blkif_request *request,
		   u8 op, u8 segments)
{
	memset(request, 0, sizeof(*request));
	request->operation = op;
	request->u.rw.nr_segments = segments;
	request->u.rw.id = ++front->id << 32 |
		hostile_random(&front->guest.book, 0, U32_MAX);
	request->u.rw.sector_number = segments ? front_scratch(front) : 0;
	front_fill_segments(front, request->u.rw.seg, segments);
}

static void fill_discard(struct hostile_front *front,
			 struct blkif_request *request)
{
	front_fill_rw(front, request, BLKIF_OP_DISCARD, 0);
	request->u.discard.sector_number = front_scratch(front);
	request->u.discard.nr_sectors = FRONT_PAGE_SECTORS;
}

/**
 * front_descriptors - where an indirect request's segments are described
 * @front: the hostile half; the next slot's page is meant
 */
struct blkif_request_segment *front_descriptors(struct hostile_front *front)
{
	return front->pages.descriptors[front_slot(front)].addr;
}

static void fill_indirect(struct hostile_front *front,
			  struct blkif_request *request, u8 op)
{
	u16 segments = hostile_random(&front->guest.book, 1, SEGMENTS_MOST);

	front_fill_rw(front, request, BLKIF_OP_INDIRECT, 0);
	request->u.indirect.indirect_op = op;
	request->u.indirect.nr_segments = segments;
	request->u.indirect.sector_number = front_scratch(front);
	request->u.indirect.indirect_grefs[0] =
		front->pages.descriptors[front_slot(front)].ref;
	front_fill_segments(front, front_descriptors(front), segments);
}

/**
 * front_fill - fill in a good request
 * @front: the hostile half
 * @request: to be filled
 * @base: of what kind
 */
void front_fill(struct hostile_front *front, struct blkif_request *request,
		enum front_base base)
{
	u8 segments = hostile_random(&front->guest.book, 1, SEGMENTS_DIRECT);

	switch (base) {
	case BASE_READ:
		front_fill_rw(front, request, BLKIF_OP_READ, segments);
		break;
	case BASE_WRITE:
		front_fill_rw(front, request, BLKIF_OP_WRITE, segments);
		break;
	case BASE_BARRIER:
		front_fill_rw(front, request, BLKIF_OP_WRITE_BARRIER, segments);
		break;
	case BASE_FLUSH:
		front_fill_rw(front, request, BLKIF_OP_FLUSH_DISKCACHE, 0);
		break;
	case BASE_DISCARD:
		fill_discard(front, request);
		break;
	case BASE_INDIRECT_READ:
		fill_indirect(front, request, BLKIF_OP_READ);
		break;
	case BASE_INDIRECT_WRITE:
		fill_indirect(front, request, BLKIF_OP_WRITE);
		break;
	}
}
