// SPDX-License-Identifier: GPL-2.0-only
/*
 * The second top level, under which user mode runs.
 *
 * The kernel of a PV domain runs in user mode of the processor, too, so Xen switches
 * between two top levels: what only the kernel may see is in its own alone. The user's
 * has the same lower half, and of the upper one nothing but the vsyscall page. Where it
 * is, the struct page of the kernel's says, or that of its mirror.
 *
 * Floor F1. Called by pv_ops when a process gets its page tables, by entry.c, pin.c and
 * cr3.c, which do for the second what they do for the first.
 */
#include <linux/gfp.h>
#include <linux/mm.h>

#include <asm/paravirt.h>
#include <asm/pgtable.h>
#include <asm/vsyscall.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/page.h>

#include "cheap.h"
#include "mirror.h"
#include "table.h"

#ifdef CONFIG_X86_VSYSCALL_EMULATION
static pud_t xen_user_vsyscall[PTRS_PER_PUD] __page_aligned_bss;
#endif

/**
 * xen_user_entry - where the user's top level has an entry
 * @entry: the same one in the kernel's top level
 *
 * Return: NULL if there is no such entry: the kernel's own page tables have no user, and
 * the upper half is not the user's.
 */
pgd_t *xen_user_entry(pgd_t *entry)
{
	unsigned long slot = ((unsigned long)entry & ~PAGE_MASK) / sizeof(pgd_t);
	struct page *page;
	pgd_t *user;

	if (!static_branch_likely(&xen_table_has_pages) || slot >= PTRS_PER_PGD / 2)
		return NULL;
	page = virt_to_page(entry);
	user = (pgd_t *)page_private(xen_mirror_of(page) ?: page);
	return user ? user + slot : NULL;
}

/**
 * xen_user_create - make a user's top level
 *
 * Return: NULL if there is no memory.
 */
pgd_t *xen_user_create(void)
{
	pgd_t *user = (pgd_t *)get_zeroed_page(GFP_KERNEL);

#ifdef CONFIG_X86_VSYSCALL_EMULATION
	if (user)
		user[pgd_index(VSYSCALL_ADDR)].pgd =
			xen_entry_make(__pa_symbol(xen_user_vsyscall) | _PAGE_TABLE);
#endif
	return user;
}

static int xen_user_alloc(struct mm_struct *mm)
{
	pgd_t *user;

	if (static_branch_likely(&xen_cheap_mirror))
		return xen_mirror_add(mm->pgd, XEN_L4) ? 0 : -ENOMEM;
	user = xen_user_create();
	if (!user)
		return -ENOMEM;
	set_page_private(virt_to_page(mm->pgd), (unsigned long)user);
	return 0;
}

static void xen_user_free(struct mm_struct *mm, pgd_t *pgd)
{
	struct page *page = virt_to_page(pgd);

	if (xen_mirror_of(page)) {
		xen_mirror_remove(page, XEN_L4);
		return;
	}
	free_page(page_private(page));
	set_page_private(page, 0);
}

#ifdef CONFIG_X86_VSYSCALL_EMULATION
/**
 * xen_user_pin_vsyscall - make the table of the vsyscall page one to Xen
 *
 * Context: boot, when the kernel's own page tables are.
 */
void __init xen_user_pin_vsyscall(void)
{
	make_lowmem_page_readonly(xen_user_vsyscall);
	xen_table_pin(MMUEXT_PIN_L3_TABLE, PFN_DOWN(__pa_symbol(xen_user_vsyscall)));
}

/**
 * xen_user_mark_vsyscall - note that it is one, as soon as there are struct pages
 */
void __init xen_user_mark_vsyscall(void)
{
	SetPagePinned(virt_to_page(xen_user_vsyscall));
}

/**
 * xen_user_map_vsyscall - map the vsyscall page for all users
 * @address: where
 * @pte: the entry
 */
void xen_user_map_vsyscall(unsigned long address, pte_t pte)
{
	set_pte_vaddr_pud(xen_user_vsyscall, address, pte);
}
#endif

/**
 * xen_user_init_ops - give every process a second top level
 *
 * Context: xen_start_kernel().
 */
void __init xen_user_init_ops(void)
{
	pv_ops.mmu.pgd_alloc = xen_user_alloc;
	pv_ops.mmu.pgd_free = xen_user_free;
}
