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

static u64 blkback_file_size(const struct blkback_store *store)
{
	return i_size_read(file_inode(store->file));
}

static loff_t blkback_file_pos(const struct blkback_request *request)
{
	return (loff_t)request->sector << SECTOR_SHIFT;
}

/* Which mode comes after one that a file system does not know. */
static const char * const file_modes[] = {
	[BLKBACK_FILE_ASYNC] = "direct",
	[BLKBACK_FILE_WAIT] = "direct, waiting",
	[BLKBACK_FILE_CACHED] = "cached",
};

/**
 * blkback_file_mode - how a file is read and written, for the administrator
 * @store: an open file
 */
const char *blkback_file_mode(const struct blkback_store *store)
{
	return file_modes[READ_ONCE(store->mode)];
}

/* For good: what it cannot do now it could not do later, or not always. */
static void blkback_file_downgrade(struct blkback_io *io, enum blkback_file_mode mode)
{
	struct blkback *back = io->queue->back;
	enum blkback_file_mode was = READ_ONCE(back->store.mode);

	while (was < mode) {
		enum blkback_file_mode found = cmpxchg(&back->store.mode, was,
						       mode);

		if (found == was)
			dev_notice(&back->dev->dev, "%s cannot do this as \"%s\", I/O is \"%s\" from here on\n",
				   back->store.name, file_modes[was],
				   file_modes[mode]);
		was = found == was ? mode : found;
	}
}

static size_t blkback_file_bytes(const struct blkback_request *request)
{
	return (size_t)request->sectors << SECTOR_SHIFT;
}

static void blkback_file_init_iter(struct blkback_io *io, struct iov_iter *iter,
				   size_t done)
{
	const struct blkback_request *request = &io->request;

	iov_iter_bvec(iter, request->kind == BLKBACK_WRITE ? ITER_SOURCE :
							   ITER_DEST,
		      io->bvec, request->segments, blkback_file_bytes(request));
	iov_iter_advance(iter, done);
}

/*
 * The rest of a transfer, from @done on, where it may wait: until the file
 * system thaws, too. Return: 0 or a negative errno.
 */
static int blkback_file_transfer(struct blkback_io *io, struct file *file, bool direct)
{
	const struct blkback_request *request = &io->request;
	bool write = request->kind == BLKBACK_WRITE;
	size_t done = 0;

	while (done < blkback_file_bytes(request)) {
		struct iov_iter iter;
		struct kiocb iocb;
		ssize_t len;

		init_sync_kiocb(&iocb, file);
		iocb.ki_pos = blkback_file_pos(request) + done;
		if (!direct)
			iocb.ki_flags &= ~IOCB_DIRECT;
		if (request->barrier)
			iocb.ki_flags |= IOCB_DSYNC;
		blkback_file_init_iter(io, &iter, done);
		if (write) {
			kiocb_start_write(&iocb);
			len = file->f_op->write_iter(&iocb, &iter);
			kiocb_end_write(&iocb);
		} else {
			len = file->f_op->read_iter(&iocb, &iter);
		}
		if (len < 0)
			return len;
		/* A file that became shorter. */
		if (!len)
			return -EIO;
		done += len;
	}
	return 0;
}

static int blkback_file_transfer_sync(struct blkback_io *io,
				      const struct blkback_store *store)
{
	int err = -EOPNOTSUPP;

	if (READ_ONCE(store->mode) != BLKBACK_FILE_CACHED) {
		err = blkback_file_transfer(io, store->file, true);
		/* Not these pages, these offsets, or not at all. */
		if (err != -EOPNOTSUPP && err != -EINVAL && err != -ENOTBLK)
			return err;
		blkback_file_downgrade(io, BLKBACK_FILE_CACHED);
	}
	return blkback_file_transfer(io, store->file, false);
}

static int blkback_file_punch(struct file *file, const struct blkback_request *request)
{
	return vfs_fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			     blkback_file_pos(request), blkback_file_bytes(request));
}

