// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks of page tables, in kernels under test only (CONFIG_XENIFY_CHECK_TABLES): of one
 * page, and of what a batch has made. agree.c has those of mirrors and processes.
 *
 * Whether a page is a table, three know: the flags and links of struct page, by which mmu/
 * goes; the entry that maps the page for the kernel, which is read-only for a table; and Xen.
 * They are compared here.
 *
 * Xen is asked for a writable mapping of a table, which it has to refuse. It needs not be
 * asked about a page that is mapped writable: that can't be a table to Xen.
 *
 * Floor F1. Called by batch.c, and by those that make pages of tables.
 */
#include <kunit/static_stub.h>
#include <linux/bug.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include "batch.h"
#include "check.h"
#include "mirror.h"
#include "table.h"

/* What this CPU's batch had before it was made: a hypervisor with debugging spoils that. */
struct xen_check_queue {
	struct multicall_entry call[BATCH_CALLS];
};

static DEFINE_PER_CPU(struct xen_check_queue, queue);

/* The tables of a process are just being taken away from Xen by this CPU. */
DEFINE_PER_CPU(bool, xen_check_is_hiding);

/**
 * xen_check_report - tell of a page table that is wrong
 * @fault: what is wrong
 *
 * One warning, with who called, is enough: the next faults mostly come of the first. A test
 * takes its place.
 */
void xen_check_report(const struct xen_check_fault *fault)
{
	unsigned long irqs;

	KUNIT_STATIC_STUB_REDIRECT(xen_check_report, fault);
	/* In a context switch the console would take the lock of the runqueue again. */
	local_irq_save(irqs);
	printk_deferred_enter();
	pr_err_ratelimited("page table %#lx (L%u, slot %d) %s: %#lx, should be %#lx (%s, %d)\n",
			   fault->pfn, fault->level, fault->slot, fault->what, fault->has,
			   fault->want, current->comm, current->pid);
	WARN_ON_ONCE(true);
	printk_deferred_exit();
	local_irq_restore(irqs);
}

/**
 * xen_check_tell - the same, of a page
 * @page: the table
 * @level: its level; 0: not known
 * @slot: which entry; -1: all of it
 * @what: in words
 * @has: the entry, or that which maps the page
 * @want: what it should be
 */
void xen_check_tell(struct page *page, unsigned int level, int slot, const char *what,
		    unsigned long has, unsigned long want)
{
	const struct xen_check_fault fault = {
		.what = what, .pfn = page_to_pfn(page), .level = level, .slot = slot,
		.has = has, .want = want,
	};

	xen_check_report(&fault);
}

/* ---- one page ---- */

/* Empty if there is none, as while the page's frame is exchanged for another one. */
static pte_t xen_check_mapping(struct page *page)
{
	unsigned int level;
	pte_t *ptep = lookup_address((unsigned long)page_address(page), &level);

	return ptep ? READ_ONCE(*ptep) : (pte_t){};
}

/**
 * xen_check_owns - whether a frame is one of the domain's pages
 * @mfn: the frame
 *
 * Return: whether the domain and Xen say the same of which page it is.
 */
bool xen_check_owns(unsigned long mfn)
{
	return __pfn_to_mfn(mfn_to_pfn_no_overrides(mfn)) == mfn;
}

/**
 * xen_check_frame - the page that is a table
 * @mfn: its frame
 *
 * Return: NULL if it is none of the domain's, which was told.
 */
struct page *xen_check_frame(unsigned long mfn)
{
	unsigned long pfn = mfn_to_pfn_no_overrides(mfn);
	const struct xen_check_fault fault = {
		.what = "has a frame that is not its own", .pfn = pfn, .slot = -1,
		.has = mfn, .want = __pfn_to_mfn(pfn),
	};

	if (xen_check_owns(mfn) && pfn_valid(pfn))
		return pfn_to_page(pfn);
	xen_check_report(&fault);
	return NULL;
}

/* Whether Xen refuses to map it writable. */
static bool xen_check_is_refused(struct page *page, pte_t pte)
{
	unsigned long address = (unsigned long)page_address(page);

	if (HYPERVISOR_update_va_mapping(address, pte_mkwrite_novma(pte), UVMF_NONE))
		return true;
	HYPERVISOR_update_va_mapping(address, pte, UVMF_INVLPG);
	return false;
}

