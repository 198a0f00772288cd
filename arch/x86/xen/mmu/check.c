// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks of page tables, in kernels under test only (CONFIG_XENIFY_CHECK_TABLES).
 *
 * Whether a page is a table, three know: the flags and links of struct page, by which mmu/
 * goes; the entry that maps the page for the kernel, which is read-only for a table; and Xen.
 * They are compared here, and mirrors with what they mirror: after each batch of hypercalls
 * what it was about, and all of a process' tables when Xen is shown them, before they are
 * taken away and after that.
 *
 * Xen is asked for a writable mapping of a table, which it has to refuse. It needs not be
 * asked about a page that is mapped writable: that can't be a table to Xen.
 *
 * Floor F1. Called by batch.c, and by those that make tables of pages and pages of tables.
 */
#include <kunit/static_stub.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>

#include <asm/vsyscall.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>
#include <xen/xen.h>

#include "../kasan.h"
#include "batch.h"
#include "check.h"
#include "mirror.h"
#include "table.h"

#define SLOTS		512
#define USER_SLOTS	(PTRS_PER_PGD / 2)
/* The processor and Xen set the others by themselves. */
#define COMPARED	(XEN_PTE_MFN_MASK | _PAGE_PRESENT | _PAGE_RW | _PAGE_NX)
/* Of a mirror's link to its table; that of the table to its mirror is without it. */
#define BACK		1UL

/**
 * struct xen_check_batch - the batch that a CPU is making
 * @hiding: the tables of a process are just being taken away from Xen
 * @call: what was queued. A hypervisor with debugging leaves nothing of it but the results
 */
struct xen_check_batch {
	bool hiding;
	struct multicall_entry call[BATCH_CALLS];
};

static DEFINE_PER_CPU(struct xen_check_batch, xen_check_batch);

/**
 * xen_check_report - tell of a page table that is wrong
 * @fault: what is wrong
 *
 * A test takes its place.
 */
void xen_check_report(const struct xen_check_fault *fault)
{
	KUNIT_STATIC_STUB_REDIRECT(xen_check_report, fault);
	WARN_RATELIMIT(true, "page table %#lx (L%u, slot %d) %s: %#lx, should be %#lx (%s, %d)\n",
		       fault->pfn, fault->level, fault->slot, fault->what, fault->has,
		       fault->want, current->comm, current->pid);
}

static void xen_check_tell(struct page *page, unsigned int level, int slot, const char *what,
			   unsigned long has, unsigned long want)
{
	const struct xen_check_fault fault = {
		.what = what, .pfn = page_to_pfn(page), .level = level, .slot = slot,
		.has = has, .want = want,
	};

	xen_check_report(&fault);
}

/* ---- what is known of a page ---- */

static struct page *xen_check_user(struct page *top)
{
	return virt_to_page((void *)page_private(top));
}

/* NULL if the page is no mirror in use. Nothing is known of it, so that both links have to be. */
static struct page *xen_check_mirrored(struct page *page)
{
	unsigned long link = (unsigned long)page->mapping;
	struct page *table = (struct page *)(link & ~BACK), *mirror;

	if (!(link & BACK) || (link & ~BACK) % sizeof(*table) || !pfn_valid(page_to_pfn(table)))
		return NULL;
	mirror = xen_mirror_of(table);
	if (mirror == page)
		return table;
	return mirror && page_private(mirror) > XEN_L4 && xen_check_user(mirror) == page ?
	       table : NULL;
}

static unsigned int xen_check_level(struct page *mirror)
{
	unsigned long private = page_private(mirror);

	return private && private < XEN_L4 ? private : XEN_L4;
}

/* Empty if there is none, as while the page's frame is exchanged for another one. */
static pte_t xen_check_mapping(struct page *page)
{
	unsigned int level;
	pte_t *ptep = lookup_address((unsigned long)page_address(page), &level);

	return ptep ? READ_ONCE(*ptep) : (pte_t){};
}

/* NULL if the domain and Xen don't say the same of whose page a frame is. */
static struct page *xen_check_frame(unsigned long mfn)
{
	unsigned long pfn = mfn_to_pfn_no_overrides(mfn);
	const struct xen_check_fault fault = {
		.what = "has a frame that is not its own", .pfn = pfn, .slot = -1,
		.has = mfn, .want = __pfn_to_mfn(pfn),
	};

	if (pfn_valid(pfn) && fault.want == mfn)
		return pfn_to_page(pfn);
	xen_check_report(&fault);
	return NULL;
}

