// SPDX-License-Identifier: GPL-2.0-only
/*
 * A disk whose domain is saved and restored, or migrated. Floor F5; called by
 * xenbus.
 */
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>

#include "front.h"

/* How long a suspend waits for what is in flight, on all disks together. */
#define DRAIN_TIME	(10 * HZ)
#define DRAIN_DELAY_MS	10

/*
 * When that is over; and whether there is a suspend. Devices are suspended one
 * after the other, and only when all have been does one go on.
 */
static unsigned long drain_end;
static bool drain_begun;

/**
 * blkfront_resume - after a restore, or a move: perhaps another backend
 * @dev: the device, whose state is Initialising again
 *
 * Same disk, same requests.
 */
int blkfront_resume(struct xenbus_device *dev)
{
	struct blkfront *front = dev_get_drvdata(&dev->dev);

	xen_tie_resume(&front->tie);
	return 0;
}

/* Whoever polled a queue without interrupts is frozen. */
static void blkfront_move_poll(struct blkfront *front)
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

static bool blkfront_move_is_drained(struct blkfront *front)
{
	unsigned int i;

	blkfront_move_poll(front);
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

	if (!drain_begun)
		drain_end = jiffies + DRAIN_TIME;
	drain_begun = true;
	mutex_lock(&front->tie.peer.lock);
	xen_tie_suspend(&front->tie);
	if (front->disk && dev->state == XenbusStateConnected &&
	    !front->is.quiet) {
		blkfront_quiesce(front);
		front->is.saved = true;
		while (!blkfront_move_is_drained(front) && time_before(jiffies, drain_end))
			msleep(DRAIN_DELAY_MS);
	}
	mutex_unlock(&front->tie.peer.lock);
	return 0;
}

/* Also after a suspend that was called off, when nothing else is called. */
static void blkfront_move_suspend_over(struct device *device)
{
	struct blkfront *front = dev_get_drvdata(device);

	drain_begun = false;
	mutex_lock(&front->tie.peer.lock);
	xen_tie_complete(&front->tie);
	/* What is served may have been found to be another disk meanwhile. */
	if (front->is.saved && front->dev->state == XenbusStateConnected &&
	    !front->tie.replaced)
		blkfront_unquiesce(front);
	front->is.saved = false;
	mutex_unlock(&front->tie.peer.lock);
}

const struct dev_pm_ops blkfront_pm = {
	.complete = blkfront_move_suspend_over,
};
