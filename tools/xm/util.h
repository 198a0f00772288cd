/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that can't run out half way, and messages in one form. Used by every
 * file of xm and by the unit tests; needs nothing but libc.
 */
#ifndef XM_UTIL_H
#define XM_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define XM_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* These end the program when memory runs out: xm has nothing to save then. */
_Noreturn void xm_no_memory(void);
void *xm_calloc(size_t n, size_t size);
void *xm_grow(void *array, size_t n, size_t size);
char *xm_strdup(const char *s);
char *xm_strndup(const char *s, size_t n);
char *xm_asprintf(const char *fmt, ...) XM_PRINTF(1, 2);
void xm_append(char **s, const char *fmt, ...) XM_PRINTF(2, 3);

char *xm_quoted(const char *s, char quote);
char *xm_trim(char *s);
size_t xm_letter(const char *text);
bool xm_is_utf8(const char *text);
void xm_printable(char *text);
bool xm_starts(const char *s, const char *prefix);
bool xm_number(const char *s, long min, long max, long *value);
bool xm_program_found(const char *name);
bool xm_tell(int fd);
char *xm_readfile(const char *path, size_t *len);

/* "xm: SUBJECT: message": SUBJECT is a domain, a file, a device or a verb. */
void xm_error(const char *subject, const char *fmt, ...) XM_PRINTF(2, 3);
void xm_note(const char *subject, const char *fmt, ...) XM_PRINTF(2, 3);

/* How often -v was given: 1 notes and libxl's messages, 2 all its debugging. */
extern int xm_verbose;

/* Messages go to syslog, too: nobody looks at standard error. */
extern bool xm_syslog;

/* With what messages begin: "xm". */
extern const char *xm_program;

/* Messages go to this file as well, each with its time. */
void xm_log_to(const char *path);

#endif /* XM_UTIL_H */
