// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of disks: drivers/block/frontend/names.c. Numbers are those that Xen's
 * xen-vbd-interface.7 and Linux' devices.txt give.
 */
#include <string.h>

#include "../../drivers/block/frontend/names.h"
#include "test.h"

#define EXTENDED(disk, part)	(1U << 28 | (disk) << 8 | (part))

struct row {
	unsigned int vdev;
	const char *name;
	int major;
	int first_minor;
	int minors;
};

static void check(const struct row *rows, size_t count, bool xvd)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct blkfront_name name;

		memset(&name, 0x5a, sizeof(name));
		CHECK_EQ(blkfront_name_from_vdev(row->vdev, xvd, &name), 0);
		CHECK_TEXT(name.name, row->name);
		CHECK_EQ(name.major, row->major);
		CHECK_EQ(name.first_minor, row->first_minor);
		CHECK_EQ(name.minors, row->minors);
	}
}

#define CHECK_ROWS(rows)	check(rows, sizeof(rows) / sizeof((rows)[0]), false)
#define CHECK_XVD(rows)		check(rows, sizeof(rows) / sizeof((rows)[0]), true)

TEST(xvd_disks_and_partitions_keep_their_numbers)
{
	static const struct row rows[] = {
		{ 202 << 8, "xvda", 202, 0, 16 },
		{ 202 << 8 | 1, "xvda1", 202, 1, 1 },
		{ 202 << 8 | 15, "xvda15", 202, 15, 1 },
		{ 202 << 8 | 16, "xvdb", 202, 16, 16 },
		{ 202 << 8 | 0xf0, "xvdp", 202, 240, 16 },
		{ 202 << 8 | 0xff, "xvdp15", 202, 255, 1 },
	};

	CHECK_ROWS(rows);
}

TEST(extended_numbers_name_disks_from_xvdq_on)
{
	static const struct row rows[] = {
		{ EXTENDED(16, 0), "xvdq", 202, 16 << 8, 256 },
		{ EXTENDED(16, 3), "xvdq3", 202, 16 << 8 | 3, 1 },
		{ EXTENDED(25, 0), "xvdz", 202, 25 << 8, 256 },
		{ EXTENDED(26, 0), "xvdaa", 202, 26 << 8, 256 },
		{ EXTENDED(27, 255), "xvdab255", 202, 27 << 8 | 255, 1 },
		{ EXTENDED(51, 0), "xvdaz", 202, 51 << 8, 256 },
		{ EXTENDED(52, 0), "xvdba", 202, 52 << 8, 256 },
		{ EXTENDED(26 + 26 * 26 - 1, 0), "xvdzz", 202, 701 << 8, 256 },
	};

	CHECK_ROWS(rows);
}

TEST(extended_numbers_of_the_first_disks_do_not_clash_with_short_ones)
{
	static const struct row rows[] = {
		{ EXTENDED(0, 0), "xvda", 0, 0, 256 },
		{ EXTENDED(0, 1), "xvda1", 0, 0, 1 },
		{ EXTENDED(15, 0), "xvdp", 0, 0, 256 },
	};

	CHECK_ROWS(rows);
}

TEST(scsi_names_come_from_all_sixteen_majors)
{
	static const struct row rows[] = {
		{ 8 << 8, "sda", 0, 0, 16 },
		{ 8 << 8 | 1, "sda1", 0, 0, 1 },
		{ 8 << 8 | 0xf0, "sdp", 0, 0, 16 },
		{ 65 << 8, "sdq", 0, 0, 16 },
		{ 65 << 8 | 0xa0, "sdaa", 0, 0, 16 },
		{ 71 << 8 | 0xf0, "sddx", 0, 0, 16 },
		{ 128 << 8, "sddy", 0, 0, 16 },
		{ 135 << 8 | 0xff, "sdiv15", 0, 0, 1 },
	};

	CHECK_ROWS(rows);
}

TEST(ide_names_come_from_all_ten_majors)
{
	static const struct row rows[] = {
		{ 3 << 8, "hda", 0, 0, 64 },
		{ 3 << 8 | 3, "hda3", 0, 0, 1 },
		{ 3 << 8 | 64, "hdb", 0, 0, 64 },
		{ 22 << 8 | 63, "hdc63", 0, 0, 1 },
		{ 33 << 8, "hde", 0, 0, 64 },
		{ 91 << 8 | 64, "hdt", 0, 0, 64 },
	};

	CHECK_ROWS(rows);
}

TEST(all_may_have_names_of_xens_disks)
{
	static const struct row rows[] = {
		{ 202 << 8 | 17, "xvdb1", 202, 17, 1 },
		{ EXTENDED(16, 3), "xvdq3", 202, 16 << 8 | 3, 1 },
		{ 8 << 8, "xvda", 202, 0, 16 },
		{ 8 << 8 | 1, "xvda1", 202, 1, 1 },
		{ 65 << 8 | 2, "xvdq2", 202, 16 << 8 | 2, 1 },
		{ 135 << 8 | 0xf0, "xvdiv", 202, 255 << 8, 256 },
		{ 3 << 8, "xvda", 202, 0, 16 },
		{ 22 << 8 | 66, "xvdd2", 202, 3 << 4 | 2, 1 },
		{ 22 << 8 | 63, "xvdc63", 0, 0, 1 },
		{ 91 << 8 | 64, "xvdt", 202, 19 << 8, 256 },
	};

	CHECK_XVD(rows);
}

TEST(numbers_of_no_disk_are_refused)
{
	static const unsigned int vdevs[] = {
		0, 1, 255, 1 << 8, 9 << 8, 7 << 8 | 1, 201 << 8, 203 << 8,
		0xffff, 0x10000, 202 << 8 | 1 << 16, 1 << 27, 1 << 29 | 202 << 8,
		0x0fffffff, 0x80000000, EXTENDED(702, 0), EXTENDED(0xfffff, 255),
		0xffffffff,
	};
	size_t i;

	for (i = 0; i < sizeof(vdevs) / sizeof(vdevs[0]); i++) {
		struct blkfront_name name;

		if (!blkfront_name_from_vdev(vdevs[i], i % 2, &name))
			test_fail(__FILE__, __LINE__, "%#x is %s", vdevs[i],
				  name.name);
	}
}

TEST(every_16_bit_number_is_refused_or_terminated)
{
	unsigned int vdev;

	for (vdev = 0; vdev < 0x20000; vdev++) {
		struct blkfront_name name;

		memset(&name, 0x5a, sizeof(name));
		if (blkfront_name_from_vdev(vdev & 0xffff, vdev >> 16, &name))
			continue;
		CHECK(strnlen(name.name, sizeof(name.name)) >= 3);
		CHECK(strnlen(name.name, sizeof(name.name)) < 12);
		CHECK(name.minors > 0);
	}
}
