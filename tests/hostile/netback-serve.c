// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the hostile network backend's thread does: takes what the frontend
 * transmits, looks at none of it, and answers as its mood is; only for extra infos
 * it has no rows, as these are answered without an id. And malformed ones that are
 * about one answer only. Floor F6.
 *
 * Packets are what the frontend's user sends: there has to be one.
 */
#include <linux/kernel.h>
#include <xen/events.h>

#include "netback.h"

/**
 * struct malformed_status - a row: an answer that is wrong, and breaks nothing
 * @name: of the row
 * @min: smallest status
 * @max: largest status
 * @noise: what stands behind the answer is noise
 */
struct malformed_status {
	const char *name;
	s16 min;
	s16 max;
	bool noise;
};

static const struct malformed_status rows[] = {
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
	const struct malformed_status *row =
		&rows[hostile_random(book, 0, ARRAY_SIZE(rows) - 1)];

	rsp->status = row->min +
		(s32)hostile_random(book, 0, row->max - row->min);
	if (row->noise)
		prandom_bytes_state(&book->seed, behind,
				    sizeof(struct xen_netif_tx_request) -
				    sizeof(*rsp));
	hostile_tally(book, "status", row->name)->told++;
	back->host.mood.told++;
	back->host.mood.soft--;
}

static void answer_info(struct hostile_netback *back, const void *req)
{
	const struct xen_netif_extra_info *info = req;
	struct xen_netif_tx_back_ring *ring = &back->link.tx;
	const struct xen_netif_tx_response rsp = {
		.status = XEN_NETIF_RSP_NULL,
	};

	back->link.info = info->flags & XEN_NETIF_EXTRA_FLAG_MORE;
	*RING_GET_RESPONSE(ring, ring->rsp_prod_pvt++) = rsp;
}

static void answer(struct hostile_netback *back,
		   const struct xen_netif_tx_request *req)
{
	struct xen_netif_tx_back_ring *ring = &back->link.tx;
	struct xen_netif_tx_response rsp = { .id = req->id }, *slot;

	back->host.seen.answered++;
	if (back->link.info) {
		answer_info(back, req);
		return;
	}
	back->link.info = req->flags & XEN_NETTXF_extra_info;
	if (back->host.mood.row) {
		netback_tell_break(back, req);
		return;
	}
	slot = RING_GET_RESPONSE(ring, ring->rsp_prod_pvt++);
	if (back->host.mood.soft)
		tell_status(back, &rsp, slot + 1);
	*slot = rsp;
}

static bool has_requests(struct hostile_netback *back)
{
	bool more;

	if (!back->link.tx_page || back->link.dead || back->host.mood.hold)
		return false;
	RING_FINAL_CHECK_FOR_REQUESTS(&back->link.tx, more);
	return more;
}

/**
 * netback_serve - take what packets there are
 * @host: the hostile half, locked
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
 * netback_play_statuses - the act: answers that are wrong and break nothing
 * @owner: the hostile half
 * @count: how many
 *
 * Return: 0; -ENODATA if the frontend sends less.
 */
int netback_play_statuses(void *owner, u32 count)
{
	const struct host_mood mood = { .soft = count };
	struct hostile_netback *back = owner;
	struct hostile_book *book = &back->host.book;
	bool kept;
	u32 before;
	size_t i;

	/* Made here: the thread only counts. */
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		hostile_tally(book, "status", rows[i].name);
	before = host_mood_begin(&back->host, &mood);
	if (!host_wait_told(&back->host, count))
		return -ENODATA;
	kept = netback_works(&back->host) &&
		back->host.seen.connections == before;
	for (i = 0; i < ARRAY_SIZE(rows) && kept; i++) {
		struct hostile_tally *tally =
			hostile_tally(book, "status", rows[i].name);

		tally->good = tally->told;
	}
	hostile_judge(hostile_tally(book, "status", "ring-kept"), kept,
		      "the frontend closed the ring");
	return 0;
}

/**
 * netback_play_hold - the act: answer nothing, and then go on
 * @owner: the hostile half
 * @ms: how long
 *
 * Return: 0.
 */
int netback_play_hold(void *owner, u32 ms)
{
	const struct host_mood hold = { .hold = true }, honest = { };
	struct hostile_netback *back = owner;
	struct hostile_host *host = &back->host;
	u32 before = host_mood_begin(&back->host, &hold), answered;

	wait_event_timeout(host->news, READ_ONCE(host->book.closing),
			   msecs_to_jiffies(ms));
	answered = READ_ONCE(host->seen.answered);
	host_mood_begin(&back->host, &honest);
	hostile_judge(hostile_tally(&host->book, "hold", "unanswered"),
		      wait_event_timeout(host->news,
					 READ_ONCE(host->seen.answered) !=
					 answered,
					 msecs_to_jiffies(HOST_LONG_MS)) &&
		      host->seen.connections == before,
		      "the frontend does not go on");
	return 0;
}
