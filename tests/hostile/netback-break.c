// SPDX-License-Identifier: GPL-2.0-only
/*
 * What breaks a ring: a table, some told on the receive ring, some with an
 * answer on the transmit ring. After each the frontend has to close, and connect
 * anew with another one. Floor F6.
 */
#include <linux/kernel.h>
#include <xen/events.h>

#include "netback.h"

/**
 * enum break_how - what is done besides a field
 * @HOW_RECEIVE: receive: an id, or the index
 * @HOW_INFO: receive: an extra info
 * @HOW_INFOS: receive: extra infos without end
 * @HOW_KEEP_ROOM: receive: the page stays mapped
 * @HOW_ANSWER: transmit: an id, or the index
 * @HOW_TWICE: transmit: the answer is given a second time
 * @HOW_KEEP: transmit: the page stays mapped
 *
 * From @HOW_ANSWER on it is told when the frontend sends something.
 */
enum break_how {
	HOW_RECEIVE,
	HOW_INFO,
	HOW_INFOS,
	HOW_KEEP_ROOM,
	HOW_ANSWER,
	HOW_TWICE,
	HOW_KEEP,
};

/**
 * struct net_break - a row: what breaks a ring
 * @name: of the row
 * @how: what is done besides
 * @flip: bits of the id that are wrong
 * @jump: added to the index, which was right
 * @info: an extra info
 */
struct net_break {
	const char *name;
	enum break_how how;
	u16 flip;
	u32 jump;
	struct frame_info info;
};

