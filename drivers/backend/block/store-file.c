// SPDX-License-Identifier: GPL-2.0-only
/*
 * A regular file that serves a disk, without a loop device: a request becomes
 * one asynchronous direct read or write on the frontend's own pages. Floor F5;
 * called through struct blkback_store_ops.
 *
 * What may wait for the file system (a flush, a hole to punch, everything when
 * the file is cached) runs in a workqueue, so that other requests go on. Whether
 * a read or a write has to wait, for a block to be allocated or for others to
 * end, the file system says when it is tried.
 *
 * Data that was acknowledged is where a write to the file would be: on the medium
 * after a flush, not before.
 */
#include <linux/blkdev.h>
#include <linux/falloc.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <xen/xenbus.h>

#include "back.h"

static bool direct_files = true;
module_param(direct_files, bool, 0444);
MODULE_PARM_DESC(direct_files,
		 "Serves files without a loop device; tools look for it");

static u64 file_size(const struct blkback_store *store)
{
	return i_size_read(file_inode(store->file));
}

static loff_t pos_of(const struct blkback_order *order)
{
	return (loff_t)order->sector << SECTOR_SHIFT;
}

/* How many bytes were transferred; all of them, or it failed. */
static int error_of(const struct blkback_io *io, long done)
{
	size_t want = io->order.sectors << SECTOR_SHIFT;

	if (done >= 0 && done != want)
		return -EIO;
	return min(done, 0L);
}

static void transfer_end(struct blkback_io *io, long done)
{
	blkback_io_end(io, error_of(io, done));
}

static void transfer_done(struct kiocb *iocb, long done)
{
	struct blkback_io *io = container_of(iocb, struct blkback_io, io.iocb);

	if (io->order.kind == BLKBACK_WRITE)
		kiocb_end_write(iocb);
	if (iocb->dio_complete)
		blkback_io_end(io, 0);
	else
		transfer_end(io, done);
}

/*
 * Starts a transfer; when the file system finished it on the spot, its result,
 * else -EIOCBQUEUED. An @iocb with a completion is asynchronous.
 */
static long transfer(struct blkback_io *io, struct kiocb *iocb)
{
	const struct blkback_order *order = &io->order;
	bool write = order->kind == BLKBACK_WRITE;
	struct file *file = iocb->ki_filp;
	struct iov_iter iter;
	long done;

	iocb->ki_pos = pos_of(order);
	if (order->barrier)
		iocb->ki_flags |= IOCB_DSYNC;
	iov_iter_bvec(&iter, write ? ITER_SOURCE : ITER_DEST, io->bvec,
		      order->segments, order->sectors << SECTOR_SHIFT);
	if (!write)
		return file->f_op->read_iter(iocb, &iter);

	kiocb_start_write(iocb);
	done = file->f_op->write_iter(iocb, &iter);
	if (done != -EIOCBQUEUED)
		kiocb_end_write(iocb);
	return done;
}

static void transfer_async(const struct blkback_store *store,
			   struct blkback_io *io)
{
	struct kiocb *iocb = &io->io.iocb;
	long done;

	init_sync_kiocb(iocb, store->file);
	iocb->ki_complete = transfer_done;
	if (store->nowait)
		iocb->ki_flags |= IOCB_NOWAIT;
	/*
	 * The file system has something to do at the end of a write that it
	 * cannot do in an interrupt. The queue's thread comes by anyway, which
	 * spares a workqueue; but it must not wait for that itself.
	 */
	if (store->nowait && io->order.kind == BLKBACK_WRITE)
		iocb->ki_flags |= IOCB_DIO_CALLER_COMP;
	done = transfer(io, iocb);
	if (done != -EIOCBQUEUED)
		transfer_end(io, done);
}

static void transfer_sync(struct file *file, struct blkback_io *io)
{
	struct kiocb iocb;

	init_sync_kiocb(&iocb, file);
	transfer_end(io, transfer(io, &iocb));
}

static int punch(struct file *file, const struct blkback_order *order)
{
	return vfs_fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			     pos_of(order),
			     (loff_t)order->sectors << SECTOR_SHIFT);
}

static void file_work(struct work_struct *work)
{
	struct blkback_io *io = container_of(work, struct blkback_io, io.work);
	const struct blkback_order *order = &io->order;
	struct file *file = io->queue->back->store.file;
	int err = 0;

	blkback_cgroup_join(io->queue->back);
	if (order->preflush)
		err = vfs_fsync(file, 1);
	if (!err && order->kind == BLKBACK_DISCARD)
		err = punch(file, order);
	if (!err && order->segments)
		transfer_sync(file, io);
	else
		blkback_io_end(io, err);
	blkback_cgroup_leave();
}

