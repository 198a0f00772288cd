/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Dom0 does at its start besides. In other kernels than Dom0's it is nothing.
 */
#ifndef XENIFY_ARCH_BOOT_DOM0_H
#define XENIFY_ARCH_BOOT_DOM0_H

#ifdef CONFIG_XEN_PV_DOM0
void xen_dom0_take_over(void);
#else
static inline void xen_dom0_take_over(void) {}
#endif

#if defined(CONFIG_XEN_PV_DOM0) && defined(CONFIG_MTRR)
void xen_dom0_take_mtrrs(void);
#else
static inline void xen_dom0_take_mtrrs(void) {}
#endif

#endif
