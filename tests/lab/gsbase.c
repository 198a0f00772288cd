// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gsbase SECONDS: processes that each have a base of GS of their own, and look at it.
 *
 * It runs in Dom0 or in a guest. The processes share CPUs, move between them, sleep and yield;
 * some set their base by an instruction, some by a system call, some have none. Each has pages at
 * addresses that others have, too, with words of its own in them: so a base can be looked at
 * without the instructions, and a base of another's may be the same number. FS is looked at as
 * well: its base is the C library's. Who finds what is not its own says so.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE		4096UL
#define PAGES		16UL
#define LOW		0x10000000UL
#define HIGH		0x200000000UL
#define BEYOND		0xffff800000000000UL	/* by an instruction only, and nothing is there */
#define CODE_32		0x30000000UL
#define USER32_CS	0x23
#define USER_DS		0x2b

/* A base, and whose it is. */
struct place {
	unsigned long owner;
	unsigned long base;
	int insns;	/* the instructions are used */
};

static double end;
static unsigned long fs_base;
static _Thread_local unsigned int dice;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static unsigned int roll(unsigned int sides)
{
	return rand_r(&dice) / 8 % sides;
}

static unsigned long read_insn(void)
{
	unsigned long base;

	asm volatile("rdgsbase %0" : "=r" (base) : : "memory");
	return base;
}

static unsigned long read_call(int which)
{
	unsigned long base = -1;

	syscall(SYS_arch_prctl, which, &base);
	return base;
}

static unsigned long gs_word(void)
{
	return *(volatile __seg_gs unsigned long *)0;
}

static unsigned long fs_word(void)
{
	return *(volatile __seg_fs unsigned long *)0;
}

/* The word at a base. */
static unsigned long token(unsigned long owner, unsigned long base)
{
	return owner << 48 | base >> 12;
}

static void map(unsigned long area, unsigned long owner, int prot)
{
	unsigned long at;

	if (mmap((void *)area, PAGES * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		 -1, 0) == MAP_FAILED)
		exit(1);
	for (at = area; at < area + PAGES * PAGE; at += PAGE)
		*(unsigned long *)at = token(owner, at);
}

static int wrong(const struct place *place, const char *what, unsigned long got,
		 unsigned long wanted)
{
	printf("process %lu%s: %s is %lx, not %lx\n", place->owner,
	       place->insns ? " with instructions" : "", what, got, wanted);
	return 1;
}

#define CHECK(place, what, got, wanted)						\
	do {									\
		unsigned long found = (got);					\
										\
		if (found != (wanted))						\
			return wrong(place, what, found, wanted);		\
	} while (0)

/* Without a system call first. */
static int look(const struct place *place)
{
	if (place->base && place->base < BEYOND)
		CHECK(place, "what GS shows", gs_word(), token(place->owner, place->base));
	CHECK(place, "what FS shows", fs_word(), fs_base);
	if (place->insns)
		CHECK(place, "the base of GS", read_insn(), place->base);
	if (place->base && roll(8))
		return 0;
	CHECK(place, "ARCH_GET_GS", read_call(ARCH_GET_GS), place->base);
	CHECK(place, "ARCH_GET_FS", read_call(ARCH_GET_FS), fs_base);
	return 0;
}

static void set(struct place *place, unsigned long base)
{
	place->base = base;
	if (base >= BEYOND || (place->insns && roll(2)))
		asm volatile("wrgsbase %0" : : "r" (base) : "memory");
	else
		syscall(SYS_arch_prctl, ARCH_SET_GS, base);
}

static unsigned long choose(const struct place *place)
{
	unsigned long bases[] = { 0, LOW, LOW + roll(PAGES) * PAGE, HIGH + roll(PAGES) * PAGE,
				  BEYOND + place->owner * PAGE };

	return bases[roll(place->insns ? 5 : 4)];
}

static int spin(const struct place *place)
{
	int i;

	if (!place->base || place->base >= BEYOND)
		return 0;
	for (i = 0; i < 100000; i++)
		CHECK(place, "what GS shows", gs_word(), token(place->owner, place->base));
	return 0;
}

static int rest(const struct place *place)
{
	unsigned int how = roll(10);
	cpu_set_t cpus;

	if (how < 3) {
		usleep(1000);
	} else if (how < 7) {
		sched_yield();
	} else if (how < 8) {
		CPU_ZERO(&cpus);
		CPU_SET(roll(sysconf(_SC_NPROCESSORS_CONF)), &cpus);
		/* It may be off. */
		sched_setaffinity(0, sizeof(cpus), &cpus);
	}
	return how < 9 ? 0 : spin(place);
}

static int go_on(struct place *place, int rounds)
{
	int bad = 0;

	while (!bad && rounds-- && now() < end) {
		bad = look(place);
		if (!bad && !roll(3))
			set(place, choose(place));
		bad = bad || rest(place);
	}
	return bad;
}

