// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: what arch/x86/xen/mmu/check.c finds in page tables that are wrong, and that it finds
 * nothing in those that are right. The tables are real: Xen is shown a process' that never
 * runs. Run at boot by the kernel that has the checks; the case page-tables-checked reads the
 * results.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <kunit/test-bug.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <xen/xen.h>
#include <asm/pgalloc.h>
#include <asm/tlb.h>

#include "../../arch/x86/xen/mmu/batch.h"
#include "../../arch/x86/xen/mmu/check.h"
#include "../../arch/x86/xen/mmu/mirror.h"
#include "../../arch/x86/xen/mmu/table.h"

#define ADDRESS		(5 * PGDIR_SIZE + 6 * PUD_SIZE + 7 * PMD_SIZE)

/* One thing that is wrong may show in several ways. */
#define FAULTS		8

struct seen {
	unsigned int faults;
	struct xen_check_fault fault[FAULTS];
	struct mm_struct *mm;
	unsigned long *l2;
	struct page *page;
};

static void see(const struct xen_check_fault *fault)
{
	struct seen *seen = kunit_get_current_test()->priv;

	if (seen->faults < FAULTS)
		seen->fault[seen->faults] = *fault;
	seen->faults++;
}

static bool make_tables(struct mm_struct *mm)
{
	p4d_t *p4d = p4d_alloc(mm, pgd_offset(mm, ADDRESS), ADDRESS);
	pud_t *pud = p4d ? pud_alloc(mm, p4d, ADDRESS) : NULL;
	pmd_t *pmd = pud ? pmd_alloc(mm, pud, ADDRESS) : NULL;

	return pmd && !pte_alloc(mm, pmd);
}

static int tables_init(struct kunit *test)
{
	struct seen *seen = kunit_kzalloc(test, sizeof(*seen), GFP_KERNEL);
	pmd_t *pmd;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	if (!xen_pv_domain())
		kunit_skip(test, "page tables are Xen's in PV domains only");
	test->priv = seen;
	kunit_activate_static_stub(test, xen_check_report, see);
	seen->page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	seen->mm = mm_alloc();
	KUNIT_ASSERT_TRUE(test, seen->page && seen->mm && make_tables(seen->mm));
	seen->page->index = 0;
	pmd = pmd_off(seen->mm, ADDRESS);
	seen->l2 = (unsigned long *)((unsigned long)pmd & PAGE_MASK);
	paravirt_enter_mmap(seen->mm);
	KUNIT_EXPECT_EQ(test, seen->faults, 0);
	return 0;
}

/* Whatever a case has broken is whole again here. */
static void tables_exit(struct kunit *test)
{
	struct seen *seen = test->priv;
	struct mmu_gather tlb;

	if (!seen)
		return;
	seen->faults = 0;
	if (seen->l2) {
		paravirt_arch_exit_mmap(seen->mm);
		tlb_gather_mmu(&tlb, seen->mm);
		free_pgd_range(&tlb, ADDRESS & PGDIR_MASK, (ADDRESS & PGDIR_MASK) + PGDIR_SIZE,
			       0, 0);
		tlb_finish_mmu(&tlb);
	}
	KUNIT_EXPECT_EQ(test, seen->faults, 0);
	if (seen->mm)
		mmput(seen->mm);
	if (seen->page)
		__free_page(seen->page);
}

static void expect_fault(struct kunit *test, const char *what, const void *table,
			 unsigned int level, int slot)
{
	struct seen *seen = test->priv;
	const struct xen_check_fault *fault = seen->fault;

	while (fault->what && strcmp(fault->what, what) && fault < &seen->fault[FAULTS - 1])
		fault++;
	KUNIT_EXPECT_NOT_NULL(test, fault->what);
	if (!fault->what)
		return;
	KUNIT_EXPECT_STREQ(test, fault->what, what);
	KUNIT_EXPECT_EQ(test, fault->pfn, PFN_DOWN(__pa(table)));
	KUNIT_EXPECT_EQ(test, fault->level, level);
	KUNIT_EXPECT_EQ(test, fault->slot, slot);
}

static void protect(struct page *page, pgprot_t prot)
{
	xen_mc_batch();
	xen_batch_protect(page_to_pfn(page), prot);
	xen_mc_issue(0);
}

static void pin(struct page *page, unsigned int cmd)
{
	xen_mc_batch();
	xen_batch_ext(cmd)->arg1.mfn = pfn_to_mfn(page_to_pfn(page));
	xen_mc_issue(0);
}

static void right_tables_are_right(struct kunit *test)
{
	struct seen *seen = test->priv;

	xen_check_shown(seen->mm->pgd);
	xen_check_shown(init_mm.pgd);
	KUNIT_EXPECT_EQ(test, seen->faults, 0);
}

