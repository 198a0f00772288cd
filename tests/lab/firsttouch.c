// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * firsttouch SECONDS: threads of one process that write to pages next to each other for the
 * first time at the same moment, where no page table is yet. It runs in Dom0 or in a guest.
 *
 * Each finds what it has written, and in the end nothing is left of all that: a page that was
 * counted but never mapped would stay for ever.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define THREADS 3
#define PAGE 4096UL
#define TABLE 0x200000UL
/* In each round another table of each level is a new one. */
#define FIRST 0x10000000000UL
#define STEP (0x40000000UL + TABLE)
#define PLACES 1000

static pthread_barrier_t barrier;
static volatile unsigned int began;
static volatile int over;
static char *volatile area;
static long round_of_all;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* All of them at the same moment, so far as they have a CPU. */
static void together(void)
{
	unsigned int all;

	pthread_barrier_wait(&barrier);
	all = __atomic_add_fetch(&began, 1, __ATOMIC_SEQ_CST);
	for (int i = 0; i < 2000 && all % THREADS && began < (all / THREADS + 1) * THREADS; i++)
		__asm__ volatile("pause");
}

static void *work(void *arg)
{
	long number = (long)arg, token;
	long *page;

	for (;;) {
		together();
		if (over)
			return NULL;
		page = (long *)(area + number * PAGE);
		token = round_of_all * THREADS + number;
		*page = token;
		pthread_barrier_wait(&barrier);
		if (*page != token) {
			printf("thread %ld: %ld, not %ld\n", number, *page, token);
			exit(1);
		}
		pthread_barrier_wait(&barrier);
	}
}

static void map(long round)
{
	static const int kinds[] = { MAP_SHARED, MAP_PRIVATE };
	char *at = (char *)(FIRST + round % PLACES * STEP);

	area = mmap(at, TABLE, PROT_READ | PROT_WRITE,
		    MAP_ANONYMOUS | MAP_FIXED | kinds[round % 2], -1, 0);
	if (area == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
}

/* KiB of what no process can be seen to have. */
static long in_use(const char *what)
{
	FILE *in = fopen("/proc/meminfo", "r");
	char line[128];
	long kib = -1;

	while (in && kib < 0 && fgets(line, sizeof(line), in))
		if (!strncmp(line, what, strlen(what)))
			kib = atol(line + strlen(what));
	if (in)
		fclose(in);
	return kib;
}

int main(int argc, char **argv)
{
	double end = now() + (argc == 2 ? atof(argv[1]) : 1);
	long shared = in_use("Shmem:");
	pthread_t id;

	pthread_barrier_init(&barrier, NULL, THREADS);
	map(0);
	for (long i = 1; i < THREADS; i++)
		if (pthread_create(&id, NULL, work, (void *)i))
			return 1;
	while (now() < end) {
		together();
		*(long *)area = round_of_all * THREADS;
		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
		munmap(area, TABLE);
		map(++round_of_all);
	}
	over = 1;
	together();
	munmap(area, TABLE);
	printf("%ld rounds\n", round_of_all);
	if (in_use("Shmem:") - shared > 1024) {
		printf("%ld KiB of shared memory are nobody's\n", in_use("Shmem:") - shared);
		return 1;
	}
	return 0;
}
