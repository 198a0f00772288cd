/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cheap ways to change page tables: their switches, off on bare hardware.
 * Floor F1. Included by mmu/.
 */
#ifndef XENIFY_ARCH_CHEAP_H
#define XENIFY_ARCH_CHEAP_H

#include <linux/jump_label.h>
#include <linux/mm.h>

DECLARE_STATIC_KEY_FALSE(xen_cheap_direct);

#endif
