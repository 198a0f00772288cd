/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The performance counters that Xen lends to a PV domain.
 */
#ifndef XENIFY_ARCH_PMU_H
#define XENIFY_ARCH_PMU_H

#include <linux/irqreturn.h>
#include <linux/types.h>

struct xen_pmu_arch;

extern bool is_xen_pmu;

#ifdef CONFIG_XEN_HAVE_VPMU
void xen_pmu_init(int cpu);
void xen_pmu_finish(int cpu);
#else
static inline void xen_pmu_init(int cpu) {}
static inline void xen_pmu_finish(int cpu) {}
#endif
irqreturn_t xen_pmu_irq_handler(int irq, void *dev_id);
bool pmu_msr_read(unsigned int msr, uint64_t *val, int *err);
bool pmu_msr_write(unsigned int msr, uint32_t low, uint32_t high, int *err);
int pmu_apic_update(uint32_t value);
unsigned long long xen_read_pmc(int counter);

/* Which registers are counters, and where Xen's copy of each is. */
void xen_pmu_learn_regs(void);
u64 *xen_pmu_copy_of(struct xen_pmu_arch *copies, unsigned int msr);
unsigned int xen_pmu_counter_msr(unsigned int counter);

#endif
