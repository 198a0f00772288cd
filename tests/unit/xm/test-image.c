// SPDX-License-Identifier: GPL-2.0-or-later
/* Images: names, sizes, what is remembered of them, their guests' configuration. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "image.h"
#include "read.h"
#include "util.h"
#include "xm.h"

static char *root;

static void make_root(void)
{
	static const char *const dirs[] = {
		"", "/etc", "/etc/xen", "/var", "/var/lib", "/var/lib/xen",
		"/var/lib/xen/images", "/boot", "/boot/xenify",
	};
	char template[] = "/tmp/xm-image-XXXXXX";

	if (!mkdtemp(template))
		abort();
	root = xm_strdup(template);
	setenv("SYSROOT", root, 1);
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		char *path = xm_asprintf("%s%s", root, dirs[i]);

		mkdir(path, 0755);
		free(path);
	}
}

static void drop_root(void)
{
	char *command = xm_asprintf("rm -rf %s", root);

	CHECK(!system(command));
	free(command);
	free(root);
	unsetenv("SYSROOT");
}

static char *put(const char *name, const char *what)
{
	char *path = xm_asprintf("%s%s", root, name);
	FILE *out = fopen(path, "w");

	if (CHECK(out)) {
		fputs(what, out);
		fclose(out);
	}
	return path;
}

static void a_name_is_a_host_name(void)
{
	static const char *const good[] = { "web1", "a", "A-b.example", "1a" };
	static const char *const bad[] = {
		"", "1", "-a", "a-", ".a", "a.", "a..b", "a/b", "../a", "a b",
		"a_b", "a\nb", "a,b", "\xc3\xa4",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		CHECK(!xm_image_name_problem(good[i]));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (!CHECK(xm_image_name_problem(bad[i])))
			printf("'%s' is taken for a name\n", bad[i]);
}

static void sizes_have_units(void)
{
	static const struct {
		const char *text;
		uint64_t mib;
	} good[] = {
		{ "5G", 5120 }, { "5g", 5120 }, { "1M", 1 }, { "1K", 1 }, { "1T", 1 << 20 },
		{ "5GiB", 5120 }, { "5gb", 5120 }, { "16385K", 17 },
		{ "1024T", 1ULL << 30 },
	};
	static const char *const bad[] = {
		"", "5", "G", "5.5G", "-5G", "+5G", "5GG", "5 G", "0M", "0G",
		"1025T", "16777217T", "9999999999G", "5X", "0x10G",
	};
	uint64_t bytes;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		if (!CHECK(xm_image_size(good[i].text, &bytes) &&
			   bytes == good[i].mib << 20))
			printf("%s\n", good[i].text);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		bytes = 7;
		if (!CHECK(!xm_image_size(bad[i], &bytes) && bytes == 7))
			printf("%s\n", bad[i]);
	}
}

static void check_text(uint64_t bytes, const char *want)
{
	char *got = xm_image_size_text(bytes);

	CHECK_STR(got, want);
	free(got);
}

static void sizes_are_short(void)
{
	check_text(5ULL << 30, "5G");
	check_text(1280ULL << 20, "1280M");
	check_text(0, "0M");
}

static void parts_have_names(void)
{
	struct xm_image img;
	char *want;

	make_root();
	xm_image_init(&img, "web1");
	xm_image_place(&img, NULL, NULL, true);
	want = xm_asprintf("%s/var/lib/xen/images/web1-swap.img", root);
	CHECK_STR(img.swap, want);
	free(want);
	want = xm_asprintf("%s/etc/xen/web1.cfg", root);
	CHECK_STR(img.config, want);
	free(want);
	xm_image_free(&img);
	xm_image_init(&img, "web1");
	xm_image_place(&img, NULL, "vg0", false);
	want = xm_asprintf("%s/dev/vg0/web1-disk", root);
	CHECK_STR(img.disk, want);
	free(want);
	CHECK(!img.swap);
	xm_image_free(&img);
	xm_image_init(&img, "web1");
	xm_image_place(&img, "/srv", NULL, false);
	CHECK_STR(img.disk, "/srv/web1-disk.img");
	xm_image_free(&img);
	drop_root();
}

static void a_record_is_read_again(void)
{
	struct xm_image img, again;
	char **names, *new;
	size_t count;

	make_root();
	xm_image_init(&img, "web1");
	CHECK_INT(xm_image_lock(&img), XM_OK);
	xm_image_place(&img, "/srv/with = and blanks", NULL, true);
	img.fs = xm_strdup("ext4");
	CHECK_INT(xm_image_write(&img, "making"), XM_OK);
	xm_image_init(&again, "web1");
	CHECK(xm_image_read(&again));
	CHECK_STR(again.disk, "/srv/with = and blanks/web1-disk.img");
	CHECK_STR(again.state, "making");
	CHECK_STR(again.fs, "ext4");
	CHECK(!again.vg);
	hear();
	CHECK_INT(xm_image_lock(&again), XM_BUSY);
	xm_image_free(&again);
	names = xm_image_names(&count);
	if (CHECK_INT(count, 1))
		CHECK_STR(names[0], "web1");
	xm_image_names_free(names, count);
	/* No value becomes two. */
	img.made_of = xm_strdup("/x\ndisk=/etc/passwd");
	CHECK_INT(xm_image_write(&img, "ready"), XM_FAIL);
	xm_image_init(&again, "web1");
	CHECK(xm_image_read(&again));
	CHECK_STR(again.state, "making");
	xm_image_free(&again);
	new = put("/var/lib/xenify/images/web1.image.new", "state=");
	CHECK_INT(xm_image_forget(&img), XM_OK);
	CHECK(access(new, F_OK));
	free(new);
	xm_image_init(&again, "web1");
	CHECK(!xm_image_read(&again));
	xm_image_free(&again);
	xm_image_free(&img);
	drop_root();
}

