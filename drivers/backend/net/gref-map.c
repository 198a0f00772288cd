// SPDX-License-Identifier: GPL-2.0-only
/*
 * Static grants are mapped when the guest adds them, and unmapped when it
 * deletes them or the connection ends. Floor F5; called by the control ring's
 * work (ctrl-ring.c), and when nobody uses the queues any more.
 *
 * Trust: a grant is any number; it is mapped or the whole list is refused. How
 * many there can be is bounded for each queue (%max_static), each interface
 * (%max_static_interface) and for all guests together (%max_static_total), so that
 * they cannot use up what this domain may map: Xen's default is 262144 grants,
 * for all rings, disks and interfaces.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/netdevice.h>

#include "control.h"

static unsigned int max_static = 1024;
module_param(max_static, uint, 0644);
MODULE_PARM_DESC(max_static,
		 "Most pages of each queue that a guest may have mapped for good, up to 4096; 0 for none (default: 1024)");

static unsigned int max_static_interface = 4096;
module_param(max_static_interface, uint, 0644);
MODULE_PARM_DESC(max_static_interface,
		 "Most pages of each interface that a guest may have mapped for good (default: 4096)");

static unsigned int max_static_total = 65536;
module_param(max_static_total, uint, 0644);
MODULE_PARM_DESC(max_static_total,
		 "Most pages that all guests together may have mapped for good (default: 65536)");

/* Those of all interfaces. */
static atomic_t grefs_mapped = ATOMIC_INIT(0);

/**
 * netback_grefs_offered - how many grants of a queue may stay mapped
 */
u32 netback_grefs_offered(void)
{
	return min(READ_ONCE(max_static), NETBACK_GREFS_MAX);
}

static unsigned long netback_gref_map_address_of(struct page *page)
{
	return (unsigned long)pfn_to_kaddr(page_to_pfn(page));
}

/* Unmaps those of a batch that are mapped. */
static void netback_gref_map_unmap_batch(struct netback_control *control,
					 struct netback_grefs *grefs, const u16 *which,
					 u32 count)
{
	u32 i, n = 0;

	for (i = 0; i < count; i++) {
		struct netback_gref *gref = &grefs->entries[which[i]];
		u32 flags = GNTMAP_host_map;

		if (!gref->page)
			continue;
		if (gref->readonly)
			flags |= GNTMAP_readonly;
		gnttab_set_unmap_op(&control->unmap[n], netback_gref_map_address_of(gref->page),
				    flags, gref->handle);
		control->pages[n++] = gref->page;
		WRITE_ONCE(gref->at, NULL);
		gref->page = NULL;
	}
	control->mapped -= n;
	atomic_sub(n, &grefs_mapped);
	/* Fails only if we unmap what we never mapped. */
	if (n && !WARN_ON_ONCE(gnttab_unmap_refs(control->unmap, NULL,
						 control->pages, n)))
		gnttab_page_cache_put(&control->cache, control->pages, n);
}

static void netback_gref_map_unmap(struct netback_control *control, struct netback_grefs *grefs,
				   const u16 *which, u32 count)
{
	u32 done, n;

	for (done = 0; done < count; done += n) {
		n = min(count - done, (u32)NETBACK_MAP_BATCH);
		netback_gref_map_unmap_batch(control, grefs, which + done, n);
	}
}

/* What could be mapped is in the entries. Return: 0 or -EFAULT. */
static int netback_gref_map_take_batch(struct netback_control *control,
				       struct netback_grefs *grefs, const u16 *which, u32 count)
{
	int err = 0;
	u32 i;

	for (i = 0; i < count; i++) {
		struct netback_gref *gref = &grefs->entries[which[i]];

		if (control->map[i].status != GNTST_okay) {
			gnttab_page_cache_put(&control->cache,
					      &control->pages[i], 1);
			err = -EFAULT;
			continue;
		}
		gref->page = control->pages[i];
		gref->handle = control->map[i].handle;
		control->mapped++;
		atomic_inc(&grefs_mapped);
	}
	return err;
}

