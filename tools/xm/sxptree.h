/* SPDX-License-Identifier: GPL-2.0-or-later */
/* S-expressions, the form of xend's configuration: "(key value)". No libxl. */
#ifndef XM_SXPTREE_H
#define XM_SXPTREE_H

#include <stddef.h>

/* More than any configuration has. */
#define XM_SXP_DEPTH 32
#define XM_SXP_ITEMS 10000

/**
 * struct xm_sxp - an atom or a list
 * @atom: its text; NULL: it is a list
 * @items: what is in a list
 * @count: of @items
 * @line: where it begins, from 1
 */
struct xm_sxp {
	char *atom;
	struct xm_sxp *items;
	size_t count;
	unsigned int line;
};

int xm_sxp_parse(struct xm_sxp *list, const char *text, size_t len,
		 char **error);
void xm_sxp_free(struct xm_sxp *sxp);

#endif /* XM_SXPTREE_H */
