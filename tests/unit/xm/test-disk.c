// SPDX-License-Identifier: GPL-2.0-or-later
/* Disk specifications: every form, well and badly formed, and who serves it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "config.h"

static struct xm_disk disk;
static libxl_device_disk dev;
static char *error;

static bool parse(const char *spec)
{
	free(error);
	error = NULL;
	xm_disk_free(&disk);
	libxl_device_disk_dispose(&dev);
	libxl_device_disk_init(&dev);
	return !xm_disk_read(spec, &disk, &dev, &error);
}

static void check_dev(const char *spec, const char *path, const char *vdev,
		      bool write)
{
	if (!CHECK(parse(spec))) {
		printf("'%s': %s\n", spec, error);
		return;
	}
	CHECK_STR(dev.pdev_path, path);
	CHECK_STR(dev.vdev, vdev);
	CHECK_INT(dev.readwrite, write);
	CHECK_INT(dev.format, LIBXL_DISK_FORMAT_RAW);
}

static void check_bad(const char *spec, const char *says)
{
	if (!CHECK(!parse(spec)) || !CHECK(error) ||
	    !CHECK(strstr(error, says)))
		printf("'%s': %s\n", spec, error ? error : "accepted");
}

static void phy_relative(void)
{
	check_dev("phy:hda3,sda1,w", "/dev/hda3", "sda1", true);
	check_dev("phy:vgdisk/apache1,sda1,w", "/dev/vgdisk/apache1", "sda1",
		  true);
}

static void phy_absolute(void)
{
	check_dev("phy:/dev/vg/lv,xvda,r", "/dev/vg/lv", "xvda", false);
	check_dev("  phy:/dev/vg/lv , xvda , w ", "/dev/vg/lv", "xvda", true);
}

static void phy_colons(void)
{
	check_dev("phy:vg/lvm1:sda2:w", "/dev/vg/lvm1", "sda2", true);
	check_dev("phy:/dev/disk/by-path/pci-0000:00:1f.2,xvda,w",
		  "/dev/disk/by-path/pci-0000:00:1f.2", "xvda", true);
}

static void file_form(void)
{
	check_dev("file:/path/loopdisk,sda1,w", "/path/loopdisk", "sda1", true);
	CHECK_INT(disk.form, XM_DISK_FILE);
	CHECK(!disk.cached);
	check_dev("file:/with,comma and space.img,hda,ro",
		  "/with,comma and space.img", "hda", false);
}

static void file_cached_form(void)
{
	check_dev("file-cached:/path,xvda,w", "/path", "xvda", true);
	CHECK(disk.cached);
	CHECK_INT(disk.form, XM_DISK_FILE);
}

static void modes(void)
{
	static const struct {
		const char *mode;
		bool write, shared;
	} all[] = {
		{ "r", false, false }, { "ro", false, false },
		{ "w", true, false }, { "rw", true, false },
		{ "w!", true, true }, { "rw!", true, true },
	};
	char spec[64];

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		snprintf(spec, sizeof(spec), "phy:/dev/sdb,xvdb,%s",
			 all[i].mode);
		check_dev(spec, "/dev/sdb", "xvdb", all[i].write);
		CHECK_INT(disk.shared, all[i].shared);
		snprintf(spec, sizeof(spec), "/dev/sdb,raw,xvdb,%s",
			 all[i].mode);
		check_dev(spec, "/dev/sdb", "xvdb", all[i].write);
		CHECK_INT(disk.shared, all[i].shared);
		snprintf(spec, sizeof(spec),
			 "vdev=xvdb, access=%s, target=/dev/sdb", all[i].mode);
		check_dev(spec, "/dev/sdb", "xvdb", all[i].write);
		CHECK_INT(disk.shared, all[i].shared);
	}
}

static void modern_forms(void)
{
	check_dev("format=raw,vdev=xvda,access=rw,target=/path", "/path",
		  "xvda", true);
	CHECK_INT(disk.form, XM_DISK_XL);
	check_dev("/path,raw,xvda,rw", "/path", "xvda", true);
	check_dev("/path,,xvda", "/path", "xvda", true);
	check_dev("vg/lv,raw,xvda,ro", "/dev/vg/lv", "xvda", false);
	check_dev("vdev=xvda,target=/odd,w!,name", "/odd,w!,name", "xvda",
		  true);
	CHECK(!disk.shared);
}

static void modern_behind_a_prefix(void)
{
	CHECK(parse("phy:/dev/sr0,hdc:cdrom,r"));
	CHECK_INT(dev.is_cdrom, 1);
	check_dev("phy:/dev/vg/lv,xvda,w,backend=driver", "/dev/vg/lv",
		  "xvda", true);
	CHECK_STR(dev.backend_domname, "driver");
}

static void names_of_disks(void)
{
	static const char *const good[] = {
		"xvda", "xvda1", "xvdz15", "xvdaa", "sda", "sdp15", "hdc", "hdd3",
		"d0", "d3p2", "0x801", "2049", "51712",
	}, *const bad[] = {
		"xvd", "xvd1", "xvda0", "xvdA", "xvda-1", "vda", "sdq", "hde",
		"0xzz", "99999999999", "d", "dp1", "d1p", "x", "", "sda1x",
	};
	char spec[64];

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		if (!CHECK(xm_disk_is_vdev(good[i])))
			printf("%s\n", good[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (!CHECK(!xm_disk_is_vdev(bad[i])))
			printf("'%s'\n", bad[i]);
		snprintf(spec, sizeof(spec), "/dev/a,raw,%s,w", bad[i]);
		CHECK(!parse(spec));
	}
}

static void malformed(void)
{
	check_bad("", "empty");
	check_bad("   ", "empty");
	check_bad("phy:", "three parts");
	check_bad("phy:hda3", "three parts");
	check_bad("phy:hda3,sda1", "three parts");
	check_bad("phy:,sda1,w", "missing");
	check_bad("phy:hda3,,w", "not a disk name");
	check_bad("phy:hda3,/dev/x/sda1,w", "not a disk name");
	check_bad("phy:hda3,sda1,w,a,b", "not a disk name");
	check_bad("phy:hda3,sda1,x", "access mode");
	check_bad("phy:hda3,sda1,", "access mode");
	check_bad("phy:hda3,sda1,r!", "access mode");
	check_bad("phy:hda3,sda1,!", "access mode");
	check_bad("phy:hda3,sda1,wr", "access mode");
	check_bad("file:disk.img,sda1,w", "absolute");
	check_bad("file:/a:sda1", "three parts");
	check_bad("file-cached:rel,xvda,w", "absolute");
	check_bad("/path,raw", "");
	check_bad("/path,nosuchformat,xvda,w", "format");
	check_bad("/path,raw,xvda,r!", "access");
	check_bad(",,,", "");
}

static void place(const char *spec, bool direct, const char *script,
		  const char *target)
{
	if (!CHECK(parse(spec)))
		return;
	xm_disk_place(&disk, &dev, direct, false);
	CHECK_STR(dev.script, script);
	CHECK_STR(dev.pdev_path, target);
	CHECK_INT(dev.backend, script ? LIBXL_DISK_BACKEND_PHY :
		  LIBXL_DISK_BACKEND_UNKNOWN);
}

static void placed_on_our_backend(void)
{
	place("file:/f,xvda,w", true, "block-xenify", "/f");
	place("file:/f,xvda,w!", true, "block-xenify", "shared:/f");
	place("file-cached:/f,xvda,w", true, "block-xenify", "cached:/f");
	place("file-cached:/f,xvda,w!", true, "block-xenify",
	      "cached:shared:/f");
	place("phy:/dev/sdb,xvda,w", true, "block-xenify", "/dev/sdb");
	place("phy:/dev/sdb,xvda,w!", true, "block-xenify", "shared:/dev/sdb");
}

static void placed_on_another_backend(void)
{
	place("file:/f,xvda,w", false, NULL, "/f");
	place("file-cached:/f,xvda,w", false, NULL, "/f");
	place("phy:/dev/sdb,xvda,w", false, "block-xenify", "/dev/sdb");
	place("phy:/dev/sdb,xvda,w!", false, "block-xenify",
	      "shared:/dev/sdb");
}

/* libxl lends a bootloader in Dom0 only what no script of ours serves. */
static void placed_for_a_bootloader(void)
{
	CHECK(parse("phy:/dev/sdb,xvda,w"));
	xm_disk_place(&disk, &dev, true, true);
	CHECK_STR(dev.script, NULL);
	CHECK_STR(dev.pdev_path, "/dev/sdb");
	CHECK(parse("file:/f,xvda,w"));
	xm_disk_place(&disk, &dev, true, true);
	CHECK_STR(dev.script, NULL);
	CHECK_STR(dev.pdev_path, "/f");
	CHECK(parse("phy:/dev/sdb,xvda,w!"));
	xm_disk_place(&disk, &dev, true, true);
	CHECK_STR(dev.script, "block-xenify");
}

