// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entries of page tables: what the kernel reads in them, and how it writes them.
 *
 * Tables have machine frames, and the kernel thinks in its own: each value is translated
 * when it is made and when it is looked at, on all levels alike. A table that is one to
 * Xen can only be read; entries are written by Xen, at once or, in a lazy section, in a
 * batch. One that is not, of a process that is being born or dies, is plain memory.
 *
 * Floor F1. Called by pv_ops, and by other files of mmu/ that write to tables.
 */
#include <linux/io.h>

#include <asm/paravirt.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/page.h>

#include "batch.h"
#include "cheap.h"
#include "check.h"
#include "mirror.h"
#include "table.h"

/* Most frames are the domain's own, and both tables have them. */
static unsigned long xen_entry_own_pfn(unsigned long mfn)
{
	unsigned long pfn;

	if (mfn < machine_to_phys_nr &&
	    !xen_safe_read_ulong(&machine_to_phys_mapping[mfn], &pfn) &&
	    pfn < xen_p2m_size && xen_p2m_addr[pfn] == mfn)
		return pfn;
	return mfn_to_pfn(mfn);
}

/**
 * xen_entry_val - what an entry is to the kernel
 * @entry: as the table has it
 *
 * Return: the same with the domain's own frame number. A frame that has none, as it is
 * another domain's, is not present.
 */
__visible unsigned long xen_entry_val(unsigned long entry)
{
	unsigned long pfn;

	if (!(entry & _PAGE_PRESENT))
		return entry;
	pfn = xen_entry_own_pfn((entry & XEN_PTE_MFN_MASK) >> PAGE_SHIFT);
	if (unlikely(pfn == ~0UL))
		return entry & PTE_FLAGS_MASK & ~_PAGE_PRESENT;
	return PFN_PHYS(pfn) | (entry & PTE_FLAGS_MASK);
}

PV_CALLEE_SAVE_REGS_THUNK(xen_entry_val);

/**
 * xen_entry_make - make an entry
 * @value: as the kernel has it
 *
 * Return: the same with the machine frame; empty if the page has none, as the balloon
 * has given it away.
 */
__visible unsigned long xen_entry_make(unsigned long value)
{
	unsigned long mfn;

	if (!(value & _PAGE_PRESENT))
		return value;
	mfn = __pfn_to_mfn((value & PTE_PFN_MASK) >> PAGE_SHIFT);
	if (unlikely(mfn == INVALID_P2M_ENTRY))
		return 0;
	mfn &= ~(FOREIGN_FRAME_BIT | IDENTITY_FRAME_BIT);
	return PFN_PHYS(mfn) | (value & PTE_FLAGS_MASK);
}

PV_CALLEE_SAVE_REGS_THUNK(xen_entry_make);

/* The kernel's own tables are named like a process', and are told from them when written. */
__visible unsigned long xen_entry_upper_val(unsigned long entry)
{
	return entry & XEN_ENTRY_OWN ? entry & ~XEN_ENTRY_OWN : xen_entry_val(entry);
}

PV_CALLEE_SAVE_REGS_THUNK(xen_entry_upper_val);

__visible unsigned long xen_entry_upper_make(unsigned long value)
{
	if (static_branch_likely(&xen_cheap_mirror) && !(~value & (_PAGE_PRESENT | _PAGE_USER)))
		return value | XEN_ENTRY_OWN;
	return xen_entry_make(value);
}

PV_CALLEE_SAVE_REGS_THUNK(xen_entry_upper_make);

/**
 * xen_entry_machine - an entry as Xen wants it
 * @entry: of an upper table, in either form
 */
unsigned long xen_entry_machine(unsigned long entry)
{
	return entry & XEN_ENTRY_OWN ? xen_entry_make(entry & ~XEN_ENTRY_OWN) : entry;
}

/**
 * xen_entry_make_early - make a PTE while Xen's own list of frames is in use
 * @value: as the kernel has it
 *
 * The list lies among the domain's memory, and so do the tables that map it where the
 * kernel asked for. All of it is mapped read-only, for tables have to be.
 */
__visible unsigned long xen_entry_make_early(unsigned long value)
{
	const struct start_info *si = xen_start_info;
	unsigned long pfn = (value & PTE_PFN_MASK) >> PAGE_SHIFT;

	if (si->mfn_list < __START_KERNEL_map && pfn >= si->first_p2m_pfn &&
	    pfn - si->first_p2m_pfn < si->nr_p2m_frames)
		value &= ~_PAGE_RW;
	return xen_entry_make(value);
}

PV_CALLEE_SAVE_REGS_THUNK(xen_entry_make_early);

/*
 * An entry of a table above L1; early in an area of early_memremap(), too.
 *
 * Who finds a lower table in it takes that one's lock alone, and names entries by their address:
 * then the mirror has to have it as well. So the mirror gets it first, and loses it last.
 */
static void xen_entry_put(void *entry, unsigned long value)
{
	unsigned int slot = offset_in_page(entry) / sizeof(value);
	struct page *mirror = static_branch_likely(&xen_table_has_pages) ?
			      xen_mirror_of(virt_to_page(entry)) : NULL;
	bool pinned = xen_table_is_pinned(entry);

	if (!mirror)
		value = xen_entry_machine(value);
	if (mirror && value)
		xen_mirror_note(mirror, slot);
	if (mirror && pinned && value) {
		xen_mirror_write(mirror, slot, value);
		xen_mc_flush();
	}
	if (pinned && !mirror)
		xen_batch_update(arbitrary_virt_to_machine(entry).maddr | MMU_NORMAL_PT_UPDATE,
				 value);
	else
		WRITE_ONCE(*(unsigned long *)entry, value);
	if (mirror && pinned && !value)
		xen_mirror_write(mirror, slot, 0);
}

