/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address of a request, taken apart. No libxl, no HTTP library. */
#ifndef XEND_URI_H
#define XEND_URI_H

#include <stdbool.h>
#include <stddef.h>

#define XEND_URI_MAX 4096
#define XEND_URI_PARTS 8
#define XEND_URI_ASKED 8

/**
 * struct xend_uri - "/v1/domains/a%2Fb?long=1"
 * @parts: what stands between slashes, decoded; no part is empty
 * @count: of @parts
 * @keys: behind the question mark, decoded
 * @values: of @keys; "" if there is no =
 * @asked: how many of these
 */
struct xend_uri {
	char *parts[XEND_URI_PARTS];
	size_t count;
	char *keys[XEND_URI_ASKED];
	char *values[XEND_URI_ASKED];
	size_t asked;
};

int xend_uri_parse(struct xend_uri *uri, const char *text);
void xend_uri_free(struct xend_uri *uri);
const char *xend_uri_value(const struct xend_uri *uri, const char *key);

bool xend_text_is_good(const char *text, size_t len, bool lines);
void xend_text_clean(char *text);

#endif /* XEND_URI_H */
