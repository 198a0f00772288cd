// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hostile network frontend: what it publishes, its rings and its pages. Floor
 * F6; called by xenbus and by the acts of every frontend (guest.h).
 */
#include <linux/slab.h>

#include "netfront.h"

static const struct hostile_act acts[] = {
	{ "packets", 1000, netfront_play_packets },
	{ "breaks", 1, netfront_play_breaks },
	{ "noise", 1000, netfront_play_noise },
	{ "indices", 1, guest_play_indices },
	{ "keys", 1, netfront_play_keys },
	{ "states", 1, guest_play_states },
	{ "loops", 20, guest_play_loops },
	{ "flood", 500, guest_play_flood },
	{ "feed", 3, guest_play_feed },
	{ "vanish", 0, guest_play_vanish },
	{ "races", 512, netfront_play_races },
	{ "receive", 1000, netfront_play_receive },
	{ "drip", 200, netfront_play_drip },
	{ "control", 1, netfront_play_control },
	{ "storm", 10000, guest_play_storm },
	{ }
};

static int publish(struct hostile_guest *guest)
{
	static const struct hostile_node truth[] = {
		{ "request-rx-copy", "1" },
		{ "feature-rx-notify", "1" },
		{ "feature-sg", "1" },
		{ "feature-gso-tcpv4", "0" },
		{ "feature-gso-tcpv6", "0" },
	};
	const struct netfront_link *link = &netfront_of(guest)->link;
	const char *dir = guest->dev->nodename;
	size_t i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(truth) && !err; i++)
		err = hostile_node_write(dir, &truth[i]);
	if (!err)
		err = xenbus_printf(XBT_NIL, dir, "tx-ring-ref", "%u",
				    link->tx_page.ref);
	if (!err)
		err = xenbus_printf(XBT_NIL, dir, "rx-ring-ref", "%u",
				    link->rx_page.ref);
	if (!err)
		err = xenbus_printf(XBT_NIL, dir, "event-channel", "%u",
				    guest->port.port);
	return err;
}

static void reset_rings(struct hostile_guest *guest,
			const struct guest_offer *offer)
{
	struct hostile_netfront *front = netfront_of(guest);
	struct xen_netif_tx_sring *tx = front->link.tx_page.addr;
	struct xen_netif_rx_sring *rx = front->link.rx_page.addr;

	memset(tx, 0, PAGE_SIZE);
	memset(rx, 0, PAGE_SIZE);
	FRONT_RING_ATTACH(&front->link.tx, tx, offer->requests, PAGE_SIZE);
	front->link.tx.rsp_cons = offer->responses;
	tx->req_prod = offer->requests;
	tx->rsp_prod = offer->responses;
	tx->req_event = offer->requests + 1;
	tx->rsp_event = offer->responses + 1;
	FRONT_RING_ATTACH(&front->link.rx, rx, offer->responses, PAGE_SIZE);
	rx->req_prod = offer->responses;
	rx->rsp_prod = offer->responses;
	rx->req_event = offer->responses + 1;
	rx->rsp_event = offer->responses + 1;
	front->wrong = false;
	/* Who takes no packets is stalled after a while. */
	netfront_post_all(front);
}

static u32 *tx_ring(struct hostile_guest *guest)
{
	return netfront_of(guest)->link.tx_page.addr;
}

static u32 tx_ring_ref(const struct hostile_guest *guest)
{
	return container_of(guest, struct hostile_netfront,
			    guest)->link.tx_page.ref;
}

static const char * const nodes[] = {
	"tx-ring-ref", "rx-ring-ref", "event-channel", "event-channel-tx",
	"event-channel-rx", "multi-queue-num-queues", "queue-0", "queue-1",
	"request-rx-copy", "feature-rx-notify", "feature-sg",
	"feature-gso-tcpv4", "feature-gso-tcpv6", "feature-no-csum-offload",
	"feature-ipv6-csum-offload", "request-multicast-control",
	"feature-ctrl-ring", "ctrl-ring-ref", "event-channel-ctrl",
	"xdp-headroom", NULL
};

static const struct guest_ops guest_ops = {
	.slots = NETFRONT_SLOTS,
	/* A packet of no bytes. */
	.idle = 0,
	.nodes = nodes,
	.publish = publish,
	.reset = reset_rings,
	.ring = tx_ring,
	.number = tx_ring_ref,
	.try = netfront_try,
	.rush = netfront_rush,
};

static int make_pages(struct hostile_netfront *front, domid_t domain)
{
	int i, err = hostile_page_make(&front->link.tx_page, domain, false);

	err = err ?: hostile_page_make(&front->link.rx_page, domain, false);
	for (i = 0; i < FRAME_KINDS && !err; i++) {
		err = hostile_page_make(&front->frames[i], domain, true);
		if (!err)
			frame_fill(front->frames[i].addr, i);
	}
	for (i = 0; i < NETFRONT_ROOM && !err; i++)
		err = hostile_page_make(&front->room[i], domain, false);
	return err;
}

static void free_front(struct hostile_netfront *front)
{
	int i;

	netfront_control_free(front);
	guest_end(&front->guest);
	hostile_page_free(&front->link.tx_page);
	hostile_page_free(&front->link.rx_page);
	for (i = 0; i < FRAME_KINDS; i++)
		hostile_page_free(&front->frames[i]);
	for (i = 0; i < NETFRONT_ROOM; i++)
		hostile_page_free(&front->room[i]);
	kvfree(front->sent);
	kvfree(front->posted);
	kfree(front);
}

static void netfront_remove(struct xenbus_device *dev)
{
	struct hostile_netfront *front =
		netfront_of(dev_get_drvdata(&dev->dev));

	guest_leave(&front->guest);
	free_front(front);
}

static int netfront_probe(struct xenbus_device *dev,
			  const struct xenbus_device_id *id)
{
	struct hostile_netfront *front = kzalloc(sizeof(*front), GFP_KERNEL);
	int err = -ENOMEM;

	if (!front)
		return -ENOMEM;
	front->sent = kvcalloc(NETFRONT_SLOTS, sizeof(*front->sent),
			       GFP_KERNEL);
	front->posted = kvcalloc(NETFRONT_SLOTS, sizeof(*front->posted),
				 GFP_KERNEL);
	if (front->sent && front->posted)
		err = make_pages(front, dev->otherend_id);
	if (!err)
		err = netfront_control_make(front, dev);
	if (!err)
		err = guest_begin(&front->guest, dev, &guest_ops, acts);
	if (err)
		free_front(front);
	return err;
}

static const struct xenbus_device_id ids[] = {
	{ "vif" },
	{ "" }
};

static struct xenbus_driver netfront_driver = {
	.name = "vif-hostile",
	.ids = ids,
	.not_essential = true,
	.probe = netfront_probe,
	.remove = netfront_remove,
	.otherend_changed = guest_otherend_changed,
};

/**
 * hostile_netfront_register - offer the hostile network frontend to xenbus
 *
 * Return: 0 or a negative errno.
 */
int hostile_netfront_register(void)
{
	return xenbus_register_frontend(&netfront_driver);
}

/**
 * hostile_netfront_unregister - no more of it
 */
void hostile_netfront_unregister(void)
{
	xenbus_unregister_driver(&netfront_driver);
}
