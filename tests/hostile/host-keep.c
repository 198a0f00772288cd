// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of a frontend's that a hostile backend maps, and does not let go. Floor F6;
 * called by the backends' acts.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <xen/page.h>

#include "host.h"

/**
 * host_keep - map a page, and do not let it go
 * @host: the hostile half, locked
 * @ref: of the page
 * @readonly: it may not be written
 *
 * Return: 0 or a negative errno.
 */
int host_keep(struct hostile_host *host, grant_ref_t ref, bool readonly)
{
	struct host_kept *kept = &host->kept[host->nr_kept];
	struct gnttab_map_grant_ref op;
	unsigned long addr;
	int err;

	if (host->nr_kept == HOST_KEPT)
		return -ENOSPC;
	err = gnttab_alloc_pages(1, &kept->page);
	if (err)
		return err;
	addr = (unsigned long)pfn_to_kaddr(page_to_pfn(kept->page));
	gnttab_set_map_op(&op, addr, GNTMAP_host_map |
			  (readonly ? GNTMAP_readonly : 0), ref,
			  host->dev->otherend_id);
	err = gnttab_map_refs(&op, NULL, &kept->page, 1);
	if (err || op.status != GNTST_okay) {
		gnttab_free_pages(1, &kept->page);
		return err ?: -EFAULT;
	}
	kept->handle = op.handle;
	host->nr_kept++;
	return 0;
}

/**
 * host_release - let all pages go
 * @host: the hostile half, locked
 */
void host_release(struct hostile_host *host)
{
	while (host->nr_kept) {
		struct host_kept *kept = &host->kept[--host->nr_kept];
		unsigned long pfn = page_to_pfn(kept->page);
		struct gnttab_unmap_grant_ref op;

		gnttab_set_unmap_op(&op, (unsigned long)pfn_to_kaddr(pfn),
				    GNTMAP_host_map, kept->handle);
		gnttab_unmap_refs(&op, NULL, &kept->page, 1);
		gnttab_free_pages(1, &kept->page);
	}
}

/**
 * host_release_later - the same, when the frontend had time to go on
 * @host: the hostile half, not locked
 * @before: how many connections there had been
 *
 * Return: whether it did not: it would use those pages.
 */
bool host_release_later(struct hostile_host *host, u32 before)
{
	bool waited;

	msleep(700);
	mutex_lock(&host->lock);
	waited = host->seen.connections == before;
	host_release(host);
	mutex_unlock(&host->lock);
	return waited;
}
