/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may control guests: the token of this host, and logins from others. */
#ifndef XEND_KEY_H
#define XEND_KEY_H

#include <stdbool.h>

#include "xendconf.h"

#define XEND_KEY_LEN 64
/* "x", 128 random bits, ".localhost" */
#define XEND_NAME_LEN 43

/**
 * struct xend_key - what leads to the port on this host; another one each time it is had
 * @token: who knows it may control guests; "": nobody may
 * @name: by which the page is reached; "": by none of its own
 */
struct xend_key {
	char token[XEND_KEY_LEN + 1];
	char name[XEND_NAME_LEN + 1];
};

int xend_key_make(struct xend_key *key, const struct xm_xendconf *conf);
void xend_key_forget(void);
int xend_key_url(const struct xm_xendconf *conf);
bool xend_key_equal(const char *have, const char *given);

/* How long a login lasts, in seconds: at all, and without being used. */
#define XEND_LOGIN_LIFE (12 * 3600)
#define XEND_LOGIN_IDLE (30 * 60)
#define XEND_LOGINS 64

void xend_login_begin(const char *file);
unsigned long xend_login_era(void);
const char *xend_login_new(long now);
bool xend_login_holds(const char *given, long now);
void xend_login_end(const char *given);

#endif /* XEND_KEY_H */
