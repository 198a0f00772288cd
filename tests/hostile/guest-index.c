// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed ring indices: a table, told on a young ring and on one that is
 * about to pass 2^32. Floor F6.
 *
 * A ring with an impossible index is broken: nothing on it is answered any
 * more, not even when the index is put right. Then a new one has to work.
 */
#include <linux/delay.h>
#include <linux/kernel.h>

#include "guest.h"

/* So long a broken ring is watched for answers. */
#define SILENCE_MS	150

/**
 * struct malformed_index - a row: what is wrong with an index
 * @name: of the row
 * @rings: whole rings added to the requests' index, which was right
 * @by: and so many slots
 * @breaks: the ring is broken by it
 * @at: which index to change, instead of that of requests
 */
struct malformed_index {
	const char *name;
	s8 rings;
	u32 by;
	bool breaks;
	enum guest_word at;
};

static const struct malformed_index rows[] = {
	{ "one-more-than-slots", 1, 1, true },
	{ "twice-the-slots", 2, 0, true },
	{ "far-ahead", 0, BIT(16), true },
	{ "half-the-numbers", 0, BIT(31), true },
	{ "most-negative", 0, BIT(31) + 1, true },
	{ "one-back", 0, -1, true },
	{ "a-ring-back", -1, 0, true },
	{ "responses-ahead", 0, 7, false, AT_RSP_PROD },
	{ "responses-back", 0, -7, false, AT_RSP_PROD },
	{ "responses-far", 0, BIT(31), false, AT_RSP_PROD },
	{ "request-event", 0, BIT(30), false, AT_REQ_EVENT },
	{ "response-event", 0, BIT(30), false, AT_RSP_EVENT },
	{ "response-event-back", 0, 0xc0000000, false, AT_RSP_EVENT },
};

/**
 * struct malformed_start - a row: indices that contradict each other from the start
 * @name: of the row
 * @rings: the first request: whole rings
 * @requests: and so many slots
 * @responses: the first response
 * @refused: the backend has to refuse the ring
 */
struct malformed_start {
	const char *name;
	u8 rings;
	u32 requests;
	u32 responses;
	bool refused;
};

static const struct malformed_start starts[] = {
	{ "start-answers-before-requests", 0, 0, 5, true },
	{ "start-more-than-slots", 1, 1, 0, true },
	{ "start-half-the-numbers", 0, BIT(31), 0, true },
	{ "start-at-2^32", 0, 0, -20, false },
	{ "start-in-midst", 0, 0x12345678, 0x12345678, false },
};

static void tell_index(struct hostile_guest *guest, const struct malformed_index *row)
{
	u32 *word = guest->ops->ring(guest) + row->at;
	u32 by = row->rings * (s32)guest->ops->slots + row->by;

	WRITE_ONCE(*word, *word + by);
	guest_notify(guest);
	/* The response index is ours to read: put right what we need. */
	if (row->at == AT_RSP_PROD)
		WRITE_ONCE(*word, *word - by);
}

static int play_index(struct hostile_guest *guest, const struct malformed_index *row,
		      RING_IDX origin)
{
	const struct guest_offer offer = {
		.requests = origin, .responses = origin,
	};
	struct hostile_tally *tally = hostile_tally(&guest->book, "index",
						    row->name);
	int err = guest_connect(guest, &offer);

	if (err < 0)
		return err;
	if (err != XenbusStateConnected)
		return -ECONNREFUSED;
	err = guest_good(guest);
	if (err)
		return err;
	tell_index(guest, row);
	if (row->breaks) {
		/* The backend may not have looked yet. */
		msleep(SILENCE_MS);
		err = guest->ops->try(guest, SILENCE_MS);
		hostile_judge(tally, err == -ETIMEDOUT,
			      "the ring goes on (%d)", err);
	} else {
		err = guest_good(guest);
		hostile_judge(tally, !err, "the ring does not go on (%d)", err);
	}
	return 0;
}

static int play_start(struct hostile_guest *guest, const struct malformed_start *start)
{
	const struct guest_offer offer = {
		.requests = start->rings * guest->ops->slots + start->requests,
		.responses = start->responses,
	};
	struct hostile_tally *tally = hostile_tally(&guest->book, "index",
						    start->name);
	int state = guest_connect(guest, &offer);

	if (state < 0)
		return state;
	hostile_judge(tally, (state == XenbusStateConnected) != start->refused,
		      "state %d", state);
	return 0;
}

/**
 * guest_play_indices - the act: malformed indices
 * @owner: the hostile half
 * @count: how often each
 *
 * Return: 0 or a negative errno.
 */
int guest_play_indices(void *owner, u32 count)
{
	struct hostile_guest *guest = owner;
	int err = 0;
	size_t i;

	while (count-- && !err) {
		for (i = 0; i < ARRAY_SIZE(starts) && !err; i++)
			err = play_start(guest, &starts[i]);
		/* Every second time, each from the other origin. */
		for (i = 0; i < ARRAY_SIZE(rows) && !err; i++)
			err = play_index(guest, &rows[i],
					 (i + count) & 1 ? -guest->ops->slots :
							   0);
	}
	err = err ?: guest_reconnect(guest);
	return err ?: guest_good(guest);
}