/* ---- one page ---- */

/* Whether Xen refuses to map it writable. */
static bool xen_check_is_refused(struct page *page, pte_t pte)
{
	unsigned long address = (unsigned long)page_address(page);

	if (HYPERVISOR_update_va_mapping(address, pte_mkwrite_novma(pte), UVMF_NONE))
		return true;
	HYPERVISOR_update_va_mapping(address, pte, UVMF_INVLPG);
	return false;
}

/* A page that has to be a table to Xen, or memory. */
static void xen_check_page(struct page *page, unsigned int level, bool table)
{
	pte_t pte = xen_check_mapping(page);
	unsigned long mfn = pfn_to_mfn(page_to_pfn(page));
	unsigned long want = mfn_pte(mfn, table ? PAGE_KERNEL_RO : PAGE_KERNEL).pte;

	if (!pte_present(pte) || pte_mfn(pte) != mfn)
		xen_check_tell(page, level, -1, "is not mapped at its address", pte.pte, want);
	else if (table && pte_write(pte))
		xen_check_tell(page, level, -1, "is a table, but writable", pte.pte, want);
	else if (!table && !pte_write(pte))
		xen_check_tell(page, level, -1, "is memory, but read-only", pte.pte, want);
	else if (table && !xen_check_is_refused(page, pte))
		xen_check_tell(page, level, -1, "is a table, but not to Xen", pte.pte, want);
}

/* After each batch this has to be enough: what is noted as a table is read-only. */
static void xen_check_noted(struct page *page)
{
	pte_t pte = xen_check_mapping(page);

	if (PagePinned(page) && !xen_mirror_of(page) && pte_write(pte))
		xen_check_tell(page, 0, -1, "is a table, but writable", pte.pte,
			       pte_wrprotect(pte).pte);
}

/**
 * xen_check_memory - check a page that was a table
 * @page: the page
 */
void xen_check_memory(struct page *page)
{
	if (PagePinned(page))
		xen_check_tell(page, 0, -1, "is memory, but noted as a table", 1, 0);
	xen_check_page(page, 0, false);
}

/* ---- mirrors ---- */

/*
 * What a mirror has to have in a slot. Of the upper half of top levels the kernel's has what
 * the table has, and the user's nothing but the vsyscall page.
 */
static unsigned long xen_check_wanted(struct page *mirror, struct page *table, unsigned int slot)
{
	unsigned long entry = ((unsigned long *)page_address(table))[slot];
	bool shown = PagePinned(table) && !this_cpu_read(xen_check_batch.hiding);

	if (xen_check_level(mirror) < XEN_L4 || slot < USER_SLOTS)
		return shown ? xen_mirror_value(entry) : 0;
	if (mirror == xen_mirror_of(table))
		return entry;
	return slot == pgd_index(VSYSCALL_ADDR) ? ((unsigned long *)page_address(mirror))[slot] : 0;
}

/* Noting that a slot is in use has to change nothing. */
static bool xen_check_range(const struct page *mirror, struct page *table, unsigned int level,
			    unsigned int slot)
{
	struct page noted = { .index = mirror->index };

	xen_mirror_note(&noted, slot);
	if (noted.index == mirror->index)
		return true;
	xen_check_tell(table, level, slot, "has an entry outside of its mirror's range",
		       mirror->index, noted.index);
	return false;
}

static bool xen_check_slot(struct page *mirror, struct page *table, unsigned int slot)
{
	unsigned long has = ((unsigned long *)page_address(mirror))[slot];
	unsigned long want = xen_check_wanted(mirror, table, slot);
	unsigned int level = xen_check_level(mirror);

	if ((has ^ want) & COMPARED) {
		xen_check_tell(table, level, slot, mirror == xen_mirror_of(table) ?
			       "differs from its mirror" : "differs from the user's mirror",
			       has, want);
		return false;
	}
	return !want || (level == XEN_L4 && slot >= USER_SLOTS) ||
	       xen_check_range(xen_mirror_of(table), table, level, slot);
}

/* The first fault is enough. */
static void xen_check_mirror(struct page *mirror, struct page *table)
{
	unsigned int slot;

	for (slot = 0; slot < SLOTS; slot++) {
		if (slot == USER_SLOTS && xen_check_level(mirror) == XEN_L4)
			slot = KERNEL_PGD_BOUNDARY;
		if (!xen_check_slot(mirror, table, slot))
			return;
	}
}

