// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks of mirrors, of spare tables, and of all tables of a process, in kernels under test
 * only (CONFIG_XENIFY_CHECK_TABLES).
 *
 * A mirror has to have in each slot what its table has, translated. All of a process' tables
 * are looked at when Xen is shown them, before they are taken away, and after that: nobody
 * else changes upper tables then, as the process isn't seen yet or has ended. Others may find
 * pages of it and change entries of its L1 tables, so of those only what can't be so at any
 * time is a fault.
 *
 * Floor F1. Called by those that make tables of pages and pages of tables.
 */
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/nmi.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/string.h>

#include <asm/vsyscall.h>
#include <asm/xen/page.h>
#include <xen/xen.h>

#include "../kasan.h"
#include "check.h"
#include "mirror.h"
#include "table.h"

#define SLOTS		512
#define USER_SLOTS	(PTRS_PER_PGD / 2)
/* The processor and Xen set the others by themselves. */
#define COMPARED	(XEN_PTE_MFN_MASK | _PAGE_PRESENT | _PAGE_RW | _PAGE_NX)

/*
 * A mirror's link to its table has this bit, so that no other use of the field looks like
 * it, and the level above it. That of the table to its mirror has neither.
 */
#define BACK		1UL
#define BACK_LEVEL(link) ((enum xen_level)(((link) >> 1) & 7))
#define BACK_BITS	(BACK | 7UL << 1)

/* ---- one mirror ---- */

static struct page *xen_agree_user(struct page *top)
{
	return virt_to_page((void *)page_private(top));
}

/**
 * xen_check_mirrored - the table of which a page is the mirror
 * @page: the page. Nothing is known of it, so that both links have to be there
 *
 * Return: NULL if it is no mirror in use.
 */
struct page *xen_check_mirrored(struct page *page)
{
	unsigned long link = (unsigned long)page->mapping;
	struct page *table = (struct page *)(link & ~BACK_BITS), *mirror;

	if (!(link & BACK) || (link & ~BACK_BITS) % sizeof(*table) ||
	    !pfn_valid(page_to_pfn(table)))
		return NULL;
	mirror = xen_mirror_of(table);
	if (mirror == page)
		return table;
	return mirror && BACK_LEVEL(link) == XEN_L4 && xen_agree_user(mirror) == page ?
	       table : NULL;
}

/**
 * xen_check_mirrors - be told that a mirror is one of a table
 * @mirror: of a top level, that of the kernel's
 * @table: the table
 * @level: its level
 */
void xen_check_mirrors(struct page *mirror, struct page *table, enum xen_level level)
{
	mirror->mapping = (void *)((unsigned long)table | level << 1 | BACK);
	if (level == XEN_L4)
		xen_agree_user(mirror)->mapping = mirror->mapping;
}

static enum xen_level xen_agree_level(const struct page *mirror)
{
	return BACK_LEVEL((unsigned long)mirror->mapping);
}

/* Of top levels the upper half, which all processes share, has machine frames. */
static bool xen_agree_is_own(unsigned int level, unsigned int slot)
{
	return level < XEN_L4 || slot < USER_SLOTS;
}

/*
 * What a mirror has to have in a slot. Of the upper half of top levels the kernel's has what
 * the table has, while that is in use, and the user's nothing but the vsyscall page.
 */
static unsigned long xen_agree_wanted(struct page *mirror, struct page *table, unsigned int slot)
{
	unsigned long entry = READ_ONCE(((unsigned long *)page_address(table))[slot]);
	bool shown = PagePinned(table) && !this_cpu_read(xen_check_is_hiding);

	if (xen_agree_is_own(xen_agree_level(mirror), slot))
		return shown ? xen_mirror_value(entry) : 0;
	if (mirror == xen_mirror_of(table) && PagePinned(table))
		return entry;
	return mirror == xen_mirror_of(table) || slot == pgd_index(VSYSCALL_ADDR) ?
	       ((unsigned long *)page_address(mirror))[slot] : 0;
}

/* Noting that a slot is in use has to change nothing. */
static bool xen_agree_range(const struct page *mirror, struct page *table, unsigned int level,
			    unsigned int slot)
{
	unsigned long range = READ_ONCE(mirror->index);
	struct page noted = { .index = range };

	xen_mirror_note(&noted, slot);
	if (noted.index == range)
		return true;
	xen_check_tell(table, level, slot, "has an entry outside of its mirror's range",
		       range, noted.index);
	return false;
}

/* An entry with a machine's frame would be that of another host after a restore. */
static bool xen_agree_form(struct page *table, unsigned int level, unsigned int slot)
{
	unsigned long entry = READ_ONCE(((unsigned long *)page_address(table))[slot]);
	bool own = xen_mirror_of(table) && xen_agree_is_own(level, slot);

	if (!(entry & _PAGE_PRESENT) || !(entry & XEN_ENTRY_OWN) == !own)
		return true;
	xen_check_tell(table, level, slot, own ? "has a machine's frame" :
		       "has a frame that is not a machine's", entry, entry ^ XEN_ENTRY_OWN);
	return false;
}

