// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed pages to receive in: a table. The backend answers a page that it
 * cannot write to with an error, and others with what they hold. And a receive
 * ring that is broken, or whose pages are a long time in coming, or come one by one.
 * Floor F6.
 *
 * Packets are what others send to this interface: there has to be somebody.
 */
#include <linux/delay.h>
#include <linux/kernel.h>

#include "netfront.h"

#define SILENCE_MS	300
/* Often enough that it is never said to take nothing. */
#define DRIP_MS		50
/* As long as a packet is that is not in pieces, and on one page. */
#define STATUS_MAX	PAGE_SIZE

/**
 * struct malformed_room - a row: what is wrong with a posted page
 * @name: of the row
 * @want: what the answer has to be
 * @ref: of the page; NULL for any
 * @min: any: smallest
 * @max: any: largest
 */
struct malformed_room {
	const char *name;
	enum netfront_want want;
	grant_ref_t (*ref)(struct hostile_netfront *front);
	u32 min;
	u32 max;
};

static grant_ref_t good_ref(struct hostile_netfront *front)
{
	return front->room[hostile_random(&front->guest.book, 0,
					  NETFRONT_ROOM - 1)].ref;
}

static grant_ref_t same_ref(struct hostile_netfront *front)
{
	return front->room[0].ref;
}

static grant_ref_t revoked_ref(struct hostile_netfront *front)
{
	return front->guest.bad.revoked.ref;
}

static grant_ref_t foreign_ref(struct hostile_netfront *front)
{
	return front->guest.bad.foreign.ref;
}

static grant_ref_t readonly_ref(struct hostile_netfront *front)
{
	return front->guest.bad.readonly.ref;
}

static const struct malformed_room rows[] = {
	{ "room-good", NET_OKAY, good_ref },
	{ "room-same-page", NET_OKAY, same_ref },
	{ "room-never-granted", NET_ERROR, NULL, BIT(20), U32_MAX },
	{ "room-reserved", NET_ERROR, NULL, 5, 7 },
	{ "room-revoked", NET_ERROR, revoked_ref },
	{ "room-of-another-domain", NET_ERROR, foreign_ref },
	{ "room-readonly", NET_ERROR, readonly_ref },
};

static void post(struct hostile_netfront *front, const struct malformed_room *row,
		 struct hostile_tally *tally)
{
	struct xen_netif_rx_front_ring *ring = &front->link.rx;
	struct hostile_book *book = &front->guest.book;
	struct xen_netif_rx_request req = {
		.id = hostile_random(book, 0, U16_MAX),
		.gref = row->ref ? row->ref(front) :
			hostile_random(book, row->min, row->max),
	};

	front->posted[ring->req_prod_pvt % NETFRONT_SLOTS] =
		(struct netfront_posted) {
			.id = req.id, .want = row->want, .tally = tally,
		};
	*RING_GET_REQUEST(ring, ring->req_prod_pvt++) = req;
}

static void show(struct hostile_netfront *front)
{
	RING_PUSH_REQUESTS(&front->link.rx);
}

/**
 * netfront_post_all - post good pages, as many as the ring takes
 * @front: the hostile half
 */
void netfront_post_all(struct hostile_netfront *front)
{
	while (!RING_FULL(&front->link.rx))
		post(front, &rows[0], NULL);
	show(front);
}

static bool has_received(struct hostile_guest *guest)
{
	struct xen_netif_rx_front_ring *ring = &netfront_of(guest)->link.rx;
	bool more;

	RING_FINAL_CHECK_FOR_RESPONSES(ring, more);
	return more;
}

static void take_one(struct hostile_netfront *front)
{
	struct xen_netif_rx_front_ring *ring = &front->link.rx;
	const struct netfront_posted *posted =
		&front->posted[ring->rsp_cons % NETFRONT_SLOTS];
	struct xen_netif_rx_response rsp;
	bool good;

	RING_COPY_RESPONSE(ring, ring->rsp_cons, &rsp);
	ring->rsp_cons++;
	if (posted->want == NET_ERROR)
		good = rsp.status == XEN_NETIF_RSP_ERROR;
	else
		good = rsp.status > 0 && rsp.status <= STATUS_MAX;
	if (posted->tally)
		hostile_judge(posted->tally,
			      good && rsp.id == posted->id && !rsp.offset,
			      "status %d id %#x for %#x offset %u", rsp.status,
			      rsp.id, posted->id, rsp.offset);
}