/**
 * xen_check_mirrors - be told that a mirror is one of a table
 * @mirror: of a top level, that of the kernel's
 * @table: the table
 * @level: its level
 */
void xen_check_mirrors(struct page *mirror, struct page *table, unsigned int level)
{
	mirror->mapping = (void *)table + BACK;
	if (level < XEN_L4)
		set_page_private(mirror, level);
	else
		xen_check_user(mirror)->mapping = mirror->mapping;
}

/**
 * xen_check_entry - check an entry of an upper table that was just written
 * @entry: where it is
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
	if (mirror && xen_check_level(mirror) == XEN_L4 && slot < USER_SLOTS)
		xen_check_slot(xen_check_user(mirror), table, slot);
}

static void xen_check_is_empty(struct page *mirror, unsigned int level)
{
	unsigned long *table = page_address(mirror);
	unsigned int slot;

	for (slot = 0; slot < (level == XEN_L4 ? USER_SLOTS : SLOTS); slot++) {
		if (!table[slot])
			continue;
		xen_check_tell(mirror, level, slot, "is a free mirror, but not empty",
			       table[slot], 0);
		return;
	}
}

/**
 * xen_check_spare - check a mirror that no table has any more
 * @mirror: the mirror
 * @level: its level
 */
void xen_check_spare(struct page *mirror, unsigned int level)
{
	if (mirror->index)
		xen_check_tell(mirror, level, -1, "is a free mirror, but has a range",
			       mirror->index, 0);
	xen_check_is_empty(mirror, level);
	xen_check_page(mirror, level, true);
	mirror->mapping = NULL;
	if (level < XEN_L4) {
		set_page_private(mirror, 0);
		return;
	}
	xen_check_is_empty(xen_check_user(mirror), level);
	xen_check_page(xen_check_user(mirror), level, true);
	xen_check_user(mirror)->mapping = NULL;
}

/* ---- all tables of a process ---- */

/* The user's top level, and that it has the same lower half. */
static void xen_check_top(struct page *top, bool shown)
{
	struct page *mirror = xen_mirror_of(top);
	struct page *user = xen_check_user(mirror ?: top);
	const unsigned long *has = page_address(user), *want = page_address(top);
	unsigned int slot;

	xen_check_page(user, XEN_L4, mirror || shown);
	if (mirror)
		xen_check_mirror(user, top);
	for (slot = 0; !mirror && shown && slot < USER_SLOTS; slot++)
		if ((has[slot] ^ want[slot]) & COMPARED)
			xen_check_tell(user, XEN_L4, slot, "differs from the kernel's", has[slot],
				       want[slot]);
}

/*
 * A table and all below it. Of those without a mirror, for which there was no memory, Xen sees
 * nothing, and what is below is none of the process' any more. The kernel's own are of the upper
 * half; what KASAN has for shadows that are all alike is met there over and over.
 */
static void xen_check_tree(struct page *page, enum xen_level level, bool mirrored, bool shown)
{
	struct page *mirror = level > XEN_L1 ? xen_mirror_of(page) : NULL, *lower;
	bool kernel = page == virt_to_page(init_mm.pgd);
	const unsigned long *table = page_address(page);
	unsigned int slot = kernel ? KERNEL_PGD_BOUNDARY : 0;

	if (mirrored && level > XEN_L1 && !mirror)
		return;
	if (PagePinned(page) != shown)
		xen_check_tell(page, level, -1, shown ? "is not noted as in use" :
			       "is noted as in use still", !shown, shown);
	xen_check_page(page, level, PagePinned(page) && !mirror);
	if (mirror) {
		xen_check_page(mirror, level, true);
		xen_check_mirror(mirror, page);
	}
	if (level == XEN_L4 && !kernel)
		xen_check_top(page, shown);
	for (; level > XEN_L1 && slot < (level == XEN_L4 && !kernel ? USER_SLOTS : SLOTS); slot++) {
		if (!(table[slot] & _PAGE_PRESENT) || table[slot] & _PAGE_PSE)
			continue;
		lower = xen_check_frame((table[slot] & XEN_PTE_MFN_MASK) >> PAGE_SHIFT);
		if (lower && !xen_kasan_is_table(page_to_pfn(lower)))
			xen_check_tree(lower, level - 1, mirrored, shown);
	}
}

/**
 * xen_check_shown - check page tables that Xen sees
 * @pgd: the top level of a process, or of the kernel's own
 */
void xen_check_shown(pgd_t *pgd)
{
	struct page *top = virt_to_page(pgd);

	xen_check_tree(top, XEN_L4, xen_mirror_of(top), true);
}

