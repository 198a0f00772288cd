// SPDX-License-Identifier: GPL-2.0-only
/*
 * The receive ring of a hostile backend's frontend: puts answers to the byte as it
 * is told, and waits until the frontend has posted all of its pages again. Floor
 * F6; called by the acts.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <xen/events.h>
#include <xen/page.h>

#include "netback.h"

/**
 * netback_room - how many pages wait to be used
 * @back: the hostile half, locked
 *
 * Return: 0 if there is no connection.
 */
u32 netback_room(struct hostile_netback *back)
{
	const struct netback_link *link = &back->link;

	if (!link->rx_page || link->dead)
		return 0;
	return READ_ONCE(link->rx_page->req_prod) - link->rx.req_cons;
}

/* The frame's headers go to the posted page; what is behind stays as it is. */
static void copy_frame(struct hostile_netback *back, enum frame_kind kind,
		       const struct xen_netif_rx_response *rsp, grant_ref_t ref)
{
	if (rsp->status <= 0 || rsp->status > XEN_PAGE_SIZE ||
	    rsp->offset > XEN_PAGE_SIZE - rsp->status)
		return;
	back->ops[back->nr_ops++] = (struct gnttab_copy) {
		.source.u.gmfn = virt_to_gfn(back->frames[kind]),
		.source.domid = DOMID_SELF,
		.dest.u.ref = ref,
		.dest.domid = back->host.dev->otherend_id,
		.dest.offset = rsp->offset,
		.len = min_t(u32, rsp->status, FRAME_STEP),
		.flags = GNTCOPY_dest_gref,
	};
}

/**
 * netback_put - fill the next slots
 * @back: the hostile half, locked, with so many pages
 * @chain: what with
 */
void netback_put(struct hostile_netback *back,
		 const struct netback_chain *chain)
{
	struct xen_netif_rx_back_ring *ring = &back->link.rx;
	struct xen_netif_rx_request req;
	u32 i;

	for (i = 0; i < chain->count; i++) {
		struct xen_netif_rx_response rsp = chain->slots[i];

		RING_COPY_REQUEST(ring, ring->req_cons, &req);
		ring->req_cons++;
		if (!i || i > chain->extras)
			rsp.id ^= req.id;
		if (!i && back->nr_ops < NETBACK_SLOTS)
			copy_frame(back, chain->kind, &rsp, req.gref);
		*RING_GET_RESPONSE(ring, ring->rsp_prod_pvt++) = rsp;
	}
}

/**
 * netback_push - show the frontend what was put
 * @back: the hostile half, locked
 * @jump: added to the index, which was right
 */
void netback_push(struct hostile_netback *back, u32 jump)
{
	struct netback_link *link = &back->link;

	if (back->nr_ops)
		gnttab_batch_copy(back->ops, back->nr_ops);
	back->nr_ops = 0;
	/* Slots before index: partner of the read barrier in the frontend. */
	virt_wmb();
	WRITE_ONCE(link->rx_page->rsp_prod, link->rx.rsp_prod_pvt + jump);
	notify_remote_via_irq(link->irq);
}

/**
 * netback_wait_room - wait until all pages are posted
 * @back: the hostile half, not locked
 *
 * Return: whether they are: a frontend that loses one is found here.
 */
bool netback_wait_room(struct hostile_netback *back)
{
	unsigned long end = jiffies + msecs_to_jiffies(HOST_LONG_MS);
	u32 room;

	for (;;) {
		mutex_lock(&back->host.lock);
		room = netback_room(back);
		mutex_unlock(&back->host.lock);
		if (room == NETBACK_SLOTS)
			return true;
		if (time_after(jiffies, end) ||
		    READ_ONCE(back->host.book.closing))
			return false;
		usleep_range(1000, 2000);
	}
}

/**
 * netback_works - whether a packet is received, and its page posted again
 * @host: the hostile half, not locked
 */
bool netback_works(struct hostile_host *host)
{
	struct hostile_netback *back = netback_of(host);
	u32 before = READ_ONCE(host->seen.connections);
	struct netback_chain chain;

	if (!netback_wait_room(back))
		return false;
	netback_chain_frame(&chain, FRAME_PLAIN, 60);
	mutex_lock(&host->lock);
	if (netback_room(back)) {
		netback_put(back, &chain);
		netback_push(back, 0);
	}
	mutex_unlock(&host->lock);
	return netback_wait_room(back) &&
		READ_ONCE(host->seen.connections) == before &&
		xenbus_read_driver_state(host->dev->otherend) ==
		XenbusStateConnected;
}
