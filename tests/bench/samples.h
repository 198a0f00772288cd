/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A count and how it grew, by the machine's TSC, which Dom0 and all guests share: so it can be
 * asked later what it was at a moment that another domain saw. For netload.c.
 */
#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <x86intrin.h>

/* Ticks between two samples, a millisecond at most: looking at the clock is to cost nothing. */
#define SAMPLE_TICKS 1000000
#define SAMPLES 65536

struct sample {
	uint64_t tsc, count;
};

struct samples {
	struct sample list[SAMPLES];
	unsigned int used;
	uint64_t count;
};

static inline void samples_take(struct samples *s, uint64_t tsc)
{
	if (s->used < SAMPLES)
		s->list[s->used++] = (struct sample){ tsc, s->count };
}

/* From here it counts. Its pages are there then, and no fault disturbs. */
static inline void samples_begin(struct samples *s)
{
	memset(s, 0x5a, sizeof(*s));
	s->used = 0;
	s->count = 0;
	samples_take(s, __rdtsc());
}

/* True when it has taken a sample, which is when the caller may look at the clock, too. */
static inline bool samples_add(struct samples *s, uint64_t amount)
{
	uint64_t tsc = __rdtsc();

	s->count += amount;
	if (tsc - s->list[s->used - 1].tsc < SAMPLE_TICKS)
		return false;
	samples_take(s, tsc);
	return true;
}

static inline int samples_save(struct samples *s, const char *path)
{
	ssize_t size;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	samples_take(s, __rdtsc());
	size = s->used * sizeof(s->list[0]);
	if (fd < 0 || write(fd, s->list, size) != size || close(fd)) {
		perror(path);
		return -1;
	}
	return 0;
}

static inline int samples_load(struct samples *s, const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t size = fd < 0 ? -1 : read(fd, s->list, sizeof(s->list));

	if (size < (ssize_t)(2 * sizeof(s->list[0]))) {
		fprintf(stderr, "%s: nothing was counted\n", path);
		return -1;
	}
	close(fd);
	s->used = size / sizeof(s->list[0]);
	s->count = s->list[s->used - 1].count;
	return 0;
}

/* What it was at `tsc`, on a line between two samples; -1 if it did not count then. */
static inline double samples_at(const struct samples *s, uint64_t tsc)
{
	const struct sample *a = s->list, *b;

	if (tsc < a->tsc || tsc > s->list[s->used - 1].tsc)
		return -1;
	while (a[1].tsc < tsc)
		a++;
	b = a + 1;
	return a->count + (double)(b->count - a->count) * (tsc - a->tsc) / (b->tsc - a->tsc);
}

#endif
