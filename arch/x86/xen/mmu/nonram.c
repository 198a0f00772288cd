// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware's memory that is where the domain's own has to be.
 *
 * Dom0 sees the host's map. Where that has ACPI's data at the very place that the
 * kernel was loaded to, the page numbers stay the kernel's, and others above its memory
 * are made to mean those machine frames; who maps ACPI's tables gets the others.
 *
 * Floor F1. Called at boot by who finds such conflicts, and by ACPI.
 */
#include <linux/acpi.h>
#include <linux/kernel.h>
#include <linux/pfn.h>

#include <asm/xen/page.h>

#include "p2m.h"

#define MOVED_AREAS	4

struct nonram_move {
	phys_addr_t machine;
	phys_addr_t moved_to;
	unsigned long size;
};

static struct nonram_move moves[MOVED_AREAS] __ro_after_init;
static unsigned int move_count __ro_after_init;

#ifdef CONFIG_ACPI
static void __iomem *xen_nonram_map_acpi(acpi_physical_address address, acpi_size size)
{
	const struct nonram_move *move;

	for (move = moves; move < moves + move_count; move++) {
		if (address + size <= move->machine || address >= move->machine + move->size)
			continue;
		WARN(address < move->machine || address + size > move->machine + move->size,
		     "ACPI's table at %#llx is only partly in an area that was moved\n",
		     (u64)address);
		address += move->moved_to - move->machine;
		break;
	}
	return x86_acpi_os_ioremap(address, size);
}
#endif

/**
 * xen_add_remap_nonram - let other page numbers mean an area of the machine
 * @maddr: where the area is in the machine
 * @paddr: where it is to be seen; at the same offset in a page
 * @size: in bytes
 *
 * Context: boot, before xen_do_remap_nonram().
 */
void __init xen_add_remap_nonram(phys_addr_t maddr, phys_addr_t paddr, unsigned long size)
{
	if (move_count == MOVED_AREAS || offset_in_page(maddr) != offset_in_page(paddr))
		panic("The host's memory map is in the kernel's way at %pa", &maddr);
#ifdef CONFIG_ACPI
	acpi_os_ioremap = xen_nonram_map_acpi;
#endif
	moves[move_count++] = (struct nonram_move){ maddr, paddr, size };
}

/**
 * xen_do_remap_nonram - do that for all areas
 *
 * Context: boot, when the list of machine frames can be extended.
 */
void __init xen_do_remap_nonram(void)
{
	const struct nonram_move *move;
	unsigned long pfn, end, ahead;

	for (move = moves; move < moves + move_count; move++) {
		end = PFN_UP(move->moved_to + move->size);
		ahead = PFN_DOWN(move->machine) - PFN_DOWN(move->moved_to);
		for (pfn = PFN_DOWN(move->moved_to); pfn < end; pfn++)
			if (!set_phys_to_machine(pfn, pfn + ahead))
				panic("No memory to move machine frame %#lx", pfn + ahead);
		pr_info("xen: %lu KiB of the host at %pa are seen at %pa\n", move->size >> 10,
			&move->machine, &move->moved_to);
	}
}
