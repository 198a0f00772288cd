/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clocks and timer interrupts of a Xen domain, as the other rooms of arch/x86/xen/ see them.
 */
#ifndef XENIFY_ARCH_TIME_H
#define XENIFY_ARCH_TIME_H

#include <linux/types.h>

struct timespec64;

/* PV and HVM: what the kernel asks for the time, set once at boot. */
void xen_init_time_ops(void);
void xen_hvm_init_time_ops(void);

/* clock.c: Xen's system time, and what the kernel makes of it. */
u64 xen_clock_read(void);
unsigned long xen_clock_tsc_khz(void);
void xen_clock_start_sched(void);
void xen_clock_register(void);

/* wall.c: the time of day. */
void xen_wall_read(struct timespec64 *now);
void xen_wall_init(void);
void xen_wall_start(void);

/* The timer interrupt of a CPU and the account of what its vCPU waited for. */
void xen_setup_timer(int cpu);
void xen_teardown_timer(int cpu);
void xen_setup_cpu_clockevents(void);
void xen_setup_runstate_info(int cpu);

/* Around a suspend. */
void xen_save_time_memory_area(void);
void xen_restore_time_memory_area(void);

#endif
