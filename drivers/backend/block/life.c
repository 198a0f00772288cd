// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a disk: its store opened, its connection made and ended, itself
 * freed. Floor F5; called by main.c, by the connection's state machine and by
 * works.
 *
 * A disk can be connected when two things have happened, in any order: the
 * frontend has published its rings, and the host's hotplug script has named
 * what serves it.
 *
 * xenwatch, in which most of this is called, is one thread for all devices of
 * all domains: it never waits here for a store. A store is opened and closed in a
 * work. A connection ends when the last of its threads has got back what the
 * store had (it is drained), and the state machine goes on then. Until it is, the
 * disk exists, though its device and its guest may be gone, the store is in use,
 * and nobody else is served from it.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "back.h"

/* How soon to look again whether a store is free. */
#define LIFE_RETRY	(HZ / 5)

/* How long who unbinds a disk waits for it; most have ended by then. */
#define LIFE_PATIENCE	HZ

/* Opens, closes and frees; each may take as long as a store does. */
static struct workqueue_struct *life_workqueue;

static void blkback_life_release(struct kref *ref)
{
	struct blkback *back = container_of(ref, struct blkback,
					    life.ref);

	queue_work(life_workqueue, &back->life.free);
}

static void blkback_life_free(struct work_struct *work)
{
	struct blkback *next, *back = container_of(work, struct blkback,
						   life.free);

	mutex_lock(&back->peer.lock);
	blkback_cgroup_set(back, "");
	mutex_unlock(&back->peer.lock);
	blkback_store_close(&back->store);
	next = blkback_disks_remove(back);
	put_device(&back->dev->dev);
	kfree(back);
	/* The next one in its directory may have waited for that. */
	if (next && !queue_delayed_work(life_workqueue, &next->life.drained, 0))
		kref_put(&next->life.ref, blkback_life_release);
}

static void blkback_life_put(struct blkback *back)
{
	kref_put(&back->life.ref, blkback_life_release);
}

/* A work that has a reference while it is queued, and runs. */
static void blkback_life_queue(struct blkback *back, struct delayed_work *work,
			       unsigned long delay)
{
	kref_get(&back->life.ref);
	if (!queue_delayed_work(life_workqueue, work, delay))
		blkback_life_put(back);
}

/* Return: whether the store is taken over. */
static bool life_take_store(struct blkback *back, struct blkback_store *store)
{
	if (back->life.removed || back->store.ops)
		return false;
	if (blkback_disks_are_writing(store)) {
		if (!back->life.waits)
			dev_notice(&back->dev->dev,
				   "%s is still in use by a disk whose guest is gone; waiting for that\n",
				   store->name);
		back->life.waits = true;
		blkback_life_queue(back, &back->life.open, LIFE_RETRY);
		return false;
	}
	back->store = *store;
	xen_peer_again(&back->peer);
	return true;
}

/* Without the lock: a file may be on a file system that does not answer. */
static void blkback_life_open(struct work_struct *work)
{
	struct blkback *back = container_of(to_delayed_work(work),
					    struct blkback, life.open);
	struct blkback_store store = { };
	bool taken = false;
	int err = -EAGAIN;

	if (!READ_ONCE(back->life.removed) && !READ_ONCE(back->store.ops))
		err = blkback_store_open(&store, back->dev);
	mutex_lock(&back->peer.lock);
	if (!err)
		taken = life_take_store(back, &store);
	else if (err != -EAGAIN && !back->life.removed)
		xen_keys_switch_state(back->dev, XenbusStateClosing);
	mutex_unlock(&back->peer.lock);
	if (!taken)
		blkback_store_close(&store);
	blkback_life_put(back);
}

/* The frontend will not come back, or is not to. Not yet seen is not the same as gone. */
static bool blkback_life_is_over(const struct blkback *back)
{
	if (!back->peer.seen)
		return false;
	return back->peer.theirs == XenbusStateUnknown ||
	       (back->peer.theirs == XenbusStateClosed &&
		!xenbus_dev_is_online(back->dev));
}

