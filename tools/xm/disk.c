// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a disk specification in any form that Xen's tools ever took. The
 * classic forms (phy:, file:, file-cached:) are read here; everything else is
 * today's syntax and goes on to libxlutil, apart from the shared modes w! and
 * rw!, which libxlutil does not know. Called by place.c; pure, no libxl.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "util.h"

static int parse_mode(struct xm_disk *disk, const char *mode, char **error)
{
	size_t n = strlen(mode);

	if (n && mode[n - 1] == '!') {
		disk->shared = true;
		n--;
	}
	if ((n == 1 && *mode == 'w') || (n == 2 && !strncmp(mode, "rw", 2))) {
		disk->write = true;
		return 0;
	}
	if (!disk->shared && (!strcmp(mode, "r") || !strcmp(mode, "ro")))
		return 0;
	*error = xm_asprintf("access mode '%s' is not one of r, ro, w, rw, w!, rw!",
			     mode);
	return -1;
}

/*
 * Xen 2.0 took a colon as well as a comma between the parts, so the device
 * ends at the last two separators. A colon inside a path (by-path names have
 * them) is safe as long as commas are used.
 */
static const char *last_separator(const char *from, const char *to, char sep)
{
	while (to > from)
		if (*--to == sep)
			return to;
	return NULL;
}

static bool known_mode(const char *mode)
{
	static const char *const modes[] = { "r", "ro", "w", "rw", "w!", "rw!" };

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (!strcmp(mode, modes[i]))
			return true;
	return false;
}

/* Letters from 'a' to @last, and perhaps the number of a partition. */
static bool is_disk_name(const char *p, char last, size_t letters)
{
	size_t n = 0;
	long part;

	while (p[n] >= 'a' && p[n] <= last)
		n++;
	if (!n || n > letters)
		return false;
	return !p[n] || (p[n] != '0' && p[n] != '-' && p[n] != '+' &&
			 p[n] != ' ' && xm_number(p + n, 1, 255, &part));
}

/**
 * xm_disk_is_vdev() - is this what a guest may call a disk?
 * @vdev: the name, or the number of a device: 0x801, 2049
 *
 * Libxl knows no others, but says so only when the guest is half made.
 */
bool xm_disk_is_vdev(const char *vdev)
{
	long disk;
	size_t n;

	for (const char *p = vdev; *p; p++)
		if (!isalnum((unsigned char)*p))
			return false;
	if (isdigit((unsigned char)*vdev))
		return xm_number(vdev, 0, 0x1fffffff, &disk);
	if (*vdev == 'd') {	/* d0, d0p1 */
		n = 1 + strspn(vdev + 1, "0123456789");
		return n > 1 && (!vdev[n] || (vdev[n] == 'p' && vdev[n + 1] &&
			strspn(vdev + n + 1, "0123456789") ==
			strlen(vdev + n + 1)));
	}
	return (xm_starts(vdev, "xvd") && is_disk_name(vdev + 3, 'z', 4)) ||
	       (xm_starts(vdev, "sd") && is_disk_name(vdev + 2, 'p', 1)) ||
	       (xm_starts(vdev, "hd") && is_disk_name(vdev + 2, 'd', 1));
}

/*
 * A prefix in front of today's syntax: "phy:/dev/sr0,hdc:cdrom,r" or
 * "phy:/dev/vg/lv,xvda,w,backend=driver". libxlutil strips the prefix itself.
 */
static bool is_modern(const char *body)
{
	const char *rest = strchr(body, ',');

	return rest && (strchr(rest, '=') || strstr(rest, ":cdrom,"));
}

/*
 * Cut the last part off @body. It is the domain that serves the disk if a mode
 * stands before it: "PATH,VDEV,MODE,DOM".
 */
static void split_backend(struct xm_disk *disk, char *body)
{
	char *end = body + strlen(body), *dom, *mode, *copy;

	dom = (char *)last_separator(body, end, ',');
	mode = dom ? (char *)last_separator(body, dom, ',') : NULL;
	if (!mode || known_mode(xm_trim(dom + 1)))
		return;
	copy = xm_strndup(mode + 1, dom - mode - 1);
	if (known_mode(xm_trim(copy))) {
		*dom = '\0';
		dom = xm_trim(dom + 1);
		if (*dom && strcmp(dom, "0"))
			disk->backend = xm_strdup(dom);
	}
	free(copy);
}

