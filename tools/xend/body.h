/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The JSON object that a request brings. No libxl, no HTTP library. */
#ifndef XEND_BODY_H
#define XEND_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <yajl/yajl_tree.h>

#define XEND_BODY_MAX (256 << 10)
#define XEND_BODY_DEPTH 4
#define XEND_BODY_ITEMS 256

enum xend_type {
	XEND_STRING, XEND_TEXT, XEND_KEYS, XEND_BOOL, XEND_AMOUNT, XEND_LIST,
};

/**
 * struct xend_member - what an object may have
 * @name: its name
 * @type: a string of one line, of several, of any keys, a truth, a number or how much,
 *        a list of strings
 * @required: it has to have it
 * @option: what a truth is for xm; NULL: it is none
 */
struct xend_member {
	const char *name;
	enum xend_type type;
	bool required;
	const char *option;
};

int xend_body_parse(yajl_val *body, const char *text, size_t len,
		    const struct xend_member *members, size_t n, char **error);
const char *xend_body_string(yajl_val body, const char *name);
bool xend_body_bool(yajl_val body, const char *name);
size_t xend_body_list(yajl_val body, const char *name, yajl_val **items);

#endif /* XEND_BODY_H */
