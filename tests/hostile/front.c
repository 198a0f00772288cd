// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lying frontend: bound to a device by hand, connected and disconnected as
 * often as its acts want. Floor F6; called by xenbus and by the acts.
 *
 * Ring page, event channel and grants are made once; a backend that has let go
 * of them can be offered them again.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/interface/io/protocols.h>
#include <xen/page.h>

#include "front.h"

/* No domain has this number in the lab. */
#define NOBODY		0x7fe0
#define LOOK_MS		100

static const struct hostile_act acts[] = {
	{ "requests", 1000, front_play_requests },
	{ "indices", 1, front_play_indices },
	{ "keys", 1, front_play_keys },
	{ "states", 1, front_play_states },
	{ "loops", 20, front_play_loops },
	{ "flood", 500, front_play_flood },
	{ "feed", 3, front_play_feed },
	{ "vanish", 0, front_play_vanish },
	{ "races", 100, front_play_races },
	{ "storm", 10000, front_play_storm },
	{ "hoard", 1200, front_play_hoard },
	{ }
};

/**
 * front_set_state - write our state, whatever it was
 * @front: the liar
 * @state: any number
 *
 * Return: 0 or a negative errno.
 */
int front_set_state(struct hostile_front *front, int state)
{
	return xenbus_printf(XBT_NIL, front->dev->nodename, "state", "%d",
			     state);
}

/**
 * front_await - wait for a state of the backend
 * @front: the liar
 * @states: the set of them, as bits
 *
 * Return: the state; -ETIMEDOUT or -ENODEV.
 */
int front_await(struct hostile_front *front, unsigned int states)
{
	unsigned long end = jiffies + msecs_to_jiffies(FRONT_LONG_MS);
	enum xenbus_state state;

	while (!READ_ONCE(front->book.closing)) {
		state = xenbus_read_driver_state(front->dev->otherend);
		if (states & BIT(state))
			return state;
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		/* A watch tells; to look all the time keeps xenstored busy. */
		wait_event_timeout(front->wait, xchg(&front->changed, false),
				   msecs_to_jiffies(LOOK_MS));
	}
	return -ENODEV;
}

static int disconnect(struct hostile_front *front)
{
	int err;

	front_set_state(front, XenbusStateClosed);
	err = front_await(front, BIT(XenbusStateClosed));
	return err < 0 ? err : 0;
}

/* What a lie has left behind. */
static void unpublish(struct hostile_front *front)
{
	static const char * const nodes[] = {
		"ring-ref", "event-channel", "protocol", "ring-page-order",
		"ring-ref0", "ring-ref1", "multi-queue-num-queues", "queue-0",
		"queue-1", "feature-persistent",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nodes); i++)
		xenbus_rm(XBT_NIL, front->dev->nodename, nodes[i]);
	front->published = false;
}

static int publish(struct hostile_front *front, const struct front_offer *offer)
{
	const char *dir = front->dev->nodename;
	int err = 0;

	if (front->published)
		goto lie;
	err = xenbus_printf(XBT_NIL, dir, "ring-ref", "%u",
			    front->link.page.ref);
	if (!err)
		err = xenbus_printf(XBT_NIL, dir, "event-channel", "%u",
				    front->link.port);
	if (!err)
		err = xenbus_printf(XBT_NIL, dir, "protocol", "%s",
				    XEN_IO_PROTO_ABI_NATIVE);
	front->published = !err;
lie:
	front->lied = offer->lie;
	if (!err && offer->lie)
		err = offer->lie(front, offer->arg);
	return err;
}

