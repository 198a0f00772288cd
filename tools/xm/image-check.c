// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may be asked for of an image: addresses, keys, releases, and the kernel for
 * it if none is named. Called by cmd-image-create.c and cmd-image-clone.c; changes
 * nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "image.h"
#include "xm.h"

/* Where a kernel for guests is looked for first: ours. */
#define KERNELS "/boot/xenify/vmlinuz-*"

/* An address of IPv4 or IPv6; @bits is how long it is. */
bool xm_image_address(const char *text, int *bits)
{
	struct in6_addr addr;

	*bits = strchr(text, ':') ? 128 : 32;
	return inet_pton(*bits == 128 ? AF_INET6 : AF_INET, text, &addr) == 1;
}

/* "192.0.2.5/24": an address, and how much of it is the network's. */
bool xm_image_network(const char *text)
{
	char *addr = xm_strdup(text), *slash = strchr(addr, '/');
	bool good = slash;
	long len;
	int bits;

	if (slash)
		*slash = '\0';
	good = good && xm_image_address(addr, &bits) &&
	       xm_number(slash + 1, 1, bits, &len);
	free(addr);
	return good;
}

/* Addresses with commas between them. */
bool xm_image_addresses(const char *text)
{
	char *all = xm_strdup(text), *rest = NULL;
	bool good = true;
	int bits;

	for (char *one = strtok_r(all, ",", &rest); one && good;
	     one = strtok_r(NULL, ",", &rest))
		good = xm_image_address(one, &bits);
	free(all);
	return good;
}

/**
 * xm_image_key() - are there public keys in a file, and nothing else?
 * @path: the file, or NULL
 *
 * A private key in a guest would be everybody's who can read its disk.
 *
 * Return: XM_OK, or an exit code after a message.
 */
int xm_image_key(const char *path)
{
	struct stat st;
	char *text;
	int ret = XM_CONFIG;

	if (!path)
		return XM_OK;
	/* It is read once more: a pipe would be empty then. */
	if (!stat(path, &st) && !S_ISREG(st.st_mode)) {
		xm_error(path, "it is no file; give a file with public keys to --ssh-key");
		return XM_CONFIG;
	}
	text = xm_readfile(path, NULL);
	if (!text)
		xm_error(path, "%s; give a file with public keys to --ssh-key",
			 strerror(errno));
	else if (strstr(text, "PRIVATE KEY"))
		xm_error(path, "it is a private key; give its public half, %s.pub",
			 path);
	else if (!strstr(text, "ssh-") && !strstr(text, "ecdsa-") &&
		 !strstr(text, "sk-"))
		xm_error(path, "there is no public key in it; give the file that ends with .pub");
	else
		ret = XM_OK;
	free(text);
	return ret;
}

/**
 * xm_image_group() - can a volume group be called so?
 * @verb: for the message
 * @vg: its name, or NULL
 *
 * Return: XM_OK, or XM_USAGE after a message.
 */
int xm_image_group(const char *verb, const char *vg)
{
	static const char good[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+_.-";

	if (!vg || (*vg && *vg != '-' && strspn(vg, good) == strlen(vg) &&
		    strcmp(vg, ".") && strcmp(vg, "..")))
		return XM_OK;
	return xm_usage(verb, "--lvm: '%s' is no name of a volume group, as 'vgs' lists them",
			vg);
}

/* Paths become lines of records, and parts of others. */
bool xm_image_printable(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p < ' ' || *p == 0x7f)
			return false;
	return true;
}

/**
 * xm_image_suite() - can a release be called so?
 * @suite: its name, or NULL
 *
 * Which there are the mirror knows, or rinse.
 *
 * Return: XM_OK, or XM_USAGE after a message.
 */
int xm_image_suite(const char *suite)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz0123456789-./";

	if (!suite || (*suite && *suite != '-' && !strstr(suite, "..") &&
		       strspn(suite, good) == strlen(suite)))
		return XM_OK;
	return xm_usage("image-create", "--suite: '%s' is no name of a release, as bookworm, noble or rocky-9",
			suite);
}

