// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that stay mapped from one request to the next, for a frontend that
 * reuses its grants ("feature-persistent"). Floor F5; called by grant.c on the
 * queue's thread, and by memory reclaim.
 *
 * A queue keeps so many pages and no more; beyond that a page is mapped for
 * one request like any other. Kept pages that no request uses are let go of
 * when the host runs short of memory.
 *
 * Trust: which references come again is the frontend's choice. It can make its
 * own requests slower and nothing else.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

#include "back.h"
#include "persistent.h"

static unsigned int max_persistent_grants = 1056;
module_param(max_persistent_grants, uint, 0644);
MODULE_PARM_DESC(max_persistent_grants,
		 "Pages that a queue may keep mapped (default 1056)");

/* What reclaim looks at; taken by whoever makes or ends a queue, too. */
static DEFINE_MUTEX(all_lock);
static LIST_HEAD(all);
static struct shrinker *shrinker;

static struct hlist_head *blkback_persistent_bucket(struct blkback_persistent *persistent,
						    grant_ref_t ref)
{
	/* Frontends get references in a row, which fill all buckets alike. */
	return &persistent->buckets[ref % BLKBACK_PERSISTENT_BUCKETS];
}

/**
 * blkback_persistent_find - is a page mapped already?
 * @persistent: the queue's
 * @ref: the frontend's reference for it
 *
 * Return: the page, in use until blkback_persistent_put(); or NULL.
 */
struct blkback_persistent_grant *blkback_persistent_find(struct blkback_persistent *persistent,
							 grant_ref_t ref)
{
	struct blkback_persistent_grant *grant;

	hlist_for_each_entry(grant, blkback_persistent_bucket(persistent, ref), node) {
		if (grant->ref == ref) {
			grant->users++;
			return grant;
		}
	}
	return NULL;
}

/**
 * blkback_persistent_add - keep a page that was mapped, if there is room
 * @persistent: the queue's
 * @ref: the frontend's reference for it
 * @page: where it is mapped
 * @handle: the hypervisor's name for that
 *
 * Return: the page, in use until blkback_persistent_put(); or NULL, then it is
 * mapped for one request only.
 */
struct blkback_persistent_grant *blkback_persistent_add(struct blkback_persistent *persistent,
							grant_ref_t ref, struct page *page,
							grant_handle_t handle)
{
	struct blkback_persistent_grant *grant;

	if (persistent->count >= READ_ONCE(max_persistent_grants))
		return NULL;
	/* Twice in one batch: the first has the place. */
	grant = blkback_persistent_find(persistent, ref);
	if (grant) {
		blkback_persistent_put(grant);
		return NULL;
	}
	grant = kmalloc(sizeof(*grant), GFP_NOIO);
	if (!grant)
		return NULL;
	*grant = (struct blkback_persistent_grant) {
		.ref = ref, .users = 1, .page = page, .handle = handle,
	};
	hlist_add_head(&grant->node, blkback_persistent_bucket(persistent, ref));
	WRITE_ONCE(persistent->count, persistent->count + 1);
	return grant;
}

/* A network may hold on to a page long after the request was answered. */
static bool blkback_persistent_in_use(const struct blkback_persistent_grant *grant)
{
	return grant->users || page_count(grant->page) > 1;
}

/* Unmaps so many pages that nobody uses; what a device holds stays for now. */
static void blkback_persistent_drop(struct blkback_queue *queue, unsigned int count)
{
	struct blkback_persistent *persistent = queue->grants->persistent;
	struct blkback_persistent_grant *grant;
	struct hlist_node *next;
	unsigned int i;

	for (i = 0; i < BLKBACK_PERSISTENT_BUCKETS && count; i++) {
		/* Not the same ones each time. */
		persistent->hand = (persistent->hand + 1) % BLKBACK_PERSISTENT_BUCKETS;
		hlist_for_each_entry_safe(grant, next,
					  &persistent->buckets[persistent->hand], node) {
			if (blkback_persistent_in_use(grant) || !count)
				continue;
			hlist_del(&grant->node);
			blkback_unmap_page(queue, grant->page, grant->handle);
			kfree(grant);
			WRITE_ONCE(persistent->count, persistent->count - 1);
			count--;
		}
	}
	blkback_unmap_flush(queue);
}

/**
 * blkback_persistent_trim - let go of what reclaim wants, or is more than may be kept
 * @queue: the queue
 *
 * Context: the queue's thread. Return: whether there was anything to let go of.
 */
