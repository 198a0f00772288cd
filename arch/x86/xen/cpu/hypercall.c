// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which instruction calls Xen, and what kind of domain this is.
 *
 * Every hypercall is a static call. In a PV domain boot/start.c sets it before the first; other
 * domains set it here, by the CPU's maker, at the first call or when they are found out to be
 * domains, whichever comes first. The instructions are in cpu/hypercall.S. Floor F1.
 */
#include <linux/export.h>
#include <linux/instrumentation.h>
#include <linux/static_call.h>

#include <xen/interface/xen.h>
#include <xen/interface/version.h>

#include <asm/cpu.h>
#include <asm/processor.h>

#include "cpu.h"

DEFINE_STATIC_CALL(xen_hypercall, xen_hypercall_hvm);
EXPORT_STATIC_CALL_TRAMP(xen_hypercall);

/* A PVH domain sets these before .bss is cleared, so they must not lie there. */
enum xen_domain_type xen_domain_type __ro_after_init = XEN_NATIVE;
EXPORT_SYMBOL_GPL(xen_domain_type);
u32 xen_start_flags __ro_after_init;
EXPORT_SYMBOL(xen_start_flags);

/* A PV domain's only, but drivers of all domains name them. */
struct start_info *xen_start_info;
EXPORT_SYMBOL_GPL(xen_start_info);
unsigned long *machine_to_phys_mapping = (void *)MACH2PHYS_VIRT_START;
EXPORT_SYMBOL(machine_to_phys_mapping);
unsigned long machine_to_phys_nr;
EXPORT_SYMBOL(machine_to_phys_nr);

/* Whether Xen can call an HVM domain by an interrupt vector. */
bool xen_have_vector_callback __read_mostly = true;
EXPORT_SYMBOL_GPL(xen_have_vector_callback);

static noinstr void *xen_hypercall_by_maker(void)
{
	switch (boot_cpu_data.x86_vendor) {
	case X86_VENDOR_AMD:
	case X86_VENDOR_HYGON:
		return xen_hypercall_amd;
	default:
		return xen_hypercall_intel;
	}
}

/**
 * xen_hypercall_setfunc - choose the instruction of a domain that isn't PV
 *
 * Context: the CPU is known, and code can be patched.
 */
void xen_hypercall_setfunc(void)
{
	void *chosen = xen_hypercall_by_maker();

	if (static_call_query(xen_hypercall) == xen_hypercall_hvm)
		static_call_update(xen_hypercall, chosen);
}

/* The CPU is looked at by early_cpu_init(), which a PVH domain's first hypercall precedes. */
static __ref void xen_hypercall_learn_cpu(void)
{
	if (boot_cpu_has(X86_FEATURE_CPUID))
		return;
	init_cpu_devs();
	cpu_detect(&boot_cpu_data);
	get_cpu_vendor(&boot_cpu_data);
}

/**
 * __xen_hypercall_setfunc - the same at the first hypercall
 *
 * Return: the chosen function. Context: boot, only called by xen_hypercall_hvm. It has to be
 * noinstr as that is, which PV domains call where nothing may be traced: this is not such a call.
 */
noinstr void *__xen_hypercall_setfunc(void)
{
	void *chosen;

	instrumentation_begin();
	xen_hypercall_learn_cpu();
	chosen = xen_hypercall_by_maker();
	static_call_update_early(xen_hypercall, chosen);
	instrumentation_end();
	return chosen;
}

/**
 * xen_running_on_version_or_later - whether Xen is as new as that
 * @major: its version
 * @minor: its version
 *
 * Return: false without Xen.
 */
bool xen_running_on_version_or_later(unsigned int major, unsigned int minor)
{
	/* The minor version is 16 bits, below the major. */
	return xen_domain() &&
	       HYPERVISOR_xen_version(XENVER_version, NULL) >= (int)(major << 16 | minor);
}
