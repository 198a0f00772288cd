// SPDX-License-Identifier: GPL-2.0-only
/*
 * Empty pages that are tables to Xen, from one process to the next.
 *
 * A page that becomes a table costs Xen a look at all of its entries, and another one when
 * it is none any more. So it stays pinned, and read-only to the kernel, while nobody uses
 * it. A top level comes with the user's, which its struct page names. What there is too
 * much of, and what is wanted back when memory is short, becomes memory again.
 *
 * Floor F1. Called by mirror.c and typed.c.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>

#include <asm/pgtable.h>
#include <asm/xen/page.h>

#include "batch.h"
#include "check.h"
#include "spare.h"

/* As many of a level are kept. */
#define SPARES	64

/* Guards the lists; the count of a level is read without it, where a guess will do. */
static DEFINE_SPINLOCK(spare_lock);
static unsigned int spare_count[XEN_L4 + 1];
static struct list_head spares[XEN_L4 + 1] = {
	[XEN_L1] = LIST_HEAD_INIT(spares[XEN_L1]),
	[XEN_L2] = LIST_HEAD_INIT(spares[XEN_L2]),
	[XEN_L3] = LIST_HEAD_INIT(spares[XEN_L3]),
	[XEN_L4] = LIST_HEAD_INIT(spares[XEN_L4]),
};

static void xen_spare_pin(struct page *page, enum xen_level level)
{
	xen_mc_batch();
	xen_batch_protect(page_to_pfn(page), PAGE_KERNEL_RO);
	xen_batch_ext(MMUEXT_PIN_L1_TABLE + level - XEN_L1)->arg1.mfn =
		pfn_to_mfn(page_to_pfn(page));
	xen_mc_issue(0);
}

static void xen_spare_free(struct page *page)
{
	ClearPagePinned(page);
	xen_mc_batch();
	xen_batch_ext(MMUEXT_UNPIN_TABLE)->arg1.mfn = pfn_to_mfn(page_to_pfn(page));
	xen_batch_protect(page_to_pfn(page), PAGE_KERNEL);
	xen_mc_issue(0);
	xen_check_memory(page);
	set_page_private(page, 0);
	__free_page(page);
}

static void xen_spare_destroy(struct page *page, enum xen_level level)
{
	if (level == XEN_L4)
		xen_spare_free(virt_to_page((void *)page_private(page)));
	xen_spare_free(page);
}

/**
 * xen_spare_take - take an empty table that is kept
 * @level: of which level
 *
 * Return: NULL if there is none.
 */
struct page *xen_spare_take(enum xen_level level)
{
	struct page *page;
	unsigned long flags;

	spin_lock_irqsave(&spare_lock, flags);
	page = list_first_entry_or_null(&spares[level], struct page, lru);
	if (page) {
		list_del_init(&page->lru);
		spare_count[level]--;
	}
	spin_unlock_irqrestore(&spare_lock, flags);
	if (page)
		xen_check_spare(page, level);
	return page;
}

/**
 * xen_spare_create - make an empty table
 * @level: of which level; with XEN_L4 the user's, too, and it may sleep
 * @gfp: how to get memory
 *
 * Return: NULL if there is no memory.
 */
struct page *xen_spare_create(enum xen_level level, gfp_t gfp)
{
	struct page *page = alloc_page(gfp | __GFP_ZERO);
	pgd_t *user = page && level == XEN_L4 ? xen_user_create() : NULL;

	if (!page || (level == XEN_L4 && !user)) {
		if (page)
			__free_page(page);
		return NULL;
	}
	page->index = 0;
	set_page_private(page, (unsigned long)user);
	xen_spare_pin(page, level);
	if (user)
		xen_spare_pin(virt_to_page(user), XEN_L4);
	xen_check_spare(page, level);
	return page;
}

/**
 * xen_spare_is_wanted - whether a table of a level would be kept
 * @level: which level
 */
bool xen_spare_is_wanted(enum xen_level level)
{
	return READ_ONCE(spare_count[level]) < SPARES;
}

/**
 * xen_spare_put - keep an empty table, or make memory of it
 * @page: the table. One of XEN_L4 may have the kernel's half, and has the user's
 * @level: its level
 */
void xen_spare_put(struct page *page, enum xen_level level)
{
	unsigned long flags;
	bool keep;

	xen_check_spare(page, level);
	spin_lock_irqsave(&spare_lock, flags);
	keep = xen_spare_is_wanted(level);
	if (keep) {
		list_add(&page->lru, &spares[level]);
		WRITE_ONCE(spare_count[level], spare_count[level] + 1);
	}
	spin_unlock_irqrestore(&spare_lock, flags);
	if (!keep)
		xen_spare_destroy(page, level);
}

static unsigned long xen_spare_count(struct shrinker *shrinker, struct shrink_control *control)
{
	unsigned long pages = 0;
	enum xen_level level;

	for (level = XEN_L1; level <= XEN_L4; level++)
		pages += READ_ONCE(spare_count[level]);
	return pages ?: SHRINK_EMPTY;
}

static unsigned long xen_spare_scan(struct shrinker *shrinker, struct shrink_control *control)
{
	unsigned long freed = 0;
	enum xen_level level;
	struct page *page;

	for (level = XEN_L1; level <= XEN_L4; level++)
		while (freed < control->nr_to_scan && (page = xen_spare_take(level))) {
			xen_spare_destroy(page, level);
			freed++;
		}
	return freed ?: SHRINK_STOP;
}

static int __init xen_spare_init(void)
{
	struct shrinker *shrinker = shrinker_alloc(0, "xen-tables");

	if (!shrinker)
		return -ENOMEM;
	shrinker->count_objects = xen_spare_count;
	shrinker->scan_objects = xen_spare_scan;
	shrinker_register(shrinker);
	return 0;
}
core_initcall(xen_spare_init);