static void mirror_lacks_an_entry(struct kunit *test)
{
	struct seen *seen = test->priv;

	if (!xen_mirror_of(virt_to_page(seen->l2)))
		kunit_skip(test, "there are no mirrors");
	seen->l2[9] = seen->l2[7];
	xen_check_shown(seen->mm->pgd);
	expect_fault(test, "differs from its mirror", seen->l2, XEN_L2, 9);
	KUNIT_EXPECT_EQ(test, seen->fault[0].has, 0);
	KUNIT_EXPECT_EQ(test, seen->fault[0].want, xen_entry_machine(seen->l2[7]));
	seen->l2[9] = 0;
}

static void entry_written_to_a_mirror_alone(struct kunit *test)
{
	struct seen *seen = test->priv;
	struct page *mirror = xen_mirror_of(virt_to_page(seen->l2));

	if (!mirror)
		kunit_skip(test, "there are no mirrors");
	xen_mc_batch();
	xen_mirror_write(mirror, 9, seen->l2[7]);
	xen_mc_issue(0);
	/* It may come first, so that is no fault yet. */
	KUNIT_EXPECT_EQ(test, seen->faults, 0);
	xen_check_shown(seen->mm->pgd);
	expect_fault(test, "differs from its mirror", seen->l2, XEN_L2, 9);
	KUNIT_EXPECT_EQ(test, seen->fault[0].has, xen_entry_machine(seen->l2[7]));
	KUNIT_EXPECT_EQ(test, seen->fault[0].want, 0);
	xen_mc_batch();
	xen_mirror_write(mirror, 9, 0);
	xen_mc_issue(0);
}

static void slot_not_noted(struct kunit *test)
{
	struct seen *seen = test->priv;
	struct page *mirror = xen_mirror_of(virt_to_page(seen->l2));
	unsigned long range;

	if (!mirror)
		kunit_skip(test, "there are no mirrors");
	range = mirror->index;
	mirror->index = 0;
	xen_check_shown(seen->mm->pgd);
	expect_fault(test, "has an entry outside of its mirror's range", seen->l2,
		     XEN_L2, 7);
	mirror->index = range;
}

static void machine_frame_in_a_table(struct kunit *test)
{
	struct seen *seen = test->priv;
	unsigned long entry = seen->l2[7];

	if (!xen_mirror_of(virt_to_page(seen->l2)))
		kunit_skip(test, "without mirrors all tables have machine frames");
	seen->l2[7] = xen_entry_machine(entry);
	xen_check_shown(seen->mm->pgd);
	expect_fault(test, "has a machine's frame", seen->l2, XEN_L2, 7);
	seen->l2[7] = entry;
}

static void mirror_of_another_table(struct kunit *test)
{
	struct seen *seen = test->priv;
	struct page *mirror = xen_mirror_of(virt_to_page(seen->l2));

	if (!mirror)
		kunit_skip(test, "there are no mirrors");
	xen_check_mirrors(mirror, seen->page, XEN_L2);
	xen_check_shown(seen->mm->pgd);
	expect_fault(test, "has a mirror that isn't its own", seen->l2, XEN_L2, -1);
	xen_check_mirrors(mirror, virt_to_page(seen->l2), XEN_L2);
}

static void table_not_noted(struct kunit *test)
{
	struct seen *seen = test->priv;
	struct page *l1 = pmd_page(*pmd_off(seen->mm, ADDRESS));

	ClearPagePinned(l1);
	xen_check_shown(seen->mm->pgd);
	expect_fault(test, "is not noted as in use", page_address(l1), XEN_L1, -1);
	SetPagePinned(l1);
}

static void table_left_writable(struct kunit *test)
{
	struct seen *seen = test->priv;

	SetPagePinned(seen->page);
	protect(seen->page, PAGE_KERNEL);
	expect_fault(test, "is a table, but writable", page_address(seen->page), 0, -1);
	ClearPagePinned(seen->page);
}

static void table_not_pinned(struct kunit *test)
{
	struct seen *seen = test->priv;

	protect(seen->page, PAGE_KERNEL_RO);
	xen_check_spare(seen->page, XEN_L2);
	expect_fault(test, "is a table, but not to Xen", page_address(seen->page), XEN_L2, -1);
	protect(seen->page, PAGE_KERNEL);
}

static void spare_table_not_empty(struct kunit *test)
{
	struct seen *seen = test->priv;
	unsigned long *table = page_address(seen->page);

	/* Without an address: of some processors Xen minds one even if it is not present. */
	table[3] = BIT(9);
	SetPagePinned(seen->page);
	protect(seen->page, PAGE_KERNEL_RO);
	pin(seen->page, MMUEXT_PIN_L1_TABLE);
	xen_check_spare(seen->page, XEN_L1);
	expect_fault(test, "is spare, but not empty", table, XEN_L1, 3);
	ClearPagePinned(seen->page);
	pin(seen->page, MMUEXT_UNPIN_TABLE);
	protect(seen->page, PAGE_KERNEL);
}

static void pinned_and_not_noted(struct kunit *test)
{
	struct seen *seen = test->priv;

	protect(seen->page, PAGE_KERNEL_RO);
	pin(seen->page, MMUEXT_PIN_L1_TABLE);
	expect_fault(test, "is pinned, but not noted as a table", page_address(seen->page), 0, -1);
	pin(seen->page, MMUEXT_UNPIN_TABLE);
	protect(seen->page, PAGE_KERNEL);
}

