// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mirrors of a process' upper page tables: what Xen sees of them.
 *
 * Xen looks at all 512 entries of a page before it is a table, and again when it is none
 * any more. A small process has a few entries in each of six or seven tables above L1, so
 * that this is the greatest part of what fork and exit cost. Here the kernel's upper
 * tables stay plain memory. Each has a mirror, a page that is a table to Xen as long as
 * it exists, and goes empty from one process to the next. L1 tables are the same for both:
 * an entry that names an upper table has the machine frame of that one in the kernel's
 * table, and in the mirror that of the other's mirror.
 *
 * A table gets its mirror when it is allocated. PagePinned() of a table tells that its
 * process is in use: then what is written to the one is written to the other, too.
 *
 * A mirror is reused at once. Xen flushes the TLBs of all CPUs of the domain when an entry
 * above L1 is emptied, so none has anything of the last process' tables.
 *
 * In a saved domain's image Xen's tools translate tables, that is mirrors and L1 tables.
 * The kernel's are translated here.
 *
 * Floor F1. Called by table.c, user.c, space.c, cr3.c, entry.c, and around a suspend.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#include <asm/pgtable.h>
#include <asm/xen/page.h>

#include "batch.h"
#include "check.h"
#include "mirror.h"
#include "mmu.h"
#include "table.h"

/* As many free mirrors of a level are kept. */
#define SPARE_MIRRORS	64
#define SLOTS		512UL
#define USER_SLOTS	(PTRS_PER_PGD / 2)

/* Guards the lists of free mirrors. */
static DEFINE_SPINLOCK(spare_lock);
static struct list_head spares[XEN_L4 + 1] = {
	[XEN_L2] = LIST_HEAD_INIT(spares[XEN_L2]),
	[XEN_L3] = LIST_HEAD_INIT(spares[XEN_L3]),
	[XEN_L4] = LIST_HEAD_INIT(spares[XEN_L4]),
};

static unsigned int spare_count[XEN_L4 + 1];

/*
 * Which slots of a table had an entry since its mirror was empty: from the first up to the
 * last, kept in the mirror's struct page. Most have few, and those close together. The
 * kernel's half of a top level is none of it.
 */
struct xen_mirror_range {
	unsigned int first;
	unsigned int end;
};

static struct xen_mirror_range xen_mirror_range(const struct page *mirror, unsigned int level)
{
	return (struct xen_mirror_range){
		.first = SLOTS - (mirror->index >> 16),
		.end = min((u16)mirror->index, level == XEN_L4 ? USER_SLOTS : SLOTS),
	};
}

/**
 * xen_mirror_note - note that a table has an entry in a slot
 * @mirror: of the table
 * @slot: which
 *
 * The start counts from behind, so that 0 is none.
 */
void xen_mirror_note(struct page *mirror, unsigned int slot)
{
	unsigned long start = mirror->index >> 16, end = (u16)mirror->index;

	mirror->index = max(start, SLOTS - slot) << 16 | max(end, slot + 1UL);
}

static unsigned long xen_mirror_frame(const struct page *page)
{
	return pfn_to_mfn(page_to_pfn(page));
}

static struct page *xen_mirror_named(unsigned long entry)
{
	return pfn_to_page(mfn_to_pfn((entry & XEN_PTE_MFN_MASK) >> PAGE_SHIFT));
}

/* Of the top level there are two. */
static struct page *xen_mirror_user(struct page *top)
{
	return virt_to_page((void *)page_private(top));
}

static void xen_mirror_update(struct page *mirror, unsigned int slot, unsigned long entry)
{
	xen_batch_update(PFN_PHYS(xen_mirror_frame(mirror)) + slot * sizeof(entry), entry);
}

/**
 * xen_mirror_value - what is in a mirror where the kernel's table has an entry
 * @entry: the kernel's
 *
 * Return: the same, but with the mirror's frame. L1 tables and the kernel's own have none;
 * where there was no memory for one there is no entry.
 */
unsigned long xen_mirror_value(unsigned long entry)
{
	struct page *named, *mirror;

	if (!(entry & _PAGE_PRESENT))
		return entry;
	named = xen_mirror_named(entry);
	mirror = xen_mirror_of(named);
	if (mirror)
		return PFN_PHYS(xen_mirror_frame(mirror)) | (entry & ~XEN_PTE_MFN_MASK);
	return PagePinned(named) ? entry : 0;
}

/**
 * xen_mirror_write - write to a mirror what the kernel's table has
 * @mirror: of that table
 * @slot: which entry
 * @entry: the kernel's
 *
 * Context: in a batch.
 */
