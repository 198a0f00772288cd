// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed responses: two tables. After a row of the first the ring is broken:
 * the frontend has to close it, keep what is in flight, and send it again in
 * the next connection. One of the second is about one request only. Floor F6.
 *
 * Requests are what the frontend's user makes: there has to be one.
 */
#include <linux/kernel.h>
#include <xen/events.h>

#include "back.h"

/**
 * enum response_how - what is done besides a field
 * @HOW_FIELD: nothing
 * @HOW_TWICE: it is given a second time
 * @HOW_UNWRITTEN: it is announced and not written
 * @HOW_NOISE: what stands behind it is noise
 * @HOW_KEEP: the request's pages stay mapped
 */
enum response_how {
	HOW_FIELD,
	HOW_TWICE,
	HOW_UNWRITTEN,
	HOW_NOISE,
	HOW_KEEP,
};

/**
 * struct malformed_response - a row: what is wrong with a response
 * @name: of the row
 * @how: what is done besides a field
 * @at: the field: where
 * @size: the field: bytes, 0 for none
 * @flips: the value's bits change it, instead of replacing it
 * @min: smallest value
 * @max: largest value
 * @jump: added to the index, which was right
 */
struct malformed_response {
	const char *name;
	enum response_how how;
	u8 at;
	u8 size;
	bool flips;
	u64 min;
	u64 max;
	u32 jump;
};

#define FIELD(_name, _member, _flips, _min, _max) {			\
	.name = _name, .at = offsetof(struct blkif_response, _member),	\
	.size = sizeof_field(struct blkif_response, _member),		\
	.flips = _flips, .min = _min, .max = _max }

static const struct malformed_response breaking[] = {
	FIELD("id-any", id, false, BIT(24), U64_MAX),
	FIELD("id-0", id, false, 0, 0),
	FIELD("id-slot-of-another", id, true, 1, 31),
	FIELD("id-slot-beyond-ring", id, true, 32, 0xffff),
	FIELD("id-older-use", id, true, BIT(16), BIT(16)),
	FIELD("id-high", id, true, BIT_ULL(63), BIT_ULL(63)),
	FIELD("operation-other", operation, true, 1, 1),
	FIELD("operation-unknown", operation, false, 7, 255),
	{ .name = "answered-twice", .how = HOW_TWICE },
	{ .name = "announced-not-written", .how = HOW_UNWRITTEN },
	{ .name = "index-one-more", .jump = 33 },
	{ .name = "index-two-rings", .jump = 64 },
	{ .name = "index-far-ahead", .jump = BIT(16) },
	{ .name = "index-half-the-numbers", .jump = BIT(31) },
	/* By less it may be what the frontend has not seen yet. */
	{ .name = "index-a-ring-back", .jump = -33 },
	{ .name = "index-two-rings-back", .jump = -65 },
	{ .name = "pages-kept", .how = HOW_KEEP },
};

static const struct malformed_response soft[] = {
	FIELD("status-positive", status, false, 1, S16_MAX),
	FIELD("status-negative", status, false, 0x8000, 0xfffd),
	FIELD("status-error", status, false, 0xffff, 0xffff),
	FIELD("status-not-supported", status, false, 0xfffe, 0xfffe),
	{ .name = "noise-behind", .how = HOW_NOISE },
};

static struct blkif_response *next_slot(struct hostile_back *back)
{
	struct blkif_back_ring *ring = &back->link.ring;

	return RING_GET_RESPONSE(ring, ring->rsp_prod_pvt++);
}

static void apply_field(struct hostile_back *back,
			const struct malformed_response *row,
			struct blkif_response *rsp)
{
	u64 value = hostile_random(&back->host.book, row->min, row->max), was = 0;
	u8 *at = (u8 *)rsp + row->at;

	if (!row->size)
		return;
	if (row->flips)
		memcpy(&was, at, row->size);
	value ^= was;
	memcpy(at, &value, row->size);
}

/* Puts the response as the row wants it, and the index if that is malformed. */
static void tell(struct hostile_back *back, const struct malformed_response *row,
		 const struct blkif_request *request,
		 struct blkif_response *rsp)
{
	struct blkif_back_ring *ring = &back->link.ring;
	struct blkif_response *slot = next_slot(back);

	apply_field(back, row, rsp);
	if (row->how == HOW_KEEP)
		back_keep(back, request);
	if (row->how == HOW_NOISE)
		prandom_bytes_state(&back->host.book.seed, slot + 1,
				    sizeof(struct blkif_request) -
				    sizeof(*slot));
	if (row->how != HOW_UNWRITTEN)
		*slot = *rsp;
	if (row->how == HOW_TWICE)
		*next_slot(back) = *rsp;
	/* Slots before index: partner of the read barrier in the frontend. */
	virt_wmb();
	WRITE_ONCE(ring->sring->rsp_prod, ring->rsp_prod_pvt + row->jump);
	hostile_tally(&back->host.book, "response", row->name)->told++;
	back->host.mood.told++;
}

static bool can_tell(const struct malformed_response *row,
		     const struct blkif_request *request)
{
	return row->how != HOW_KEEP || request->operation <= BLKIF_OP_WRITE;
}

/**
 * back_tell - answer a request, as the mood is
 * @back: the hostile half, locked
 * @request: what was asked
 * @rsp: the true answer
 */
void back_tell(struct hostile_back *back, const struct blkif_request *request,
	       struct blkif_response *rsp)
{
	struct host_mood *mood = &back->host.mood;

	if (mood->row && can_tell(mood->row, request)) {
		tell(back, mood->row, request, rsp);
		mood->row = NULL;
		back->link.dead = true;
	} else if (mood->soft) {
		tell(back, &soft[hostile_random(&back->host.book, 0,
						ARRAY_SIZE(soft) - 1)],
		     request, rsp);
		mood->soft--;
	} else {
		*next_slot(back) = *rsp;
	}
}

