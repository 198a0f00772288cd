// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which requests are let in, by their head alone: from whose page they come, and
 * whether they have a key. Called by http.c. Documentation/xend.md says what is
 * protected, and how.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "admit.h"
#include "body.h"
#include "clock.h"
#include "origin.h"
#include "route.h"
#include "util.h"

static void add_name(struct xend_admit *admit, const char *name, size_t len)
{
	size_t n = 0;

	while (n < XEND_NAMES && admit->names[n])
		n++;
	if (n < XEND_NAMES && len)
		admit->names[n] = xm_strndup(name, len);
}

/* An address of IPv6 has brackets there. */
static void add_address(struct xend_admit *admit, const char *address)
{
	char *name = strchr(address, ':') ? xm_asprintf("[%s]", address) :
		     xm_strdup(address);

	add_name(admit, name, strlen(name));
	free(name);
}

void xend_admit_init(struct xend_admit *admit, const struct xm_xendconf *conf,
		     const char *file, const struct xend_key *key)
{
	static const char *const local[] = {
		"localhost", "127.0.0.1", "[::1]",
	};
	char host[256] = "";

	memset(admit, 0, sizeof(*admit));
	admit->port = conf->port;
	admit->key = key;
	admit->file = file;
	for (size_t i = 0; i < ARRAY_SIZE(local); i++)
		add_name(admit, local[i], strlen(local[i]));
	if (xm_xendconf_local(conf->address))
		return;
	if (*conf->address)
		add_address(admit, conf->address);
	if (!gethostname(host, sizeof(host) - 1))
		add_name(admit, host, strlen(host));
	for (const char *p = conf->names ? conf->names : ""; *p;) {
		size_t len = strcspn(p, " \t,");

		add_name(admit, p, len);
		p += len;
		p += strspn(p, " \t,");
	}
}

static const char *header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

/* The page's own name is another one each time. */
static bool is_our_name(const struct xend_admit *admit, const char *host, bool tls)
{
	const char *const own[] = { admit->key->name, NULL };

	return xend_host_is_ours(host, (const char *const *)admit->names,
				 admit->port, tls) ||
	       (*admit->key->name &&
		xend_host_is_ours(host, own, admit->port, tls));
}

static bool from_our_page(struct xend_admit *admit, struct MHD_Connection *c,
			  const struct xend_door *door)
{
	struct xend_from from = {
		.host = header(c, "Host"), .origin = header(c, "Origin"),
		.site = header(c, "Sec-Fetch-Site"),
	};

	/* No browser speaks with a Unix socket. */
	if (door->root)
		return !from.origin && !from.site;
	return is_our_name(admit, from.host, door->tls) &&
	       xend_origin_is_ours(&from, door->tls);
}

static bool has_key(struct xend_admit *admit, struct MHD_Connection *c,
		    const struct xend_door *door)
{
	const char *key = header(c, "Authorization");

	if (door->root)
		return true;
	if (!key || !xm_starts(key, "Bearer "))
		return false;
	key += strlen("Bearer ");
	if (door->tls)
		return xend_login_holds(key, xm_clock());
	return *admit->key->token && xend_key_equal(admit->key->token, key);
}

static bool is_too_large(struct MHD_Connection *c)
{
	const char *text = header(c, "Content-Length");
	long len;

	return text && !xm_number(text, 0, XEND_BODY_MAX, &len);
}

/**
 * xend_admit() - is this request let in?
 * @admit: who is
 * @c: its connection
 * @door: where it came in
 * @method: HTTP's
 * @uri: path and query
 * @allowed: whether it has a key
 *
 * Return: 0, or the status of HTTP's to refuse it with.
 */
unsigned int xend_admit(struct xend_admit *admit, struct MHD_Connection *c,
			const struct xend_door *door, const char *method,
			const char *uri, bool *allowed)
{
	*allowed = false;
	if (!from_our_page(admit, c, door))
		return 403;
	*allowed = has_key(admit, c, door);
	if (!*allowed && !xend_route_is_open(method, uri))
		return 401;
	if (strcmp(method, "GET") && strcmp(method, "POST") &&
	    strcmp(method, "DELETE"))
		return 405;
	return is_too_large(c) ? 413 : 0;
}

/* Has its body the type that no form of another site can send? */
bool xend_admit_json(struct MHD_Connection *c)
{
	const char *type = header(c, "Content-Type");
	static const char json[] = "application/json";

	return type && !strncasecmp(type, json, strlen(json)) &&
	       strchr("; \t", type[strlen(json)]);
}