/*
 * Memory may be reclaimed by writing to this disk. And who writes to the page cache is
 * held back when it has much to write out, which is what we do for others: so not us,
 * as long as the device below keeps up (see loop_process_work() of the kernel).
 */
static void blkback_file_work(struct work_struct *work)
{
	struct blkback_io *io = container_of(work, struct blkback_io, io.work);
	const struct blkback_request *request = &io->request;
	const struct blkback_store *store = &io->queue->back->store;
	unsigned int flags = current->flags;
	int err = 0;

	current->flags |= PF_LOCAL_THROTTLE | PF_MEMALLOC_NOIO;
	blkback_cgroup_join(io->queue->back);
	if (request->preflush)
		err = vfs_fsync(store->file, 1);
	if (!err && request->kind == BLKBACK_DISCARD)
		err = blkback_file_punch(store->file, request);
	if (!err && request->segments)
		err = blkback_file_transfer_sync(io, store);
	blkback_cgroup_leave();
	current_restore_flags(flags, PF_LOCAL_THROTTLE | PF_MEMALLOC_NOIO);
	blkback_io_end(io, err);
}

/* Where it may wait. No transfer of its own is to be finished then. */
static void blkback_file_defer(const struct blkback_store *store, struct blkback_io *io)
{
	io->io.iocb.ki_flags = 0;
	INIT_WORK(&io->io.work, blkback_file_work);
	queue_work(store->workqueue, &io->io.work);
}

/* In an interrupt, perhaps; what is left to do is done by blkback_file_finish(). */
static void blkback_file_async_done(struct kiocb *iocb, long done)
{
	struct blkback_io *io = container_of(iocb, struct blkback_io, io.iocb);

	io->done_bytes = done;
	blkback_io_end(io, 0);
}

/*
 * A freezer waits for writes that have begun, and one that has to wait for the
 * freezer may be what these wait for, as this thread ends them: so it does not.
 */
static bool blkback_file_begin_write(struct kiocb *iocb)
{
	struct super_block *sb = file_inode(iocb->ki_filp)->i_sb;

	if (!sb_start_write_trylock(sb))
		return false;
	/* As kiocb_start_write(): it is ended in another context. */
	__sb_writers_release(sb, SB_FREEZE_WRITE);
	return true;
}

static void blkback_file_transfer_async(const struct blkback_store *store,
					struct blkback_io *io)
{
	const struct blkback_request *request = &io->request;
	bool write = request->kind == BLKBACK_WRITE;
	struct kiocb *iocb = &io->io.iocb;
	struct file *file = store->file;
	struct iov_iter iter;
	long done;

	init_sync_kiocb(iocb, file);
	iocb->ki_complete = blkback_file_async_done;
	iocb->ki_pos = blkback_file_pos(request);
	iocb->ki_flags |= IOCB_NOWAIT;
	if (request->barrier)
		iocb->ki_flags |= IOCB_DSYNC;
	/*
	 * The file system has something to do at the end of a write that it
	 * cannot do in an interrupt. The queue's thread comes by anyway, which
	 * spares a workqueue.
	 */
	if (write)
		iocb->ki_flags |= IOCB_DIO_CALLER_COMP;
	if (write && !blkback_file_begin_write(iocb)) {
		blkback_file_defer(store, io);
		return;
	}
	blkback_file_init_iter(io, &iter, 0);
	done = write ? file->f_op->write_iter(iocb, &iter) :
		       file->f_op->read_iter(iocb, &iter);
	if (done != -EIOCBQUEUED)
		blkback_file_async_done(iocb, done);
}

static void blkback_file_submit(const struct blkback_store *store,
				struct blkback_io *io)
{
	const struct blkback_request *request = &io->request;

	if (READ_ONCE(store->mode) == BLKBACK_FILE_ASYNC && request->segments &&
	    !request->preflush)
		blkback_file_transfer_async(store, io);
	else
		blkback_file_defer(store, io);
}

/*
 * An asynchronous transfer has ended. A file system that would have had to wait
 * says so, and does nothing or a part of it; one that never does this says so,
 * too. Then it is done anew, where it may wait.
 */
