// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Keeps pages of other sites from speaking with xend through a person's browser.
 * A name of theirs may lead to this host (DNS rebinding): then Host tells. Or they
 * send to our name: then Origin and Sec-Fetch-Site tell, which a page can't forge.
 * Called by http.c; pure.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "origin.h"
#include "util.h"

/* By which browsers elsewhere reach this host, if one name has to do. */
static char *far_name(const struct xm_xendconf *conf)
{
	const char *names = conf->names ? conf->names : "";
	char host[256] = "";

	names += strspn(names, " \t,");
	if (*names)
		return xm_strndup(names, strcspn(names, " \t,"));
	if (strchr(conf->address, ':') && strcmp(conf->address, "::"))
		return xm_asprintf("[%s]", conf->address);
	if (*conf->address && strcmp(conf->address, "::") &&
	    strcmp(conf->address, "0.0.0.0"))
		return xm_strdup(conf->address);
	if (gethostname(host, sizeof(host) - 1) || !*host)
		return xm_strdup("localhost");
	return xm_strdup(host);
}

/**
 * xend_origin() - where our own page is
 * @conf: the configuration
 * @name: of this host for browsers on it; NULL: the page is for others
 *
 * Return: the origin, to be freed.
 */
char *xend_origin(const struct xm_xendconf *conf, const char *name)
{
	char *far = name ? NULL : far_name(conf);
	char *origin = xm_asprintf("http%s://%s:%ld", name ? "" : "s",
				   name ? name : far, conf->port);

	free(far);
	return origin;
}

/**
 * xend_host_is_ours() - is this how we are called?
 * @host: the header Host
 * @names: our names, with a NULL behind; an address of IPv6 has its brackets
 * @port: where we listen
 * @tls: by https, whose own port is not written
 */
bool xend_host_is_ours(const char *host, const char *const *names, long port,
		       bool tls)
{
	size_t len;
	long given = tls ? 443 : 80;
	const char *at;

	if (!host)
		return false;
	at = *host == '[' ? strchr(host, ']') : host;
	if (!at)
		return false;
	at += strcspn(at, ":");
	len = at - host;
	if (*at && (strspn(at + 1, "0123456789") != strlen(at + 1) ||
		    at[1] == '0' || !xm_number(at + 1, 1, 65535, &given)))
		return false;
	if (given != port)
		return false;
	for (; *names; names++)
		if (strlen(*names) == len && !strncasecmp(*names, host, len))
			return true;
	return false;
}

/**
 * xend_origin_is_ours() - does a browser say that it asks for our own page?
 * @from: what the request says; its host is ours
 * @tls: by https
 *
 * Programs that are no browsers say nothing, and that is fine: they have to have
 * a key.
 */
bool xend_origin_is_ours(const struct xend_from *from, bool tls)
{
	const char *scheme = tls ? "https://" : "http://";

	if (from->site && strcmp(from->site, "same-origin") &&
	    strcmp(from->site, "none"))
		return false;
	if (!from->origin)
		return true;
	return from->host && xm_starts(from->origin, scheme) &&
	       !strcasecmp(from->origin + strlen(scheme), from->host);
}
