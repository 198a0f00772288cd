/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys stand in a configuration file and on which line. Needs no libxl.
 */
#ifndef XM_SCAN_H
#define XM_SCAN_H

#include <stddef.h>

/**
 * struct xm_key - one assignment
 * @name: the key
 * @line: where it stands, from 1
 */
struct xm_key {
	char *name;
	int line;
};

/**
 * struct xm_scan - a scanned file
 * @text: the file, rewritten so that libxlutil's grammar takes it
 * @keys: every assignment, in order
 * @count: of @keys
 * @lines: lines in the file; keys on later ones come from the command line
 * @error: what is wrong, NULL if nothing
 * @error_line: where
 */
struct xm_scan {
	char *text;
	struct xm_key *keys;
	size_t count;
	int lines;
	char *error;
	int error_line;
};

int xm_scan_text(struct xm_scan *scan, const char *text);
char *xm_scan_argument(const char *arg);
void xm_scan_free(struct xm_scan *scan);
int xm_scan_line(const struct xm_scan *scan, const char *key);

#endif /* XM_SCAN_H */