/* Return: whether there were queues that had to end, and are gone now. */
static bool blkback_life_end_queues(struct blkback *back)
{
	/* Perhaps it was only to close the store, and there are new ones. */
	if (!back->nr_queues || !back->stopping || atomic_read(&back->running))
		return false;
	blkback_queues_destroy(back);
	blkback_disks_drained(back);
	return true;
}

/*
 * No thread has a request any more. The host takes a disk that is Closed for one
 * that nobody uses: so the store is closed before that is said.
 */
static void blkback_life_drained_work(struct work_struct *work)
{
	struct blkback *back = container_of(to_delayed_work(work),
					    struct blkback,
					    life.drained);
	struct blkback_store store = { };
	bool ended;

	mutex_lock(&back->peer.lock);
	ended = blkback_life_end_queues(back);
	if (!back->life.removed && !back->nr_queues && blkback_life_is_over(back))
		swap(store, back->store);
	mutex_unlock(&back->peer.lock);

	blkback_store_close(&store);

	mutex_lock(&back->peer.lock);
	if (!back->life.removed)
		xen_peer_again(&back->peer);
	mutex_unlock(&back->peer.lock);
	if (ended)
		blkback_life_put(back);
	blkback_life_put(back);
}

/**
 * blkback_life_drained - the last thread of a disk has nothing to do any more
 * @back: the disk, whose queues were stopped
 *
 * Context: a queue's thread, or with the peer's lock held.
 */
void blkback_life_drained(struct blkback *back)
{
	blkback_life_queue(back, &back->life.drained, 0);
}

/* Return: whether all is drained; else the state machine is called again. */
static bool blkback_life_drain(struct blkback *back)
{
	if (!back->nr_queues)
		return true;
	/* Until they have ended: see blkback_life_drained_work(). */
	if (blkback_disks_drain(back))
		kref_get(&back->life.ref);
	blkback_queues_stop(back);
	return false;
}

static struct blkback *blkback_life_of(struct xen_peer *peer)
{
	return container_of(peer, struct blkback, peer);
}

/*
 * The driver was unbound, and what it had of this frontend may not have ended yet: its
 * rings are not served by two.
 */
static int blkback_life_prepare(struct xen_peer *peer)
{
	struct blkback *back = blkback_life_of(peer);

	if (blkback_disks_are_ending(back->dev))
		return -EAGAIN;
	return blkback_life_drain(back) ? blkback_publish_features(back) : -EAGAIN;
}

static void blkback_life_set_limits(struct blkback *back)
{
	const struct blkback_store *store = &back->store;

	back->limits = (struct blkback_limits) {
		.sectors = blkback_store_sectors(store),
		.block_size = store->block_size,
		.alignment = store->ops->alignment ? store->ops->alignment(store) : SECTOR_SIZE,
		.segments = back->offer.segments,
		.read_only = store->read_only || store->cdrom,
		.flush = back->offer.flush,
		.discard = back->offer.discard && store->discard &&
			   !store->read_only,
		.discard_secure = back->offer.discard &&
				  store->discard_secure && !store->read_only,
	};
}

/*
 * Rings of a frontend that was connected before, and whose requests are not for
 * this store, are not served: it closes them, and connects anew.
 */
static int blkback_life_publish(struct blkback *back)
{
	int err;

	blkback_life_set_limits(back);
	err = blkback_publish_store(back);
	if (err == -ESTALE)
		dev_warn(&back->dev->dev,
			 "%s is another store than the one that the frontend is connected to\n",
			 back->store.name);
	return err;
}

