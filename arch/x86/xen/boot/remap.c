// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages whose number in the host's memory map is no RAM get another, above all that there is.
 *
 * It takes two steps. While the memory map is made, the p2m is made to name the machine addresses
 * themselves there: firmware's tables are looked for soon. At that time it can't take longer
 * numbers yet, nor can memory be allocated. So the frames are written down for the second step,
 * as runs, in frames of theirs: the first of as many as one page has room for becomes that page.
 *
 * Called by map.c, and by the MMU when page tables and the p2m are there. Floor F1.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/mm.h>
#include <linux/pfn.h>

#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/page.h>

#include "../cpu/ops.h"
#include "../mmu/mmu.h"
#include "../mmu/p2m.h"
#include "boot.h"
#include "map.h"

#define RUNS	((PAGE_SIZE - 2 * sizeof(unsigned long)) / sizeof(struct remap_run))
#define NONE	INVALID_P2M_ENTRY

/* Frames in a row, to be known by numbers in a row. */
struct remap_run {
	unsigned long pfn;
	unsigned long mfn;
	unsigned long count;
};

/* A page of the list; @next is the frame of another. */
struct remap_page {
	unsigned long next;
	unsigned long used;
	struct remap_run runs[RUNS];
};

/* The numbers of what is not RAM, with no RAM in between. */
struct remap_gap {
	unsigned long first;
	unsigned long end;
};

/* An address where a page of the list can be mapped, and one of them in memory of ours. */
static struct remap_page window __initdata __aligned(PAGE_SIZE);
static struct remap_page page __initdata;
static unsigned long list __initdata = NONE;

/* @next is the map's entry behind the last gap's. Pages that are RAM in part are in no gap. */
static bool __init xen_remap_next_gap(unsigned int *next, struct remap_gap *gap)
{
	const struct e820_entry *entry;

	while (*next < xen_map.nr_entries) {
		gap->first = *next ? PFN_DOWN(xen_map_end(&xen_map.entries[*next - 1])) : 0;
		do {
			entry = &xen_map.entries[(*next)++];
		} while (entry->type != E820_TYPE_RAM && *next < xen_map.nr_entries);
		gap->end = PFN_UP(entry->type == E820_TYPE_RAM ? entry->addr : xen_map_end(entry));
		if (gap->first < gap->end)
			return true;
	}
	return false;
}

/**
 * xen_remap_count - how many pages get another number
 */
unsigned long __init xen_remap_count(void)
{
	unsigned long count = 0;
	unsigned int next = 0;
	struct remap_gap gap;

	while (xen_remap_next_gap(&next, &gap))
		if (gap.first < xen_map_pages)
			count += min(gap.end, xen_map_pages) - gap.first;
	return count;
}

/* RAM from @first on, or behind it. */
static bool __init xen_remap_find_ram(unsigned long first, struct remap_gap *ram)
{
	const struct e820_entry *entry = xen_map.entries;
	unsigned int i;

	for (i = 0; i < xen_map.nr_entries; i++, entry++) {
		ram->first = max(first, PFN_UP(entry->addr));
		ram->end = PFN_DOWN(xen_map_end(entry));
		if (entry->type == E820_TYPE_RAM && ram->first < ram->end)
			return true;
	}
	return false;
}

static void __init xen_remap_show(unsigned long mfn)
{
	set_pte_mfn((unsigned long)&window, mfn, PAGE_KERNEL);
}

static void __init xen_remap_note(unsigned long pfn, unsigned long mfn)
{
	struct remap_run *run = list == NONE || !window.used ? NULL :
				&window.runs[window.used - 1];

	if (run && run->pfn + run->count == pfn && run->mfn + run->count == mfn) {
		run->count++;
		return;
	}
	if (list == NONE || window.used == RUNS) {
		xen_remap_show(mfn);
		window.next = list;
		window.used = 0;
		list = mfn;
	}
	window.runs[window.used++] = (struct remap_run){ .pfn = pfn, .mfn = mfn, .count = 1 };
}

