// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm hvm2pv: makes of an HVM guest's configuration that of a PV guest, which boots the
 * guest's own kernel. What the guest has on its disk is read where it is (inside.c), and
 * nothing there changes; nor does the old configuration.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guestboot.h"
#include "image.h"
#include "load.h"
#include "managed.h"
#include "xm.h"

#define KERNELS "/var/lib/xenify/kernels"
#define PVGRUB "/usr/lib/grub-xen/grub-x86_64-xen.bin"

/* Who has the kernel. */
enum boot { BOOT_COPY, BOOT_PYGRUB, BOOT_PVGRUB };

/**
 * struct change - a guest that is to be another
 * @dc: its configuration, changed as it goes
 * @file: where that came from; NULL: from the guest that runs
 * @output: where the new one is to be written to; NULL: beside that
 * @to: where it is written to
 * @boot: how it is to boot
 * @force: replace @to
 * @gb: what it boots
 * @kernel: copies here, as its initrd; NULL: there are none
 * @initrd: the same
 */
struct change {
	libxl_domain_config *dc;
	const char *file, *output;
	char *to;
	enum boot boot;
	bool force;
	struct xm_guestboot gb;
	char *kernel, *initrd;
};

/* What is on it if that is of no use, for the message. */
static char *contents(const struct xm_inside *in)
{
	char *text = NULL;

	for (int i = 0; i < in->count; i++) {
		xm_append(&text, "%s", i ? ", " : "");
		if (in->parts[i].number)
			xm_append(&text, "partition %d: ", in->parts[i].number);
		xm_append(&text, "%s", in->parts[i].what);
	}
	return text ? text : xm_strdup("no partition");
}

/* Return: whether this disk has a kernel; a problem is told. */
static int look_into(struct change *c, const libxl_device_disk *disk, const char *path)
{
	const char *name = c->dc->c_info.name;
	struct xm_inside in;
	char *error = NULL;
	int ret = XM_OK;

	if (xm_inside_open(&in, path, &error)) {
		xm_error(name, "disk %s: %s: %s", disk->vdev, path, error);
		ret = XM_CONFIG;
	} else if (xm_guestboot_find(&in, &c->gb)) {
		error = contents(&in);
		xm_error(name, "disk %s: %s has no kernel for PV guests in /boot of an ext2, ext3 or ext4 file system (%s); install one in the guest that has CONFIG_XEN_PV in its /boot/config-*",
			 disk->vdev, path, error);
		ret = XM_CONFIG;
	} else {
		printf("%s: kernel %s is in %s%s", name, c->gb.version, path,
		       c->gb.part.number ? "" : "\n");
		if (c->gb.part.number)
			printf(", partition %d\n", c->gb.part.number);
	}
	free(error);
	xm_inside_close(&in);
	return ret;
}

/* The first one is what it boots from. */
static const libxl_device_disk *first_disk(const libxl_domain_config *dc)
{
	for (int i = 0; i < dc->num_disks; i++)
		if (!dc->disks[i].is_cdrom)
			return &dc->disks[i];
	return NULL;
}

static int find_kernel(struct change *c)
{
	const libxl_device_disk *disk = first_disk(c->dc);
	const char *name = c->dc->c_info.name, *path;
	bool shared;

	if (!disk) {
		xm_error(name, "has no disk to boot from");
		return XM_CONFIG;
	}
	path = xm_disk_path(disk, &shared);
	if (!path || disk->format != LIBXL_DISK_FORMAT_RAW) {
		xm_error(name, "disk %s is not a plain file or device of this host; 'qemu-img convert -O raw' makes one of an image",
			 disk->vdev);
		return XM_CONFIG;
	}
	return look_into(c, disk, path);
}

/* NULL after a message. */
static char *copy_here(struct change *c, const struct xm_inside *in, const char *file)
{
	char *dir = xm_image_root(KERNELS);
	char *to = xm_asprintf("%s/%s/%s", dir, c->dc->c_info.name, strrchr(file, '/') + 1);
	bool ok;

	for (char *p = to + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(to, 0755);
	}
	ok = !xm_inside_copy(in, &c->gb.part, file, to);
	free(dir);
	if (ok)
		return to;
	xm_error(c->dc->c_info.name, "%s could not be copied to %s", file, to);
	free(to);
	return NULL;
}

static int copy(struct change *c)
{
	bool shared;
	struct xm_inside in = {
		.path = (char *)xm_disk_path(first_disk(c->dc), &shared),
	};

	if (c->boot != BOOT_COPY)
		return XM_OK;
	c->kernel = copy_here(c, &in, c->gb.kernel);
	if (c->kernel && c->gb.initrd)
		c->initrd = copy_here(c, &in, c->gb.initrd);
	if (!c->kernel || (c->gb.initrd && !c->initrd))
		return XM_FAIL;
	printf("%s: it is copied to %s%s\n", c->dc->c_info.name, c->kernel,
	       c->initrd ? ", with its initial RAM disk" : "; it has no initial RAM disk");
	return XM_OK;
}

