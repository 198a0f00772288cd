// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of physical CPUs, read and written. libxl's bitmaps are filled in by
 * hand here because its own allocator asks Xen how many CPUs there are, and a
 * dry run has no Xen. Called by config.c and print.c.
 */
#include <ctype.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "cpulist.h"
#include "util.h"

/* More than any machine that Xen 4.17 is built for. */
#define MAX_CPUS 4096

/* The map comes from malloc(), as libxl_bitmap_dispose() expects. */
void xm_bitmap_alloc(libxl_bitmap *map, unsigned int bits)
{
	free(map->map);
	map->size = (bits + 7) / 8;
	map->map = xm_calloc(map->size, 1);
}

/* One part: "3", "0-3" or "all", with '^' in front to take CPUs out. */
static int parse_part(libxl_bitmap *map, char *part)
{
	bool out = *part == '^';
	long first, last;
	char *dash;

	part += out;
	if (!strcmp(part, "all")) {
		first = 0;
		last = MAX_CPUS - 1;
	} else {
		dash = strchr(part, '-');
		if (dash)
			*dash = '\0';
		if (!isdigit((unsigned char)*part) ||
		    !xm_number(part, 0, MAX_CPUS - 1, &first))
			return -1;
		last = first;
		if (dash && !xm_number(dash + 1, first, MAX_CPUS - 1, &last))
			return -1;
	}
	for (long cpu = first; cpu <= last; cpu++) {
		if (out)
			libxl_bitmap_reset(map, cpu);
		else
			libxl_bitmap_set(map, cpu);
	}
	return 0;
}

/**
 * xm_cpulist_parse() - read a list of physical CPUs
 * @map: allocated and filled in
 * @list: parts with commas between them, read from left to right
 *
 * Return: 0, or -1 if the list is malformed or names no CPU.
 */
int xm_cpulist_parse(libxl_bitmap *map, const char *list)
{
	char *copy = xm_strdup(list), *rest = copy, *part;
	int ret = 0;

	xm_bitmap_alloc(map, MAX_CPUS);
	while (!ret && (part = strsep(&rest, ",")))
		ret = parse_part(map, xm_trim(part));
	free(copy);
	return ret || libxl_bitmap_is_empty(map) ? -1 : 0;
}

/* The list that xm_cpulist_parse() reads back to the same map; to be freed. */
char *xm_cpulist_format(const libxl_bitmap *map)
{
	int bits = map->size * 8;
	char *list = NULL;
	int last;

	for (int cpu = 0; cpu < bits; cpu = last + 1) {
		last = cpu;
		if (!libxl_bitmap_test(map, cpu))
			continue;
		while (last + 1 < bits && libxl_bitmap_test(map, last + 1))
			last++;
		if (!cpu && last == MAX_CPUS - 1) {
			free(list);
			return xm_strdup("all");
		}
		xm_append(&list, last > cpu ? "%s%d-%d" : "%s%d",
			  list ? "," : "", cpu, last);
	}
	return list ? list : xm_strdup("");
}