/* The balloon driver can ask for it again. */
static void __init xen_remap_release(unsigned long pfn, unsigned long end)
{
	xen_pfn_t mfn;
	struct xen_memory_reservation give = { .nr_extents = 1, .domid = DOMID_SELF };

	set_xen_guest_handle(give.extent_start, &mfn);
	pr_warn("no RAM in the host's map for pages %#lx to %#lx: given back to Xen\n", pfn, end);
	for (; pfn < end; pfn++) {
		mfn = pfn_to_mfn(pfn);
		if (HYPERVISOR_memory_op(XENMEM_decrease_reservation, &give) == 1)
			xen_released_pages++;
		else
			pr_warn_once("Xen does not take page %#lx back\n", pfn);
	}
}

/* @target is the first number that may be had; the next one is returned. */
static unsigned long __init xen_remap_gap(const struct remap_gap *gap, unsigned long target)
{
	unsigned long owned = clamp(xen_map_pages, gap->first, gap->end);
	struct remap_gap ram = { };
	unsigned long pfn;

	for (pfn = gap->first; pfn < owned; pfn++, target++) {
		if (target >= ram.end && !xen_remap_find_ram(target, &ram)) {
			xen_remap_release(pfn, owned);
			break;
		}
		target = max(target, ram.first);
		xen_remap_note(target, pfn_to_mfn(pfn));
	}
	set_phys_range_identity(gap->first, gap->end);

	/* What is mapped there are the frames, by their old number. */
	for (pfn = gap->first; pfn <= max_pfn_mapped && pfn < gap->end; pfn++)
		(void)HYPERVISOR_update_va_mapping((unsigned long)__va(PFN_PHYS(pfn)),
						   native_make_pte(0), UVMF_NONE);
	return target;
}

/**
 * xen_remap_prepare - the first step, for all of the map
 */
void __init xen_remap_prepare(void)
{
	unsigned long own = virt_to_mfn(&window);
	unsigned long target = xen_map_pages;
	unsigned int next = 0;
	struct remap_gap gap;

	BUILD_BUG_ON(sizeof(window) > PAGE_SIZE);
	while (xen_remap_next_gap(&next, &gap))
		target = xen_remap_gap(&gap, target);
	xen_remap_show(own);
}

/* The p2m is told, and Xen, for its table of the other direction, and of the kernel's mapping. */
static void __init xen_remap_move(unsigned long pfn, unsigned long mfn)
{
	struct mmu_update update = {
		.ptr = PFN_PHYS(mfn) | MMU_MACHPHYS_UPDATE,
		.val = pfn,
	};

	xen_must(!set_phys_to_machine(pfn, mfn), "no page, but there is no memory for its number");
	xen_must(HYPERVISOR_mmu_update(&update, 1, NULL, DOMID_SELF), "another number of a page");
	xen_must(HYPERVISOR_update_va_mapping((unsigned long)__va(PFN_PHYS(pfn)),
					      mfn_pte(mfn, PAGE_KERNEL), UVMF_NONE),
		 "the mapping of a page by another number");
}

static unsigned long __init xen_remap_move_run(const struct remap_run *run)
{
	unsigned long i;

	for (i = 0; i < run->count; i++)
		xen_remap_move(run->pfn + i, run->mfn + i);
	return run->count;
}

/**
 * xen_remap_memory - the second step
 *
 * Context: boot; the p2m takes any number, memory can be allocated. When a page's runs have become
 * memory, it may be allocated itself: it has been copied.
 */
void __init xen_remap_memory(void)
{
	unsigned long own = virt_to_mfn(&window);
	unsigned long moved = 0;
	unsigned long i;

	while (list != NONE) {
		xen_remap_show(list);
		page = window;
		list = page.next;
		for (i = 0; i < page.used; i++)
			moved += xen_remap_move_run(&page.runs[i]);
		for (i = 0; i < page.used; i++)
			xen_del_extra_mem(page.runs[i].pfn, page.runs[i].count);
	}
	xen_remap_show(own);
	if (moved)
		pr_info("%lu pages are no RAM in the host's map: renumbered\n", moved);
	xen_do_remap_nonram();
}
