// SPDX-License-Identifier: GPL-2.0-only
/*
 * KASAN in a PV domain: its shadow in the page tables that Xen checks.
 *
 * Compiled code looks at the shadow from the first C function on, and a native
 * kernel maps it before that, by stores to its page tables. Here these belong
 * to Xen: a page is read-only before it becomes a table, entries bear machine
 * frame numbers, and the top level is Xen's own until the kernel's is ready.
 *
 * The early shadow is one page, mapped 16 TiB wide: one table of each level,
 * every entry of which names the level below.
 *
 * Floor F1. Called by xen_start_kernel(), by the code that makes page tables,
 * and by the kernel's kasan_init(). Compiled without KASAN itself.
 */
#include <linux/kasan.h>
#include <linux/pfn.h>

#include <xen/interface/xen.h>
#include <xen/xen.h>

#include <asm/kasan.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include "kasan.h"

#define EARLY_PAGE	(_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY)
#define EARLY_READONLY	(_PAGE_PRESENT | _PAGE_ACCESSED)

/*
 * The kernel's own hypercalls go through a static call, and the code that sets
 * that is instrumented. xen/interface/xen.h has the numbers.
 */
static long __init xen_kasan_hypercall(unsigned int number, unsigned long arg1,
				       unsigned long arg2, unsigned long arg3,
				       unsigned long arg4)
{
	register unsigned long r10 asm("r10") = arg4;
	long ret = number;

	asm volatile("call xen_hypercall_pv"
		     : "+a" (ret), "+D" (arg1), "+S" (arg2), "+d" (arg3),
		       "+r" (r10), ASM_CALL_CONSTRAINT
		     : : "rcx", "r8", "r9", "r11", "memory");
	return ret;
}

/* There is no console yet, but Xen shows where a domain trapped. */
static void __init xen_kasan_must(long error)
{
	if (error)
		__builtin_trap();
}

/* In the image that Xen loaded, frame 0 is where the kernel's mapping begins. */
static u64 __init xen_kasan_machine_address(const struct start_info *si,
					    const void *address)
{
	const unsigned long *mfns = (const unsigned long *)si->mfn_list;

	return PFN_PHYS(mfns[PFN_DOWN((unsigned long)address -
				      __START_KERNEL_map)]);
}

/* A table, all of whose entries are the same, that Xen will take for one. */
static u64 __init xen_kasan_make_table(const struct start_info *si, void *table,
				       u64 entry)
{
	u64 machine = xen_kasan_machine_address(si, table);
	u64 *entries = table;
	int i;

	for (i = 0; i < PTRS_PER_PTE; i++)
		entries[i] = entry;
	xen_kasan_must(xen_kasan_hypercall(__HYPERVISOR_update_va_mapping, (unsigned long)table,
					   machine | EARLY_READONLY, UVMF_NONE, 0));
	return machine | _KERNPG_TABLE;
}

/**
 * xen_kasan_early_init - map the early shadow, in Xen's page tables
 * @si: what Xen told the domain at its start
 *
 * Context: xen_start_kernel(), on the boot CPU, behind clear_bss(); what runs
 * before it is not instrumented. Does not return if Xen refuses.
 */
void __init xen_kasan_early_init(const struct start_info *si)
{
	pgd_t *top = (pgd_t *)si->pt_base;
	struct mmu_update update;
	u64 entry;
	int i;

	entry = xen_kasan_machine_address(si, kasan_early_shadow_page) | EARLY_PAGE;
	entry = xen_kasan_make_table(si, kasan_early_shadow_pte, entry);
	entry = xen_kasan_make_table(si, kasan_early_shadow_pmd, entry);
	entry = xen_kasan_make_table(si, kasan_early_shadow_pud, entry);

	for (i = pgd_index(KASAN_SHADOW_START); i < pgd_index(KASAN_SHADOW_END);
	     i++) {
		update.ptr = (xen_kasan_machine_address(si, top) + i * sizeof(*top)) |
			     MMU_NORMAL_PT_UPDATE;
		update.val = entry;
		xen_kasan_must(xen_kasan_hypercall(__HYPERVISOR_mmu_update, (unsigned long)&update,
						   1, 0, DOMID_SELF));
	}
}

/**
 * xen_kasan_keep_shadow - take the shadow over from Xen's top level
 * @to: the kernel's own, not in use yet
 * @from: the one that Xen made
 */
void __init xen_kasan_keep_shadow(pgd_t *to, const pgd_t *from)
{
	int i;

	for (i = pgd_index(KASAN_SHADOW_START); i < pgd_index(KASAN_SHADOW_END);
	     i++)
		to[i] = from[i];
}

/**
 * xen_kasan_is_table - whether a frame is a table of the early shadow
 * @pfn: the frame's number in this domain
 *
 * These stay in use in many places at once. They are tables since the first
 * moments, and not to be made tables again.
 */
bool xen_kasan_is_table(unsigned long pfn)
{
	return pfn == PFN_DOWN(__pa_symbol(kasan_early_shadow_pte)) ||
	       pfn == PFN_DOWN(__pa_symbol(kasan_early_shadow_pmd)) ||
	       pfn == PFN_DOWN(__pa_symbol(kasan_early_shadow_pud));
}

/**
 * xen_kasan_lend_table - a page is to be a top level for a while, or was one
 * @table: the page, part of the kernel's image
 * @lend: to be one; otherwise it has been, and is not in use as one any more
 *
 * For kasan_init(), which replaces the shadow while it runs on another table.
 */
void __init xen_kasan_lend_table(pgd_t *table, bool lend)
{
	unsigned long pfn = PFN_DOWN(__pa_symbol(table));
	pgprot_t prot = lend ? PAGE_KERNEL_RO : PAGE_KERNEL;

	if (!xen_pv_domain())
		return;
	xen_kasan_must(HYPERVISOR_update_va_mapping((unsigned long)table,
						    pfn_pte(pfn, prot), UVMF_TLB_FLUSH));
}
