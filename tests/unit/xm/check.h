/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The smallest harness that will do: named cases, and asserts that say why. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdio.h>

/* Run one case; prints "ok NAME" or "FAIL NAME". */
#define RUN(fn) check_run(#fn, fn)

#define CHECK(cond) check_that((cond), __FILE__, __LINE__, #cond)
#define CHECK_STR(have, want) check_str((have), (want), __FILE__, __LINE__)
#define CHECK_INT(have, want) check_int((have), (want), __FILE__, __LINE__)

void check_run(const char *name, void (*fn)(void));
bool check_that(bool ok, const char *file, int line, const char *what);
bool check_str(const char *have, const char *want, const char *file, int line);
bool check_int(long have, long want, const char *file, int line);
int check_done(void);

#endif /* CHECK_H */
