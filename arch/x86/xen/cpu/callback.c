// SPDX-License-Identifier: GPL-2.0-only
/*
 * The entries of a PV kernel that are no exceptions: events, system calls, and what happens when
 * Xen can't go back to where it was told to. Each vCPU has those for system calls of 32-bit tasks
 * to itself. Called by boot and vCPU start; cpu/entry.S has the entries. Floor F1.
 */
#define pr_fmt(fmt) "xen: " fmt

#include <linux/types.h>

#include <xen/interface/xen.h>
#include <xen/interface/callback.h>

#include <asm/cpufeature.h>
#include <asm/ia32.h>
#include <asm/idtentry.h>
#include <asm/segment.h>

#include "ops.h"

/* Each is entered with events off. */
static int xen_callback_register(u16 type, const void *entry)
{
	struct callback_register callback = {
		.flags = CALLBACKF_mask_events,
		.type = type,
		.address = XEN_CALLBACK(__KERNEL_CS, entry),
	};

	return HYPERVISOR_callback_op(CALLBACKOP_register, &callback);
}

/* Without it a task has to do without the instruction, as it has if the administrator says so. */
static void xen_callback_register_feature(u16 type, const void *entry, unsigned int feature)
{
	if (ia32_enabled() && boot_cpu_has(feature) && xen_callback_register(type, entry))
		setup_clear_cpu_cap(feature);
}

/**
 * xen_enable_sysenter - where SYSENTER of a 32-bit task goes
 *
 * Context: on each CPU, when it starts; on the boot CPU, when the command line has been read.
 */
void xen_enable_sysenter(void)
{
	xen_callback_register_feature(CALLBACKTYPE_sysenter, xen_entry_SYSENTER_compat,
				      X86_FEATURE_SYSENTER32);
}

/**
 * xen_enable_syscall - where SYSCALL goes, of a 32-bit and of a 64-bit task
 *
 * Context: as above.
 */
void xen_enable_syscall(void)
{
	int err = xen_callback_register(CALLBACKTYPE_syscall, xen_entry_SYSCALL_64);

	if (err)
		pr_err("Xen refuses an entry for system calls: error %d; no program will run\n",
		       err);
	xen_callback_register_feature(CALLBACKTYPE_syscall32, xen_entry_SYSCALL_compat,
				      X86_FEATURE_SYSCALL32);
}

/**
 * xen_init_callbacks - those of the boot CPU that the kernel itself needs
 *
 * Context: boot, interrupts are off.
 */
void __init xen_init_callbacks(void)
{
	xen_must(xen_callback_register(CALLBACKTYPE_event, xen_asm_exc_xen_hypervisor_callback),
		 "an entry for events");
	xen_must(xen_callback_register(CALLBACKTYPE_failsafe, xen_failsafe_callback),
		 "an entry for its own failures");
}
