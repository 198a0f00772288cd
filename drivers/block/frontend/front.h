/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The block frontend's own types, and which file does what.
 *
 *	main.c       registration; probe and remove
 *	life.c       the connection: made, lost, made anew, given up
 *	move.c       ... over a save and restore, or a migration
 *	negotiate.c  xenstore keys: what the backend can do, what we choose
 *	identity.c   whether another backend serves the same disk
 *	queue.c      a queue: channel, request ids
 *	request.c    from blk-mq to the ring
 *	complete.c   from the ring back to blk-mq
 *	lend.h       how data gets to the backend and back: pool.c (grant
 *	             references), direct.c (where it is), bounce.c (copied)
 *	disk.c       the gendisk: limits, capacity, open and close
 *	stats.c      counters of the queues, in debugfs
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
#include "../../xen/ring/log.h"
#include "../../xen/ring/idpool.h"
#include "../../xen/ring/tie.h"
#include "identity.h"
#include "lend.h"

/* More pages per request would cost grants and buy little. */
#define BLKFRONT_SEGMENTS_MAX	64
#define BLKFRONT_QUEUES_MAX	64

/**
 * struct blkfront_offer - what the backend published before we chose
 * @max_queues: "multi-queue-max-queues", 1 when absent
 * @max_ring_order: "max-ring-page-order", 0 when absent
 * @max_indirect: "feature-max-indirect-segments", 0 when absent
 * @persistent: "feature-persistent": pages granted for good stay mapped
 */
struct blkfront_offer {
	u32 max_queues;
	u32 max_ring_order;
	u32 max_indirect;
	bool persistent;
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
 * @instance: see struct blkfront_identity
 * @past: see struct blkfront_identity
 * @id: see struct blkfront_identity
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
	u64 instance;
	u64 past;
	u64 id;
};

/**
 * struct blkfront_config - what was negotiated
 * @queues: number of queues, those that are polled among them
 * @poll_queues: how many are polled; the last ones
 * @ring_pages: pages of each ring
 * @segments: pages of data that one request may have
 * @multi_queue: queues have xenstore directories of their own
 * @persistent: the backend may keep our pages mapped
 * @lender: how data gets to the backend
 */
struct blkfront_config {
	u32 queues;
	u32 poll_queues;
	u32 ring_pages;
	u32 segments;
	bool multi_queue;
	bool persistent;
	const struct blkfront_lender *lender;
};

struct blkfront;

/**
 * struct blkfront_stats - what a queue did since the disk appeared
 * @requests: sent
 * @doorbells: notifications of the backend
 * @responses: received
 * @events: interrupts
 * @polls: times that somebody looked without one
 * @waits: requests that had to wait for pages or references
 */
struct blkfront_stats {
	u64 requests;
	u64 doorbells;
	u64 responses;
	u64 events;
	u64 polls;
	u64 waits;
};

/**
 * struct blkfront_queue - one hardware queue
 * @front: its disk
 * @index: its number
 * @channel: ring and event port
 * @polled: its users look for responses, no interrupt comes
 * @lock: guards all that follows, and the ring's indices
 * @live: it is connected
 * @ids: request ids; blkfront_slot_of() says what a slot is
 * @lender: how data gets to the backend
 * @pool: what it lends
 * @inflight: requests that the backend has, oldest first
 * @promised: slots of the ring that requests on their way there will take
 * @starved: a request found no room
 * @trim: gives back what the pool has too much, if the lender does that
 * @stats: counters
 */
struct blkfront_queue {
	struct blkfront *front;
	unsigned int index;
	struct xen_channel channel;
	bool polled;
	/* Taken in interrupt context; innermost. */
	spinlock_t lock;
	bool live;
	struct xen_idpool ids;
	const struct blkfront_lender *lender;
	struct blkfront_pool pool;
	struct list_head inflight;
	u32 promised;
	bool starved;
	struct delayed_work trim;
	struct blkfront_stats stats;
};

/**
 * struct blkfront_io - what a request needs on its way; blk-mq's pdu
 * @node: in the queue's list of requests in flight
 * @indirect: page of segment descriptors, for more than 11 of them
 * @op: the BLKIF_OP_* that was sent, and has to come back
 * @status: how it ended
 * @written: a write that a flush is to follow has ended
 * @bytes: what was sent, of a request that goes on when that has ended: in parts,
 *	or with a flush; else 0
 * @nr_loans: pages that the backend has for it
 * @loans: these, one for each segment and one for @indirect
 */
