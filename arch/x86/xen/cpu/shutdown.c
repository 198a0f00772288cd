// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a domain ends: a hypercall with the reason, which the host's tools act upon.
 *
 * Called by the kernel's reboot code, and by panic(). Floor F1.
 */
#include <linux/kexec.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/reboot.h>

#include <asm/reboot.h>

#include "ops.h"

/* What an emergency restart tells: the panic that led to it, if one did. */
static int emergency_reason = SHUTDOWN_reboot;
/* Whether a panic is told before other notifiers and the crash dump have had their turn. */
static bool crash_at_once;

/**
 * xen_reboot - end the domain
 * @reason: SHUTDOWN_... of xen/interface/sched.h
 *
 * Context: any. Returns only if Xen refuses.
 */
void xen_reboot(int reason)
{
	struct sched_shutdown how = { .reason = reason };
	int err = HYPERVISOR_sched_op(SCHEDOP_shutdown, &how);

	/* No panic(), which would come back to this. */
	WARN(err, "Xen does not end this domain for reason %d: error %d\n", reason, err);
}

/**
 * xen_emergency_restart - end it now
 */
void xen_emergency_restart(void)
{
	xen_reboot(emergency_reason);
}

static int __init xen_shutdown_parse_legacy(char *value)
{
	crash_at_once = true;
	return 0;
}

early_param("xen_legacy_crash", xen_shutdown_parse_legacy);

/* What follows a panic is an emergency restart, which has to come even if no time for it is set. */
static int xen_shutdown_on_panic(struct notifier_block *block, unsigned long event, void *message)
{
	if (kexec_crash_loaded())
		return NOTIFY_DONE;
	if (crash_at_once)
		xen_reboot(SHUTDOWN_crash);
	emergency_reason = SHUTDOWN_crash;
	if (!panic_timeout)
		panic_timeout = -1;
	return NOTIFY_DONE;
}

/* After all the others. */
static struct notifier_block panic_block = {
	.priority	= INT_MIN,
	.notifier_call	= xen_shutdown_on_panic,
};

/**
 * xen_panic_handler_init - have a panic told to Xen
 *
 * Return: 0.
 */
int xen_panic_handler_init(void)
{
	return atomic_notifier_chain_register(&panic_notifier_list, &panic_block);
}

#ifdef CONFIG_XEN_PV
static void xen_shutdown_restart(char *command)
{
	xen_reboot(SHUTDOWN_reboot);
}

static void xen_shutdown_halt(void)
{
	xen_reboot(SHUTDOWN_poweroff);
}

/* In Dom0 that can be ACPI's, by way of Xen. */
static void xen_shutdown_power_off(void)
{
	do_kernel_power_off();
	xen_shutdown_halt();
}

static void xen_shutdown_crash(struct pt_regs *regs)
{
	xen_reboot(SHUTDOWN_crash);
}

/**
 * xen_init_machine_ops - how a PV domain ends
 *
 * Context: boot.
 */
void __init xen_init_machine_ops(void)
{
	machine_ops = (struct machine_ops) {
		.emergency_restart	= xen_emergency_restart,
		.restart		= xen_shutdown_restart,
		.power_off		= xen_shutdown_power_off,
		.halt			= xen_shutdown_halt,
		.shutdown		= xen_shutdown_halt,
		.crash_shutdown		= xen_shutdown_crash,
	};
}
#endif