void xen_mirror_write(struct page *mirror, unsigned int slot, unsigned long entry)
{
	xen_mirror_update(mirror, slot, xen_mirror_value(entry));
}

static void xen_mirror_pin(struct page *page, unsigned int level)
{
	xen_mc_batch();
	xen_batch_protect(page_to_pfn(page), PAGE_KERNEL_RO);
	xen_batch_ext(MMUEXT_PIN_L1_TABLE + level - XEN_L1)->arg1.mfn = xen_mirror_frame(page);
	xen_mc_issue(0);
}

static void xen_mirror_destroy(struct page *page)
{
	xen_mc_batch();
	xen_batch_ext(MMUEXT_UNPIN_TABLE)->arg1.mfn = xen_mirror_frame(page);
	xen_batch_protect(page_to_pfn(page), PAGE_KERNEL);
	xen_mc_issue(0);
	xen_check_memory(page);
	__free_page(page);
}

static struct page *xen_mirror_create(unsigned int level, gfp_t gfp)
{
	struct page *page = alloc_page(gfp | __GFP_ZERO);

	if (!page)
		return NULL;
	page->index = 0;
	xen_mirror_pin(page, level);
	return page;
}

static struct page *xen_mirror_take(unsigned int level)
{
	struct page *page;

	spin_lock(&spare_lock);
	page = list_first_entry_or_null(&spares[level], struct page, lru);
	if (page) {
		list_del_init(&page->lru);
		spare_count[level]--;
	}
	spin_unlock(&spare_lock);
	return page;
}

/* An empty one; of the top level, with the kernel's half and the user's top level. */
static void xen_mirror_put(struct page *page, unsigned int level)
{
	bool keep;

	xen_check_spare(page, level);
	spin_lock(&spare_lock);
	keep = spare_count[level] < SPARE_MIRRORS;
	if (keep) {
		list_add(&page->lru, &spares[level]);
		spare_count[level]++;
	}
	spin_unlock(&spare_lock);
	if (keep)
		return;
	if (level == XEN_L4)
		xen_mirror_destroy(xen_mirror_user(page));
	set_page_private(page, 0);
	xen_mirror_destroy(page);
}

/**
 * xen_mirror_add - give an upper table of a process its mirror
 * @page: the table
 * @level: XEN_L2 or XEN_L3
 * @mm: the process. A table that only moves in it has its mirror already
 *
 * If there is no memory the process that runs is ended: what is below such a table is not
 * mapped to the processor.
 *
 * Context: a lock of the process is held.
 */
void xen_mirror_add(struct page *page, unsigned int level, struct mm_struct *mm)
{
	struct page *mirror;

	if (xen_mirror_of(page))
		return;
	mirror = xen_mirror_take(level) ?: xen_mirror_create(level, GFP_ATOMIC);
	if (!mirror) {
		pr_warn_ratelimited("%s: no memory for a page table that Xen sees\n",
				    current->comm);
		force_sig(SIGKILL);
		return;
	}
	page->mapping = (void *)mirror;
	xen_check_mirrors(mirror, page, level);
	if (xen_table_is_pinned(mm->pgd))
		SetPagePinned(page);
}

/**
 * xen_mirror_remove - take an upper table's mirror from it, which is empty
 * @page: the table
 * @level: its level
 */
void xen_mirror_remove(struct page *page, unsigned int level)
{
	struct page *mirror = xen_mirror_of(page);

	page->mapping = NULL;
	if (xen_break != 6)
	mirror->index = 0;
	ClearPagePinned(page);
	/* The entry that named it may still wait. */
	xen_mc_flush();
	xen_mirror_put(mirror, level);
}

static struct page *xen_mirror_create_top(void)
{
	struct page *top = xen_mirror_create(XEN_L4, GFP_KERNEL);
	pgd_t *user = xen_user_create();

	if (top && user) {
		xen_mirror_pin(virt_to_page(user), XEN_L4);
		set_page_private(top, (unsigned long)user);
		return top;
	}
	if (top)
		xen_mirror_destroy(top);
	free_page((unsigned long)user);
	return NULL;
}

/**
 * xen_mirror_add_top - give a top level its mirrors, the kernel's and the user's
 * @pgd: the top level
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int xen_mirror_add_top(pgd_t *pgd)
{
	struct page *top = xen_mirror_take(XEN_L4) ?: xen_mirror_create_top();

	if (!top)
		return -ENOMEM;
	virt_to_page(pgd)->mapping = (void *)top;
	xen_check_mirrors(top, virt_to_page(pgd), XEN_L4);
	return 0;
}

/* The kernel's half may have changed since the mirror was used last. */
static void xen_mirror_link_kernel(struct page *top, const unsigned long *table)
{
	const unsigned long *has = page_address(top);
	unsigned int i;

	for (i = KERNEL_PGD_BOUNDARY; i < SLOTS; i++)
		if (has[i] != table[i])
			xen_mirror_update(top, i, table[i]);
}