static void table_not_unpinned(struct kunit *test)
{
	struct seen *seen = test->priv;

	SetPagePinned(seen->page);
	protect(seen->page, PAGE_KERNEL_RO);
	pin(seen->page, MMUEXT_PIN_L1_TABLE);
	KUNIT_EXPECT_EQ(test, seen->faults, 0);
	ClearPagePinned(seen->page);
	xen_check_memory(seen->page);
	expect_fault(test, "is memory, but read-only", page_address(seen->page), 0, -1);
	pin(seen->page, MMUEXT_UNPIN_TABLE);
	protect(seen->page, PAGE_KERNEL);
}

static void entry_written_to_memory(struct kunit *test)
{
	struct seen *seen = test->priv;

	xen_mc_batch();
	xen_batch_update(virt_to_machine(page_address(seen->page)).maddr + 3 * sizeof(u64), 0);
	xen_mc_issue(0);
	expect_fault(test, "is memory, but got an entry", page_address(seen->page), 0, 3);
}

static void entry_waits_for_memory(struct kunit *test)
{
	struct seen *seen = test->priv;
	unsigned long irqs;

	/* An interrupt that makes a batch makes all that waits. */
	preempt_disable();
	arch_enter_lazy_mmu_mode();
	local_irq_save(irqs);
	xen_mc_batch();
	xen_batch_update(virt_to_machine(page_address(seen->page)).maddr + 3 * sizeof(u64), 0);
	xen_mc_issue(XEN_LAZY_MMU);
	xen_check_memory(seen->page);
	local_irq_restore(irqs);
	arch_leave_lazy_mmu_mode();
	preempt_enable();
	expect_fault(test, "is free, but an entry of it waits", page_address(seen->page), 0, 3);
}

static void frame_given_away_while_mapped(struct kunit *test)
{
	struct seen *seen = test->priv;
	unsigned long pfn = page_to_pfn(seen->page), mfn = pfn_to_mfn(pfn);
	struct page *l1 = pmd_page(*pmd_off(seen->mm, ADDRESS));
	pte_t *pte = page_address(l1);

	set_pte(pte, pfn_pte(pfn, PAGE_READONLY));
	KUNIT_EXPECT_TRUE(test, set_phys_to_machine(pfn, INVALID_P2M_ENTRY));
	xen_check_shown(seen->mm->pgd);
	KUNIT_EXPECT_TRUE(test, set_phys_to_machine(pfn, mfn));
	expect_fault(test, "maps a frame that is not the domain's", pte, XEN_L1, 0);
	set_pte(pte, __pte(0));
}

static void frame_of_no_page(struct kunit *test)
{
	struct seen *seen = test->priv;
	unsigned long pfn = page_to_pfn(seen->page), mfn = pfn_to_mfn(pfn);

	xen_mc_batch();
	xen_batch_update(PFN_PHYS(mfn), 0);
	KUNIT_EXPECT_TRUE(test, set_phys_to_machine(pfn, INVALID_P2M_ENTRY));
	xen_mc_issue(0);
	KUNIT_EXPECT_TRUE(test, set_phys_to_machine(pfn, mfn));
	expect_fault(test, "has a frame that is not its own", page_address(seen->page), 0, -1);
}

static void memory_loaded(struct kunit *test)
{
	struct seen *seen = test->priv;
	struct page *top = virt_to_page(seen->mm->pgd), *mirror = xen_mirror_of(top);
	unsigned long irqs, loaded;

	if (!mirror)
		kunit_skip(test, "Xen does not load what is none");
	local_irq_save(irqs);
	/* Whose tables this thread has borrowed may end meanwhile. */
	leave_mm();
	loaded = read_cr3_pa();
	ClearPagePinned(top);
	write_cr3(__pa(seen->mm->pgd));
	write_cr3(loaded);
	SetPagePinned(top);
	local_irq_restore(irqs);
	expect_fault(test, "is loaded, but not noted as in use", page_address(mirror), XEN_L4, -1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(right_tables_are_right),
	KUNIT_CASE(mirror_lacks_an_entry),
	KUNIT_CASE(entry_written_to_a_mirror_alone),
	KUNIT_CASE(slot_not_noted),
	KUNIT_CASE(machine_frame_in_a_table),
	KUNIT_CASE(mirror_of_another_table),
	KUNIT_CASE(table_not_noted),
	KUNIT_CASE(table_left_writable),
	KUNIT_CASE(table_not_pinned),
	KUNIT_CASE(spare_table_not_empty),
	KUNIT_CASE(pinned_and_not_noted),
	KUNIT_CASE(table_not_unpinned),
	KUNIT_CASE(entry_written_to_memory),
	KUNIT_CASE(entry_waits_for_memory),
	KUNIT_CASE(frame_given_away_while_mapped),
	KUNIT_CASE(frame_of_no_page),
	KUNIT_CASE(memory_loaded),
	{ }
};

static struct kunit_suite suite = {
	.name = "xenify-tables",
	.init = tables_init,
	.exit = tables_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
