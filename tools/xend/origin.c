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

#include "origin.h"
#include "util.h"

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
