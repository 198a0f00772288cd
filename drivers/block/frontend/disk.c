// SPDX-License-Identifier: GPL-2.0-only
/*
 * The disk that the guest sees: its limits, its size, its users. Floor F5;
 * called by life.c, main.c, works, and by the block layer for the operations of
 * the disk.
 */
#include <linux/blkdev.h>
#include <linux/cdrom.h>
#include <linux/hdreg.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/xen.h>

#include "front.h"
#include "names.h"

/* -1: nobody has said. */
static int xvd_names = -1;
module_param(xvd_names, bint, 0444);
MODULE_PARM_DESC(xvd_names,
		 "Name disks that are called sda or hda xvda, as upstream's driver does (default: Y in an HVM guest, else N)");

/* An HVM guest boots from what its BIOS knows as hda, and expects xvda of a PV driver. */
static bool blkfront_disk_wants_xvd(void)
{
	return xvd_names < 0 ? xen_hvm_domain() : xvd_names;
}

static int blkfront_disk_getgeo(struct block_device *bdev, struct hd_geometry *geo)
{
	sector_t cylinders = get_capacity(bdev->bd_disk);

	/* Nothing spins here; tools of old want numbers that multiply up. */
	geo->heads = 255;
	geo->sectors = 63;
	sector_div(cylinders, geo->heads * geo->sectors);
	geo->cylinders = min_t(sector_t, cylinders, U16_MAX);
	return 0;
}

static int blkfront_disk_ioctl(struct block_device *bdev, blk_mode_t mode,
			       unsigned int cmd, unsigned long arg)
{
	struct blkfront *front = bdev->bd_disk->private_data;
	bool cdrom = front->geometry.info & VDISK_CDROM;

	switch (cmd) {
	case CDROM_GET_CAPABILITY:
		return cdrom ? 0 : -EINVAL;
	case CDROMMULTISESSION:
		if (!cdrom)
			return -EINVAL;
		return clear_user((void __user *)arg,
				  sizeof(struct cdrom_multisession)) ?
			-EFAULT : 0;
	default:
		return -ENOTTY;
	}
}

/*
 * For a backend in this domain that serves this disk on, or something in it: the
 * number of our own store, as a vendor's. If it has one only as long as its
 * domain runs, that is long enough: this domain does not outlive it.
 */
static int blkfront_disk_get_unique_id(struct gendisk *disk, u8 id[16],
				       enum blk_unique_id kind)
{
	const struct blkfront *front = disk->private_data;
	const struct blkfront_identity *identity = &front->identity;
	__be64 number = cpu_to_be64(identity->id ?: identity->instance);

	if (kind != BLK_UID_T10 || !number)
		return -EINVAL;
	memcpy(id, "XENIFY  ", 8);
	memcpy(id + 8, &number, sizeof(number));
	return 16;
}

static void blkfront_disk_release(struct gendisk *disk)
{
	struct blkfront *front = disk->private_data;

	/* The backend may have asked to close while the disk was in use. */
	if (READ_ONCE(front->tie.peer.theirs) == XenbusStateClosing)
		xen_tie_again(&front->tie);
}

static void blkfront_disk_free(struct gendisk *disk)
{
	struct blkfront *front = disk->private_data;

	blkfront_life_stop(front);
	blk_mq_free_tag_set(&front->tags);
	blkfront_free(front);
}

static const struct block_device_operations disk_ops = {
	.owner = THIS_MODULE,
	.getgeo = blkfront_disk_getgeo,
	.ioctl = blkfront_disk_ioctl,
	.compat_ioctl = blkdev_compat_ptr_ioctl,
	.get_unique_id = blkfront_disk_get_unique_id,
	.release = blkfront_disk_release,
	.free_disk = blkfront_disk_free,
};

static int blkfront_disk_io_init(struct blk_mq_tag_set *set, struct request *rq,
				 unsigned int queue, unsigned int node)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);

	io->nr_loans = 0;
	io->indirect = (void *)get_zeroed_page(GFP_KERNEL);
	return io->indirect ? 0 : -ENOMEM;
}

