// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a request asks for: a table of methods and paths, and for each what is to
 * be done, mostly the command line of an xm. Documentation/xend.md describes the
 * same. Called by http.c; pure.
 *
 * Whatever a client may choose stands behind "--" there, so that it is never
 * taken for an option.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "route.h"
#include "uri.h"
#include "util.h"

#define VERB_SECONDS 60
#define BUILD_SECONDS 600
#define LINES 200
#define LINES_MAX 5000
/* What a terminal takes at once. */
#define KEYS_MAX 4000

struct request {
	struct xend_ask *ask;
	const struct route *route;
	struct xend_uri uri;
	yajl_val body;
};

/**
 * struct route - one thing that can be asked for
 * @method: HTTP's
 * @path: parts; a * is any
 * @verb: xm's
 * @build: makes the rest of it
 * @members: what the body may have
 * @asked: what the query may have, separated by blanks
 */
struct route {
	const char *method;
	const char *path;
	const char *verb;
	int (*build)(struct request *r);
	const struct xend_member *members;
	const char *asked;
};

static void add(struct xend_ask *ask, const char *word)
{
	ask->argv = xm_grow(ask->argv, ask->argc + 1, sizeof(*ask->argv));
	ask->argv[ask->argc++] = xm_strdup(word);
	ask->argv[ask->argc] = NULL;
}

static int wrong(struct request *r, const char *what)
{
	r->ask->error = xm_strdup(what);
	return XEND_BAD;
}

/* The verb, with --json if that is what comes of it. */
static void begin(struct request *r, enum xend_shape shape)
{
	r->ask->op = XEND_VERB;
	r->ask->shape = shape;
	r->ask->seconds = VERB_SECONDS;
	add(r->ask, r->route->verb);
	if (shape != XEND_PLAIN)
		add(r->ask, "--json");
}

/* Whether a key of the query is given and not 0: "long", "long=1". */
static bool asked(struct request *r, const char *key)
{
	const char *value = xend_uri_value(&r->uri, key);

	return value && strcmp(value, "0");
}

/* The domain, and what comes behind it in the path. */
static void add_domain(struct request *r)
{
	add(r->ask, "--");
	add(r->ask, r->uri.parts[2]);
	r->ask->name = xm_strdup(r->uri.parts[2]);
}

static int build_about(struct request *r)
{
	r->ask->op = XEND_ABOUT;
	return 0;
}

static int build_stats(struct request *r)
{
	r->ask->op = XEND_STATS;
	return 0;
}

static int build_plain(struct request *r)
{
	begin(r, XEND_PLAIN);
	return 0;
}

static int build_json(struct request *r)
{
	begin(r, XEND_JSON);
	if (asked(r, "long"))
		add(r->ask, "-l");
	return 0;
}

static int build_domain(struct request *r)
{
	begin(r, XEND_FIRST);
	add(r->ask, "-l");
	add_domain(r);
	return 0;
}

static int build_of_domain(struct request *r)
{
	begin(r, XEND_JSON);
	add_domain(r);
	return 0;
}

static int build_act(struct request *r)
{
	begin(r, XEND_PLAIN);
	add_domain(r);
	return 0;
}

static int build_attach(struct request *r)
{
	begin(r, XEND_PLAIN);
	add_domain(r);
	if (r->body->u.object.len)
		add(r->ask, xend_body_string(r->body, r->route->members->name));
	return 0;
}

static int build_detach(struct request *r)
{
	begin(r, XEND_PLAIN);
	if (asked(r, "force"))
		add(r->ask, "-f");
	add_domain(r);
	add(r->ask, r->uri.parts[4]);
	return 0;
}

static int build_create(struct request *r)
{
	const char *file = xend_body_string(r->body, "file");
	const char *text = xend_body_string(r->body, "text");
	yajl_val *set;
	size_t n = xend_body_list(r->body, "set", &set);
	bool dry = xend_body_bool(r->body, "dryrun");

	if (!file == !text)
		return wrong(r, "it needs either 'file' or 'text'");
	if (file && (!*file || !strcmp(file, "-")))
		return wrong(r, "'file' is the name of a file");
	begin(r, dry ? XEND_JSON : XEND_PLAIN);
	if (dry)
		add(r->ask, "-n");
	if (xend_body_bool(r->body, "paused"))
		add(r->ask, "-p");
	r->ask->seconds = BUILD_SECONDS;
	add(r->ask, "--");
	add(r->ask, text ? "-" : file);
	if (text)
		r->ask->input = xm_strdup(text);
	for (size_t i = 0; i < n; i++)
		add(r->ask, YAJL_GET_STRING(set[i]));
	return 0;
}

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}

