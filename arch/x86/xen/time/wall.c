// SPDX-License-Identifier: GPL-2.0-only
/*
 * The time of day: read from Xen by every domain, told to Xen by Dom0.
 *
 * The page that a domain shares with Xen has the time of day at which system time was 0.
 * Dom0 keeps it right: it tells Xen when its own clock was set, and by and by what NTP makes of
 * it, as other kernels do with the clock chip. What a guest is restored or booted with is that.
 *
 * Called by init.c of this directory, and by the kernel's timekeeping. Floor F1.
 */
#include <linux/pvclock_gtod.h>
#include <linux/timekeeper_internal.h>

#include <asm/xen/hypercall.h>
#include <xen/xen.h>

#include "time.h"

/* How often Xen is told, if nobody sets the clock: as sync_hw_clock() does with a clock chip. */
#define SYNC_SECONDS	(11 * 60)

/**
 * xen_wall_read - the time of day, as Xen knows it
 * @now: where it is put
 *
 * The version is odd while Xen writes, and another one afterwards: xen/interface/xen.h.
 *
 * Context: any in which xen_clock_read() may be called.
 */
void xen_wall_read(struct timespec64 *now)
{
	const struct shared_info *shared = HYPERVISOR_shared_info;
	struct timespec64 start;
	u32 version;

	do {
		version = READ_ONCE(shared->wc.version);
		/* Pairs with the barrier after Xen's first change of the version. */
		virt_rmb();
		start.tv_sec = (u64)READ_ONCE(shared->wc_sec_hi) << 32 |
			       READ_ONCE(shared->wc.sec);
		start.tv_nsec = READ_ONCE(shared->wc.nsec);
		/* Pairs with the barrier before Xen's second change of the version. */
		virt_rmb();
	} while (version & 1 || version != READ_ONCE(shared->wc.version));

	*now = timespec64_add(start, ns_to_timespec64(xen_clock_read()));
}

/* A guest's clock is its own. */
static int xen_wall_set_nothing(const struct timespec64 *now)
{
	return -ENODEV;
}

/*
 * The timekeeper calls it whenever it has changed, under its lock: nothing may be read by its
 * functions, and nothing printed at once.
 */
static int xen_wall_notify(struct notifier_block *block, unsigned long was_set, void *data)
{
	const struct timekeeper *keeper = data;
	static time64_t next_sync;
	struct xen_platform_op op = {
		.cmd = XENPF_settime64,
		.u.settime64.secs = keeper->xtime_sec,
		.u.settime64.nsecs = keeper->tkr_mono.xtime_nsec >> keeper->tkr_mono.shift,
	};
	int err;

	if (!was_set && keeper->xtime_sec < next_sync)
		return NOTIFY_OK;

	next_sync = keeper->xtime_sec + SYNC_SECONDS;
	op.u.settime64.system_time = xen_clock_read();
	err = HYPERVISOR_platform_op(&op);
	if (!err)
		return NOTIFY_OK;
	printk_deferred_once("xen: guests don't get Dom0's time of day (%d)\n", err);
	return NOTIFY_BAD;
}

static struct notifier_block xen_wall_notifier = {
	.notifier_call = xen_wall_notify,
};

/**
 * xen_wall_init - let the kernel take its time of day from Xen
 *
 * Dom0 goes on setting the clock chip as it does without Xen.
 *
 * Context: boot, when the page shared with Xen is mapped.
 */
void __init xen_wall_init(void)
{
	x86_platform.get_wallclock = xen_wall_read;
	if (!xen_initial_domain())
		x86_platform.set_wallclock = xen_wall_set_nothing;
}

static bool started __initdata;

static void __init xen_wall_set_kernel(void)
{
	struct timespec64 now;

	xen_wall_read(&now);
	do_settimeofday64(&now);
}

/**
 * xen_wall_start - set the kernel's clock, and let Dom0 tell Xen of what becomes of it
 *
 * The kernel has read the time of day before it had a clock source to go on with.
 *
 * Context: boot, when xen_clock_register() was called.
 */
void __init xen_wall_start(void)
{
	xen_wall_set_kernel();
	if (xen_initial_domain())
		pvclock_gtod_register_notifier(&xen_wall_notifier);
	started = true;
}

/*
 * Until clocksource_done_booting() the kernel counts ticks, and a vCPU that waits for its processor
 * gets one instead of many. So what was lost is made up for; Dom0 has told Xen the right time.
 */
static int __init xen_wall_catch_up(void)
{
	if (started)
		xen_wall_set_kernel();
	return 0;
}
device_initcall(xen_wall_catch_up);