static void path_behind_prefixes(void)
{
	static const char *const specs[] = {
		"file:/f,xvda,w", "file:/f,xvda,w!", "file-cached:/f,xvda,w",
		"file-cached:/f,xvda,w!", "phy:/f,xvda,w!",
	};
	bool shared;

	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		CHECK(parse(specs[i]));
		xm_disk_place(&disk, &dev, true, false);
		CHECK_STR(xm_disk_path(&dev, &shared), "/f");
		CHECK_INT(shared, !!strchr(specs[i], '!'));
	}
	CHECK(parse("/f,raw,xvda,rw,script=block-iscsi"));
	CHECK_STR(xm_disk_path(&dev, &shared), NULL);
}

static void placed_modern_file(void)
{
	char path[] = "/tmp/xm-test-XXXXXX", spec[128];
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	snprintf(spec, sizeof(spec), "%s,raw,xvda,rw", path);
	place(spec, true, "block-xenify", path);
	place(spec, false, NULL, path);
	/* Whatever stands before it. */
	snprintf(spec, sizeof(spec), "phy:%s,xvda,w", path);
	place(spec, false, NULL, path);
	snprintf(spec, sizeof(spec), "%s,raw,xvda,rw,script=block-iscsi", path);
	CHECK(parse(spec));
	xm_disk_place(&disk, &dev, true, false);
	CHECK_STR(dev.script, "block-iscsi");
	snprintf(spec, sizeof(spec), "%s,qcow2,xvda,rw", path);
	CHECK(parse(spec));
	xm_disk_place(&disk, &dev, true, false);
	CHECK_STR(dev.script, NULL);
	close(fd);
	unlink(path);
}

int main(void)
{
	libxl_device_disk_init(&dev);
	RUN(phy_relative);
	RUN(phy_absolute);
	RUN(phy_colons);
	RUN(file_form);
	RUN(file_cached_form);
	RUN(modes);
	RUN(modern_forms);
	RUN(modern_behind_a_prefix);
	RUN(names_of_disks);
	RUN(malformed);
	RUN(placed_on_our_backend);
	RUN(placed_on_another_backend);
	RUN(placed_modern_file);
	RUN(placed_for_a_bootloader);
	RUN(path_behind_prefixes);
	xm_disk_free(&disk);
	libxl_device_disk_dispose(&dev);
	free(error);
	return check_done();
}
