// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cheap ways to change entries of page tables that are in use.
 *
 * Where the kernel says at which address an entry is, and for how many of them, Xen can be
 * told more in fewer calls, and nothing has to be stored that Xen would emulate.
 *
 * Floor F1. Called by mm/memory.c through hooks.h, each with the table's lock held.
 */
#include <linux/mm.h>
#include <linux/page_table_check.h>
#include <linux/sched.h>

#include <asm/paravirt.h>
#include <asm/tlbflush.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/page.h>

#include "batch.h"
#include "cheap.h"
#include "table.h"

/* Nobody else runs in it, so no processor notes anything in its entries meanwhile. */
static bool xen_cheap_is_alone(struct mm_struct *mm)
{
	return current->mm == mm && atomic_read(&mm->mm_users) == 1;
}

/* Whether Xen finds an entry by its address, and nothing that waits concerns it. */
static bool xen_cheap_is_here(struct mm_struct *mm, pte_t *ptep)
{
	return this_cpu_read(cpu_tlbstate.loaded_mm) == mm && xen_table_is_pinned(ptep) &&
	       xen_get_lazy_mode() == XEN_LAZY_NONE;
}

/*
 * Another frame was in this entry until now: it is flushed here. A CPU that has the page
 * tables loaded for a kernel thread alone sees by their generation that it has to flush.
 */
static void xen_cheap_replaced(struct mm_struct *mm, unsigned long address)
{
	struct tlb_state *tlb = this_cpu_ptr(&cpu_tlbstate);
	u64 *seen = &tlb->ctxs[tlb->loaded_mm_asid].tlb_gen;
	u64 generation;

	if (!xen_cheap_is_alone(mm)) {
		flush_tlb_mm_range(mm, address, address + PAGE_SIZE, PAGE_SHIFT, false);
		return;
	}
	generation = inc_mm_tlb_gen(mm);
	if (*seen == generation - 1)
		WRITE_ONCE(*seen, generation);
}

/*
 * Xen has not found an entry by its address, or refuses it. By its place it finds it surely. The
 * frame that is there is given away afterwards, so it must not stay, whatever Xen says.
 */
static void xen_cheap_set_in_place(struct mm_struct *mm, unsigned long address, pte_t *ptep,
				   pte_t pte, bool replaces)
{
	struct mmu_update update = {
		.ptr = virt_to_machine(ptep).maddr | MMU_NORMAL_PT_UPDATE,
		.val = pte_val_ma(pte),
	};
	int error = HYPERVISOR_mmu_update(&update, 1, NULL, DOMID_SELF);

	if (error)
		pr_warn_ratelimited("Xen refuses the page-table entry %#llx at %#lx: %d\n",
				    update.val, address, error);
	if (error && replaces) {
		update.val = 0;
		HYPERVISOR_mmu_update(&update, 1, NULL, DOMID_SELF);
	}
	if (replaces)
		flush_tlb_mm_range(mm, address, address + PAGE_SIZE, PAGE_SHIFT, false);
}

/* What the kernel would come to after some more steps. */
static bool xen_cheap_queue(struct mm_struct *mm, pte_t *ptep, pte_t pte)
{
	if (xen_get_lazy_mode() != XEN_LAZY_MMU || !xen_table_is_pinned(ptep))
		return false;
	page_table_check_ptes_set(mm, ptep, pte, 1);
	xen_mc_batch();
	xen_batch_update(virt_to_machine(ptep).maddr | MMU_NORMAL_PT_UPDATE, pte_val_ma(pte));
	xen_mc_issue(XEN_LAZY_MMU);
	return true;
}

/**
 * xen_cheap_set - write an entry of a table that is one to Xen
 * @mm: whose it is
 * @address: which page it maps
 * @ptep: where it is
 * @pte: what it shall be; another frame takes the place of one that is present
 *
 * In a lazy section it waits; of the process that runs it is named by its address.
 *
 * Return: false if nothing was done.
 */
bool xen_cheap_set(struct mm_struct *mm, unsigned long address, pte_t *ptep, pte_t pte)
{
	bool replaces = pte_present(*ptep) && pte_mfn(*ptep) != pte_mfn(pte);

	if (!xen_cheap_is_here(mm, ptep))
		return xen_cheap_queue(mm, ptep, pte);
	page_table_check_ptes_set(mm, ptep, pte, 1);
	if (unlikely(HYPERVISOR_update_va_mapping(address, pte,
						  replaces ? UVMF_INVLPG : UVMF_NONE)))
		xen_cheap_set_in_place(mm, address, ptep, pte, replaces);
	else if (replaces)
		xen_cheap_replaced(mm, address);
	return true;
}

/**
 * xen_cheap_may_replace - whether a page's copy may take its place by one update
 * @mm: the process that wrote to it
 * @ptep: its entry, which is read-only
 *
 * With other threads the entry has to be cleared everywhere before the copy is seen
 * anywhere.
 */
bool xen_cheap_may_replace(struct mm_struct *mm, pte_t *ptep)
{
	return xen_cheap_is_alone(mm) && xen_cheap_is_here(mm, ptep);
}

/**
 * xen_cheap_set_wrprotect - make entries read-only, by updates that may wait
 * @ptep: the first
 * @count: how many
 *
 * What a processor notes in one meanwhile is kept by Xen.
 *
 * Return: false if the table is plain memory.
 */
bool xen_cheap_set_wrprotect(pte_t *ptep, unsigned int count)
{
	unsigned int i;

	if (!xen_table_is_pinned(ptep))
		return false;
	xen_mc_batch();
	for (i = 0; i < count; i++)
		xen_batch_update(virt_to_machine(&ptep[i]).maddr | MMU_PT_UPDATE_PRESERVE_AD,
				 pte_val_ma(pte_wrprotect(ptep[i])));
	xen_mc_issue(XEN_LAZY_MMU);
	return true;
}

/**
 * xen_cheap_clear - empty entries, by updates that may wait
 * @mm: whose they are
 * @ptep: the first
 * @count: how many
 *
 * Return: false if the table is plain memory, or somebody has to look at it again.
 */
bool xen_cheap_clear(struct mm_struct *mm, pte_t *ptep, unsigned int count)
{
	u64 where = virt_to_machine(ptep).maddr | MMU_NORMAL_PT_UPDATE;
	unsigned int i;

	if (!xen_table_is_pinned(ptep) || pte_uffd_wp(*ptep))
		return false;
	xen_mc_batch();
	for (i = 0; i < count; i++) {
		page_table_check_pte_clear(mm, ptep[i]);
		xen_batch_update(where + i * sizeof(*ptep), 0);
	}
	xen_mc_issue(XEN_LAZY_MMU);
	return true;
}

/**
 * xen_cheap_get_and_clear - the same, and what was in them
 * @mm: whose they are
 * @ptep: the first
 * @count: how many
 * @alone: nobody uses the process any more
 * @had: gets the first, dirty and accessed if any of them was
 *
 * Return: false if another thread could make one dirty before Xen empties it, or as above.
 */
bool xen_cheap_get_and_clear(struct mm_struct *mm, pte_t *ptep, unsigned int count, bool alone,
			     pte_t *had)
{
	unsigned int i;

	if (!xen_table_is_pinned(ptep) || (!alone && !xen_cheap_is_alone(mm)))
		return false;
	*had = *ptep;
	for (i = 1; i < count; i++) {
		if (pte_dirty(ptep[i]))
			*had = pte_mkdirty(*had);
		if (pte_young(ptep[i]))
			*had = pte_mkyoung(*had);
	}
	return xen_cheap_clear(mm, ptep, count);
}