static void reset_ring(struct hostile_front *front,
		       const struct front_offer *offer)
{
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

static void read_disk(struct hostile_front *front)
{
	struct front_disk *disk = &front->disk;
	const char *dir = front->dev->otherend;
	unsigned int info = 0;

	*disk = (struct front_disk) { .sector_size = 512 };
	xenbus_scanf(XBT_NIL, dir, "sectors", "%llu", &disk->sectors);
	xenbus_scanf(XBT_NIL, dir, "sector-size", "%u", &disk->sector_size);
	xenbus_scanf(XBT_NIL, dir, "info", "%u", &info);
	xenbus_scanf(XBT_NIL, dir, "feature-discard", "%u", &disk->discard);
	disk->readonly = info & (VDISK_READONLY | VDISK_CDROM);
	disk->scratch = round_down(disk->sectors / 4 * 3, 8);
}

/**
 * front_connect - begin anew, from wherever we are
 * @front: the liar
 * @offer: how
 *
 * Return: the backend's state: Connected, or Closing or Closed if it would not;
 * a negative errno if it did nothing.
 */
int front_connect(struct hostile_front *front, const struct front_offer *offer)
{
	int state = disconnect(front);

	if (state < 0)
		return state;
	if (front->lied)
		unpublish(front);
	reset_ring(front, offer);
	front_set_state(front, XenbusStateInitialising);
	state = front_await(front, BIT(XenbusStateInitWait));
	if (state >= 0)
		state = publish(front, offer);
	if (state < 0)
		return state;
	front_set_state(front, XenbusStateInitialised);
	state = front_await(front, BIT(XenbusStateConnected) |
			    BIT(XenbusStateClosing) | BIT(XenbusStateClosed));
	if (state == XenbusStateConnected) {
		front_set_state(front, XenbusStateConnected);
		if (!front->disk.sectors)
			read_disk(front);
	}
	return state;
}

/**
 * front_reconnect - be a good frontend
 * @front: the liar
 *
 * Return: 0; -ECONNREFUSED if the backend does not want us; another errno.
 */
int front_reconnect(struct hostile_front *front)
{
	static const struct front_offer good;
	int state = front_connect(front, &good);

	if (state < 0)
		return state;
	return state == XenbusStateConnected ? 0 : -ECONNREFUSED;
}

static irqreturn_t interrupt(int irq, void *arg)
{
	struct hostile_front *front = arg;

	wake_up(&front->wait);
	return IRQ_HANDLED;
}

static int make_page(struct front_page *page, domid_t domain, bool readonly)
{
	int ref;

	page->addr = (void *)get_zeroed_page(GFP_KERNEL);
	if (!page->addr)
		return -ENOMEM;
	ref = gnttab_grant_foreign_access(domain, virt_to_gfn(page->addr),
					  readonly);
	if (ref < 0)
		return ref;
	page->ref = ref;
	page->granted = true;
	return 0;
}

static int make_pages(struct hostile_front *front)
{
	struct front_pages *pages = &front->pages;
	domid_t domain = front->dev->otherend_id;
	int i, err = 0;

	for (i = 0; i < FRONT_DATA && !err; i++)
		err = make_page(&pages->data[i], domain, false);
	for (i = 0; i < FRONT_SLOTS && !err; i++)
		err = make_page(&pages->descriptors[i], domain, true);
	err = err ?: make_page(&pages->readonly, domain, true);
	err = err ?: make_page(&pages->foreign, NOBODY, false);
	err = err ?: make_page(&pages->revoked, domain, false);
	err = err ?: make_page(&front->link.page, domain, false);
	if (!err && gnttab_end_foreign_access_ref(pages->revoked.ref))
		pages->revoked.granted = false;
	return err;
}

static void free_page_of(struct front_page *page)
{
	if (!page->addr)
		return;
	if (page->granted) {
		gnttab_end_foreign_access(page->ref, virt_to_page(page->addr));
		return;
	}
	if (page->ref)
		gnttab_free_grant_reference(page->ref);
	free_page((unsigned long)page->addr);
}

static void free_pages_of(struct hostile_front *front)
{
	struct front_pages *pages = &front->pages;
	int i;

	for (i = 0; i < FRONT_DATA; i++)
		free_page_of(&pages->data[i]);
	for (i = 0; i < FRONT_SLOTS; i++)
		free_page_of(&pages->descriptors[i]);
	free_page_of(&pages->readonly);
	free_page_of(&pages->foreign);
	free_page_of(&pages->revoked);
	free_page_of(&front->link.page);
}

/* A port that waits for another domain than the backend's: for ourselves. */
static int alloc_foreign_port(struct front_link *link)
{
	struct evtchn_alloc_unbound op = {
		.dom = DOMID_SELF, .remote_dom = DOMID_SELF,
	};
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &op);

	if (!err)
		link->foreign_port = op.port;
	return err;
}

static int make_link(struct hostile_front *front)
{
	struct front_link *link = &front->link;
	int err = xenbus_alloc_evtchn(front->dev, &link->port);

	if (err)
		return err;
	link->irq = bind_evtchn_to_irqhandler(link->port, interrupt, 0,
					      "vbd-liar", front);
	if (link->irq < 0) {
		xenbus_free_evtchn(front->dev, link->port);
		return link->irq;
	}
	return alloc_foreign_port(link);
}

static void free_front(struct hostile_front *front)
{
	if (front->link.irq > 0)
		unbind_from_irqhandler(front->link.irq, front);
	if (front->link.foreign_port)
		xenbus_free_evtchn(front->dev, front->link.foreign_port);
	free_pages_of(front);
	kvfree(front->sent);
	kfree(front);
}

static void otherend_changed(struct xenbus_device *dev,
			     enum xenbus_state theirs)
{
	struct hostile_front *front = dev_get_drvdata(&dev->dev);

	WRITE_ONCE(front->changed, true);
	wake_up(&front->wait);
}

static void front_remove(struct xenbus_device *dev)
{
	struct hostile_front *front = dev_get_drvdata(&dev->dev);

	hostile_book_close(&front->book);
	/* A device that is gone has no nodes, and nobody to answer. */
	if (xenbus_exists(XBT_NIL, dev->nodename, "state")) {
		WRITE_ONCE(front->book.closing, false);
		disconnect(front);
	}
	unpublish(front);
	dev->state = XenbusStateClosed;
	free_front(front);
}

static int front_probe(struct xenbus_device *dev,
		       const struct xenbus_device_id *id)
{
	struct hostile_front *front = kzalloc(sizeof(*front), GFP_KERNEL);
	int err = -ENOMEM;

	if (!front)
		return -ENOMEM;
	front->dev = dev;
	front->lied = true;
	init_waitqueue_head(&front->wait);
	front->sent = kvcalloc(FRONT_SLOTS, sizeof(*front->sent), GFP_KERNEL);
	if (front->sent)
		err = make_pages(front);
	if (!err)
		err = make_link(front);
	if (!err)
		err = hostile_book_open(&front->book, "front",
					dev_name(&dev->dev), acts, front);
	if (err) {
		free_front(front);
		return err;
	}
	dev_set_drvdata(&dev->dev, front);
	return 0;
}

static const struct xenbus_device_id ids[] = {
	{ "vbd" },
	{ "" }
};

static struct xenbus_driver front_driver = {
	.name = "vbd-liar",
	.ids = ids,
	.not_essential = true,
	.probe = front_probe,
	.remove = front_remove,
	.otherend_changed = otherend_changed,
};

/**
 * hostile_front_register - offer the lying frontend to xenbus
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
