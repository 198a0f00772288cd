// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which machine frame each page of the domain is: a list in virtual memory.
 *
 * The list has an entry for every number that a page may ever have. Where it says nothing
 * of its own it costs nothing: leaves (a page of the list, 512 entries, 2 MiB of memory)
 * that have no entry at all are one read-only page, and so are those whose entries are
 * what is asked for, as for devices' memory. Where this is so for a whole L1 table, 1 GiB
 * of memory, that table is one for all, too. Writing to such a leaf faults, and then one
 * of its own takes its place.
 *
 * Xen's tools read the list when they save the domain. They look at a generation, which
 * is odd while the list's mapping changes.
 *
 * Floor F1. Called by whoever makes a page-table entry (asm/xen/page.h), by the balloon,
 * and at boot.
 */
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/memblock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include <asm/paravirt.h>
#include <asm/setup.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/page.h>

#include "../boot/boot.h"
#include "p2m.h"
#include "table.h"

/* The list, how many entries it has, and up to which page it will be extended at boot. */
unsigned long *xen_p2m_addr __read_mostly;
EXPORT_SYMBOL_GPL(xen_p2m_addr);
unsigned long xen_p2m_size __read_mostly;
EXPORT_SYMBOL_GPL(xen_p2m_size);
unsigned long xen_max_p2m_pfn __read_mostly;
EXPORT_SYMBOL_GPL(xen_max_p2m_pfn);

/* What an L1 table of the list maps. */
#define PFNS_PER_TABLE	(PTRS_PER_PTE * P2M_PER_PAGE)

/**
 * enum p2m_kind - what an entry is, or a leaf all of whose entries are the same
 * @P2M_MISSING: there is no such page
 * @P2M_IDENTITY: the page's number is that of the machine frame
 * @P2M_OWN: it says which machine frame it is, or which is another domain's
 */
enum p2m_kind {
	P2M_MISSING,
	P2M_IDENTITY,
	P2M_OWN,
};

/**
 * struct p2m_shared - what all places have that are of the same kind
 * @leaf: a page of the list. Its entries are invalid for @P2M_IDENTITY, too, so that who
 *	  reads one asks get_phys_to_machine().
 * @table: an L1 table whose entries all map @leaf
 */
struct p2m_shared {
	unsigned long *leaf;
	pte_t *table;
};

static struct p2m_shared shared[P2M_OWN] __ro_after_init;

/* Guards what tables and leaves the list has; entries of a leaf are stored atomically. */
static DEFINE_SPINLOCK(p2m_lock);
/* One more than the last page for which there is a leaf: the tools look no further. */
static unsigned long p2m_end;

/* The list is extended already while memory still comes from memblock. */
static void *__ref xen_p2m_page(void)
{
	if (slab_is_available())
		return (void *)__get_free_page(GFP_KERNEL);
	return memblock_alloc(PAGE_SIZE, PAGE_SIZE);
}

static void __ref xen_p2m_free(void *page)
{
	if (slab_is_available())
		free_page((unsigned long)page);
	else if (page)
		memblock_free(page, PAGE_SIZE);
}

static void *__init xen_p2m_boot_page(void)
{
	void *page = xen_p2m_page();

	if (!page)
		panic("No memory for the list of machine frames");
	return page;
}

static void xen_p2m_fill(unsigned long *leaf, enum p2m_kind kind, unsigned long pfn)
{
	int i;

	for (i = 0; i < P2M_PER_PAGE; i++)
		leaf[i] = kind == P2M_IDENTITY ? IDENTITY_FRAME(pfn + i) : INVALID_P2M_ENTRY;
}

static pte_t *xen_p2m_mapping(unsigned long pfn)
{
	unsigned int level;
	pte_t *ptep = lookup_address((unsigned long)(xen_p2m_addr + pfn), &level);

	if (!ptep || level != PG_LEVEL_4K)
		panic("The list of machine frames has no entry for page %#lx", pfn);
	return ptep;
}

static enum p2m_kind xen_p2m_leaf_kind(pte_t leaf)
{
	enum p2m_kind kind;

	for (kind = 0; kind < P2M_OWN; kind++)
		if (pte_pfn(leaf) == virt_to_pfn(shared[kind].leaf))
			break;
	return kind;
}

