/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Empty pages that are tables to Xen. Floor F1. For the files of mmu/.
 */
#ifndef XENIFY_ARCH_SPARE_H
#define XENIFY_ARCH_SPARE_H

#include <linux/gfp.h>

#include "table.h"

struct page *xen_spare_take(enum xen_level level);
struct page *xen_spare_create(enum xen_level level, gfp_t gfp);
bool xen_spare_is_wanted(enum xen_level level);
void xen_spare_put(struct page *page, enum xen_level level);

#endif
