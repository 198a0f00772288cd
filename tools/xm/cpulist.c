// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists of physical CPUs, read and written. libxl's bitmaps are filled in by
 * hand here because its own allocator asks Xen how many CPUs there are, and a
 * dry run has no Xen. Called by cpus.c.
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

/* "3", "0-3"; false if it is not that. */
static bool parse_range(char *text, long *first, long *last)
{
	char *dash = strchr(text, '-');

	if (dash)
		*dash = '\0';
	if (!isdigit((unsigned char)*text) ||
	    !xm_number(text, 0, MAX_CPUS - 1, first))
		return false;
	*last = *first;
	return !dash || xm_number(dash + 1, *first, MAX_CPUS - 1, last);
}

static void change(libxl_bitmap *map, long cpu, bool out)
{
	if (out)
		libxl_bitmap_reset(map, cpu);
	else
		libxl_bitmap_set(map, cpu);
}

/* All CPUs of some nodes. Which they are only this host's Xen knows. */
static int change_nodes(libxl_bitmap *map, char *range, bool out,
			xm_node_cpus *nodes)
{
	libxl_bitmap cpus = { 0 };
	long first, last;
	int ret = 0;

	if (!nodes || !parse_range(range, &first, &last))
		return -1;
	xm_bitmap_alloc(&cpus, MAX_CPUS);
	for (long node = first; !ret && node <= last; node++)
		ret = nodes(node, &cpus) ? 0 : -1;
	for (long cpu = 0; !ret && cpu < MAX_CPUS; cpu++)
		if (libxl_bitmap_test(&cpus, cpu))
			change(map, cpu, out);
	free(cpus.map);
	return ret;
}

/* One part: "3", "0-3", "node:1" or "all", with '^' in front to take CPUs out. */
static int parse_part(libxl_bitmap *map, char *part, xm_node_cpus *nodes)
{
	bool out = *part == '^';
	long first = 0, last = MAX_CPUS - 1;

	part += out;
	if (xm_starts(part, "node:"))
		return change_nodes(map, part + strlen("node:"), out, nodes);
	if (xm_starts(part, "nodes:"))
		return change_nodes(map, part + strlen("nodes:"), out, nodes);
	if (strcmp(part, "all") && !parse_range(part, &first, &last))
		return -1;
	for (long cpu = first; cpu <= last; cpu++)
		change(map, cpu, out);
	return 0;
}

/**
 * xm_cpulist_parse() - read a list of physical CPUs
 * @map: allocated and filled in
 * @list: parts with commas between them, read from left to right
 * @nodes: tells which CPUs a node has; NULL: nobody knows
 *
 * Return: 0, or -1 if the list is malformed or names no CPU.
 */
int xm_cpulist_parse(libxl_bitmap *map, const char *list, xm_node_cpus *nodes)
{
	char *copy = xm_strdup(list), *rest = copy, *part;
	int ret = 0;

	xm_bitmap_alloc(map, MAX_CPUS);
	while (!ret && (part = strsep(&rest, ",")))
		ret = parse_part(map, xm_trim(part), nodes);
	free(copy);
	return ret || libxl_bitmap_is_empty(map) ? -1 : 0;
}

/* "all" if all of so many are set. */
static char *format(const libxl_bitmap *map, int bits)
{
	char *list = NULL;
	int last;

	for (int cpu = 0; cpu < bits; cpu = last + 1) {
		last = cpu;
		if (!libxl_bitmap_test(map, cpu))
			continue;
		while (last + 1 < bits && libxl_bitmap_test(map, last + 1))
			last++;
		if (!cpu && last == bits - 1) {
			free(list);
			return xm_strdup("all");
		}
		xm_append(&list, last > cpu ? "%s%d-%d" : "%s%d",
			  list ? "," : "", cpu, last);
	}
	return list ? list : xm_strdup("");
}

/* The list that xm_cpulist_parse() reads back to the same map; to be freed. */
char *xm_cpulist_format(const libxl_bitmap *map)
{
	return format(map, MAX_CPUS);
}

/**
 * xm_cpulist_format_host() - the same for a map that this host's Xen has given
 * @map: may have more bits than there are CPUs
 * @cpus: how many there are
 *
 * Return: the list, "all" if all of them are in it; to be freed.
 */
char *xm_cpulist_format_host(const libxl_bitmap *map, int cpus)
{
	return format(map, cpus);
}
