// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * window MILLISECONDS FILE...: how much a backend does in a piece of time.
 *
 * dom0.sh and net.sh run it in Dom0 while guests are at work. The files are counters in sysfs,
 * of sectors (rd_sect, wr_sect) or packets; the window opens when each has grown. Prints
 *
 *   TSC at the opening, TSC at the closing, nanoseconds between, what was counted between
 *
 * The TSC is the one in the hypervisor's trace records, so a trace can be cut to the window.
 * With 0 milliseconds it only waits; with "-" for the files it doesn't. Status 1: a counter
 * did not grow within 60 seconds, or less than the others in the window.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define PATIENCE_NS 60000000000ULL
#define POLL_US 2000
/* An opening of a disk may read some sectors; this is more, and means that the load is going. */
#define GROWN 256
#define MOST 16

/* Long no-operations that plugin.c knows: "XENO" opens, "XENC" closes what it counts. */
#define MARK(c) asm volatile(".byte 0x0f, 0x1f, 0x84, 0x00, 'X', 'E', 'N', " c ::: "memory")

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static unsigned long long counter(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0) {
		perror(path);
		exit(2);
	}
	close(fd);
	return strtoull(text, NULL, 10);
}

static void read_all(unsigned long long *values, char **paths, int count)
{
	for (int i = 0; i < count; i++)
		values[i] = counter(paths[i]);
}

/* What all have done; 0 if one did far less than its share, as it does when its load ends. */
static unsigned long long done(const unsigned long long *first, const unsigned long long *last,
			       int count)
{
	unsigned long long all = 0;

	for (int i = 0; i < count; i++)
		all += last[i] - first[i];
	for (int i = 0; i < count; i++)
		if ((last[i] - first[i]) * count * 3 < all)
			return 0;
	return all;
}

static int wait_for_all(char **paths, int count)
{
	unsigned long long first[MOST], end = now() + PATIENCE_NS;
	int grown = 0;

	read_all(first, paths, count);
	while (grown < count) {
		if (now() > end)
			return -1;
		usleep(POLL_US);
		for (grown = 0; grown < count; grown++)
			if (counter(paths[grown]) < first[grown] + GROWN)
				break;
	}
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long long tsc[2], ns[2], counts[2][MOST], all;
	long ms = argc > 2 ? atol(argv[1]) : 0;
	char **paths = argv + 2;
	int count = argc == 3 && !strcmp(argv[2], "-") ? 0 : argc - 2;

	if (argc < 3 || count > MOST) {
		fprintf(stderr, "usage: window MILLISECONDS FILE...\n");
		return 2;
	}
	if (wait_for_all(paths, count)) {
		fprintf(stderr, "window: nothing was done within a minute\n");
		return 1;
	}
	if (!ms)
		return 0;
	for (int i = 0; i < 2; i++) {
		read_all(counts[i], paths, count);
		ns[i] = now();
		tsc[i] = __rdtsc();
		if (!i) {
			MARK("'O'");
			usleep(ms * 1000);
			MARK("'C'");
		}
	}
	all = done(counts[0], counts[1], count);
	if (count && !all) {
		fprintf(stderr, "window: not all were at it all the time\n");
		return 1;
	}
	printf("%llu %llu %llu %llu\n", tsc[0], tsc[1], ns[1] - ns[0], all);
	return 0;
}