static void blkfront_disk_io_exit(struct blk_mq_tag_set *set, struct request *rq,
				  unsigned int queue)
{
	struct blkfront_io *io = blk_mq_rq_to_pdu(rq);

	free_page((unsigned long)io->indirect);
}

/* Queues with interrupts first, for all CPUs; then those that are polled. */
static void blkfront_disk_map_queues(struct blk_mq_tag_set *set)
{
	const struct blkfront *front = set->driver_data;
	u32 polled = front->config.poll_queues;
	struct blk_mq_queue_map *map = &set->map[HCTX_TYPE_DEFAULT];

	map->nr_queues = set->nr_hw_queues - polled;
	blk_mq_map_queues(map);
	if (!polled)
		return;
	set->map[HCTX_TYPE_READ].nr_queues = 0;
	set->map[HCTX_TYPE_POLL].nr_queues = polled;
	set->map[HCTX_TYPE_POLL].queue_offset = map->nr_queues;
	blk_mq_map_queues(&set->map[HCTX_TYPE_POLL]);
}

static const struct blk_mq_ops mq_ops = {
	.queue_rq = blkfront_queue_rq,
	.commit_rqs = blkfront_commit_rqs,
	.complete = blkfront_complete_rq,
	.poll = blkfront_poll,
	.map_queues = blkfront_disk_map_queues,
	.init_request = blkfront_disk_io_init,
	.exit_request = blkfront_disk_io_exit,
};

/* A segment of blkif is part of one page; blk-mq splits accordingly. */
static void blkfront_disk_set_limits(const struct blkfront_geometry *geo,
				     unsigned int segments, struct queue_limits *lim)
{
	lim->logical_block_size = geo->sector_size;
	lim->physical_block_size = geo->physical_sector_size;
	lim->max_segments = segments;
	lim->max_segment_size = XEN_PAGE_SIZE;
	lim->seg_boundary_mask = XEN_PAGE_SIZE - 1;
	lim->max_hw_sectors = segments * (XEN_PAGE_SIZE >> SECTOR_SHIFT);
	/* A segment consists of whole blocks, and ends with a page at the latest. */
	lim->dma_alignment = geo->sector_size - 1;

	lim->max_hw_discard_sectors = 0;
	lim->max_secure_erase_sectors = 0;
	lim->discard_granularity = 0;
	lim->discard_alignment = 0;
	if (geo->discard) {
		lim->max_hw_discard_sectors = UINT_MAX;
		lim->discard_granularity = geo->discard_granularity;
		lim->discard_alignment = geo->discard_alignment;
		if (geo->discard_secure)
			lim->max_secure_erase_sectors = UINT_MAX;
	}

	lim->features &= ~(BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA);
	if (geo->flush || geo->barrier)
		lim->features |= BLK_FEAT_WRITE_CACHE;
	/*
	 * A barrier makes the backend drain its queue. Where it can flush, a
	 * write and a flush are cheaper, and blk-mq makes them out of a FUA.
	 */
	if (!geo->flush && geo->barrier)
		lim->features |= BLK_FEAT_FUA;
}

static int blkfront_disk_tags_create(struct blkfront *front)
{
	struct blk_mq_tag_set *tags = &front->tags;

	*tags = (struct blk_mq_tag_set) {
		.ops = &mq_ops,
		.nr_maps = front->config.poll_queues ? HCTX_MAX_TYPES : 1,
		.nr_hw_queues = front->nr_queues,
		.queue_depth = front->queues[0].channel.ring.size,
		.numa_node = NUMA_NO_NODE,
		.cmd_size = sizeof(struct blkfront_io),
		/* The backend's domain has the device, and orders for it. */
		.flags = BLK_MQ_F_SHOULD_MERGE | BLK_MQ_F_NO_SCHED_BY_DEFAULT,
		.driver_data = front,
	};
	return blk_mq_alloc_tag_set(tags);
}

