// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a domain's builder has put where the memory map has no RAM.
 *
 * The builder fills pages from 0 on, and Dom0's map is the host's. The kernel's image, the start
 * info and the first page tables can't move; of what may be in their way, ACPI's storage can be
 * shown elsewhere. The p2m list and the initrd are moved themselves. Called by map.c and by the
 * MMU's start. Floor F1.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/io.h>
#include <linux/memblock.h>
#include <linux/panic.h>

#include <xen/hvc-console.h>
#include <xen/page.h>

#include <asm/e820/api.h>
#include <asm/fixmap.h>
#include <asm/sections.h>
#include <asm/setup.h>

#include "../mmu/mmu.h"
#include "../mmu/p2m.h"
#include "boot.h"
#include "map.h"

/* There is no console but Xen's, and the text of a panic does not get there. */
static void __init __noreturn xen_conflict_fail(const char *what, phys_addr_t start,
						phys_addr_t size)
{
	xen_raw_printk("%s: %llu bytes at %#llx, where the memory map has no RAM\n",
		       what, (u64)size, (u64)start);
	panic("%s: %llu bytes at %#llx, where the memory map has no RAM\n",
	      what, (u64)size, (u64)start);
}

static bool __init xen_conflict_is_ram(phys_addr_t start, phys_addr_t size)
{
	unsigned int i;

	for (i = 0; i < xen_map.nr_entries; i++)
		if (xen_map.entries[i].type == E820_TYPE_RAM &&
		    xen_map.entries[i].addr <= start &&
		    xen_map_end(&xen_map.entries[i]) >= start + size)
			return true;
	return !size;
}

/* RAM that the domain has no pages for, as high in the map's first fitting entry as can be. */
static phys_addr_t __init xen_conflict_take_unowned(phys_addr_t size)
{
	phys_addr_t owned = PFN_PHYS(xen_map_pages);
	struct e820_entry *entry = xen_map.entries;
	unsigned int i;

	for (i = 0; i < xen_map.nr_entries; i++, entry++) {
		if (entry->type != E820_TYPE_RAM || entry->size < size ||
		    xen_map_end(entry) < owned + size)
			continue;
		entry->size -= size;
		return xen_map_end(entry);
	}
	xen_conflict_fail("ACPI's storage is in the way", owned, size);
}

/* Trades an entry for RAM. It stays at its machine address, of which the p2m is told later. */
static void __init xen_conflict_swap(struct e820_entry *entry)
{
	phys_addr_t from = PAGE_ALIGN_DOWN(entry->addr);
	phys_addr_t size = PAGE_ALIGN(xen_map_end(entry)) - from;
	phys_addr_t to = xen_conflict_take_unowned(size);
	struct e820_entry *moved;

	if (xen_map.nr_entries == ARRAY_SIZE(xen_map.entries))
		xen_conflict_fail("the memory map is full, ACPI's storage can't move", from, size);
	moved = &xen_map.entries[xen_map.nr_entries++];
	*moved = *entry;
	moved->addr += to - from;

	entry->type = E820_TYPE_RAM;
	entry->addr = from;
	entry->size = size;
	xen_add_remap_nonram(from, to, size);
	e820__update_table(&xen_map);
}

/* The first of ACPI's storage within a range, or NULL. */
static struct e820_entry * __init xen_conflict_find_nvs(phys_addr_t start, phys_addr_t end)
{
	unsigned int i;

	for (i = 0; i < xen_map.nr_entries; i++)
		if (xen_map.entries[i].type == E820_TYPE_NVS &&
		    xen_map.entries[i].addr < end && xen_map_end(&xen_map.entries[i]) > start)
			return &xen_map.entries[i];
	return NULL;
}

/**
 * xen_chk_is_e820_usable - make sure that something which can't move lies in RAM
 * @start: where it is
 * @size: its size, in bytes; with none all is well
 * @component: what it is
 *
 * Context: boot, in the MMU's xen_pt_check_e820(), too. Does not return if it can't be.
 */
