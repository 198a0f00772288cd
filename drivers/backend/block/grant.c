// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frontend's pages, mapped and unmapped in batches: many requests share a
 * hypercall. Floor F5; called by the queue's thread.
 *
 * Trust: a grant reference is any number. Each mapping succeeds or fails for
 * itself; a request with one that failed is not carried out, and what it had
 * mapped is unmapped like any other's.
 */
#include <linux/kernel.h>
#include <linux/slab.h>

#include "back.h"

/* Pages that an idle queue keeps, to map the next requests into. */
#define CACHE_IDLE	256

/**
 * blkback_grants_create - make room for batches
 * @queue: the queue
 *
 * Return: 0 or -ENOMEM.
 */
int blkback_grants_create(struct blkback_queue *queue)
{
	queue->grants = kvzalloc(sizeof(*queue->grants), GFP_KERNEL);
	if (!queue->grants)
		return -ENOMEM;
	gnttab_page_cache_init(&queue->grants->cache);
	return 0;
}

/**
 * blkback_grants_destroy - give the room back
 * @queue: the queue, with nothing mapped
 */
void blkback_grants_destroy(struct blkback_queue *queue)
{
	if (!queue->grants)
		return;
	gnttab_page_cache_shrink(&queue->grants->cache, 0);
	kvfree(queue->grants);
	queue->grants = NULL;
}

/**
 * blkback_grants_shrink - keep no more pages than an idle queue needs
 * @queue: the queue
 */
void blkback_grants_shrink(struct blkback_queue *queue)
{
	gnttab_page_cache_shrink(&queue->grants->cache, CACHE_IDLE);
}

/**
 * blkback_fetch_descriptors - copy a request's indirect descriptors
 * @io: the request, its order parsed
 * @grefs: grants of the pages with descriptors, unchecked
 * @pages: how many there are
 *
 * The hypervisor copies them into private memory, in one call and once; the
 * pages are never mapped.
 *
 * Return: 0; -ENOMEM; -EFAULT if a grant is not good.
 */
int blkback_fetch_descriptors(struct blkback_io *io, const grant_ref_t *grefs,
			      u32 pages)
{
	u32 bytes = io->order.segments * sizeof(*io->descriptors);
	struct gnttab_copy copy = {
		.source.u.ref = grefs[0],
		.source.domid = io->queue->back->dev->otherend_id,
		.dest.domid = DOMID_SELF,
		.len = bytes,
		.flags = GNTCOPY_source_gref,
	};

	BUILD_BUG_ON(BLKBACK_SEGMENTS_MAX *
		     sizeof(struct blkif_request_segment) > XEN_PAGE_SIZE);
	if (WARN_ON_ONCE(pages != 1))
		return -EINVAL;
	if (!io->descriptors)
		io->descriptors = (void *)get_zeroed_page(GFP_NOIO);
	if (!io->descriptors)
		return -ENOMEM;
	copy.dest.u.gmfn = virt_to_gfn(io->descriptors);
	gnttab_batch_copy(&copy, 1);
	return copy.status == GNTST_okay ? 0 : -EFAULT;
}

/* Carries a batch of mappings out and tells each request how its own went. */
static void map_batch(struct blkback_queue *queue, unsigned int count)
{
	struct blkback_grants *grants = queue->grants;
	unsigned int i;
	int err;

	if (!count)
		return;
	err = gnttab_map_refs(grants->map, NULL, grants->pages, count);

	for (i = 0; i < count; i++) {
		struct blkback_io *io = grants->owner[i];

		if (unlikely(err || grants->map[i].status != GNTST_okay)) {
			io->error = -EFAULT;
			gnttab_page_cache_put(&grants->cache,
					      &grants->pages[i], 1);
			continue;
		}
		/* In order, past the ones that failed: data[0..mapped). */
		io->data[io->mapped].page = grants->pages[i];
		io->data[io->mapped].handle = grants->map[i].handle;
		io->mapped++;
	}
}

static int map_add(struct blkback_queue *queue, struct blkback_io *io,
		   const struct blkback_segment *segment, unsigned int at)
{
	struct blkback_grants *grants = queue->grants;
	u32 flags = GNTMAP_host_map;

	if (gnttab_page_cache_get(&grants->cache, &grants->pages[at]))
		return -ENOMEM;
	if (io->order.kind == BLKBACK_WRITE)
		flags |= GNTMAP_readonly;
	gnttab_set_map_op(&grants->map[at],
			  (unsigned long)pfn_to_kaddr(page_to_pfn(grants->pages[at])),
			  flags, segment->gref,
			  queue->back->dev->otherend_id);
	grants->owner[at] = io;
	return 0;
}

/**
 * blkback_map - map the pages of a list of requests
 * @queue: the queue
 * @ios: its requests; one whose pages cannot all be mapped gets an error, and
 *	some of them mapped
 */
void blkback_map(struct blkback_queue *queue, struct list_head *ios)
{
	unsigned int count = 0;
	struct blkback_io *io;
	u16 i;

	list_for_each_entry(io, ios, node) {
		for (i = 0; i < io->order.segments; i++) {
			if (map_add(queue, io, &io->segments[i], count)) {
				io->error = -ENOMEM;
				break;
			}
			if (++count == BLKBACK_GRANT_BATCH) {
				map_batch(queue, count);
				count = 0;
			}
		}
	}
	map_batch(queue, count);

	list_for_each_entry(io, ios, node) {
		if (io->error)
			continue;
		for (i = 0; i < io->order.segments; i++)
			bvec_set_page(&io->bvec[i], io->data[i].page,
				      io->segments[i].len,
				      io->segments[i].offset);
	}
}

static void unmap_batch(struct blkback_queue *queue, unsigned int count)
{
	struct blkback_grants *grants = queue->grants;

	if (!count)
		return;
	/* Fails only if we unmap what we never mapped. */
	if (WARN_ON_ONCE(gnttab_unmap_refs(grants->unmap, NULL, grants->pages,
					   count)))
		return;
	gnttab_page_cache_put(&grants->cache, grants->pages, count);
}

/**
 * blkback_unmap - unmap the pages of a list of requests
 * @queue: the queue
 * @ios: its requests, whose pages nobody uses any more
 */
void blkback_unmap(struct blkback_queue *queue, struct list_head *ios)
{
	struct blkback_grants *grants = queue->grants;
	unsigned int count = 0;
	struct blkback_io *io;

	list_for_each_entry(io, ios, node) {
		while (io->mapped) {
			struct blkback_data *data = &io->data[--io->mapped];
			void *addr = pfn_to_kaddr(page_to_pfn(data->page));

			gnttab_set_unmap_op(&grants->unmap[count],
					    (unsigned long)addr,
					    GNTMAP_host_map, data->handle);
			grants->pages[count] = data->page;
			if (++count == BLKBACK_GRANT_BATCH) {
				unmap_batch(queue, count);
				count = 0;
			}
		}
	}
	unmap_batch(queue, count);
}
