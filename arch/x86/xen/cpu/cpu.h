/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CPU of a Xen domain, as the other rooms of arch/x86/xen/ see it: hypercalls, vCPU
 * structures, traps and entries.
 */
#ifndef XENIFY_ARCH_CPU_H
#define XENIFY_ARCH_CPU_H

#include <linux/init.h>
#include <linux/percpu.h>
#include <xen/interface/xen.h>
#include <xen/xen-ops.h>
#include <xen/xen.h>
#include <asm/xen/hypercall.h>
#include <asm/xen/hypervisor.h>
#include <asm/xen/page.h>

struct trap_info;

DECLARE_PER_CPU_ALIGNED(struct vcpu_info, xen_vcpu_info);

extern struct start_info *xen_start_info;
extern struct shared_info *HYPERVISOR_shared_info;
extern struct shared_info xen_dummy_shared_info;
extern void *xen_initial_gdt;

/* Hypercalls, which C makes by asm/xen/hypercall.h, and who chooses one. */
void xen_hypercall_pv(void);
void xen_hypercall_hvm(void);
void xen_hypercall_amd(void);
void xen_hypercall_intel(void);
void xen_hypercall_setfunc(void);
void *__xen_hypercall_setfunc(void);

/* Interrupt flags, in C and in assembly. */
void xen_init_irq_ops(void);
void xen_force_evtchn_callback(void);
__visible void xen_irq_enable_direct(void);
__visible void xen_irq_disable_direct(void);
__visible unsigned long xen_save_fl_direct(void);
__visible unsigned long xen_read_cr2(void);
__visible unsigned long xen_read_cr2_direct(void);

/* Where Xen enters the kernel; not functions that C could call. */
extern const char xen_failsafe_callback[];
void xen_entry_SYSCALL_64(void);
void xen_entry_SYSCALL_compat(void);
void xen_entry_SYSENTER_compat(void);
__visible void xen_iret(void);
void early_xen_iret_patch(void);

void xen_copy_trap_info(struct trap_info *traps);
void xen_enable_sysenter(void);
void xen_enable_syscall(void);

/* Where Xen keeps a vCPU's event mask and clock. */
void xen_vcpu_setup(int cpu);
void xen_vcpu_info_reset(int cpu);
void xen_setup_vcpu_info_placement(void);
void xen_vcpu_restore(void);
void xen_pin_vcpu(int cpu);

int xen_cpuhp_setup(int (*cpu_up_prepare_cb)(unsigned int),
		    int (*cpu_dead_cb)(unsigned int));
int xen_panic_handler_init(void);
void xen_emergency_restart(void);

#endif
