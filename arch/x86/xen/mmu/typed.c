// SPDX-License-Identifier: GPL-2.0-only
/*
 * L1 tables that stay tables to Xen from one process to the next.
 *
 * That a page becomes an L1 table and memory again costs as much as some hundred updates of
 * its entries. Most tables of a small process have fewer: those are emptied by updates when
 * it ends, and are the next one's, which fills them by updates before it has run, too.
 * A full one is made a table, and taken apart, as a whole.
 *
 * Who reads page tables without a lock may still look at one that was freed: it is used
 * again when none of them can. TLBs need no more care: Xen flushes those of all CPUs of the
 * domain when an entry above L1 is emptied.
 *
 * Floor F1. Called by mm/memory.c through hooks.h, by mirror.c, and by pv_ops.
 */
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

#include <asm/tlb.h>
#include <asm/xen/page.h>

#include "batch.h"
#include "cheap.h"
#include "spare.h"
#include "table.h"

/* With so many entries both ways cost the same. */
#define FULL	80
#define STRIDE	8

/* A child's tables become as full as its parent's are. */
static bool xen_typed_is_worth(struct mm_struct *mm)
{
	struct mm_struct *parent = current->mm;

	return parent && (mm == parent || get_mm_rss(parent) <
			  mm_pgtables_bytes(parent) / PAGE_SIZE * FULL);
}

static void xen_typed_put(struct page *page)
{
	memcg_kmem_uncharge_page(page, 0);
	/* Where the table's lock was. */
	set_page_private(page, 0);
	xen_spare_put(page, XEN_L1);
}

/**
 * xen_typed_take - take an empty L1 table that is one to Xen
 * @mm: for which process
 *
 * Return: the table, as pte_alloc_one() returns one; NULL if there is none, or if a page
 * that is no table yet is better.
 */
struct page *xen_typed_take(struct mm_struct *mm)
{
	struct page *page = xen_typed_is_worth(mm) ? xen_spare_take(XEN_L1) : NULL;

	if (!page)
		return NULL;
	if (!memcg_kmem_charge_page(page, GFP_KERNEL_ACCOUNT, 0) &&
	    pagetable_pte_ctor(page_ptdesc(page)))
		return page;
	xen_typed_put(page);
	return NULL;
}

/**
 * xen_typed_set_class - have lockdep take all tables' locks for one kind
 * @page: an L1 table that is new to its process
 *
 * A kind is where the lock was made: here, or in pte_alloc_one(). Several are held at once,
 * in any order, by who has mm->page_table_lock; and two in a fork, the child's first.
 */
void xen_typed_set_class(struct page *page)
{
#ifdef CONFIG_SPLIT_PTE_PTLOCKS
	static struct lock_class_key class;

	lockdep_set_class(ptlock_ptr(page_ptdesc(page)), &class);
#endif
}

/**
 * xen_typed_give_back - give back a table that was not used
 * @page: from xen_typed_take()
 */
void xen_typed_give_back(struct page *page)
{
	pagetable_pte_dtor(page_ptdesc(page));
	xen_typed_put(page);
}

/**
 * xen_typed_stays - whether a table stays one to Xen while its process ends
 * @page: an L1 table
 *
 * A guess: of entries that are next to each other one is looked at.
 */
bool xen_typed_stays(const struct page *page)
{
	const unsigned long *table = page_address(page);
	unsigned int i, entries = 0;

	if (!static_branch_likely(&xen_cheap_typed))
		return false;
	for (i = 0; i < PTRS_PER_PTE; i += STRIDE)
		if (table[i])
			entries += STRIDE;
	return entries <= FULL;
}

static void xen_typed_put_late(struct rcu_head *head)
{
	xen_typed_put(container_of(head, struct page, rcu_head));
}

/**
 * xen_typed_remove - free a table which no entry names any more
 * @tlb: what gathers pages to free
 * @table: the table's page. Of any level: only an L1 table is one to Xen still
 */
void xen_typed_remove(struct mmu_gather *tlb, void *table)
{
	struct page *page = table;

	if (!PagePinned(page)) {
		tlb_remove_table(tlb, table);
		return;
	}
	/* The entry that named it may still wait, and its own. */
	xen_mc_flush();
	if (xen_spare_is_wanted(XEN_L1) && !memchr_inv(page_address(page), 0, PAGE_SIZE)) {
		call_rcu(&page->rcu_head, xen_typed_put_late);
		return;
	}
	xen_table_release(page_to_pfn(page), XEN_L1);
	tlb_remove_table(tlb, table);
}
