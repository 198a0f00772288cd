/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The name and number under which a disk appears. Floor F5, pure.
 */
#ifndef XENIFY_BLOCK_FRONT_NAMES_H
#define XENIFY_BLOCK_FRONT_NAMES_H

#include <linux/types.h>

#define BLKFRONT_NAME_MAX	32	/* DISK_NAME_LEN */

/**
 * struct blkfront_name - how a disk appears
 * @name: the device's name
 * @major: its major number, 0 to be given one
 * @first_minor: its first minor number
 * @minors: how many; 1 for a disk that bears a partition's name
 */
struct blkfront_name {
	char name[BLKFRONT_NAME_MAX];
	int major;
	int first_minor;
	int minors;
};

int blkfront_name_from_vdev(u32 vdev, bool xvd, struct blkfront_name *name);

#endif /* XENIFY_BLOCK_FRONT_NAMES_H */