static int calls(struct place *place)
{
	return go_on(place, -1);
}

static int insns(struct place *place)
{
	place->insns = 1;
	return go_on(place, -1);
}

static int late(struct place *place)
{
	return go_on(place, 30) || insns(place);
}

/* As most programs. */
static int none(struct place *place)
{
	int bad = 0;

	while (!bad && now() < end)
		bad = look(place) || rest(place);
	return bad;
}

/* Null selectors leave the processor other bases than the kernel knows of, for nobody else. */
static int selectors(struct place *place)
{
	long call;

	while (now() < end) {
		set(place, LOW);
		if (look(place))
			return 1;
		if (roll(2))
			asm volatile("mov %0, %%gs" : : "r" (USER_DS));
		asm volatile("mov %0, %%gs" : : "r" (0));
		if (roll(2)) {
			sched_yield();
			continue;
		}
		/* Not the C library's, which needs FS. */
		call = SYS_sched_yield;
		asm volatile("mov %1, %%fs\n\tsyscall\n\t"
			     "mov %2, %%eax\n\tmov %3, %%edi\n\tmov %4, %%rsi\n\tsyscall"
			     : "+a" (call)
			     : "r" (0), "i" (SYS_arch_prctl), "i" (ARCH_SET_FS), "r" (fs_base)
			     : "rcx", "r11", "rdi", "rsi", "memory");
	}
	return 0;
}

static int ended(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child || status)
		return printf("process %d ended with status %x\n", child, status);
	return 0;
}

/* Children begin with what their parent has, and programs with nothing. */
static int forks(struct place *place)
{
	int bad = 0, rounds = 0;
	pid_t child;

	while (!bad && now() < end) {
		place->insns = rounds++ > 20;
		child = fork();
		if (!child) {
			bad = look(place) || go_on(place, 5);
			if (bad || roll(2))
				_exit(bad);
			execl("/proc/self/exe", "gsbase", "fresh", NULL);
			_exit(1);
		}
		set(place, choose(place));
		bad = rest(place) || look(place) || ended(child);
	}
	return bad;
}

static void *thread(void *data)
{
	struct place *place = data;
	unsigned long libc = read_call(ARCH_GET_FS);
	int bad = 0;

	dice = place->base >> 12;
	set(place, place->base);
	while (!bad && now() < end) {
		bad = spin(place);
		if (place->insns && read_insn() != place->base)
			bad = wrong(place, "the base of GS", read_insn(), place->base);
		if (fs_word() != libc)
			bad = wrong(place, "what FS shows", fs_word(), libc);
		if (roll(2))
			sched_yield();
	}
	return (void *)(long)bad;
}

/* One of them comes to use the instructions. */
static int threads(struct place *place)
{
	struct place places[3];
	pthread_t ids[3];
	void *result;
	int i, bad = 0;

	for (i = 0; i < 3; i++) {
		places[i] = (struct place){ .owner = place->owner, .base = HIGH + i * PAGE };
		if (pthread_create(&ids[i], NULL, thread, &places[i]))
			return 1;
	}
	usleep(1000000 * (end - now()) / 3);
	__atomic_store_n(&places[1].insns, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 3; i++) {
		pthread_join(ids[i], &result);
		bad |= !!result;
	}
	return bad;
}

static struct place alarmed;
static volatile unsigned long alarmed_base;
static volatile int alarms_bad, alarms;

/* A base is no part of what a signal saves: what the handler sets stays. */
static void on_alarm(int)
{
	alarmed.base = alarmed_base;
	alarms_bad |= look(&alarmed);
	alarmed_base = alarmed_base == LOW ? HIGH : LOW;
	set(&alarmed, alarmed_base);
	alarms++;
}

static int signals(struct place *place)
{
	struct itimerval often = { .it_interval.tv_usec = 3000, .it_value.tv_usec = 3000 };
	double half = end - (end - now()) / 2;
	unsigned long word, base;
	int came;

	alarmed = *place;
	alarmed_base = LOW;
	set(&alarmed, LOW);
	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &often, NULL);
	while (!alarms_bad && now() < end) {
		came = alarms;
		base = alarmed_base;
		word = gs_word();
		if (came == alarms)
			CHECK(place, "what GS shows", word, token(place->owner, base));
		alarmed.insns = now() > half;
	}
	signal(SIGALRM, SIG_IGN);
	return alarms_bad || (!alarms && wrong(place, "the number of signals", 0, 1));
}

static int traced(struct place *place)
{
	int bad = 0;

	ptrace(PTRACE_TRACEME, 0, 0, 0);
	while (!bad && now() < end) {
		set(place, LOW);
		raise(SIGSTOP);
		place->base = HIGH;
		bad = look(place) || rest(place) || look(place);
	}
	return bad;
}

