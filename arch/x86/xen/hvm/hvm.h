/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fully virtualized domains: what the other rooms of arch/x86/xen/ see of them.
 */
#ifndef XENIFY_ARCH_HVM_H
#define XENIFY_ARCH_HVM_H

void xen_hvm_init_shared_info(void);
void xen_unplug_emulated_devices(void);

#endif
