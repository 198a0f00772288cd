// SPDX-License-Identifier: GPL-2.0-only
/*
 * The name and number of a disk, from its virtual device. Floor F5; pure, and
 * compiled in user space by tests/unit. Called by disk.c.
 *
 * The number is what the host tools made of the name in a guest's
 * configuration (Xen's xen-vbd-interface.7): bit 28 set, disk and partition
 * behind it; or a Linux major and minor number of a Xen, SCSI or IDE disk.
 * The disk appears under the name that the configuration wrote, or as one that
 * only Xen's disks have.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "names.h"

#define VDEV_EXTENDED		BIT(28)
#define VDEV_EXTENDED_BITS	8
#define XVD_MAJOR		202
#define XVD_MINOR_BITS		4
#define SHORT_DISKS		16
#define SD_MINOR_BITS		4
#define HD_MINOR_BITS		6
/* Two letters, for disks beyond the 26th: enough for 20 bits of disk. */
#define LETTERS			26
#define DISKS_MAX		(LETTERS + LETTERS * LETTERS)

/* Linux' majors of SCSI disks, 16 disks each, and IDE disks, two each. */
static const u8 sd_majors[] = {
	8, 65, 66, 67, 68, 69, 70, 71, 128, 129, 130, 131, 132, 133, 134, 135,
};

static const u8 hd_majors[] = {
	3, 22, 33, 34, 56, 57, 88, 89, 90, 91,
};

static int blkfront_names_major_index(const u8 *majors, size_t count, u32 major)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (majors[i] == major)
			return i;
	return -1;
}

static int blkfront_names_spell(struct blkfront_name *name, const char *prefix, u32 disk,
				u32 part)
{
	char letters[3] = "";

	if (disk >= DISKS_MAX)
		return -ENODEV;
	if (disk < LETTERS) {
		letters[0] = 'a' + disk;
	} else {
		letters[0] = 'a' + disk / LETTERS - 1;
		letters[1] = 'a' + disk % LETTERS;
	}
	if (part)
		snprintf(name->name, sizeof(name->name), "%s%s%u", prefix,
			 letters, part);
	else
		snprintf(name->name, sizeof(name->name), "%s%s", prefix,
			 letters);
	return 0;
}

static int blkfront_names_from_extended(u32 vdev, struct blkfront_name *name)
{
	u32 minor = vdev & ~VDEV_EXTENDED;
	u32 part = minor & (BIT(VDEV_EXTENDED_BITS) - 1);

	/* The first 16 disks' minors in this form are others' in the short one. */
	if (minor >> VDEV_EXTENDED_BITS >= SHORT_DISKS) {
		name->major = XVD_MAJOR;
		name->first_minor = minor;
	}
	name->minors = part ? 1 : BIT(VDEV_EXTENDED_BITS);
	return blkfront_names_spell(name, "xvd", minor >> VDEV_EXTENDED_BITS, part);
}

/* Under the name that upstream's frontend gives to disks of all kinds. */
static int blkfront_names_from_xvd(u32 disk, u32 part, struct blkfront_name *name)
{
	if (disk >= SHORT_DISKS)
		return blkfront_names_from_extended(disk << VDEV_EXTENDED_BITS | part, name);
	/* An IDE disk has more partitions. */
	if (part < BIT(XVD_MINOR_BITS)) {
		name->major = XVD_MAJOR;
		name->first_minor = disk << XVD_MINOR_BITS | part;
	}
	name->minors = part ? 1 : BIT(XVD_MINOR_BITS);
	return blkfront_names_spell(name, "xvd", disk, part);
}

static int blkfront_names_from_linux(u32 vdev, bool xvd, struct blkfront_name *name)
{
	u32 major = vdev >> 8, minor = vdev & 0xff;
	const char *prefix;
	u32 disk, bits;
	int index;

	index = blkfront_names_major_index(sd_majors, ARRAY_SIZE(sd_majors), major);
	if (major == XVD_MAJOR) {
		prefix = "xvd";
		bits = XVD_MINOR_BITS;
		disk = minor >> bits;
	} else if (index >= 0) {
		prefix = "sd";
		bits = SD_MINOR_BITS;
		disk = index * 16 + (minor >> bits);
	} else {
		index = blkfront_names_major_index(hd_majors, ARRAY_SIZE(hd_majors), major);
		if (index < 0)
			return -ENODEV;
		prefix = "hd";
		bits = HD_MINOR_BITS;
		disk = index * 2 + (minor >> bits);
	}
	minor &= BIT(bits) - 1;
	if (xvd || major == XVD_MAJOR)
		return blkfront_names_from_xvd(disk, minor, name);
	name->minors = minor ? 1 : BIT(bits);
	return blkfront_names_spell(name, prefix, disk, minor);
}

/**
 * blkfront_name_from_vdev - find out how a disk is to appear
 * @vdev: the number, a device's last path component in xenstore
 * @xvd: SCSI and IDE disks are to have names of Xen's
 * @name: to be filled
 *
 * Names of SCSI and IDE disks get a number from the kernel, not that of a
 * driver which may be there as well.
 *
 * Return: 0, or -ENODEV when the number means no disk.
 */
int blkfront_name_from_vdev(u32 vdev, bool xvd, struct blkfront_name *name)
{
	*name = (struct blkfront_name) { };

	if (vdev & VDEV_EXTENDED)
		return blkfront_names_from_extended(vdev, name);
	if (vdev >> 16)
		return -ENODEV;
	return blkfront_names_from_linux(vdev, xvd, name);
}