static bool is_taken(const libxl_domain_config *dc, const char *vdev)
{
	for (int i = 0; i < dc->num_disks; i++)
		if (!strcmp(dc->disks[i].vdev, vdev))
			return true;
	return false;
}

/* hda3 is xvda3, and sda is xvda, or the first letter after that which is free. */
static void rename_disk(const libxl_domain_config *dc, libxl_device_disk *disk)
{
	char *vdev;

	if (!xm_starts(disk->vdev, "hd") && !xm_starts(disk->vdev, "sd"))
		return;
	vdev = xm_asprintf("xvd%s", disk->vdev + 2);
	while (is_taken(dc, vdev) && vdev[3] < 'z')
		vdev[3]++;
	printf("%s: disk %s is %s\n", dc->c_info.name, disk->vdev, vdev);
	free(disk->vdev);
	disk->vdev = vdev;
}

/* An emulated drive is the only one that a CD-ROM goes into. */
static void drop_cdroms(libxl_domain_config *dc)
{
	int kept = 0;

	for (int i = 0; i < dc->num_disks; i++) {
		if (dc->disks[i].is_cdrom) {
			printf("%s: CD-ROM %s is left out\n", dc->c_info.name, dc->disks[i].vdev);
			libxl_device_disk_dispose(&dc->disks[i]);
		} else {
			dc->disks[kept++] = dc->disks[i];
		}
	}
	for (int i = kept; i < dc->num_disks; i++)
		libxl_device_disk_init(&dc->disks[i]);
	dc->num_disks = kept;
}

static void change_devices(struct change *c)
{
	libxl_domain_config *dc = c->dc;

	drop_cdroms(dc);
	for (int i = 0; i < dc->num_disks; i++)
		rename_disk(dc, &dc->disks[i]);
	for (int i = 0; i < dc->num_nics; i++) {
		dc->nics[i].nictype = LIBXL_NIC_TYPE_VIF;
		free(dc->nics[i].model);
		dc->nics[i].model = NULL;
	}
	if (c->boot == BOOT_PYGRUB)
		xm_disk_unplace(&dc->disks[0]);
}

/* Lines that say what is another now; to be freed. Return: how many. */
static int new_lines(const struct change *c, char *lines[6])
{
	const struct xm_guestboot *gb = &c->gb;
	int n = 0;

	lines[n++] = xm_strdup("type=pv");
	lines[n++] = xm_asprintf("ramdisk=%s", c->initrd ? c->initrd : "");
	if (c->boot == BOOT_PYGRUB) {
		lines[n++] = xm_strdup("bootloader=pygrub");
		lines[n++] = xm_strdup("kernel=");
		lines[n++] = xm_strdup("cmdline=");
	} else if (c->boot == BOOT_PVGRUB) {
		lines[n++] = xm_strdup("kernel=" PVGRUB);
		lines[n++] = xm_strdup("cmdline=");
	} else {
		lines[n++] = xm_asprintf("kernel=%s", c->kernel);
		lines[n++] = xm_asprintf("cmdline=root=%s %s console=hvc0", gb->root,
					 gb->args ? gb->args : "ro");
	}
	return n;
}

/* The new configuration, to be freed; NULL after a message. */
static char *pv_text(struct change *c)
{
	char *old = xm_config_text(c->dc), *lines[6], *text = NULL;
	int n = new_lines(c, lines);
	struct xm_config cfg;

	xm_config_init(&cfg, c->to, stderr);
	cfg.quiet = true;
	cfg.node_cpus = xm_host_node_cpus;
	if (!xm_config_read(&cfg, old, lines, n))
		text = xm_config_text(&cfg.dc);
	xm_config_free(&cfg);
	for (int i = 0; i < n; i++)
		free(lines[i]);
	free(old);
	return text;
}

static int write_file(const struct change *c, const char *text)
{
	char *partial = xm_asprintf("%s.partial", c->to);
	int fd = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	ssize_t len = strlen(text);
	bool ok = fd >= 0 && write(fd, text, len) == len && !fsync(fd);
	int err = errno;

	if (fd >= 0)
		close(fd);
	if (ok && rename(partial, c->to)) {
		ok = false;
		err = errno;
	}
	if (!ok) {
		unlink(partial);
		xm_error(c->to, "%s", strerror(err));
	}
	free(partial);
	return ok ? XM_OK : XM_FAIL;
}

