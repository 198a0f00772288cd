/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests that are not there, and have their disks still. */
#ifndef XM_SAVEDIR_H
#define XM_SAVEDIR_H

#define XM_SAVEDIR "/var/lib/xen/save"

#include <stdbool.h>

struct stat;

char *xm_savedir_user(const struct stat *disk);
char *xm_savedir_restarted(const struct stat *disk, bool write, const char *name,
			   const char *uuid);

#endif /* XM_SAVEDIR_H */
