/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KASAN in a PV domain, as the rest of the kernel sees it. Floor F1; the
 * hooks of patches/ include it by its path below the kernel source.
 */
#ifndef XENIFY_KASAN_H
#define XENIFY_KASAN_H

#include <linux/init.h>
#include <linux/types.h>
#include <asm/pgtable_types.h>

struct start_info;

#if defined(CONFIG_KASAN) && defined(CONFIG_XEN_PV)
void __init xen_kasan_early_init(const struct start_info *si);
void __init xen_kasan_keep_shadow(pgd_t *to, const pgd_t *from);
bool xen_kasan_is_table(unsigned long pfn);
void __init xen_kasan_lend_table(pgd_t *table, bool lend);
#else
static inline void xen_kasan_early_init(const struct start_info *si) { }
static inline void xen_kasan_keep_shadow(pgd_t *to, const pgd_t *from) { }
static inline bool xen_kasan_is_table(unsigned long pfn) { return false; }
static inline void xen_kasan_lend_table(pgd_t *table, bool lend) { }
#endif

#endif /* XENIFY_KASAN_H */
