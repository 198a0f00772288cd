// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a PV kernel sees of its CPU.
 *
 * Xen shows by CPUID, in an emulated form, what a domain may use. A little remains to be hidden or
 * added here. pv_ops calls xen_cpuid(), boot the other. Floor F1.
 */
#include <linux/acpi.h>
#include <linux/smp.h>

#include <acpi/processor.h>
#include <acpi/proc_cap_intel.h>

#include <asm/cpufeature.h>
#include <asm/mwait.h>
#include <asm/processor.h>
#include <asm/xen/interface.h>

#include "ops.h"

#define LEAF_FEATURES	1
#define LEAF_TOPOLOGY	0xb
#define APIC_ID_SHIFT	24
#define BIT_OF(feature)	BIT((feature) & 31)

/* Registers C and D of the leaf that describes MWAIT: which idle states there are. */
static u32 mwait_extensions __ro_after_init;
static u32 mwait_states __ro_after_init;

/**
 * xen_cpuid - CPUID of a PV domain
 * @eax: the leaf, and what comes back
 * @ebx: what comes back
 * @ecx: the leaf's part, and what comes back
 * @edx: what comes back
 */
void xen_cpuid(u32 *eax, u32 *ebx, u32 *ecx, u32 *edx)
{
	u32 leaf = *eax;

	if (leaf == CPUID_MWAIT_LEAF) {
		*eax = 0;
		*ebx = 0;
		*ecx = mwait_extensions;
		*edx = mwait_states;
		return;
	}
	asm(XEN_CPUID : "+a" (*eax), "=b" (*ebx), "+c" (*ecx), "=d" (*edx));
	if (leaf == LEAF_TOPOLOGY)
		*ebx = 0;	/* no levels: it would be the host's */
	if (leaf == LEAF_FEATURES)
		*ebx = (*ebx & GENMASK(APIC_ID_SHIFT - 1, 0)) | smp_processor_id() << APIC_ID_SHIFT;
}

/*
 * Dom0 reads the host's idle states for Xen in its ACPI tables, and believes in those by MWAIT only
 * if the CPU has it. Xen hides that, so it is asked for natively, and Xen for what it can use.
 */
static bool __init xen_cpuid_learn_mwait(void)
{
#ifdef CONFIG_ACPI
	u32 wanted = BIT_OF(X86_FEATURE_MWAIT) | BIT_OF(X86_FEATURE_EST);
	u32 caps[] = { ACPI_PDC_REVISION_ID, 1,
		       ACPI_PROC_CAP_C_CAPABILITY_SMP | ACPI_PROC_CAP_EST_CAPABILITY_SWSMP };
	struct xen_platform_op op = {
		.cmd = XENPF_set_processor_pminfo,
		.u.set_pminfo = { .id = -1, .type = XEN_PM_PDC },
	};

	if (!xen_initial_domain() || (native_cpuid_ecx(LEAF_FEATURES) & wanted) != wanted)
		return false;
	set_xen_guest_handle(op.u.set_pminfo.pdc, caps);
	if (!HYPERVISOR_platform_op(&op) &&
	    caps[2] & (ACPI_PROC_CAP_C_C1_FFH | ACPI_PROC_CAP_C_C2C3_FFH)) {
		mwait_extensions = native_cpuid_ecx(CPUID_MWAIT_LEAF);
		mwait_states = native_cpuid_edx(CPUID_MWAIT_LEAF);
	}
	return true;
#else
	return false;
#endif
}

/**
 * xen_init_capabilities - what of the CPU's features a PV domain is to leave alone
 *
 * Context: early boot, before features are looked at.
 */
void __init xen_init_capabilities(void)
{
	static const u16 hidden[] __initconst = {
		X86_FEATURE_ACC,	/* clock modulation is the host's, */
		X86_FEATURE_APERFMPERF,	/* and so is the frequency */
		X86_FEATURE_DCA,
		X86_FEATURE_LKGS,	/* would load GS behind Xen's back */
		X86_FEATURE_MTRR,	/* Xen's; Dom0 reads them by hypercall */
		X86_FEATURE_PCID,	/* Xen's */
		X86_FEATURE_SME,	/* machine addresses have no such bit here */
		X86_FEATURE_X2APIC,
	};
	u32 xsave = BIT_OF(X86_FEATURE_XSAVE) | BIT_OF(X86_FEATURE_OSXSAVE);
	int i;

	setup_force_cpu_cap(X86_FEATURE_XENPV);
	for (i = 0; i < ARRAY_SIZE(hidden); i++)
		setup_clear_cpu_cap(hidden[i]);
	if (!xen_initial_domain())
		setup_clear_cpu_cap(X86_FEATURE_ACPI);

	if (xen_cpuid_learn_mwait())
		setup_force_cpu_cap(X86_FEATURE_MWAIT);
	else
		setup_clear_cpu_cap(X86_FEATURE_MWAIT);

	/* The kernel can't turn it on: Xen has, or does not want it. */
	if ((cpuid_ecx(LEAF_FEATURES) & xsave) != xsave) {
		setup_clear_cpu_cap(X86_FEATURE_OSXSAVE);
		setup_clear_cpu_cap(X86_FEATURE_XSAVE);
	}
}
