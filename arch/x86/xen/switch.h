/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a context switch tells Xen. Floor F1; the hooks of patches/ include it
 * by its path below the kernel source.
 */
#ifndef XENIFY_SWITCH_H
#define XENIFY_SWITCH_H

#include <linux/init.h>

void __init xen_switch_init(void);
void xen_switch_forget(unsigned int cpu);

#endif /* XENIFY_SWITCH_H */