/**
 * xen_entry_write - write an entry of a table above L1
 * @entry: where it is
 * @value: in either form
 */
void xen_entry_write(void *entry, unsigned long value)
{
	xen_mc_batch();
	xen_entry_put(entry, value);
	xen_mc_issue(XEN_LAZY_MMU);
	xen_check_entry(entry);
}

static void xen_entry_set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	xen_entry_write(pmdp, pmd_val_ma(pmd));
}

static void xen_entry_set_pud(pud_t *pudp, pud_t pud)
{
	xen_entry_write(pudp, pud_val_ma(pud));
}

/* Of a process' top level there are two: the user's has the lower half only. */
static void xen_entry_set_p4d(p4d_t *p4dp, p4d_t p4d)
{
	pgd_t *user = xen_user_entry((pgd_t *)p4dp);

	xen_mc_batch();
	if (user && xen_table_is_pinned(p4dp))
		xen_batch_update(virt_to_machine(user).maddr | MMU_NORMAL_PT_UPDATE,
				 xen_mirror_value(p4d_val_ma(p4d)));
	else if (user && !xen_mirror_of(virt_to_page(p4dp)))
		WRITE_ONCE(*user, native_make_pgd(xen_entry_machine(p4d_val_ma(p4d))));
	xen_entry_put(p4dp, p4d_val_ma(p4d));
	xen_mc_issue(XEN_LAZY_MMU);
	xen_check_entry(p4dp);
}

static void xen_entry_queue(pte_t *ptep, pte_t pte, unsigned int how)
{
	xen_mc_batch();
	xen_batch_update(virt_to_machine(ptep).maddr | how, pte_val_ma(pte));
	xen_mc_issue(XEN_LAZY_MMU);
}

/* A store would be emulated by Xen, which costs more than the hypercall. */
static void xen_entry_set_pte(pte_t *ptep, pte_t pte)
{
	struct mmu_update update;
	int error;

	/* What pins a table notes so first, and then takes its lock, which we have. */
	if (static_branch_likely(&xen_cheap_direct) && !xen_table_is_pinned(ptep)) {
		WRITE_ONCE(*ptep, pte);
		return;
	}
	if (xen_get_lazy_mode() == XEN_LAZY_MMU) {
		xen_entry_queue(ptep, pte, MMU_NORMAL_PT_UPDATE);
		return;
	}
	update.ptr = virt_to_machine(ptep).maddr | MMU_NORMAL_PT_UPDATE;
	update.val = pte_val_ma(pte);
	error = HYPERVISOR_mmu_update(&update, 1, NULL, DOMID_SELF);
	if (unlikely(error))
		pr_warn_ratelimited("Xen refuses the page-table entry %#llx: %d\n",
				    update.val, error);
}

/* What the processor notes in an entry before it is replaced is kept by Xen. */
static pte_t xen_entry_modify_start(struct vm_area_struct *vma, unsigned long address,
				    pte_t *ptep)
{
	return *ptep;
}

static void xen_entry_modify_commit(struct vm_area_struct *vma, unsigned long address,
				    pte_t *ptep, pte_t pte)
{
	xen_entry_queue(ptep, pte, MMU_PT_UPDATE_PRESERVE_AD);
}

/*
 * Most entries that the kernel writes at first are of tables that aren't in use yet, and
 * which ones nobody knows: a store will do, and Xen emulates the others.
 */
static void __init xen_entry_set_pte_early(pte_t *ptep, pte_t pte)
{
	if (is_early_ioremap_ptep(ptep))
		xen_entry_set_pte(ptep, pte);
	else
		WRITE_ONCE(*ptep, pte);
}

/**
 * xen_entry_late_ops - entries are mostly of tables that are in use, from now on
 *
 * Context: at boot, before pv_ops' calls are patched.
 */
void __init xen_entry_late_ops(void)
{
	pv_ops.mmu.set_pte = xen_entry_set_pte;
	pv_ops.mmu.make_pte = PV_CALLEE_SAVE(xen_entry_make);
}

/**
 * xen_entry_init_ops - take over the entries of page tables
 *
 * Context: xen_start_kernel(), before the first entry is made.
 */
void __init xen_entry_init_ops(void)
{
	struct pv_mmu_ops *ops = &pv_ops.mmu;

	ops->pte_val = PV_CALLEE_SAVE(xen_entry_val);
	ops->pmd_val = PV_CALLEE_SAVE(xen_entry_upper_val);
	ops->pud_val = PV_CALLEE_SAVE(xen_entry_upper_val);
	ops->pgd_val = PV_CALLEE_SAVE(xen_entry_upper_val);
	ops->make_pte = PV_CALLEE_SAVE(xen_entry_make_early);
	ops->make_pmd = PV_CALLEE_SAVE(xen_entry_upper_make);
	ops->make_pud = PV_CALLEE_SAVE(xen_entry_upper_make);
	ops->make_pgd = PV_CALLEE_SAVE(xen_entry_upper_make);
#if CONFIG_PGTABLE_LEVELS >= 5
	ops->p4d_val = PV_CALLEE_SAVE(xen_entry_upper_val);
	ops->make_p4d = PV_CALLEE_SAVE(xen_entry_upper_make);
#endif
	ops->set_pte = xen_entry_set_pte_early;
	ops->set_pmd = xen_entry_set_pmd;
	ops->set_pud = xen_entry_set_pud;
	ops->set_p4d = xen_entry_set_p4d;
	ops->ptep_modify_prot_start = xen_entry_modify_start;
	ops->ptep_modify_prot_commit = xen_entry_modify_commit;
}
