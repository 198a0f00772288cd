// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hostile block frontend: what it publishes, its ring and its pages. Floor F6;
 * called by xenbus and by the acts of every frontend (guest.h).
 */
#include <linux/slab.h>
#include <xen/interface/io/protocols.h>

#include "front.h"

static const struct hostile_act acts[] = {
	{ "requests", 1000, front_play_requests },
	{ "indices", 1, guest_play_indices },
	{ "keys", 1, front_play_keys },
	{ "states", 1, guest_play_states },
	{ "loops", 20, guest_play_loops },
	{ "flood", 500, guest_play_flood },
	{ "feed", 3, guest_play_feed },
	{ "vanish", 0, guest_play_vanish },
	{ "races", 100, front_play_races },
	{ "storm", 10000, guest_play_storm },
	{ "hoard", 1200, front_play_hoard },
	{ }
};

static int publish(struct hostile_guest *guest)
{
	const char *dir = guest->dev->nodename;
	int err;

	err = xenbus_printf(XBT_NIL, dir, "ring-ref", "%u",
			    guest->ops->number(guest));
	if (!err)
		err = xenbus_printf(XBT_NIL, dir, "event-channel", "%u",
				    guest->port.port);
	if (!err)
		err = xenbus_printf(XBT_NIL, dir, "protocol", "%s",
				    XEN_IO_PROTO_ABI_NATIVE);
	return err;
}

static void reset_ring(struct hostile_guest *guest,
		       const struct guest_offer *offer)
{
	struct hostile_front *front = front_of(guest);
	struct blkif_sring *sring = front->link.page.addr;

	memset(sring, 0, PAGE_SIZE);
	FRONT_RING_ATTACH(&front->link.ring, sring, offer->requests, PAGE_SIZE);
	front->link.ring.rsp_cons = offer->responses;
	sring->req_prod = offer->requests;
	sring->rsp_prod = offer->responses;
	sring->req_event = offer->requests + 1;
	sring->rsp_event = offer->responses + 1;
	front_forget(front);
}

static void read_disk(struct hostile_guest *guest)
{
	struct front_disk *disk = &front_of(guest)->disk;
	const char *dir = guest->dev->otherend;
	unsigned int info = 0;

	if (disk->sectors)
		return;
	*disk = (struct front_disk) { .sector_size = 512 };
	xenbus_scanf(XBT_NIL, dir, "sectors", "%llu", &disk->sectors);
	xenbus_scanf(XBT_NIL, dir, "sector-size", "%u", &disk->sector_size);
	xenbus_scanf(XBT_NIL, dir, "info", "%u", &info);
	xenbus_scanf(XBT_NIL, dir, "feature-discard", "%u", &disk->discard);
	disk->readonly = info & (VDISK_READONLY | VDISK_CDROM);
	disk->scratch = round_down(disk->sectors / 4 * 3, 8);
}

static u32 *ring_of(struct hostile_guest *guest)
{
	return front_of(guest)->link.page.addr;
}

static u32 ring_ref(const struct hostile_guest *guest)
{
	return container_of(guest, struct hostile_front, guest)->link.page.ref;
}

static const char * const nodes[] = {
	"ring-ref", "event-channel", "protocol", "ring-page-order", "ring-ref0",
	"ring-ref1", "multi-queue-num-queues", "queue-0", "queue-1",
	"feature-persistent", NULL
};

static const struct guest_ops guest_ops = {
	.slots = FRONT_SLOTS,
	/* An operation that is unknown. */
	.idle = 0xff,
	.nodes = nodes,
	.publish = publish,
	.reset = reset_ring,
	.connected = read_disk,
	.ring = ring_of,
	.number = ring_ref,
	.try = front_try,
	.rush = front_rush,
};

static int make_pages(struct hostile_front *front, domid_t domain)
{
	struct front_pages *pages = &front->pages;
	int i, err = hostile_page_make(&front->link.page, domain, false);

	for (i = 0; i < FRONT_DATA && !err; i++)
		err = hostile_page_make(&pages->data[i], domain, false);
	for (i = 0; i < FRONT_SLOTS && !err; i++)
		err = hostile_page_make(&pages->descriptors[i], domain, true);
	return err;
}

static void free_front(struct hostile_front *front)
{
	struct front_pages *pages = &front->pages;
	int i;

	guest_end(&front->guest);
	for (i = 0; i < FRONT_DATA; i++)
		hostile_page_free(&pages->data[i]);
	for (i = 0; i < FRONT_SLOTS; i++)
		hostile_page_free(&pages->descriptors[i]);
	hostile_page_free(&front->link.page);
	kvfree(front->sent);
	kfree(front);
}

static void front_remove(struct xenbus_device *dev)
{
	struct hostile_front *front = front_of(dev_get_drvdata(&dev->dev));

	guest_leave(&front->guest);
	free_front(front);
}

static int front_probe(struct xenbus_device *dev,
		       const struct xenbus_device_id *id)
{
	struct hostile_front *front = kzalloc(sizeof(*front), GFP_KERNEL);
	int err = -ENOMEM;

	if (!front)
		return -ENOMEM;
	front->sent = kvcalloc(FRONT_SLOTS, sizeof(*front->sent), GFP_KERNEL);
	if (front->sent)
		err = make_pages(front, dev->otherend_id);
	if (!err)
		err = guest_begin(&front->guest, dev, &guest_ops, acts);
	if (err)
		free_front(front);
	return err;
}

static const struct xenbus_device_id ids[] = {
	{ "vbd" },
	{ "" }
};

static struct xenbus_driver front_driver = {
	.name = "vbd-hostile",
	.ids = ids,
	.not_essential = true,
	.probe = front_probe,
	.remove = front_remove,
	.otherend_changed = guest_otherend_changed,
};

/**
 * hostile_front_register - offer the hostile frontend to xenbus
 *
 * Return: 0 or a negative errno.
 */
int hostile_front_register(void)
{
	return xenbus_register_frontend(&front_driver);
}

/**
 * hostile_front_unregister - no more of it
 */
void hostile_front_unregister(void)
{
	xenbus_unregister_driver(&front_driver);
}
