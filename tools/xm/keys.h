/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which configuration keys xm knows. Needs no libxl. */
#ifndef XM_KEYS_H
#define XM_KEYS_H

enum xm_key_kind {
	XM_KEY_READ,	/* fields.c has it */
	XM_KEY_HVM,	/* the same, for HVM guests; for others it is ignored */
	XM_KEY_CLASSIC,	/* classic.c translates it, with a warning */
	XM_KEY_IGNORED,	/* known to other tools; a warning says what to do */
	XM_KEY_UNKNOWN,
};

/**
 * struct xm_keyinfo - what is known about a key
 * @name: the key, or the beginning of many with an asterisk behind it
 * @kind: who deals with it
 * @hint: for IGNORED, and HVM: why, and what to do
 */
struct xm_keyinfo {
	const char *name;
	enum xm_key_kind kind;
	const char *hint;
};

const struct xm_keyinfo *xm_key_find(const char *name);

#endif /* XM_KEYS_H */
