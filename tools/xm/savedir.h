/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests that are saved where xendomains puts them. */
#ifndef XM_SAVEDIR_H
#define XM_SAVEDIR_H

#define XM_SAVEDIR "/var/lib/xen/save"

struct stat;

char *xm_savedir_user(const struct stat *disk);

#endif /* XM_SAVEDIR_H */
