// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hostile block backend, in Dom0: its ring, and a disk in memory, so that the
 * frontend's user can go on and check that nothing was lost. Floor F6; called by
 * xenbus and by the acts of every backend (host.h).
 */
#include <linux/blk_types.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <xen/events.h>

#include "back.h"

static const struct hostile_act acts[] = {
	{ "responses", 1, back_play_responses },
	{ "statuses", 1000, back_play_statuses },
	{ "storm", 10000, host_play_storm },
	{ "refuse", 1, back_play_refuse },
	{ "hold", 2000, back_play_hold },
	{ "keep", 1, back_play_keep },
	{ "release", 0, back_play_release },
	{ "keys", 1, back_play_keys },
	{ "live", 1, back_play_live },
	{ "states", 1, host_play_states },
	{ }
};

static irqreturn_t interrupt(int irq, void *arg)
{
	host_wake(arg);
	return IRQ_HANDLED;
}

static void disconnect(struct hostile_host *host)
{
	struct back_link *link = &back_of(host)->link;

	if (!link->sring)
		return;
	unbind_from_irqhandler(link->irq, host);
	xenbus_unmap_ring_vfree(host->dev, link->sring);
	*link = (struct back_link) { };
}

static void notify(struct hostile_host *host)
{
	struct back_link *link = &back_of(host)->link;

	if (link->sring)
		notify_remote_via_irq(link->irq);
}

/* A frontend keeps the queues that it began with, though we offer one. */
static bool has_one_queue(struct xenbus_device *dev)
{
	unsigned int queues;

	return xenbus_scanf(XBT_NIL, dev->otherend, "multi-queue-num-queues",
			    "%u", &queues) != 1 || queues < 2;
}

static int connect(struct hostile_host *host)
{
	struct back_link *link = &back_of(host)->link;
	struct xenbus_device *dev = host->dev;
	unsigned int ref, port;
	void *shared;
	int err;

	if (!has_one_queue(dev))
		return -EOPNOTSUPP;

	err = xenbus_gather(XBT_NIL, dev->otherend, "ring-ref", "%u",
			    &ref, "event-channel", "%u", &port, NULL);
	if (err)
		return err;
	err = xenbus_map_ring_valloc(dev, &ref, 1, &shared);
	if (err)
		return err;
	err = bind_interdomain_evtchn_to_irqhandler_lateeoi(dev, port, interrupt,
							    0, "vbd-hostile", host);
	if (err < 0) {
		xenbus_unmap_ring_vfree(dev, shared);
		return err;
	}
	link->irq = err;
	link->sring = shared;
	link->dead = false;
	BACK_RING_ATTACH(&link->ring, link->sring, link->sring->rsp_prod,
			 PAGE_SIZE);
	return back_publish_disk(host);
}

/* What the frontend made of our being connected. */
static enum xenbus_state verdict(struct hostile_host *host)
{
	unsigned long end = jiffies + msecs_to_jiffies(HOST_LONG_MS);
	enum xenbus_state theirs;

	do {
		theirs = xenbus_read_driver_state(host->dev->otherend);
		if (theirs == XenbusStateConnected ||
		    theirs == XenbusStateClosing || theirs == XenbusStateClosed)
			break;
		usleep_range(2000, 4000);
	} while (time_before(jiffies, end) && !READ_ONCE(host->book.closing));
	return theirs;
}

static bool works(struct hostile_host *host)
{
	return verdict(host) == XenbusStateConnected;
}

static const struct host_ops host_ops = {
	.features = back_publish_features,
	.truth = back_publish_disk,
	.connect = connect,
	.disconnect = disconnect,
	.notify = notify,
	.serve = back_serve,
	.works = works,
};

static void free_back(struct hostile_back *back)
{
	vfree(back->store);
	free_page((unsigned long)back->bounce);
	kfree(back);
}

static void back_remove(struct xenbus_device *dev)
{
	struct hostile_back *back = back_of(dev_get_drvdata(&dev->dev));

	host_end(&back->host);
	free_back(back);
}

static int back_probe(struct xenbus_device *dev,
		      const struct xenbus_device_id *id)
{
	struct hostile_back *back = kzalloc(sizeof(*back), GFP_KERNEL);
	int err = -ENOMEM;

	if (!back)
		return -ENOMEM;
	back->store = vzalloc(BACK_SECTORS << SECTOR_SHIFT);
	back->bounce = (void *)get_zeroed_page(GFP_KERNEL);
	if (back->store && back->bounce)
		err = host_begin(&back->host, dev, &host_ops, acts);
	if (err)
		free_back(back);
	return err;
}

static const struct xenbus_device_id ids[] = {
	{ "vbd" },
	{ "" }
};

static struct xenbus_driver back_driver = {
	.name = "vbd-hostile",
	.ids = ids,
	.probe = back_probe,
	.remove = back_remove,
	.otherend_changed = host_otherend_changed,
	.allow_rebind = true,
};

/**
 * hostile_back_register - offer the hostile backend to xenbus
 *
 * Return: 0 or a negative errno.
 */
int hostile_back_register(void)
{
	return xenbus_register_backend(&back_driver);
}

/**
 * hostile_back_unregister - no more of it
 */
void hostile_back_unregister(void)
{
	xenbus_unregister_driver(&back_driver);
}
