// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cpuload POINT...: what a system call, a process and a page cost, each by itself.
 *
 * cpu.sh runs it in a guest, and bare-init.sh without a hypervisor. It prints
 *
 *   @cpu POINT NANOSECONDS TSC TSC COUNT
 *
 * the time of one operation, and a window of the machine's TSC in which COUNT of them, and
 * nothing else, were done: for a trace. Where instructions are counted a nanosecond is one. The
 * program is small and static, so that what a fork copies is the same everywhere.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define PAGE 4096UL
#define MIB (1024 * 1024UL)
#define TABLE (2 * MIB)           /* what the entries of one page table map */
#define LARGE (4 * MIB)
#define DIRTY (32 * MIB)
#define AROUND 16                /* pages that one fault maps of a file */

static const char *self;
/* The last piece of time that was measured. */
static unsigned long long opened, closed;

static double clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* What comes between the two is measured. */
static double begin(void)
{
	opened = __rdtsc();
	return clock_ns();
}

static double since(double start)
{
	double ns = clock_ns() - start;

	closed = __rdtsc();
	return ns;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static char *map(size_t size)
{
	char *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (area == MAP_FAILED)
		die("mmap");
	return area;
}

/* So many bytes behind the beginning of a page table: what is dear depends on where tables end. */
static char *map_at(size_t size, size_t behind)
{
	char *area = map(size + 2 * TABLE);
	char *begin = (char *)(((unsigned long)area + TABLE - 1) & -TABLE) + behind;

	if (begin > area)
		munmap(area, begin - area);
	munmap(begin + size, area + size + 2 * TABLE - (begin + size));
	return begin;
}

static void touch(volatile char *area, size_t size)
{
	for (size_t at = 0; at < size; at += PAGE)
		area[at] = 1;
}

static void reap(pid_t pid)
{
	int status;

	if (pid < 0)
		die("fork");
	if (waitpid(pid, &status, 0) != pid || status)
		die("a child");
}

/* Each does it so many times, and returns the nanoseconds of one of them. */

static double point_getppid(int times)
{
	double start = begin();

	for (int i = 0; i < times; i++)
		syscall(SYS_getppid);
	return since(start) / times;
}

static double point_fork(int times)
{
	double start = begin();

	for (int i = 0; i < times; i++) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		reap(pid);
	}
	return since(start) / times;
}

static double run_program(int times, const char *const argv[])
{
	double start = begin();

	for (int i = 0; i < times; i++) {
		pid_t pid = fork();

		if (!pid) {
			execv(argv[0], (char *const *)argv);
			_exit(127);
		}
		reap(pid);
	}
	return since(start) / times;
}

static double point_exec(int times)
{
	const char *const argv[] = { self, "nothing", NULL };

	return run_program(times, argv);
}

static double point_sh(int times)
{
	const char *const argv[] = { "/bin/sh", "-c", "true", NULL };

	return run_program(times, argv);
}

/* A token goes round a ring of processes by pipes: the time of one round. */
static double ring(int members, int rounds)
{
	int pipes[16][2];
	char token = 0;
	double start = 0;

	for (int i = 0; i < members; i++)
		if (pipe(pipes[i]))
			die("pipe");
	for (int i = 1; i < members; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid)
			continue;
		for (int n = 0; n <= rounds; n++)
			if (read(pipes[i - 1][0], &token, 1) != 1 ||
			    write(pipes[i][1], &token, 1) != 1)
				_exit(1);
		_exit(0);
	}
	for (int n = 0; n <= rounds; n++) {
		if (n == 1)
			start = begin();
		if (write(pipes[0][1], &token, 1) != 1 ||
		    read(pipes[members - 1][0], &token, 1) != 1)
			die("the ring");
	}
	start = since(start);
	while (wait(NULL) > 0)
		;
	for (int i = 0; i < members; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	return start / rounds;
}

static double point_pipe(int times)
{
	return ring(2, times);
}

static double point_switch16(int times)
{
	return ring(16, times / 16) / 16;
}

static int turn;

static void pass(int from, int to)
{
	while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != from)
		syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, to, NULL);
	__atomic_store_n(&turn, to, __ATOMIC_RELEASE);
	syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1);
}

static void *partner(void *times)
{
	for (int i = 0; i < *(int *)times; i++)
		pass(1, 0);
	return NULL;
}

static double point_futex(int times)
{
	double start = begin();
	pthread_t thread;

	turn = 0;
	if (pthread_create(&thread, NULL, partner, &times))
		die("a thread");
	for (int i = 0; i < times; i++)
		pass(0, 1);
	pthread_join(thread, NULL);
	return since(start) / times;
}

static void nothing(int number)
{
	(void)number;
}

static double point_signal(int times)
{
	double start;

	signal(SIGUSR1, nothing);
	start = begin();
	for (int i = 0; i < times; i++)
		raise(SIGUSR1);
	return since(start) / times;
}

/* On areas of 4 MiB: the time is that of all their pages. */

static double point_touch(int times)
{
	double sum = 0;

	for (int i = 0; i < times; i++) {
		char *area = map_at(LARGE, 0);
		double start = begin();

		touch(area, LARGE);
		sum += since(start);
		munmap(area, LARGE);
	}
	return sum / times;
}

static double point_munmap(int times)
{
	double sum = 0;

	for (int i = 0; i < times; i++) {
		char *area = map_at(LARGE, 0);
		double start;

		touch(area, LARGE);
		start = begin();
		munmap(area, LARGE);
		sum += since(start);
	}
	return sum / times;
}

