// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes the address of a request apart. A domain's name may have slashes in it,
 * so parts are separated first and decoded then, and the HTTP library keeps its
 * hands off. What comes out is text: UTF-8 without control characters. Called by
 * route.c; pure.
 */
#include <stdlib.h>
#include <string.h>

#include "uri.h"
#include "util.h"

/* How many bytes the character at @p has; 0: it is none of UTF-8's. */
static size_t character(const unsigned char *p, const unsigned char *end)
{
	size_t n = *p < 0x80 ? 1 : *p >= 0xc2 && *p < 0xe0 ? 2 :
		   *p >= 0xe0 && *p < 0xf0 ? 3 : *p >= 0xf0 && *p < 0xf5 ? 4 : 0;

	if (!n || n > (size_t)(end - p))
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* Longer than it has to be, a surrogate, beyond the last one. */
	if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) ||
	    (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

/**
 * xend_text_is_good() - is this UTF-8 without control characters?
 * @text: the text
 * @len: its length
 * @lines: tabs and ends of lines are good, too
 */
bool xend_text_is_good(const char *text, size_t len, bool lines)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;
	size_t n;

	for (; p < end; p += n) {
		n = character(p, end);
		if (!n || *p == 0x7f ||
		    (*p < ' ' && !(lines && *p && strchr("\t\n\r", *p))))
			return false;
	}
	return true;
}

/* Make UTF-8 of what a guest may have written: what is none is a question mark. */
void xend_text_clean(char *text)
{
	unsigned char *p = (unsigned char *)text, *end = p + strlen(text);
	size_t n;

	for (; p < end; p += n) {
		n = character(p, end);
		if (!n) {
			*p = '?';
			n = 1;
		}
	}
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* NULL: it is not well formed, or no text. */
static char *decode(const char *text, size_t len)
{
	char *out = xm_calloc(len + 1, 1), *to = out;
	int high, low;

	for (size_t i = 0; i < len; i++) {
		if (text[i] != '%') {
			*to++ = text[i];
			continue;
		}
		high = len - i > 2 ? digit(text[i + 1]) : -1;
		low = len - i > 2 ? digit(text[i + 2]) : -1;
		if (high < 0 || low < 0)
			goto bad;
		*to++ = high << 4 | low;
		i += 2;
	}
	if (xend_text_is_good(out, to - out, false))
		return out;
bad:
	free(out);
	return NULL;
}

static int take_parts(struct xend_uri *uri, const char *at, const char *end)
{
	while (at < end) {
		const char *slash;

		if (*at++ != '/')
			return -1;
		slash = memchr(at, '/', end - at);
		if (!slash)
			slash = end;
		if (slash == at)	/* one at the end means nothing */
			return slash == end ? 0 : -1;
		if (uri->count == XEND_URI_PARTS)
			return -1;
		uri->parts[uri->count] = decode(at, slash - at);
		if (!uri->parts[uri->count])
			return -1;
		uri->count++;
		at = slash;
	}
	return 0;
}

static int take_asked(struct xend_uri *uri, const char *at)
{
	while (*at) {
		size_t len = strcspn(at, "&");
		const char *eq = memchr(at, '=', len);
		size_t key = eq ? (size_t)(eq - at) : len;

		if (uri->asked == XEND_URI_ASKED)
			return -1;
		uri->keys[uri->asked] = decode(at, key);
		uri->values[uri->asked] = eq ? decode(eq + 1, len - key - 1) :
					  xm_strdup("");
		uri->asked++;
		if (!uri->keys[uri->asked - 1] || !uri->values[uri->asked - 1])
			return -1;
		at += len;
		at += *at == '&';
	}
	return 0;
}

/**
 * xend_uri_parse() - take an address apart
 * @uri: filled in; to be freed by xend_uri_free() in any case
 * @text: path and query, as the client sent them
 *
 * Return: 0, or -1.
 */
int xend_uri_parse(struct xend_uri *uri, const char *text)
{
	const char *query = strchr(text, '?');
	const char *end = query ? query : text + strlen(text);

	memset(uri, 0, sizeof(*uri));
	if (*text != '/' || strlen(text) > XEND_URI_MAX ||
	    take_parts(uri, text, end))
		return -1;
	return query ? take_asked(uri, query + 1) : 0;
}

void xend_uri_free(struct xend_uri *uri)
{
	for (size_t i = 0; i < uri->count; i++)
		free(uri->parts[i]);
	for (size_t i = 0; i < uri->asked; i++) {
		free(uri->keys[i]);
		free(uri->values[i]);
	}
	memset(uri, 0, sizeof(*uri));
}

/* What a key behind the question mark has; NULL: it is not there. */
const char *xend_uri_value(const struct xend_uri *uri, const char *key)
{
	for (size_t i = 0; i < uri->asked; i++)
		if (!strcmp(uri->keys[i], key))
			return uri->values[i];
	return NULL;
}
