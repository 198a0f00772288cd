/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a disk in use already? Needs libxenstore, not libxl. */
#ifndef XM_BUSY_H
#define XM_BUSY_H

#include <stdbool.h>

struct stat;
struct xs_handle;

char *xm_disk_user(struct xs_handle *xs, const struct stat *disk, bool write,
		   const char *domid, const char *vm);

#endif /* XM_BUSY_H */
