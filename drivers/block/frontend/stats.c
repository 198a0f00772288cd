// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each queue of a disk did, for the administrator: a table in the file
 * xen-blkfront/DISK of debugfs, with a row for each queue; above it, how data
 * gets to the backend. Floor F5; called by disk.c and main.c.
 *
 * Counters begin when the disk appears, and go on when a backend comes back.
 * They are read without the queues' locks: each is right, the sums may not be.
 */
#include <linux/debugfs.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>

#include "front.h"

static struct dentry *dir;

static void blkfront_stats_show_queue(struct seq_file *out, const struct blkfront_queue *queue)
{
	const struct blkfront_stats *stats = &queue->stats;

	seq_printf(out, "%u %s %llu %llu %llu %llu %llu %llu\n", queue->index,
		   queue->polled ? "polled" : "interrupt", stats->requests,
		   stats->doorbells, stats->responses, stats->events,
		   stats->polls, stats->waits);
}

static int queues_show(struct seq_file *out, void *unused)
{
	const struct blkfront *front = out->private;
	u32 i;

	seq_printf(out, "data %s\n",
		   front->config.lender == &blkfront_direct ? "in place" :
							      "copied");
	seq_puts(out, "queue kind requests doorbells responses events polls waits\n");
	for (i = 0; i < front->tags.nr_hw_queues; i++)
		blkfront_stats_show_queue(out, &front->queues[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(queues);

/**
 * blkfront_stats_add - show a disk's counters
 * @front: a disk that was made
 */
void blkfront_stats_add(struct blkfront *front)
{
	front->stats = debugfs_create_file(front->disk->disk_name, 0444, dir,
					   front, &queues_fops);
}

/**
 * blkfront_stats_remove - show them no more
 * @front: the disk; nobody looks at it when this returns
 */
void blkfront_stats_remove(struct blkfront *front)
{
	debugfs_remove(front->stats);
	front->stats = NULL;
}

/**
 * blkfront_stats_init - begin
 */
void blkfront_stats_init(void)
{
	dir = debugfs_create_dir("xen-blkfront", NULL);
}

/**
 * blkfront_stats_exit - end; all disks are gone
 */
void blkfront_stats_exit(void)
{
	debugfs_remove(dir);
}
