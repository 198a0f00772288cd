/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The test harness: TEST(what_it_shows) { ... CHECK(condition); }
 *
 * Every test runs in a child process, so that one that dies, or that a
 * sanitizer ends, is one failure with a name. Prints "ok NAME" or "FAIL NAME:
 * file:line: what", and at the end "N passed, N failed". Arguments select
 * tests by a part of their name.
 */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

void test_register(struct test *test);
void __attribute__((noreturn, format(printf, 3, 4)))
test_fail(const char *file, int line, const char *format, ...);
unsigned int test_random(void);

#define TEST(_name)							\
	static void _name(void);					\
	static void __attribute__((constructor)) register_##_name(void)	\
	{								\
		static struct test test = {				\
			.name = #_name, .run = _name };			\
		test_register(&test);					\
	}								\
	static void _name(void)

#define CHECK(cond) do {						\
	if (!(cond))							\
		test_fail(__FILE__, __LINE__, "%s", #cond);		\
} while (0)

#define CHECK_EQ(_have, _want) do {					\
	long long have_ = (long long)(_have);				\
	long long want_ = (long long)(_want);				\
	if (have_ != want_)						\
		test_fail(__FILE__, __LINE__, "%s is %lld, not %lld",	\
			  #_have, have_, want_);			\
} while (0)

#define CHECK_TEXT(_have, _want) do {					\
	const char *have_ = (_have);					\
	const char *want_ = (_want);					\
	if (!have_ || strcmp(have_, want_))				\
		test_fail(__FILE__, __LINE__, "%s is \"%s\", not \"%s\"", \
			  #_have, have_ ? have_ : "(none)", want_);	\
} while (0)

#endif /* TEST_H */
