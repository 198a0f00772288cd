// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disk whose other end becomes another one: its domain is saved and restored,
 * or migrated, or the host names a backend in another domain. Floor F5; called
 * by xenbus, and by a watch on our own node "backend".
 */
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "front.h"

/* How long a suspend waits for what is in flight: 10 seconds in all. */
#define DRAIN_TRIES	1000
#define DRAIN_DELAY_MS	10

static bool is_moved(struct blkfront *front)
{
	struct xenbus_device *dev = front->dev;
	unsigned int len;
	char *backend = xenbus_read(XBT_NIL, dev->nodename, "backend", &len);
	bool moved;

	if (IS_ERR(backend))
		return false;
	moved = !dev->otherend || strcmp(backend, dev->otherend);
	kfree(backend);
	return moved;
}

/*
 * The host has named a backend elsewhere: that of a driver domain which was
 * started again, and has another number. To us it is as after a restore, and the
 * bus knows what to do then. That ends in blkfront_resume(), so without the
 * lock; xenwatch, where we are, is the only other one that looks at the name.
 */
static void move(struct blkfront *front)
{
	struct xenbus_device *dev = front->dev;

	mutex_lock(&front->peer.lock);
	if (front->is.shut || !is_moved(front)) {
		mutex_unlock(&front->peer.lock);
		return;
	}
	front->is.moving = true;
	blkfront_disconnect_soon(front);
	mutex_unlock(&front->peer.lock);

	dev_info(&dev->dev, "the backend is another one now\n");
	dev->dev.bus->pm->restore(&dev->dev);
}

static void backend_named(struct xenbus_watch *watch, const char *path,
			  const char *token)
{
	struct blkfront *front = container_of(watch, struct blkfront, backend);
	struct device *dev = &front->dev->dev;

	/* As for any restore; a device that is being removed stays as it is. */
	if (!device_trylock(dev))
		return;
	move(front);
	device_unlock(dev);
}

/**
 * blkfront_resume - after a restore, or a move: perhaps another backend
 * @dev: the device, whose state is Initialising again
 *
 * Same disk, same requests. What other domains had mapped is unmapped, or was
 * given up.
 */
int blkfront_resume(struct xenbus_device *dev)
{
	struct blkfront *front = dev_get_drvdata(&dev->dev);

	mutex_lock(&front->peer.lock);
	xen_peer_forget(&front->peer);
	front->is.renew = false;
	front->is.moving = false;
	if (!front->is.shut)
		blkfront_disconnect_by_force(front);
	mutex_unlock(&front->peer.lock);
	return 0;
}

/* Whoever polled a queue without interrupts is frozen. */
static void poll(struct blkfront *front)
{
	struct blk_mq_hw_ctx *hctx;
	DEFINE_IO_COMP_BATCH(iob);
	unsigned long i;

	queue_for_each_hw_ctx(front->disk->queue, hctx, i)
		if (blkfront_queue_of(front, hctx)->polled)
			blkfront_poll(hctx, &iob);
	if (!rq_list_empty(&iob.req_list))
		blk_mq_end_request_batch(&iob);
}

static bool is_drained(struct blkfront *front)
{
	unsigned int i;

	poll(front);
	for (i = 0; i < front->nr_queues; i++)
		if (!blkfront_queue_is_idle(&front->queues[i]))
			return false;
	return true;
}

/**
 * blkfront_suspend - the domain is about to be saved
 * @dev: the device
 *
 * What is in flight ends before that, so that the copy of this domain has
 * nothing to repeat while the backend still works for the original. Not for ever:
 * what a backend does not answer is sent again after the restore.
 */
int blkfront_suspend(struct xenbus_device *dev)
{
	struct blkfront *front = dev_get_drvdata(&dev->dev);
	int tries;

	mutex_lock(&front->peer.lock);
	if (front->disk && dev->state == XenbusStateConnected &&
	    !front->is.quiet) {
		blkfront_hold(front);
		front->is.saved = true;
		for (tries = 0; tries < DRAIN_TRIES && !is_drained(front);
		     tries++)
			msleep(DRAIN_DELAY_MS);
	}
	mutex_unlock(&front->peer.lock);
	return 0;
}

/* Also after a suspend that was called off, when nothing else is called. */
static void suspend_over(struct device *device)
{
	struct blkfront *front = dev_get_drvdata(device);

	mutex_lock(&front->peer.lock);
	if (front->is.saved && front->dev->state == XenbusStateConnected)
		blkfront_go_on(front);
	front->is.saved = false;
	mutex_unlock(&front->peer.lock);
}

const struct dev_pm_ops blkfront_pm = {
	.complete = suspend_over,
};

/**
 * blkfront_move_watch - begin to look who the other end is
 * @front: the disk, to be
 *
 * Return: 0 or a negative errno, reported.
 */
int blkfront_move_watch(struct blkfront *front)
{
	return xenbus_watch_pathfmt(front->dev, &front->backend, NULL,
				    backend_named, "%s/backend",
				    front->dev->nodename);
}

/**
 * blkfront_move_unwatch - and end it
 * @front: the disk
 *
 * Context: may sleep; its peer's lock is not held.
 */
void blkfront_move_unwatch(struct blkfront *front)
{
	unregister_xenbus_watch(&front->backend);
	kfree(front->backend.node);
}
