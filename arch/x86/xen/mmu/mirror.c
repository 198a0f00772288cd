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
 * A table gets its mirror when it is allocated. PagePinned() of an upper table tells that
 * its process is in use: then what is written to the one is written to the other, too.
 *
 * A mirror is reused at once. Xen flushes the TLBs of all CPUs of the domain when an entry
 * above L1 is emptied, so none has anything of the last process' tables.
 *
 * In a saved domain's image Xen's tools translate tables, that is mirrors and L1 tables. The
 * kernel's half of each top level has machine frames, too, and is translated here.
 *
 * Floor F1. Called by mm/memory.c through hooks.h, by table.c, user.c, space.c, cr3.c and
 * entry.c, and around a suspend.
 */
#include <linux/gfp.h>
#include <linux/mm.h>

#include <asm/pgtable.h>
#include <asm/xen/page.h>

#include "batch.h"
#include "check.h"
#include "mirror.h"
#include "mmu.h"
#include "spare.h"
#include "table.h"

#define SLOTS		512UL
#define USER_SLOTS	(PTRS_PER_PGD / 2)

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
	return pfn_to_page((xen_entry_upper_val(entry) & PTE_PFN_MASK) >> PAGE_SHIFT);
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
 * Return: the same, but with the machine frame of what it names, or of its mirror. An L1
 * table has none.
 */
unsigned long xen_mirror_value(unsigned long entry)
{
	struct page *named;

	if (!(entry & _PAGE_PRESENT))
		return entry;
	named = xen_mirror_named(entry);
	return PFN_PHYS(xen_mirror_frame(xen_mirror_of(named) ?: named)) |
	       (entry & ~XEN_PTE_MFN_MASK);
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

/**
 * xen_mirror_add - give a new upper table its mirror
 * @table: the table
 * @level: its level
 *
 * Context: may sleep.
 * Return: false if there is no memory.
 */
bool xen_mirror_add(void *table, enum xen_level level)
{
	struct page *mirror = xen_spare_take(level) ?: xen_spare_create(level, GFP_KERNEL);

	if (!mirror)
		return false;
	virt_to_page(table)->mapping = (void *)mirror;
	xen_check_mirrors(mirror, virt_to_page(table), level);
	return true;
}

/**
 * xen_mirror_remove - take an upper table's mirror from it, which is empty
 * @page: the table
 * @level: its level
 */
void xen_mirror_remove(struct page *page, enum xen_level level)
{
	struct page *mirror = xen_mirror_of(page);

	/* The entry that named it may still wait. */
	xen_mc_flush();
	page->mapping = NULL;
	mirror->index = 0;
	ClearPagePinned(page);
	xen_spare_put(mirror, level);
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
	struct page *named;
	struct xen_mirror_range range = xen_mirror_range(xen_mirror_of(page), level);
	unsigned int i;

	if (in_use)
		SetPagePinned(page);
	else
		ClearPagePinned(page);
	for (i = range.first; i < range.end; i++) {
		if (!(table[i] & _PAGE_PRESENT))
			continue;
		named = xen_mirror_named(table[i]);
		if (level > XEN_L2)
			xen_mirror_mark(mm, named, level - 1, in_use);
		else if (in_use)
			xen_pin_table(mm, named, XEN_L1);
		else if (!xen_typed_stays(named))
			xen_pin_free(mm, named, XEN_L1);
	}
}

/* The mirrors of a process' tables get their entries, or lose them. */
static void xen_mirror_fill(struct page *page, unsigned int level, bool in_use)
{
	unsigned long entry, *table = page_address(page);
	struct page *mirror = xen_mirror_of(page);
	struct xen_mirror_range range = xen_mirror_range(mirror, level);
	unsigned int i;

	for (i = range.first; i < range.end; i++) {
		if (!(table[i] & _PAGE_PRESENT))
			continue;
		entry = in_use ? xen_mirror_value(table[i]) : 0;
		xen_mirror_update(mirror, i, entry);
		if (level == XEN_L4)
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
 * xen_mirror_translate - translate a process' top level for a saved image, and back
 * @pgd: the table
 * @save: into the domain's own frame numbers; otherwise into the machine's
 *
 * Context: all other CPUs are stopped.
 */
void xen_mirror_translate(pgd_t *pgd, bool save)
{
	unsigned long *table = (unsigned long *)pgd;
	unsigned int i;

	for (i = KERNEL_PGD_BOUNDARY; i < SLOTS; i++) {
		if (i >= pgd_index(GUARD_HOLE_BASE_ADDR) && i < pgd_index(GUARD_HOLE_END_ADDR))
			continue;
		table[i] = save ? xen_entry_val(table[i]) : xen_entry_make(table[i]);
	}
}
