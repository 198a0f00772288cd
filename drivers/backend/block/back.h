/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The block backend's own types, and which file does what.
 *
 *	main.c        registration; probe and remove
 *	life.c        a disk's life: opened, connected, drained, freed
 *	disks.c       ... and what it has to know of the others
 *	negotiate.c   xenstore keys: what we offer, what the frontend chose
 *	queue.c       a queue's thread
 *	sweep.c       ... and what it does: from requests to responses
 *	spin.c        ... which looks around before it sleeps
 *	io.c          requests: their memory, and their segments
 *	parse.c       requests, checked (pure)
 *	grant.c       the frontend's pages: mapped and unmapped in batches
 *	persistent.c        ... of those that stay mapped between requests
 *	complete.c    ended requests, responses, counters
 *	cgroup.c      whose limits hold for a disk
 *	store.c       what serves a disk: opened, sized, closed
 *	store-bdev.c  ... a block device
 *	store-file.c  ... a regular file, without a loop device
 *	identity.c    ... and what tells it from another
 *	sysfs.c       counters and state for the administrator
 *
 * Floor F5. The protocol is xen/interface/io/blkif.h.
 */
#ifndef XENIFY_BLOCK_BACK_H
#define XENIFY_BLOCK_BACK_H

#include <linux/bio.h>
#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "../../xen/ring/channel.h"
#include "../../xen/ring/log.h"
#include "../../xen/ring/keys.h"
#include "../../xen/ring/peer.h"
#include "../../xen/ring/watch.h"
#include "parse.h"
#include "store.h"

#define BLKBACK_QUEUES_MAX	64
/* Pages that are mapped, or unmapped, by one hypercall. */
#define BLKBACK_GRANT_BATCH	128

/**
 * struct blkback_offer - what we can do, whatever serves the disk
 * @ring_order: "max-ring-page-order"
 * @queues: "multi-queue-max-queues"
 * @segments: "feature-max-indirect-segments"
 * @persistent: "feature-persistent": pages stay mapped
 * @flush: flushes and barriers
 * @discard: discard, if the store knows it
 */
struct blkback_offer {
	u32 ring_order;
	u32 queues;
	u32 segments;
	bool persistent;
	bool flush;
	bool discard;
};

/**
 * struct blkback_choice - what the frontend published
 * @protocol: name of its ABI, empty for ours
 * @ring_order: "ring-page-order"
 * @queues: "multi-queue-num-queues", 0 when absent
 * @persistent: "feature-persistent": grants are reused
 */
struct blkback_choice {
	char protocol[XEN_KEY_TEXT_MAX];
	u32 ring_order;
	u32 queues;
	bool persistent;
};

/**
 * struct blkback_data - the page of a segment
 * @page: where the frontend's page is mapped; NULL if it could not be
 * @grant: it stays mapped; NULL if it is for this request only
 * @handle: the hypervisor's name for the mapping
 */
struct blkback_data {
	struct page *page;
	struct blkback_persistent_grant *grant;
	grant_handle_t handle;
};

struct cgroup_subsys_state;
struct blkback_persistent;
struct blkback_persistent_grant;
struct blkback_queue;

/**
 * struct blkback_io - a request on its way
 * @queue: its queue
 * @node: free, or in the batch or list that it is in
 * @done: in the queue's list of ended requests
 * @request: what is to be done
 * @segments: the parts of pages to transfer, room for @capacity
 * @data: the pages, mapped
 * @bvec: both, for bio and iov_iter
 * @capacity: segments that there is room for
 * @mapped: segments, from the first on, that a page was asked for
 * @error: 0 or a negative errno
 * @done_bytes: of an asynchronous transfer of a file; or a negative errno
 * @descriptors: page for a private copy of indirect descriptors
 * @io: what the store needs
 */
struct blkback_io {
	struct blkback_queue *queue;
	struct list_head node;
	struct llist_node done;
	struct blkback_request request;
	struct blkback_segment *segments;
	struct blkback_data *data;
	struct bio_vec *bvec;
	u16 capacity;
	u16 mapped;
	int error;
	long done_bytes;
	struct blkif_request_segment *descriptors;
	union {
		struct bio bio;
		struct {
			struct kiocb iocb;
			struct work_struct work;
		};
	} io;
};

/**
 * struct blkback_stats - counters of a queue, written by its thread alone
 */
struct blkback_stats {
	u64 reads;
	u64 writes;
	u64 flushes;
	u64 discards;
	u64 errors;
	u64 sectors_read;
	u64 sectors_written;
};