static int blkback_file_finish(struct blkback_io *io)
{
	const struct blkback_store *store = &io->queue->back->store;
	struct kiocb *iocb = &io->io.iocb;
	long done = io->done_bytes;

	if (!(iocb->ki_flags & IOCB_NOWAIT))
		return io->error;
	if (iocb->dio_complete) {
		done = iocb->dio_complete(iocb->private);
		iocb->dio_complete = NULL;
	}
	/* Not before: a freezer waits for it. */
	if (io->request.kind == BLKBACK_WRITE)
		kiocb_end_write(iocb);
	/* The next request here may fail before it is begun. */
	iocb->ki_flags = 0;
	if (done == blkback_file_bytes(&io->request))
		return 0;
	if (done == -EOPNOTSUPP)
		blkback_file_downgrade(io, BLKBACK_FILE_WAIT);
	if (done < 0 && done != -EAGAIN && done != -EOPNOTSUPP &&
	    done != -EINVAL && done != -ENOTBLK)
		return done;
	blkback_file_defer(store, io);
	return -EIOCBQUEUED;
}

static const struct blkback_store_ops file_ops = {
	.size = blkback_file_size,
	.submit = blkback_file_submit,
	.finish = blkback_file_finish,
};

/* What unit direct I/O on this file has: that of the device below. */
static u32 blkback_file_direct_block_size(struct file *file)
{
	struct block_device *bdev = file_inode(file)->i_sb->s_bdev;

	return bdev ? bdev_logical_block_size(bdev) : SECTOR_SIZE;
}

/*
 * Direct I/O bypasses the page cache of this domain: the guest has its own,
 * and what it flushed is on the medium. A file system that has none, or whose
 * blocks are larger than a sector, is served through the cache.
 */
static struct file *blkback_file_open_direct(struct blkback_store *store,
					     struct xenbus_device *dev, const char *path,
					     int flags)
{
	struct file *file;

	if (store->mode != BLKBACK_FILE_CACHED) {
		file = filp_open(path, flags | O_DIRECT, 0);
		if (!IS_ERR(file) && blkback_file_direct_block_size(file) == SECTOR_SIZE)
			return file;
		if (IS_ERR(file) && PTR_ERR(file) != -EINVAL)
			return file;
		if (!IS_ERR(file))
			fput(file);
		dev_notice(&dev->dev, "%s does not do direct I/O by sectors, using the page cache\n",
			   path);
		store->mode = BLKBACK_FILE_CACHED;
	}
	return filp_open(path, flags, 0);
}

/* Whether file system and device below say so instead of waiting. */
static bool blkback_file_knows_nowait(const struct file *file)
{
	struct block_device *bdev = file_inode(file)->i_sb->s_bdev;

	return file->f_mode & FMODE_NOWAIT && bdev && bdev_nowait(bdev);
}

static int blkback_file_check_file(struct blkback_store *store, struct file *file)
{
	if (!S_ISREG(file_inode(file)->i_mode))
		return -EINVAL;
	if (!(file->f_mode & FMODE_CAN_READ))
		return -EINVAL;
	if (!store->read_only && !(file->f_mode & FMODE_CAN_WRITE))
		return -EINVAL;
	/* IOCB flags of a transfer are those of the file. */
	if (!file->f_op->read_iter ||
	    (!store->read_only && !file->f_op->write_iter))
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
	file = blkback_file_open_direct(store, dev, path, flags);
	if (IS_ERR(file)) {
		err = PTR_ERR(file);
		xenbus_dev_error(dev, err, "opening file %s for %s", path,
				 store->read_only ? "reading" : "writing");
		goto free_name;
	}
	err = blkback_file_check_file(store, file);
	if (err) {
		xenbus_dev_error(dev, err, "%s is not a regular file", path);
		goto close_file;
	}
	blkback_identify_file(store, file);
	store->file = file;
	if (store->mode == BLKBACK_FILE_ASYNC && !blkback_file_knows_nowait(file))
		store->mode = BLKBACK_FILE_WAIT;
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
