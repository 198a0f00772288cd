/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists, as columns for people or as JSON for programs. */
#ifndef XM_TABLE_H
#define XM_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct xm_column - one column of a list
 * @key: its name in JSON, NULL: it is not there
 * @title: its heading, NULL: it is in JSON only
 * @right: what is in it ends at the same place, as numbers do
 */
struct xm_column {
	const char *key;
	const char *title;
	bool right;
};

struct xm_host;

struct xm_table *xm_table_new(const struct xm_column *columns, size_t count,
			      bool json);
void xm_table_string(struct xm_table *table, const char *value);
void xm_table_number(struct xm_table *table, long long value);
void xm_table_seconds(struct xm_table *table, uint64_t ns);
void xm_table_bool(struct xm_table *table, bool value);
int xm_table_end(struct xm_table *table);
int xm_table_end_to(struct xm_table *table, FILE *out);

/* cmdline.c */
int xm_verb_table(int argc, char **argv, const struct xm_column *columns, size_t count,
		  int (*add)(struct xm_host *host, uint32_t domid, void *user));

#endif /* XM_TABLE_H */
