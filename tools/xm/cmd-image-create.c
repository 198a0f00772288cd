// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm image-create: makes a guest's disk with a system on it, its swap disk and its
 * configuration file, or nothing at all. What was asked for is checked here; what
 * makes it is image/xm-image.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "lock.h"
#include "mac.h"
#include "xm.h"

const char xm_image_create_options[] =
	"      --suite=SUITE      a release: bookworm, noble, or one of rinse's, rocky-9\n"
	"      --tree=DIR|TAR     what is in a directory or in a tar file instead\n"
	"      --size=SIZE        of the disk, as 5G\n"
	"      --mirror=URL       where packages come from; or lines of sources.list\n"
	"      --packages=LIST    more packages, separated by commas\n"
	"      --role=SCRIPT      called with the directory that has the system\n"
	"      --fs=TYPE          ext4, ext3, ext2, btrfs or xfs\n"
	"      --lvm=VG           volumes in this volume group\n"
	"      --dir=DIR          files in this directory (/var/lib/xen/images)\n"
	"      --sparse           files take room only when they are written to\n"
	"      --swap=SIZE        a swap disk, too\n"
	"      --ip=ADDR/LEN      its address; --dhcp: by DHCP (the default)\n"
	"      --gateway=ADDR     with --ip; --dns=ADDR[,ADDR] too\n"
	"      --mac=MAC          of its interface; --bridge=BRIDGE: where that is\n"
	"      --ssh-key=FILE     public keys that root logs in with, by ssh\n"
	"      --memory=MIB       of the guest (512); --vcpus=N: its CPUs (1)\n"
	"      --kernel=FILE      and --ramdisk=FILE: what it boots\n"
	"      --fresh            nothing of what earlier calls have made or fetched\n";

/**
 * struct asked - what was asked for
 * @img: what becomes of it
 * @guest: the guest that it is for
 * @value: options that only the program below wants, or this file, by their number
 * @roles: one path a line
 * @size: of the disk
 * @swap: of the swap disk, 0: none
 */
struct asked {
	struct xm_image img;
	struct xm_image_guest guest;
	const char *value[32];
	char *roles;
	uint64_t size;
	uint64_t swap;
};

enum option_number {
	O_SUITE = 1, O_TREE, O_SIZE, O_MIRROR, O_PACKAGES, O_ROLE, O_FS, O_LVM,
	O_DIR, O_SPARSE, O_SWAP, O_IP, O_DHCP, O_GATEWAY, O_DNS, O_MAC,
	O_BRIDGE, O_SSH_KEY, O_MEMORY, O_VCPUS, O_KERNEL, O_RAMDISK, O_FRESH,
};

static const struct option longs[] = {
	{ "suite", required_argument, NULL, O_SUITE },
	{ "tree", required_argument, NULL, O_TREE },
	{ "size", required_argument, NULL, O_SIZE },
	{ "mirror", required_argument, NULL, O_MIRROR },
	{ "packages", required_argument, NULL, O_PACKAGES },
	{ "role", required_argument, NULL, O_ROLE },
	{ "fs", required_argument, NULL, O_FS },
	{ "lvm", required_argument, NULL, O_LVM },
	{ "dir", required_argument, NULL, O_DIR },
	{ "sparse", no_argument, NULL, O_SPARSE },
	{ "swap", required_argument, NULL, O_SWAP },
	{ "ip", required_argument, NULL, O_IP },
	{ "dhcp", no_argument, NULL, O_DHCP },
	{ "gateway", required_argument, NULL, O_GATEWAY },
	{ "dns", required_argument, NULL, O_DNS },
	{ "mac", required_argument, NULL, O_MAC },
	{ "bridge", required_argument, NULL, O_BRIDGE },
	{ "ssh-key", required_argument, NULL, O_SSH_KEY },
	{ "memory", required_argument, NULL, O_MEMORY },
	{ "vcpus", required_argument, NULL, O_VCPUS },
	{ "kernel", required_argument, NULL, O_KERNEL },
	{ "ramdisk", required_argument, NULL, O_RAMDISK },
	{ "fresh", no_argument, NULL, O_FRESH },
	XM_LONGOPTS
};

