// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PV domain around a suspend: it knows machine frames, of which it gets others.
 *
 * The toolstack translates page tables that are pinned, and the frames in the start info that it
 * knows of; those for xenstore and the console the domain translates itself. The page shared with
 * Xen is another one afterwards, so nothing may point to it meanwhile.
 *
 * Called by suspend.c. Floor F1.
 */
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include "../cpu/cpu.h"
#include "../mmu/mmu.h"
#include "../mmu/p2m.h"
#include "../smp/smp.h"
#include "suspend.h"

/**
 * xen_pv_pre_suspend - get rid of machine frames
 *
 * Context: CPU 0, interrupts off, others stopped.
 */
void xen_pv_pre_suspend(void)
{
	const unsigned long shared = fix_to_virt(FIX_PARAVIRT_BOOTMAP);
	struct start_info *info = xen_start_info;

	xen_mm_pin_all();

	info->store_mfn = mfn_to_pfn(info->store_mfn);
	info->console.domU.mfn = mfn_to_pfn(info->console.domU.mfn);

	HYPERVISOR_shared_info = &xen_dummy_shared_info;
	if (HYPERVISOR_update_va_mapping(shared, __pte_ma(0), 0))
		panic("xen: the page shared with Xen can't be unmapped for a suspend");
}

/**
 * xen_pv_post_suspend - learn machine frames anew
 * @suspend_cancelled: not 0 if they are the same as before
 *
 * Context: as xen_pv_pre_suspend().
 */
void xen_pv_post_suspend(int suspend_cancelled)
{
	struct start_info *info = xen_start_info;

	/* The toolstack finds the p2m by a list of frames, and that by the shared page. */
	xen_build_mfn_list_list();
	set_fixmap(FIX_PARAVIRT_BOOTMAP, info->shared_info);
	HYPERVISOR_shared_info = (void *)fix_to_virt(FIX_PARAVIRT_BOOTMAP);
	xen_setup_mfn_list_list();

	if (suspend_cancelled) {
		info->store_mfn = pfn_to_mfn(info->store_mfn);
		info->console.domU.mfn = pfn_to_mfn(info->console.domU.mfn);
	} else {
		xen_smp_restored();
		xen_vcpu_restore();
	}
	xen_mm_unpin_all();
}
