/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a disk in use already? */
#ifndef XM_BUSY_H
#define XM_BUSY_H

#include <libxl.h>
#include <stdbool.h>

char *xm_disk_user(libxl_ctx *ctx, const char *path, bool write);
const char *xm_disk_path(const libxl_device_disk *dev, bool *shared);

#endif /* XM_BUSY_H */
