// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm image-clone: makes a guest's image like another one, with an identity of its
 * own: host name, machine ID, keys, addresses. Of a volume it is a snapshot, of a
 * file a reflink where the file system can, or else a copy.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "image.h"
#include "lock.h"
#include "mac.h"
#include "xm.h"

const char xm_image_clone_options[] =
	"      --copy             a whole copy, no snapshot or reflink\n"
	"      --running          although IMAGE is in use: as after a power failure\n"
	"      --lvm=VG           volumes in this group; --dir=DIR: files there\n"
	"      --ip=ADDR/LEN      its address; --dhcp: by DHCP\n"
	"      --gateway=ADDR     with --ip; --dns=ADDR[,ADDR] too\n"
	"      --mac=MAC          of its interface\n";

enum option_number {
	O_COPY = 1, O_RUNNING, O_LVM, O_DIR, O_IP, O_DHCP, O_GATEWAY, O_DNS,
	O_MAC, O_LAST
};

/**
 * struct cloning - what was asked for
 * @of: the image that there is
 * @img: the new one
 * @value: options by their number
 * @method: "snapshot", "reflink": at once or not at all; "copy"
 * @before: what the other's disk told of writes when it began
 */
struct cloning {
	struct xm_image of;
	struct xm_image img;
	const char *value[O_LAST];
	const char *method;
	char *before;
};

static int check_options(const struct cloning *c)
{
	const char *verb = "image-clone", *fault = NULL;
	uint8_t mac[XM_MAC_LEN];
	int bits;

	if (xm_image_group(verb, c->value[O_LVM]))
		return XM_USAGE;
	if (c->value[O_LVM] && c->value[O_DIR])
		return xm_usage(verb, "--lvm and --dir don't go together");
	if (c->value[O_IP] && c->value[O_DHCP])
		return xm_usage(verb, "--ip and --dhcp don't go together");
	if (c->value[O_GATEWAY] && !c->value[O_IP])
		return xm_usage(verb, "--gateway goes with --ip");
	if (c->value[O_IP] && !xm_image_network(c->value[O_IP]))
		return xm_usage(verb, "--ip: '%s' is not an address like 192.0.2.5/24",
				c->value[O_IP]);
	if (c->value[O_GATEWAY] && !xm_image_address(c->value[O_GATEWAY], &bits))
		return xm_usage(verb, "--gateway: '%s' is not an address",
				c->value[O_GATEWAY]);
	if (c->value[O_DNS] && !xm_image_addresses(c->value[O_DNS]))
		return xm_usage(verb, "--dns: '%s' is not a list of addresses",
				c->value[O_DNS]);
	if (c->value[O_MAC] && !xm_mac_parse(c->value[O_MAC], mac))
		fault = "it is not of the form 00:16:3e:01:02:03";
	else if (c->value[O_MAC])
		fault = xm_mac_fault(mac);
	return fault ? xm_usage(verb, "--mac: '%s': %s", c->value[O_MAC],
				fault) : XM_OK;
}

/* Two guests with one address is what nobody means. */
static int choose_address(struct cloning *c)
{
	const char *of = c->of.address;

	if (!c->value[O_IP] && !c->value[O_DHCP] && of && strcmp(of, "dhcp")) {
		xm_error(c->img.name, "%s has the address %s; give this one another with --ip, or --dhcp",
			 c->of.name, of);
		return XM_CONFIG;
	}
	c->img.address = xm_strdup(c->value[O_IP] ? c->value[O_IP] : "dhcp");
	return XM_OK;
}

static void choose_place(struct cloning *c)
{
	const char *vg = c->value[O_LVM], *dir = c->value[O_DIR];
	char *same = NULL;

	if (!vg && !dir && c->of.vg) {
		vg = c->of.vg;
	} else if (!vg && !dir) {
		same = xm_strdup(c->of.disk);
		*strrchr(same, '/') = '\0';
		dir = same;
	}
	xm_image_place(&c->img, dir, vg, c->of.swap);
	free(same);
	c->method = "copy";
	if (c->value[O_COPY])
		return;
	if (vg && c->of.vg && !strcmp(vg, c->of.vg))
		c->method = "snapshot";
	else if (c->value[O_RUNNING] && !vg && !c->of.vg)
		c->method = "reflink";
}

/* Why it can't be copied although it is in use, or NULL. */
static const char *no_way(const struct cloning *c)
{
	const char *fs = c->of.fs ? c->of.fs : "";

	if (!c->value[O_RUNNING])
		return "shut that down first, or take it as after a power failure with --running";
	if (!strcmp(c->method, "copy"))
		return "and a copy takes its time, in which that writes; shut that down first";
	if (strcmp(fs, "ext3") && strcmp(fs, "ext4") && strcmp(fs, "xfs"))
		return "and only ext3, ext4 and xfs are mended then; shut that down first";
	return NULL;
}

static int check_use(const struct cloning *c)
{
	char *user = xm_image_user(&c->of);
	const char *why = user ? no_way(c) : NULL;

	if (why)
		xm_error(c->of.name, "is in use by %s; %s", user, why);
	free(user);
	return why ? XM_BUSY : XM_OK;
}

/* A device counts sectors that are written, a file has the time; to be freed. */
static char *writes_to(const char *disk)
{
	unsigned long long sectors = 0;
	char *path, *text;
	struct stat st;

	if (stat(disk, &st))
		return NULL;
	if (!S_ISBLK(st.st_mode))
		return xm_asprintf("%lld.%09ld", (long long)st.st_mtim.tv_sec,
				   st.st_mtim.tv_nsec);
	path = xm_asprintf("/sys/dev/block/%u:%u/stat", major(st.st_rdev),
			   minor(st.st_rdev));
	text = xm_readfile(path, NULL);
	free(path);
	if (text)
		sscanf(text, "%*u %*u %*u %*u %*u %*u %llu", &sectors);
	free(text);
	return xm_asprintf("%llu", sectors);
}

