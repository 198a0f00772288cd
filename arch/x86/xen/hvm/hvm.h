/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fully virtualized domains: what the other rooms of arch/x86/xen/ see of them.
 */
#ifndef XENIFY_ARCH_HVM_H
#define XENIFY_ARCH_HVM_H

void xen_hvm_init_shared_info(void);
void xen_unplug_emulated_devices(void);

/* shared.c: the page shared with Xen, from boot on. */
void xen_hvm_reserve_shared_info(void);
void xen_hvm_move_shared_info(void);

/* cpu.c: a CPU's events as CPUs come and go. */
int xen_hvm_cpu_prepare(unsigned int cpu);
int xen_hvm_cpu_dead(unsigned int cpu);

#endif
