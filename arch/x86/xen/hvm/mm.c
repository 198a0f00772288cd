// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables of an HVM or PVH domain are its own. Two things are good to know all the same: for a
 * host that shadows them, when they go; for a crash kernel, which memory there was.
 *
 * Called by domain.c at boot. Floor F1.
 */
#include <linux/crash_dump.h>

#include <xen/hvm.h>
#include <xen/interface/hvm/hvm_op.h>

#include "../mmu/mmu.h"

static int xen_mm_is_dying(phys_addr_t pgd)
{
	struct xen_hvm_pagetable_dying dying = { .domid = DOMID_SELF, .gpa = pgd };

	return HYPERVISOR_hvm_op(HVMOP_pagetable_dying, &dying);
}

static void xen_mm_exit(struct mm_struct *mm)
{
	WARN_ON_ONCE(xen_mm_is_dying(__pa(mm->pgd)) < 0);
}

#ifdef CONFIG_PROC_VMCORE
/* Of memory that the crashed kernel had given back, each read would be one of a device's. */
static bool xen_mm_was_ram(struct vmcore_cb *callback, unsigned long pfn)
{
	struct xen_hvm_get_mem_type ask = { .domid = DOMID_SELF, .pfn = pfn };
	int err = HYPERVISOR_hvm_op(HVMOP_get_mem_type, &ask);

	if (!err)
		return ask.mem_type != HVMMEM_mmio_dm;
	pr_warn_once("xen: all memory of the crashed kernel is read: Xen doesn't say what was (%d)\n",
		     err);
	return true;
}

static struct vmcore_cb xen_mm_vmcore = {
	.pfn_is_ram = xen_mm_was_ram,
};
#endif

/**
 * xen_hvm_init_mmu_ops - see the top of the file
 *
 * Context: boot.
 */
void __init xen_hvm_init_mmu_ops(void)
{
	/* Only a host that shadows wants to know; the page is no page table. */
	if (xen_mm_is_dying(0) >= 0)
		pv_ops.mmu.exit_mmap = xen_mm_exit;
#ifdef CONFIG_PROC_VMCORE
	register_vmcore_cb(&xen_mm_vmcore);
#endif
}
