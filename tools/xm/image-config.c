// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration file of an image's guest: a new one, or one like that of the
 * image it is a copy of. It is written beside its place (XM_IMAGE_PART), where the
 * other parts are until all are complete. Called by cmd-image-create.c and
 * cmd-image-clone.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "image.h"
#include "mac.h"
#include "xm.h"

/* An address in the lower half of Xen's range, to be freed. */
char *xm_image_new_mac(void)
{
	uint8_t mac[XM_MAC_LEN] = { 0x00, 0x16, 0x3e };
	char *text = xm_calloc(1, XM_MAC_TEXT);

	if (getrandom(mac + 3, 3, 0) != 3)
		xm_error("mac", "no random number: %s", strerror(errno));
	mac[3] &= 0x7f;
	xm_mac_format(mac, text);
	return text;
}

/* The time, to be freed. */
char *xm_image_now(void)
{
	time_t now = time(NULL);
	char text[32];

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	return xm_strdup(text);
}

static int write_part(const struct xm_image *img, const char *text)
{
	char *part = xm_asprintf("%s" XM_IMAGE_PART, img->config);
	int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int ret = XM_OK;

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    fsync(fd)) {
		xm_error(img->name, "%s cannot be written: %s; make room, or remove what is there",
			 part, strerror(errno));
		ret = XM_FAIL;
	}
	if (fd >= 0)
		close(fd);
	free(part);
	return ret;
}

static void put(FILE *out, const char *key, const char *value)
{
	char *quoted = xm_quoted(value, '"');

	fprintf(out, "%s = %s\n", key, quoted);
	free(quoted);
}

/* The target takes all that follows it. */
static void put_disk(FILE *out, const char *before, const char *vdev,
		     const char *path)
{
	char *text = xm_asprintf("format=raw,vdev=%s,access=rw,target=%s", vdev,
				 path);
	char *quoted = xm_quoted(text, '\'');

	fprintf(out, "%s%s", before, quoted);
	free(quoted);
	free(text);
}

/**
 * xm_image_config_new() - write the configuration of a new image's guest
 * @img: placed
 * @guest: what else is known of it
 *
 * Return: XM_OK, or XM_FAIL after a message.
 */
int xm_image_config_new(const struct xm_image *img,
			const struct xm_image_guest *guest)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int ret;

	if (!out)
		xm_no_memory();
	fprintf(out, "# Made by \"xm image-create\", and yours to change: man xm.cfg.\n");
	put(out, "name", img->name);
	put(out, "kernel", guest->kernel);
	if (guest->ramdisk)
		put(out, "ramdisk", guest->ramdisk);
	fprintf(out, "memory = %ld\nvcpus = %ld\n", guest->memory, guest->vcpus);
	put(out, "root", "/dev/xvda ro");
	put(out, "extra", "console=hvc0");
	put_disk(out, "disk = [ ", "xvda", img->disk);
	if (img->swap)
		put_disk(out, ",\n         ", "xvdb", img->swap);
	fprintf(out, " ]\nvif = [ 'mac=%s%s%s' ]\n", img->mac,
		guest->bridge ? ",bridge=" : "",
		guest->bridge ? guest->bridge : "");
	fclose(out);
	ret = write_part(img, text);
	free(text);
	return ret;
}

static bool same(const char *a, const char *b)
{
	struct stat x, y;

	if (!a || !b)
		return false;
	if (!strcmp(a, b))
		return true;
	if (stat(a, &x) || stat(b, &y))
		return false;
	if (S_ISBLK(x.st_mode))
		return S_ISBLK(y.st_mode) && x.st_rdev == y.st_rdev;
	return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* What the image has a copy of is exchanged for that; anything else is left out. */
static bool copy_disks(const struct xm_image *img, const struct xm_image *of,
		       libxl_domain_config *dc)
{
	bool root = false;
	int kept = 0;

	for (int i = 0; i < dc->num_disks; i++) {
		libxl_device_disk *d = &dc->disks[i];
		const char *path = same(d->pdev_path, of->disk) ? img->disk :
			same(d->pdev_path, of->swap) ? img->swap : NULL;

		if (!path) {
			xm_error(img->name, "gets no %s: %s of %s is no part of its image",
				 d->vdev, d->pdev_path ? d->pdev_path : "the disk",
				 of->name);
			libxl_device_disk_dispose(d);
			libxl_device_disk_init(d);
			continue;
		}
		root |= path == img->disk;
		free(d->pdev_path);
		d->pdev_path = xm_strdup(path);
		if (kept != i) {
			dc->disks[kept] = *d;
			libxl_device_disk_init(d);
		}
		kept++;
	}
	dc->num_disks = kept;
	return root;
}

/* Nothing that there may be once only: address, name of the interface, UUID. */
static void copy_rest(const struct xm_image *img, libxl_domain_config *dc)
{
	free(dc->c_info.name);
	dc->c_info.name = xm_strdup(img->name);
	libxl_uuid_clear(&dc->c_info.uuid);
	for (int i = 0; i < dc->num_nics; i++) {
		memset(dc->nics[i].mac, 0, sizeof(dc->nics[i].mac));
		if (!i)
			xm_mac_parse(img->mac, dc->nics[i].mac);
		free(dc->nics[i].ifname);
		dc->nics[i].ifname = NULL;
		free(dc->nics[i].ip);
		dc->nics[i].ip = NULL;
	}
	if (dc->b_info.cmdline && strstr(dc->b_info.cmdline, "ip="))
		xm_error(img->name, "has the same ip= in its kernel's command line; see %s",
			 img->config);
}

/**
 * xm_image_config_copy() - write a configuration like another image's
 * @img: placed
 * @of: the other one
 *
 * Return: XM_OK, or an exit code after a message.
 */
int xm_image_config_copy(const struct xm_image *img, const struct xm_image *of)
{
	char *text = xm_readfile(of->config, NULL), *new, *all;
	int ret = XM_CONFIG, disks;
	struct xm_config cfg;

	if (!text) {
		xm_error(img->name, "%s: %s; it is needed for the new one's",
			 of->config, strerror(errno));
		return XM_CONFIG;
	}
	xm_config_init(&cfg, of->config, stderr);
	cfg.quiet = true;
	if (!xm_config_read(&cfg, text, NULL, 0)) {
		disks = cfg.dc.num_disks;
		if (copy_disks(img, of, &cfg.dc)) {
			copy_rest(img, &cfg.dc);
			new = xm_config_text(&cfg.dc);
			all = xm_asprintf("# Made by \"xm image-clone %s %s\", and yours to change: man xm.cfg.\n%s",
					  of->name, img->name, new);
			ret = write_part(img, all);
			free(all);
			free(new);
		} else {
			xm_error(img->name, "%s doesn't have the disk %s", of->config,
				 of->disk);
		}
		cfg.dc.num_disks = disks;
	}
	xm_config_free(&cfg);
	free(text);
	return ret;
}