/* Reads the bases of a child that is stopped, and sets that of GS. */
static int traces(struct place *place)
{
	const unsigned long gs = offsetof(struct user_regs_struct, gs_base);
	const unsigned long fs = offsetof(struct user_regs_struct, fs_base);
	pid_t child;
	int status;

	place->insns = place->owner % 2;
	child = fork();
	if (!child)
		_exit(traced(place));
	while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
		CHECK(place, "the child's signal", WSTOPSIG(status), SIGSTOP);
		CHECK(place, "the child's GS", ptrace(PTRACE_PEEKUSER, child, gs, 0), LOW);
		CHECK(place, "the child's FS", ptrace(PTRACE_PEEKUSER, child, fs, 0), fs_base);
		CHECK(place, "to set GS", ptrace(PTRACE_POKEUSER, child, gs, HIGH), 0);
		ptrace(PTRACE_CONT, child, 0, 0);
	}
	CHECK(place, "the traced child's status", status, 0);
	return 0;
}

static sigjmp_buf back;
static volatile unsigned long ill_at, steps;

static void on_ill(int, siginfo_t *info, void *)
{
	ill_at = (unsigned long)info->si_addr;
	siglongjmp(back, 1);
}

static void on_step(int)
{
	steps++;
}

/* What is no valid opcode is none still: one of ours neither, in code of 32 bits. */
static int is_ill(const struct place *place)
{
	struct { unsigned int ip; unsigned short cs; } __attribute__((packed)) far = {
		.ip = CODE_32, .cs = USER32_CS,
	};

	memcpy((void *)CODE_32, "\xf3\x0f\xae\xc8", 4);
	ill_at = 0;
	if (!sigsetjmp(back, 1))
		asm volatile("ljmp *%0" : : "m" (far) : "memory");
	CHECK(place, "where 32 bits had an invalid opcode", ill_at, CODE_32);
	ill_at = 0;
	if (!sigsetjmp(back, 1))
		asm volatile("ud2");
	CHECK(place, "whether ud2 is valid", !ill_at, 0);
	return look(place);
}

/* The trap flag stops once after each instruction: five until it is off. */
static int is_stepped(const struct place *place)
{
	unsigned long base;

	steps = 0;
	asm volatile("lea -128(%%rsp), %%rsp\n\tpushf\n\torl $0x100, (%%rsp)\n\tpopf\n\t"
		     "rdgsbase %0\n\t"
		     "nop\n\tpushf\n\tandl $~0x100, (%%rsp)\n\tpopf\n\tlea 128(%%rsp), %%rsp"
		     : "=r" (base) : : "memory", "cc");
	CHECK(place, "the base of GS", base, place->base);
	CHECK(place, "the number of steps", steps, 5);
	return 0;
}

static int opcodes(struct place *place)
{
	stack_t stack = { .ss_sp = malloc(65536), .ss_size = 65536 };
	struct sigaction action = { .sa_sigaction = on_ill, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	pid_t child;

	sigaltstack(&stack, NULL);
	sigaction(SIGILL, &action, NULL);
	signal(SIGTRAP, on_step);
	map(CODE_32, 0, PROT_READ | PROT_WRITE | PROT_EXEC);
	while (now() < end) {
		child = fork();
		if (!child) {
			set(place, choose(place));
			if (roll(2))
				_exit(is_ill(place) || is_stepped(place) || is_ill(place));
			_exit(is_stepped(place) || is_ill(place) || is_stepped(place));
		}
		if (ended(child) || rest(place))
			return 1;
	}
	return 0;
}

static int (*const works[])(struct place *) = {
	calls, insns, late, none, selectors, calls, forks, threads, signals, traces, traces, opcodes
};

int main(int argc, char **argv)
{
	struct place place = { };
	int status, bad = 0;

	setlinebuf(stdout);
	if (argc != 2)
		return fprintf(stderr, "usage: gsbase SECONDS\n");
	CHECK(&place, "what a program begins with", read_call(ARCH_GET_GS), 0);
	if (!strcmp(argv[1], "fresh"))
		return read_insn() != 0;
	end = now() + atof(argv[1]);
	fs_base = read_call(ARCH_GET_FS);
	for (place.owner = 1; place.owner <= sizeof(works) / sizeof(*works); place.owner++) {
		if (fork())
			continue;
		dice = getpid();
		map(LOW, place.owner, PROT_READ | PROT_WRITE);
		map(HIGH, place.owner, PROT_READ | PROT_WRITE);
		_exit(works[place.owner - 1](&place));
	}
	while (wait(&status) > 0) {
		if (status)
			printf("a process ended with status %x\n", status);
		bad |= status;
	}
	return !!bad;
}
