/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON output for --json: thin names over yajl, which libxl uses too, so that
 * libxl's own structures can stand inside ours.
 */
#ifndef XM_JSON_H
#define XM_JSON_H

#ifndef HAVE_YAJL_YAJL_VERSION_H
#define HAVE_YAJL_YAJL_VERSION_H 1	/* libxl_json.h asks for it */
#endif
#include <libxl.h>
#include <libxl_json.h>

yajl_gen xm_json_new(void);
void xm_json_string(yajl_gen gen, const char *key, const char *value);
void xm_json_number(yajl_gen gen, const char *key, long long value);
void xm_json_bool(yajl_gen gen, const char *key, bool value);
void xm_json_key(yajl_gen gen, const char *key);
int xm_json_print(yajl_gen gen, FILE *out);

#endif /* XM_JSON_H */