struct blkfront_io {
	struct list_head node;
	struct blkif_request_segment *indirect;
	u8 op;
	bool written;
	blk_status_t status;
	u32 bytes;
	u16 nr_loans;
	struct blkfront_loan loans[BLKFRONT_SEGMENTS_MAX + 1];
};

/**
 * struct blkfront_is - where a disk stands; each written in one place
 * @shown: the system has it, or had it
 * @saved: quiet for a suspend only
 * @quiet: blk-mq sends nothing
 * @dead: nothing answers: requests fail
 * @unsettled: the backend has a cache, and blk-mq may not know yet: it takes flushes
 *	for done
 * @odd: one of these two
 */
struct blkfront_is {
	bool shown;
	bool saved;
	bool quiet;
	union {
		struct {
			bool dead;
			bool unsettled;
		};
		u16 odd;
	};
};

/**
 * struct blkfront - one disk
 * @dev: the xenbus device; NULL once it was removed
 * @tie: to the backend; @tie.peer.lock guards all but the data path
 * @vdev: virtual device number
 * @config: what was negotiated
 * @geometry: what the backend said of the disk
 * @identity: which store it is, since it was connected
 * @queues: the queues; there as long as the disk
 * @nr_queues: how many are connected
 * @tags: blk-mq's part
 * @disk: the disk, from the first connection on
 * @stats: counters of the queues, in debugfs
 * @show: lets the system have the disk
 * @follow: gives it the limits and the size of @geometry
 * @give_up: runs out when no backend has come
 * @is: where it stands
 */
struct blkfront {
	struct xenbus_device *dev;
	struct xen_tie tie;
	u32 vdev;
	struct blkfront_config config;
	struct blkfront_geometry geometry;
	struct blkfront_identity identity;
	struct blkfront_queue *queues;
	unsigned int nr_queues;
	struct blk_mq_tag_set tags;
	struct gendisk *disk;
	struct dentry *stats;
	struct work_struct show;
	struct work_struct follow;
	struct delayed_work give_up;
	struct blkfront_is is;
};

/* life.c */
int blkfront_life_begin(struct blkfront *front);
void blkfront_life_end(struct blkfront *front);
void blkfront_life_stop(struct blkfront *front);
void blkfront_quiesce(struct blkfront *front);
void blkfront_unquiesce(struct blkfront *front);

/* move.c */
extern const struct dev_pm_ops blkfront_pm;
int blkfront_suspend(struct xenbus_device *dev);
int blkfront_resume(struct xenbus_device *dev);

/* negotiate.c */
int blkfront_read_offer(struct blkfront *front);
int blkfront_read_geometry(struct blkfront *front,
			   struct blkfront_geometry *geometry);
int blkfront_read_identity(struct blkfront *front,
			   const struct blkfront_geometry *geometry,
			   struct blkfront_identity *identity);
int blkfront_publish(struct blkfront *front);

/* queue.c */
int blkfront_queues_create(struct blkfront *front);
void blkfront_queues_destroy(struct blkfront *front);
void blkfront_free(struct blkfront *front);
int blkfront_queue_reclaim(struct blkfront_queue *queue, bool force);
bool blkfront_queue_is_idle(struct blkfront_queue *queue);
struct blkfront_queue *blkfront_queue_of(struct blkfront *front,
					 const struct blk_mq_hw_ctx *hctx);
u32 blkfront_slot_of(const struct blkfront_queue *queue,
		     const struct request *rq);
struct request *blkfront_request_of(const struct blkfront_queue *queue,
				    u32 slot);

/* request.c */
blk_status_t blkfront_queue_rq(struct blk_mq_hw_ctx *hctx,
			       const struct blk_mq_queue_data *bd);
void blkfront_commit_rqs(struct blk_mq_hw_ctx *hctx);

/* complete.c */
irqreturn_t blkfront_interrupt(int irq, void *arg);
int blkfront_poll(struct blk_mq_hw_ctx *hctx, struct io_comp_batch *iob);
void blkfront_complete_rq(struct request *rq);

/* disk.c */
int blkfront_disk_create(struct blkfront *front);
void blkfront_disk_show(struct work_struct *work);
void blkfront_disk_follow(struct work_struct *work);
int blkfront_disk_update(struct blkfront *front,
			 const struct blkfront_geometry *geometry);
void blkfront_disk_remove(struct blkfront *front);
bool blkfront_disk_is_open(struct blkfront *front);
void blkfront_disk_put(struct blkfront *front);

/* stats.c */
void blkfront_stats_add(struct blkfront *front);
void blkfront_stats_remove(struct blkfront *front);
void blkfront_stats_init(void);
void blkfront_stats_exit(void);

#endif /* XENIFY_BLOCK_FRONT_H */
