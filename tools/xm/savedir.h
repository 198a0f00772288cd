/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests that are saved where xendomains puts them. */
#ifndef XM_SAVEDIR_H
#define XM_SAVEDIR_H

#define XM_SAVEDIR "/var/lib/xen/save"

#include <stdbool.h>

struct stat;

bool xm_savedir_has(const char *json, const struct stat *disk);
char *xm_savedir_user(const struct stat *disk);

#endif /* XM_SAVEDIR_H */
