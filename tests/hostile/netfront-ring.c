// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hostile network frontend's transmit ring: puts slots to the byte as it is
 * told, and checks every byte that comes back. Floor F6; called by the acts.
 *
 * Answers come in the order of the slots: one for each.
 */
#include <linux/string.h>

#include "netfront.h"

static struct netfront_sent *sent_in(struct hostile_netfront *front,
				     RING_IDX index)
{
	return &front->sent[index % NETFRONT_SLOTS];
}

/**
 * netfront_has_room - whether so many slots of the transmit ring are free
 * @front: the hostile half
 * @slots: how many
 */
bool netfront_has_room(struct hostile_netfront *front, u32 slots)
{
	return RING_FREE_REQUESTS(&front->link.tx) >= slots;
}

/**
 * netfront_put - fill the next slots
 * @front: the hostile half, with so many slots that are free
 * @chain: what with
 * @want: what the answer to each has to be, an enum netfront_want
 * @tally: where that counts; NULL for nowhere
 */
void netfront_put(struct hostile_netfront *front,
		  const struct netfront_chain *chain, u8 want,
		  struct hostile_tally *tally)
{
	struct xen_netif_tx_front_ring *ring = &front->link.tx;
	u32 i;

	for (i = 0; i < chain->count; i++, ring->req_prod_pvt++) {
		bool extra = i && i <= chain->extras && want != NET_ANY;

		*sent_in(front, ring->req_prod_pvt) = (struct netfront_sent) {
			.slot = chain->slots[i],
			.want = extra ? NET_NULL : want,
			.last = i + 1 == chain->count,
			.tally = tally,
		};
		*RING_GET_REQUEST(ring, ring->req_prod_pvt) = chain->slots[i];
	}
}

/**
 * netfront_push - show the backend what was put
 * @front: the hostile half
 * @less: but the last so many slots
 */
void netfront_push(struct hostile_netfront *front, u32 less)
{
	struct xen_netif_tx_front_ring *ring = &front->link.tx;

	/* Slots before index: partner of the read barrier in the backend. */
	virt_wmb();
	WRITE_ONCE(ring->sring->req_prod, ring->req_prod_pvt - less);
	guest_notify(&front->guest);
}

/**
 * netfront_answered - whether there is an answer
 * @guest: the hostile half
 */
bool netfront_answered(struct hostile_guest *guest)
{
	struct xen_netif_tx_front_ring *ring = &netfront_of(guest)->link.tx;
	bool more;

	RING_FINAL_CHECK_FOR_RESPONSES(ring, more);
	return more;
}

static bool is_wanted(u8 want, s16 status)
{
	switch (want) {
	case NET_OKAY:
		return status == XEN_NETIF_RSP_OKAY;
	case NET_ERROR:
		return status == XEN_NETIF_RSP_ERROR;
	case NET_NULL:
		return status == XEN_NETIF_RSP_NULL;
	case NET_EITHER:
		return status == XEN_NETIF_RSP_OKAY ||
			status == XEN_NETIF_RSP_ERROR;
	default:
		return true;
	}
}

/* What the answer does not cover is as it was: nothing leaked. */
static bool is_clean(const struct xen_netif_tx_response *slot,
		     const struct xen_netif_tx_request *was)
{
	const size_t from = sizeof(*slot);

	return !memcmp((const u8 *)slot + from, (const u8 *)was + from,
		       sizeof(*was) - from);
}

/* Return: 0, or -EIO for a wrong answer that counts nowhere. */
static int take_one(struct hostile_netfront *front)
{
	struct xen_netif_tx_front_ring *ring = &front->link.tx;
	struct netfront_sent *sent = sent_in(front, ring->rsp_cons);
	struct xen_netif_tx_response rsp, *slot;
	bool good;

	slot = RING_GET_RESPONSE(ring, ring->rsp_cons);
	RING_COPY_RESPONSE(ring, ring->rsp_cons, &rsp);
	ring->rsp_cons++;
	good = sent->want == NET_ANY ||
		(is_wanted(sent->want, rsp.status) &&
		 (sent->want == NET_NULL || rsp.id == sent->slot.id) &&
		 is_clean(slot, &sent->slot));
	if (!good && sent->tally && !front->wrong)
		hostile_judge(sent->tally, false,
			      "status %d id %#x for %#x, slot %*ph",
			      rsp.status, rsp.id, sent->slot.id, 12, slot);
	front->wrong |= !good;
	if (!sent->last)
		return 0;
	good = !front->wrong;
	front->wrong = false;
	if (sent->tally && good)
		hostile_judge(sent->tally, true, "right");
	return good || sent->tally ? 0 : -EIO;
}

/* What has no answer counts as lost. */
static void judge_lost(struct hostile_netfront *front)
{
	struct xen_netif_tx_front_ring *ring = &front->link.tx;

	while (ring->rsp_cons != ring->req_prod_pvt) {
		struct netfront_sent *sent = sent_in(front, ring->rsp_cons++);

		if (sent->last && sent->tally)
			hostile_judge(sent->tally, false, "no answer");
	}
	front->wrong = false;
}

/**
 * netfront_drain - check the answers to all that was put
 * @front: the hostile half
 * @ms: how long to wait for each
 *
 * Return: 0; -EIO if a packet without a tally had a wrong one; -ETIMEDOUT if
 * not all came.
 */
int netfront_drain(struct hostile_netfront *front, unsigned int ms)
{
	struct xen_netif_tx_front_ring *ring = &front->link.tx;
	int err = 0;

	while (ring->rsp_cons != ring->req_prod_pvt && !err) {
		if (!guest_wait(&front->guest, netfront_answered, ms))
			err = -ETIMEDOUT;
		else
			err = take_one(front);
	}
	if (err)
		judge_lost(front);
	return err;
}

/**
 * netfront_try - a good packet has to be taken
 * @guest: the hostile half, connected
 * @ms: how long to wait for the answer
 *
 * Return: 0; -ETIMEDOUT for no answer; another negative errno.
 */
int netfront_try(struct hostile_guest *guest, unsigned int ms)
{
	struct hostile_netfront *front = netfront_of(guest);
	struct netfront_chain chain;

	netfront_chain_pieces(front, &chain, 3, 100);
	netfront_put(front, &chain, NET_OKAY, NULL);
	netfront_push(front, 0);
	return netfront_drain(front, ms);
}

/**
 * netfront_rush - fill the ring, and wait for nothing
 * @guest: the hostile half
 */
void netfront_rush(struct hostile_guest *guest)
{
	struct hostile_netfront *front = netfront_of(guest);
	struct netfront_chain chain;

	while (netfront_has_room(front, 3)) {
		netfront_chain_pieces(front, &chain, 3, 1000);
		netfront_put(front, &chain, NET_ANY, NULL);
	}
	netfront_push(front, 0);
}
