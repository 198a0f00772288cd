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
#include "keep.h"

static unsigned int max_persistent_grants = 1056;
module_param(max_persistent_grants, uint, 0644);
MODULE_PARM_DESC(max_persistent_grants,
		 "Pages that a queue may keep mapped (default 1056)");

/* What reclaim looks at; taken by whoever makes or ends a queue, too. */
static DEFINE_MUTEX(all_lock);
static LIST_HEAD(all);
static struct shrinker *shrinker;

static struct hlist_head *bucket(struct blkback_keep *keep, grant_ref_t ref)
{
	/* Frontends get references in a row, which fill all buckets alike. */
	return &keep->buckets[ref % BLKBACK_KEEP_BUCKETS];
}

/**
 * blkback_keep_find - is a page mapped already?
 * @keep: the queue's
 * @ref: the frontend's reference for it
 *
 * Return: the page, in use until blkback_keep_put(); or NULL.
 */
struct blkback_kept *blkback_keep_find(struct blkback_keep *keep,
				       grant_ref_t ref)
{
	struct blkback_kept *kept;

	hlist_for_each_entry(kept, bucket(keep, ref), node) {
		if (kept->ref == ref) {
			kept->users++;
			return kept;
		}
	}
	return NULL;
}

/**
 * blkback_keep_add - keep a page that was mapped, if there is room
 * @keep: the queue's
 * @ref: the frontend's reference for it
 * @page: where it is mapped
 * @handle: the hypervisor's name for that
 *
 * Return: the page, in use until blkback_keep_put(); or NULL, then it is
 * mapped for one request only.
 */
struct blkback_kept *blkback_keep_add(struct blkback_keep *keep,
				      grant_ref_t ref, struct page *page,
				      grant_handle_t handle)
{
	struct blkback_kept *kept;

	if (keep->count >= READ_ONCE(max_persistent_grants))
		return NULL;
	/* Twice in one batch: the first has the place. */
	kept = blkback_keep_find(keep, ref);
	if (kept) {
		blkback_keep_put(kept);
		return NULL;
	}
	kept = kmalloc(sizeof(*kept), GFP_NOIO);
	if (!kept)
		return NULL;
	*kept = (struct blkback_kept) {
		.ref = ref, .users = 1, .page = page, .handle = handle,
	};
	hlist_add_head(&kept->node, bucket(keep, ref));
	WRITE_ONCE(keep->count, keep->count + 1);
	return kept;
}

/* A network may hold on to a page long after the request was answered. */
static bool in_use(const struct blkback_kept *kept)
{
	return kept->users || page_count(kept->page) > 1;
}

/* Unmaps so many pages that nobody uses; what a device holds stays for now. */
static void drop(struct blkback_queue *queue, unsigned int count)
{
	struct blkback_keep *keep = queue->grants->keep;
	struct blkback_kept *kept;
	struct hlist_node *next;
	unsigned int i;

	for (i = 0; i < BLKBACK_KEEP_BUCKETS && count; i++) {
		/* Not the same ones each time. */
		keep->hand = (keep->hand + 1) % BLKBACK_KEEP_BUCKETS;
		hlist_for_each_entry_safe(kept, next,
					  &keep->buckets[keep->hand], node) {
			if (in_use(kept) || !count)
				continue;
			hlist_del(&kept->node);
			blkback_unmap_page(queue, kept->page, kept->handle);
			kfree(kept);
			WRITE_ONCE(keep->count, keep->count - 1);
			count--;
		}
	}
	blkback_unmap_flush(queue);
}

/**
 * blkback_keep_trim - let go of what reclaim wants, or is more than may be kept
 * @queue: the queue
 *
 * Context: the queue's thread. Return: whether there was anything to let go of.
 */
