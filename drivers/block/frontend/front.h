/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The block frontend's own types, and which file does what.
 *
 *	main.c       registration; probe and remove; the connection's actions
 *	negotiate.c  xenstore keys: what the backend can do, what we choose
 *	queue.c      a queue: channel, request ids, grant references
 *	request.c    from blk-mq to the ring
 *	complete.c   from the ring back to blk-mq
 *	disk.c       the gendisk: limits, capacity, open and close
 *	names.c      the name and number of a disk, from its virtual device
 *
 * Floor F5. The protocol is xen/interface/io/blkif.h.
 */
#ifndef XENIFY_BLOCK_FRONT_H
#define XENIFY_BLOCK_FRONT_H

#include <linux/blk-mq.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <xen/interface/io/blkif.h>

#include "../../xen/ring/channel.h"
#include "../../xen/ring/complain.h"
#include "../../xen/ring/idpool.h"
#include "../../xen/ring/peer.h"

/* More pages per request would cost grants and buy little. */
#define BLKFRONT_SEGMENTS_MAX	64
#define BLKFRONT_QUEUES_MAX	64

/**
 * struct blkfront_offer - what the backend published before we chose
 * @max_queues: "multi-queue-max-queues", 1 when absent
 * @max_ring_order: "max-ring-page-order", 0 when absent
 * @max_indirect: "feature-max-indirect-segments", 0 when absent
 */
struct blkfront_offer {
	u32 max_queues;
	u32 max_ring_order;
	u32 max_indirect;
};

/**
 * struct blkfront_geometry - what the backend says of the disk
 * @sectors: size in units of 512 bytes, whatever @sector_size
 * @sector_size: logical block size in bytes
 * @physical_sector_size: physical block size in bytes, 0 when absent
 * @info: VDISK_* flags
 * @flush: %BLKIF_OP_FLUSH_DISKCACHE is understood
 * @barrier: %BLKIF_OP_WRITE_BARRIER is understood
 * @discard: %BLKIF_OP_DISCARD is understood
 * @discard_secure: and may be asked to erase all copies
 * @discard_granularity: in bytes, 0 when absent
 * @discard_alignment: in bytes
 */
struct blkfront_geometry {
	u64 sectors;
	u32 sector_size;
	u32 physical_sector_size;
	u32 info;
	bool flush;
	bool barrier;
	bool discard;
	bool discard_secure;
	u32 discard_granularity;
	u32 discard_alignment;
};

/**
 * struct blkfront_config - what was negotiated
 * @queues: number of queues
 * @ring_pages: pages of each ring
 * @segments: pages of data that one request may have
 * @multi_queue: queues have xenstore directories of their own
 */
struct blkfront_config {
	u32 queues;
	u32 ring_pages;
	u32 segments;
	bool multi_queue;
};

/**
 * struct blkfront_grefs - a queue's private grant references
 * @free: those not in use, a stack
 * @count: how many are on it
 * @total: how many there are
 */
struct blkfront_grefs {
	grant_ref_t *free;
	u32 count;
	u32 total;
};

struct blkfront;

/**
 * struct blkfront_queue - one hardware queue
 * @front: its disk
 * @index: its number
 * @channel: ring and event port
 * @lock: guards all that follows, and the ring's indices
 * @ids: request ids; a slot is a blk-mq tag
 * @grefs: grant references for data pages
 * @inflight: requests that the backend has, oldest first
 */
struct blkfront_queue {
	struct blkfront *front;
	unsigned int index;
	struct xen_channel channel;
	/* Taken in interrupt context; innermost. */
	spinlock_t lock;
	struct xen_idpool ids;
	struct blkfront_grefs grefs;
	struct list_head inflight;
};

/**
 * struct blkfront_io - what a request needs on its way; blk-mq's pdu
 * @node: in the queue's list of requests in flight
 * @indirect: page of segment descriptors, for more than 11 of them
 * @op: the BLKIF_OP_* that was sent, and has to come back
 * @status: how it ended
 * @nr_grefs: grants given for it
 * @grefs: the grants, %BLKFRONT_SEGMENTS_MAX and one for @indirect
 * @sg: the data, in pages
 */
struct blkfront_io {
	struct list_head node;
	struct blkif_request_segment *indirect;
	u8 op;
	blk_status_t status;
	u16 nr_grefs;
	grant_ref_t grefs[BLKFRONT_SEGMENTS_MAX + 1];
	struct scatterlist sg[BLKFRONT_SEGMENTS_MAX];
};

/**
 * struct blkfront_is - where a disk stands; each written in one place
 * @shown: the system has it, or had it
 * @broken: a ring broke; the disk is to be connected anew
 * @renew: closing only to begin anew
 * @quiet: blk-mq sends nothing
 * @dead: nothing will answer any more: requests fail
 */
struct blkfront_is {
	bool shown;
	bool broken;
	bool renew;
	bool quiet;
	bool dead;
};

/**
 * struct blkfront - one disk
 * @dev: the xenbus device; NULL once it was removed
 * @peer: the connection; @peer.lock guards all but the data path
 * @vdev: virtual device number
 * @config: what was negotiated
 * @geometry: what the backend said of the disk
 * @queues: the queues
 * @nr_queues: how many are made
 * @tags: blk-mq's part
 * @disk: the disk, from the first connection on
 * @show: lets the system have the disk
 * @recover: brings the connection on when nothing else would
 * @is: where it stands
 */
struct blkfront {
	struct xenbus_device *dev;
	struct xen_peer peer;
	u32 vdev;
	struct blkfront_config config;
	struct blkfront_geometry geometry;
	struct blkfront_queue *queues;
	unsigned int nr_queues;
	struct blk_mq_tag_set tags;
	struct gendisk *disk;
	struct work_struct show;
	struct delayed_work recover;
	struct blkfront_is is;
};

/* main.c */
void blkfront_recover(struct blkfront *front);

/* negotiate.c */
int blkfront_read_offer(struct blkfront *front);
int blkfront_read_geometry(struct blkfront *front,
			   struct blkfront_geometry *geometry);
int blkfront_publish(struct blkfront *front);

/* queue.c */
int blkfront_queues_create(struct blkfront *front);
void blkfront_queues_destroy(struct blkfront *front);
int blkfront_queue_reclaim(struct blkfront_queue *queue, bool force);
bool blkfront_grefs_end(struct blkfront_queue *queue, struct blkfront_io *io);

/* request.c */
blk_status_t blkfront_queue_rq(struct blk_mq_hw_ctx *hctx,
			       const struct blk_mq_queue_data *bd);
void blkfront_commit_rqs(struct blk_mq_hw_ctx *hctx);

/* complete.c */
irqreturn_t blkfront_interrupt(int irq, void *arg);
void blkfront_complete_rq(struct request *rq);

/* disk.c */
int blkfront_disk_create(struct blkfront *front);
void blkfront_disk_show(struct work_struct *work);
int blkfront_disk_update(struct blkfront *front,
			 const struct blkfront_geometry *geometry);
void blkfront_disk_remove(struct blkfront *front);
bool blkfront_disk_is_open(struct blkfront *front);
void blkfront_disk_put(struct blkfront *front);

#endif /* XENIFY_BLOCK_FRONT_H */