/**
 * xen_check_slot - check a slot of a mirror
 * @mirror: which; of a top level, that of the kernel's or of the user's
 * @table: of which it is the mirror
 * @slot: which
 *
 * Return: false if it is wrong, which was told.
 */
bool xen_check_slot(struct page *mirror, struct page *table, unsigned int slot)
{
	unsigned long has = READ_ONCE(((unsigned long *)page_address(mirror))[slot]);
	unsigned long want = xen_agree_wanted(mirror, table, slot);
	enum xen_level level = xen_agree_level(mirror);

	if ((has ^ want) & COMPARED) {
		xen_check_tell(table, level, slot, mirror == xen_mirror_of(table) ?
			       "differs from its mirror" : "differs from the user's mirror",
			       has, want);
		return false;
	}
	if (!xen_agree_is_own(level, slot))
		return true;
	return xen_agree_form(table, level, slot) &&
	       (!want || xen_agree_range(xen_mirror_of(table), table, level, slot));
}

/* The first fault is enough. */
static void xen_agree_mirror(struct page *mirror, struct page *table)
{
	enum xen_level level = xen_agree_level(mirror);
	unsigned int slot;

	for (slot = 0; slot < SLOTS; slot++) {
		if (slot == USER_SLOTS && level == XEN_L4)
			slot = KERNEL_PGD_BOUNDARY;
		if (!xen_check_slot(mirror, table, slot))
			return;
	}
}

/**
 * xen_check_entry - check an entry of an upper table that was just written
 * @entry: where it is, of a table whose lock is held
 */
void xen_check_entry(const void *entry)
{
	struct page *table, *mirror;
	unsigned int slot = offset_in_page(entry) / sizeof(u64);

	/* In a lazy section it waits. Early there are no mirrors. */
	if (!static_branch_likely(&xen_table_has_pages) || xen_get_lazy_mode() == XEN_LAZY_MMU)
		return;
	table = virt_to_page(entry);
	mirror = xen_mirror_of(table);
	if (mirror)
		xen_check_slot(mirror, table, slot);
	if (mirror && xen_agree_level(mirror) == XEN_L4 && slot < USER_SLOTS)
		xen_check_slot(xen_agree_user(mirror), table, slot);
}

/* ---- spare tables ---- */

static void xen_agree_is_empty(struct page *page, enum xen_level level)
{
	unsigned long *table = page_address(page);
	unsigned int slot;

	for (slot = 0; slot < (level == XEN_L4 ? USER_SLOTS : SLOTS); slot++) {
		if (!table[slot])
			continue;
		xen_check_tell(page, level, slot, "is spare, but not empty", table[slot], 0);
		return;
	}
}

static void xen_agree_spare_page(struct page *page, enum xen_level level)
{
	bool noted = PagePinned(page), wanted = level == XEN_L1;

	xen_agree_is_empty(page, level);
	xen_check_page(page, level, true);
	xen_check_waiting(page, level);
	if (noted != wanted)
		xen_check_tell(page, level, -1, wanted ? "is not noted as a table" :
			       "is a mirror, but noted as a table", noted, wanted);
	page->mapping = NULL;
}

/**
 * xen_check_spare - check an empty table that is nobody's, or not any more
 * @page: the table; of the top level, the user's comes with it
 * @level: its level
 */
void xen_check_spare(struct page *page, enum xen_level level)
{
	/* Of L1 tables the field is no range. */
	if (level > XEN_L1 && page->index)
		xen_check_tell(page, level, -1, "is spare, but has a range", page->index, 0);
	xen_agree_spare_page(page, level);
	if (level == XEN_L4)
		xen_agree_spare_page(xen_agree_user(page), level);
}

/* ---- all tables of a process ---- */

/**
 * struct xen_agree_walk - what has to be so of all tables that are met
 * @kernel: they are the kernel's own, of which the upper half is looked at
 * @mirrored: upper ones have mirrors
 * @shown: they are in use
 */
struct xen_agree_walk {
	bool kernel;
	bool mirrored;
	bool shown;
};

/* The user's top level, and that it has the same lower half. */
static void xen_agree_top(const struct xen_agree_walk *walk, struct page *top)
{
	struct page *mirror = xen_mirror_of(top);
	struct page *user = xen_agree_user(mirror ?: top);
	const unsigned long *has = page_address(user), *want = page_address(top);
	unsigned int slot;

	xen_check_page(user, XEN_L4, mirror || walk->shown);
	if (mirror)
		xen_agree_mirror(user, top);
	for (slot = 0; !mirror && walk->shown && slot < USER_SLOTS; slot++)
		if ((has[slot] ^ want[slot]) & COMPARED)
			xen_check_tell(user, XEN_L4, slot, "differs from the kernel's", has[slot],
				       want[slot]);
}

static void xen_agree_upper(const struct xen_agree_walk *walk, struct page *page,
			    enum xen_level level)
{
	struct page *mirror = xen_mirror_of(page);

