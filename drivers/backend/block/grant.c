// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frontend's pages, mapped and unmapped in batches: many requests share a
 * hypercall. Pages of a frontend that reuses its grants stay mapped (persistent.c).
 * Floor F5; called by the queue's thread.
 *
 * Trust: a grant reference is any number. Each mapping succeeds or fails for
 * itself; a request with one that failed is not carried out, and what it had
 * mapped is unmapped like any other's.
 */
#include <linux/kernel.h>
#include <linux/slab.h>

#include "back.h"
#include "persistent.h"

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
 * blkback_grants_surplus - whether there is something to shrink
 * @queue: the queue
 */
bool blkback_grants_surplus(const struct blkback_queue *queue)
{
	return queue->grants->cache.num_pages > CACHE_IDLE;
}

static int blkback_grant_copy_descriptors(struct blkback_io *io, grant_ref_t ref, u32 bytes)
{
	struct gnttab_copy copy = {
		.source.u.ref = ref,
		.source.domid = io->queue->back->dev->otherend_id,
		.dest.domid = DOMID_SELF,
		.dest.u.gmfn = virt_to_gfn(io->descriptors),
		.len = bytes,
		.flags = GNTCOPY_source_gref,
	};

	gnttab_batch_copy(&copy, 1);
	return copy.status == GNTST_okay ? 0 : -EFAULT;
}

/* No room for one more mapping is nobody's fault, and passes: sweep.c tries again. */
static int blkback_grant_error(const struct gnttab_map_grant_ref *map)
{
	return map->status == GNTST_no_device_space ? -EAGAIN : -EFAULT;
}

/* Carries a batch of mappings out and tells each request how its own went. */
static void blkback_grant_map_batch(struct blkback_queue *queue, unsigned int count)
{
	struct blkback_grants *grants = queue->grants;
	unsigned int i;
	int err;

	if (!count)
		return;
	err = gnttab_map_refs(grants->map, NULL, grants->pages, count);

	for (i = 0; i < count; i++) {
		const struct gnttab_map_grant_ref *map = &grants->map[i];
		struct blkback_data *data = grants->data[i];

		if (unlikely(err || map->status != GNTST_okay)) {
			if (map->status == GNTST_no_device_space)
				grants->exhausted = true;
			grants->owner[i]->error = blkback_grant_error(map);
			gnttab_page_cache_put(&grants->cache,
					      &grants->pages[i], 1);
			continue;
		}
		data->page = grants->pages[i];
		data->handle = map->handle;
		if (queue->grants->persistent)
			data->grant = blkback_persistent_add(queue->grants->persistent, map->ref,
							     data->page, data->handle);
	}
}

static int blkback_grant_map_add(struct blkback_queue *queue, struct blkback_io *io,
				 struct blkback_data *data, grant_ref_t ref, unsigned int at)
{
	struct blkback_grants *grants = queue->grants;
	u32 flags = GNTMAP_host_map;

	if (gnttab_page_cache_get(&grants->cache, &grants->pages[at]))
		return -ENOMEM;
	/* A page that is kept is for requests of all kinds. */
	if (io->request.kind == BLKBACK_WRITE && !queue->grants->persistent)
		flags |= GNTMAP_readonly;
	gnttab_set_map_op(&grants->map[at],
			  (unsigned long)pfn_to_kaddr(page_to_pfn(grants->pages[at])),
			  flags, ref, queue->back->dev->otherend_id);
	grants->owner[at] = io;
	grants->data[at] = data;
	return 0;
}

static bool blkback_grant_find_persistent(struct blkback_queue *queue, struct blkback_data *data,
					  grant_ref_t ref)
{
	data->page = NULL;
	data->grant = NULL;
	if (!queue->grants->persistent)
		return false;
	data->grant = blkback_persistent_find(queue->grants->persistent, ref);
	if (!data->grant)
		return false;
	data->page = data->grant->page;
	return true;
}

/*
 * Descriptors of a frontend that reuses its grants: their page stays mapped,
 * too. False if it is not to be had.
 */
static bool blkback_grant_read_persistent(struct blkback_io *io, grant_ref_t ref, u32 bytes)
{
	struct blkback_queue *queue = io->queue;
	struct blkback_data data;
	bool there = blkback_grant_find_persistent(queue, &data, ref);

	if (!there && queue->grants->persistent &&
	    !blkback_grant_map_add(queue, io, &data, ref, 0)) {
		blkback_grant_map_batch(queue, 1);
		there = data.page;
		io->error = 0;
	}
	if (!there)
		return false;
	memcpy(io->descriptors, page_address(data.page), bytes);
	if (data.grant) {
		blkback_persistent_put(data.grant);
	} else {
		blkback_unmap_page(queue, data.page, data.handle);
		blkback_unmap_flush(queue);
	}
	return true;
}

