/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests, as the HTTP library brings them. */
#ifndef XEND_HTTP_H
#define XEND_HTTP_H

#include <microhttpd.h>

#include "conn.h"
#include "key.h"
#include "xendconf.h"

/* library.c */
int xend_http_open(struct xend_door *door, const struct xm_xendconf *conf);
void xend_http_turn(struct xend_door *door);
int xend_http_timeout(struct xend_door *door, int timeout_ms);

/* http.c */
void xend_http_init(const struct xm_xendconf *conf, const char *file,
		    const struct xend_key *key);
void xend_http_leave(void);
enum MHD_Result xend_http_request(void *cls, struct MHD_Connection *c,
				  const char *url, const char *method,
				  const char *version, const char *data,
				  size_t *len, void **context);
void *xend_http_uri(void *cls, const char *uri, struct MHD_Connection *c);
void xend_http_end(void *cls, struct MHD_Connection *c, void **context,
		   enum MHD_RequestTerminationCode why);

/* page.c */
struct MHD_Response *xend_page(const char *name);

#endif /* XEND_HTTP_H */