static enum p2m_kind xen_p2m_table_kind(const pte_t *ptep)
{
	enum p2m_kind kind;

	for (kind = 0; kind < P2M_OWN; kind++)
		if (PTR_ALIGN_DOWN(ptep, PAGE_SIZE) == shared[kind].table)
			break;
	return kind;
}

/**
 * xen_build_dynamic_phys_to_machine - use the list that Xen made
 *
 * Context: xen_start_kernel(). Its last page has room for more entries than there are.
 */
void __init xen_build_dynamic_phys_to_machine(void)
{
	unsigned long pfn = xen_start_info->nr_pages;

	xen_p2m_addr = (unsigned long *)xen_start_info->mfn_list;
	xen_p2m_size = ALIGN(pfn, P2M_PER_PAGE);
	xen_max_p2m_pfn = xen_p2m_size;
	for (; pfn < xen_p2m_size; pfn++)
		xen_p2m_addr[pfn] = INVALID_P2M_ENTRY;
}

static enum p2m_kind __init xen_p2m_kind(unsigned long pfn)
{
	unsigned long mfn;

	if (pfn >= xen_p2m_size)
		return P2M_IDENTITY;
	mfn = xen_p2m_addr[pfn];
	if (mfn == INVALID_P2M_ENTRY)
		return P2M_MISSING;
	return mfn & IDENTITY_FRAME_BIT ? P2M_IDENTITY : P2M_OWN;
}

/* The kind of a stretch, which is P2M_OWN, too, if there are several in it. */
static enum p2m_kind __init xen_p2m_stretch(unsigned long pfn, unsigned long count)
{
	enum p2m_kind kind = xen_p2m_kind(pfn);
	unsigned long i;

	for (i = 1; i < count && kind != P2M_OWN; i++)
		if (xen_p2m_kind(pfn + i) != kind)
			kind = P2M_OWN;
	return kind;
}

static void __init xen_p2m_make_shared(enum p2m_kind kind)
{
	pte_t *table = xen_p2m_boot_page();
	unsigned long *leaf = xen_p2m_boot_page();
	int i;

	xen_p2m_fill(leaf, P2M_MISSING, 0);
	for (i = 0; i < PTRS_PER_PTE; i++)
		table[i] = pfn_pte(virt_to_pfn(leaf), PAGE_KERNEL_RO);
	paravirt_alloc_pte(&init_mm, virt_to_pfn(table));
	shared[kind] = (struct p2m_shared){ leaf, table };
}

static void __init xen_p2m_map_leaf(unsigned long *entries, unsigned long pfn)
{
	enum p2m_kind kind = xen_p2m_stretch(pfn, P2M_PER_PAGE);
	pte_t *ptep = populate_extra_pte((unsigned long)entries);
	unsigned long *leaf;

	if (kind != P2M_OWN) {
		set_pte(ptep, pfn_pte(virt_to_pfn(shared[kind].leaf), PAGE_KERNEL_RO));
		return;
	}
	leaf = xen_p2m_boot_page();
	copy_page(leaf, xen_p2m_addr + pfn);
	set_pte(ptep, pfn_pte(virt_to_pfn(leaf), PAGE_KERNEL));
}

/* Maps 1 GiB's part of the list, with entries as the old one has them. */
static void __init xen_p2m_map_table(unsigned long *entries, unsigned long pfn)
{
	enum p2m_kind kind = xen_p2m_stretch(pfn, PFNS_PER_TABLE);
	unsigned long i;

	if (kind != P2M_OWN) {
		set_pmd(populate_extra_pmd((unsigned long)entries),
			__pmd(__pa(shared[kind].table) | _KERNPG_TABLE));
		return;
	}
	for (i = 0; i < PFNS_PER_TABLE; i += P2M_PER_PAGE)
		xen_p2m_map_leaf(entries + i, pfn + i);
}

/**
 * xen_vmalloc_p2m_tree - make a list that can be extended
 *
 * Context: boot, when memory is mapped. Xen's own list is no more used when it returns.
 */