static void nothing_is_in_the_way(void)
{
	static const char *const names[] = {
		"/etc/xen/web1.cfg", "/var/lib/xen/images/web1-disk.img",
		"/var/lib/xen/images/web1-swap.img",
		"/var/lib/xen/images/web1-disk.img" XM_IMAGE_PART,
	};
	struct xm_image img;

	make_root();
	xm_image_init(&img, "web1");
	xm_image_place(&img, NULL, NULL, true);
	CHECK_INT(xm_image_absent(&img), XM_OK);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = put(names[i], "");

		CHECK_INT(xm_image_absent(&img), XM_BUSY);
		unlink(path);
		/* Nor where a link would lead to. */
		CHECK(!symlink("/nonexistent", path));
		CHECK_INT(xm_image_absent(&img), XM_BUSY);
		unlink(path);
		free(path);
	}
	CHECK_INT(xm_image_room(&img, 1 << 20), XM_OK);
	CHECK_INT(xm_image_room(&img, 1ULL << 60), XM_FAIL);
	xm_image_free(&img);
	drop_root();
}

static void keys_are_public(void)
{
	char *path;

	make_root();
	path = put("/key", "ssh-ed25519 AAAA root@host\n");
	CHECK_INT(xm_image_key(path), XM_OK);
	free(path);
	path = put("/key", "-----BEGIN OPENSSH PRIVATE KEY-----\nssh-\n");
	CHECK_INT(xm_image_key(path), XM_CONFIG);
	free(path);
	path = put("/key", "hello\n");
	CHECK_INT(xm_image_key(path), XM_CONFIG);
	CHECK_INT(xm_image_key("/nonexistent"), XM_CONFIG);
	CHECK_INT(xm_image_key(NULL), XM_OK);
	free(path);
	drop_root();
}

