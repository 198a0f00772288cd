// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which MSRs are performance counters, and where in the page shared with Xen each has its copy.
 *
 * The copies' layout is Xen's (struct xen_pmu_arch in asm/xen/interface.h): offsets to banks of
 * registers, counted from the structure of the CPU's maker. How long a bank is, the next one's
 * offset tells. Called by cpu/pmu.c. Floor F1.
 */
#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include <xen/interface/xen.h>

#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/perf_event.h>
#include <asm/processor.h>

#include "pmu.h"

/* RDPMC's number of a fixed counter of Intel's has this. */
#define FIXED_COUNTER	BIT(30)

/* How many counters of Intel's there are besides the fixed ones, each with its control. */
static unsigned int pair_count __read_mostly;

static bool xen_pmu_regs_like_amd(void)
{
	return boot_cpu_data.x86_vendor == X86_VENDOR_AMD ||
	       boot_cpu_data.x86_vendor == X86_VENDOR_HYGON;
}

static bool xen_pmu_regs_like_intel(void)
{
	return boot_cpu_data.x86_vendor == X86_VENDOR_INTEL ||
	       boot_cpu_data.x86_vendor == X86_VENDOR_CENTAUR ||
	       boot_cpu_data.x86_vendor == X86_VENDOR_ZHAOXIN;
}

/* Which of @count registers, every @step from @first on, @msr is; @count if none. */
static unsigned int xen_pmu_regs_index(unsigned int msr, unsigned int first,
				       unsigned int step, unsigned int count)
{
	unsigned int distance = msr - first;

	return distance % step ? count : min(distance / step, count);
}

/* The registers of a K7 go on to name the first four of a later CPU's. */
static u64 *xen_pmu_regs_find_amd(struct xen_pmu_amd_ctxt *amd, unsigned int msr)
{
	unsigned int count = (amd->ctrls - amd->counters) / sizeof(u64);
	unsigned int old = min(count, 4U);
	unsigned int i;

	i = xen_pmu_regs_index(msr, MSR_K7_PERFCTR0, 1, old);
	if (i == old)
		i = xen_pmu_regs_index(msr, MSR_F15H_PERF_CTR, 2, count);
	if (i < count)
		return (void *)amd + amd->counters + i * sizeof(u64);

	i = xen_pmu_regs_index(msr, MSR_K7_EVNTSEL0, 1, old);
	if (i == old)
		i = xen_pmu_regs_index(msr, MSR_F15H_PERF_CTL, 2, count);
	if (i < count)
		return (void *)amd + amd->ctrls + i * sizeof(u64);
	return NULL;
}

static u64 *xen_pmu_regs_find_pair(struct xen_pmu_intel_ctxt *intel, unsigned int msr)
{
	struct xen_pmu_cntr_pair *pairs = (void *)intel + intel->arch_counters;
	unsigned int i;

	i = xen_pmu_regs_index(msr, MSR_P6_EVNTSEL0, 1, pair_count);
	if (i < pair_count)
		return &pairs[i].control;
	i = xen_pmu_regs_index(msr, MSR_IA32_PERFCTR0, 1, pair_count);
	if (i == pair_count)
		/* The same by other names, for writing all of their bits. */
		i = xen_pmu_regs_index(msr, MSR_IA32_PMC0, 1, pair_count);
	return i < pair_count ? &pairs[i].counter : NULL;
}

static u64 *xen_pmu_regs_find_intel(struct xen_pmu_intel_ctxt *intel, unsigned int msr)
{
	unsigned int fixed = (intel->arch_counters - intel->fixed_counters) / sizeof(u64);
	unsigned int i;

	switch (msr) {
	case MSR_CORE_PERF_GLOBAL_CTRL:
		return &intel->global_ctrl;
	case MSR_CORE_PERF_GLOBAL_STATUS:
		return &intel->global_status;
	case MSR_CORE_PERF_GLOBAL_OVF_CTRL:
		return &intel->global_ovf_ctrl;
	case MSR_CORE_PERF_FIXED_CTR_CTRL:
		return &intel->fixed_ctrl;
	default:
		i = xen_pmu_regs_index(msr, MSR_CORE_PERF_FIXED_CTR0, 1, fixed);
		if (i < fixed)
			return (void *)intel + intel->fixed_counters + i * sizeof(u64);
		return xen_pmu_regs_find_pair(intel, msr);
	}
}

/**
 * xen_pmu_learn_regs - find out what only the CPU tells
 *
 * Context: once, before xen_pmu_copy_of().
 */
void xen_pmu_learn_regs(void)
{
	union cpuid10_eax eax;

	if (!xen_pmu_regs_like_intel())
		return;
	eax.full = cpuid_eax(0xa);
	pair_count = eax.split.num_counters;
}

/**
 * xen_pmu_copy_of - where the copy of a register is
 * @copies: what Xen shares, of the CPU that this runs on
 * @msr: the register's number
 *
 * Return: the copy, or NULL if that register is none of the counters'.
 */
u64 *xen_pmu_copy_of(struct xen_pmu_arch *copies, unsigned int msr)
{
	if (xen_pmu_regs_like_amd())
		return xen_pmu_regs_find_amd(&copies->c.amd, msr);
	if (xen_pmu_regs_like_intel())
		return xen_pmu_regs_find_intel(&copies->c.intel, msr);
	return NULL;
}

/**
 * xen_pmu_counter_msr - the register that RDPMC would read
 * @counter: by RDPMC's number
 */
unsigned int xen_pmu_counter_msr(unsigned int counter)
{
	if (xen_pmu_regs_like_amd())
		return boot_cpu_has(X86_FEATURE_PERFCTR_CORE) ?
			MSR_F15H_PERF_CTR + 2 * counter : MSR_K7_PERFCTR0 + counter;
	if (counter & FIXED_COUNTER)
		return MSR_CORE_PERF_FIXED_CTR0 + (counter & ~FIXED_COUNTER);
	return MSR_IA32_PERFCTR0 + counter;
}
