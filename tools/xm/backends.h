/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guests' devices that this domain serves, as sysfs shows them. Needs no libxl. */
#ifndef XM_BACKENDS_H
#define XM_BACKENDS_H

#include <stdint.h>

/**
 * typedef xm_backend_fn - looks at one device
 * @arg: what was passed to xm_backends_each()
 * @kind: "vbd", "vif"
 * @domid: whose it is
 * @dir: its directory in sysfs
 */
typedef void (*xm_backend_fn)(void *arg, const char *kind, uint32_t domid, const char *dir);

char *xm_sysfs(const char *below);
char *xm_sysfs_read(const char *dir, const char *node);
void xm_backends_each(xm_backend_fn look, void *arg);

#endif /* XM_BACKENDS_H */