/* Verbs for which there is no place here: a terminal's, and xend's own. */
static int build_xm(struct request *r)
{
	static const char *const refused[] = {
		"console", "create", "end-domain", "top", "undo-create",
		"vncviewer", "watch-domain",
	};
	static const char *const slow[] = {
		"dump-core", "image-clone", "image-create", "image-resize",
		"migrate", "restore", "save", "shutdown", "start",
	};
	const char *verb = xend_body_string(r->body, "verb");
	const char *input = xend_body_string(r->body, "input");
	yajl_val *args;
	size_t n = xend_body_list(r->body, "args", &args);

	if (!*verb || *verb == '-')
		return wrong(r, "'verb' is no verb of xm");
	if (is_one_of(verb, refused, ARRAY_SIZE(refused)))
		return wrong(r, "this verb needs a terminal, or has a path of its own");
	r->ask->op = XEND_VERB;
	r->ask->seconds = is_one_of(verb, slow, ARRAY_SIZE(slow)) ?
			  BUILD_SECONDS : VERB_SECONDS;
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

static int build_log(struct request *r)
{
	const char *lines = xend_uri_value(&r->uri, "lines");
	const char *name = xend_uri_value(&r->uri, "domain");

	r->ask->op = XEND_LOG;
	r->ask->number = LINES;
	if (lines && !xm_number(lines, 1, LINES_MAX, &r->ask->number))
		return wrong(r, "'lines' is a number from 1 to 5000");
	if (name)
		r->ask->name = xm_strdup(name);
	return 0;
}

static int build_watch(struct request *r)
{
	const char *from = xend_uri_value(&r->uri, "from");

	r->ask->op = XEND_WATCH_CONSOLE;
	r->ask->name = xm_strdup(r->uri.parts[2]);
	if (from && !xm_number(from, 0, LONG_MAX, &r->ask->number))
		return wrong(r, "'from' is a number");
	return 0;
}

static int build_type(struct request *r)
{
	r->ask->op = XEND_TYPE_CONSOLE;
	r->ask->name = xm_strdup(r->uri.parts[2]);
	r->ask->input = xm_strdup(xend_body_string(r->body, "input"));
	if (strlen(r->ask->input) > KEYS_MAX)
		return wrong(r, "'input' is too long");
	return 0;
}

static int build_login(struct request *r)
{
	r->ask->op = XEND_LOGIN;
	r->ask->input = xm_strdup(xend_body_string(r->body, "password"));
	return 0;
}

static int build_logout(struct request *r)
{
	r->ask->op = XEND_LOGOUT;
	return 0;
}

static const struct xend_member create_members[] = {
	{ "file", XEND_STRING, false }, { "text", XEND_TEXT, false },
	{ "set", XEND_LIST, false }, { "paused", XEND_BOOL, false },
	{ "dryrun", XEND_BOOL, false }, { NULL, 0, false }
};

static const struct xend_member disk_members[] = {
	{ "disk", XEND_STRING, true }, { NULL, 0, false }
};

static const struct xend_member vif_members[] = {
	{ "vif", XEND_STRING, false }, { NULL, 0, false }
};

static const struct xend_member xm_members[] = {
	{ "verb", XEND_STRING, true }, { "args", XEND_LIST, false },
	{ "input", XEND_TEXT, false }, { NULL, 0, false }
};

static const struct xend_member type_members[] = {
	{ "input", XEND_KEYS, true }, { NULL, 0, false }
};

static const struct xend_member login_members[] = {
	{ "password", XEND_STRING, true }, { NULL, 0, false }
};

static const struct xend_member no_members[] = { { NULL, 0, false } };

#define ROUTE(method, path, verb, build) \
	{ method, path, verb, build, no_members, "" }

static const struct route routes[] = {
	ROUTE("GET", "v1", NULL, build_about),
	ROUTE("GET", "v1/host", "info", build_json),
	ROUTE("GET", "v1/dmesg", "dmesg", build_plain),
	ROUTE("GET", "v1/stats", NULL, build_stats),
	{ "GET", "v1/log", NULL, build_log, no_members, "lines domain" },
	{ "GET", "v1/domains", "list", build_json, no_members, "long" },
	{ "POST", "v1/domains", "create", build_create, create_members, "" },
	ROUTE("GET", "v1/domains/*", "list", build_domain),
	ROUTE("DELETE", "v1/domains/*", "destroy", build_act),
	ROUTE("GET", "v1/domains/*/config", "config", build_act),
	ROUTE("POST", "v1/domains/*/shutdown", "shutdown", build_act),
	ROUTE("POST", "v1/domains/*/reboot", "reboot", build_act),
	ROUTE("POST", "v1/domains/*/pause", "pause", build_act),
	ROUTE("POST", "v1/domains/*/unpause", "unpause", build_act),
	ROUTE("GET", "v1/domains/*/disks", "block-list", build_of_domain),
	{ "POST", "v1/domains/*/disks", "block-attach", build_attach,
	  disk_members, "" },
	{ "DELETE", "v1/domains/*/disks/*", "block-detach", build_detach,
	  no_members, "force" },
	ROUTE("GET", "v1/domains/*/interfaces", "network-list",
	      build_of_domain),
	{ "POST", "v1/domains/*/interfaces", "network-attach", build_attach,
	  vif_members, "" },
	{ "DELETE", "v1/domains/*/interfaces/*", "network-detach",
	  build_detach, no_members, "force" },
	{ "GET", "v1/domains/*/console", NULL, build_watch, no_members,
	  "from" },
	{ "POST", "v1/domains/*/console", NULL, build_type, type_members, "" },
	{ "POST", "v1/xm", NULL, build_xm, xm_members, "" },
	{ "POST", "v1/login", NULL, build_login, login_members, "" },
	ROUTE("POST", "v1/logout", NULL, build_logout),
};

static bool matches(const char *path, const struct xend_uri *uri)
{
	for (size_t i = 0; i < uri->count; i++) {
		size_t len = strcspn(path, "/");

		if (!len || (strncmp(path, "*", len) &&
			     (strlen(uri->parts[i]) != len ||
			      strncmp(path, uri->parts[i], len))))
			return false;
		path += len;
		path += *path == '/';
	}
	return !*path;
}

/* Is this key one of those, which are separated by blanks? */
static bool may_ask(const char *list, const char *key)
{
	size_t n = strlen(key);

	for (const char *p = list; *p; p += strcspn(p, " ")) {
		p += *p == ' ';
		if (n && !strncmp(p, key, n) && (!p[n] || p[n] == ' '))
			return true;
	}
	return false;
}

static int build(struct request *r, const char *body, size_t len)
{
	const struct xend_member *m = r->route->members;
	size_t n = 0;
	int ret;

	for (size_t i = 0; i < r->uri.asked; i++)
		if (!may_ask(r->route->asked, r->uri.keys[i]))
			return wrong(r, "what stands behind the question mark is not known here");
	while (m[n].name)
		n++;
	if (xend_body_parse(&r->body, body, len, m, n, &r->ask->error))
		return XEND_BAD;
	ret = r->route->build(r);
	yajl_tree_free(r->body);
	return ret;
}

/* A file of the page: the last part of a path of one, or none. */
static int find_file(struct request *r, const char *method)
{
	const struct xend_uri *uri = &r->uri;

	if (uri->count > 1 || (uri->count && !strcmp(uri->parts[0], "v1")) ||
	    uri->asked)
		return XEND_UNKNOWN;
	if (strcmp(method, "GET"))
		return XEND_METHOD;
	r->ask->op = XEND_FILE;
	r->ask->name = xm_strdup(uri->count ? uri->parts[0] : "index.html");
	return 0;
}

/**
 * xend_route() - what does a request ask for?
 * @ask: filled in; to be freed by xend_ask_free() in any case
 * @method: HTTP's
 * @text: path and query, as the client sent them
 * @body: the request's
 * @len: its length
 *
 * Return: 0, or HTTP's status; @ask->error may say more then.
 */
int xend_route(struct xend_ask *ask, const char *method, const char *text,
	       const char *body, size_t len)
{
	struct request r = { .ask = ask };
	int ret = XEND_UNKNOWN;

	memset(ask, 0, sizeof(*ask));
	if (xend_uri_parse(&r.uri, text)) {
		xend_uri_free(&r.uri);
		return XEND_BAD;
	}
	for (size_t i = 0; i < ARRAY_SIZE(routes); i++) {
		if (!matches(routes[i].path, &r.uri))
			continue;
		r.route = &routes[i];
		ret = XEND_METHOD;
		if (!strcmp(routes[i].method, method)) {
			ret = build(&r, body, len);
			break;
		}
	}
	if (!r.route)
		ret = find_file(&r, method);
	xend_uri_free(&r.uri);
	return ret;
}

void xend_ask_free(struct xend_ask *ask)
{
	for (size_t i = 0; i < ask->argc; i++)
		free(ask->argv[i]);
	free(ask->argv);
	if (ask->input)
		explicit_bzero(ask->input, strlen(ask->input));
	free(ask->input);
	free(ask->name);
	free(ask->error);
	memset(ask, 0, sizeof(*ask));
}

/**
 * xend_ask_is_open() - may anybody ask this whom the port's address lets in?
 * @ask: what is asked for
 */
bool xend_ask_is_open(const struct xend_ask *ask)
{
	return ask->op == XEND_ABOUT || ask->op == XEND_FILE ||
	       ask->op == XEND_LOGIN;
}

/**
 * xend_route_is_open() - the same, before the request's body is there
 * @method: HTTP's
 * @text: path and query, as the client sent them
 *
 * By the same table and the same decoding as what is done in the end.
 */
bool xend_route_is_open(const char *method, const char *text)
{
	struct xend_ask ask = { 0 };
	struct request r = { .ask = &ask };
	bool open = false, known = false;

	if (!xend_uri_parse(&r.uri, text)) {
		for (size_t i = 0; i < ARRAY_SIZE(routes); i++) {
			if (!matches(routes[i].path, &r.uri))
				continue;
			known = true;
			open |= !strcmp(routes[i].method, method) &&
				(routes[i].build == build_about ||
				 routes[i].build == build_login);
		}
		if (!known)
			open = !find_file(&r, method);
	}
	xend_uri_free(&r.uri);
	xend_ask_free(&ask);
	return open;
}