void __init xen_chk_is_e820_usable(phys_addr_t start, phys_addr_t size, const char *component)
{
	struct e820_entry *nvs;

	if (!size)
		return;
	while ((nvs = xen_conflict_find_nvs(start, start + size)))
		xen_conflict_swap(nvs);
	if (!xen_conflict_is_ram(start, size))
		xen_conflict_fail(component, start, size);
}

/**
 * xen_conflict_check_image - make sure that all that can't move lies in RAM
 */
void __init xen_conflict_check_image(void)
{
	xen_chk_is_e820_usable(__pa_symbol(_text), _end - _text, "kernel");
	xen_chk_is_e820_usable(__pa(xen_start_info), sizeof(*xen_start_info), "start info");
	xen_pt_check_e820();
}

/**
 * xen_find_free_area - reserve RAM for something that has to move
 * @size: in bytes
 *
 * Return: its address, or 0 if there is none.
 */
phys_addr_t __init xen_find_free_area(phys_addr_t size)
{
	const struct e820_entry *entry = xen_map.entries;
	unsigned int i;
	u64 at, end;

	for (i = 0; i < xen_map.nr_entries; i++, entry++) {
		if (entry->type != E820_TYPE_RAM)
			continue;
		end = min(xen_map_end(entry), PFN_PHYS(xen_map_pages));
		for (at = PAGE_ALIGN(entry->addr); at + size <= end; at += PAGE_SIZE) {
			if (memblock_is_region_reserved(at, size))
				continue;
			memblock_reserve(at, size);
			return at;
		}
	}
	return 0;
}

/**
 * xen_conflict_move_p2m - keep the p2m list, or move it into RAM
 *
 * Lists that Xen has put at an address of their own are told by their pages.
 */
void __init xen_conflict_move_p2m(void)
{
	const struct start_info *info = xen_start_info;
	phys_addr_t start = PFN_PHYS(info->first_p2m_pfn);
	phys_addr_t size = PFN_PHYS(info->nr_p2m_frames);

	if (info->mfn_list >= __START_KERNEL_map) {
		start = __pa(info->mfn_list);
		size = PAGE_ALIGN(info->nr_pages * sizeof(unsigned long));
	}
	memblock_reserve(start, size);
	if (xen_conflict_is_ram(start, size))
		return;
	xen_relocate_p2m();
	memblock_phys_free(start, size);
}

/* Neither range is mapped, as a rule. */
static void __init xen_conflict_copy(phys_addr_t to, phys_addr_t from, phys_addr_t size)
{
	phys_addr_t part = (NR_FIX_BTMAPS - 1) * PAGE_SIZE;
	void *source, *target;

	for (; size; size -= part, to += part, from += part) {
		part = min(size, part);
		source = early_memremap(from, part);
		target = early_memremap(to, part);
		memcpy(target, source, part);
		early_memunmap(target, part);
		early_memunmap(source, part);
	}
}

/**
 * xen_conflict_move_initrd - keep the initrd, or move it into RAM
 */
void __init xen_conflict_move_initrd(void)
{
	phys_addr_t from = boot_params.hdr.ramdisk_image | (u64)boot_params.ext_ramdisk_image << 32;
	phys_addr_t size = boot_params.hdr.ramdisk_size;
	phys_addr_t to;

	if (xen_conflict_is_ram(from, size))
		return;
	to = xen_find_free_area(size);
	if (!to)
		xen_conflict_fail("initrd, and there is no room elsewhere", from, size);
	xen_conflict_copy(to, from, size);
	pr_info("initrd of %llu bytes moved from %#llx to %#llx\n",
		(u64)size, (u64)from, (u64)to);
	memblock_phys_free(from, size);
	boot_params.hdr.ramdisk_image = lower_32_bits(to);
	boot_params.ext_ramdisk_image = upper_32_bits(to);
}