/**
 * blkback_fetch_descriptors - copy a request's indirect descriptors
 * @io: the request, parsed
 * @grefs: grants of the pages with descriptors, unchecked
 * @pages: how many there are
 *
 * They are looked at when they are in private memory, and only there. If their
 * page is not kept mapped, the hypervisor copies them, in one call.
 *
 * Return: 0; -ENOMEM; -EFAULT if a grant is not good.
 */
int blkback_fetch_descriptors(struct blkback_io *io, const grant_ref_t *grefs,
			      u32 pages)
{
	u32 bytes = io->request.segments * sizeof(*io->descriptors);

	BUILD_BUG_ON(BLKBACK_SEGMENTS_MAX *
		     sizeof(struct blkif_request_segment) > XEN_PAGE_SIZE);
	if (WARN_ON_ONCE(pages != 1))
		return -EINVAL;
	if (!io->descriptors)
		io->descriptors = (void *)get_zeroed_page(GFP_NOIO);
	if (!io->descriptors)
		return -ENOMEM;
	if (blkback_grant_read_persistent(io, grefs[0], bytes))
		return 0;
	return blkback_grant_copy_descriptors(io, grefs[0], bytes);
}

static void blkback_grant_set_bvec(struct blkback_io *io)
{
	u16 i;

	if (unlikely(io->error))
		return;
	for (i = 0; i < io->request.segments; i++)
		bvec_set_page(&io->bvec[i], io->data[i].page,
			      io->segments[i].len, io->segments[i].offset);
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
		for (i = 0; i < io->request.segments; i++) {
			struct blkback_data *data = &io->data[i];
			grant_ref_t ref = io->segments[i].gref;

			io->mapped = i + 1;
			if (blkback_grant_find_persistent(queue, data, ref))
				continue;
			if (blkback_grant_map_add(queue, io, data, ref, count)) {
				io->error = -ENOMEM;
				break;
			}
			if (++count == BLKBACK_GRANT_BATCH) {
				blkback_grant_map_batch(queue, count);
				count = 0;
			}
		}
		queue->grants->mapped += io->mapped;
	}
	blkback_grant_map_batch(queue, count);

	list_for_each_entry(io, ios, node)
		blkback_grant_set_bvec(io);
}

/**
 * blkback_unmap_flush - unmap what waits to be
 * @queue: the queue
 */
void blkback_unmap_flush(struct blkback_queue *queue)
{
	struct blkback_grants *grants = queue->grants;
	unsigned int count = grants->unmaps;

	if (!count)
		return;
	grants->unmaps = 0;
	/* Fails only if we unmap what we never mapped. */
	if (WARN_ON_ONCE(gnttab_unmap_refs(grants->unmap, NULL, grants->pages,
					   count)))
		return;
	gnttab_page_cache_put(&grants->cache, grants->pages, count);
}

/**
 * blkback_unmap_page - unmap a page, with others
 * @queue: the queue
 * @page: where it is mapped; nobody uses it any more
 * @handle: the hypervisor's name for that
 *
 * Done when blkback_unmap_flush() returns.
 */
void blkback_unmap_page(struct blkback_queue *queue, struct page *page,
			grant_handle_t handle)
{
	struct blkback_grants *grants = queue->grants;
	unsigned long addr = (unsigned long)pfn_to_kaddr(page_to_pfn(page));

	gnttab_set_unmap_op(&grants->unmap[grants->unmaps], addr,
			    GNTMAP_host_map, handle);
	grants->pages[grants->unmaps] = page;
	if (++grants->unmaps == BLKBACK_GRANT_BATCH)
		blkback_unmap_flush(queue);
}

/**
 * blkback_unmap - unmap the pages of a list of requests
 * @queue: the queue
 * @ios: its requests, whose pages nobody uses any more
 */
void blkback_unmap(struct blkback_queue *queue, struct list_head *ios)
{
	struct blkback_io *io;

	list_for_each_entry(io, ios, node) {
		queue->grants->mapped -= io->mapped;
		while (io->mapped) {
			struct blkback_data *data = &io->data[--io->mapped];

			if (data->grant)
				blkback_persistent_put(data->grant);
			else if (data->page)
				blkback_unmap_page(queue, data->page,
						   data->handle);
		}
	}
	blkback_unmap_flush(queue);
}
