// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fsmoves SECONDS: a program that loses its base of FS on one CPU, gets the same one anew on
 * another, and comes back.
 *
 * So do many programs in an exec, where no address is random. It says so, or is killed, if it
 * comes back to what it has left. Only kernel threads may have run on the first CPU meanwhile,
 * so for this it has to be alone.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Those of the C library need FS. */
static inline __attribute__((always_inline)) long call(long number, long first, long second,
						       const void *third)
{
	long result;

	asm volatile("syscall" : "=a" (result)
		     : "0" (number), "D" (first), "S" (second), "d" (third)
		     : "rcx", "r11", "memory");
	return result;
}

static unsigned long move(unsigned long base, const cpu_set_t *here, const cpu_set_t *there)
{
	asm volatile("mov %0, %%fs" : : "r" (0));
	call(SYS_sched_setaffinity, 0, sizeof(*there), there);
	call(SYS_arch_prctl, ARCH_SET_FS, base, NULL);
	call(SYS_sched_setaffinity, 0, sizeof(*here), here);
	/* The C library has the base at the base. */
	asm volatile("mov %%fs:0, %0" : "=r" (base));
	return base;
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + atoi(argv[argc - 1]);
	unsigned long base, found, moves = 0;
	cpu_set_t sets[2];
	int cpu;

	for (cpu = 0; cpu < 2; cpu++) {
		CPU_ZERO(&sets[cpu]);
		CPU_SET(cpu, &sets[cpu]);
	}
	syscall(SYS_arch_prctl, ARCH_GET_FS, &base);
	while (time(NULL) < end) {
		if (sched_setaffinity(0, sizeof(sets[0]), &sets[moves++ % 2]))
			return 2;
		found = move(base, &sets[(moves - 1) % 2], &sets[moves % 2]);
		if (found == base)
			continue;
		printf("after %lu moves FS shows %lx, not %lx\n", moves, found, base);
		return 1;
	}
	printf("%lu moves\n", moves);
	return 0;
}
