/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages that stay mapped from one request to the next: see persistent.c. Floor F5;
 * used by grant.c.
 */
#ifndef XENIFY_BLOCK_BACK_PERSISTENT_H
#define XENIFY_BLOCK_BACK_PERSISTENT_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/wait.h>
#include <xen/grant_table.h>

#define BLKBACK_PERSISTENT_BUCKETS	1024

struct blkback_queue;

/**
 * struct blkback_persistent_grant - a page that stays mapped
 * @ref: the frontend's reference for it
 * @users: segments of requests on their way that are on it
 * @handle: the hypervisor's name for the mapping
 * @page: where it is mapped
 * @node: in its bucket
 */
struct blkback_persistent_grant {
	grant_ref_t ref;
	u32 users;
	grant_handle_t handle;
	struct page *page;
	struct hlist_node node;
};

/**
 * struct blkback_persistent - the pages that a queue keeps; its thread's alone
 * @all: in the list that memory reclaim goes through
 * @wait: where the queue's thread sleeps
 * @unwanted: how many pages reclaim would like to have unmapped
 * @count: how many are kept
 * @hand: the bucket that lost pages last
 * @buckets: the pages, by reference
 */
struct blkback_persistent {
	struct list_head all;
	wait_queue_head_t *wait;
	atomic_t unwanted;
	unsigned int count;
	unsigned int hand;
	struct hlist_head buckets[BLKBACK_PERSISTENT_BUCKETS];
};

int blkback_persistent_init(void);
void blkback_persistent_exit(void);
int blkback_persistent_create(struct blkback_queue *queue);
bool blkback_persistent_empty(struct blkback_queue *queue);
void blkback_persistent_destroy(struct blkback_queue *queue);
struct blkback_persistent_grant *blkback_persistent_find(struct blkback_persistent *persistent,
							 grant_ref_t ref);
struct blkback_persistent_grant *blkback_persistent_add(struct blkback_persistent *persistent,
							grant_ref_t ref, struct page *page,
							grant_handle_t handle);
bool blkback_persistent_trim(struct blkback_queue *queue);

/**
 * blkback_persistent_put - a segment does not need its page any more
 * @grant: the page
 */
static inline void blkback_persistent_put(struct blkback_persistent_grant *grant)
{
	grant->users--;
}

#endif /* XENIFY_BLOCK_BACK_PERSISTENT_H */
