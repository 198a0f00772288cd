// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page that an HVM or PVH domain shares with Xen: it chooses where, among its own memory.
 *
 * Called by domain.c at boot, and by suspend.c in a restored domain. Floor F1.
 */
#include <linux/memblock.h>

#include <asm/e820/api.h>
#include <asm/xen/hypercall.h>
#include <xen/interface/memory.h>

#include "../cpu/cpu.h"
#include "hvm.h"

/* The address where the page is, once it was chosen. */
static phys_addr_t shared_address __ro_after_init;

/**
 * xen_hvm_reserve_shared_info - choose the page, before there are page tables for all memory
 *
 * It is low, where no large page of the host is split for it. The firmware of a domain leaves
 * the first 64 KiB alone but for the first page.
 *
 * Context: boot, with memblock.
 */
void __init xen_hvm_reserve_shared_info(void)
{
	phys_addr_t page = PAGE_SIZE;

	while (memblock_is_reserved(page) ||
	       !e820__mapped_all(page, page + PAGE_SIZE, E820_TYPE_RAM))
		page += PAGE_SIZE;

	memblock_reserve(page, PAGE_SIZE);
	shared_address = page;
	HYPERVISOR_shared_info = early_memremap(page, PAGE_SIZE);
}

/**
 * xen_hvm_init_shared_info - let Xen put the page where it was chosen
 *
 * Context: boot, and CPU 0 in a restored domain. The hypercall is of xen/interface/memory.h.
 */
void xen_hvm_init_shared_info(void)
{
	struct xen_add_to_physmap map = {
		.domid = DOMID_SELF,
		.space = XENMAPSPACE_shared_info,
		.gpfn = PHYS_PFN(shared_address),
	};
	int err = HYPERVISOR_memory_op(XENMEM_add_to_physmap, &map);

	if (err)
		panic("xen: no page shared with Xen at %pa (%d)", &shared_address, err);
}

/**
 * xen_hvm_move_shared_info - find the page where the kernel's own page tables have it
 *
 * The boot CPU's struct vcpu_info is in it so far.
 *
 * Context: boot, when all memory is mapped.
 */
void __init xen_hvm_move_shared_info(void)
{
	early_memunmap(HYPERVISOR_shared_info, PAGE_SIZE);
	HYPERVISOR_shared_info = __va(shared_address);
	xen_vcpu_info_reset(0);
}
