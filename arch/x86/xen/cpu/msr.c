// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model-specific registers of a PV domain.
 *
 * Most accesses trap, and Xen does what it allows. Segment bases have a hypercall, what belongs
 * to system calls is told by another (cpu/callback.c), and the performance counters have copies
 * while their interrupt is handled (cpu/pmu.c). pv_ops calls this. Floor F1.
 */
#include <linux/kstrtox.h>
#include <linux/smp.h>

#include <asm/apicdef.h>
#include <asm/msr.h>

#include "ops.h"
#include "pmu.h"

/* Whether what Xen refuses reads as nothing. Otherwise it is an exception, and told. */
static bool msr_safe __read_mostly = IS_ENABLED(CONFIG_XEN_PV_MSR_SAFE);

static int __init xen_msr_parse_safe(char *value)
{
	return value ? kstrtobool(value, &msr_safe) : -EINVAL;
}

early_param("xen_msr_safe", xen_msr_parse_safe);

/* @err is NULL if the exception is wanted; it is set in any other case. */
static u64 xen_msr_read(unsigned int msr, int *err)
{
	u64 value;

	if (pmu_msr_read(msr, &value, err))
		return value;
	value = err ? native_read_msr_safe(msr, err) : native_read_msr(msr);
	if (msr == MSR_IA32_APICBASE) {
		/* The host's, of whichever CPU this is. */
		value &= ~(u64)(X2APIC_ENABLE | MSR_IA32_APICBASE_BSP);
		if (!smp_processor_id())
			value |= MSR_IA32_APICBASE_BSP;
	}
	return value;
}

static int xen_msr_set_base(unsigned int segment, u64 base, bool tell)
{
	int err = HYPERVISOR_set_segment_base(segment, base);

	WARN(err && tell, "Xen does not set segment base %u to %llx: error %d\n",
	     segment, base, err);
	return err ? -EIO : 0;
}

/* With @safe it returns an error where the exception would be. */
static int xen_msr_write(unsigned int msr, u32 low, u32 high, bool safe)
{
	u64 value = (u64)high << 32 | low;
	int err;

	switch (msr) {
	case MSR_GS_BASE:
		return xen_msr_set_base(SEGBASE_GS_KERNEL, value, !safe);
	case MSR_KERNEL_GS_BASE:
		return xen_msr_set_base(SEGBASE_GS_USER, value, !safe);
	case MSR_FS_BASE:
		return xen_msr_set_base(SEGBASE_FS, value, !safe);
	case MSR_IA32_SYSENTER_CS:
	case MSR_IA32_SYSENTER_EIP:
	case MSR_IA32_SYSENTER_ESP:
	case MSR_STAR:
	case MSR_LSTAR:
	case MSR_CSTAR:
	case MSR_SYSCALL_MASK:
		return 0;
	}
	if (pmu_msr_write(msr, low, high, &err))
		return 0;
	if (safe)
		return native_write_msr_safe(msr, low, high);
	native_write_msr(msr, low, high);
	return 0;
}

/**
 * xen_read_msr_safe - RDMSR that must not fault
 * @msr: its number
 * @err: 0, or -EIO if Xen refuses
 */
u64 xen_read_msr_safe(unsigned int msr, int *err)
{
	return xen_msr_read(msr, err);
}

/**
 * xen_write_msr_safe - WRMSR that must not fault
 * @msr: its number
 * @low: the low half
 * @high: the high one
 *
 * Return: 0, or -EIO if Xen refuses.
 */
int xen_write_msr_safe(unsigned int msr, unsigned int low, unsigned int high)
{
	return xen_msr_write(msr, low, high, true);
}

/**
 * xen_read_msr - RDMSR that is taken to succeed
 * @msr: its number
 */
u64 xen_read_msr(unsigned int msr)
{
	int err;

	return xen_msr_read(msr, msr_safe ? &err : NULL);
}

/**
 * xen_write_msr - WRMSR that is taken to succeed
 * @msr: its number
 * @low: the low half
 * @high: the high one
 */
void xen_write_msr(unsigned int msr, unsigned int low, unsigned int high)
{
	xen_msr_write(msr, low, high, msr_safe);
}