static bool blkfront_disk_is_read_only(const struct blkfront_geometry *geometry)
{
	return geometry->info & (VDISK_READONLY | VDISK_CDROM);
}

static void blkfront_disk_set_identity(struct gendisk *disk, const struct blkfront *front,
				       const struct blkfront_name *name)
{
	u32 info = front->geometry.info;

	strscpy(disk->disk_name, name->name, sizeof(disk->disk_name));
	disk->major = name->major;
	disk->first_minor = name->first_minor;
	/* Without a major of ours, the kernel deals out the minors, too. */
	disk->minors = name->major ? name->minors : 0;
	disk->fops = &disk_ops;
	if (name->minors == 1)
		disk->flags |= GENHD_FL_NO_PART;
	if (info & VDISK_REMOVABLE)
		disk->flags |= GENHD_FL_REMOVABLE;
	set_disk_ro(disk, blkfront_disk_is_read_only(&front->geometry));
	set_capacity(disk, front->geometry.sectors);
}

/* Who comes from upstream's driver looks for another name. */
static void blkfront_disk_tell_name(const struct blkfront *front,
				    const struct blkfront_name *name)
{
	struct blkfront_name xvd;

	if (blkfront_name_from_vdev(front->vdev, true, &xvd) ||
	    !strcmp(xvd.name, name->name) || !xen_log_allowed())
		return;
	dev_notice(&front->dev->dev,
		   "the disk is %s, as the host calls it; with xen_blkfront.xvd_names=1 it is %s\n",
		   name->name, xvd.name);
}

/**
 * blkfront_disk_create - make the disk
 * @front: connected, for the first time, with its geometry read
 *
 * Context: may sleep. Return: 0 or a negative errno.
 */
int blkfront_disk_create(struct blkfront *front)
{
	struct queue_limits lim = { };
	struct blkfront_name name;
	struct gendisk *disk;
	int err;

	err = blkfront_name_from_vdev(front->vdev, blkfront_disk_wants_xvd(), &name);
	if (err) {
		xenbus_dev_error(front->dev, err,
				 "virtual device %#x is no disk", front->vdev);
		return err;
	}
	err = blkfront_disk_tags_create(front);
	if (err)
		return err;
	blkfront_disk_set_limits(&front->geometry, front->config.segments, &lim);
	disk = blk_mq_alloc_disk(&front->tags, &lim, front);
	if (IS_ERR(disk)) {
		blk_mq_free_tag_set(&front->tags);
		return PTR_ERR(disk);
	}
	blkfront_disk_set_identity(disk, front, &name);
	disk->private_data = front;
	front->disk = disk;
	blkfront_disk_tell_name(front, &name);
	blkfront_stats_add(front);
	return 0;
}

/**
 * blkfront_disk_show - let the system have the disk
 * @work: @show of a disk that was made
 *
 * In a work of its own, as it reads partitions: a backend that never answers
 * keeps nobody else waiting, and a ring that breaks meanwhile is recovered. If
 * somebody else's disk has its name, the host's tools can see that it is closed.
 */
void blkfront_disk_show(struct work_struct *work)
{
	struct blkfront *front = container_of(work, struct blkfront, show);
	int err = device_add_disk(&front->dev->dev, front->disk, NULL);

	front->is.shown = !err;
	if (!err)
		return;
	WRITE_ONCE(front->tie.shut, true);
	xenbus_dev_fatal(front->dev, err, "adding disk %s",
			 front->disk->disk_name);
}

/* The limits are those of the last update, if there was none meanwhile. */
static void blkfront_disk_settle(struct blkfront *front)
{
	mutex_lock(&front->tie.peer.lock);
	if (!work_pending(&front->follow))
		WRITE_ONCE(front->is.unsettled, false);
	mutex_unlock(&front->tie.peer.lock);
}

