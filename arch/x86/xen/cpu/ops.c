// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CPU of a PV domain as pv_ops has it: control and debug registers, I/O ports, the stack of
 * the kernel and the context switch are here, the other operations in the files beside this.
 * Floor F1.
 */
#include <linux/sched.h>

#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/io_bitmap.h>
#include <asm/paravirt.h>
#include <asm/processor.h>
#include <asm/special_insns.h>
#include <asm/xen/hypervisor.h>

#include "../mmu/batch.h"
#include "../switch.h"
#include "ops.h"
#include "pmu.h"

/* Which kind of lazy section this CPU is in, if any; asm/xen/hypervisor.h changes it. */
DEFINE_PER_CPU(enum xen_lazy_mode, xen_lazy_mode) = XEN_LAZY_NONE;
DEFINE_PER_CPU(unsigned int, xen_lazy_nesting);

/* What the kernel takes for CR0: Xen keeps the real one. 0 until it was read. */
static DEFINE_PER_CPU(unsigned long, cr0);

/**
 * xen_get_lazy_mode - whether hypercalls may wait
 *
 * Not in an interrupt, which has nothing to do with the section that it interrupts.
 */
enum xen_lazy_mode xen_get_lazy_mode(void)
{
	return in_interrupt() ? XEN_LAZY_NONE : this_cpu_read(xen_lazy_mode);
}

/* The section of a task's that changes page tables is left, and entered again with the task. */
static void xen_ops_start_switch(struct task_struct *last)
{
	if (this_cpu_read(xen_lazy_mode) == XEN_LAZY_MMU) {
		set_ti_thread_flag(task_thread_info(last), TIF_LAZY_MMU_UPDATES);
		arch_leave_lazy_mmu_mode();
	}
	enter_lazy(XEN_LAZY_CPU);
}

static void xen_ops_end_switch(struct task_struct *next)
{
	xen_mc_flush();
	leave_lazy(XEN_LAZY_CPU);
	if (test_and_clear_ti_thread_flag(task_thread_info(next), TIF_LAZY_MMU_UPDATES))
		arch_enter_lazy_mmu_mode();
}

static void xen_ops_load_sp0(unsigned long stack)
{
	struct multicall_space batch = xen_mc_entry(0);

	MULTI_stack_switch(batch.mc, __KERNEL_DS, stack);
	xen_mc_issue(XEN_LAZY_CPU);
	this_cpu_write(cpu_tss_rw.x86_tss.sp0, stack);
}

static unsigned long xen_ops_read_cr0(void)
{
	if (!this_cpu_read(cr0))
		this_cpu_write(cr0, native_read_cr0());
	return this_cpu_read(cr0);
}

/* Of its bits only one is the domain's to change. */
static void xen_ops_write_cr0(unsigned long value)
{
	struct multicall_space batch = xen_mc_entry(0);

	this_cpu_write(cr0, value);
	MULTI_fpu_taskswitch(batch.mc, !!(value & X86_CR0_TS));
	xen_mc_issue(XEN_LAZY_CPU);
}

/*
 * Page sizes, global pages and RDPMC in user mode are Xen's to allow. native_write_cr4() would
 * insist on a bit that switch.c turns off.
 */
static void xen_ops_write_cr4(unsigned long value)
{
	value &= ~(X86_CR4_PSE | X86_CR4_PGE | X86_CR4_PCE);
	asm volatile("mov %0, %%cr4" : : "r" (value) : "memory");
}

static noinstr unsigned long xen_ops_get_debugreg(int reg)
{
	return HYPERVISOR_get_debugreg(reg);
}

static noinstr void xen_ops_set_debugreg(int reg, unsigned long value)
{
	HYPERVISOR_set_debugreg(reg, value);
}

#ifdef CONFIG_X86_IOPL_IOPERM
/*
 * The task's bitmap of I/O ports is part of the task state, natively; Xen has to be told where it
 * is, whenever that or its content changes (PHYSDEVOP_set_iobitmap; what came of leaving that out
 * is XSA-329).
 */
static void xen_ops_set_io_bitmap(void *bitmap, u32 ports)
{
	struct physdev_set_iobitmap set = { .bitmap = bitmap, .nr_ports = ports };

	HYPERVISOR_physdev_op(PHYSDEVOP_set_iobitmap, &set);
}

static void xen_ops_invalidate_io_bitmap(void)
{
	native_tss_invalidate_io_bitmap();
	xen_ops_set_io_bitmap(NULL, 0);
}

static void xen_ops_update_io_bitmap(void)
{
	struct x86_hw_tss *state = this_cpu_ptr(&cpu_tss_rw.x86_tss);

	native_tss_update_io_bitmap();
	xen_ops_set_io_bitmap((void *)state + state->io_bitmap_base,
			      state->io_bitmap_base == IO_BITMAP_OFFSET_INVALID ?
			      0 : IO_BITMAP_BITS);
}
#endif

static unsigned long xen_ops_store_tr(void)
{
	return 0;
}

/* By this name objtool knows which functions are called without instrumentation. */
static const typeof(pv_ops) xen_cpu_ops __initconst = {
	.cpu = {
		.io_delay		= paravirt_nop,
		.cpuid			= xen_cpuid,
		.wbinvd			= pv_native_wbinvd,

		.start_context_switch	= xen_ops_start_switch,
		.end_context_switch	= xen_ops_end_switch,
		.load_sp0		= xen_ops_load_sp0,
		.load_tls		= xen_load_tls,
		.load_gs_index		= xen_load_gs_index,

		.read_cr0		= xen_ops_read_cr0,
		.write_cr0		= xen_ops_write_cr0,
		.write_cr4		= xen_ops_write_cr4,
		.get_debugreg		= xen_ops_get_debugreg,
		.set_debugreg		= xen_ops_set_debugreg,

		.read_msr		= xen_read_msr,
		.read_msr_safe		= xen_read_msr_safe,
		.write_msr		= xen_write_msr,
		.write_msr_safe		= xen_write_msr_safe,
		.read_pmc		= xen_read_pmc,

		.load_gdt		= xen_load_gdt,
		.write_gdt_entry	= xen_write_gdt_entry,
		.load_idt		= xen_load_idt,
		.write_idt_entry	= xen_write_idt_entry,
		.alloc_ldt		= xen_alloc_ldt,
		.free_ldt		= xen_free_ldt,
		.set_ldt		= xen_set_ldt,
		.write_ldt_entry	= xen_write_ldt_entry,
		.load_tr_desc		= paravirt_nop,
		.store_tr		= xen_ops_store_tr,
#ifdef CONFIG_X86_IOPL_IOPERM
		.invalidate_io_bitmap	= xen_ops_invalidate_io_bitmap,
		.update_io_bitmap	= xen_ops_update_io_bitmap,
#endif
	},
};

/**
 * xen_init_cpu_ops - from here on this CPU is Xen's
 *
 * Context: early boot; hypercalls work.
 */
void __init xen_init_cpu_ops(void)
{
	pv_info.name = "Xen";
	pv_info.extra_user_64bit_cs = FLAT_USER_CS64;
	pv_ops.cpu = xen_cpu_ops.cpu;
	xen_switch_init();
	xen_init_irq_ops();
}
