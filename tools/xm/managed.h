/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests that are known while they do not run: a directory of configurations. */
#ifndef XM_MANAGED_H
#define XM_MANAGED_H

#include <stdbool.h>
#include <stddef.h>

char *xm_managed_path(const char *name);
bool xm_managed_has(const char *name);
char **xm_managed_list(size_t *count);
void xm_managed_list_free(char **names, size_t count);
int xm_managed_write(const char *name, const char *text);

#endif /* XM_MANAGED_H */