	if (!mirror != !walk->mirrored) {
		xen_check_tell(page, level, -1, mirror ? "has a mirror" : "has no mirror",
			       !!mirror, walk->mirrored);
		return;
	}
	if (!mirror)
		return;
	if (xen_check_mirrored(mirror) != page || xen_agree_level(mirror) != level)
		xen_check_tell(page, level, -1, "has a mirror that isn't its own",
			       (unsigned long)mirror->mapping, page_to_pfn(mirror));
	xen_check_page(mirror, level, true);
	xen_agree_mirror(mirror, page);
}

/*
 * What a process' page maps is this domain's, except for what the kernel has marked as
 * special. Somebody may just be taking the page away: then the entry is another one now.
 */
static void xen_agree_frames(struct page *page)
{
	const unsigned long *table = page_address(page);
	unsigned long entry;
	unsigned int slot;

	/* A large process has many of these. */
	touch_softlockup_watchdog();
	for (slot = 0; slot < SLOTS; slot++) {
		entry = READ_ONCE(table[slot]);
		if (!(entry & _PAGE_PRESENT) || entry & _PAGE_SPECIAL ||
		    xen_check_owns(PFN_DOWN(entry & XEN_PTE_MFN_MASK)) ||
		    READ_ONCE(table[slot]) != entry)
			continue;
		xen_check_tell(page, XEN_L1, slot, "maps a frame that is not the domain's",
			       entry, 0);
		return;
	}
}

/* Of L1 tables some stay tables to Xen, noted so. */
static void xen_agree_table(const struct xen_agree_walk *walk, struct page *page,
			    enum xen_level level)
{
	bool either = level == XEN_L1 && !walk->shown && static_key_enabled(&xen_cheap_typed);

	if (PagePinned(page) != walk->shown && !either)
		xen_check_tell(page, level, -1, walk->shown ? "is not noted as in use" :
			       "is noted as in use still", !walk->shown, walk->shown);
	xen_check_page(page, level, PagePinned(page) && (level == XEN_L1 || !walk->mirrored));
	if (level > XEN_L1)
		xen_agree_upper(walk, page, level);
	else if (walk->shown && !walk->kernel)
		xen_agree_frames(page);
	if (level == XEN_L4 && !walk->kernel)
		xen_agree_top(walk, page);
}

static struct page *xen_agree_lower(struct page *page, enum xen_level level, unsigned int slot)
{
	unsigned long entry = ((unsigned long *)page_address(page))[slot];
	unsigned long pfn = PFN_DOWN(entry & PTE_PFN_MASK & ~XEN_ENTRY_OWN);

	if (!(entry & _PAGE_PRESENT) || entry & _PAGE_PSE || !xen_agree_form(page, level, slot))
		return NULL;
	if (!(entry & XEN_ENTRY_OWN))
		return xen_check_frame(PFN_DOWN(entry & XEN_PTE_MFN_MASK));
	if (pfn_valid(pfn))
		return pfn_to_page(pfn);
	xen_check_tell(page, level, slot, "names no page", entry, 0);
	return NULL;
}

/*
 * A table and all below it. What KASAN has for shadows that are all alike is met over and
 * over, and left out.
 */
static void xen_agree_tree(const struct xen_agree_walk *walk, struct page *page,
			   enum xen_level level)
{
	unsigned int slot = 0, end = SLOTS;
	struct page *lower;

	xen_agree_table(walk, page, level);
	if (level == XEN_L1)
		return;
	if (level == XEN_L4 && walk->kernel)
		slot = KERNEL_PGD_BOUNDARY;
	else if (level == XEN_L4)
		end = USER_SLOTS;
	for (; slot < end; slot++) {
		lower = xen_agree_lower(page, level, slot);
		if (lower && !xen_kasan_is_table(page_to_pfn(lower)))
			xen_agree_tree(walk, lower, level - 1);
	}
}

static void xen_agree_space(pgd_t *pgd, bool shown)
{
	struct page *top = virt_to_page(pgd);
	const struct xen_agree_walk walk = {
		.kernel = pgd == init_mm.pgd, .mirrored = xen_mirror_of(top), .shown = shown,
	};

	xen_agree_tree(&walk, top, XEN_L4);
}

/**
 * xen_check_shown - check page tables that Xen sees
 * @pgd: the top level of a process, or of the kernel's own
 */
void xen_check_shown(pgd_t *pgd)
{
	xen_agree_space(pgd, true);
}

/**
 * xen_check_hiding - check page tables that are about to be memory again
 * @pgd: the top level
 *
 * Context: no other process runs on this CPU before xen_check_hidden().
 */
void xen_check_hiding(pgd_t *pgd)
{
	xen_agree_space(pgd, true);
	this_cpu_write(xen_check_is_hiding, true);
}

/**
 * xen_check_hidden - check page tables that are memory again
 * @pgd: the top level
 */
void xen_check_hidden(pgd_t *pgd)
{
	this_cpu_write(xen_check_is_hiding, false);
	xen_agree_space(pgd, false);
}

static int __init xen_agree_start(void)
{
	if (!xen_pv_domain())
		return 0;
	xen_check_shown(init_mm.pgd);
	pr_info("Xen: page tables are checked\n");
	return 0;
}
late_initcall(xen_agree_start);