/**
 * struct blkback_grants - room for one batch of grant operations
 * @cache: pages to map to
 * @map: mappings to be made
 * @unmap: mappings to be ended
 * @unmaps: how many of these there are
 * @exhausted: the hypervisor had no room for a mapping
 * @mapped: pages of requests that are mapped
 * @pages: the pages of either
 * @owner: whose a mapping is
 * @data: where to note it
 * @persistent: pages that stay mapped, if the frontend reuses its grants
 */
struct blkback_grants {
	struct gnttab_page_cache cache;
	struct gnttab_map_grant_ref map[BLKBACK_GRANT_BATCH];
	struct gnttab_unmap_grant_ref unmap[BLKBACK_GRANT_BATCH];
	unsigned int unmaps;
	bool exhausted;
	u32 mapped;
	struct page *pages[BLKBACK_GRANT_BATCH];
	struct blkback_io *owner[BLKBACK_GRANT_BATCH];
	struct blkback_data *data[BLKBACK_GRANT_BATCH];
	struct blkback_persistent *persistent;
};

/**
 * struct blkback_spin - whether to look for work before sleeping
 * @since: when there was nothing to do, by local_clock()
 * @worth: the last pause was short
 */
struct blkback_spin {
	u64 since;
	bool worth;
};

/**
 * struct blkback_event - an event of the frontend
 * @came: one did, and wants an xen_irq_lateeoi()
 * @cpu: where it came in
 * @home: where the thread is for that
 */
struct blkback_event {
	bool came;
	unsigned int cpu;
	unsigned int home;
};

struct blkback;

/**
 * struct blkback_queue - one ring and the thread that serves it
 * @back: its disk
 * @index: its number
 * @channel: ring and event port
 * @thread: does all that follows
 * @wait: where it sleeps
 * @spin: and whether it looks around before
 * @cgroup: whose its I/O is
 * @event: the frontend's last one
 * @done: requests that ended, from any context
 * @ios: all requests there can be
 * @free: those that are not in use
 * @held: ended, but the device still holds pages of theirs
 * @inflight: how many the store has
 * @grants: for batches
 * @stats: counters
 */
struct blkback_queue {
	struct blkback *back;
	unsigned int index;
	struct xen_channel channel;
	struct task_struct *thread;
	wait_queue_head_t wait;
	struct blkback_spin spin;
	struct cgroup_subsys_state *cgroup;
	struct blkback_event event;
	struct llist_head done;
	struct blkback_io *ios;
	struct list_head free;
	struct list_head held;
	unsigned int inflight;
	struct blkback_grants *grants;
	struct blkback_stats stats;
};

/**
 * struct blkback_life - how far a disk is; life.c and disks.c alone look at it
 * @ref: one is the device's, one each work's that is queued, and one that of
 *	queues that are to end
 * @node: in the list of disks that exist
 * @draining: in the list of disks whose queues are to end
 * @removed: the device is gone. Written under the peer's lock and disks.c's
 * @waits: the store is still written to by a disk that is being drained
 * @open: opens the store
 * @drained: goes on when no queue has a request any more
 * @resize: tells the frontend of a new size
 * @over: has xenwatch look again whether the device is to go
 * @free: closes the store, and frees the disk
 */
struct blkback_life {
	struct kref ref;
	struct list_head node;
	struct list_head draining;
	bool removed;
	bool waits;
	struct delayed_work open;
	struct delayed_work drained;
	struct delayed_work resize;
	struct delayed_work over;
	struct work_struct free;
};

/**
 * struct blkback_watch - what is watched in our own directory
 * @device: the node that names a block device
 * @path: the node that names a file
 * @state: our own state
 */
struct blkback_watch {
	struct xenbus_watch device;
	struct xenbus_watch path;
	struct xenbus_watch state;
};

/**
 * struct blkback - one disk of one guest
 * @dev: the xenbus device
 * @peer: the connection; @peer.lock guards all but the data path
 * @store: what serves it
 * @offer: what the frontend could choose from
 * @limits: what requests are checked against
 * @abi: how the frontend lays out its requests
 * @cgroup: whose the disk's I/O is to be, NULL for nobody's
 * @queues: the queues, while connected
 * @nr_queues: how many
 * @past: counters of queues that are gone
 * @stopping: queues take no more requests
 * @running: their threads, and one more until they are to stop
 * @life: how far it is
 * @watch: what is watched in our own directory
 */
