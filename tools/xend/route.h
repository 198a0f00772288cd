/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a request asks for. No libxl, no HTTP library. */
#ifndef XEND_ROUTE_H
#define XEND_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

enum xend_op {
	XEND_ABOUT,	/* which version this is */
	XEND_VERB,	/* start xm */
	XEND_STATS,	/* counters */
	XEND_LOGIN,
	XEND_LOGOUT,
	XEND_WATCH_CONSOLE,
	XEND_TYPE_CONSOLE,
	XEND_FILE,	/* of the web page */
};

/* What xm prints: text, JSON, a JSON list of which the first is meant, or lines. */
enum xend_shape { XEND_PLAIN, XEND_JSON, XEND_FIRST, XEND_LINES };

/*
 * How long a verb may take; one that waits for a guest, or for who is at work with it,
 * one that makes, saves or moves guests, and one that copies a system takes longer.
 */
#define XEND_VERB_SECONDS 60
#define XEND_ASK_SECONDS 120
#define XEND_BUILD_SECONDS 600
#define XEND_IMAGE_SECONDS 3600

/**
 * struct xend_ask - what a request asks for
 * @op: which kind of thing
 * @argv: for xm, from the verb on, with a NULL behind
 * @argc: of @argv
 * @input: its standard input; NULL: none. Also what is typed, and a password
 * @shape: of its output
 * @seconds: how long it may take
 * @number: from where on of a console
 * @name: the domain that is meant, or the file; NULL: none is known
 * @error: what is wrong with the request
 */
struct xend_ask {
	enum xend_op op;
	char **argv;
	size_t argc;
	char *input;
	enum xend_shape shape;
	long seconds;
	long number;
	char *name;
	char *error;
};

/* Of HTTP's, as many as a request can be answered with here. */
enum { XEND_BAD = 400, XEND_UNKNOWN = 404, XEND_METHOD = 405 };

int xend_route(struct xend_ask *ask, const char *method, const char *uri,
	       const char *body, size_t len);
void xend_ask_free(struct xend_ask *ask);
char *xend_ask_text(const struct xend_ask *ask);
bool xend_ask_is_open(const struct xend_ask *ask);
bool xend_route_is_open(const char *method, const char *uri);

#endif /* XEND_ROUTE_H */