bool blkback_keep_trim(struct blkback_queue *queue)
{
	struct blkback_keep *keep = queue->grants->keep;
	unsigned int most = READ_ONCE(max_persistent_grants);
	unsigned int unwanted;

	if (!keep)
		return false;
	unwanted = atomic_read(&keep->unwanted) ?
		   atomic_xchg(&keep->unwanted, 0) : 0;
	if (keep->count > most)
		unwanted = max(unwanted, keep->count - most);
	if (likely(!unwanted))
		return false;
	drop(queue, unwanted);
	return true;
}

/**
 * blkback_keep_create - begin to keep pages
 * @queue: a queue whose frontend reuses grants
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int blkback_keep_create(struct blkback_queue *queue)
{
	struct blkback_keep *keep = kvzalloc(sizeof(*keep), GFP_KERNEL);

	if (!keep)
		return -ENOMEM;
	keep->wait = &queue->wait;
	queue->grants->keep = keep;
	mutex_lock(&all_lock);
	list_add_tail(&keep->all, &all);
	mutex_unlock(&all_lock);
	return 0;
}

/**
 * blkback_keep_empty - unmap all that is kept
 * @queue: a queue with no request on its way
 *
 * Context: the queue's thread. Return: false while a device holds some of it.
 */
bool blkback_keep_empty(struct blkback_queue *queue)
{
	struct blkback_keep *keep = queue->grants->keep;

	if (!keep)
		return true;
	drop(queue, UINT_MAX);
	return !keep->count;
}

/**
 * blkback_keep_destroy - keep nothing any more
 * @queue: a queue whose thread has emptied it, or never ran
 *
 * Context: may sleep.
 */
void blkback_keep_destroy(struct blkback_queue *queue)
{
	struct blkback_keep *keep = queue->grants ? queue->grants->keep : NULL;

	if (!keep)
		return;
	mutex_lock(&all_lock);
	list_del(&keep->all);
	mutex_unlock(&all_lock);
	WARN_ON(keep->count);
	kvfree(keep);
	queue->grants->keep = NULL;
}

/* How many pages of a queue reclaim has not asked for yet. */
static unsigned int not_asked_for(struct blkback_keep *keep)
{
	unsigned int count = READ_ONCE(keep->count);
	unsigned int asked = atomic_read(&keep->unwanted);

	return count > asked ? count - asked : 0;
}

static unsigned long shrink_count(struct shrinker *unused,
				  struct shrink_control *sc)
{
	struct blkback_keep *keep;
	unsigned long sum = 0;

	/* Reclaim may have been entered by one who holds the lock. */
	if (!mutex_trylock(&all_lock))
		return 0;
	list_for_each_entry(keep, &all, all)
		sum += not_asked_for(keep);
	mutex_unlock(&all_lock);
	return sum ?: SHRINK_EMPTY;
}

/*
 * Only a queue's thread touches what the queue keeps: it is asked to. Reclaim
 * comes again before the thread has run, and means pages besides the first.
 */
static unsigned long shrink_scan(struct shrinker *unused,
				 struct shrink_control *sc)
{
	unsigned long left = sc->nr_to_scan;
	struct blkback_keep *keep;

	if (!mutex_trylock(&all_lock))
		return SHRINK_STOP;
	list_for_each_entry(keep, &all, all) {
		unsigned long some = min_t(unsigned long, left,
					   not_asked_for(keep));

		if (!some)
			continue;
		atomic_add(some, &keep->unwanted);
		wake_up(keep->wait);
		left -= some;
	}
	mutex_unlock(&all_lock);
	return sc->nr_to_scan - left ?: SHRINK_STOP;
}

/**
 * blkback_keep_init - tell memory reclaim that we keep pages
 *
 * Return: 0 or -ENOMEM.
 */
int blkback_keep_init(void)
{
	shrinker = shrinker_alloc(0, "xen-blkback");
	if (!shrinker)
		return -ENOMEM;
	shrinker->count_objects = shrink_count;
	shrinker->scan_objects = shrink_scan;
	shrinker_register(shrinker);
	return 0;
}

/**
 * blkback_keep_exit - and that we do no more
 */
void blkback_keep_exit(void)
{
	shrinker_free(shrinker);
}