static void say_what_next(const struct change *c)
{
	const char *name = c->dc->c_info.name;

	if (c->gb.fstab)
		printf("%s: its /etc/fstab names %s; write xvd for hd and sd there before it boots so\n",
		       name, c->gb.fstab);
	if (c->file)
		printf("%s is written, %s stays as it is\n", c->to, c->file);
	else
		printf("%s is written\n", c->to);
	printf("shut %s down, and make it anew: xm create %s\n", name, c->to);
}

static int convert(struct change *c)
{
	const char *name = c->dc->c_info.name;
	char *text;
	int ret;

	if (c->dc->c_info.type != LIBXL_DOMAIN_TYPE_HVM) {
		xm_error(name, "is no HVM guest, but %s",
			 libxl_domain_type_to_string(c->dc->c_info.type));
		return XM_CONFIG;
	}
	if (!c->force && !access(c->to, F_OK)) {
		xm_error(c->to, "is there already; give another name with -o, or replace it with -f");
		return XM_BUSY;
	}
	ret = find_kernel(c);
	if (!ret)
		ret = copy(c);
	if (ret)
		return ret;
	change_devices(c);
	text = pv_text(c);
	ret = text ? write_file(c, text) : XM_CONFIG;
	if (!ret)
		say_what_next(c);
	free(text);
	return ret;
}

/* web.cfg becomes web-pv.cfg. */
static char *new_name(const char *file)
{
	const char *dot = strrchr(file, '.'), *slash = strrchr(file, '/');

	if (!dot || (slash && dot < slash))
		dot = file + strlen(file);
	return xm_asprintf("%.*s-pv%s", (int)(dot - file), file, dot);
}

static int from_file(struct change *c, char *file)
{
	struct xm_load load;
	int ret = xm_load(&load, &file, 1, true, false), disks = load.cfg.dc.num_disks;

	if (!ret) {
		c->dc = &load.cfg.dc;
		c->file = load.path;
		c->to = c->output ? xm_strdup(c->output) : new_name(load.path);
		ret = convert(c);
		/* What was asked for is freed by their number. */
		c->dc->num_disks = disks;
	}
	xm_load_free(&load);
	return ret;
}

static int from_guest(struct change *c, const char *arg)
{
	libxl_domain_config dc;
	struct xm_host host;
	uint32_t domid;
	int ret = xm_verb_open_guest(&host, "hvm2pv", arg, &domid);

	if (ret)
		return ret;
	libxl_domain_config_init(&dc);
	if (libxl_retrieve_domain_configuration(host.ctx, domid, &dc, NULL)) {
		ret = xm_libxl_failed(&host, arg, "its configuration could not be read");
	} else {
		c->dc = &dc;
		c->to = c->output ? xm_strdup(c->output) :
			xm_asprintf("/etc/xen/%s-pv.cfg", dc.c_info.name);
		ret = convert(c);
	}
	libxl_domain_config_dispose(&dc);
	xm_host_close(&host);
	return ret;
}

/* A file as create finds it, a guest that new knows, or one that runs. */
static int from_any(struct change *c, char *arg)
{
	char *managed = xm_managed_has(arg) ? xm_managed_path(arg) : NULL;
	char *other = xm_asprintf("/etc/xen/%s", arg);
	int ret;

	if (strchr(arg, '/') || !access(arg, F_OK))
		ret = from_file(c, arg);
	else if (managed)
		ret = from_file(c, managed);
	else if (!access(other, F_OK))
		ret = from_file(c, other);
	else
		ret = from_guest(c, arg);
	free(other);
	free(managed);
	return ret;
}

int cmd_hvm2pv(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "boot", required_argument, NULL, 'b' },
		{ "force", no_argument, NULL, 'f' },
		{ "output", required_argument, NULL, 'o' },
		XM_LONGOPTS
	};
	struct change c = { .boot = BOOT_COPY };
	int opt, ret;

	while ((opt = xm_getopt(argc, argv, "b:fo:", longs)) != -1) {
		c.force |= opt == 'f';
		if (opt == 'o')
			c.output = optarg;
		else if (opt == 'b' && !strcmp(optarg, "pygrub"))
			c.boot = BOOT_PYGRUB;
		else if (opt == 'b' && !strcmp(optarg, "pvgrub"))
			c.boot = BOOT_PVGRUB;
		else if (opt == 'b' && strcmp(optarg, "copy"))
			return xm_usage(argv[0], "'%s' is none of copy, pygrub, pvgrub", optarg);
	}
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one guest, or its configuration file");
	ret = from_any(&c, argv[optind]);
	xm_guestboot_free(&c.gb);
	free(c.kernel);
	free(c.initrd);
	free(c.to);
	return ret;
}