/* Version numbers count as numbers: 6.12.9 comes before 6.12.10. */
static char *newest(const char *pattern)
{
	char *all = xm_image_root(pattern), *best = NULL;
	glob_t found;

	if (!glob(all, 0, NULL, &found)) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			if (!best || strverscmp(found.gl_pathv[i], best) > 0)
				best = found.gl_pathv[i];
		best = best ? xm_strdup(best) : NULL;
		globfree(&found);
	}
	free(all);
	return best;
}

/* A kernel for guests: the newest of ours, or the one that runs; to be freed. */
char *xm_image_kernel(void)
{
	char *path, *name = newest(KERNELS);
	struct utsname u;

	if (name || uname(&u))
		return name;
	path = xm_asprintf("/boot/vmlinuz-%s", u.release);
	name = xm_image_root(path);
	free(path);
	if (!access(name, R_OK))
		return name;
	free(name);
	return NULL;
}

/* ".../vmlinuz-X" has its initrd beside it, as initrd.img-X. */
char *xm_image_ramdisk(const char *kernel)
{
	const char *base = strrchr(kernel, '/');
	char *path;

	base = base ? base + 1 : kernel;
	if (!xm_starts(base, "vmlinuz-"))
		return NULL;
	path = xm_asprintf("%.*sinitrd.img-%s", (int)(base - kernel), kernel,
			   base + strlen("vmlinuz-"));
	if (!access(path, R_OK))
		return path;
	free(path);
	return NULL;
}

/* Is there anything of this name? Said so, if there is. */
static bool is_there(const struct xm_image *img, const char *path)
{
	struct stat st;

	if (!path || (lstat(path, &st) && errno == ENOENT))
		return false;
	xm_error(img->name, "%s exists already, and stays as it is; choose another name or remove it",
		 path);
	return true;
}

/**
 * xm_image_absent() - is there nothing where a new image is to be?
 * @img: placed
 *
 * Return: XM_OK, or XM_BUSY after a message.
 */
int xm_image_absent(const struct xm_image *img)
{
	const char *paths[] = { img->disk, img->swap, img->config };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		char *part = paths[i] ? xm_asprintf("%s" XM_IMAGE_PART, paths[i]) :
			     NULL;
		bool there = is_there(img, paths[i]) || is_there(img, part);

		free(part);
		if (there)
			return XM_BUSY;
	}
	return XM_OK;
}

/* The preset directory is made; one that somebody names has to be there. */
static int check_dir(const struct xm_image *img, const char *dir)
{
	char *preset = xm_image_root(XM_IMAGE_DISKS);
	bool ours = !strcmp(dir, preset);
	struct stat st;

	free(preset);
	if (ours && mkdir(dir, 0700) && errno != EEXIST) {
		xm_error(img->name, "%s cannot be made: %s", dir, strerror(errno));
		return XM_FAIL;
	}
	if (!xm_image_printable(dir)) {
		xm_error(img->name, "--dir: there is an unprintable character in it; choose another");
		return XM_CONFIG;
	}
	if (*dir == '/' && !stat(dir, &st) && S_ISDIR(st.st_mode))
		return XM_OK;
	xm_error(img->name, "%s is not the whole path of a directory; make it first",
		 dir);
	return XM_CONFIG;
}

/**
 * xm_image_room() - is there room for files?
 * @img: placed, or read; of one in a volume group lvcreate will tell
 * @bytes: how much they will take, 0: nothing yet
 *
 * Return: XM_OK, or an exit code after a message.
 */
int xm_image_room(const struct xm_image *img, uint64_t bytes)
{
	char *dir = xm_strdup(img->disk), *need, *have;
	int ret = XM_OK;
	struct statvfs fs;
	uint64_t room;

	*strrchr(dir, '/') = '\0';
	if (!img->vg)
		ret = check_dir(img, dir);
	if (!ret && !img->vg && bytes && !statvfs(dir, &fs)) {
		room = (uint64_t)fs.f_bavail * fs.f_frsize;
		if (room < bytes) {
			need = xm_image_size_text(bytes);
			have = xm_image_size_text(room);
			xm_error(img->name, "%s has room for %s, and %s are needed; free some%s",
				 dir, have, need, img->state ? "" : ", or use --dir");
			free(need);
			free(have);
			ret = XM_FAIL;
		}
	}
	free(dir);
	return ret;
}