static void addresses_are_checked(void)
{
	static const char *const good[] = {
		"192.0.2.5/24", "2001:db8::5/64", "10.0.0.1/32",
	};
	static const char *const bad[] = {
		"192.0.2.5", "192.0.2/24", "192.0.2.5/33", "192.0.2.5/0", "/24",
		"2001:db8::5/129", "192.0.2.5/24x", "a/24",
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		CHECK(xm_image_network(good[i]));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK(!xm_image_network(bad[i]));
	CHECK(xm_image_addresses("192.0.2.1,2001:db8::1"));
	CHECK(!xm_image_addresses("192.0.2.1,x"));
	CHECK_INT(xm_image_suite("bookworm"), XM_OK);
	CHECK_INT(xm_image_suite("rocky-9"), XM_OK);
	CHECK_INT(xm_image_suite("Fedora-41"), XM_USAGE);
	CHECK_INT(xm_image_suite("--help"), XM_USAGE);
	CHECK_INT(xm_image_suite("../etc"), XM_USAGE);
	CHECK_INT(xm_image_group("image-create", NULL), XM_OK);
	CHECK_INT(xm_image_group("image-create", "vg_0.a+b-c"), XM_OK);
	CHECK_INT(xm_image_group("image-create", ".."), XM_USAGE);
	CHECK_INT(xm_image_group("image-create", "a/b"), XM_USAGE);
}

static void the_newest_kernel_is_taken(void)
{
	char *old, *new, *initrd, *found;

	make_root();
	old = put("/boot/xenify/vmlinuz-6.12.9-xenify", "");
	new = put("/boot/xenify/vmlinuz-6.12.10-xenify", "");
	initrd = put("/boot/xenify/initrd.img-6.12.10-xenify", "");
	found = xm_image_kernel();
	CHECK_STR(found, new);
	free(found);
	found = xm_image_ramdisk(new);
	CHECK_STR(found, initrd);
	free(found);
	CHECK(!xm_image_ramdisk(old));
	free(old);
	free(new);
	free(initrd);
	drop_root();
}

static bool read_part(const struct xm_image *img)
{
	char *part = xm_asprintf("%s" XM_IMAGE_PART, img->config);
	char *file = xm_readfile(part, NULL);
	bool good = CHECK(file) && CHECK(read_config(file, NULL, 0));

	free(file);
	free(part);
	return good;
}

static void new_image(struct xm_image *img, const char *name, bool swap)
{
	xm_image_init(img, name);
	xm_image_place(img, NULL, NULL, swap);
	img->mac = xm_image_new_mac();
}

static void a_new_configuration_can_be_read(void)
{
	struct xm_image_guest guest = { .memory = 300, .vcpus = 2 };
	struct xm_image img;
	char mac[18];

	make_root();
	guest.kernel = xm_asprintf("/boot/a \"kernel\"");
	guest.bridge = "br7";
	new_image(&img, "web1", true);
	CHECK_INT(xm_image_config_new(&img, &guest), XM_OK);
	if (read_part(&img)) {
		CHECK_STR(said, "");
		CHECK_STR(cfg.dc.c_info.name, "web1");
		CHECK_STR(cfg.dc.b_info.kernel, guest.kernel);
		CHECK_INT(cfg.dc.b_info.target_memkb, 300 * 1024);
		CHECK_INT(cfg.dc.num_disks, 2);
		CHECK_STR(cfg.dc.disks[0].pdev_path, img.disk);
		CHECK_INT(cfg.dc.disks[0].readwrite, 1);
		CHECK_STR(cfg.dc.disks[1].vdev, "xvdb");
		CHECK_INT(cfg.dc.num_nics, 1);
		CHECK_STR(cfg.dc.nics[0].bridge, "br7");
		snprintf(mac, sizeof(mac), LIBXL_MAC_FMT,
			 LIBXL_MAC_BYTES(cfg.dc.nics[0].mac));
		CHECK_STR(mac, img.mac);
	}
	forget();
	/* Nobody's file is written over. */
	CHECK_INT(xm_image_config_new(&img, &guest), XM_FAIL);
	free(guest.kernel);
	xm_image_free(&img);
	drop_root();
}

/* Its own name, disks and address; the other's memory; nobody else's disk. */
static void a_copy_of_a_configuration_is_its_own(void)
{
	struct xm_image of, img;
	char *config, *path;

	make_root();
	new_image(&of, "web1", true);
	new_image(&img, "web2", true);
	config = xm_asprintf("name='web1'\nkernel='/k'\nmemory=77\nuuid='00000000-0000-0000-0000-000000000001'\n"
			   "disk=['file:%s,xvda,w','phy:/dev/vg/data,xvdc,w','file:%s,xvdb,w']\n"
			   "vif=['mac=00:16:3e:00:00:01,bridge=b,vifname=w,ip=192.0.2.1','mac=00:16:3e:00:00:02']\n",
			   of.disk, of.swap);
	path = put("/etc/xen/web1.cfg", config);
	hear();
	CHECK_INT(xm_image_config_copy(&img, &of), XM_OK);
	if (read_part(&img)) {
		CHECK_STR(cfg.dc.c_info.name, "web2");
		CHECK(libxl_uuid_is_nil(&cfg.dc.c_info.uuid));
		CHECK_INT(cfg.dc.b_info.target_memkb, 77 * 1024);
		if (CHECK_INT(cfg.dc.num_disks, 2)) {
			CHECK_STR(cfg.dc.disks[0].pdev_path, img.disk);
			CHECK_STR(cfg.dc.disks[1].pdev_path, img.swap);
			CHECK_STR(cfg.dc.disks[1].vdev, "xvdb");
		}
		if (CHECK_INT(cfg.dc.num_nics, 2)) {
			CHECK_STR(cfg.dc.nics[0].bridge, "b");
			CHECK(!cfg.dc.nics[0].ifname && !cfg.dc.nics[0].ip);
			CHECK(cfg.dc.nics[0].mac[5] != 1 ||
			      cfg.dc.nics[0].mac[4] || cfg.dc.nics[0].mac[3]);
			CHECK_INT(cfg.dc.nics[1].mac[0] + cfg.dc.nics[1].mac[5], 0);
		}
	}
	forget();
	unlink(path);
	CHECK_INT(xm_image_config_copy(&img, &of), XM_CONFIG);
	free(path);
	free(config);
	xm_image_free(&of);
	xm_image_free(&img);
	drop_root();
}

int main(void)
{
	RUN(a_name_is_a_host_name);
	RUN(sizes_have_units);
	RUN(sizes_are_short);
	RUN(parts_have_names);
	RUN(a_record_is_read_again);
	RUN(nothing_is_in_the_way);
	RUN(keys_are_public);
	RUN(addresses_are_checked);
	RUN(the_newest_kernel_is_taken);
	RUN(a_new_configuration_can_be_read);
	RUN(a_copy_of_a_configuration_is_its_own);
	return check_done();
}
