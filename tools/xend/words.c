// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is to be done for a request: mostly the command line of an xm. Called by
 * route.c through its table; pure.
 *
 * Whatever a client may choose stands behind "--" there, so that it is never taken for
 * an option; only who names a verb itself chooses its options, too.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"
#include "util.h"
#include "words.h"

/* Where guests' files are that are named without a directory. */
#define XEND_FILES "/etc/xen/"
#define LINES 200
#define LINES_MAX 5000
/* What a terminal takes at once. */
#define KEYS_MAX 4000

static void add(struct xend_ask *ask, const char *word)
{
	ask->argv = xm_grow(ask->argv, ask->argc + 1, sizeof(*ask->argv));
	ask->argv[ask->argc++] = xm_strdup(word);
	ask->argv[ask->argc] = NULL;
}

int xend_words_wrong(struct request *r, const char *what)
{
	r->ask->error = xm_strdup(what);
	return XEND_BAD;
}

/* Whether a key of the query is given and not 0: "long", "long=1". */
static bool asked(struct request *r, const char *key)
{
	const char *value = xend_uri_value(&r->uri, key);

	return value && strcmp(value, "0");
}

/* The verb, with --json if that is what comes of it. */
static void begin(struct request *r, enum xend_shape shape)
{
	r->ask->op = XEND_VERB;
	r->ask->shape = shape;
	r->ask->seconds = r->route->seconds ? r->route->seconds :
			  XEND_VERB_SECONDS;
	add(r->ask, r->route->verb);
	if (shape == XEND_JSON || shape == XEND_FIRST)
		add(r->ask, "--json");
}

static void add_options(struct request *r)
{
	for (const struct xend_member *m = r->route->members; m->name; m++)
		if (m->option && xend_body_bool(r->body, m->name))
			add(r->ask, m->option);
	if (asked(r, "force"))
		add(r->ask, "-f");
}

/* What the path names: what a star stands for. */
static void add_path(struct request *r)
{
	add(r->ask, "--");
	if (r->uri.count < 3)
		return;
	add(r->ask, r->uri.parts[2]);
	r->ask->name = xm_strdup(r->uri.parts[2]);
	if (r->uri.count > 4)
		add(r->ask, r->uri.parts[4]);
}

static void add_list(struct request *r, const char *name)
{
	yajl_val *items;
	size_t n = xend_body_list(r->body, name, &items);

	for (size_t i = 0; i < n; i++)
		add(r->ask, YAJL_GET_STRING(items[i]));
}

/* Strings of the body, in the order of the table. */
static void add_members(struct request *r)
{
	for (const struct xend_member *m = r->route->members; m->name; m++) {
		if (m->type == XEND_LIST)
			add_list(r, m->name);
		else if (!m->option && xend_body_string(r->body, m->name))
			add(r->ask, xend_body_string(r->body, m->name));
	}
}

/* VERB [OPTION...] -- [DOMAIN [DEVICE]] [STRING...] */
static int words(struct request *r, enum xend_shape shape)
{
	begin(r, shape);
	add_options(r);
	add_path(r);
	add_members(r);
	return 0;
}

int xend_words_plain(struct request *r)
{
	return words(r, XEND_PLAIN);
}

int xend_words_json(struct request *r)
{
	if (r->uri.count > 2)
		return words(r, XEND_JSON);
	begin(r, XEND_JSON);
	if (asked(r, "long"))
		add(r->ask, "-l");
	return 0;
}

/* One domain: the first of a list of one. */
int xend_words_first(struct request *r)
{
	begin(r, XEND_FIRST);
	add(r->ask, "-l");
	add_path(r);
	return 0;
}

int xend_words_managed(struct request *r)
{
	begin(r, XEND_JSON);
	add(r->ask, "-m");
	return 0;
}

/* The name that a guest's configuration gives it, for the log; NULL: none is seen. */
static char *name_in(const char *text)
{
	char *name = NULL, ends[] = "?\n";

	for (const char *p = text; p; p = strchr(p, '\n')) {
		p += strspn(p, " \t\r\n");
		if (!xm_starts(p, "name"))
			continue;
		p += strlen("name");
		p += strspn(p, " \t");
		if (*p != '=')
			continue;
		p++;
		p += strspn(p, " \t");
		*ends = *p == '"' || *p == '\'' ? *p++ : ' ';
		free(name);
		name = xm_strndup(p, strcspn(p, ends));
	}
	return name;
}

/*
 * Text and what is set, which holds against it behind it, as xm has it: so nobody sees
 * that with xm's arguments. NULL: it is of another form.
 */
static char *whole_text(struct request *r, const char *text)
{
	yajl_val *items;
	size_t n = xend_body_list(r->body, "set", &items);
	char *all = xm_strdup(text), *line;

	for (size_t i = 0; i < n; i++) {
		line = xm_scan_argument(YAJL_GET_STRING(items[i]));
		if (!line) {
			free(all);
			return NULL;
		}
		xm_append(&all, "%s%s", i ? "" : "\n", line);
		free(line);
	}
	return all;
}

/* Where xend was started is nobody's business. */
static void add_file(struct request *r, const char *file)
{
	char *path = xm_asprintf("%s%s", *file == '/' ? "" : XEND_FILES, file);

	add(r->ask, path);
	free(path);
}

