// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the lying network backend's thread does: takes what the frontend
 * transmits, looks at none of it, and answers as its mood is. And lies that are
 * about one answer only. Floor F6.
 *
 * Packets are what the frontend's user sends: there has to be one.
 */
#include <linux/kernel.h>
#include <xen/events.h>

#include "netback.h"

/**
 * struct status_lie - a row: an answer that is wrong, and breaks nothing
 * @name: of the lie
 * @min: smallest status
 * @max: largest status
 * @noise: what stands behind the answer is noise
 */
struct status_lie {
	const char *name;
	s16 min;
	s16 max;
	bool noise;
};

static const struct status_lie lies[] = {
	{ "status-error", XEN_NETIF_RSP_ERROR, XEN_NETIF_RSP_ERROR },
	{ "status-dropped", XEN_NETIF_RSP_DROPPED, XEN_NETIF_RSP_DROPPED },
	{ "status-of-an-extra", XEN_NETIF_RSP_NULL, XEN_NETIF_RSP_NULL },
	{ "status-positive", 2, S16_MAX },
	{ "status-negative", S16_MIN, -3 },
	{ "noise-behind", 0, 0, true },
};

static void tell_status(struct hostile_netback *back,
			struct xen_netif_tx_response *rsp, void *behind)
{
	struct hostile_book *book = &back->host.book;
	const struct status_lie *lie =
		&lies[hostile_random(book, 0, ARRAY_SIZE(lies) - 1)];

	rsp->status = lie->min +
		(s32)hostile_random(book, 0, lie->max - lie->min);
	if (lie->noise)
		prandom_bytes_state(&book->seed, behind,
				    sizeof(struct xen_netif_tx_request) -
				    sizeof(*rsp));
	hostile_tally(book, "status", lie->name)->told++;
	back->mood.told++;
	back->mood.soft--;
}

static void answer(struct hostile_netback *back,
		   const struct xen_netif_tx_request *req)
{
	struct xen_netif_tx_back_ring *ring = &back->link.tx;
	struct xen_netif_tx_response rsp = { .id = req->id }, *slot;

	back->host.seen.answered++;
	if (back->mood.lie) {
		netback_tell_break(back, req);
		return;
	}
	slot = RING_GET_RESPONSE(ring, ring->rsp_prod_pvt++);
	if (back->mood.soft)
		tell_status(back, &rsp, slot + 1);
	*slot = rsp;
}

static bool has_requests(struct hostile_netback *back)
{
	bool more;

	if (!back->link.tx_page || back->link.dead || back->mood.hold)
		return false;
	RING_FINAL_CHECK_FOR_REQUESTS(&back->link.tx, more);
	return more;
}

/**
 * netback_serve - take what packets there are
 * @host: the liar, locked
 */
void netback_serve(struct hostile_host *host)
{
	struct hostile_netback *back = netback_of(host);
	struct xen_netif_tx_back_ring *ring = &back->link.tx;
	struct xen_netif_tx_request req;
	bool any = false;

	while (has_requests(back)) {
		RING_COPY_REQUEST(ring, ring->req_cons, &req);
		ring->req_cons++;
		answer(back, &req);
		if (!back->link.dead)
			RING_PUSH_RESPONSES(ring);
		any = true;
	}
	if (!back->link.tx_page)
		return;
	if (any)
		notify_remote_via_irq(back->link.irq);
	xen_irq_lateeoi(back->link.irq, 0);
}

/**
 * netback_mood_begin - what is told from here on
 * @back: the liar, not locked
 * @mood: this
 *
 * Return: how many connections there had been.
 */
u32 netback_mood_begin(struct hostile_netback *back,
		       const struct netback_mood *mood)
{
	u32 connections;

	mutex_lock(&back->host.lock);
	back->mood = *mood;
	connections = back->host.seen.connections;
	mutex_unlock(&back->host.lock);
	host_wake(&back->host);
	return connections;
}

/**
 * netback_wait_told - wait as long as it goes on, however slowly
 * @back: the liar, not locked
 * @count: how many lies
 *
 * Return: whether so many were told.
 */
bool netback_wait_told(struct hostile_netback *back, u32 count)
{
	const struct netback_mood *mood = &back->mood;
	u32 seen;

	do {
		seen = READ_ONCE(mood->told);
		if (seen >= count)
			return true;
		wait_event_timeout(back->host.news,
				   READ_ONCE(mood->told) != seen ||
				   READ_ONCE(back->host.book.closing),
				   msecs_to_jiffies(HOST_LONG_MS));
	} while (READ_ONCE(mood->told) != seen);
	return false;
}

/**
 * netback_play_statuses - the act: answers that are wrong and break nothing
 * @owner: the liar
 * @count: how many
 *
 * Return: 0; -ENODATA if the frontend sends less.
 */
int netback_play_statuses(void *owner, u32 count)
{
	const struct netback_mood mood = { .soft = count };
	struct hostile_netback *back = owner;
	struct hostile_book *book = &back->host.book;
	bool kept;
	u32 before;
	size_t i;

	/* Made here: the thread only counts. */
	for (i = 0; i < ARRAY_SIZE(lies); i++)
		hostile_tally(book, "status", lies[i].name);
	before = netback_mood_begin(back, &mood);
	if (!netback_wait_told(back, count))
		return -ENODATA;
	kept = netback_works(&back->host) &&
		back->host.seen.connections == before;
	for (i = 0; i < ARRAY_SIZE(lies) && kept; i++) {
		struct hostile_tally *tally =
			hostile_tally(book, "status", lies[i].name);

		tally->good = tally->told;
	}
	hostile_judge(hostile_tally(book, "status", "ring-kept"), kept,
		      "the frontend closed the ring");
	return 0;
}

/**
 * netback_play_hold - the act: answer nothing, and then go on
 * @owner: the liar
 * @ms: how long
 *
 * Return: 0.
 */
int netback_play_hold(void *owner, u32 ms)
{
	const struct netback_mood hold = { .hold = true }, honest = { };
	struct hostile_netback *back = owner;
	struct hostile_host *host = &back->host;
	u32 before = netback_mood_begin(back, &hold), answered;

	wait_event_timeout(host->news, READ_ONCE(host->book.closing),
			   msecs_to_jiffies(ms));
	answered = READ_ONCE(host->seen.answered);
	netback_mood_begin(back, &honest);
	hostile_judge(hostile_tally(&host->book, "hold", "unanswered"),
		      wait_event_timeout(host->news,
					 READ_ONCE(host->seen.answered) !=
					 answered,
					 msecs_to_jiffies(HOST_LONG_MS)) &&
		      host->seen.connections == before,
		      "the frontend does not go on");
	return 0;
}
