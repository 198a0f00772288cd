// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fields that change while the backend reads: a second thread flips a field of
 * every slot, or of every descriptor, between a good value and a bad one. Who
 * reads it twice acts on what was not checked. Floor F6.
 *
 * Which of both the backend saw is not known here, and responses are flipped,
 * too; so only their number is checked. What the bad value would have done is
 * what the machine must not have suffered: the disk outside of scratch is
 * compared by the case, memory by the debug kernel.
 */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/math64.h>

#include "front.h"

/**
 * struct hostile_race - a row: a field with two values
 * @name: of the row
 * @op: of the good request
 * @indirect: the field is in the descriptors
 * @at: where in the slot, or in each descriptor
 * @size: its bytes
 * @good: the good value
 * @bad: the other
 */
struct hostile_race {
	const char *name;
	u8 op;
	bool indirect;
	u8 at;
	u8 size;
	u64 good;
	u64 bad;
};

#define SLOT(_name, _op, _member, _good, _bad) {			\
	.name = _name, .op = BLKIF_OP_##_op,				\
	.at = offsetof(struct blkif_request, _member),			\
	.size = sizeof_field(struct blkif_request, _member),		\
	.good = _good, .bad = _bad }
#define DESCRIPTOR(_name, _member, _good, _bad) {			\
	.name = _name, .op = BLKIF_OP_INDIRECT, .indirect = true,	\
	.at = offsetof(struct blkif_request_segment, _member),		\
	.size = sizeof_field(struct blkif_request_segment, _member),	\
	.good = _good, .bad = _bad }

/* Good sectors and grants are known at run time only. */
#define GOOD_SECTOR	U64_MAX
#define GOOD_GREF	(U64_MAX - 1)
#define NO_GREF		0x00ffffff

static const struct hostile_race rows[] = {
	SLOT("operation-to-unknown", WRITE, operation, BLKIF_OP_WRITE, 255),
	SLOT("operation-to-indirect", WRITE, operation, BLKIF_OP_WRITE,
	     BLKIF_OP_INDIRECT),
	SLOT("segments-to-255", WRITE, u.rw.nr_segments, 11, 255),
	SLOT("segments-to-0", READ, u.rw.nr_segments, 11, 0),
	SLOT("id", READ, u.rw.id, 1, U64_MAX - 2),
	SLOT("sector-to-far", WRITE, u.rw.sector_number, GOOD_SECTOR,
	     BIT_ULL(62)),
	SLOT("sector-to-wrap", WRITE, u.rw.sector_number, GOOD_SECTOR,
	     U64_MAX - 8),
	SLOT("first-sector", WRITE, u.rw.seg[5].first_sect, 0, 200),
	SLOT("last-sector", READ, u.rw.seg[5].last_sect, 7, 255),
	SLOT("gref", READ, u.rw.seg[5].gref, GOOD_GREF, NO_GREF),
	SLOT("indirect-segments-to-65535", INDIRECT, u.indirect.nr_segments,
	     32, U16_MAX),
	SLOT("indirect-operation", INDIRECT, u.indirect.indirect_op,
	     BLKIF_OP_WRITE, BLKIF_OP_INDIRECT),
	SLOT("indirect-gref", INDIRECT, u.indirect.indirect_grefs[0],
	     GOOD_GREF, NO_GREF),
	SLOT("discard-sectors", DISCARD, u.discard.nr_sectors, 8,
	     U64_MAX - 8),
	DESCRIPTOR("descriptor-first", first_sect, 0, 200),
	DESCRIPTOR("descriptor-last", last_sect, 7, 255),
	DESCRIPTOR("descriptor-gref", gref, GOOD_GREF, NO_GREF),
};

/**
 * struct race - what the second thread flips
 * @front: the hostile half
 * @row: the row
 * @good: the good value
 */
struct race {
	struct hostile_front *front;
	const struct hostile_race *row;
	u64 good;
};

static void flip_slots(const struct race *race, const u64 *value)
{
	struct blkif_front_ring *ring = &race->front->link.ring;
	unsigned int i;

	for (i = 0; i < FRONT_SLOTS; i++)
		memcpy((u8 *)RING_GET_REQUEST(ring, i) + race->row->at, value,
		       race->row->size);
}