static double point_mprotect(int times)
{
	char *area = map_at(LARGE, 0);
	double start;

	touch(area, LARGE);
	start = begin();
	for (int i = 0; i < times; i++) {
		mprotect(area, LARGE, PROT_READ);
		mprotect(area, LARGE, PROT_READ | PROT_WRITE);
	}
	start = since(start);
	munmap(area, LARGE);
	return start / times;
}

/* Never whole tables: entry by entry. */
static double point_mremap(int times)
{
	char *area = map_at(LARGE, PAGE), *other = map_at(LARGE, 2 * PAGE);
	double start;

	touch(area, LARGE);
	start = begin();
	for (int i = 0; i < times; i++) {
		char *next = area;

		if (mremap(area, LARGE, LARGE, MREMAP_MAYMOVE | MREMAP_FIXED, other) == MAP_FAILED)
			die("mremap");
		area = other;
		other = next;
	}
	start = since(start);
	munmap(area, LARGE);
	return start / times;
}

/* A child writes to what it shares with its parent, and tells the time by a page of both. */
static double point_cow(int times)
{
	char *area = map_at(LARGE, 0);
	struct {
		double ns;
		unsigned long long opened, closed;
	} *told = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double sum = 0;

	touch(area, LARGE);
	for (int i = 0; i < times; i++) {
		pid_t pid = fork();

		if (!pid) {
			double start = begin();

			touch(area, LARGE);
			told->ns = since(start);
			told->opened = opened;
			told->closed = closed;
			_exit(0);
		}
		reap(pid);
		sum += told->ns;
		opened = told->opened;
		closed = told->closed;
	}
	munmap(told, PAGE);
	munmap(area, LARGE);
	return sum / times;
}

/* A fork of who has written to much: all entries are writable before. */
static double point_fork_dirty(int times)
{
	char *area = map_at(DIRTY, 0);
	double sum = 0;

	for (int i = 0; i < times; i++) {
		double start;
		pid_t pid;

		touch(area, DIRTY);
		start = begin();
		pid = fork();
		sum += since(start);
		if (!pid)
			_exit(0);
		reap(pid);
	}
	munmap(area, DIRTY);
	return sum / times;
}

/* A read fault in a file that is in the page cache maps the pages around it. */
static double point_around(int times)
{
	char name[] = "/tmp/cpuload-XXXXXX", *area;
	static char zero[PAGE];
	int file = mkstemp(name);
	double sum = 0;

	if (file < 0)
		die(name);
	unlink(name);
	for (size_t at = 0; at < MIB; at += PAGE)
		if (write(file, zero, PAGE) != (ssize_t)PAGE)
			die(name);
	for (int i = 0; i < times; i++) {
		double start;

		area = mmap(NULL, MIB, PROT_READ, MAP_PRIVATE, file, 0);
		if (area == MAP_FAILED)
			die("mmap of a file");
		start = begin();
		for (size_t at = 0; at < MIB; at += AROUND * PAGE)
			(void)*(volatile char *)(area + at);
		sum += since(start);
		munmap(area, MIB);
	}
	close(file);
	return sum / times;
}

static double map_and_unmap(int times, size_t size, size_t touched)
{
	double start = begin();

	for (int i = 0; i < times; i++) {
		char *area = map(size);

		touch(area, touched);
		munmap(area, size);
	}
	return since(start) / times;
}

static double point_mmap64k(int times)
{
	return map_and_unmap(times, 64 << 10, 64 << 10);
}

static double point_mmap4m(int times)
{
	return map_and_unmap(times, LARGE, 1);
}

/*
 * `units`: operations each time. Where only parts of a time are measured, as a page has to be
 * there before it can go, the window is that of the last.
 */
static const struct point {
	const char *name;
	double (*measure)(int times);
	int times;
	int units;
	int in_parts;
} points[] = {
	{ "getppid", point_getppid, 5000, 1, 0 },
	{ "fork", point_fork, 60, 1, 0 },
	{ "exec", point_exec, 30, 1, 0 },
	{ "sh", point_sh, 20, 1, 0 },
	{ "pipe", point_pipe, 600, 1, 0 },
	{ "futex", point_futex, 600, 1, 0 },
	{ "switch16", point_switch16, 1600, 1, 0 },
	{ "signal", point_signal, 1000, 1, 0 },
	{ "touch", point_touch, 2, LARGE / PAGE, 1 },
	{ "around", point_around, 8, MIB / PAGE / AROUND, 1 },
	{ "cow", point_cow, 2, LARGE / PAGE, 1 },
	{ "mprotect", point_mprotect, 4, LARGE / PAGE, 0 },
	{ "munmap", point_munmap, 4, LARGE / PAGE, 1 },
	{ "mremap", point_mremap, 4, LARGE / PAGE, 0 },
	{ "fork-dirty", point_fork_dirty, 2, DIRTY / PAGE, 1 },
	{ "mmap64k", point_mmap64k, 40, 1, 0 },
	{ "mmap4m", point_mmap4m, 100, 1, 0 },
};

#define POINTS (sizeof(points) / sizeof(points[0]))

static const struct point *find(const char *name)
{
	for (size_t i = 0; i < POINTS; i++)
		if (!strcmp(points[i].name, name))
			return &points[i];
	fprintf(stderr, "cpuload: there is no point '%s'\n", name);
	exit(2);
}

static void measure(const struct point *point)
{
	double ns;

	/* The first time caches fill and pages are looked for. */
	point->measure(point->times / 8 + 1);
	ns = point->measure(point->times) / point->units;
	printf("@cpu %s %.1f %llu %llu %d\n", point->name, ns, opened, closed,
	       point->units * (point->in_parts ? 1 : point->times));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "nothing"))
		return 0;
	self = "/proc/self/exe";
	for (int i = 1; i < argc; i++)
		measure(find(argv[i]));
	return 0;
}