/* Split "PATH,VDEV,MODE" into its parts, in place. */
static int split_classic(struct xm_disk *disk, char *body, char **error)
{
	char *end, *mode, *vdev, *colon, sep;

	split_backend(disk, body);
	sep = strchr(body, ',') ? ',' : ':';
	end = body + strlen(body);
	mode = (char *)last_separator(body, end, sep);
	vdev = mode ? (char *)last_separator(body, mode, sep) : NULL;
	if (!vdev) {
		*error = xm_asprintf("three parts are needed: DEVICE,VDEV,MODE");
		return -1;
	}
	*mode++ = '\0';
	*vdev++ = '\0';
	mode = xm_trim(mode);
	vdev = xm_trim(vdev);
	body = xm_trim(body);
	if (xm_starts(vdev, "/dev/"))
		vdev += strlen("/dev/");
	colon = strchr(vdev, ':');
	if (colon && !strcmp(colon, ":disk"))
		*colon = '\0';
	if (!*body || !xm_disk_is_vdev(vdev)) {
		*error = !*body ? xm_asprintf("the device or file is missing") :
			 xm_asprintf("'%s' is not a disk name like xvda, sda1 or hda", vdev);
		return -1;
	}
	disk->path = xm_strdup(body);
	disk->vdev = xm_strdup(vdev);
	return parse_mode(disk, mode, error);
}

static int parse_phy(struct xm_disk *disk, char *body, char **error)
{
	char *relative;

	disk->form = XM_DISK_PHY;
	if (split_classic(disk, body, error))
		return -1;
	if (*disk->path == '/')
		return 0;
	relative = disk->path;
	disk->path = xm_asprintf("/dev/%s", relative);
	free(relative);
	return 0;
}

static int parse_file(struct xm_disk *disk, char *body, char **error)
{
	disk->form = XM_DISK_FILE;
	if (split_classic(disk, body, error))
		return -1;
	if (*disk->path == '/')
		return 0;
	*error = xm_asprintf("'%s' is not an absolute path", disk->path);
	return -1;
}

/*
 * Today's form. Cut a '!' off the access mode, be it named or positional. In
 * the classic order without a known prefix ("tap:aio:/f,xvda,w!") the mode is
 * the third part, in today's the fourth; only a part that is a mode counts,
 * and nothing after "target=", which takes the rest of the string.
 */
static void parse_xl(struct xm_disk *disk, const char *spec)
{
	const char *p = spec, *end;
	char *part, *word;

	disk->form = XM_DISK_XL;
	while (*p) {
		end = p + strcspn(p, ",");
		part = xm_strndup(p, end - p);
		word = xm_trim(part);
		if (xm_starts(word, "target=")) {
			xm_append(&disk->spec, "%s", p);
			free(part);
			return;
		}
		if (xm_starts(word, "access="))
			word += strlen("access=");
		if (p != spec && known_mode(word) && strchr(word, '!')) {
			disk->shared = true;
			xm_append(&disk->spec, "%s", "access=rw");
		} else {
			xm_append(&disk->spec, "%.*s", (int)(end - p), p);
		}
		if (*end)
			xm_append(&disk->spec, ",");
		free(part);
		p = end + (*end == ',');
	}
}

/**
 * xm_disk_parse() - read a disk specification
 * @disk: filled in; free it with xm_disk_free(), also on failure
 * @spec: what stands in the configuration file or on the command line
 * @error: what is wrong, to be freed; set only on failure
 *
 * Nothing is looked up: the device need not exist.
 *
 * Return: 0, or -1 with *@error set.
 */
int xm_disk_parse(struct xm_disk *disk, const char *spec, char **error)
{
	char *copy = xm_strdup(spec);
	char *s = xm_trim(copy);
	int ret = 0;

	memset(disk, 0, sizeof(*disk));
	if (!*s) {
		*error = xm_asprintf("the specification is empty");
		ret = -1;
	} else if (is_modern(s)) {
		parse_xl(disk, s);
	} else if (xm_starts(s, "phy:")) {
		ret = parse_phy(disk, s + strlen("phy:"), error);
	} else if (xm_starts(s, "file:")) {
		ret = parse_file(disk, s + strlen("file:"), error);
	} else if (xm_starts(s, "file-cached:")) {
		disk->cached = true;
		ret = parse_file(disk, s + strlen("file-cached:"), error);
	} else {
		parse_xl(disk, s);
	}
	free(copy);
	return ret;
}

void xm_disk_free(struct xm_disk *disk)
{
	free(disk->path);
	free(disk->vdev);
	free(disk->spec);
	free(disk->backend);
	memset(disk, 0, sizeof(*disk));
}

/**
 * xm_disk_target() - what a target for our hotplug program says
 * @target: [cached:][shared:]PATH, as place.c writes it
 * @cached: through the page cache
 * @shared: others may write as well
 *
 * Return: the path, a part of @target.
 */
const char *xm_disk_target(const char *target, bool *cached, bool *shared)
{
	*cached = xm_starts(target, "cached:");
	if (*cached)
		target += strlen("cached:");
	*shared = xm_starts(target, "shared:");
	if (*shared)
		target += strlen("shared:");
	return target;
}
