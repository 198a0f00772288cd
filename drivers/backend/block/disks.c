// SPDX-License-Identifier: GPL-2.0-only
/*
 * The disks that exist, those among them whose queues are to end, and those whose
 * device has gone: what one disk has to know of the others. Floor F5; called by
 * life.c.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "back.h"

/* Guards both lists, and life.removed of all. */
static DEFINE_SPINLOCK(disks_lock);
static LIST_HEAD(disks_all);
static LIST_HEAD(disks_draining);
static DECLARE_WAIT_QUEUE_HEAD(disks_wait);

/**
 * blkback_disks_add - a disk begins
 * @back: the disk
 */
void blkback_disks_add(struct blkback *back)
{
	INIT_LIST_HEAD(&back->life.draining);
	spin_lock(&disks_lock);
	list_add_tail(&back->life.node, &disks_all);
	spin_unlock(&disks_lock);
}

/* A disk in the same directory, whose device is there or not; disks_lock is held. */
static struct blkback *blkback_disks_find(const struct xenbus_device *dev, bool removed)
{
	struct blkback *other;

	list_for_each_entry(other, &disks_all, life.node)
		if (other->life.removed == removed &&
		    !strcmp(other->dev->nodename, dev->nodename))
			return other;
	return NULL;
}

/**
 * blkback_disks_end - a disk's device goes
 * @back: the disk; its peer's lock is held
 */
void blkback_disks_end(struct blkback *back)
{
	spin_lock(&disks_lock);
	WRITE_ONCE(back->life.removed, true);
	spin_unlock(&disks_lock);
}

/**
 * blkback_disks_remove - a disk is no more
 * @back: the disk, its store closed; to be freed
 *
 * Return: with a reference, the one that is in its directory now, or NULL.
 */
struct blkback *blkback_disks_remove(struct blkback *back)
{
	struct blkback *next;

	spin_lock(&disks_lock);
	list_del(&back->life.node);
	next = blkback_disks_find(back->dev, false);
	if (next && !kref_get_unless_zero(&next->life.ref))
		next = NULL;
	/* Under the lock: who waits for all of them may unload the module. */
	wake_up_all(&disks_wait);
	spin_unlock(&disks_lock);
	return next;
}

/**
 * blkback_disks_drain - a disk's queues are to end
 * @back: the disk
 *
 * Return: whether that is new.
 */
bool blkback_disks_drain(struct blkback *back)
{
	bool is_new;

	spin_lock(&disks_lock);
	is_new = list_empty(&back->life.draining);
	if (is_new)
		list_add(&back->life.draining, &disks_draining);
	spin_unlock(&disks_lock);
	return is_new;
}

/**
 * blkback_disks_drained - a disk's queues are gone
 * @back: the disk
 */
void blkback_disks_drained(struct blkback *back)
{
	spin_lock(&disks_lock);
	list_del_init(&back->life.draining);
	spin_unlock(&disks_lock);
	wake_up_all(&disks_wait);
}

/**
 * blkback_disks_are_writing - whether one that is to end still writes to a store
 * @store: the store, open
 *
 * Its guest may be gone. What has no number for long is known while it is open.
 */
bool blkback_disks_are_writing(const struct blkback_store *store)
{
	struct blkback *other;
	bool writing = false;

	spin_lock(&disks_lock);
	list_for_each_entry(other, &disks_draining, life.draining)
		writing |= !other->store.read_only &&
			(file_inode(other->store.file) == file_inode(store->file) ||
			 other->store.identity.instance == store->identity.instance);
	spin_unlock(&disks_lock);
	return writing;
}

/**
 * blkback_disks_are_ending - whether the last disk of a directory still exists
 * @dev: the device that is there now
 */
bool blkback_disks_are_ending(const struct xenbus_device *dev)
{
	bool ending;

	spin_lock(&disks_lock);
	ending = blkback_disks_find(dev, true);
	spin_unlock(&disks_lock);
	return ending;
}

/**
 * blkback_disks_wait_drained - wait until a disk has no queues
 * @back: the disk
 * @time: at the most, in jiffies; 0: not at all
 *
 * Return: what is left of @time.
 */
long blkback_disks_wait_drained(const struct blkback *back, long time)
{
	return wait_event_timeout(disks_wait, !READ_ONCE(back->nr_queues), time);
}

/**
 * blkback_disks_wait_ended - wait until the last disk of a directory is no more
 * @dev: its device
 * @time: at the most, in jiffies; 0: not at all
 */
void blkback_disks_wait_ended(const struct xenbus_device *dev, long time)
{
	wait_event_timeout(disks_wait, !blkback_disks_are_ending(dev), time);
}

static bool blkback_disks_is_none(void)
{
	bool none;

	spin_lock(&disks_lock);
	none = list_empty(&disks_all);
	spin_unlock(&disks_lock);
	return none;
}

/**
 * blkback_disks_wait_all - wait until there is none
 *
 * Context: sleeps until the stores of all have ended what they were given.
 */
void blkback_disks_wait_all(void)
{
	wait_event(disks_wait, blkback_disks_is_none());
}
