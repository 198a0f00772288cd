// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters and state of a disk, for the administrator and for xentop, below
 * /sys/bus/xen-backend/devices/vbd-DOMAIN-DEVICE/:
 *
 *	physical_device		what serves it: MAJOR:MINOR in hex, or a path
 *	mode			"r" or "w"
 *	io_mode			how a file is read and written: "direct", "direct,
 *				waiting" if its file system cannot say where it
 *				would have to wait, "cached"; "direct" for a device
 *	queues			rings that are served, 0 while not connected
 *	in_flight		requests of the frontend that are not answered yet
 *	cgroup			whose limits hold for its I/O: a path in the
 *				unified hierarchy of cgroups, or empty. Writable
 *	statistics/rd_req, wr_req, f_req, ds_req
 *				requests done: read, write, flush, discard
 *	statistics/rd_sect, wr_sect
 *				what they moved, in sectors of 512 bytes
 *	statistics/err_req	requests refused or failed
 *	statistics/oo_req	always 0: no request waits for room here
 *
 * Floor F5. Counters begin when the device appears, and go on when a frontend
 * reconnects.
 */
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "back.h"

static struct blkback *blkback_sysfs_to_back(struct device *dev)
{
	return dev_get_drvdata(dev);
}

static ssize_t physical_device_show(struct device *dev,
				    struct device_attribute *attr, char *buf)
{
	struct blkback *back = blkback_sysfs_to_back(dev);
	ssize_t len;

	mutex_lock(&back->peer.lock);
	len = sysfs_emit(buf, "%s\n", back->store.name ?: "");
	mutex_unlock(&back->peer.lock);
	return len;
}
static DEVICE_ATTR_RO(physical_device);

static ssize_t mode_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%s\n",
			  blkback_sysfs_to_back(dev)->store.read_only ? "r" : "w");
}
static DEVICE_ATTR_RO(mode);

static ssize_t io_mode_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%s\n", blkback_file_mode(&blkback_sysfs_to_back(dev)->store));
}
static DEVICE_ATTR_RO(io_mode);

static ssize_t queues_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(blkback_sysfs_to_back(dev)->nr_queues));
}
static DEVICE_ATTR_RO(queues);

/* Queues come and go with connections: the lock keeps them. */
static ssize_t in_flight_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct blkback *back = blkback_sysfs_to_back(dev);
	unsigned int i, requests = 0;

	mutex_lock(&back->peer.lock);
	for (i = 0; i < back->nr_queues; i++)
		requests += xen_ring_unanswered(&back->queues[i].channel.ring);
	mutex_unlock(&back->peer.lock);
	return sysfs_emit(buf, "%u\n", requests);
}
static DEVICE_ATTR_RO(in_flight);

static ssize_t cgroup_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct blkback *back = blkback_sysfs_to_back(dev);
	int len;

	mutex_lock(&back->peer.lock);
	len = blkback_cgroup_show(back, buf);
	mutex_unlock(&back->peer.lock);
	if (len < 0)
		return len;
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t cgroup_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	struct blkback *back = blkback_sysfs_to_back(dev);
	char *path = kstrndup(buf, count, GFP_KERNEL);
	int err;

	if (!path)
		return -ENOMEM;
	mutex_lock(&back->peer.lock);
	err = blkback_cgroup_set(back, strim(path));
	mutex_unlock(&back->peer.lock);
	kfree(path);
	return err ?: count;
}
static DEVICE_ATTR_RW(cgroup);

static struct attribute *disk_attrs[] = {
	&dev_attr_physical_device.attr,
	&dev_attr_mode.attr,
	&dev_attr_io_mode.attr,
	&dev_attr_queues.attr,
	&dev_attr_in_flight.attr,
	&dev_attr_cgroup.attr,
	NULL
};

static const struct attribute_group disk_group = {
	.attrs = disk_attrs,
};

/* Queues come and go with connections: the lock keeps them while we add. */
static struct blkback_stats blkback_sysfs_sum_stats(struct blkback *back)
{
	struct blkback_stats sum;
	unsigned int i;

	mutex_lock(&back->peer.lock);
	sum = back->past;
	for (i = 0; i < back->nr_queues; i++)
		blkback_stats_add(&sum, &back->queues[i].stats);
	mutex_unlock(&back->peer.lock);
	return sum;
}

#define COUNTER(_name, _value)						\
static ssize_t _name##_show(struct device *dev,				\
			    struct device_attribute *attr, char *buf)	\
{									\
	struct blkback_stats sum = blkback_sysfs_sum_stats(blkback_sysfs_to_back(dev));		\
									\
	return sysfs_emit(buf, "%llu\n", (_value));			\
}									\
static DEVICE_ATTR_RO(_name)

COUNTER(rd_req, sum.reads);
COUNTER(wr_req, sum.writes);
COUNTER(f_req, sum.flushes);
COUNTER(ds_req, sum.discards);
COUNTER(err_req, sum.errors);
COUNTER(rd_sect, sum.sectors_read);
COUNTER(wr_sect, sum.sectors_written);

/* For xentop, which wants it. */
static ssize_t oo_req_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "0\n");
}
static DEVICE_ATTR_RO(oo_req);

static struct attribute *stats_attrs[] = {
	&dev_attr_rd_req.attr,
	&dev_attr_wr_req.attr,
	&dev_attr_f_req.attr,
	&dev_attr_ds_req.attr,
	&dev_attr_err_req.attr,
	&dev_attr_oo_req.attr,
	&dev_attr_rd_sect.attr,
	&dev_attr_wr_sect.attr,
	NULL
};

static const struct attribute_group stats_group = {
	.name = "statistics",
	.attrs = stats_attrs,
};

const struct attribute_group *blkback_groups[] = {
	&disk_group,
	&stats_group,
	NULL
};