/**
 * xen_check_hiding - check page tables that are about to be memory again
 * @pgd: the top level
 *
 * Context: no other process runs on this CPU before xen_check_hidden().
 */
void xen_check_hiding(pgd_t *pgd)
{
	xen_check_shown(pgd);
	this_cpu_write(xen_check_batch.hiding, true);
}

/**
 * xen_check_hidden - check page tables that are memory again
 * @pgd: the top level
 */
void xen_check_hidden(pgd_t *pgd)
{
	struct page *top = virt_to_page(pgd);

	this_cpu_write(xen_check_batch.hiding, false);
	xen_check_tree(top, XEN_L4, xen_mirror_of(top), false);
}

/* ---- what a batch has made ---- */

/* What is pinned or loaded has to be noted as in use; what is unpinned, not any more. */
static void xen_check_ext(const struct mmuext_op *op)
{
	bool loads = op->cmd == MMUEXT_NEW_BASEPTR || op->cmd == MMUEXT_NEW_USER_BASEPTR;
	bool unpins = op->cmd == MMUEXT_UNPIN_TABLE;
	struct page *page;

	/* Mirrors are pinned before they are in use. Not all have a user's top level. */
	if (!unpins && !(loads && op->arg1.mfn) && op->cmd != MMUEXT_PIN_L1_TABLE)
		return;
	/* A process' top level is unpinned first, and noted so last. */
	if (unpins && this_cpu_read(xen_check_batch.hiding))
		return;
	page = xen_check_frame(op->arg1.mfn);
	if (page && PagePinned(xen_check_mirrored(page) ?: page) == unpins)
		xen_check_tell(page, loads ? XEN_L4 : 0, -1,
			       loads ? "is loaded, but not noted as in use" :
			       unpins ? "is unpinned, but noted as a table" :
			       "is pinned, but not noted as a table", unpins, !unpins);
}

/*
 * A process' table that is memory still may be written to by updates, too, which are stores
 * then; but not what is no table to the kernel.
 */
static void xen_check_updates(const struct mmu_update *update, unsigned long count)
{
	struct page *page, *last = NULL;
	unsigned int slot;

	for (; count; count--, update++) {
		page = xen_check_frame(PFN_DOWN(update->ptr));
		if (!page)
			continue;
		slot = offset_in_page(update->ptr) / sizeof(update->val);
		if (xen_check_mirrored(page))
			xen_check_slot(page, xen_check_mirrored(page), slot);
		else if (xen_mirror_of(page) || (!PagePinned(page) && !PageTable(page)))
			xen_check_tell(page, 0, slot, "is memory, but got an entry",
				       update->val, 0);
		else if (page != last)
			xen_check_noted(page);
		last = page;
	}
}

/**
 * xen_check_queued - keep what a batch is about to make
 * @call: the first call
 * @calls: how many
 *
 * Context: interrupts are off.
 */
void xen_check_queued(const struct multicall_entry *call, unsigned int calls)
{
	memcpy(this_cpu_ptr(&xen_check_batch)->call, call, calls * sizeof(*call));
}

/**
 * xen_check_made - check what a batch has made
 * @call: the first call, with its result. What was refused is told by others
 * @calls: how many
 *
 * Context: as above. The locks of what the batch is about are held still.
 */
void xen_check_made(const struct multicall_entry *call, unsigned int calls)
{
	const struct multicall_entry *kept = this_cpu_ptr(&xen_check_batch)->call;
	unsigned int i, n;

	if (!static_branch_likely(&xen_table_has_pages))
		return;
	for (i = 0; i < calls; i++, kept++) {
		if ((long)call[i].result < 0)
			continue;
		if (kept->op == __HYPERVISOR_mmu_update)
			xen_check_updates((void *)kept->args[0], kept->args[1]);
		else if (kept->op == __HYPERVISOR_update_va_mapping &&
			 virt_addr_valid(kept->args[0]))
			xen_check_noted(virt_to_page((void *)kept->args[0]));
		else if (kept->op == __HYPERVISOR_mmuext_op)
			for (n = 0; n < kept->args[1]; n++)
				xen_check_ext((struct mmuext_op *)kept->args[0] + n);
	}
}

static int __init xen_check_start(void)
{
	if (!xen_pv_domain())
		return 0;
	xen_check_shown(init_mm.pgd);
	pr_info("Xen: page tables are checked\n");
	return 0;
}
late_initcall(xen_check_start);
