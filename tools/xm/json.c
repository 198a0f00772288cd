// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON output for --json. Used by the verbs that print a list or a record;
 * a NULL key means an element of an array.
 */
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "json.h"

yajl_gen xm_json_new(void)
{
	yajl_gen gen = libxl_yajl_gen_alloc(NULL);

	if (!gen)
		xm_no_memory();
	return gen;
}

void xm_json_key(yajl_gen gen, const char *key)
{
	if (key)
		yajl_gen_string(gen, (const unsigned char *)key, strlen(key));
}

/* It is to be UTF-8, which yajl takes for granted. What is below a blank it escapes. */
void xm_json_string(yajl_gen gen, const char *key, const char *value)
{
	char *text = value ? xm_strdup(value) : NULL;
	size_t len;

	xm_json_key(gen, key);
	if (!text) {
		yajl_gen_null(gen);
		return;
	}
	for (char *p = text; *p; p += len ? len : 1) {
		len = xm_letter(p);
		if (!len && (unsigned char)*p >= ' ')
			*p = '?';
	}
	yajl_gen_string(gen, (const unsigned char *)text, strlen(text));
	free(text);
}

void xm_json_number(yajl_gen gen, const char *key, long long value)
{
	xm_json_key(gen, key);
	yajl_gen_integer(gen, value);
}

void xm_json_bool(yajl_gen gen, const char *key, bool value)
{
	xm_json_key(gen, key);
	yajl_gen_bool(gen, value);
}

/* Print all that was generated and free it; nonzero if output failed. */
int xm_json_print(yajl_gen gen, FILE *out)
{
	const unsigned char *text;
	size_t len;
	int ret = -1;

	if (yajl_gen_get_buf(gen, &text, &len) == yajl_gen_status_ok &&
	    fwrite(text, 1, len, out) == len)
		ret = 0;
	yajl_gen_free(gen);
	return ret ? ret : fflush(out);
}
