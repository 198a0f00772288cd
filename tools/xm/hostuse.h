/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does Dom0 itself use a disk? Needs neither libxl nor libxenstore. */
#ifndef XM_HOSTUSE_H
#define XM_HOSTUSE_H

#include <stdbool.h>
#include <sys/types.h>

struct stat;

dev_t xm_host_whole(dev_t dev);
char *xm_host_user(const struct stat *disk, bool write);

#endif /* XM_HOSTUSE_H */
