// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages at fixed addresses.
 *
 * Some are the domain's memory, some the machine's: which of them an address is, its
 * index tells. The APICs are Xen's; who looks at them finds nothing, but does not fault.
 *
 * Floor F1. Called by pv_ops.
 */
#include <linux/mm.h>

#include <asm/fixmap.h>
#include <asm/paravirt.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include "table.h"

/* Like a bus where nobody answers. */
static u8 no_device[PAGE_SIZE] __page_aligned_bss;

static bool xen_fixmap_is_apic(unsigned int idx)
{
#ifdef CONFIG_X86_IO_APIC
	if (idx >= FIX_IO_APIC_BASE_0 && idx <= FIX_IO_APIC_BASE_END)
		return true;
#endif
	return IS_ENABLED(CONFIG_X86_LOCAL_APIC) && idx == FIX_APIC_BASE;
}

static bool xen_fixmap_is_vsyscall(unsigned int idx)
{
#ifdef CONFIG_X86_VSYSCALL_EMULATION
	return idx == VSYSCALL_PAGE;
#else
	return false;
#endif
}

static pte_t xen_fixmap_entry(unsigned int idx, unsigned long frame, pgprot_t prot)
{
	if (xen_fixmap_is_apic(idx))
		return pfn_pte(PFN_DOWN(__pa_symbol(no_device)), PAGE_KERNEL);
	if (xen_fixmap_is_vsyscall(idx) || (idx >= FIX_BTMAP_END && idx <= FIX_BTMAP_BEGIN))
		return pfn_pte(frame, prot);
	return mfn_pte(frame, prot);
}

static void xen_fixmap_set(unsigned int idx, phys_addr_t address, pgprot_t prot)
{
	unsigned long where = __fix_to_virt(idx);
	pte_t pte = xen_fixmap_entry(idx, PFN_DOWN(address), prot);
	int error = HYPERVISOR_update_va_mapping(where, pte, UVMF_INVLPG);

	if (error)
		panic("Xen does not map %pa at fixed address %u: %d", &address, idx, error);
	if (xen_fixmap_is_vsyscall(idx))
		xen_user_map_vsyscall(where, pte);
}

/**
 * xen_fixmap_init_ops - take over pages at fixed addresses
 *
 * Context: xen_start_kernel().
 */
void __init xen_fixmap_init_ops(void)
{
	memset(no_device, 0xff, sizeof(no_device));
	pv_ops.mmu.set_fixmap = xen_fixmap_set;
}