/* save, dump-core and restore. */
int xend_words_path(struct request *r)
{
	const char *file = xend_body_string(r->body, "file");

	if (file && *file != '/')
		return xend_words_wrong(r, "'file' is a path from '/' on");
	return words(r, XEND_PLAIN);
}

/* create and new: of a file of this host, or of a text. */
int xend_words_file(struct request *r)
{
	const char *file = xend_body_string(r->body, "file");
	const char *text = xend_body_string(r->body, "text");
	char *all = NULL;

	if (!file == !text)
		return xend_words_wrong(r, "it needs either 'file' or 'text'");
	if (file && (!*file || !strcmp(file, "-")))
		return xend_words_wrong(r, "'file' is the name of a file");
	if (text) {
		all = whole_text(r, text);
		if (!all)
			return xend_words_wrong(r, "'set' is a list of KEY=VALUE");
	}
	begin(r, xend_body_bool(r->body, "dryrun") ? XEND_JSON : XEND_PLAIN);
	add_options(r);
	add(r->ask, "--");
	if (file) {
		add_file(r, file);
		add_list(r, "set");
	} else {
		add(r->ask, "-");
		r->ask->input = all;
		r->ask->name = name_in(all);
	}
	return 0;
}

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}

/* How long a verb may take, by any of its names. */
static long time_of(const char *verb)
{
	static const char *const slow[] = {
		"create", "dump-core", "mem-set", "balloon", "migrate", "reboot",
		"restore", "save", "shutdown", "start",
	};
	static const char *const devices[] = {
		"block-attach", "block-detach", "block-reattach", "network-attach",
		"network-detach", "network-reattach", "vbd-create", "vbd-destroy",
	};
	static const char *const images[] = {
		"image-clone", "image-create", "image-delete", "image-resize",
	};

	if (is_one_of(verb, images, ARRAY_SIZE(images)))
		return XEND_IMAGE_SECONDS;
	if (is_one_of(verb, slow, ARRAY_SIZE(slow)))
		return XEND_BUILD_SECONDS;
	return is_one_of(verb, devices, ARRAY_SIZE(devices)) ? XEND_ASK_SECONDS :
							       XEND_VERB_SECONDS;
}

/* Any verb but those that need a terminal, or are xm's and xend's own. */
int xend_words_xm(struct request *r)
{
	static const char *const refused[] = {
		"console", "end-domain", "migrate-receive", "undo-create",
		"undo-save", "watch-domain",
	};
	const char *verb = xend_body_string(r->body, "verb");
	const char *input = xend_body_string(r->body, "input");
	yajl_val *args;
	size_t n = xend_body_list(r->body, "args", &args);

	if (!*verb || *verb == '-')
		return xend_words_wrong(r, "'verb' is no verb of xm");
	if (is_one_of(verb, refused, ARRAY_SIZE(refused)))
		return xend_words_wrong(r, "this verb needs a terminal, or is not for people");
	r->ask->op = XEND_VERB;
	r->ask->seconds = time_of(verb);
	add(r->ask, verb);
	for (size_t i = 0; i < n; i++) {
		const char *word = YAJL_GET_STRING(args[i]);

		if (!strcmp(word, "--json"))
			r->ask->shape = XEND_JSON;
		add(r->ask, word);
	}
	if (input)
		r->ask->input = xm_strdup(input);
	return 0;
}

int xend_words_log(struct request *r)
{
	const char *lines = xend_uri_value(&r->uri, "lines");
	const char *name = xend_uri_value(&r->uri, "domain");
	long count = LINES;
	char text[24];

	if (lines && !xm_number(lines, 1, LINES_MAX, &count))
		return xend_words_wrong(r, "'lines' is a number from 1 to 5000");
	begin(r, XEND_LINES);
	snprintf(text, sizeof(text), "-n%ld", count);
	add(r->ask, text);
	add(r->ask, "--");
	if (name)
		add(r->ask, name);
	return 0;
}

int xend_words_watch(struct request *r)
{
	const char *from = xend_uri_value(&r->uri, "from");

	r->ask->op = XEND_WATCH_CONSOLE;
	r->ask->name = xm_strdup(r->uri.parts[2]);
	if (from && !xm_number(from, 0, LONG_MAX, &r->ask->number))
		return xend_words_wrong(r, "'from' is a number");
	return 0;
}

int xend_words_type(struct request *r)
{
	r->ask->op = XEND_TYPE_CONSOLE;
	r->ask->name = xm_strdup(r->uri.parts[2]);
	r->ask->input = xm_strdup(xend_body_string(r->body, "input"));
	if (strlen(r->ask->input) > KEYS_MAX)
		return xend_words_wrong(r, "'input' is too long");
	return 0;
}

int xend_words_login(struct request *r)
{
	r->ask->op = XEND_LOGIN;
	r->ask->input = xm_strdup(xend_body_string(r->body, "password"));
	return 0;
}

int xend_words_logout(struct request *r)
{
	r->ask->op = XEND_LOGOUT;
	return 0;
}

int xend_words_stats(struct request *r)
{
	r->ask->op = XEND_STATS;
	return 0;
}

int xend_words_about(struct request *r)
{
	r->ask->op = XEND_ABOUT;
	return 0;
}
