// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lying backend: bound to a device by hand, in Dom0. Between its lies it is
 * a good one, with a disk in memory, so that the frontend's user can go on and
 * check that nothing was lost. Floor F6; called by xenbus and by the acts.
 */
#include <linux/blk_types.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <xen/events.h>

#include "back.h"

static const struct hostile_act acts[] = {
	{ "responses", 1, back_play_responses },
	{ "statuses", 1000, back_play_statuses },
	{ "storm", 10000, back_play_storm },
	{ "hold", 2000, back_play_hold },
	{ "keep", 1, back_play_keep },
	{ "release", 0, back_play_release },
	{ "keys", 1, back_play_keys },
	{ "live", 1, back_play_live },
	{ "states", 1, back_play_states },
	{ }
};

/**
 * back_set_state - write our state, whatever it was
 * @back: the liar
 * @state: any number
 */
void back_set_state(struct hostile_back *back, int state)
{
	xenbus_printf(XBT_NIL, back->dev->nodename, "state", "%d", state);
	/* What the next driver of the device finds. */
	back->dev->state = state;
}

static irqreturn_t interrupt(int irq, void *arg)
{
	back_wake(arg);
	return IRQ_HANDLED;
}

static void disconnect(struct hostile_back *back)
{
	struct back_link *link = &back->link;

	if (!link->sring)
		return;
	unbind_from_irqhandler(link->irq, back);
	xenbus_unmap_ring_vfree(back->dev, link->sring);
	*link = (struct back_link) { };
}

/* A frontend keeps the queues that it began with, though we offer one. */
static bool has_one_queue(struct xenbus_device *dev)
{
	unsigned int queues;

	return xenbus_scanf(XBT_NIL, dev->otherend, "multi-queue-num-queues",
			    "%u", &queues) != 1 || queues < 2;
}

static int connect(struct hostile_back *back)
{
	struct xenbus_device *dev = back->dev;
	struct back_link *link = &back->link;
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
							    0, "vbd-liar", back);
	if (err < 0) {
		xenbus_unmap_ring_vfree(dev, shared);
		return err;
	}
	link->irq = err;
	link->sring = shared;
	link->dead = false;
	BACK_RING_ATTACH(&link->ring, link->sring, link->sring->rsp_prod,
			 PAGE_SIZE);
	err = back_publish_disk(back);
	back->connections++;
	back_set_state(back, XenbusStateConnected);
	back_wake(back);
	return err;
}

/**
 * back_restart - offer the disk anew, as a backend that was restarted does
 * @back: the liar, locked
 */
void back_restart(struct hostile_back *back)
{
	disconnect(back);
	back_publish_features(back);
	back_set_state(back, XenbusStateInitWait);
}

/**
 * back_follow - do what an honest backend does when it sees a state
 * @back: the liar, locked
 * @theirs: the frontend's
 */
void back_follow(struct hostile_back *back, enum xenbus_state theirs)
{
	int ours = back->dev->state;

	switch (theirs) {
	case XenbusStateInitialising:
		if (ours == XenbusStateClosed)
			back_restart(back);
		break;
	case XenbusStateInitialised:
		if (ours == XenbusStateInitWait && connect(back))
			dev_warn(&back->dev->dev,
				 "the liar does not connect: it needs a guest with one CPU\n");
		break;
	case XenbusStateClosing:
		disconnect(back);
		back_set_state(back, XenbusStateClosing);
		break;
	case XenbusStateClosed:
		disconnect(back);
		back_set_state(back, XenbusStateClosed);
		break;
	default:
		break;
	}
}

static void otherend_changed(struct xenbus_device *dev,
			     enum xenbus_state theirs)
{
	struct hostile_back *back = dev_get_drvdata(&dev->dev);

	mutex_lock(&back->lock);
	if (!back->mood.passive)
		back_follow(back, theirs);
	mutex_unlock(&back->lock);
	wake_up_all(&back->news);
}

/**
 * back_wait_connection - wait for the frontend to connect again
 * @back: the liar, not locked
 * @before: how many connections there had been
 *
 * Return: whether it did.
 */
bool back_wait_connection(struct hostile_back *back, u32 before)
{
	return wait_event_timeout(back->news,
				  READ_ONCE(back->connections) != before ||
				  READ_ONCE(back->book.closing),
				  msecs_to_jiffies(BACK_LONG_MS)) &&
		READ_ONCE(back->connections) != before;
}

static void free_back(struct hostile_back *back)
{
	kvfree(back->kept);
	vfree(back->store);
	free_page((unsigned long)back->bounce);
	kfree(back);
}

static void back_remove(struct xenbus_device *dev)
{
	struct hostile_back *back = dev_get_drvdata(&dev->dev);

	hostile_book_close(&back->book);
	back_serve_stop(back);
	mutex_lock(&back->lock);
	disconnect(back);
	back_release(back);
	mutex_unlock(&back->lock);
	free_back(back);
}

static struct hostile_back *alloc_back(struct xenbus_device *dev)
{
	struct hostile_back *back = kzalloc(sizeof(*back), GFP_KERNEL);

	if (!back)
		return NULL;
	back->dev = dev;
	mutex_init(&back->lock);
	init_waitqueue_head(&back->wait);
	init_waitqueue_head(&back->news);
	back->store = vzalloc(BACK_SECTORS << SECTOR_SHIFT);
	back->bounce = (void *)get_zeroed_page(GFP_KERNEL);
	back->kept = kvcalloc(BACK_KEPT, sizeof(*back->kept), GFP_KERNEL);
	if (back->store && back->bounce && back->kept)
		return back;
	free_back(back);
	return NULL;
}

static int back_probe(struct xenbus_device *dev,
		      const struct xenbus_device_id *id)
{
	struct hostile_back *back = alloc_back(dev);
	int err;

	if (!back)
		return -ENOMEM;
	err = back_serve_start(back);
	if (err)
		goto free;
	err = hostile_book_open(&back->book, "back", dev_name(&dev->dev), acts,
				back);
	if (err)
		goto stop;
	dev_set_drvdata(&dev->dev, back);
	back_restart(back);
	return 0;

stop:
	back_serve_stop(back);
free:
	free_back(back);
	return err;
}

static const struct xenbus_device_id ids[] = {
	{ "vbd" },
	{ "" }
};

static struct xenbus_driver back_driver = {
	.name = "vbd-liar",
	.ids = ids,
	.probe = back_probe,
	.remove = back_remove,
	.otherend_changed = otherend_changed,
	.allow_rebind = true,
};

/**
 * hostile_back_register - offer the lying backend to xenbus
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