static void flip_descriptors(const struct race *race, const u64 *value)
{
	unsigned int i, j;

	for (i = 0; i < FRONT_SLOTS; i++) {
		struct blkif_request_segment *seg =
			race->front->pages.descriptors[i].addr;

		for (j = 0; j < 32; j++)
			memcpy((u8 *)&seg[j] + race->row->at, value,
			       race->row->size);
	}
}

static int flipper(void *arg)
{
	const struct race *race = arg;
	bool bad = false;

	while (!kthread_should_stop()) {
		const u64 *value = bad ? &race->row->bad : &race->good;

		if (race->row->indirect)
			flip_descriptors(race, value);
		else
			flip_slots(race, value);
		bad = !bad;
		cond_resched();
	}
	return 0;
}

static void fill(struct hostile_front *front, struct blkif_request *request,
		 u8 op)
{
	struct hostile_page *page = &front->pages.descriptors[front_slot(front)];
	struct blkif_request_segment *seg = page->addr;
	int i;

	front_fill_rw(front, request, op, BLKIF_MAX_SEGMENTS_PER_REQUEST);
	if (op == BLKIF_OP_DISCARD)
		request->u.discard.nr_sectors = 8;
	if (op != BLKIF_OP_INDIRECT)
		return;
	request->u.indirect.indirect_op = BLKIF_OP_WRITE;
	request->u.indirect.nr_segments = 32;
	request->u.indirect.indirect_grefs[0] = page->ref;
	for (i = 0; i < 32; i++)
		seg[i] = (struct blkif_request_segment) {
			.gref = front->pages.data[i % FRONT_DATA].ref,
			.last_sect = 7,
		};
}

/* As many answers as requests, whatever they say. */
static bool count_answers(struct hostile_front *front)
{
	struct blkif_front_ring *ring = &front->link.ring;

	while (ring->rsp_cons != ring->req_prod_pvt) {
		if (!front_wait_answer(front, GUEST_LONG_MS))
			return false;
		ring->rsp_cons = READ_ONCE(ring->sring->rsp_prod);
	}
	return true;
}

static bool push_batch(struct hostile_front *front, u8 op)
{
	struct blkif_request request;

	while (!RING_FULL(&front->link.ring)) {
		fill(front, &request, op);
		front_put(front, &request, WANT_ANSWER, NULL);
	}
	front_push(front);
	return count_answers(front);
}

static u64 good_value(struct hostile_front *front, const struct hostile_race *row)
{
	switch (row->good) {
	case GOOD_SECTOR:
		return front_scratch(front);
	case GOOD_GREF:
		return front->pages.data[0].ref;
	default:
		return row->good;
	}
}

static int play_race(struct hostile_front *front, const struct hostile_race *row,
		     u32 count)
{
	struct race race = {
		.front = front, .row = row, .good = good_value(front, row),
	};
	struct hostile_tally *tally = hostile_tally(&front->guest.book, "race",
						    row->name);
	struct task_struct *thread;
	bool alive = true;
	u32 done = 0;

	thread = kthread_run(flipper, &race, "vbd-hostile-flip");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	for (; done < count && alive; done += FRONT_SLOTS)
		alive = push_batch(front, row->op);
	kthread_stop(thread);
	front_forget(front);
	tally->told += done - 1;
	tally->good += done - 1;
	hostile_judge(tally, alive, "not as many answers as requests");
	return alive ? 0 : -ETIMEDOUT;
}

/**
 * front_play_races - the act: fields that change while they are read
 * @owner: the hostile half
 * @count: requests for each field
 *
 * Return: 0 or a negative errno.
 */
int front_play_races(void *owner, u32 count)
{
	struct hostile_front *front = owner;
	int err = guest_reconnect(&front->guest);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows) && !err; i++)
		if (front->disk.discard || rows[i].op != BLKIF_OP_DISCARD)
			err = play_race(front, &rows[i], count);
	return err ?: guest_good(&front->guest);
}