void __init xen_vmalloc_p2m_tree(void)
{
	static struct vm_struct area;
	unsigned long pfn, pages = xen_max_p2m_pfn;
	enum p2m_kind kind;

#ifdef CONFIG_XEN_MEMORY_HOTPLUG_LIMIT
	pages = max(pages, CONFIG_XEN_MEMORY_HOTPLUG_LIMIT * (SZ_1G / PAGE_SIZE));
#endif
	pages = ALIGN(pages, PFNS_PER_TABLE);
	area.flags = VM_ALLOC;
	area.size = pages * sizeof(unsigned long);
	vm_area_register_early(&area, PMD_SIZE);
	p2m_end = xen_max_p2m_pfn;
	xen_max_p2m_pfn = pages;

	for (kind = 0; kind < P2M_OWN; kind++)
		xen_p2m_make_shared(kind);
	for (pfn = 0; pfn < pages; pfn += PFNS_PER_TABLE)
		xen_p2m_map_table((unsigned long *)area.addr + pfn, pfn);

	xen_p2m_addr = area.addr;
	xen_p2m_size = pages;
	pr_info("xen: the list of machine frames has room for %lu MiB\n",
		pages >> (20 - PAGE_SHIFT));
	xen_inv_extra_mem();
}

/**
 * get_phys_to_machine - which machine frame a page is, in the less common cases
 * @pfn: the page
 *
 * Return: as the list has it, or INVALID_P2M_ENTRY.
 */
unsigned long get_phys_to_machine(unsigned long pfn)
{
	if (unlikely(pfn >= xen_p2m_size))
		return pfn < xen_max_p2m_pfn ? xen_chk_extra_mem(pfn) : IDENTITY_FRAME(pfn);
	if (xen_p2m_leaf_kind(*xen_p2m_mapping(pfn)) == P2M_IDENTITY)
		return IDENTITY_FRAME(pfn);
	return xen_p2m_addr[pfn];
}
EXPORT_SYMBOL_GPL(get_phys_to_machine);

/**
 * set_phys_range_identity - let pages be the machine frames of the same numbers
 * @pfn_s: the first
 * @pfn_e: behind the last
 *
 * Context: boot, on the list that Xen made.
 * Return: how many of them the list has.
 */
unsigned long __init set_phys_range_identity(unsigned long pfn_s, unsigned long pfn_e)
{
	unsigned long pfn = pfn_s;

	pfn_e = min(pfn_e, xen_p2m_size);
	while (pfn < pfn_e) {
		xen_p2m_addr[pfn] = IDENTITY_FRAME(pfn);
		pfn++;
	}
	return pfn - pfn_s;
}

/**
 * __set_phys_to_machine - say which machine frame a page is, where there is an entry
 * @pfn: the page
 * @mfn: the frame, with FOREIGN_FRAME_BIT or IDENTITY_FRAME_BIT, or INVALID_P2M_ENTRY
 *
 * Return: false if the page has no entry of its own and needs one.
 */
bool __set_phys_to_machine(unsigned long pfn, unsigned long mfn)
{
	enum p2m_kind kind = P2M_MISSING;

	if (likely(pfn < xen_p2m_size)) {
		/* Others read it while it is stored, which is one instruction. */
		if (likely(!xen_safe_write_ulong(xen_p2m_addr + pfn, mfn)))
			return true;
		kind = xen_p2m_leaf_kind(*xen_p2m_mapping(pfn));
	}
	switch (kind) {
	case P2M_MISSING:
		return mfn == INVALID_P2M_ENTRY;
	case P2M_IDENTITY:
		return mfn == IDENTITY_FRAME(pfn);
	default:
		return false;
	}
}

/**
 * set_phys_to_machine - say which machine frame a page is
 * @pfn: the page
 * @mfn: as above
 *
 * Context: may sleep if the page has no entry yet.
 * Return: false if there was no memory for one.
 */
bool set_phys_to_machine(unsigned long pfn, unsigned long mfn)
{
	if (likely(__set_phys_to_machine(pfn, mfn)))
		return true;
	return !xen_alloc_p2m_entry(pfn) && __set_phys_to_machine(pfn, mfn);
}

/* Before and after a change of what is mapped. */
static void xen_p2m_change(void)
{
	wmb(); /* Pairs with the tools, which read the list between two equal, even values. */
	HYPERVISOR_shared_info->arch.p2m_generation++;
	wmb(); /* And so does this. */
}

/**
 * struct p2m_spare - pages to extend the list by; what is left of them is freed
 * @table: an L1 table
 * @leaf: a page of the list
 * @mid: a page of the list of the list's pages, p2m-list.c
 */
