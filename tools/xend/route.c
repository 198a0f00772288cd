// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What can be asked for: a table of methods and paths, and which verb of xm does it; how
 * that is told is words.c's. Documentation/xend.md describes the same. Called by http.c;
 * pure.
 */
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "words.h"

/* Of a command line in the log. */
#define TEXT_MAX 200

#define STRING(name, required) { name, XEND_STRING, required, NULL }
#define SWITCH(name, option) { name, XEND_BOOL, false, option }
#define END { NULL, 0, false, NULL }

static const struct xend_member create_members[] = {
	STRING("file", false), { "text", XEND_TEXT, false, NULL },
	{ "set", XEND_LIST, false, NULL }, SWITCH("paused", "-p"),
	SWITCH("dryrun", "-n"), END
};

static const struct xend_member new_members[] = {
	STRING("file", false), { "text", XEND_TEXT, false, NULL },
	{ "set", XEND_LIST, false, NULL }, SWITCH("force", "-f"), END
};

static const struct xend_member start_members[] = {
	{ "set", XEND_LIST, false, NULL }, SWITCH("paused", "-p"), END
};

static const struct xend_member restore_members[] = {
	STRING("file", true), SWITCH("force", "-f"), SWITCH("paused", "-p"), END
};

static const struct xend_member save_members[] = {
	STRING("file", true), SWITCH("checkpoint", "-c"), SWITCH("paused", "-p"),
	END
};

static const struct xend_member dump_members[] = {
	STRING("file", false), SWITCH("live", "-L"), SWITCH("crash", "-C"),
	SWITCH("reset", "-R"), END
};

static const struct xend_member migrate_members[] = {
	STRING("host", true), SWITCH("live", "-l"), END
};

static const struct xend_member amount_members[] = {
	{ "amount", XEND_AMOUNT, true, NULL }, END
};

static const struct xend_member number_members[] = {
	{ "number", XEND_AMOUNT, true, NULL }, END
};

static const struct xend_member name_members[] = { STRING("name", true), END };
static const struct xend_member key_members[] = { STRING("key", true), END };
static const struct xend_member button_members[] = { STRING("button", true), END };
static const struct xend_member disk_members[] = { STRING("disk", true), END };
static const struct xend_member vif_members[] = { STRING("vif", false), END };

static const struct xend_member xm_members[] = {
	STRING("verb", true), { "args", XEND_LIST, false, NULL },
	{ "input", XEND_TEXT, false, NULL }, END
};

static const struct xend_member type_members[] = {
	{ "input", XEND_KEYS, true, NULL }, END
};

static const struct xend_member login_members[] = { STRING("password", true), END };
static const struct xend_member no_members[] = { END };

