// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the keys of a configuration file ahead of libxlutil, which answers
 * only for keys it is asked for: so unknown keys can be named, with their
 * line. On the way the text is rewritten where Xen 2.0's files, which were
 * Python, say something that libxlutil's grammar does not: negative numbers,
 * True and False, carriage returns. Called by config.c; pure, no libxl.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"
#include "util.h"

/* Some editors begin a file with it. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct scanner {
	struct xm_scan *scan;
	const char *p;
	FILE *out;
	int line;
	bool value_next;	/* just after '=', '[' or ',' */
};

static int fail(struct scanner *s, int line, const char *what)
{
	s->scan->error = xm_strdup(what);
	s->scan->error_line = line;
	return -1;
}

static void take(struct scanner *s)
{
	if (*s->p == '\n')
		s->line++;
	if (*s->p != '\r')
		fputc(*s->p, s->out);
	s->p++;
}

static void skip_comment(struct scanner *s)
{
	while (*s->p && *s->p != '\n')
		s->p++;
}

static int take_string(struct scanner *s)
{
	int line = s->line;
	char quote = *s->p;

	take(s);
	while (*s->p && *s->p != quote && *s->p != '\n') {
		if (*s->p == '\\' && s->p[1] && s->p[1] != '\n')
			take(s);
		take(s);
	}
	if (*s->p != quote)
		return fail(s, line, "a quoted string does not end on its line");
	take(s);
	return 0;
}

/* How many bytes at @p are letters, digits or one of @more. */
static size_t word_length(const char *p, const char *more)
{
	size_t n = 0;

	while (p[n] && (isalnum((unsigned char)p[n]) || strchr(more, p[n])))
		n++;
	return n;
}

/* A bare word or number where a value begins. */
static void take_word(struct scanner *s)
{
	size_t n = word_length(s->p, "+-._");
	char *word = xm_strndup(s->p, n);

	s->p += n;
	if (*word == '-' || strchr(word, '.'))
		fprintf(s->out, "'%s'", word);
	else if (!strcmp(word, "True"))
		fputc('1', s->out);
	else if (!strcmp(word, "False"))
		fputc('0', s->out);
	else if (!strcmp(word, "None"))
		fputs("''", s->out);
	else
		for (char *c = word; *c; c++)
			fputc(isdigit((unsigned char)*word) ?
			      tolower((unsigned char)*c) : *c, s->out);
	free(word);
}

/* What stands here is not part of a value; or there is none at all. */
static int fail_value(struct scanner *s)
{
	size_t n = strcspn(s->p, "\r\n");
	char *what;
	int ret;

	if (!n)
		return fail(s, s->line, "the value is missing");
	what = xm_asprintf("not one value, near `%.*s' (Python code is not run)",
			   n < 20 ? (int)n : 20, s->p);
	ret = fail(s, s->line, what);
	free(what);
	return ret;
}

/* A string, a word, or a part of a list. */
static int take_item(struct scanner *s, int *depth)
{
	if (s->value_next && (*s->p == '\'' || *s->p == '"')) {
		s->value_next = false;
		return take_string(s);
	}
	if (s->value_next && (isalnum((unsigned char)*s->p) || *s->p == '-')) {
		s->value_next = false;
		take_word(s);
		return 0;
	}
	if (s->value_next ? *s->p != '[' && (*s->p != ']' || !*depth) :
	    !*depth || (*s->p != ',' && *s->p != ']'))
		return fail_value(s);
	*depth += (*s->p == '[') - (*s->p == ']');
	s->value_next = *s->p != ']';
	take(s);
	return 0;
}

/* The right-hand side, to the end of the statement. */
static int take_value(struct scanner *s)
{
	int depth = 0, line = s->line;

	s->value_next = true;
	while (*s->p && (depth || (*s->p != '\n' && *s->p != ';'))) {
		if (*s->p == '#')
			skip_comment(s);
		else if (isspace((unsigned char)*s->p))
			take(s);
		else if (take_item(s, &depth))
			return -1;
	}
	if (depth)
		return fail(s, line, "a '[' has no ']'");
	return s->value_next ? fail(s, line, "the value is missing") : 0;
}

