// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed requests: a table. Each row begins as a good request of some kind;
 * then one field of it is malformed, within a range, or a function twists it.
 * Malformed and good requests are pushed together, in batches of any size. Floor
 * F6.
 */
#include <linux/blk_types.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "front.h"

/* On what disks a row is malformed; a set. */
#define ON_WRITABLE	1
#define ON_READONLY	2
#define ON_4K		4
#define ON_DISCARD	8
#define ON_NO_DISCARD	16
#define ON_512		32
#define ON_ALL		(ON_WRITABLE | ON_READONLY)

/**
 * struct malformed_request - a row: what is wrong with a request
 * @name: of the row
 * @base: what it begins as
 * @want: what the answer has to be, an enum front_want
 * @on: disks on which it is malformed
 * @at: the field: where
 * @size: the field: bytes, 0 for none
 * @min: smallest value
 * @max: largest value
 * @twice: sent a second time, with the same id
 * @twist: does what a field's value does not say, or NULL
 */
struct malformed_request {
	const char *name;
	enum front_base base;
	enum front_want want;
	u8 on;
	u8 at;
	u8 size;
	u64 min;
	u64 max;
	bool twice;
	void (*twist)(struct hostile_front *front,
		      struct blkif_request *request);
};

/* The last segment: what was mapped before it has to be unmapped again. */
static struct blkif_request_segment *last_segment(struct blkif_request *request)
{
	return &request->u.rw.seg[request->u.rw.nr_segments - 1];
}

static void never_granted(struct hostile_front *front,
			  struct blkif_request *request)
{
	last_segment(request)->gref = hostile_random(&front->guest.book, BIT(20),
						     U32_MAX);
}

static void revoked(struct hostile_front *front, struct blkif_request *request)
{
	last_segment(request)->gref = front->guest.bad.revoked.ref;
}

static void foreign(struct hostile_front *front, struct blkif_request *request)
{
	last_segment(request)->gref = front->guest.bad.foreign.ref;
}

static void readonly(struct hostile_front *front, struct blkif_request *request)
{
	last_segment(request)->gref = front->guest.bad.readonly.ref;
}

static void one_page(struct hostile_front *front, struct blkif_request *request)
{
	u8 i;

	for (i = 0; i < request->u.rw.nr_segments; i++)
		request->u.rw.seg[i].gref = front->pages.data[0].ref;
}

static void parts_of_one_page(struct hostile_front *front,
			      struct blkif_request *request)
{
	u8 i;

	one_page(front, request);
	for (i = 0; i < request->u.rw.nr_segments; i++) {
		request->u.rw.seg[i].first_sect = i % FRONT_PAGE_SECTORS;
		request->u.rw.seg[i].last_sect = i % FRONT_PAGE_SECTORS;
	}
}

static void own_ring(struct hostile_front *front, struct blkif_request *request)
{
	request->u.rw.seg[0].gref = front->link.page.ref;
}

static void first_after_last(struct hostile_front *front,
			     struct blkif_request *request)
{
	struct blkif_request_segment *seg = last_segment(request);

	seg->first_sect = hostile_random(&front->guest.book, 1, FRONT_PAGE_SECTORS - 1);
	seg->last_sect = hostile_random(&front->guest.book, 0, seg->first_sect - 1);
}

static void over_the_end(struct hostile_front *front,
			 struct blkif_request *request)
{
	request->u.rw.sector_number = front->disk.sectors - FRONT_PAGE_SECTORS *
		(request->u.rw.nr_segments - 1);
}

static void discard_over_the_end(struct hostile_front *front,
				 struct blkif_request *request)
{
	request->u.discard.nr_sectors = front->disk.sectors + FRONT_PAGE_SECTORS -
		request->u.discard.sector_number;
}

static void not_whole_blocks(struct hostile_front *front,
			     struct blkif_request *request)
{
	last_segment(request)->last_sect = FRONT_PAGE_SECTORS - 2;
}

static void noise(struct hostile_front *front, struct blkif_request *request)
{
	u64 id = request->u.rw.id;

	prandom_bytes_state(&front->guest.book.seed, request, sizeof(*request));
	request->u.rw.id = id;
}

static void indirect_gref(struct hostile_front *front,
			  struct blkif_request *request)
{
	request->u.indirect.indirect_grefs[0] =
		hostile_random(&front->guest.book, BIT(20), U32_MAX);
}