#define IDS(_name, _how, _flip) \
	{ .name = _name, .how = HOW_##_how, .flip = _flip }
#define INDEX(_name, _how, _jump) \
	{ .name = _name, .how = HOW_##_how, .jump = _jump }
#define INFO(_name, _how, ...) \
	{ .name = _name, .how = HOW_##_how, .info = { __VA_ARGS__ } }

static const struct net_break rows[] = {
	IDS("room-id-of-another", RECEIVE, 1),
	IDS("room-id-older-use", RECEIVE, BIT(8)),
	IDS("room-id-high", RECEIVE, BIT(15)),
	INDEX("room-index-not-posted", RECEIVE, 257),
	INDEX("room-index-far", RECEIVE, BIT(16)),
	INDEX("room-index-half-the-numbers", RECEIVE, BIT(31)),
	INDEX("room-index-back", RECEIVE, -300),
	INFO("info-0", INFO, 0),
	INFO("info-6", INFO, XEN_NETIF_EXTRA_TYPE_MAX),
	INFO("info-255", INFO, 255),
	INFO("info-segments-of-0", INFO, XEN_NETIF_EXTRA_TYPE_GSO,
	     XEN_NETIF_GSO_TYPE_TCPV4, 0),
	INFO("info-segments-of-type-0", INFO, XEN_NETIF_EXTRA_TYPE_GSO, 0, 1448),
	INFO("info-segments-of-type-9", INFO, XEN_NETIF_EXTRA_TYPE_GSO, 9, 1448),
	INFO("infos-without-end", INFOS, 0),
	{ .name = "room-kept", .how = HOW_KEEP_ROOM },
	IDS("id-slot-of-another", ANSWER, 1),
	IDS("id-older-use", ANSWER, BIT(12)),
	IDS("id-high", ANSWER, BIT(15)),
	IDS("id-behind-the-ring", ANSWER, BIT(8) | BIT(11)),
	INDEX("index-not-sent", ANSWER, 257),
	INDEX("index-far", ANSWER, BIT(16)),
	INDEX("index-half-the-numbers", ANSWER, BIT(31)),
	INDEX("index-back", ANSWER, -300),
	{ .name = "answered-twice", .how = HOW_TWICE },
	{ .name = "page-kept", .how = HOW_KEEP },
};

static void add_infos(struct netback_chain *chain, const struct net_break *row)
{
	u32 i;

	if (row->how == HOW_INFO)
		netback_chain_extra(chain, row->info.type, row->info.gso_type,
				    row->info.gso_size);
	for (i = 0; row->how == HOW_INFOS && i < NETBACK_CHAIN - 1; i++)
		netback_chain_extra(chain, 2 + i % 4, 1, 2);
}

static int keep_room(struct hostile_netback *back)
{
	struct xen_netif_rx_back_ring *ring = &back->link.rx;
	struct xen_netif_rx_request req;

	RING_COPY_REQUEST(ring, ring->req_cons, &req);
	return host_keep(&back->host, req.gref, false);
}

/* Return: 0; -ENODATA if there is no page to tell it with. */
static int tell_receive(struct hostile_netback *back,
			const struct net_break *row)
{
	struct netback_chain chain;

	if (netback_room(back) < NETBACK_CHAIN)
		return -ENODATA;
	/* Not a small one: its page has to be taken back. */
	netback_chain_frame(&chain, FRAME_PLAIN, 1000);
	add_infos(&chain, row);
	chain.slots[0].id = row->flip;
	if (row->how == HOW_KEEP_ROOM && keep_room(back))
		return -ENODATA;
	netback_put(back, &chain);
	netback_push(back, row->jump);
	back->link.dead = true;
	return 0;
}

static void put_answer(struct hostile_netback *back,
		       const struct xen_netif_tx_response *rsp)
{
	struct xen_netif_tx_back_ring *ring = &back->link.tx;

	*RING_GET_RESPONSE(ring, ring->rsp_prod_pvt++) = *rsp;
}

/**
 * netback_tell_break - answer as the mood is
 * @back: the hostile half, locked, in a mood to break it
 * @req: what was sent
 */
void netback_tell_break(struct hostile_netback *back,
			const struct xen_netif_tx_request *req)
{
	const struct net_break *row = back->host.mood.row;
	struct xen_netif_tx_response rsp = { .id = req->id ^ row->flip };
	struct netback_link *link = &back->link;

	if (row->how == HOW_KEEP && host_keep(&back->host, req->gref, true))
		return;
	put_answer(back, &rsp);
	if (row->how == HOW_TWICE)
		put_answer(back, &rsp);
	/* Slots before index: partner of the read barrier in the frontend. */
	virt_wmb();
	WRITE_ONCE(link->tx_page->rsp_prod, link->tx.rsp_prod_pvt + row->jump);
	notify_remote_via_irq(link->irq);
	link->dead = true;
	back->host.mood.row = NULL;
	back->host.mood.told++;
}

static int tell(struct hostile_netback *back, const struct net_break *row,
		u32 *before)
{
	const struct host_mood mood = {
		.row = row->how < HOW_ANSWER ? NULL : row,
	};
	int err = 0;

	*before = host_mood_begin(&back->host, &mood);
	if (mood.row)
		return host_wait_told(&back->host, 1) ? 0 : -ENODATA;
	mutex_lock(&back->host.lock);
	err = tell_receive(back, row);
	mutex_unlock(&back->host.lock);
	return err;
}

static int play_break(struct hostile_netback *back, const struct net_break *row)
{
	struct hostile_host *host = &back->host;
	bool waited = true, anew;
	u32 before;
	int err;

	if (!netback_wait_room(back))
		return -ENODATA;
	err = tell(back, row, &before);
	if (err)
		return err;
	if (row->how == HOW_KEEP)
		waited = host_release_later(host, before);
	anew = host_wait_connection(host, before);
	mutex_lock(&host->lock);
	host_release(host);
	mutex_unlock(&host->lock);
	hostile_judge(hostile_tally(&host->book, "break", row->name),
		      waited && anew, waited ?
		      "the frontend does not connect anew" :
		      "it goes on with a page that is mapped");
	return 0;
}

/**
 * netback_play_breaks - the act: what breaks a ring
 * @owner: the hostile half
 * @count: how often each
 *
 * Return: 0; -ENODATA if the frontend sends nothing, or does not come again.
 */
int netback_play_breaks(void *owner, u32 count)
{
	struct hostile_netback *back = owner;
	int err = 0;
	size_t i;

	while (count-- && !err)
		for (i = 0; i < ARRAY_SIZE(rows) && !err; i++)
			err = play_break(back, &rows[i]);
	if (!err && !netback_works(&back->host))
		err = -EIO;
	return err;
}