static int play_breaking(struct hostile_back *back,
			 const struct malformed_response *row)
{
	const struct host_mood mood = { .row = row };
	/* Made here: the thread only counts. */
	struct hostile_tally *tally = hostile_tally(&back->host.book, "response",
						    row->name);
	u32 before = host_mood_begin(&back->host, &mood);
	bool waited = true;

	if (!host_wait_told(&back->host, 1))
		return -ENODATA;
	if (row->how == HOW_KEEP)
		waited = host_release_later(&back->host, before);
	tally->told--;
	hostile_judge(tally, host_wait_connection(&back->host, before) && waited,
		      waited ? "the frontend does not connect anew" :
		      "it goes on with pages that are mapped");
	return 0;
}

/**
 * back_play_responses - the act: responses that break the ring
 * @owner: the hostile half
 * @count: how often each
 *
 * Return: 0; -ENODATA if the frontend asks nothing.
 */
int back_play_responses(void *owner, u32 count)
{
	struct hostile_back *back = owner;
	int err = 0;
	size_t i;

	while (count-- && !err)
		for (i = 0; i < ARRAY_SIZE(breaking) && !err; i++)
			err = play_breaking(back, &breaking[i]);
	return err;
}

/**
 * back_play_statuses - the act: responses that are wrong and break nothing
 * @owner: the hostile half
 * @count: how many
 *
 * Return: 0; -ENODATA if the frontend asks less.
 */
int back_play_statuses(void *owner, u32 count)
{
	const struct host_mood mood = { .soft = count };
	struct hostile_back *back = owner;
	bool kept;
	u32 before;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(soft); i++)
		hostile_tally(&back->host.book, "response", soft[i].name);
	before = host_mood_begin(&back->host, &mood);
	if (!host_wait_told(&back->host, count))
		return -ENODATA;
	kept = back->host.seen.connections == before &&
		xenbus_read_driver_state(back->host.dev->otherend) ==
		XenbusStateConnected;
	for (i = 0; i < ARRAY_SIZE(soft); i++) {
		struct hostile_tally *tally = hostile_tally(&back->host.book,
				"response", soft[i].name);

		if (kept)
			tally->good = tally->told;
	}
	hostile_judge(hostile_tally(&back->host.book, "response", "ring-kept"),
		      kept, "the frontend closed the ring");
	return 0;
}

/**
 * back_refuse - answer a flush or a barrier as a device without would
 * @back: the hostile half, locked
 *
 * Nothing of it is done. Return: the status.
 */
s16 back_refuse(struct hostile_back *back)
{
	struct hostile_tally *tally = hostile_tally(&back->host.book, "refuse",
						    "flush-or-barrier");

	/* Whether its user minds, the case finds out. */
	tally->told++;
	tally->good++;
	back->host.mood.told++;
	return BLKIF_RSP_EOPNOTSUPP;
}

/**
 * back_play_refuse - the act: no flushes and barriers, though they are on offer
 * @owner: the hostile half
 * @on: from now on; 0: they are done again
 *
 * Return: 0.
 */
int back_play_refuse(void *owner, u32 on)
{
	const struct host_mood mood = { .refuse = on };
	struct hostile_back *back = owner;

	/* Made here: the thread only counts. */
	hostile_tally(&back->host.book, "refuse", "flush-or-barrier");
	host_mood_begin(&back->host, &mood);
	return 0;
}

/**
 * back_play_hold - the act: answer nothing
 * @owner: the hostile half
 * @ms: how long
 *
 * Return: 0.
 */
int back_play_hold(void *owner, u32 ms)
{
	const struct host_mood hold = { .hold = true }, honest = { };
	struct hostile_back *back = owner;
	u32 before = host_mood_begin(&back->host, &hold);

	wait_event_timeout(back->host.news, READ_ONCE(back->host.seen.connections) != before ||
			   READ_ONCE(back->host.book.closing),
			   msecs_to_jiffies(ms));
	host_mood_begin(&back->host, &honest);
	hostile_judge(hostile_tally(&back->host.book, "hold", "unanswered"), true,
		      "none");
	return 0;
}

/* A page that was given back to its owner would show this. */
static void scribble(struct hostile_back *back)
{
	u32 i;

	for (i = 0; i < back->host.nr_kept; i++)
		memset(pfn_to_kaddr(page_to_pfn(back->host.kept[i].page)), 0xee,
		       PAGE_SIZE);
}

/**
 * back_play_keep - the act: map the pages of reads, and write to them
 * @owner: the hostile half
 * @count: of how many requests; they are never answered
 *
 * Return: 0; -ENODATA if the frontend asks nothing.
 */
int back_play_keep(void *owner, u32 count)
{
	const struct host_mood mood = { .keep = count };
	struct hostile_back *back = owner;

	host_mood_begin(&back->host, &mood);
	if (!host_wait_told(&back->host, count))
		return -ENODATA;
	mutex_lock(&back->host.lock);
	scribble(back);
	hostile_judge(hostile_tally(&back->host.book, "keep", "pages-mapped"),
		      back->host.nr_kept, "no page could be mapped");
	mutex_unlock(&back->host.lock);
	return 0;
}

/**
 * back_play_release - the act: write to the pages once more, and let them go
 * @owner: the hostile half
 * @count: nothing
 *
 * Return: 0.
 */
int back_play_release(void *owner, u32 count)
{
	struct hostile_back *back = owner;

	mutex_lock(&back->host.lock);
	scribble(back);
	if (!count)
		host_release(&back->host);
	mutex_unlock(&back->host.lock);
	return 0;
}