struct blkback {
	struct xenbus_device *dev;
	struct xen_peer peer;
	struct blkback_store store;
	struct blkback_offer offer;
	struct blkback_limits limits;
	enum blkback_abi abi;
	struct cgroup_subsys_state __rcu *cgroup;
	struct blkback_queue *queues;
	unsigned int nr_queues;
	struct blkback_stats past;
	bool stopping;
	atomic_t running;
	struct blkback_life life;
	struct blkback_watch watch;
};

/* life.c */
struct blkback *blkback_life_begin(struct xenbus_device *dev);
void blkback_life_end(struct blkback *back);
void blkback_life_named(struct blkback *back);
void blkback_life_state_written(struct blkback *back);
void blkback_life_resize(struct blkback *back);
void blkback_life_over(struct blkback *back);
void blkback_life_drained(struct blkback *back);
int blkback_life_init(void);
void blkback_life_exit(void);

/* disks.c */
void blkback_disks_add(struct blkback *back);
void blkback_disks_end(struct blkback *back);
struct blkback *blkback_disks_remove(struct blkback *back);
bool blkback_disks_drain(struct blkback *back);
void blkback_disks_drained(struct blkback *back);
bool blkback_disks_are_writing(const struct blkback_store *store);
bool blkback_disks_are_ending(const struct xenbus_device *dev);
long blkback_disks_wait_drained(const struct blkback *back, long time);
void blkback_disks_wait_ended(const struct xenbus_device *dev, long time);
void blkback_disks_wait_all(void);

/* negotiate.c */
int blkback_publish_features(struct blkback *back);
int blkback_publish_disk(struct blkback *back);
void blkback_withdraw_store(struct blkback *back);
int blkback_publish_store(struct blkback *back);
int blkback_read_choice(struct blkback *back, struct blkback_choice *choice);

/* queue.c */
int blkback_queues_create(struct blkback *back,
			  const struct blkback_choice *choice);
void blkback_queues_stop(struct blkback *back);
void blkback_queues_destroy(struct blkback *back);

static inline bool blkback_queue_has_ended(const struct blkback_queue *queue)
{
	return !llist_empty(&queue->done);
}

/* sweep.c */
int blkback_sweep(struct blkback_queue *queue);

/* io.c */
int blkback_ios_create(struct blkback_queue *queue);
void blkback_ios_destroy(struct blkback_queue *queue);
int blkback_io_read(struct blkback_io *io, const void *entry);

/* spin.c */
bool blkback_spin(struct blkback_queue *queue);
void blkback_spin_learn(struct blkback_queue *queue);

/* cgroup.c */
#ifdef CONFIG_BLK_CGROUP
int blkback_cgroup_set(struct blkback *back, const char *path);
int blkback_cgroup_show(struct blkback *back, char *buf);
struct cgroup_subsys_state *blkback_cgroup_join(struct blkback *back);
void blkback_cgroup_leave(void);
#else
static inline int blkback_cgroup_set(struct blkback *back, const char *path)
{
	return *path ? -EOPNOTSUPP : 0;
}

static inline int blkback_cgroup_show(struct blkback *back, char *buf)
{
	return 0;
}

static inline struct cgroup_subsys_state *
blkback_cgroup_join(struct blkback *back)
{
	return NULL;
}

static inline void blkback_cgroup_leave(void)
{
}
#endif

/* grant.c */
int blkback_grants_create(struct blkback_queue *queue);
void blkback_grants_destroy(struct blkback_queue *queue);
bool blkback_grants_surplus(const struct blkback_queue *queue);
void blkback_grants_shrink(struct blkback_queue *queue);
int blkback_fetch_descriptors(struct blkback_io *io, const grant_ref_t *grefs,
			      u32 pages);
void blkback_map(struct blkback_queue *queue, struct list_head *ios);
void blkback_unmap(struct blkback_queue *queue, struct list_head *ios);
void blkback_unmap_page(struct blkback_queue *queue, struct page *page,
			grant_handle_t handle);
void blkback_unmap_flush(struct blkback_queue *queue);

/* complete.c */
void blkback_io_end(struct blkback_io *io, int error);
void blkback_reap(struct blkback_queue *queue);
void blkback_respond(struct blkback_queue *queue,
		     const struct blkback_request *request, int error);
void blkback_stats_add(struct blkback_stats *sum,
		       const struct blkback_stats *stats);

/* store-bdev.c, store-file.c: through struct blkback_store_ops */

/* sysfs.c */
extern const struct attribute_group *blkback_groups[];

#endif /* XENIFY_BLOCK_BACK_H */
