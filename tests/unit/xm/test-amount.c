// SPDX-License-Identifier: GPL-2.0-or-later
/* Amounts of memory, and lists of CPUs as this host's Xen gives them. */
#include <stdlib.h>

#include "amount.h"
#include "check.h"
#include "cpulist.h"
#include "util.h"

static void amounts(void)
{
	static const struct {
		const char *text;
		long kib;	/* 0: refused */
	} all[] = {
		{ "1", 1024 }, { "512", 524288 }, { "1k", 1 }, { "3KiB", 3 },
		{ "1.5g", 1572864 }, { "2G", 2097152 }, { "2gb", 2097152 },
		{ "0.5M", 512 }, { "1t", 1L << 30 }, { "16t", 16L << 30 },
		{ "", 0 }, { "0", 0 }, { "0.5k", 0 }, { "17t", 0 }, { "-1", 0 },
		{ ".5g", 0 }, { "1.2.3", 0 }, { "1..2", 0 }, { "1x", 0 }, { "1mib2", 0 },
		{ "1 m", 0 }, { "m", 0 }, { "1e3", 0 }, { "0x10", 0 }, { "1b", 0 },
		{ "99999999999999999999999999", 0 }, { "nan", 0 }, { "inf", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		uint64_t kib = 0;
		bool good = xm_amount_parse(all[i].text, &kib);

		if (!CHECK_INT(kib, all[i].kib) || !CHECK(good == !!all[i].kib))
			printf("'%s'\n", all[i].text);
	}
}

static void cpus_of_a_host(void)
{
	libxl_bitmap map = { 0 };
	char *text;

	xm_bitmap_alloc(&map, 8);
	map.map[0] = 0xff;
	text = xm_cpulist_format_host(&map, 4);
	CHECK_STR(text, "all");
	free(text);
	text = xm_cpulist_format(&map);
	CHECK_STR(text, "0-7");
	free(text);
	map.map[0] = 0x16;
	text = xm_cpulist_format_host(&map, 4);
	CHECK_STR(text, "1-2");
	free(text);
	free(map.map);
}

int main(void)
{
	RUN(amounts);
	RUN(cpus_of_a_host);
	return check_done();
}
