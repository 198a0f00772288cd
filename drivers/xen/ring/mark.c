// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mark by which a frontend knows its directory again, and what it does when
 * another device's is there. See tie.h. Floor F4; called by tie.c, by the drivers'
 * negotiate.c, and by the state machine before each step.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "tie.h"

/* Where the mark is; as text it has 16 hex digits. */
#define MARK_NODE	"xenify-instance"
#define MARK_SIZE	17

/* A driver is bound anew here: it may take 5 seconds, and nobody waits for it. */
static struct workqueue_struct *mark_workqueue;

/**
 * struct mark_rebind - a device whose driver is to be bound anew
 * @work: which does it; the tie is not there any more when it has ended
 * @dev: the device, with a reference
 */
struct mark_rebind {
	struct work_struct work;
	struct device *dev;
};

static void xen_mark_text(const struct xen_tie *tie, char *text)
{
	snprintf(text, MARK_SIZE, "%016llx", tie->mark);
}

/**
 * xen_tie_mark - put a new mark on our directory
 * @tie: the tie
 *
 * Context: may sleep. Return: 0 or a negative errno, reported.
 */
int xen_tie_mark(struct xen_tie *tie)
{
	struct xenbus_device *dev = tie->peer.dev;
	char text[MARK_SIZE];
	int err;

	tie->mark = get_random_u64();
	xen_mark_text(tie, text);
	err = xenbus_write(XBT_NIL, dev->nodename, MARK_NODE, text);
	if (err)
		xenbus_dev_error(dev, err, "writing %s/" MARK_NODE,
				 dev->nodename);
	return err;
}

/**
 * xen_tie_check - whether our directory is that of the device that we found
 * @tie: the tie
 * @xbt: transaction, or XBT_NIL
 *
 * What is written in the same transaction is written there, or not at all.
 *
 * Context: may sleep. Return: 0; -ESTALE: it is gone, or another device's;
 * another negative errno: it could not be read.
 */
int xen_tie_check(const struct xen_tie *tie, struct xenbus_transaction xbt)
{
	char expected[MARK_SIZE];
	unsigned int len;
	char *text = xenbus_read(xbt, tie->peer.dev->nodename, MARK_NODE, &len);
	int err;

	if (IS_ERR(text))
		return PTR_ERR(text) == -ENOENT ? -ESTALE : PTR_ERR(text);
	xen_mark_text(tie, expected);
	err = strcmp(text, expected) ? -ESTALE : 0;
	kfree(text);
	return err;
}
EXPORT_SYMBOL_GPL(xen_tie_check);

/* Nothing of the old connection is known to the driver after this. */
static void xen_mark_rebind(struct work_struct *work)
{
	struct mark_rebind *rebind = container_of(work, struct mark_rebind, work);
	struct device *dev = rebind->dev;

	/* Without a driver it goes, or somebody has unbound it. */
	if (READ_ONCE(dev->driver) && device_reprobe(dev))
		dev_err(dev, "no driver could be bound to the new device\n");
	put_device(dev);
	kfree(rebind);
}

/**
 * xen_tie_replace - the device is another one: to be found as a new one is
 * @tie: the tie; its peer's lock is held
 *
 * The driver is unbound, so that users of the old device get errors, and bound
 * again; in a work. Nothing is done with the backend until then. Context: may
 * sleep.
 */
void xen_tie_replace(struct xen_tie *tie)
{
	struct mark_rebind *rebind;

	if (tie->replaced)
		return;
	tie->replaced = true;
	rebind = kzalloc(sizeof(*rebind), GFP_NOIO | __GFP_NOFAIL);
	rebind->dev = get_device(&tie->peer.dev->dev);
	INIT_WORK(&rebind->work, xen_mark_rebind);
	queue_work(mark_workqueue, &rebind->work);
}
EXPORT_SYMBOL_GPL(xen_tie_replace);

/**
 * xen_tie_replaced - whether the device in our directory is another one
 * @peer: of a tie; its lock is held
 *
 * For struct xen_peer_ops. A directory that is gone is no new device's: the bus
 * sees that, too, and removes ours. Context: may sleep.
 */
bool xen_tie_replaced(struct xen_peer *peer)
{
	struct xen_tie *tie = container_of(peer, struct xen_tie, peer);
	struct xenbus_device *dev = peer->dev;

	/* After a restore it may be without our mark, and be ours. */
	if (tie->suspended || tie->cut)
		return false;
	if (tie->replaced)
		return true;
	if (xen_tie_check(tie, XBT_NIL) != -ESTALE)
		return false;
	if (xenbus_exists(XBT_NIL, dev->nodename, "backend")) {
		dev_warn(&dev->dev, "the host has put another device in the place of this one\n");
		xen_tie_replace(tie);
	}
	return true;
}
EXPORT_SYMBOL_GPL(xen_tie_replaced);

/**
 * xen_mark_init - what all marks share
 *
 * Return: 0 or a negative errno.
 */
int xen_mark_init(void)
{
	mark_workqueue = alloc_workqueue("xen-tie-rebind", WQ_UNBOUND | WQ_FREEZABLE, 0);
	return mark_workqueue ? 0 : -ENOMEM;
}

/**
 * xen_mark_exit - no driver has a tie any more
 */
void xen_mark_exit(void)
{
	destroy_workqueue(mark_workqueue);
}