/**
 * xen_check_page - check a page that has to be a table to Xen, or memory
 * @page: the page
 * @level: its level; 0: not known
 * @table: whether it has to be a table
 */
void xen_check_page(struct page *page, unsigned int level, bool table)
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

static void xen_check_update_waits(const struct mmu_update *update, unsigned long count,
				   struct page *page, unsigned int level)
{
	unsigned long mfn = pfn_to_mfn(page_to_pfn(page));

	for (; count; count--, update++) {
		if (PFN_DOWN(update->ptr) == mfn)
			xen_check_tell(page, level, offset_in_page(update->ptr) / sizeof(u64),
				       "is free, but an entry of it waits", update->val, 0);
		else if (update->val & _PAGE_PRESENT &&
			 PFN_DOWN(update->val & XEN_PTE_MFN_MASK) == mfn)
			xen_check_tell(page, level, -1, "is free, but an entry that names it waits",
				       update->val, 0);
	}
}

/**
 * xen_check_waiting - check that no update waits on this CPU that concerns a page
 * @page: the page, which is no table of a process any more
 * @level: what level it had; 0: not known
 */
void xen_check_waiting(struct page *page, unsigned int level)
{
	const struct multicall_entry *call;
	unsigned int calls;
	unsigned long irqs;

	local_irq_save(irqs);
	for (call = xen_batch_waiting(&calls); calls; calls--, call++)
		if (call->op == __HYPERVISOR_mmu_update)
			xen_check_update_waits((void *)call->args[0], call->args[1], page, level);
	local_irq_restore(irqs);
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
	xen_check_waiting(page, 0);
}

/* ---- what a batch has made ---- */

/* A page whose mapping was just changed: what is noted as a table is read-only. */
static void xen_check_remapped(struct page *page)
{
	pte_t pte = xen_check_mapping(page);

	if (PagePinned(page) && !xen_mirror_of(page) && pte_write(pte))
		xen_check_tell(page, 0, -1, "is a table, but writable", pte.pte,
			       pte_wrprotect(pte).pte);
}

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
	if (unpins && this_cpu_read(xen_check_is_hiding))
		return;
	page = xen_check_frame(op->arg1.mfn);
	if (page && PagePinned(xen_check_mirrored(page) ?: page) == unpins)
		xen_check_tell(page, loads ? XEN_L4 : 0, -1,
			       loads ? "is loaded, but not noted as in use" :
			       unpins ? "is unpinned, but noted as a table" :
			       "is pinned, but not noted as a table", unpins, !unpins);
}

/* A mirror gets an entry before its table has it (xen_entry_put()), and is compared then. */
static bool xen_check_is_first(struct page *table, unsigned int slot, u64 value)
{
	return value && !READ_ONCE(((unsigned long *)page_address(table))[slot]);
}

/*
 * A process' table that is memory still may be written to by updates, too, which are stores
 * then; but not what is no table to the kernel. How an L1 table is mapped says nothing here:
 * another CPU that makes it a table, or memory, notes so first, and waits for its lock then.
 */
static void xen_check_updates(const struct mmu_update *update, unsigned long count)
{
	struct page *page, *table;
	unsigned int slot;

	for (; count; count--, update++) {
		page = xen_check_frame(PFN_DOWN(update->ptr));
		if (!page)
			continue;
		slot = offset_in_page(update->ptr) / sizeof(update->val);
		table = xen_check_mirrored(page);
		if (table && xen_check_is_first(table, slot, update->val))
			continue;
		if (table)
			xen_check_slot(page, table, slot);
		else if (xen_mirror_of(page) || (!PagePinned(page) && !PageTable(page)))
			xen_check_tell(page, 0, slot, "is memory, but got an entry",
				       update->val, 0);
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
	memcpy(this_cpu_ptr(&queue)->call, call, calls * sizeof(*call));
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
	const struct multicall_entry *kept = this_cpu_ptr(&queue)->call;
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
			xen_check_remapped(virt_to_page((void *)kept->args[0]));
		else if (kept->op == __HYPERVISOR_mmuext_op)
			for (n = 0; n < kept->args[1]; n++)
				xen_check_ext((struct mmuext_op *)kept->args[0] + n);
	}
}
