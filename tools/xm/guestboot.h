/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest would boot from its own disk. Needs no libxl. */
#ifndef XM_GUESTBOOT_H
#define XM_GUESTBOOT_H

#include "inside.h"

/**
 * struct xm_guestboot - a kernel for PV guests on a guest's disk
 * @part: where it is
 * @version: what it is called by
 * @kernel: its path there
 * @initrd: the path of its initial RAM disk; NULL: it has none
 * @root: what is to be its root=
 * @args: the other words of its command line; NULL: there are none
 * @fstab: devices that the guest's /etc/fstab names as they were; NULL: none
 */
struct xm_guestboot {
	struct xm_part part;
	char *version, *kernel, *initrd;
	char *root, *args, *fstab;
};

int xm_guestboot_find(const struct xm_inside *in, struct xm_guestboot *gb);
void xm_guestboot_free(struct xm_guestboot *gb);

#endif /* XM_GUESTBOOT_H */