#define ROUTE(method, path, verb, build) \
	{ method, path, verb, xend_words_##build, no_members, "", 0 }
/* A guest may take a minute not to listen. */
#define SLOW(path, verb) \
	{ "POST", path, verb, xend_words_plain, no_members, "", XEND_ASK_SECONDS }
#define BODY(path, verb, build, members) \
	{ "POST", path, verb, xend_words_##build, members, "", 0 }
#define BUILD(path, verb, build, members) \
	{ "POST", path, verb, xend_words_##build, members, "", XEND_BUILD_SECONDS }
#define QUERY(method, path, verb, build, keys) \
	{ method, path, verb, xend_words_##build, no_members, keys, 0 }
/* Who is at work with the guest may do that for half a minute before it begins. */
#define DEVICE(method, path, verb, members, keys) \
	{ method, path, verb, xend_words_plain, members, keys, XEND_ASK_SECONDS }

static const struct route routes[] = {
	ROUTE("GET", "v1", NULL, about),
	ROUTE("GET", "v1/host", "info", json),
	ROUTE("GET", "v1/dmesg", "dmesg", plain),
	ROUTE("GET", "v1/stats", NULL, stats),
	QUERY("GET", "v1/log", "log", log, "lines domain"),
	QUERY("GET", "v1/domains", "list", json, "long"),
	BUILD("v1/domains", "create", file, create_members),
	BUILD("v1/restore", "restore", path, restore_members),
	ROUTE("GET", "v1/managed", "list", managed),
	BODY("v1/managed", "new", file, new_members),
	ROUTE("DELETE", "v1/managed/*", "delete", plain),
	BUILD("v1/managed/*/start", "start", plain, start_members),

	ROUTE("GET", "v1/domains/*", "list", first),
	ROUTE("DELETE", "v1/domains/*", "destroy", plain),
	ROUTE("GET", "v1/domains/*/config", "config", plain),
	SLOW("v1/domains/*/shutdown", "shutdown"),
	SLOW("v1/domains/*/reboot", "reboot"),
	ROUTE("POST", "v1/domains/*/pause", "pause", plain),
	ROUTE("POST", "v1/domains/*/unpause", "unpause", plain),
	ROUTE("POST", "v1/domains/*/resume", "resume", plain),
	BODY("v1/domains/*/rename", "rename", plain, name_members),
	BODY("v1/domains/*/sysrq", "sysrq", plain, key_members),
	BODY("v1/domains/*/trigger", "trigger", plain, button_members),
	BODY("v1/domains/*/memory", "mem-set", plain, amount_members),
	BODY("v1/domains/*/maxmem", "mem-max", plain, amount_members),
	ROUTE("GET", "v1/domains/*/vcpus", "vcpu-list", json),
	BODY("v1/domains/*/vcpus", "vcpu-set", plain, number_members),
	BUILD("v1/domains/*/save", "save", path, save_members),
	BUILD("v1/domains/*/dump", "dump-core", path, dump_members),
	BUILD("v1/domains/*/migrate", "migrate", plain, migrate_members),

	ROUTE("GET", "v1/domains/*/disks", "block-list", json),
	DEVICE("POST", "v1/domains/*/disks", "block-attach", disk_members, ""),
	DEVICE("DELETE", "v1/domains/*/disks/*", "block-detach", no_members, "force"),
	ROUTE("GET", "v1/domains/*/interfaces", "network-list", json),
	DEVICE("POST", "v1/domains/*/interfaces", "network-attach", vif_members, ""),
	DEVICE("DELETE", "v1/domains/*/interfaces/*", "network-detach", no_members, "force"),
	QUERY("GET", "v1/domains/*/console", NULL, watch, "from"),
	BODY("v1/domains/*/console", NULL, type, type_members),

	BODY("v1/xm", NULL, xm, xm_members),
	BODY("v1/login", NULL, login, login_members),
	ROUTE("POST", "v1/logout", NULL, logout),
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
			return xend_words_wrong(r, "what stands behind the question mark is not known here");
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
 * xend_ask_text() - what is to be done, as the log has it
 * @ask: what is asked for: a verb of xm
 *
 * Return: its command line, and which guest is in a text that it gets; not longer than a
 * line may be, to be freed.
 */
char *xend_ask_text(const struct xend_ask *ask)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=,@%+";
	char *text = xm_strdup("xm"), *word;

	for (size_t i = 0; i < ask->argc && strlen(text) <= TEXT_MAX; i++) {
		const char *have = ask->argv[i];

		word = *have && strspn(have, plain) == strlen(have) ?
		       xm_strdup(have) : xm_quoted(have, '\'');
		xm_append(&text, " %s", word);
		free(word);
	}
	if (strlen(text) > TEXT_MAX)
		strcpy(text + TEXT_MAX - 3, "...");
	if (ask->input && ask->name)
		xm_append(&text, " (%.64s)", ask->name);
	return text;
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
				(routes[i].build == xend_words_about ||
				 routes[i].build == xend_words_login);
		}
		if (!known)
			open = !find_file(&r, method);
	}
	xend_uri_free(&r.uri);
	xend_ask_free(&ask);
	return open;
}