/* Two options that don't go together, or one that lacks another. */
static int check_pairs(const struct asked *a)
{
	static const struct {
		int one, other;
	} apart[] = {
		{ O_SUITE, O_TREE }, { O_LVM, O_DIR }, { O_LVM, O_SPARSE },
		{ O_IP, O_DHCP }, { O_TREE, O_MIRROR }, { O_TREE, O_PACKAGES },
		{ O_TREE, O_ROLE }, { O_DHCP, O_GATEWAY },
	};
	const char *verb = "image-create";

	for (size_t i = 0; i < ARRAY_SIZE(apart); i++)
		if (a->value[apart[i].one] && a->value[apart[i].other])
			return xm_usage(verb, "--%s and --%s don't go together",
					longs[apart[i].one - 1].name,
					longs[apart[i].other - 1].name);
	if (!a->value[O_SUITE] && !a->value[O_TREE])
		return xm_usage(verb, "needs --suite, as bookworm, or --tree");
	if (!a->value[O_SIZE])
		return xm_usage(verb, "needs --size, as 5G");
	if (a->value[O_GATEWAY] && !a->value[O_IP])
		return xm_usage(verb, "--gateway goes with --ip");
	if (a->value[O_MIRROR] && (*a->value[O_MIRROR] == '-' ||
				   !xm_image_printable(a->value[O_MIRROR])))
		return xm_usage(verb, "--mirror: '%s' is no URL, nor a line of sources.list",
				a->value[O_MIRROR]);
	return xm_image_group(verb, a->value[O_LVM]);
}

static int check_sizes(struct asked *a)
{
	const char *verb = "image-create";

	if (!xm_image_size(a->value[O_SIZE], &a->size) || a->size < XM_IMAGE_LEAST)
		return xm_usage(verb, "--size: '%s' is not a size like 5G or 1280M, of 16M at least",
				a->value[O_SIZE]);
	if (a->value[O_SWAP] && (!xm_image_size(a->value[O_SWAP], &a->swap) ||
				 a->swap < XM_IMAGE_LEAST))
		return xm_usage(verb, "--swap: '%s' is not a size like 256M, of 16M at least",
				a->value[O_SWAP]);
	a->guest.memory = 512;
	a->guest.vcpus = 1;
	if (a->value[O_MEMORY] && !xm_number(a->value[O_MEMORY], 16, 1L << 24,
					     &a->guest.memory))
		return xm_usage(verb, "--memory: '%s' is not a number of MiB",
				a->value[O_MEMORY]);
	if (a->value[O_VCPUS] && !xm_number(a->value[O_VCPUS], 1, 512,
					    &a->guest.vcpus))
		return xm_usage(verb, "--vcpus: '%s' is not a number of CPUs",
				a->value[O_VCPUS]);
	return XM_OK;
}

static int check_network(struct asked *a)
{
	const char *verb = "image-create", *fault = NULL;
	uint8_t mac[XM_MAC_LEN];
	int bits;

	if (a->value[O_IP] && !xm_image_network(a->value[O_IP]))
		return xm_usage(verb, "--ip: '%s' is not an address like 192.0.2.5/24",
				a->value[O_IP]);
	if (a->value[O_GATEWAY] && !xm_image_address(a->value[O_GATEWAY], &bits))
		return xm_usage(verb, "--gateway: '%s' is not an address",
				a->value[O_GATEWAY]);
	if (a->value[O_DNS] && !xm_image_addresses(a->value[O_DNS]))
		return xm_usage(verb, "--dns: '%s' is not a list of addresses",
				a->value[O_DNS]);
	if (a->value[O_BRIDGE] &&
	    (strlen(a->value[O_BRIDGE]) > 15 ||
	     strpbrk(a->value[O_BRIDGE], " ,/'\"\\\n")))
		return xm_usage(verb, "--bridge: '%s' is no name for a bridge",
				a->value[O_BRIDGE]);
	if (!a->value[O_MAC])
		return XM_OK;
	if (!xm_mac_parse(a->value[O_MAC], mac))
		fault = "it is not of the form 00:16:3e:01:02:03";
	else
		fault = xm_mac_fault(mac);
	return fault ? xm_usage(verb, "--mac: '%s': %s", a->value[O_MAC],
				fault) : XM_OK;
}

