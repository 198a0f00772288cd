// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block device that serves a disk: partition, LVM or dm volume, NBD, loop,
 * ram disk. A request becomes one bio on the frontend's own pages. Floor F5;
 * called through struct blkback_store_ops.
 */
#include <linux/blkdev.h>
#include <linux/cdrom.h>
#include <linux/kdev_t.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <xen/xenbus.h>

#include "back.h"

static u64 blkback_bdev_size(const struct blkback_store *store)
{
	return bdev_nr_bytes(file_bdev(store->file));
}

static u32 blkback_bdev_alignment(const struct blkback_store *store)
{
	return bdev_dma_alignment(file_bdev(store->file)) + 1;
}

static void blkback_bdev_bio_done(struct bio *bio)
{
	struct blkback_io *io = container_of(bio, struct blkback_io, io.bio);
	int error = blk_status_to_errno(bio->bi_status);

	bio_uninit(bio);
	blkback_io_end(io, error);
}

static blk_opf_t blkback_bdev_choose_opf(const struct blkback_request *request)
{
	switch (request->kind) {
	case BLKBACK_READ:
		return REQ_OP_READ;
	case BLKBACK_FLUSH:
		return REQ_OP_WRITE | REQ_PREFLUSH;
	default:
		return REQ_OP_WRITE | REQ_SYNC | REQ_IDLE |
		       (request->preflush ? REQ_PREFLUSH : 0) |
		       (request->barrier ? REQ_FUA : 0);
	}
}

static void blkback_bdev_submit_transfer(struct block_device *bdev, struct blkback_io *io)
{
	const struct blkback_request *request = &io->request;
	struct bio *bio = &io->io.bio;

	bio_init(bio, bdev, io->bvec, request->segments, blkback_bdev_choose_opf(request));
	bio->bi_iter.bi_sector = request->sector;
	bio->bi_iter.bi_size = request->sectors << SECTOR_SHIFT;
	bio->bi_vcnt = request->segments;
	bio->bi_end_io = blkback_bdev_bio_done;
	submit_bio(bio);
}

static void blkback_bdev_discard(struct work_struct *work)
{
	struct blkback_io *io = container_of(work, struct blkback_io, io.work);
	const struct blkback_request *request = &io->request;
	struct blkback *back = io->queue->back;
	struct block_device *bdev = file_bdev(back->store.file);
	unsigned int noio = memalloc_noio_save();
	int err;

	blkback_cgroup_join(back);
	if (request->secure)
		err = blkdev_issue_secure_erase(bdev, request->sector,
						request->sectors, GFP_NOIO);
	else
		err = blkdev_issue_discard(bdev, request->sector, request->sectors,
					   GFP_NOIO);
	blkback_cgroup_leave();
	memalloc_noio_restore(noio);
	blkback_io_end(io, err);
}

static void blkback_bdev_submit(const struct blkback_store *store,
				struct blkback_io *io)
{
	struct block_device *bdev = file_bdev(store->file);

	/* It may be set at any time, and the block layer only warns of it. */
	if (unlikely(bdev_read_only(bdev)) && io->request.kind == BLKBACK_WRITE) {
		blkback_io_end(io, -EROFS);
		return;
	}
	if (io->request.kind != BLKBACK_DISCARD) {
		blkback_bdev_submit_transfer(bdev, io);
		return;
	}
	/* Waits for the device; must not keep other requests waiting. */
	INIT_WORK(&io->io.work, blkback_bdev_discard);
	queue_work(store->workqueue, &io->io.work);
}

static const struct blkback_store_ops bdev_ops = {
	.size = blkback_bdev_size,
	.alignment = blkback_bdev_alignment,
	.submit = blkback_bdev_submit,
};

static void blkback_bdev_describe(struct blkback_store *store, struct block_device *bdev)
{
	store->block_size = bdev_logical_block_size(bdev);
	store->physical_block_size = bdev_physical_block_size(bdev);
	store->cdrom |= !!disk_to_cdi(bdev->bd_disk);
	store->removable = bdev->bd_disk->flags & GENHD_FL_REMOVABLE;
	store->discard = bdev_max_discard_sectors(bdev);
	store->discard_secure = bdev_max_secure_erase_sectors(bdev);
	store->discard_granularity = bdev_discard_granularity(bdev);
	store->discard_alignment = max(bdev_discard_alignment(bdev), 0);
}

/**
 * blkback_bdev_open - open a block device as a disk's store
 * @store: says how; to be filled
 * @dev: the disk, for messages
 * @major: the device's numbers
 * @minor: the device's numbers
 *
 * Return: 0 or a negative errno, reported.
 */
int blkback_bdev_open(struct blkback_store *store, struct xenbus_device *dev,
		      unsigned int major, unsigned int minor)
{
	blk_mode_t mode = store->read_only ? BLK_OPEN_READ :
					     BLK_OPEN_READ | BLK_OPEN_WRITE;
	struct file *file;
	int err;

	store->name = kasprintf(GFP_KERNEL, "%x:%x", major, minor);
	if (!store->name)
		return -ENOMEM;
	file = bdev_file_open_by_dev(MKDEV(major, minor), mode, NULL, NULL);
	if (IS_ERR(file)) {
		err = PTR_ERR(file);
		xenbus_dev_error(dev, err, "opening block device %s for %s",
				 store->name,
				 store->read_only ? "reading" : "writing");
		goto free_name;
	}
	if (bdev_read_only(file_bdev(file)) && !store->read_only) {
		dev_notice(&dev->dev, "%s is read-only, and so is the disk\n",
			   store->name);
		store->read_only = true;
	}
	blkback_bdev_describe(store, file_bdev(file));
	if (store->block_size > XEN_PAGE_SIZE) {
		err = -EINVAL;
		xenbus_dev_error(dev, err, "blocks of %s are larger than a page",
				 store->name);
		goto close_file;
	}
	blkback_identify_bdev(store, file_bdev(file));
	store->file = file;
	store->ops = &bdev_ops;
	return 0;

close_file:
	fput(file);
free_name:
	kfree(store->name);
	store->name = NULL;
	return err;
}
