// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptor tables of a PV domain: GDT, LDT, a thread's own segments, GS.
 *
 * A page that is such a table is never writable, under any address, while Xen uses it. Xen
 * changes a descriptor on request, after a look at it. pv_ops calls this. Floor F1.
 */
#include <linux/preempt.h>
#include <linux/uaccess.h>

#include <xen/page.h>

#include <asm/desc.h>
#include <asm/processor.h>
#include <asm/xen/hypervisor.h>

#include "../mmu/batch.h"
#include "../switch.h"
#include "ops.h"

/* What a CPU's GDT has of a thread's: as the thread gave it, which is not as Xen wrote it. */
struct desc_threads {
	struct desc_struct tls[GDT_ENTRY_TLS_ENTRIES];
};

static DEFINE_PER_CPU(struct desc_threads, loaded);

/* As LDTs are vmalloc()ed, a page has two addresses. */
static void xen_desc_protect(void *table, pgprot_t prot)
{
	unsigned int level;
	pte_t *found = lookup_address((unsigned long)table, &level);
	unsigned long pfn;
	void *direct;
	u8 byte;

	if (WARN_ON(!found))
		return;
	pfn = pte_pfn(*found);
	direct = __va(PFN_PHYS(pfn));

	/*
	 * Xen changes the entry in the page tables that are loaded. These may not have vmalloc's
	 * upper entry yet: a read faults it in. They stay loaded while this is not preempted.
	 */
	preempt_disable();
	copy_from_kernel_nofault(&byte, table, sizeof(byte));
	xen_must(HYPERVISOR_update_va_mapping((unsigned long)table, pfn_pte(pfn, prot), UVMF_NONE),
		 "another protection of a descriptor table");
	if (direct != table)
		xen_must(HYPERVISOR_update_va_mapping((unsigned long)direct, pfn_pte(pfn, prot),
						      UVMF_NONE),
			 "another protection of a descriptor table's page");
	preempt_enable();
}

static void xen_desc_protect_ldt(struct desc_struct *ldt, unsigned int entries, pgprot_t prot)
{
	void *end = ldt + entries;
	void *page;

	for (page = ldt; page < end; page += PAGE_SIZE)
		xen_desc_protect(page, prot);
}

/**
 * xen_alloc_ldt - a table is going to be an LDT
 * @ldt: its first page
 * @entries: how many descriptors it has
 */
void xen_alloc_ldt(struct desc_struct *ldt, unsigned int entries)
{
	xen_desc_protect_ldt(ldt, entries, PAGE_KERNEL_RO);
}

/**
 * xen_free_ldt - a table is none any more
 * @ldt: its first page
 * @entries: how many descriptors it has
 */
void xen_free_ldt(struct desc_struct *ldt, unsigned int entries)
{
	xen_desc_protect_ldt(ldt, entries, PAGE_KERNEL);
}

/**
 * xen_set_ldt - LLDT
 * @addr: the table; with no entries it does not matter
 * @entries: how many descriptors it has
 */
void xen_set_ldt(const void *addr, unsigned int entries)
{
	struct multicall_space batch = xen_mc_entry(sizeof(struct mmuext_op));
	struct mmuext_op *op = batch.args;

	*op = (struct mmuext_op) {
		.cmd = MMUEXT_SET_LDT,
		.arg1.linear_addr = (unsigned long)addr,
		.arg2.nr_ents = entries,
	};
	MULTI_mmuext_op(batch.mc, op, 1, NULL, DOMID_SELF);
	if (entries)
		xen_switch_doubt();
	xen_mc_issue(XEN_LAZY_CPU);
}

/* Not part of what is queued, but it must not overtake that. */
static void xen_desc_update(void *entry, u64 descriptor)
{
	xmaddr_t at = arbitrary_virt_to_machine(entry);

	preempt_disable();
	xen_mc_flush();
	xen_must(HYPERVISOR_update_descriptor(at.maddr, descriptor), "a descriptor");
	preempt_enable();
}

/**
 * xen_write_ldt_entry - change a descriptor of an LDT
 * @ldt: the table
 * @entry: its number
 * @desc: the new one
 */
void xen_write_ldt_entry(struct desc_struct *ldt, int entry, const void *desc)
{
	xen_desc_update(&ldt[entry], *(const u64 *)desc);
}

/* Task state and LDT are not told to Xen by descriptors. */
static bool xen_desc_is_for_xen(int type)
{
	return type != DESC_TSS && type != DESC_LDT;
}

/**
 * xen_write_gdt_entry - change a descriptor of a GDT
 * @gdt: the table
 * @entry: its number
 * @desc: the new one
 * @type: DESC_... of asm/desc_defs.h
 */
