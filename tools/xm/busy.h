/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a disk in use already? Needs libxenstore, not libxl. */
#ifndef XM_BUSY_H
#define XM_BUSY_H

#include <stdbool.h>

/* Held while a disk is given to a guest, from the look for others on. */
#define XM_HOTPLUG_DIR	"/run/xen-hotplug"
#define XM_HOTPLUG_LOCK	XM_HOTPLUG_DIR "/block-xenify"

struct stat;
struct xs_handle;

bool xm_same_disk(const struct stat *want, const char *path);
char *xm_disk_user(struct xs_handle *xs, const struct stat *disk, bool write,
		   const char *domid, const char *vm);

#endif /* XM_BUSY_H */