/* Where it may wait. */
static void defer(struct blkback_io *io)
{
	io->io.iocb.ki_flags = 0;
	INIT_WORK(&io->io.work, file_work);
	queue_work(io->queue->back->store.workqueue, &io->io.work);
}

static void file_submit(const struct blkback_store *store,
			struct blkback_io *io)
{
	const struct blkback_order *order = &io->order;

	if (!store->cached && order->segments && !order->preflush) {
		transfer_async(store, io);
		return;
	}
	defer(io);
}

static int file_finish(struct blkback_io *io)
{
	struct kiocb *iocb = &io->io.iocb;
	int error = io->error;

	if (iocb->dio_complete) {
		error = error_of(io, iocb->dio_complete(iocb->private));
		iocb->dio_complete = NULL;
	}
	if (error != -EAGAIN || !(iocb->ki_flags & IOCB_NOWAIT))
		return error;
	defer(io);
	return -EIOCBQUEUED;
}

static const struct blkback_store_ops file_ops = {
	.size = file_size,
	.submit = file_submit,
	.finish = file_finish,
};

/* What unit direct I/O on this file has: that of the device below. */
static u32 direct_block_size(struct file *file)
{
	struct block_device *bdev = file_inode(file)->i_sb->s_bdev;

	return bdev ? bdev_logical_block_size(bdev) : SECTOR_SIZE;
}

/*
 * Direct I/O bypasses the page cache of this domain: the guest has its own,
 * and what it flushed is on the medium. A file system that has none, or whose
 * blocks are larger than a sector, is served through the cache.
 */
static struct file *open_direct(struct blkback_store *store,
				struct xenbus_device *dev, const char *path,
				int flags)
{
	struct file *file;

	if (!store->cached) {
		file = filp_open(path, flags | O_DIRECT, 0);
		if (!IS_ERR(file) && direct_block_size(file) == SECTOR_SIZE)
			return file;
		if (IS_ERR(file) && PTR_ERR(file) != -EINVAL)
			return file;
		if (!IS_ERR(file))
			fput(file);
		dev_notice(&dev->dev, "%s does not do direct I/O by sectors, using the page cache\n",
			   path);
		store->cached = true;
	}
	return filp_open(path, flags, 0);
}

/* Whether file system and device below say so instead of waiting. */
static bool knows_nowait(const struct file *file)
{
	struct block_device *bdev = file_inode(file)->i_sb->s_bdev;

	return file->f_mode & FMODE_NOWAIT && bdev && bdev_nowait(bdev);
}

static int check_file(struct blkback_store *store, struct file *file)
{
	if (!S_ISREG(file_inode(file)->i_mode))
		return -EINVAL;
	if (!(file->f_mode & FMODE_CAN_READ))
		return -EINVAL;
	if (!store->read_only && !(file->f_mode & FMODE_CAN_WRITE))
		return -EINVAL;
	/* IOCB flags of a transfer are those of the file. */
	if (!file->f_op->read_iter)
		return -EINVAL;
	return 0;
}

/**
 * blkback_file_open - open a regular file as a disk's store
 * @store: says how; to be filled
 * @dev: the disk, for messages
 * @path: the file's path in this domain
 *
 * Return: 0 or a negative errno, reported.
 */
int blkback_file_open(struct blkback_store *store, struct xenbus_device *dev,
		      const char *path)
{
	int flags = O_LARGEFILE | (store->read_only ? O_RDONLY : O_RDWR);
	struct file *file;
	int err;

	store->name = kstrdup(path, GFP_KERNEL);
	if (!store->name)
		return -ENOMEM;
	file = open_direct(store, dev, path, flags);
	if (IS_ERR(file)) {
		err = PTR_ERR(file);
		xenbus_dev_error(dev, err, "opening file %s for %s", path,
				 store->read_only ? "reading" : "writing");
		goto free_name;
	}
	err = check_file(store, file);
	if (err) {
		xenbus_dev_error(dev, err, "%s is not a regular file", path);
		goto close_file;
	}
	blkback_identify_file(store, file);
	store->file = file;
	store->nowait = knows_nowait(file);
	store->ops = &file_ops;
	store->block_size = SECTOR_SIZE;
	store->physical_block_size = max(file_inode(file)->i_sb->s_blocksize,
					 SECTOR_SIZE);
	store->discard = file->f_op->fallocate;
	store->discard_granularity = store->physical_block_size;
	return 0;

close_file:
	fput(file);
free_name:
	kfree(store->name);
	store->name = NULL;
	return err;
}
