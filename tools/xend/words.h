/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be done for a request: how a row of route.c's table becomes words for xm. */
#ifndef XEND_WORDS_H
#define XEND_WORDS_H

#include "body.h"
#include "route.h"
#include "uri.h"

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
 * @seconds: how long it may take; 0: as a verb that does not wait
 */
struct route {
	const char *method;
	const char *path;
	const char *verb;
	int (*build)(struct request *r);
	const struct xend_member *members;
	const char *asked;
	long seconds;
};

int xend_words_wrong(struct request *r, const char *what);
int xend_words_plain(struct request *r);
int xend_words_json(struct request *r);
int xend_words_first(struct request *r);
int xend_words_managed(struct request *r);
int xend_words_file(struct request *r);
int xend_words_path(struct request *r);
int xend_words_xm(struct request *r);
int xend_words_log(struct request *r);
int xend_words_watch(struct request *r);
int xend_words_type(struct request *r);
int xend_words_login(struct request *r);
int xend_words_logout(struct request *r);
int xend_words_stats(struct request *r);
int xend_words_about(struct request *r);

#endif /* XEND_WORDS_H */
