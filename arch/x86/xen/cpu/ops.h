/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations of a PV CPU: what the files of this directory show to cpu/ops.c, which makes
 * the table pv_ops.cpu of them, and to boot.
 */
#ifndef XENIFY_ARCH_CPU_OPS_H
#define XENIFY_ARCH_CPU_OPS_H

#include <linux/panic.h>
#include <linux/types.h>

#include <xen/hvc-console.h>

#include <asm/desc_defs.h>

#include "cpu.h"

struct thread_struct;

/*
 * A failure that there is no living with, or no sense in. In early boot a panic's text is not seen
 * anywhere, but Xen shows what is written to it.
 */
static inline void xen_must(long error, const char *what)
{
	if (likely(!error))
		return;
	xen_raw_printk("Xen refuses %s: error %ld\n", what, error);
	panic("Xen refuses %s: error %ld\n", what, error);
}

/* cpuid.c */
void xen_cpuid(u32 *eax, u32 *ebx, u32 *ecx, u32 *edx);
void xen_init_capabilities(void);

/* desc.c */
void xen_setup_gdt(void);
void xen_alloc_ldt(struct desc_struct *ldt, unsigned int entries);
void xen_free_ldt(struct desc_struct *ldt, unsigned int entries);
void xen_set_ldt(const void *addr, unsigned int entries);
void xen_write_ldt_entry(struct desc_struct *ldt, int entry, const void *desc);
void xen_write_gdt_entry(struct desc_struct *gdt, int entry, const void *desc, int type);
void xen_load_gdt(const struct desc_ptr *gdt);
void xen_load_tls(struct thread_struct *thread, unsigned int cpu);
void xen_load_gs_index(unsigned int selector);

/* idt.c */
void xen_write_idt_entry(gate_desc *idt, int entry, const gate_desc *gate);
void xen_load_idt(const struct desc_ptr *idt);

/* msr.c */
u64 xen_read_msr(unsigned int msr);
u64 xen_read_msr_safe(unsigned int msr, int *err);
void xen_write_msr(unsigned int msr, unsigned int low, unsigned int high);
int xen_write_msr_safe(unsigned int msr, unsigned int low, unsigned int high);

/* callback.c, vcpu.c, shutdown.c, ops.c */
void xen_init_callbacks(void);
void xen_init_hotplug(void);
void xen_init_machine_ops(void);
void xen_init_cpu_ops(void);

#endif
