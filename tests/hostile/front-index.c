// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lies in the ring's indices: a table, told on a young ring and on one that is
 * about to pass 2^32. Floor F6.
 *
 * A ring with an impossible index is broken: nothing on it is answered any
 * more, not even when the index is put right. Then a new one has to work.
 */
#include <linux/kernel.h>

#include "front.h"

/* So long a broken ring is watched for answers. */
#define SILENCE_MS	150

/**
 * struct index_lie - a row: what is wrong with an index
 * @name: of the lie
 * @by: added to the requests' index, which was right
 * @breaks: the ring is broken by it
 * @at: other index to change, as a word of the page; 0 for that of requests
 */
struct index_lie {
	const char *name;
	u32 by;
	bool breaks;
	u8 at;
};

#define AT_REQ_EVENT	1
#define AT_RSP_PROD	2
#define AT_RSP_EVENT	3

static const struct index_lie lies[] = {
	{ "one-more-than-slots", FRONT_SLOTS + 1, true },
	{ "twice-the-slots", 2 * FRONT_SLOTS, true },
	{ "far-ahead", BIT(16), true },
	{ "half-the-numbers", BIT(31), true },
	{ "most-negative", BIT(31) + 1, true },
	{ "one-back", -1, true },
	{ "a-ring-back", -FRONT_SLOTS, true },
	{ "responses-ahead", 7, false, AT_RSP_PROD },
	{ "responses-back", -7, false, AT_RSP_PROD },
	{ "responses-far", BIT(31), false, AT_RSP_PROD },
	{ "request-event", BIT(30), false, AT_REQ_EVENT },
	{ "response-event", BIT(30), false, AT_RSP_EVENT },
	{ "response-event-back", 0xc0000000, false, AT_RSP_EVENT },
};

/**
 * struct start_lie - a row: indices that contradict each other from the start
 * @name: of the lie
 * @requests: the first request
 * @responses: the first response
 * @refused: the backend has to refuse the ring
 */
struct start_lie {
	const char *name;
	u32 requests;
	u32 responses;
	bool refused;
};

static const struct start_lie starts[] = {
	{ "start-answers-before-requests", 0, 5, true },
	{ "start-more-than-slots", FRONT_SLOTS + 1, 0, true },
	{ "start-half-the-numbers", BIT(31), 0, true },
	{ "start-at-2^32", 0, -20, false },
	{ "start-in-midst", 0x12345678, 0x12345678, false },
};

/* From where on rings are tried. */
static const RING_IDX origins[] = { 0, -FRONT_SLOTS };

static void tell_index(struct hostile_front *front, const struct index_lie *lie)
{
	u32 *word = (u32 *)front->link.ring.sring + lie->at;

	WRITE_ONCE(*word, *word + lie->by);
	front_notify(front);
	/* The response index is ours to read: put right what we need. */
	if (lie->at == AT_RSP_PROD)
		WRITE_ONCE(*word, *word - lie->by);
}

/* One good request behind the lie, with indices put right. */
static int try_good(struct hostile_front *front, unsigned int ms)
{
	struct blkif_request request;

	front_fill_rw(front, &request, BLKIF_OP_READ, 1);
	front_put(front, &request, WANT_OKAY, NULL);
	front_push(front);
	if (!front_wait_answer(front, ms))
		return -ETIMEDOUT;
	return front_drain(front);
}

static int play_index(struct hostile_front *front, const struct index_lie *lie,
		      RING_IDX origin)
{
	const struct front_offer offer = {
		.requests = origin, .responses = origin,
	};
	struct hostile_tally *tally = hostile_tally(&front->book, "index",
						    lie->name);
	int err = front_connect(front, &offer);

	if (err < 0)
		return err;
	if (err != XenbusStateConnected)
		return -ECONNREFUSED;
	err = front_good(front);
	if (err)
		return err;
	tell_index(front, lie);
	if (lie->breaks) {
		/* The backend may not have looked yet. */
		front_wait_answer(front, SILENCE_MS);
		err = try_good(front, SILENCE_MS);
		hostile_judge(tally, err == -ETIMEDOUT,
			      "the ring goes on (%d)", err);
	} else {
		err = try_good(front, FRONT_LONG_MS);
		hostile_judge(tally, !err, "the ring does not go on (%d)", err);
	}
	return 0;
}

static int play_start(struct hostile_front *front, const struct start_lie *start)
{
	const struct front_offer offer = {
		.requests = start->requests, .responses = start->responses,
	};
	struct hostile_tally *tally = hostile_tally(&front->book, "index",
						    start->name);
	int state = front_connect(front, &offer);

	if (state < 0)
		return state;
	hostile_judge(tally, (state == XenbusStateConnected) != start->refused,
		      "state %d", state);
	return 0;
}

/**
 * front_play_indices - the act: indices that lie
 * @owner: the liar
 * @count: how often each
 *
 * Return: 0 or a negative errno.
 */
int front_play_indices(void *owner, u32 count)
{
	struct hostile_front *front = owner;
	int err = 0;
	size_t i;

	while (count-- && !err) {
		for (i = 0; i < ARRAY_SIZE(starts) && !err; i++)
			err = play_start(front, &starts[i]);
		/* Every second time, each from the other origin. */
		for (i = 0; i < ARRAY_SIZE(lies) && !err; i++)
			err = play_index(front, &lies[i],
					 origins[(i + count) & 1]);
	}
	err = err ?: front_reconnect(front);
	return err ?: front_good(front);
}