static void indirect_revoked(struct hostile_front *front,
			     struct blkif_request *request)
{
	request->u.indirect.indirect_grefs[0] = front->guest.bad.revoked.ref;
}

static void indirect_foreign(struct hostile_front *front,
			     struct blkif_request *request)
{
	request->u.indirect.indirect_grefs[0] = front->guest.bad.foreign.ref;
}

static void descriptor_noise(struct hostile_front *front,
			     struct blkif_request *request)
{
	prandom_bytes_state(&front->guest.book.seed, front_descriptors(front), PAGE_SIZE);
	/* The first is one that cannot be, whatever the others are. */
	front_descriptors(front)->last_sect |= FRONT_PAGE_SECTORS;
	request->u.indirect.nr_segments = hostile_random(&front->guest.book, 1, 256);
}

static void descriptor_last(struct hostile_front *front,
			    struct blkif_request *request)
{
	u16 last = request->u.indirect.nr_segments - 1;

	front_descriptors(front)[last].last_sect =
		hostile_random(&front->guest.book, FRONT_PAGE_SECTORS, U8_MAX);
}

static void descriptor_gref(struct hostile_front *front,
			    struct blkif_request *request)
{
	u16 last = request->u.indirect.nr_segments - 1;

	front_descriptors(front)[last].gref =
		hostile_random(&front->guest.book, BIT(20), U32_MAX);
}

static void all_descriptors(struct hostile_front *front,
			    struct blkif_request *request)
{
	/* All of it on the disk, but for the last page. */
	request->u.indirect.nr_segments = 256;
	request->u.indirect.sector_number = front->disk.sectors -
		255 * FRONT_PAGE_SECTORS;
	front_fill_segments(front, front_descriptors(front), 256);
}

#define GOOD(_name, _base, _on) {					\
	.name = _name, .base = BASE_##_base, .want = WANT_OKAY, .on = _on }
#define TWICE(_name, _base, _on) {					\
	.name = _name, .base = BASE_##_base, .want = WANT_OKAY, .on = _on, \
	.twice = true }
#define FIELD(_name, _base, _want, _on, _member, _min, _max) {		\
	.name = _name, .base = BASE_##_base, .want = WANT_##_want,	\
	.on = _on, .at = offsetof(struct blkif_request, _member),	\
	.size = sizeof_field(struct blkif_request, _member),		\
	.min = _min, .max = _max }
#define TWIST(_name, _base, _want, _on, _twist) {			\
	.name = _name, .base = BASE_##_base, .want = WANT_##_want,	\
	.on = _on, .twist = _twist }

