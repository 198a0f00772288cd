/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading xenstore. Needs libxenstore, not libxl. */
#ifndef XM_STORE_H
#define XM_STORE_H

#include <xenstore.h>

char *xm_store_read(struct xs_handle *xs, xs_transaction_t t, const char *dir,
		    const char *node);

#endif /* XM_STORE_H */
