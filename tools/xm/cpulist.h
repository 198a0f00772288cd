/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of physical CPUs: "0-3,node:1,^1". */
#ifndef XM_CPULIST_H
#define XM_CPULIST_H

#include <libxl.h>

/* Adds the CPUs of a node to a map of 4096; false if that cannot be known. */
typedef bool xm_node_cpus(long node, libxl_bitmap *map);

int xm_cpulist_parse(libxl_bitmap *map, const char *list, xm_node_cpus *nodes);
void xm_bitmap_alloc(libxl_bitmap *map, unsigned int bits);
char *xm_cpulist_format(const libxl_bitmap *map);
char *xm_cpulist_format_host(const libxl_bitmap *map, int cpus);

#endif /* XM_CPULIST_H */
