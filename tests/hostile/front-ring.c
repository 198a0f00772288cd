// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hostile frontend's ring: puts requests to the byte as it is told, and
 * checks every byte that comes back. Floor F6; called by the acts.
 */
#include <linux/string.h>

#include "front.h"

static struct front_sent *sent_in(struct hostile_front *front, RING_IDX index)
{
	return &front->sent[index % FRONT_SLOTS];
}

/**
 * front_slot - which slot the next request comes to be in
 * @front: the hostile half
 */
unsigned int front_slot(const struct hostile_front *front)
{
	return front->link.ring.req_prod_pvt % FRONT_SLOTS;
}

/**
 * front_forget - nothing is due any more
 * @front: the hostile half
 */
void front_forget(struct hostile_front *front)
{
	unsigned int i;

	for (i = 0; i < FRONT_SLOTS; i++)
		front->sent[i].due = false;
}

/**
 * front_put - fill the next slot
 * @front: the hostile half, with a slot that is free
 * @request: what with
 * @want: what the answer has to be, an enum front_want
 * @tally: where that counts; NULL for nowhere
 */
void front_put(struct hostile_front *front, const struct blkif_request *request,
	       u8 want, struct hostile_tally *tally)
{
	struct blkif_front_ring *ring = &front->link.ring;
	struct front_sent *sent = sent_in(front, ring->req_prod_pvt);

	*sent = (struct front_sent) {
		.request = *request,
		.id = request->u.rw.id,
		.op = request->operation == BLKIF_OP_INDIRECT ?
			request->u.indirect.indirect_op : request->operation,
		.want = want,
		.due = true,
		.tally = tally,
	};
	memcpy(RING_GET_REQUEST(ring, ring->req_prod_pvt), request,
	       sizeof(*request));
	ring->req_prod_pvt++;
}

/**
 * front_push - show the backend what was put
 * @front: the hostile half
 */
void front_push(struct hostile_front *front)
{
	RING_PUSH_REQUESTS(&front->link.ring);
	guest_notify(&front->guest);
}

static bool has_answer(struct hostile_guest *guest)
{
	struct blkif_front_ring *ring = &front_of(guest)->link.ring;
	bool more;

	RING_FINAL_CHECK_FOR_RESPONSES(ring, more);
	return more;
}

/**
 * front_wait_answer - wait for a response
 * @front: the hostile half
 * @ms: how long
 *
 * Return: whether there is one.
 */
bool front_wait_answer(struct hostile_front *front, unsigned int ms)
{
	return guest_wait(&front->guest, has_answer, ms);
}

static bool is_wanted(u8 want, s16 status)
{
	switch (want) {
	case WANT_OKAY:
		return status == BLKIF_RSP_OKAY;
	case WANT_ERROR:
		return status == BLKIF_RSP_ERROR;
	case WANT_NOTSUPP:
		return status == BLKIF_RSP_EOPNOTSUPP;
	case WANT_REFUSED:
		return status == BLKIF_RSP_ERROR ||
		       status == BLKIF_RSP_EOPNOTSUPP;
	default:
		return status <= BLKIF_RSP_OKAY &&
		       status >= BLKIF_RSP_EOPNOTSUPP;
	}
}

/* What the answer does not cover is zero, or as it was: nothing leaked. */
static bool is_clean(const u8 *slot, const u8 *was)
{
	size_t i, end = offsetofend(struct blkif_response, status);

	for (i = 0; i < sizeof(struct blkif_request); i++) {
		if (i < end && i != offsetofend(struct blkif_response,
						operation))
			continue;
		if (slot[i] && slot[i] != was[i])
			return false;
		if (i >= sizeof(struct blkif_response) && slot[i] != was[i])
			return false;
	}
	return true;
}

static struct front_sent *find_due(struct hostile_front *front, u64 id)
{
	unsigned int i;

	for (i = 0; i < FRONT_SLOTS; i++)
		if (front->sent[i].due && front->sent[i].id == id)
			return &front->sent[i];
	return NULL;
}

static int take_one(struct hostile_front *front)
{
	struct blkif_front_ring *ring = &front->link.ring;
	const u8 *was = (const u8 *)&sent_in(front, ring->rsp_cons)->request;
	const u8 *slot = (const u8 *)RING_GET_RESPONSE(ring, ring->rsp_cons);
	struct blkif_response rsp;
	struct front_sent *sent;
	bool clean;

	RING_COPY_RESPONSE(ring, ring->rsp_cons, &rsp);
	clean = is_clean(slot, was);
	ring->rsp_cons++;
	sent = find_due(front, rsp.id);
	if (!sent) {
		pr_err("vbd-hostile: answer with id %#llx, which was not asked\n",
		       rsp.id);
		return -EPROTO;
	}
	sent->due = false;
	if (!sent->tally)
		return is_wanted(sent->want, rsp.status) ? 0 : -EIO;
	hostile_judge(sent->tally, clean && rsp.operation == sent->op &&
		      is_wanted(sent->want, rsp.status),
		      "status %d op %u for %u, slot %*ph", rsp.status,
		      rsp.operation, sent->op, clean ? 0 : 16, slot);
	return 0;
}

/* What has no answer counts as lost. */
static void judge_lost(struct hostile_front *front)
{
	unsigned int i;

	for (i = 0; i < FRONT_SLOTS; i++) {
		struct front_sent *sent = &front->sent[i];

		if (sent->due && sent->tally)
			hostile_judge(sent->tally, false, "no answer");
	}
	front_forget(front);
}

/**
 * front_drain - check the answers to all that was put
 * @front: the hostile half
 *
 * Return: 0; -EPROTO for an answer to nothing; -EIO if a request without a
 * tally had a wrong one; -ETIMEDOUT if not all came.
 */
int front_drain(struct hostile_front *front)
{
	struct blkif_front_ring *ring = &front->link.ring;
	int err = 0;

	while (ring->rsp_cons != ring->req_prod_pvt && !err) {
		if (!front_wait_answer(front, GUEST_LONG_MS))
			err = -ETIMEDOUT;
		else
			err = take_one(front);
	}
	if (err)
		judge_lost(front);
	return err;
}

/**
 * front_try - a good request has to be done
 * @guest: the hostile half, connected
 * @ms: how long to wait for the answer
 *
 * Return: 0; -ETIMEDOUT for no answer; another negative errno.
 */
int front_try(struct hostile_guest *guest, unsigned int ms)
{
	struct hostile_front *front = front_of(guest);
	struct blkif_request request;

	front_fill_rw(front, &request, BLKIF_OP_READ, 3);
	front_put(front, &request, WANT_OKAY, NULL);
	front_push(front);
	if (!front_wait_answer(front, ms))
		return -ETIMEDOUT;
	return front_drain(front);
}

/**
 * front_rush - fill the ring with writes, and wait for nothing
 * @guest: the hostile half
 */
void front_rush(struct hostile_guest *guest)
{
	struct hostile_front *front = front_of(guest);
	struct blkif_request request;
	int i;

	for (i = 0; i < FRONT_SLOTS && !RING_FULL(&front->link.ring); i++) {
		front_fill_rw(front, &request, BLKIF_OP_WRITE,
			      BLKIF_MAX_SEGMENTS_PER_REQUEST);
		front_put(front, &request, WANT_ANSWER, NULL);
	}
	front_push(front);
}