/* A copy is only worth something if nobody wrote to it meanwhile. */
static int check_still(const struct cloning *c)
{
	char *user, *now;
	bool still;

	/* The others are of one moment. */
	if (strcmp(c->method, "copy"))
		return XM_OK;
	user = xm_image_user(&c->of);
	now = writes_to(c->of.disk);
	still = !user && now && !strcmp(now, c->before);
	if (!still)
		xm_error(c->of.name, "was written to meanwhile%s%s, and nothing is left of the copy; shut down what writes to it",
			 user ? ", by " : "", user ? user : "");
	free(now);
	free(user);
	return still ? XM_OK : XM_BUSY;
}

static void tell(const struct cloning *c)
{
	xm_image_tell("OF", c->of.name);
	xm_image_tell("OF_DISK", c->of.disk);
	xm_image_tell("METHOD", c->method);
	xm_image_tell("WHOLE", c->value[O_COPY]);
	xm_image_tell("GATEWAY", c->value[O_GATEWAY]);
	xm_image_tell("DNS", c->value[O_DNS]);
	xm_image_tell("NEW_ADDRESS", c->value[O_IP] || c->value[O_DHCP] ?
		      "1" : NULL);
	xm_image_tell_number("SIZE", xm_image_bytes(c->of.disk));
	xm_image_tell_number("SWAP_SIZE", c->of.swap ?
			     xm_image_bytes(c->of.swap) : 0);
}

static int make(struct cloning *c)
{
	struct xm_image *img = &c->img;
	int ret = xm_image_absent(img);

	/* How much of it will be shared, the file system knows. */
	if (!ret)
		ret = xm_image_room(img, 0);
	if (!ret && img->vg)
		ret = xm_image_run(img, "group");
	if (!ret)
		ret = xm_image_write(img, "making");
	if (ret)
		return ret;
	ret = xm_image_run(img, "clone");
	if (!ret)
		ret = check_still(c);
	if (!ret)
		ret = xm_image_config_copy(img, &c->of);
	if (ret) {
		xm_image_recover(img);
		return ret;
	}
	return xm_image_publish(img);
}

/* One that was begun by somebody who was killed is taken back first. */
static int take_new(struct xm_image *img)
{
	int ret = xm_image_lock(img);

	if (ret || !xm_image_read(img))
		return ret;
	ret = xm_image_recover(img);
	if (!ret && !strcmp(img->state, "ready")) {
		xm_error(img->name, "this image exists; 'xm image-delete %s' removes it",
			 img->name);
		ret = XM_BUSY;
	}
	return ret;
}

static int clone(struct cloning *c, const char *of, const char *name)
{
	struct xm_image old;
	int ret = xm_image_take(&c->of, of);

	if (ret)
		return ret;
	xm_image_init(&old, name);
	ret = take_new(&old);
	c->img.lock = old.lock;
	old.lock = -1;
	xm_image_free(&old);
	if (!ret)
		ret = choose_address(c);
	if (ret)
		return ret;
	choose_place(c);
	c->img.made_of = xm_strdup(of);
	c->img.fs = c->of.fs ? xm_strdup(c->of.fs) : NULL;
	c->img.mac = c->value[O_MAC] ? xm_strdup(c->value[O_MAC]) :
		     xm_image_new_mac();
	c->img.created = xm_image_now();
	ret = check_use(c);
	if (ret)
		return ret;
	c->before = writes_to(c->of.disk);
	if (!c->before) {
		xm_error(of, "%s: %s; its disk is gone", c->of.disk,
			 strerror(errno));
		return XM_FAIL;
	}
	tell(c);
	ret = make(c);
	if (!ret)
		printf("%s: 'xm create %s.cfg' starts it\n", name, name);
	return ret;
}

int cmd_image_clone(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "copy", no_argument, NULL, O_COPY },
		{ "running", no_argument, NULL, O_RUNNING },
		{ "lvm", required_argument, NULL, O_LVM },
		{ "dir", required_argument, NULL, O_DIR },
		{ "ip", required_argument, NULL, O_IP },
		{ "dhcp", no_argument, NULL, O_DHCP },
		{ "gateway", required_argument, NULL, O_GATEWAY },
		{ "dns", required_argument, NULL, O_DNS },
		{ "mac", required_argument, NULL, O_MAC },
		XM_LONGOPTS
	};
	struct cloning c = { .method = "copy" };
	const char *problem;
	int opt, ret;

	while ((opt = xm_getopt(argc, argv, "", longs)) != -1)
		c.value[opt] = optarg ? optarg : "1";
	if (argc - optind != 2)
		return xm_usage(argv[0], "needs an image and a name for the new one");
	problem = xm_image_name_problem(argv[optind + 1]);
	if (problem)
		return xm_usage(argv[0], "'%s': %s", argv[optind + 1], problem);
	if (!strcmp(argv[optind], argv[optind + 1]))
		return xm_usage(argv[0], "the new image needs a name of its own");
	ret = check_options(&c);
	if (ret)
		return ret;
	xm_image_init(&c.img, argv[optind + 1]);
	xm_signals_hold();
	ret = clone(&c, argv[optind], argv[optind + 1]);
	xm_signals_release();
	free(c.before);
	xm_image_free(&c.img);
	xm_image_free(&c.of);
	return ret;
}
