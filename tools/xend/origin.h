/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose page a request comes from. No HTTP library. */
#ifndef XEND_ORIGIN_H
#define XEND_ORIGIN_H

#include <stdbool.h>

#include "xendconf.h"

/**
 * struct xend_from - what a request says about where it comes from
 * @host: the header Host; NULL: none
 * @origin: the header Origin
 * @site: the header Sec-Fetch-Site
 */
struct xend_from {
	const char *host;
	const char *origin;
	const char *site;
};

char *xend_origin(const struct xm_xendconf *conf, const char *name);
bool xend_host_is_ours(const char *host, const char *const *names, long port,
		       bool tls);
bool xend_origin_is_ours(const struct xend_from *from, bool tls);

#endif /* XEND_ORIGIN_H */
