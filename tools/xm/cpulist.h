/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of physical CPUs: "0-3,5,^1". */
#ifndef XM_CPULIST_H
#define XM_CPULIST_H

#include <libxl.h>

int xm_cpulist_parse(libxl_bitmap *map, const char *list);
void xm_bitmap_alloc(libxl_bitmap *map, unsigned int bits);
char *xm_cpulist_format(const libxl_bitmap *map);

#endif /* XM_CPULIST_H */
