/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vCPUs, their interrupts to each other and spinlocks, as the other rooms of arch/x86/xen/ see
 * them.
 */
#ifndef XENIFY_ARCH_SMP_H
#define XENIFY_ARCH_SMP_H

#include <linux/cpumask.h>
#include <linux/irqreturn.h>

#ifdef CONFIG_SMP
/* IPIs, as the APIC of a PV domain sends them, and as the kernel's own functions do. */
void xen_send_IPI_self(int vector);
void xen_send_IPI_all(int vector);
void xen_send_IPI_allbutself(int vector);
void xen_send_IPI_mask_allbutself(const struct cpumask *mask, int vector);
void xen_send_IPI_mask(const struct cpumask *mask, int vector);
void xen_smp_send_call_function_single_ipi(int cpu);
void xen_smp_send_call_function_ipi(const struct cpumask *mask);
void xen_smp_send_reschedule(int cpu);

/* Boot. */
void xen_smp_count_cpus(void);
void xen_smp_cpus_done(unsigned int max_cpus);
void xen_hvm_smp_init(void);
void xen_smp_init(void);

/* After a restore. */
void xen_smp_restored(void);

/* The interrupts of one CPU; those with _pv are a PV domain's besides. */
void xen_smp_intr_free(unsigned int cpu);
void xen_smp_intr_free_pv(unsigned int cpu);
int xen_smp_intr_init_pv(unsigned int cpu);
int xen_smp_intr_init(unsigned int cpu);

/* In assembly: where a vCPU starts, and starts anew after it was offline. */
void asm_cpu_bringup_and_idle(void);
asmlinkage void cpu_bringup_and_idle(void);
void __noreturn xen_cpu_bringup_again(unsigned long stack);
#else
static inline void xen_smp_count_cpus(void) {}
static inline void xen_hvm_smp_init(void) {}
static inline void xen_smp_init(void) {}
static inline void xen_smp_restored(void) {}
static inline void xen_smp_intr_free(unsigned int cpu) {}
static inline void xen_smp_intr_free_pv(unsigned int cpu) {}
static inline int xen_smp_intr_init_pv(unsigned int cpu) { return 0; }
static inline int xen_smp_intr_init(unsigned int cpu) { return 0; }
#endif

#ifdef CONFIG_PARAVIRT_SPINLOCKS
void xen_init_spinlocks(void);
void xen_init_lock_cpu(int cpu);
void xen_uninit_lock_cpu(int cpu);
#else
static inline void xen_init_spinlocks(void) {}
static inline void xen_init_lock_cpu(int cpu) {}
static inline void xen_uninit_lock_cpu(int cpu) {}
#endif

void xen_init_apic(void);

#endif
