// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads S-expressions as a tree: atoms, strings in either quotes, lists in parentheses,
 * comments from # to the end of the line. Called by xendconf.c; pure, no libxl.
 * How deep and how long a text may be is bounded, as a file may be anything.
 */
#include <stdlib.h>
#include <string.h>

#include "sxptree.h"
#include "util.h"

struct reader {
	const char *p;
	const char *end;
	unsigned int line;
	unsigned int depth;
	size_t items;
	char **error;
};

static int fail(struct reader *r, unsigned int line, const char *what)
{
	*r->error = xm_asprintf("line %u: %s", line, what);
	return -1;
}

static char peek(const struct reader *r)
{
	return r->p < r->end ? *r->p : '\0';
}

static void skip_space(struct reader *r)
{
	for (; r->p < r->end; r->p++) {
		if (*r->p == '#')
			while (r->p + 1 < r->end && r->p[1] != '\n')
				r->p++;
		else if (*r->p == '\n')
			r->line++;
		else if (!strchr(" \t\r\f\v", *r->p) || !*r->p)
			return;
	}
}

/* What stands after a backslash; other letters stand for themselves. */
static char unescape(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	default:
		return c;
	}
}

/* Where the string that begins at @p ends: at its quote, or where it can't go on. */
static const char *string_end(const char *p, const char *end, char quote)
{
	for (; p < end && *p != quote && *p && *p != '\n'; p++)
		if (*p == '\\' && p + 1 < end && p[1] && p[1] != '\n')
			p++;
	return p;
}

static int read_string(struct reader *r, struct xm_sxp *to)
{
	char quote = *r->p++, *out;
	const char *last = string_end(r->p, r->end, quote);

	if (last == r->end || *last != quote)
		return fail(r, r->line, "a quoted string does not end on its line");
	to->atom = xm_calloc(last - r->p + 1, 1);
	for (out = to->atom; r->p < last; out++) {
		*out = *r->p++;
		if (*out == '\\')
			*out = unescape(*r->p++);
	}
	r->p++;
	return 0;
}

static int read_atom(struct reader *r, struct xm_sxp *to)
{
	const char *start = r->p;

	while (r->p < r->end && !strchr(" \t\r\n\f\v()#'\"", *r->p))
		r->p++;		/* a NUL is found by strchr(), too */
	if (r->p == start)
		return fail(r, r->line, "a byte that is no text");
	to->atom = xm_strndup(start, r->p - start);
	return 0;
}

static int read_list(struct reader *r, struct xm_sxp *list, bool top);

static int read_item(struct reader *r, struct xm_sxp *to)
{
	int ret;

	to->line = r->line;
	switch (peek(r)) {
	case '(':
		if (r->depth == XM_SXP_DEPTH)
			return fail(r, r->line, "parentheses are too deep");
		r->p++;
		r->depth++;
		ret = read_list(r, to, false);
		r->depth--;
		return ret;
	case '\'':
	case '"':
		return read_string(r, to);
	default:
		return read_atom(r, to);
	}
}

static int read_list(struct reader *r, struct xm_sxp *list, bool top)
{
	unsigned int line = r->line;

	for (;;) {
		skip_space(r);
		if (r->p == r->end)
			return top ? 0 : fail(r, line, "a parenthesis is not closed");
		if (*r->p == ')') {
			if (top)
				return fail(r, r->line, "a parenthesis closes none");
			r->p++;
			return 0;
		}
		if (++r->items > XM_SXP_ITEMS)
			return fail(r, r->line, "there are too many items");
		list->items = xm_grow(list->items, list->count,
				      sizeof(*list->items));
		if (read_item(r, &list->items[list->count++]))
			return -1;
	}
}

/**
 * xm_sxp_parse() - read a text
 * @list: filled in: all that stands at its top
 * @text: the text
 * @len: its length
 * @error: what is wrong, with the line, to be freed; set only on failure
 *
 * Return: 0, or -1. @list is to be freed by xm_sxp_free() in both cases.
 */
int xm_sxp_parse(struct xm_sxp *list, const char *text, size_t len,
		 char **error)
{
	struct reader r = {
		.p = text, .end = text + len, .line = 1, .error = error,
	};

	memset(list, 0, sizeof(*list));
	list->line = 1;
	return read_list(&r, list, true);
}

/* As deep as the parser lets it be. */
void xm_sxp_free(struct xm_sxp *sxp)
{
	for (size_t i = 0; i < sxp->count; i++)
		xm_sxp_free(&sxp->items[i]);
	free(sxp->items);
	free(sxp->atom);
	memset(sxp, 0, sizeof(*sxp));
}