/* An update has come: whether blk-mq may take the disk for one without a cache yet. */
static bool blkfront_disk_is_unsettled(struct blkfront *front)
{
	if (!front->geometry.flush && !front->geometry.barrier)
		return false;
	return work_busy(&front->follow) ||
	       !(front->disk->queue->limits.features & BLK_FEAT_WRITE_CACHE);
}

/**
 * blkfront_disk_follow - give the disk the limits and the size that it has now
 * @work: @follow of a disk that was made
 *
 * In a work of its own. The lock of the limits may be held by someone who waits
 * until all requests have ended, and for this a backend that was lost in the
 * meantime has to be found: so the connection's lock is not held.
 */
void blkfront_disk_follow(struct work_struct *work)
{
	struct blkfront *front = container_of(work, struct blkfront, follow);
	struct gendisk *disk = front->disk;
	struct blkfront_geometry geometry;
	struct queue_limits lim;

	mutex_lock(&front->tie.peer.lock);
	geometry = front->geometry;
	mutex_unlock(&front->tie.peer.lock);

	lim = queue_limits_start_update(disk->queue);
	blkfront_disk_set_limits(&geometry, front->config.segments, &lim);
	if (queue_limits_commit_update(disk->queue, &lim) && xen_log_allowed())
		pr_warn("%s: what the backend says of it cannot be its limits\n",
			disk->disk_name);

	set_disk_ro(disk, blkfront_disk_is_read_only(&geometry));
	if (get_capacity(disk) != geometry.sectors && xen_log_allowed())
		pr_info("%s: %llu sectors, were %llu\n", disk->disk_name,
			geometry.sectors, get_capacity(disk));
	set_capacity_and_notify(disk, geometry.sectors);
	blkfront_disk_settle(front);
}

/**
 * blkfront_disk_update - the backend says something new of the disk
 * @front: connected, with a disk; its peer's lock is held
 * @geometry: what it says
 *
 * A running disk may change its size, and whether it can be written; the rest is
 * taken over, too, and holds for the requests to come. Its users see it a little
 * later; until blk-mq does, what is written to a new cache is flushed at once.
 *
 * Return: 0, or -EINVAL if the disk's block size changed, which its users do
 * not expect.
 */
int blkfront_disk_update(struct blkfront *front,
			 const struct blkfront_geometry *geometry)
{
	if (geometry->sector_size != front->geometry.sector_size) {
		xen_log_error(front->dev, -EINVAL,
			      "sector-size changed from %u to %u",
			      front->geometry.sector_size,
			      geometry->sector_size);
		return -EINVAL;
	}
	front->geometry = *geometry;
	WRITE_ONCE(front->is.unsettled, blkfront_disk_is_unsettled(front));
	queue_work(system_freezable_wq, &front->follow);
	return 0;
}

/**
 * blkfront_disk_is_open - whether somebody uses the disk
 * @front: the disk
 */
bool blkfront_disk_is_open(struct blkfront *front)
{
	return front->disk && disk_openers(front->disk);
}

/**
 * blkfront_disk_remove - take the disk away from its users
 * @front: marked dead, its queues quiet and its requests reclaimed
 *
 * What is waiting fails, and what will come. Context: may sleep.
 */
void blkfront_disk_remove(struct blkfront *front)
{
	if (!front->disk)
		return;
	blk_mark_disk_dead(front->disk);
	blk_mq_kick_requeue_list(front->disk->queue);
	/* If nobody has seen it yet, nobody will. */
	cancel_work_sync(&front->show);
	if (disk_live(front->disk))
		del_gendisk(front->disk);
}

/**
 * blkfront_disk_put - free the disk, and what it belongs to
 * @front: its disk removed, or never made; gone when the last user is
 */
void blkfront_disk_put(struct blkfront *front)
{
	bool shown = front->is.shown;

	blkfront_stats_remove(front);
	if (front->disk)
		put_disk(front->disk);
	/* A disk that was shown calls blkfront_disk_free() when nobody has it open. */
	if (shown)
		return;
	if (front->disk)
		blk_mq_free_tag_set(&front->tags);
	blkfront_free(front);
}
