// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target: a request to xend (tools/xend/uri.c, body.c, route.c, words.c, origin.c) and
 * what an xm's output is made of (reply.c). The input is lines: method, path,
 * origin, host; what follows is the body, and the output as well.
 *
 * Holds: what a client chooses never becomes an option of xm, but where it may
 * choose the verb; all words are UTF-8 without control characters; what is open
 * before the body is read is open by what is done; an answer is one line of JSON.
 */
#include <yajl/yajl_tree.h>

#include "holds.h"
#include "origin.h"
#include "reply.h"
#include "route.h"
#include "uri.h"
#include "util.h"

#define LINES 4

static void check_words(const struct xend_ask *ask, bool chosen)
{
	bool behind = false;

	for (size_t i = 0; i < ask->argc; i++) {
		const char *word = ask->argv[i];

		HOLDS(xend_text_is_good(word, strlen(word), false));
		behind |= !strcmp(word, "--");
		if (chosen || behind || !i)
			continue;
		HOLDS(!strcmp(word, "--json") || xm_starts(word, "-n") ||
		      (strlen(word) == 2 && strchr("lmpfcLCR", word[1])));
	}
	HOLDS(!ask->argc || *ask->argv[0]);
	HOLDS(!ask->argc || *ask->argv[0] != '-');
}

/* Is this where a client names the verb itself, however it writes that? */
static bool chooses_verb(const char *path)
{
	struct xend_uri uri;
	bool chosen = !xend_uri_parse(&uri, path) && uri.count == 2 &&
		      !strcmp(uri.parts[0], "v1") && !strcmp(uri.parts[1], "xm");

	xend_uri_free(&uri);
	return chosen;
}

static void check_route(char **lines, const char *body, size_t len)
{
	struct xend_ask ask;
	char *text;
	bool open = xend_route_is_open(lines[0], lines[1]);
	int status = xend_route(&ask, lines[0], lines[1], body, len);

	HOLDS(status == 0 || status == XEND_BAD || status == XEND_UNKNOWN ||
	      status == XEND_METHOD);
	if (!status) {
		HOLDS(open == xend_ask_is_open(&ask));
		HOLDS((ask.op == XEND_VERB) == (ask.argc > 0));
		HOLDS(!ask.error);
		check_words(&ask, chooses_verb(lines[1]));
		text = xend_ask_text(&ask);
		HOLDS(strlen(text) < 300);
		free(text);
	}
	xend_ask_free(&ask);
}

static void check_json(struct xend_reply *reply, bool quoted)
{
	char error[256];
	yajl_val tree;

	HOLDS(strlen(reply->text) == reply->len);
	HOLDS(!quoted || xend_text_is_good(reply->text, reply->len, true));
	tree = yajl_tree_parse(reply->text, error, sizeof(error));
	HOLDS(tree && YAJL_IS_OBJECT(tree));
	yajl_tree_free(tree);
	free(reply->text);
}

/* Output that is no JSON becomes a string of it; what is stays as it is. */
static void check_reply(const char *text, int exit_status)
{
	static const enum xend_shape shapes[] = {
		XEND_PLAIN, XEND_LINES, XEND_JSON, XEND_FIRST,
	};
	char *out = xm_strdup(text), *err = xm_strdup(text);
	struct xend_reply reply;

	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		xend_reply_run(&reply, shapes[i], exit_status, out, err);
		check_json(&reply, i < 2);
	}
	free(out);
	free(err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "localhost", "[::1]", NULL };
	char *text = malloc(size + 1), *lines[LINES], *at = text, *body;
	struct xend_from from;
	size_t len;

	memcpy(text, data, size);
	text[size] = '\0';
	for (int i = 0; i < LINES; i++) {
		lines[i] = at;
		at += strcspn(at, "\n");
		if (*at)
			*at++ = '\0';
	}
	len = text + size - at;
	/* To the byte, so that a read behind it is seen. */
	body = malloc(len ? len : 1);
	memcpy(body, at, len);
	check_route(lines, body, len);
	from = (struct xend_from){ lines[3], lines[2], NULL };
	if (xend_host_is_ours(lines[3], names, 8000, false))
		HOLDS(strstr(lines[3], ":8000"));
	if (xend_origin_is_ours(&from, false))
		HOLDS(xm_starts(lines[2], "http://"));
	check_reply(at, size % 10);
	free(body);
	free(text);
	return 0;
}
