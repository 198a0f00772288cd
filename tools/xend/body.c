// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the JSON object that a request brings, and lets through only what the
 * request may have. The parser is yajl, of which what it does not bound itself is
 * bounded before: how deep it goes, and bytes that end a C string early. Called by
 * route.c; pure.
 */
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "uri.h"
#include "util.h"

/* Brackets count outside of strings only. NULL: fine, else what is wrong. */
static const char *scan(const char *text, size_t len)
{
	const char *end = text + len;
	bool string = false;
	int depth = 0;

	for (const char *p = text; p < end; p++) {
		if (!*p)
			return "there is a NUL byte in it";
		if (string && *p == '\\') {
			if (end - p >= 6 && !memcmp(p, "\\u0000", 6))
				return "there is a NUL byte in it";
			p++;
		} else if (*p == '"') {
			string = !string;
		} else if (!string && (*p == '[' || *p == '{')) {
			if (++depth > XEND_BODY_DEPTH)
				return "it is too deep";
		} else if (!string && (*p == ']' || *p == '}')) {
			depth--;
		} else if (!string && *p == '/') {
			return "there is a comment in it";
		}
	}
	return NULL;
}

static bool is_text(yajl_val v, bool lines)
{
	const char *s = YAJL_GET_STRING(v);

	return s && xend_text_is_good(s, strlen(s), lines);
}

static bool fits(yajl_val v, enum xend_type type)
{
	switch (type) {
	case XEND_STRING:
		return is_text(v, false);
	case XEND_TEXT:
		return is_text(v, true);
	case XEND_KEYS:
		return YAJL_IS_STRING(v);
	case XEND_BOOL:
		return YAJL_IS_TRUE(v) || YAJL_IS_FALSE(v);
	case XEND_AMOUNT:
		return is_text(v, false) || YAJL_IS_INTEGER(v);
	default:
		break;
	}
	if (!YAJL_IS_ARRAY(v) || v->u.array.len > XEND_BODY_ITEMS)
		return false;
	for (size_t i = 0; i < v->u.array.len; i++)
		if (!is_text(v->u.array.values[i], false))
			return false;
	return true;
}

static yajl_val get(yajl_val body, const char *name)
{
	for (size_t i = 0; body && i < body->u.object.len; i++)
		if (!strcmp(body->u.object.keys[i], name))
			return body->u.object.values[i];
	return NULL;
}

static char *check_members(yajl_val body, const struct xend_member *members,
			   size_t n)
{
	static const char *const types[] = {
		"a string of one line", "a string", "a string", "true or false",
		"a whole number or a string of one line", "a list of strings",
	};

	for (size_t i = 0; i < body->u.object.len; i++) {
		const char *name = body->u.object.keys[i];
		size_t m = 0;

		while (m < n && strcmp(members[m].name, name))
			m++;
		if (m == n)
			return xm_asprintf("it may not have '%s'", name);
		if (get(body, name) != body->u.object.values[i])
			return xm_asprintf("it has '%s' twice", name);
		if (!fits(body->u.object.values[i], members[m].type))
			return xm_asprintf("'%s' is not %s", name,
					   types[members[m].type]);
	}
	for (size_t m = 0; m < n; m++)
		if (members[m].required && !get(body, members[m].name))
			return xm_asprintf("it has no '%s'", members[m].name);
	return NULL;
}

/**
 * xend_body_parse() - read a request's object
 * @body: the object; NULL: an empty one; to be freed by yajl_tree_free()
 * @text: what the client sent
 * @len: its length
 * @members: what it may have
 * @n: how many
 * @error: what is wrong, to be freed; set only on failure
 *
 * Return: 0, or -1.
 */
int xend_body_parse(yajl_val *body, const char *text, size_t len,
		    const struct xend_member *members, size_t n, char **error)
{
	char *copy = xm_strndup(len ? text : "{}", len ? len : 2);
	const char *wrong = scan(text, len);
	char said[256] = "";

	*body = NULL;
	*error = NULL;
	if (!wrong) {
		*body = yajl_tree_parse(copy, said, sizeof(said));
		if (!*body)
			wrong = "it is no JSON";
		else if (!YAJL_IS_OBJECT(*body))
			wrong = "it is no object";
	}
	free(copy);
	*error = wrong ? xm_strdup(wrong) : check_members(*body, members, n);
	if (!*error)
		return 0;
	yajl_tree_free(*body);
	*body = NULL;
	return -1;
}

/* A string, or a number as it was written. NULL: it has none. */
const char *xend_body_string(yajl_val body, const char *name)
{
	yajl_val v = get(body, name);

	if (v && YAJL_IS_NUMBER(v))
		return YAJL_GET_NUMBER(v);
	return v ? YAJL_GET_STRING(v) : NULL;
}

bool xend_body_bool(yajl_val body, const char *name)
{
	yajl_val v = get(body, name);

	return v && YAJL_IS_TRUE(v);
}

size_t xend_body_list(yajl_val body, const char *name, yajl_val **items)
{
	yajl_val v = get(body, name);

	*items = v ? v->u.array.values : NULL;
	return v ? v->u.array.len : 0;
}
