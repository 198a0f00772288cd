/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a PV and an HVM domain do before and after it is saved.
 */
#ifndef XENIFY_ARCH_SUSPEND_H
#define XENIFY_ARCH_SUSPEND_H

#ifdef CONFIG_XEN_PV
void xen_pv_pre_suspend(void);
void xen_pv_post_suspend(int suspend_cancelled);
#else
static inline void xen_pv_pre_suspend(void) {}
static inline void xen_pv_post_suspend(int suspend_cancelled) {}
#endif

#ifdef CONFIG_XEN_PVHVM
void xen_hvm_post_suspend(int suspend_cancelled);
#else
static inline void xen_hvm_post_suspend(int suspend_cancelled) {}
#endif

#endif