struct p2m_spare {
	pte_t *table;
	unsigned long *leaf;
	unsigned long *mid;
};

static void xen_p2m_own_table(unsigned long pfn, struct p2m_spare *spare)
{
	pte_t *ptep = xen_p2m_mapping(pfn);
	enum p2m_kind kind = xen_p2m_table_kind(ptep);
	pte_t *table = spare->table;

	if (kind == P2M_OWN)
		return;
	spare->table = NULL;
	copy_page(table, shared[kind].table);
	paravirt_alloc_pte(&init_mm, virt_to_pfn(table));
	xen_p2m_change();
	set_pmd(lookup_pmd_address((unsigned long)(xen_p2m_addr + pfn)),
		__pmd(__pa(table) | _KERNPG_TABLE));
	xen_p2m_change();
}

static void xen_p2m_own_leaf(unsigned long pfn, struct p2m_spare *spare)
{
	pte_t *ptep = xen_p2m_mapping(pfn);
	enum p2m_kind kind = xen_p2m_leaf_kind(*ptep);
	unsigned long *leaf = spare->leaf;

	if (kind == P2M_OWN)
		return;
	spare->leaf = NULL;
	xen_p2m_fill(leaf, kind, ALIGN_DOWN(pfn, P2M_PER_PAGE));
	xen_p2m_change();
	set_pte(ptep, pfn_pte(virt_to_pfn(leaf), PAGE_KERNEL));
	xen_p2m_change();
	xen_p2m_list_add(pfn, virt_to_mfn(leaf), &spare->mid);
}

static void xen_p2m_extend(unsigned long pfn, struct p2m_spare *spare)
{
	unsigned long irqs;

	spin_lock_irqsave(&p2m_lock, irqs);
	xen_p2m_own_table(pfn, spare);
	xen_p2m_own_leaf(pfn, spare);
	if (pfn >= p2m_end) {
		p2m_end = ALIGN(pfn + 1, P2M_PER_PAGE);
		HYPERVISOR_shared_info->arch.max_pfn = p2m_end;
	}
	spin_unlock_irqrestore(&p2m_lock, irqs);
}

/**
 * xen_alloc_p2m_entry - give a page an entry of its own
 * @pfn: the page
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int xen_alloc_p2m_entry(unsigned long pfn)
{
	struct p2m_spare spare = {};
	int error = 0;

	if (pfn < p2m_end && xen_p2m_leaf_kind(*xen_p2m_mapping(pfn)) == P2M_OWN)
		return 0;
	spare.table = xen_p2m_page();
	spare.leaf = xen_p2m_page();
	spare.mid = xen_p2m_page();
	if (spare.table && spare.leaf && spare.mid)
		xen_p2m_extend(pfn, &spare);
	else
		error = -ENOMEM;
	xen_p2m_free(spare.table);
	xen_p2m_free(spare.leaf);
	xen_p2m_free(spare.mid);
	return error;
}
EXPORT_SYMBOL(xen_alloc_p2m_entry);

/**
 * xen_p2m_missing_frame - where the page of the list is that has no entries
 */
unsigned long xen_p2m_missing_frame(void)
{
	return virt_to_mfn(shared[P2M_MISSING].leaf);
}

/**
 * xen_p2m_leaf_frame - where a page of the list is
 * @pfn: the first page that it is for
 *
 * Return: its machine frame, or 0 if the list has nothing of its own for all the GiB that
 * the page is in.
 */
unsigned long xen_p2m_leaf_frame(unsigned long pfn)
{
	pte_t *ptep = xen_p2m_mapping(pfn);

	return xen_p2m_table_kind(ptep) == P2M_OWN ? pte_mfn(*ptep) : 0;
}

/**
 * xen_p2m_tell - tell Xen's tools where the list is
 * @top: the machine frame of p2m-list.c's top, or ~0 if there is none
 */
void xen_p2m_tell(unsigned long top)
{
	struct arch_shared_info *arch = &HYPERVISOR_shared_info->arch;

	arch->pfn_to_mfn_frame_list_list = top;
	arch->max_pfn = p2m_end;
	arch->p2m_generation = 0;
	arch->p2m_vaddr = (unsigned long)xen_p2m_addr;
	arch->p2m_cr3 = xen_pfn_to_cr3(virt_to_mfn(swapper_pg_dir));
}