static int check_fs(struct asked *a)
{
	static const char *const known[] = {
		"ext4", "ext3", "ext2", "btrfs", "xfs",
	};
	const char *fs = a->value[O_FS] ? a->value[O_FS] : "ext4";

	a->img.fs = xm_strdup(fs);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(fs, known[i]))
			return XM_OK;
	return xm_usage("image-create", "--fs: '%s' is none of ext4, ext3, ext2, btrfs, xfs",
			fs);
}

static int check_tree(struct asked *a)
{
	struct stat st;

	if (!a->value[O_TREE])
		return XM_OK;
	if (stat(a->value[O_TREE], &st)) {
		xm_error(a->value[O_TREE], "%s; give a directory or a tar file to --tree",
			 strerror(errno));
		return XM_CONFIG;
	}
	if (!xm_image_printable(a->value[O_TREE])) {
		xm_error(a->img.name, "--tree: there is an unprintable character in it; give it another name");
		return XM_CONFIG;
	}
	if (S_ISDIR(st.st_mode) && st.st_ino == 2)
		xm_note(a->value[O_TREE], "is a whole file system; others that are mounted in it are left out");
	return XM_OK;
}

static int check_kernel(struct asked *a)
{
	struct xm_image_guest *g = &a->guest;
	const char *paths[2];

	if (a->value[O_KERNEL])
		g->kernel = xm_strdup(a->value[O_KERNEL]);
	else
		g->kernel = xm_image_kernel();
	if (!g->kernel) {
		xm_error("kernel", "there is none for guests in /boot/xenify; name one with --kernel");
		return XM_CONFIG;
	}
	g->ramdisk = a->value[O_RAMDISK] ? xm_strdup(a->value[O_RAMDISK]) :
		     xm_image_ramdisk(g->kernel);
	paths[0] = g->kernel;
	paths[1] = g->ramdisk;
	for (int i = 0; i < 2; i++) {
		if (!paths[i] || (*paths[i] == '/' && !access(paths[i], R_OK)))
			continue;
		xm_error(paths[i], "%s; name a file by its whole path",
			 *paths[i] == '/' ? strerror(errno) : "is relative");
		return XM_CONFIG;
	}
	return XM_OK;
}

static int add_role(struct asked *a, const char *role)
{
	char *path = realpath(role, NULL);

	if (!path || access(path, X_OK) || !xm_image_printable(path)) {
		xm_error(role, "%s; --role takes a program that can be run",
			 path && !access(path, X_OK) ?
			 "there is an unprintable character in its path" :
			 strerror(errno));
		free(path);
		return XM_CONFIG;
	}
	xm_append(&a->roles, "%s\n", path);
	free(path);
	return XM_OK;
}

/* One that was begun by somebody who was killed is taken back first. */
static int check_new(struct asked *a)
{
	struct xm_image old;
	int ret = XM_OK;

	xm_image_init(&old, a->img.name);
	old.lock = a->img.lock;
	if (xm_image_read(&old)) {
		ret = xm_image_recover(&old);
		if (!ret && !strcmp(old.state, "ready")) {
			xm_error(a->img.name, "this image exists; 'xm image-delete %s' removes it",
				 a->img.name);
			ret = XM_BUSY;
		}
	}
	old.lock = -1;
	xm_image_free(&old);
	return ret;
}