bool blkback_persistent_trim(struct blkback_queue *queue)
{
	struct blkback_persistent *persistent = queue->grants->persistent;
	unsigned int most = READ_ONCE(max_persistent_grants);
	unsigned int unwanted;

	if (!persistent)
		return false;
	unwanted = atomic_read(&persistent->unwanted) ?
		   atomic_xchg(&persistent->unwanted, 0) : 0;
	if (persistent->count > most)
		unwanted = max(unwanted, persistent->count - most);
	if (likely(!unwanted))
		return false;
	blkback_persistent_drop(queue, unwanted);
	return true;
}

/**
 * blkback_persistent_create - begin to keep pages
 * @queue: a queue whose frontend reuses grants
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int blkback_persistent_create(struct blkback_queue *queue)
{
	struct blkback_persistent *persistent = kvzalloc(sizeof(*persistent), GFP_KERNEL);

	if (!persistent)
		return -ENOMEM;
	persistent->wait = &queue->wait;
	queue->grants->persistent = persistent;
	mutex_lock(&all_lock);
	list_add_tail(&persistent->all, &all);
	mutex_unlock(&all_lock);
	return 0;
}

/**
 * blkback_persistent_empty - unmap all that is kept
 * @queue: a queue with no request on its way
 *
 * Context: the queue's thread. Return: false while a device holds some of it.
 */
bool blkback_persistent_empty(struct blkback_queue *queue)
{
	struct blkback_persistent *persistent = queue->grants->persistent;

	if (!persistent)
		return true;
	blkback_persistent_drop(queue, UINT_MAX);
	return !persistent->count;
}

/**
 * blkback_persistent_destroy - keep nothing any more
 * @queue: a queue whose thread has emptied it, or never ran
 *
 * Context: may sleep.
 */
void blkback_persistent_destroy(struct blkback_queue *queue)
{
	struct blkback_persistent *persistent = queue->grants ? queue->grants->persistent : NULL;

	if (!persistent)
		return;
	mutex_lock(&all_lock);
	list_del(&persistent->all);
	mutex_unlock(&all_lock);
	WARN_ON(persistent->count);
	kvfree(persistent);
	queue->grants->persistent = NULL;
}

/* How many pages of a queue reclaim has not asked for yet. */
static unsigned int blkback_persistent_not_asked_for(struct blkback_persistent *persistent)
{
	unsigned int count = READ_ONCE(persistent->count);
	unsigned int asked = atomic_read(&persistent->unwanted);

	return count > asked ? count - asked : 0;
}

static unsigned long blkback_persistent_shrink_count(struct shrinker *unused,
						     struct shrink_control *sc)
{
	struct blkback_persistent *persistent;
	unsigned long sum = 0;

	/* Reclaim may have been entered by one who holds the lock. */
	if (!mutex_trylock(&all_lock))
		return 0;
	list_for_each_entry(persistent, &all, all)
		sum += blkback_persistent_not_asked_for(persistent);
	mutex_unlock(&all_lock);
	return sum ?: SHRINK_EMPTY;
}

/*
 * Only a queue's thread touches what the queue keeps: it is asked to. Reclaim
 * comes again before the thread has run, and means pages besides the first.
 */
static unsigned long blkback_persistent_shrink_scan(struct shrinker *unused,
						    struct shrink_control *sc)
{
	unsigned long left = sc->nr_to_scan;
	struct blkback_persistent *persistent;

	if (!mutex_trylock(&all_lock))
		return SHRINK_STOP;
	list_for_each_entry(persistent, &all, all) {
		unsigned long some = min_t(unsigned long, left,
					   blkback_persistent_not_asked_for(persistent));

		if (!some)
			continue;
		atomic_add(some, &persistent->unwanted);
		wake_up(persistent->wait);
		left -= some;
	}
	mutex_unlock(&all_lock);
	return sc->nr_to_scan - left ?: SHRINK_STOP;
}

/**
 * blkback_persistent_init - tell memory reclaim that we keep pages
 *
 * Return: 0 or -ENOMEM.
 */
int blkback_persistent_init(void)
{
	shrinker = shrinker_alloc(0, "xen-blkback");
	if (!shrinker)
		return -ENOMEM;
	shrinker->count_objects = blkback_persistent_shrink_count;
	shrinker->scan_objects = blkback_persistent_shrink_scan;
	shrinker_register(shrinker);
	return 0;
}

/**
 * blkback_persistent_exit - and that we do no more
 */
void blkback_persistent_exit(void)
{
	shrinker_free(shrinker);
}