static const struct malformed_request rows[] = {
	GOOD("good-read", READ, ON_ALL),
	GOOD("good-write", WRITE, ON_WRITABLE),
	GOOD("good-barrier", BARRIER, ON_WRITABLE),
	GOOD("good-flush", FLUSH, ON_ALL),
	GOOD("good-discard", DISCARD, ON_WRITABLE | ON_DISCARD),
	GOOD("good-indirect-read", INDIRECT_READ, ON_ALL),
	GOOD("good-indirect-write", INDIRECT_WRITE, ON_WRITABLE),

	FIELD("op-unknown", READ, NOTSUPP, ON_ALL, operation, 7, 255),
	FIELD("op-reserved", READ, NOTSUPP, ON_ALL, operation, 4, 4),
	FIELD("read-of-nothing", READ, ERROR, ON_ALL, u.rw.nr_segments, 0, 0),
	FIELD("write-of-nothing", WRITE, ERROR, ON_ALL, u.rw.nr_segments, 0, 0),
	FIELD("read-12-to-255", READ, ERROR, ON_ALL, u.rw.nr_segments, 12, 255),
	FIELD("write-12-to-255", WRITE, ERROR, ON_ALL, u.rw.nr_segments, 12,
	      255),
	FIELD("flush-12-to-255", FLUSH, ERROR, ON_ALL, u.rw.nr_segments, 12,
	      255),
	FIELD("barrier-12-to-255", BARRIER, ERROR, ON_ALL, u.rw.nr_segments,
	      12, 255),
	FIELD("handle", READ, OKAY, ON_ALL, u.rw.handle, 0, U16_MAX),
	FIELD("padding", READ, OKAY, ON_ALL, u.rw._pad1, 1, U32_MAX),
	FIELD("id-0", READ, OKAY, ON_ALL, u.rw.id, 0, 0),
	FIELD("id-high", READ, OKAY, ON_ALL, u.rw.id, U64_MAX, U64_MAX),

	FIELD("read-far-away", READ, ERROR, ON_ALL, u.rw.sector_number,
	      BIT(40), BIT(54)),
	FIELD("write-far-away", WRITE, ERROR, ON_ALL, u.rw.sector_number,
	      BIT(40), BIT(54)),
	FIELD("write-bytes-wrap", WRITE, ERROR, ON_ALL, u.rw.sector_number,
	      BIT_ULL(55), BIT_ULL(55) + 64),
	FIELD("write-sign", WRITE, ERROR, ON_ALL, u.rw.sector_number,
	      BIT_ULL(63), BIT_ULL(63) + 64),
	FIELD("read-sectors-wrap", READ, ERROR, ON_ALL, u.rw.sector_number,
	      U64_MAX - 95, U64_MAX),
	FIELD("write-sectors-wrap", WRITE, ERROR, ON_ALL, u.rw.sector_number,
	      U64_MAX - 95, U64_MAX),
	TWIST("read-over-the-end", READ, ERROR, ON_ALL, over_the_end),
	TWIST("write-over-the-end", WRITE, ERROR, ON_ALL, over_the_end),
	FIELD("read-unaligned", READ, ERROR, ON_ALL | ON_4K,
	      u.rw.sector_number, 1, 7),
	TWIST("write-part-of-block", WRITE, ERROR, ON_ALL | ON_4K,
	      not_whole_blocks),

	FIELD("last-sector-8-to-255", READ, ERROR, ON_ALL,
	      u.rw.seg[0].last_sect, 8, 255),
	FIELD("first-sector-8-to-255", WRITE, ERROR, ON_ALL,
	      u.rw.seg[0].first_sect, 8, 255),
	TWIST("first-after-last", READ, ERROR, ON_ALL, first_after_last),
	TWIST("gref-never-granted", READ, ERROR, ON_ALL, never_granted),
	TWIST("gref-never-granted-write", WRITE, ERROR, ON_ALL, never_granted),
	TWIST("gref-revoked", READ, ERROR, ON_ALL, revoked),
	TWIST("gref-of-another-domain", READ, ERROR, ON_ALL, foreign),
	TWIST("gref-readonly", READ, ERROR, ON_ALL, readonly),
	TWIST("gref-readonly-for-write", WRITE, OKAY, ON_WRITABLE, readonly),
	TWIST("one-page-11-times", READ, OKAY, ON_ALL, one_page),
	TWIST("one-page-11-times-write", WRITE, OKAY, ON_WRITABLE, one_page),
	TWIST("parts-of-one-page", READ, OKAY, ON_ALL | ON_512,
	      parts_of_one_page),
	TWIST("own-ring-as-data", WRITE, OKAY, ON_WRITABLE, own_ring),
	TWICE("id-twice", READ, ON_ALL),
	TWIST("noise", READ, ANSWER, ON_ALL, noise),

	FIELD("indirect-of-nothing", INDIRECT_READ, ERROR, ON_ALL,
	      u.indirect.nr_segments, 0, 0),
	FIELD("indirect-257", INDIRECT_READ, ERROR, ON_ALL,
	      u.indirect.nr_segments, 257, 257),
	FIELD("indirect-257-and-more", INDIRECT_WRITE, ERROR, ON_ALL,
	      u.indirect.nr_segments, 257, U16_MAX),
	FIELD("indirect-65535", INDIRECT_READ, ERROR, ON_ALL,
	      u.indirect.nr_segments, U16_MAX, U16_MAX),
	FIELD("indirect-in-indirect", INDIRECT_READ, ERROR, ON_ALL,
	      u.indirect.indirect_op, BLKIF_OP_INDIRECT, BLKIF_OP_INDIRECT),
	FIELD("indirect-op", INDIRECT_WRITE, ERROR, ON_ALL,
	      u.indirect.indirect_op, 2, 255),
	FIELD("indirect-far-away", INDIRECT_WRITE, ERROR, ON_ALL,
	      u.indirect.sector_number, BIT(40), U64_MAX),
	TWIST("indirect-gref-never-granted", INDIRECT_READ, ERROR, ON_ALL,
	      indirect_gref),
	TWIST("indirect-gref-revoked", INDIRECT_READ, ERROR, ON_ALL,
	      indirect_revoked),
	TWIST("indirect-gref-foreign", INDIRECT_WRITE, ERROR, ON_ALL,
	      indirect_foreign),
	TWIST("descriptors-noise", INDIRECT_READ, ERROR, ON_ALL,
	      descriptor_noise),
	TWIST("descriptors-last-8-to-255", INDIRECT_WRITE, ERROR, ON_ALL,
	      descriptor_last),
	TWIST("descriptors-gref", INDIRECT_READ, ERROR, ON_ALL,
	      descriptor_gref),
	TWIST("descriptors-256-over-the-end", INDIRECT_WRITE, ERROR, ON_ALL,
	      all_descriptors),

	FIELD("discard-nothing", DISCARD, REFUSED, ON_ALL,
	      u.discard.nr_sectors, 0, 0),
	FIELD("discard-all-and-more", DISCARD, REFUSED, ON_ALL,
	      u.discard.nr_sectors, BIT(40), U64_MAX),
	FIELD("discard-wrap", DISCARD, REFUSED, ON_ALL,
	      u.discard.sector_number, U64_MAX - 7, U64_MAX),
	FIELD("discard-sign", DISCARD, REFUSED, ON_ALL,
	      u.discard.sector_number, BIT_ULL(63), U64_MAX),
	TWIST("discard-over-the-end", DISCARD, REFUSED, ON_ALL,
	      discard_over_the_end),
	FIELD("discard-flags", DISCARD, OKAY, ON_WRITABLE | ON_DISCARD,
	      u.discard.flag, 0, 255),

	FIELD("readonly-write", WRITE, ERROR, ON_READONLY, u.rw.handle, 0, 0),
	FIELD("readonly-barrier", BARRIER, ERROR, ON_READONLY, u.rw.handle,
	      0, 0),
	FIELD("readonly-discard", DISCARD, REFUSED, ON_READONLY,
	      u.discard.flag, 0, 255),
	FIELD("readonly-indirect", INDIRECT_WRITE, ERROR, ON_READONLY,
	      u.indirect.handle, 0, 0),
	FIELD("discard-not-offered", DISCARD, NOTSUPP,
	      ON_ALL | ON_NO_DISCARD, u.discard.flag, 0, 255),
};