/* A malformed page, in turn or by chance, for each that was used. */
static void post_malformed(struct hostile_netfront *front, u32 *turn)
{
	const struct malformed_room *row;

	while (!RING_FULL(&front->link.rx)) {
		row = &rows[*turn & 1 ? hostile_random(&front->guest.book, 0,
						       ARRAY_SIZE(rows) - 1) :
			    *turn / 2 % ARRAY_SIZE(rows)];
		++*turn;
		post(front, row, hostile_tally(&front->guest.book, "receive",
					       row->name));
	}
	show(front);
	guest_notify(&front->guest);
}

static int play_rooms(struct hostile_netfront *front, u32 count)
{
	u32 turn = 0, done = 0;

	while (done < count) {
		if (!guest_wait(&front->guest, has_received, GUEST_LONG_MS))
			return -ENODATA;
		for (; has_received(&front->guest); done++)
			take_one(front);
		post_malformed(front, &turn);
	}
	return 0;
}

/* With every index that a receive ring can have, nothing more comes. */
static int play_index(struct hostile_netfront *front, const char *name, u32 by)
{
	struct hostile_tally *tally = hostile_tally(&front->guest.book,
						    "receive", name);
	u32 *prod = front->link.rx_page.addr;
	int err = guest_reconnect(&front->guest);

	if (err)
		return err;
	if (!guest_wait(&front->guest, has_received, GUEST_LONG_MS))
		return -ENODATA;
	WRITE_ONCE(*prod, *prod + by);
	guest_notify(&front->guest);
	msleep(SILENCE_MS);
	while (has_received(&front->guest))
		take_one(front);
	hostile_judge(tally, !guest_wait(&front->guest, has_received,
					 SILENCE_MS), "the ring goes on");
	return 0;
}

/* All that was posted is used. */
static int use_up(struct hostile_netfront *front)
{
	struct xen_netif_rx_front_ring *ring = &front->link.rx;

	while (ring->rsp_cons != ring->req_prod_pvt) {
		if (!guest_wait(&front->guest, has_received, GUEST_LONG_MS))
			return -ENODATA;
		take_one(front);
	}
	return 0;
}

/* Without a page nothing comes, and with one again. */
static int play_starve(struct hostile_netfront *front)
{
	struct hostile_tally *tally = hostile_tally(&front->guest.book,
						    "receive", "starved");
	int err = guest_reconnect(&front->guest) ?: use_up(front);
	bool silent;

	if (err)
		return err;
	silent = !guest_wait(&front->guest, has_received, SILENCE_MS);
	netfront_post_all(front);
	guest_notify(&front->guest);
	hostile_judge(tally, silent && guest_wait(&front->guest, has_received,
						  GUEST_LONG_MS),
		      silent ? "nothing comes any more" : "more than pages");
	return 0;
}

/**
 * netfront_play_receive - the act: malformed pages
 * @owner: the hostile half
 * @count: how many
 *
 * Return: 0; -ENODATA if nobody sends anything; another negative errno.
 */
int netfront_play_receive(void *owner, u32 count)
{
	struct hostile_netfront *front = owner;
	int err = guest_reconnect(&front->guest);

	err = err ?: play_rooms(front, count);
	err = err ?: play_starve(front);
	err = err ?: play_index(front, "index-one-more", 257);
	err = err ?: play_index(front, "index-far", BIT(31));
	err = err ?: play_index(front, "index-back", -512);
	err = err ?: guest_reconnect(&front->guest);
	return err ?: guest_good(&front->guest);
}

/**
 * netfront_play_drip - the act: pages one by one, with a while between them
 * @owner: the hostile half
 * @count: how many
 *
 * Return: 0; -ENODATA if nobody sends anything; another negative errno.
 */
int netfront_play_drip(void *owner, u32 count)
{
	struct hostile_netfront *front = owner;
	struct hostile_tally *tally = hostile_tally(&front->guest.book,
						    "receive", "drip");
	int err = guest_reconnect(&front->guest);
	u32 done;

	for (done = 0; done < count && !err; done++) {
		err = use_up(front);
		msleep(DRIP_MS);
		post(front, &rows[0], tally);
		show(front);
		guest_notify(&front->guest);
	}
	netfront_post_all(front);
	guest_notify(&front->guest);
	return err ?: guest_good(&front->guest);
}