static int blkback_life_connect(struct xen_peer *peer)
{
	struct blkback *back = blkback_life_of(peer);
	struct blkback_choice choice;
	int err;

	if (!back->store.ops || !blkback_life_drain(back))
		return -EAGAIN;
	err = blkback_read_choice(back, &choice);
	if (err)
		return err;
	err = blkback_life_publish(back);
	if (err)
		return err;
	err = blkback_queues_create(back, &choice);
	if (err) {
		blkback_life_drain(back);
		return err;
	}
	if (!xen_log_allowed())
		return 0;
	dev_info(&back->dev->dev, "serving %s: %llu sectors, %u queue%s, %u page%s each%s%s\n",
		 back->store.name, back->limits.sectors, back->nr_queues,
		 back->nr_queues > 1 ? "s" : "", 1U << choice.ring_order,
		 choice.ring_order ? "s" : "",
		 back->limits.read_only ? ", read-only" : "",
		 back->store.mode == BLKBACK_FILE_CACHED ? ", cached" : "");
	return 0;
}

static int blkback_life_disconnect(struct xen_peer *peer)
{
	struct blkback *back = blkback_life_of(peer);

	if (!blkback_life_drain(back))
		return -EAGAIN;
	if (back->store.ops && blkback_life_is_over(back)) {
		blkback_life_drained(back);
		return -EAGAIN;
	}
	return 0;
}

static const struct xen_peer_ops life_ops = {
	.rows = xen_peer_back_rows,
	.count = XEN_PEER_BACK_ROWS,
	.act = {
		[XEN_PEER_PREPARE] = blkback_life_prepare,
		[XEN_PEER_CONNECT] = blkback_life_connect,
		[XEN_PEER_LOST] = blkback_life_disconnect,
		[XEN_PEER_GONE] = blkback_life_disconnect,
	},
};

/* Upstream's frontends read the size again when they see us connect again. */
static void blkback_life_resize_work(struct work_struct *work)
{
	struct blkback *back = container_of(to_delayed_work(work),
					    struct blkback, life.resize);
	struct xenbus_device *dev = back->dev;
	u64 sectors;

	mutex_lock(&back->peer.lock);
	if (!back->life.removed && back->store.ops &&
	    dev->state == XenbusStateConnected) {
		sectors = blkback_store_sectors(&back->store);
		if (sectors != back->limits.sectors) {
			dev_info(&dev->dev, "%s has %llu sectors, had %llu\n",
				 back->store.name, sectors,
				 back->limits.sectors);
			WRITE_ONCE(back->limits.sectors, sectors);
			if (!blkback_publish_disk(back))
				xenbus_printf(XBT_NIL, dev->nodename, "state",
					      "%d", XenbusStateConnected);
		}
	}
	mutex_unlock(&back->peer.lock);
	blkback_life_put(back);
}

/**
 * blkback_life_resize - the store has another size than the frontend was told
 * @back: the disk
 *
 * Context: a queue's thread.
 */
void blkback_life_resize(struct blkback *back)
{
	blkback_life_queue(back, &back->life.resize, 0);
}

static int blkback_life_write_closed(struct xenbus_transaction xbt, void *owner)
{
	const char *dir = owner;

	/* The host's tools may have removed the directory: it stays so. */
	if (!xenbus_exists(xbt, dir, "state"))
		return 0;
	return xenbus_printf(xbt, dir, "state", "%d", XenbusStateClosed);
}

static void blkback_life_over_work(struct work_struct *work)
{
	struct blkback *back = container_of(to_delayed_work(work),
					    struct blkback, life.over);
	struct xenbus_device *dev = back->dev;

	mutex_lock(&back->peer.lock);
	if (!back->life.removed && dev->state == XenbusStateClosed)
		xen_keys_publish(dev, blkback_life_write_closed, (void *)dev->nodename);
	mutex_unlock(&back->peer.lock);
	blkback_life_put(back);
}

/**
 * blkback_life_over - the disk is to go, but its device is locked
 * @back: the disk, closed
 *
 * Its state is written once more, a little later. Context: any.
 */
void blkback_life_over(struct blkback *back)
{
	blkback_life_queue(back, &back->life.over, LIFE_RETRY);
}