static bool is_malformed_here(const struct hostile_front *front,
			      const struct malformed_request *row)
{
	const struct front_disk *disk = &front->disk;

	if (!(row->on & (disk->readonly ? ON_READONLY : ON_WRITABLE)))
		return false;
	if (row->on & ON_512 && disk->sector_size != SECTOR_SIZE)
		return false;
	if (row->on & ON_4K && disk->sector_size != PAGE_SIZE)
		return false;
	if (row->on & ON_DISCARD && !disk->discard)
		return false;
	if (row->on & ON_NO_DISCARD && disk->discard)
		return false;
	return true;
}

static void tell(struct hostile_front *front, const struct malformed_request *row)
{
	struct hostile_tally *tally;
	struct blkif_request request;
	u64 value;

	front_fill(front, &request, row->base);
	if (row->size) {
		value = hostile_random(&front->guest.book, row->min, row->max);
		/* Little-endian: the low bytes are those of a smaller field. */
		memcpy((u8 *)&request + row->at, &value, row->size);
	}
	if (row->twist)
		row->twist(front, &request);
	tally = hostile_tally(&front->guest.book, "request", row->name);
	front_put(front, &request, row->want, tally);
	if (row->twice && !RING_FULL(&front->link.ring))
		front_put(front, &request, row->want, tally);
}

/* In turn, so that none is left out, but for as many again by chance. */
static const struct malformed_request *choose(struct hostile_front *front, u32 turn)
{
	const struct malformed_request *row;

	do {
		if (turn & 1)
			row = &rows[hostile_random(&front->guest.book, 0,
						   ARRAY_SIZE(rows) - 1)];
		else
			row = &rows[(turn / 2) % ARRAY_SIZE(rows)];
		turn += 2;
	} while (!is_malformed_here(front, row));
	return row;
}

/**
 * front_play_requests - the act: malformed requests
 * @owner: the hostile half
 * @count: how many
 *
 * Return: 0 or a negative errno.
 */
int front_play_requests(void *owner, u32 count)
{
	struct hostile_front *front = owner;
	u32 told = 0;
	int err = guest_reconnect(&front->guest);

	while (told < count && !err) {
		u32 batch = hostile_random(&front->guest.book, 1, FRONT_SLOTS);

		while (batch-- && told < count &&
		       !RING_FULL(&front->link.ring))
			tell(front, choose(front, told++));
		front_push(front);
		err = front_drain(front);
	}
	return err ?: guest_good(&front->guest);
}
