/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What serves a disk: a block device, or a regular file. Floor F5; opened by
 * life.c, used by queue.c.
 */
#ifndef XENIFY_BLOCK_BACK_STORE_H
#define XENIFY_BLOCK_BACK_STORE_H

#include <linux/types.h>

struct blkback_io;
struct blkback_store;
struct block_device;
struct file;
struct workqueue_struct;
struct xenbus_device;

/**
 * struct blkback_store_ops - how a kind of store does its work
 * @size: its size in bytes, now
 * @alignment: what the address of data has to be a multiple of, in bytes; NULL: a sector
 * @submit: begin a request, which ends with blkback_io_end(), perhaps before
 *	@submit returns. Context: the queue's thread; may sleep
 * @finish: the rest of a request that ended, for which a thread is needed; NULL
 *	if there is never any. Context: the queue's thread; may sleep. Return:
 *	the request's error, or -EIOCBQUEUED if it goes on, and ends once more
 */
struct blkback_store_ops {
	u64 (*size)(const struct blkback_store *store);
	u32 (*alignment)(const struct blkback_store *store);
	void (*submit)(const struct blkback_store *store,
		       struct blkback_io *io);
	int (*finish)(struct blkback_io *io);
};

/**
 * enum blkback_file_mode - how a file is read and written
 * @BLKBACK_FILE_ASYNC: directly, by the queue's thread, which does not wait: the
 *	file system says where it would have to
 * @BLKBACK_FILE_WAIT: directly, in a work
 * @BLKBACK_FILE_CACHED: through the page cache of this domain, in a work
 */
enum blkback_file_mode {
	BLKBACK_FILE_ASYNC,
	BLKBACK_FILE_WAIT,
	BLKBACK_FILE_CACHED,
};

/**
 * struct blkback_identity - the numbers of a store; see identity.c
 * @instance: in this domain, as long as it runs
 * @id: anywhere, or 0
 */
struct blkback_identity {
	u64 instance;
	u64 id;
};

/**
 * struct blkback_store - an open store
 * @ops: how it works; NULL when nothing is open
 * @file: the open device or file
 * @name: how to name it in messages and in sysfs: "253:0" or a path
 * @block_size: smallest unit of a transfer in bytes
 * @physical_block_size: unit that it prefers, in bytes
 * @read_only: opened for reading only
 * @cdrom: it is a CD-ROM
 * @removable: its medium can be changed
 * @discard: ranges can be given back
 * @discard_secure: and erased for good
 * @discard_granularity: in what units, in bytes
 * @discard_alignment: where the first unit begins, in bytes
 * @identity: what tells it from another
 * @mode: how a file is read and written; it changes when it has to
 * @workqueue: for what may wait
 */
struct blkback_store {
	const struct blkback_store_ops *ops;
	struct file *file;
	char *name;
	u32 block_size;
	u32 physical_block_size;
	bool read_only;
	bool cdrom;
	bool removable;
	bool discard;
	bool discard_secure;
	u32 discard_granularity;
	u32 discard_alignment;
	struct blkback_identity identity;
	enum blkback_file_mode mode;
	struct workqueue_struct *workqueue;
};

int blkback_store_open(struct blkback_store *store, struct xenbus_device *dev);
void blkback_store_close(struct blkback_store *store);

/* The kinds; each fills what it knows about an open store, or says no. */
int blkback_bdev_open(struct blkback_store *store, struct xenbus_device *dev,
		      unsigned int major, unsigned int minor);
int blkback_file_open(struct blkback_store *store, struct xenbus_device *dev,
		      const char *path);
const char *blkback_file_mode(const struct blkback_store *store);

/* identity.c */
void blkback_identify_bdev(struct blkback_store *store,
			   struct block_device *bdev);
void blkback_identify_file(struct blkback_store *store, struct file *file);

/**
 * blkback_store_sectors - a store's size, now
 * @store: an open store
 *
 * Return: whole blocks only, in units of 512 bytes.
 */
static inline u64 blkback_store_sectors(const struct blkback_store *store)
{
	u64 size = store->ops->size(store);

	return (size & ~(u64)(store->block_size - 1)) >> 9;
}

#endif /* XENIFY_BLOCK_BACK_STORE_H */
