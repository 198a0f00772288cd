// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test harness: see test.h. Linked to every test program.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

/* More than any test needs: a loop that does not end, and one that sleeps. */
#define CPU_SECONDS_MAX	100
#define SECONDS_MAX	1000

static struct test *first, **last = &first;
static char *failure;
static unsigned int random_state;

void test_register(struct test *test)
{
	*last = test;
	last = &test->next;
}

void test_fail(const char *file, int line, const char *format, ...)
{
	const char *base = strrchr(file, '/');
	va_list args;
	int len;

	len = snprintf(failure, BUFSIZ, "%s:%d: ", base ? base + 1 : file, line);
	va_start(args, format);
	vsnprintf(failure + len, BUFSIZ - len, format, args);
	va_end(args);
	_exit(1);
}

/* The same numbers in every run: a failure comes back. */
unsigned int test_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static int run(const struct test *test)
{
	pid_t child;
	int status;

	failure[0] = '\0';
	fflush(NULL);
	child = fork();
	if (!child) {
		random_state = 2463534242u;
		setrlimit(RLIMIT_CPU, &(struct rlimit) { CPU_SECONDS_MAX,
			  CPU_SECONDS_MAX });
		alarm(SECONDS_MAX);
		test->run();
		exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("test");
		exit(2);
	}
	if (!status) {
		printf("ok %s\n", test->name);
		return 0;
	}
	if (!failure[0])
		snprintf(failure, BUFSIZ, WIFSIGNALED(status) ?
			 "ended by signal %d" : "ended with status %d",
			 WIFSIGNALED(status) ? WTERMSIG(status) :
			 WEXITSTATUS(status));
	printf("FAIL %s: %s\n", test->name, failure);
	return 1;
}

static int is_wanted(const struct test *test, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (strstr(test->name, argv[i]))
			return 1;
	return argc < 2;
}

int main(int argc, char **argv)
{
	int passed = 0, failed = 0;
	const struct test *test;

	failure = mmap(NULL, BUFSIZ, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (failure == MAP_FAILED)
		return 2;
	for (test = first; test; test = test->next) {
		if (!is_wanted(test, argc, argv))
			continue;
		if (run(test))
			failed++;
		else
			passed++;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed || !passed;
}
