/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attempts to log in: passwords that are being checked, and that were wrong. */
#ifndef XEND_ATTEMPT_H
#define XEND_ATTEMPT_H

#include <stdbool.h>

#include "conn.h"

typedef void xend_attempt_done(void *arg, bool right);

unsigned int xend_attempt(const struct xend_peer *peer, const char *password,
			  const char *file, xend_attempt_done *done, void *arg);
void xend_attempt_forget(void *arg);

#endif /* XEND_ATTEMPT_H */
