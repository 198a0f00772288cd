// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory map of a PV domain: Xen's, cut to what the domain has or may get.
 *
 * The builder gives pages numbered from 0 on. A guest's map is one range of RAM, which may be
 * longer than that: the domain can grow. Dom0's is the host's, for it drives the host's devices:
 * what is not RAM there has to be at its machine address, so pages which the builder put there
 * get another number (remap.c). Called by the kernel's e820__memory_setup(). Floor F1.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/iscsi_ibft.h>
#include <linux/kstrtox.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/page.h>

#include <asm/cmdline.h>
#include <asm/e820/api.h>

#include "../cpu/ops.h"
#include "boot.h"
#include "map.h"

/*
 * Each page that a domain may get costs a structure at once. Ten times what it begins with still
 * leaves it most of that.
 */
#define MOST_GROWTH	10

/* For a guest whose builder tells nothing: what its backends may take besides. */
#define SLACK		SZ_8M

struct e820_table xen_map __initdata;
unsigned long xen_map_pages __initdata;

/* Whether devices can be passed to this domain: there are holes where they could be. */
bool xen_pv_pci_possible;

/* Options are parsed later than this. */
static bool __init xen_map_is_limited(void)
{
	const char *line = (const char *)xen_start_info->cmd_line;
	bool limited = IS_ENABLED(CONFIG_XEN_512GB);
	char value[8];

	if (cmdline_find_option_bool(line, "xen_512gb_limit"))
		return true;
	if (cmdline_find_option(line, "xen_512gb_limit", value, sizeof(value)) > 0 &&
	    kstrtobool(value, &limited))
		pr_warn("xen_512gb_limit=%s: neither yes nor no\n", value);
	return limited;
}

/* The host's tools can't follow more of a guest's memory, for a dump or a migration. */
static unsigned long __init xen_map_limit(void)
{
	if (!xen_initial_domain() && xen_map_is_limited())
		return PFN_DOWN(SZ_512G);
	return PFN_DOWN(MAXMEM);
}

static void __init xen_map_append(u64 start, u64 size, enum e820_type type)
{
	if (xen_map.nr_entries < ARRAY_SIZE(xen_map.entries))
		xen_map.entries[xen_map.nr_entries++] = (struct e820_entry) {
			.addr = start, .size = size, .type = type,
		};
}

/* As Xen lets Dom0 have it: RAM that is broken is not shown by its machine address either. */
static void __init xen_map_adapt_host(void)
{
	unsigned int i;

	for (i = 0; i < xen_map.nr_entries; i++)
		if (xen_map.entries[i].type == E820_TYPE_UNUSABLE)
			xen_map.entries[i].type = E820_TYPE_RAM;
#ifdef CONFIG_ISCSI_IBFT_FIND
	/* Where firmware leaves a table for iSCSI, and the kernel looks for it. */
	xen_map_append(IBFT_START, IBFT_END - IBFT_START, E820_TYPE_RESERVED);
#endif
}

static void __init xen_map_read(void)
{
	struct xen_memory_map memmap = { .nr_entries = ARRAY_SIZE(xen_map.entries) };
	int err;

	set_xen_guest_handle(memmap.buffer, xen_map.entries);
	err = HYPERVISOR_memory_op(xen_initial_domain() ? XENMEM_machine_memory_map :
				   XENMEM_memory_map, &memmap);
	if (!err)
		xen_map.nr_entries = memmap.nr_entries;
	else if (!xen_initial_domain())
		xen_map_append(0, PFN_PHYS(xen_map_pages) + SLACK, E820_TYPE_RAM);
	xen_must(xen_map.nr_entries ? 0 : err ?: -ENOENT, "a memory map");
	if (xen_initial_domain())
		xen_map_adapt_host();
	e820__update_table(&xen_map);
}

/* How many pages the domain may get beyond those that it has. */
static unsigned long __init xen_map_count_extra(void)
{
	unsigned long most = xen_map_limit();
	domid_t self = DOMID_SELF;
	long maximum;

	if (xen_initial_domain()) {
		maximum = HYPERVISOR_memory_op(XENMEM_maximum_reservation, &self);
		if (maximum > 0)
			most = min(most, (unsigned long)maximum);
	}
	/* Pages that get another number need that, too. */
	most += xen_remap_count();
	if (most <= xen_map_pages)
		return 0;
	return min(most - xen_map_pages, MOST_GROWTH * xen_map_pages);
}

static void __init xen_map_add_ram(unsigned long first, unsigned long end)
{
	e820__range_add(PFN_PHYS(first), PFN_PHYS(end - first), E820_TYPE_RAM);
#ifdef CONFIG_MEMORY_HOTPLUG
	/* ACPI's tables may speak of more, which is the host's. */
	max_mem_size = PFN_PHYS(end);
#endif
}

/* Whole pages, as far as there are any, and then as far as there may be. The rest is left out. */
static void __init xen_map_cut_ram(const struct e820_entry *entry, unsigned long *extra)
{
	unsigned long first = PFN_UP(entry->addr);
	unsigned long end = PFN_DOWN(xen_map_end(entry));
	unsigned long owned = clamp(xen_map_pages, first, max(first, end));

	if (owned > first)
		xen_map_add_ram(first, owned);
	if (end <= owned || !*extra)
		return;
	end = min(end, owned + *extra);
	*extra -= end - owned;
	xen_map_add_ram(owned, end);
	xen_add_extra_mem(owned, end - owned);
	xen_max_p2m_pfn = end;
}

static void __init xen_map_fill(unsigned long extra)
{
	const struct e820_entry *entry = xen_map.entries;
	unsigned int i;

	for (i = 0; i < xen_map.nr_entries; i++, entry++) {
		if (entry->type == E820_TYPE_RAM) {
			xen_map_cut_ram(entry, &extra);
			continue;
		}
		if (entry->type == E820_TYPE_RESERVED)
			xen_pv_pci_possible = true;
		e820__range_add(entry->addr, entry->size, entry->type);
	}
	/* Devices may be behind all of it. */
	set_phys_range_identity(PFN_DOWN(xen_map_end(--entry)), ~0UL);

	/* It is RAM in a guest, but too much looks for old hardware there. */
	e820__range_add(ISA_START_ADDRESS, ISA_END_ADDRESS - ISA_START_ADDRESS,
			E820_TYPE_RESERVED);
	e820__update_table(e820_table);
}

/**
 * xen_memory_setup - make the memory map
 *
 * Context: boot, on Xen's first page tables; what the boot loader left is reserved.
 * Return: who made it.
 */
char * __init xen_memory_setup(void)
{
	xen_map_pages = min(xen_map_limit(), xen_start_info->nr_pages);
#if defined(CONFIG_MEMORY_HOTPLUG) && defined(CONFIG_XEN_BALLOON)
	/* The balloon driver allows more again, for it knows. */
	xen_saved_max_mem_size = max_mem_size;
#endif
	xen_map_read();
	xen_conflict_check_image();
	xen_map_fill(xen_map_count_extra());
	xen_conflict_move_p2m();
	xen_conflict_move_initrd();
	xen_remap_prepare();
	return "Xen";
}
