// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists: the same cells become columns for people, as wide as what stands in them,
 * or an array of JSON with the types that they have. A cell goes into the next
 * column; a row ends with its last one. Called by the verbs that list something.
 */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "table.h"
#include "xm.h"

/**
 * struct xm_table - a list on its way out
 * @columns: which there are
 * @count: of @columns
 * @gen: JSON, NULL: text
 * @cells: the text of each cell, row by row
 * @used: how many cells there have been
 */
struct xm_table {
	const struct xm_column *columns;
	size_t count;
	yajl_gen gen;
	char **cells;
	size_t used;
};

/**
 * xm_table_new() - begin a list
 * @columns: what it has; is to stay until xm_table_end()
 * @count: how many
 * @json: for programs
 */
struct xm_table *xm_table_new(const struct xm_column *columns, size_t count,
			      bool json)
{
	struct xm_table *table = xm_calloc(1, sizeof(*table));

	table->columns = columns;
	table->count = count;
	if (json) {
		table->gen = xm_json_new();
		yajl_gen_array_open(table->gen);
	}
	return table;
}

/* The column that is next; NULL if only text has it, or only JSON, and that is not made. */
static const struct xm_column *next(struct xm_table *table)
{
	const struct xm_column *column = &table->columns[table->used % table->count];

	if (table->gen && table->used % table->count == 0)
		yajl_gen_map_open(table->gen);
	return (table->gen ? column->key : column->title) ? column : NULL;
}

/* Takes the text, which is NULL in JSON. */
static void done(struct xm_table *table, char *text)
{
	table->cells = xm_grow(table->cells, table->used, sizeof(*table->cells));
	table->cells[table->used++] = text;
	if (text)
		xm_printable(text);
	if (table->gen && table->used % table->count == 0)
		yajl_gen_map_close(table->gen);
}

/* NULL: there is none. */
void xm_table_string(struct xm_table *table, const char *value)
{
	const struct xm_column *column = next(table);

	if (column && table->gen)
		xm_json_string(table->gen, column->key, value);
	done(table, table->gen ? NULL : xm_strdup(value ? value : "-"));
}

void xm_table_number(struct xm_table *table, long long value)
{
	const struct xm_column *column = next(table);

	if (column && table->gen)
		xm_json_number(table->gen, column->key, value);
	done(table, table->gen ? NULL : xm_asprintf("%lld", value));
}

/* For people as seconds with one decimal, in JSON as it is. */
void xm_table_seconds(struct xm_table *table, uint64_t ns)
{
	const struct xm_column *column = next(table);

	if (column && table->gen)
		xm_json_number(table->gen, column->key, ns);
	done(table, table->gen ? NULL : xm_asprintf("%.1f", (double)ns / 1e9));
}

void xm_table_bool(struct xm_table *table, bool value)
{
	const struct xm_column *column = next(table);

	if (column && table->gen)
		xm_json_bool(table->gen, column->key, value);
	done(table, table->gen ? NULL : xm_strdup(value ? "yes" : "no"));
}

static size_t width(const struct xm_table *table, size_t column)
{
	size_t most = strlen(table->columns[column].title);

	for (size_t i = column; i < table->used; i += table->count)
		if (strlen(table->cells[i]) > most)
			most = strlen(table->cells[i]);
	return most;
}

/* The last column ends where its text does, unless it stands to the right. */
static void print_line(const struct xm_table *table, const size_t *widths,
		       const char *const *texts, FILE *out)
{
	const char *gap = "";
	size_t last = table->count;

	while (last && !table->columns[last - 1].title)
		last--;
	for (size_t i = 0; i < last; i++) {
		const struct xm_column *column = &table->columns[i];
		int wide = widths[i];
		int pad = column->right ? wide : i + 1 < last ? -wide : 0;

		if (!column->title)
			continue;
		fprintf(out, "%s%*s", gap, pad, texts[i]);
		gap = "  ";
	}
	putc('\n', out);
}

static void print_text(const struct xm_table *table, FILE *out)
{
	size_t *widths = xm_calloc(table->count, sizeof(*widths));
	const char **titles = xm_calloc(table->count, sizeof(*titles));

	for (size_t i = 0; i < table->count; i++) {
		titles[i] = table->columns[i].title;
		widths[i] = titles[i] ? width(table, i) : 0;
	}
	print_line(table, widths, titles, out);
	for (size_t i = 0; i + table->count <= table->used; i += table->count)
		print_line(table, widths, (const char *const *)table->cells + i,
			   out);
	free(titles);
	free(widths);
}

/* The list goes to standard output. */
int xm_table_end(struct xm_table *table)
{
	return xm_table_end_to(table, stdout);
}

/**
 * xm_table_end_to() - print the list, and free it
 * @table: with all its rows
 * @out: where to
 *
 * Return: XM_OK, or XM_FAIL if it could not be printed.
 */
int xm_table_end_to(struct xm_table *table, FILE *out)
{
	int ret;

	if (table->gen) {
		yajl_gen_array_close(table->gen);
		ret = xm_json_print(table->gen, out);
	} else {
		print_text(table, out);
		ret = fflush(out);
	}
	for (size_t i = 0; i < table->used; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table);
	return ret ? XM_FAIL : XM_OK;
}