static int make(struct asked *a)
{
	int ret = xm_image_lock(&a->img);

	if (!ret)
		ret = check_new(a);
	if (!ret)
		ret = xm_image_absent(&a->img);
	if (!ret)
		ret = xm_image_room(&a->img, a->value[O_SPARSE] ? 0 :
				    a->size + a->swap);
	if (!ret && a->img.vg)
		ret = xm_image_run(&a->img, "group");
	if (!ret)
		ret = xm_image_write(&a->img, "making");
	if (ret)
		return ret;
	ret = xm_image_run(&a->img, "create");
	if (!ret)
		ret = xm_image_config_new(&a->img, &a->guest);
	if (ret) {
		xm_image_recover(&a->img);
		return ret;
	}
	return xm_image_publish(&a->img);
}

static void tell(struct asked *a)
{
	char *tree = a->value[O_TREE] ? realpath(a->value[O_TREE], NULL) : NULL;

	xm_image_tell("SUITE", a->value[O_SUITE]);
	xm_image_tell("TREE", tree);
	xm_image_tell("MIRROR", a->value[O_MIRROR]);
	xm_image_tell("PACKAGES", a->value[O_PACKAGES]);
	xm_image_tell("ROLES", a->roles);
	xm_image_tell("SPARSE", a->value[O_SPARSE]);
	xm_image_tell("FRESH", a->value[O_FRESH]);
	xm_image_tell("GATEWAY", a->value[O_GATEWAY]);
	xm_image_tell("DNS", a->value[O_DNS]);
	xm_image_tell("SSH_KEY", a->value[O_SSH_KEY]);
	xm_image_tell("KERNEL", a->guest.kernel);
	xm_image_tell_number("SIZE", a->size);
	xm_image_tell_number("SWAP_SIZE", a->swap);
	free(tree);
}

static int create(struct asked *a)
{
	int ret;

	a->img.made_of = xm_strdup(a->value[O_SUITE] ? a->value[O_SUITE] :
				   a->value[O_TREE]);
	a->img.address = xm_strdup(a->value[O_IP] ? a->value[O_IP] : "dhcp");
	a->img.mac = a->value[O_MAC] ? xm_strdup(a->value[O_MAC]) :
		     xm_image_new_mac();
	a->img.created = xm_image_now();
	a->guest.bridge = a->value[O_BRIDGE];
	xm_image_place(&a->img, a->value[O_DIR], a->value[O_LVM], a->swap);
	tell(a);
	xm_signals_hold();
	ret = make(a);
	xm_signals_release();
	if (!ret)
		printf("%s: 'xm create %s.cfg' starts it\n", a->img.name,
		       a->img.name);
	return ret;
}

static int check(struct asked *a)
{
	int ret = check_pairs(a);

	if (!ret)
		ret = check_sizes(a);
	if (!ret)
		ret = check_network(a);
	if (!ret)
		ret = check_fs(a);
	if (!ret)
		ret = xm_image_suite(a->value[O_SUITE]);
	if (!ret)
		ret = xm_image_key(a->value[O_SSH_KEY]);
	if (!ret)
		ret = check_tree(a);
	if (!ret)
		ret = check_kernel(a);
	return ret;
}

int cmd_image_create(int argc, char **argv)
{
	struct asked a = { .roles = NULL };
	const char *problem;
	int c, ret = XM_OK;

	while ((c = xm_getopt(argc, argv, "", longs)) != -1) {
		if (c == O_ROLE && !ret)
			ret = add_role(&a, optarg);
		a.value[c] = optarg ? optarg : "1";
	}
	if (ret)
		return ret;
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one name");
	problem = xm_image_name_problem(argv[optind]);
	if (problem)
		return xm_usage(argv[0], "'%s': %s", argv[optind], problem);
	xm_image_init(&a.img, argv[optind]);
	ret = check(&a);
	if (!ret)
		ret = create(&a);
	xm_image_free(&a.img);
	free(a.guest.kernel);
	free(a.guest.ramdisk);
	free(a.roles);
	return ret;
}