static int take_statement(struct scanner *s)
{
	struct xm_scan *scan = s->scan;
	const char *start = s->p;
	bool capital = false;
	int line = s->line;
	size_t n;

	n = word_length(s->p, "_.");
	s->p += n;
	while (*s->p == ' ' || *s->p == '\t')
		s->p++;
	if (!n || isdigit((unsigned char)*start) ||
	    (*s->p != '=' && strncmp(s->p, "+=", 2)) || s->p[1] == s->p[0])
		return fail(s, line, "not of the form KEY = VALUE (Python code is not run)");
	scan->keys = xm_grow(scan->keys, scan->count, sizeof(*scan->keys));
	scan->keys[scan->count].name = xm_strndup(start, n);
	scan->keys[scan->count++].line = line;
	/* The grammar has lower-case keys only; others get names nobody reads. */
	for (size_t i = 0; i < n; i++) {
		fputc(tolower((unsigned char)start[i]), s->out);
		capital |= isupper((unsigned char)start[i]);
	}
	if (capital)
		fputc('_', s->out);
	if (*s->p == '+') {
		take(s);
		/* Python would add a number; libxlutil puts digits together. */
		if (!strchr("'\"[", s->p[1 + strspn(s->p + 1, " \t")]))
			return fail(s, line, "+= is for strings and lists (Python code is not run)");
	}
	take(s);
	return take_value(s);
}

/**
 * xm_scan_text() - find the keys of a configuration file
 * @scan: filled in; free it with xm_scan_free(), also on failure
 * @text: the file
 *
 * Return: 0, or -1 with @scan->error set.
 */
int xm_scan_text(struct xm_scan *scan, const char *text)
{
	struct scanner s = { .scan = scan, .p = text, .line = 1 };
	size_t len;
	int ret = 0;

	memset(scan, 0, sizeof(*scan));
	if (xm_starts(s.p, BYTE_ORDER_MARK))
		s.p += strlen(BYTE_ORDER_MARK);
	s.out = open_memstream(&scan->text, &len);
	if (!s.out)
		return fail(&s, 0, "out of memory");
	while (!ret && *s.p) {
		if (*s.p == '#')
			skip_comment(&s);
		else if (isspace((unsigned char)*s.p) || *s.p == ';')
			take(&s);
		else
			ret = take_statement(&s);
	}
	fclose(s.out);
	scan->lines = s.line;
	return ret;
}

/**
 * xm_scan_argument() - turn KEY=VALUE from the command line into file syntax
 * @arg: the argument; the shell has eaten its quotes
 *
 * Return: one line with a newline, to be freed, or NULL if there is no '='.
 */
char *xm_scan_argument(const char *arg)
{
	const char *eq = strchr(arg, '=');
	char *quoted, *line;
	const char *value;

	if (!eq || eq == arg)
		return NULL;
	value = eq + 1 + strspn(eq + 1, " ");
	if (*value && (strchr("'\"[", *value) ||
		       strspn(value, "0123456789") == strlen(value)))
		return xm_asprintf("%s\n", arg);
	quoted = xm_quoted(value, '"');
	line = xm_asprintf("%.*s=%s\n", (int)(eq - arg), arg, quoted);
	free(quoted);
	return line;
}

/* The line where a key got its value (the last one counts), 0 if nowhere. */
int xm_scan_line(const struct xm_scan *scan, const char *key)
{
	for (size_t i = scan->count; i-- > 0;)
		if (!strcmp(scan->keys[i].name, key))
			return scan->keys[i].line;
	return 0;
}

void xm_scan_free(struct xm_scan *scan)
{
	for (size_t i = 0; i < scan->count; i++)
		free(scan->keys[i].name);
	free(scan->keys);
	free(scan->text);
	free(scan->error);
	memset(scan, 0, sizeof(*scan));
}