/* The host's tools do not want the disk any more. */
static bool blkback_life_is_unwanted(const struct blkback *back)
{
	int online;

	return xenbus_scanf(XBT_NIL, back->dev->nodename, "online", "%d",
			    &online) == 1 && !online;
}

/**
 * blkback_life_state_written - our own state has been written
 * @back: the disk
 *
 * By us, or by the host's tools: they write Closing when the disk is to go, and
 * "online" with it. If we have connected at that moment, it is Connected that
 * stands there, and the frontend would never learn of it. Context: may sleep.
 */
void blkback_life_state_written(struct blkback *back)
{
	mutex_lock(&back->peer.lock);
	if ((back->dev->state == XenbusStateInitWait ||
	     back->dev->state == XenbusStateConnected) &&
	    blkback_life_is_unwanted(back))
		xen_keys_switch_state(back->dev, XenbusStateClosing);
	mutex_unlock(&back->peer.lock);
}

/**
 * blkback_life_named - the host's hotplug script has named a store, or may have
 * @back: the disk
 *
 * Context: any.
 */
void blkback_life_named(struct blkback *back)
{
	blkback_life_queue(back, &back->life.open, 0);
}

/**
 * blkback_life_begin - a device has appeared
 * @dev: the device
 *
 * Return: its disk, or NULL without memory.
 */
struct blkback *blkback_life_begin(struct xenbus_device *dev)
{
	struct blkback *back = kzalloc(sizeof(*back), GFP_KERNEL);

	if (!back)
		return NULL;
	kref_init(&back->life.ref);
	get_device(&dev->dev);
	back->dev = dev;
	INIT_DELAYED_WORK(&back->life.open, blkback_life_open);
	INIT_DELAYED_WORK(&back->life.drained, blkback_life_drained_work);
	INIT_DELAYED_WORK(&back->life.resize, blkback_life_resize_work);
	INIT_DELAYED_WORK(&back->life.over, blkback_life_over_work);
	INIT_WORK(&back->life.free, blkback_life_free);
	xen_peer_init(&back->peer, dev, &life_ops);
	blkback_disks_add(back);
	return back;
}

/**
 * blkback_life_end - the device goes
 * @back: its disk, not watched any more
 *
 * Who unbinds it waits until the store is closed, if that takes no longer than a
 * second: the device is locked, and xenwatch may be about to need it, which everybody
 * needs. A thread of the kernel does not wait, which is xenwatch itself. If the driver
 * is bound again meanwhile, that disk waits (blkback_life_prepare()), and the frontend
 * does for its rings. Context: may sleep.
 */
void blkback_life_end(struct blkback *back)
{
	long left = current->flags & PF_KTHREAD ? 0 : LIFE_PATIENCE;
	struct xenbus_device *dev = back->dev;

	mutex_lock(&back->peer.lock);
	blkback_disks_end(back);
	blkback_life_drain(back);
	mutex_unlock(&back->peer.lock);
	blkback_withdraw_store(back);

	/* It is better that the frontend finds no driver when we are done. */
	if (left)
		left = blkback_disks_wait_drained(back, left);
	mutex_lock(&back->peer.lock);
	xen_peer_leave(&back->peer);
	mutex_unlock(&back->peer.lock);

	if (cancel_delayed_work(&back->life.open))
		blkback_life_put(back);
	blkback_life_put(back);
	if (left)
		blkback_disks_wait_ended(dev, left);
}

/**
 * blkback_life_init - what all disks share
 *
 * Return: 0 or a negative errno.
 */
int blkback_life_init(void)
{
	life_workqueue = alloc_workqueue("xen-blkback", WQ_UNBOUND |
					 WQ_MEM_RECLAIM, 0);
	return life_workqueue ? 0 : -ENOMEM;
}

/**
 * blkback_life_exit - no driver has a device any more
 *
 * Context: sleeps until the stores of all have ended what they were given.
 */
void blkback_life_exit(void)
{
	blkback_disks_wait_all();
	destroy_workqueue(life_workqueue);
}