void xen_write_gdt_entry(struct desc_struct *gdt, int entry, const void *desc, int type)
{
	if (xen_desc_is_for_xen(type))
		xen_desc_update(&gdt[entry], *(const u64 *)desc);
}

/* A table that is in use already has to be changed by Xen, and one that is not need not be. */
static void __init xen_desc_write_early(struct desc_struct *gdt, int entry,
					const void *desc, int type)
{
	u64 descriptor = *(const u64 *)desc;

	if (xen_desc_is_for_xen(type) &&
	    HYPERVISOR_update_descriptor(virt_to_machine(&gdt[entry]).maddr, descriptor))
		*(u64 *)&gdt[entry] = descriptor;
}

static void xen_desc_use_gdt(unsigned long pfn, const struct desc_ptr *gdt)
{
	unsigned long frame = pfn_to_mfn(pfn);

	xen_must(HYPERVISOR_set_gdt(&frame, (gdt->size + 1) / sizeof(struct desc_struct)), "a GDT");
}

/**
 * xen_load_gdt - LGDT
 * @gdt: the table, which is a page or begins one
 */
void xen_load_gdt(const struct desc_ptr *gdt)
{
	unsigned int level;
	pte_t *found = lookup_address(gdt->address, &level);
	unsigned long pfn;

	if (WARN_ON(!found || !PAGE_ALIGNED(gdt->address) || gdt->size >= PAGE_SIZE))
		return;
	pfn = pte_pfn(*found);
	make_lowmem_page_readonly(__va(PFN_PHYS(pfn)));
	make_lowmem_page_readonly((void *)gdt->address);
	xen_desc_use_gdt(pfn, gdt);
}

/* The table is part of the kernel's image, and has no other address yet. */
static void __init xen_desc_load_early(const struct desc_ptr *gdt)
{
	unsigned long pfn = virt_to_pfn((void *)gdt->address);

	xen_must(HYPERVISOR_update_va_mapping(gdt->address, pfn_pte(pfn, PAGE_KERNEL_RO),
					      UVMF_NONE),
		 "a read-only GDT");
	xen_desc_use_gdt(pfn, gdt);
}

/**
 * xen_setup_gdt - have the boot CPU use the kernel's GDT, and its own data
 *
 * Context: early boot, on Xen's page tables.
 */
void __init xen_setup_gdt(void)
{
	pv_ops.cpu.write_gdt_entry = xen_desc_write_early;
	pv_ops.cpu.load_gdt = xen_desc_load_early;
	switch_gdt_and_percpu_base(0);
	pv_ops.cpu.load_gdt = xen_load_gdt;
	pv_ops.cpu.write_gdt_entry = xen_write_gdt_entry;
}

/**
 * xen_load_tls - load a thread's own segments
 * @thread: whose
 * @cpu: this one
 *
 * Context: the switch to it; not preemptible.
 */
void xen_load_tls(struct thread_struct *thread, unsigned int cpu)
{
	struct desc_struct *here = per_cpu(loaded, cpu).tls;
	struct desc_struct *gdt = get_cpu_gdt_rw(cpu) + GDT_ENTRY_TLS_MIN;
	struct multicall_space batch;
	unsigned short selector;
	int i;

	/*
	 * The last thread's selector must not meet the next one's descriptor: what is queued is
	 * loaded before __switch_to() gets there, and an exception in between would load FS anew.
	 * A null selector stays: to load it clears the base, which switch.c may leave as it is.
	 */
	savesegment(fs, selector);
	if (selector && xen_get_lazy_mode() == XEN_LAZY_CPU)
		loadsegment(fs, 0);

	xen_mc_batch();
	if (memchr_inv(thread->tls_array, 0, sizeof(thread->tls_array)))
		xen_switch_doubt();
	for (i = 0; i < GDT_ENTRY_TLS_ENTRIES; i++) {
		if (!memcmp(&here[i], &thread->tls_array[i], sizeof(*here)))
			continue;
		here[i] = thread->tls_array[i];
		batch = __xen_mc_entry(0);
		MULTI_update_descriptor(batch.mc, arbitrary_virt_to_machine(&gdt[i]).maddr,
					here[i]);
	}
	xen_mc_issue(XEN_LAZY_CPU);
}

/**
 * xen_load_gs_index - load GS of user mode
 * @selector: which; one that is not good loads the null selector
 */
void xen_load_gs_index(unsigned int selector)
{
	xen_must(HYPERVISOR_set_segment_base(SEGBASE_GS_USER_SEL, selector), "a selector for GS");
}