/*
 * What is below a process' upper tables becomes a table to Xen, or memory again, and they
 * are marked as in use, or not.
 */
static void xen_mirror_mark(struct mm_struct *mm, struct page *page, unsigned int level,
			    bool in_use)
{
	unsigned long *table = page_address(page);
	struct page *mirror = xen_mirror_of(page), *named;
	struct xen_mirror_range range;
	unsigned int i;

	if (!mirror)
		return;
	if (in_use)
		SetPagePinned(page);
	else
		ClearPagePinned(page);
	range = xen_mirror_range(mirror, level);
	for (i = range.first; i < range.end; i++) {
		if (!(table[i] & _PAGE_PRESENT))
			continue;
		named = xen_mirror_named(table[i]);
		if (level > XEN_L2)
			xen_mirror_mark(mm, named, level - 1, in_use);
		else if (in_use)
			xen_pin_table(mm, named, XEN_L1);
		else
			xen_pin_free(mm, named, XEN_L1);
	}
}

/* The mirrors of a process' tables get their entries, or lose them. */
static void xen_mirror_fill(struct page *page, unsigned int level, bool in_use)
{
	unsigned long entry, *table = page_address(page);
	struct page *mirror = xen_mirror_of(page);
	struct xen_mirror_range range;
	unsigned int i;

	if (!mirror)
		return;
	range = xen_mirror_range(mirror, level);
	if (xen_break == 5 && !in_use && level == XEN_L2)
		range.end--;
	for (i = range.first; i < range.end; i++) {
		if (!(table[i] & _PAGE_PRESENT))
			continue;
		entry = in_use ? xen_mirror_value(table[i]) : 0;
		xen_mirror_update(mirror, i, entry);
		if (level == XEN_L4 && !(xen_break == 7 && in_use))
			xen_mirror_update(xen_mirror_user(mirror), i, entry);
		if (level > XEN_L2)
			xen_mirror_fill(xen_mirror_named(table[i]), level - 1, in_use);
	}
}

/**
 * xen_mirror_enter - let Xen see a process' tables
 * @mm: whose page_table_lock is held
 * @pgd: their top level
 *
 * Xen flushes TLBs once for each list of updates above L1, so they are one list.
 */
void xen_mirror_enter(struct mm_struct *mm, pgd_t *pgd)
{
	struct page *page = virt_to_page(pgd);

	xen_mc_batch();
	xen_mirror_mark(mm, page, XEN_L4, true);
	xen_mirror_link_kernel(xen_mirror_of(page), (unsigned long *)pgd);
	xen_mirror_fill(page, XEN_L4, true);
	xen_mc_issue(0);
}

/**
 * xen_mirror_exit - empty the mirrors of a process' tables
 * @mm: whose page_table_lock is held
 * @pgd: their top level, in use on no CPU
 *
 * An L1 table stays one as long as an entry names it, so the entries go first.
 */
void xen_mirror_exit(struct mm_struct *mm, pgd_t *pgd)
{
	struct page *page = virt_to_page(pgd);

	xen_mc_batch();
	xen_mirror_fill(page, XEN_L4, false);
	xen_mirror_mark(mm, page, XEN_L4, false);
	xen_mc_issue(0);
}

/**
 * xen_mirror_translate - translate a process' upper tables for a saved image, and back
 * @table: the first entry
 * @level: the table's level
 * @save: into the domain's own frame numbers; otherwise into the machine's
 *
 * Context: all other CPUs are stopped.
 */
void xen_mirror_translate(unsigned long *table, unsigned int level, bool save)
{
	unsigned long entry, slots = level == XEN_L4 ? USER_SLOTS : SLOTS;
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		if (!(table[i] & _PAGE_PRESENT))
			continue;
		if (level == XEN_L4 && i >= pgd_index(GUARD_HOLE_BASE_ADDR) &&
		    i < pgd_index(GUARD_HOLE_END_ADDR))
			continue;
		entry = save ? xen_entry_val(table[i]) : table[i];
		if (level > XEN_L2 && i < slots)
			xen_mirror_translate(__va(entry & PTE_PFN_MASK), level - 1, save);
		table[i] = save ? entry : xen_entry_make(entry);
	}
}