/* Two interfaces that ask at once may get a little more than there is. */
static bool netback_gref_map_has_room(const struct netback_control *control, u32 count)
{
	unsigned int total = READ_ONCE(max_static_total);
	unsigned int mapped = atomic_read(&grefs_mapped);

	return control->mapped + count <= READ_ONCE(max_static_interface) &&
	       mapped < total && count <= total - mapped;
}

static int netback_gref_map_batch(struct netback_control *control,
				  struct netback_grefs *grefs, const u16 *which, u32 count)
{
	domid_t domid = control->back->dev->otherend_id;
	u32 i;

	for (i = 0; i < count; i++) {
		const struct netback_gref *gref = &grefs->entries[which[i]];
		u32 flags = GNTMAP_host_map;

		if (gref->readonly)
			flags |= GNTMAP_readonly;
		if (gnttab_page_cache_get(&control->cache, &control->pages[i])) {
			gnttab_page_cache_put(&control->cache, control->pages,
					      i);
			return -ENOMEM;
		}
		gnttab_set_map_op(&control->map[i],
				  netback_gref_map_address_of(control->pages[i]), flags,
				  gref->ref, domid);
	}
	/* An error is one of ours, after which nothing here is sure. */
	if (WARN_ON_ONCE(gnttab_map_refs(control->map, NULL, control->pages,
					 count)))
		return -EIO;
	return netback_gref_map_take_batch(control, grefs, which, count);
}

/**
 * netback_grefs_map - map grants for good
 * @owner: what serves the control ring
 * @grefs: the queue's table
 * @which: its entries, whose pages are not mapped
 * @count: how many
 *
 * Context: may sleep. Return: 0; or a negative errno with nothing mapped.
 */
int netback_grefs_map(void *owner, struct netback_grefs *grefs,
		      const u16 *which, u32 count)
{
	struct netback_control *control = owner;
	u32 i, n, done;
	int err;

	if (!netback_gref_map_has_room(control, count))
		return -ENOSPC;
	for (done = 0; done < count; done += n) {
		n = min(count - done, (u32)NETBACK_MAP_BATCH);
		err = netback_gref_map_batch(control, grefs, which + done, n);
		if (err) {
			netback_gref_map_unmap(control, grefs, which, done + n);
			return err;
		}
	}
	for (i = 0; i < count; i++) {
		struct netback_gref *gref = &grefs->entries[which[i]];

		/* From here on readers find it. */
		smp_store_release(&gref->at, page_address(gref->page));
	}
	return 0;
}

/**
 * netback_grefs_retire - unmap entries that nobody can find any more
 * @owner: what serves the control ring
 * @grefs: the queue's table
 * @which: the entries, mapped or not
 * @count: how many
 *
 * Context: may sleep.
 */
void netback_grefs_retire(void *owner, struct netback_grefs *grefs,
			  const u16 *which, u32 count)
{
	/* Who found one before is copying. */
	synchronize_net();
	netback_gref_map_unmap(owner, grefs, which, count);
}

/**
 * netback_grefs_unmap_all - the connection ends
 * @control: what served the control ring
 * @grefs: a queue's table, which nobody uses any more
 *
 * Context: may sleep.
 */
void netback_grefs_unmap_all(struct netback_control *control,
			     struct netback_grefs *grefs)
{
	u32 i, n = 0;

	for (i = 0; i < grefs->limit; i++) {
		if (!grefs->entries[i].page)
			continue;
		control->ctrl.which[n++] = i;
		if (n == NETBACK_MAP_BATCH) {
			netback_gref_map_unmap(control, grefs, control->ctrl.which, n);
			n = 0;
		}
	}
	netback_gref_map_unmap(control, grefs, control->ctrl.which, n);
}
