// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is remembered of images: a file of KEY=VALUE lines for each, and a lock.
 * Called by the image verbs, cmd-image-*.c. An image is on record before the first
 * byte of it is made, and as long as the last one is not gone, so that whatever
 * somebody who was killed has left is found again.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "util.h"
#include "xm.h"

#define RECORDS "/var/lib/xenify/images"
#define SUFFIX ".image"

static const struct {
	const char *key;
	size_t offset;
} fields[] = {
	{ "state", offsetof(struct xm_image, state) },
	{ "made_of", offsetof(struct xm_image, made_of) },
	{ "fs", offsetof(struct xm_image, fs) },
	{ "vg", offsetof(struct xm_image, vg) },
	{ "disk", offsetof(struct xm_image, disk) },
	{ "swap", offsetof(struct xm_image, swap) },
	{ "config", offsetof(struct xm_image, config) },
	{ "mac", offsetof(struct xm_image, mac) },
	{ "address", offsetof(struct xm_image, address) },
	{ "created", offsetof(struct xm_image, created) },
};

static char **field(const struct xm_image *img, size_t i)
{
	return (char **)((char *)(uintptr_t)img + fields[i].offset);
}

/* A path of this host, or of the directory that tests have in its place. */
char *xm_image_root(const char *path)
{
	const char *root = getenv("SYSROOT");

	return xm_asprintf("%s%s", root ? root : "", path);
}

static char *record_path(const char *name, const char *suffix)
{
	char *dir = xm_image_root(RECORDS);
	char *path = xm_asprintf("%s/%s%s", dir, name, suffix);

	free(dir);
	return path;
}

/* The file that has what is remembered of an image; to be freed. */
char *xm_image_record(const struct xm_image *img)
{
	return record_path(img->name, SUFFIX);
}

/**
 * xm_image_name_problem() - why an image cannot be called so
 * @name: its name, which is the guest's, its host name, and part of file names
 *
 * Return: NULL if it can.
 */
const char *xm_image_name_problem(const char *name)
{
	static const char good[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
	size_t len = strlen(name);

	if (!len || strspn(name, good) != len)
		return "an image's name is a host name: letters, digits, '-' and '.'";
	if (strspn(name, "0123456789") == len)
		return "a number would be taken for that of a domain";
	if (len > 63)
		return "a host name has at most 63 characters";
	if (!isalnum((unsigned char)*name) ||
	    !isalnum((unsigned char)name[len - 1]) || strstr(name, ".."))
		return "a host name begins and ends with a letter or a digit, and has no '..'";
	return NULL;
}

/**
 * xm_image_size() - read the size of a disk
 * @text: a whole number and K, M, G or T, which are powers of 1024
 * @bytes: the result: whole MiB, one at least; unchanged otherwise
 *
 * Return: whether it is one.
 */
bool xm_image_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "KMGT";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text[digits] ?
		strchr(units, toupper((unsigned char)text[digits])) : NULL;
	uint64_t n;

	if (!digits || digits > 9 || !unit ||
	    (text[digits + 1] && strcasecmp(text + digits + 1, "iB") &&
	     strcasecmp(text + digits + 1, "B")))
		return false;
	n = strtoull(text, NULL, 10);
	if (n > (1ULL << 50) >> (10 * (unit - units + 1)))
		return false;
	n <<= 10 * (unit - units + 1);
	n = (n + (1 << 20) - 1) >> 20 << 20;
	if (!n || n > 1ULL << 50)
		return false;
	*bytes = n;
	return true;
}

/* "5G" or "1280M", to be freed. */
char *xm_image_size_text(uint64_t bytes)
{
	if (bytes && !(bytes & ((1 << 30) - 1)))
		return xm_asprintf("%lluG", (unsigned long long)bytes >> 30);
	return xm_asprintf("%lluM", (unsigned long long)bytes >> 20);
}

void xm_image_init(struct xm_image *img, const char *name)
{
	memset(img, 0, sizeof(*img));
	img->name = xm_strdup(name);
	img->lock = -1;
}

void xm_image_free(struct xm_image *img)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		free(*field(img, i));
	free(img->name);
	if (img->lock >= 0)
		close(img->lock);
	memset(img, 0, sizeof(*img));
	img->lock = -1;
}

/**
 * xm_image_place() - say where the parts of a new image will be
 * @img: has a name
 * @dir: the directory for files, NULL: the preset one
 * @vg: the volume group instead, NULL: files
 * @swap: whether it has a swap disk
 */
void xm_image_place(struct xm_image *img, const char *dir, const char *vg,
		    bool swap)
{
	char *preset = xm_image_root(XM_IMAGE_DISKS), *configs = xm_image_root("/etc/xen");
	char *devices = xm_image_root("/dev");
	char *where = vg ? xm_asprintf("%s/%s", devices, vg) :
		      xm_strdup(dir ? dir : preset);
	const char *end = vg ? "" : ".img";

	img->vg = vg ? xm_strdup(vg) : NULL;
	img->disk = xm_asprintf("%s/%s-disk%s", where, img->name, end);
	if (swap)
		img->swap = xm_asprintf("%s/%s-swap%s", where, img->name, end);
	img->config = xm_asprintf("%s/%s.cfg", configs, img->name);
	free(where);
	free(devices);
	free(configs);
	free(preset);
}

static void read_line(struct xm_image *img, char *line)
{
	char *value = strchr(line, '=');

	if (!value)
		return;
	*value++ = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (!strcmp(line, fields[i].key) && !*field(img, i))
			*field(img, i) = xm_strdup(value);
}

/* What is remembered of the image @img->name; false if there is none. */
bool xm_image_read(struct xm_image *img)
{
	char *path = xm_image_record(img), *rest = NULL;
	char *text = xm_readfile(path, NULL);

	free(path);
	if (!text)
		return false;
	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		read_line(img, line);
	free(text);
	return img->state && img->disk && img->config;
}

static int make_records(void)
{
	char *path = xm_image_root(RECORDS);
	int ret = 0;

	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			ret = -1;
		*p = '/';
	}
	if (mkdir(path, 0755) && errno != EEXIST)
		ret = -1;
	free(path);
	return ret;
}

static int sync_records(void)
{
	char *path = xm_image_root(RECORDS);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	free(path);
	return ret;
}

/* A value with a newline in it would be two, and the second one somebody's file. */
static int write_lines(const struct xm_image *img, const char *path)
{
	FILE *out;
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (*field(img, i) && strchr(*field(img, i), '\n')) {
			errno = EINVAL;
			return -1;
		}
	out = fopen(path, "we");
	if (!out)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (*field(img, i))
			fprintf(out, "%s=%s\n", fields[i].key, *field(img, i));
	ret = fflush(out) || fsync(fileno(out));
	return fclose(out) || ret ? -1 : 0;
}

/**
 * xm_image_write() - put an image on record
 * @img: locked
 * @state: what it is in from now on
 *
 * On disk when this returns, for it is what finds the rest after a power failure.
 *
 * Return: XM_OK, or XM_FAIL after a message; the record is then what it was.
 */
int xm_image_write(struct xm_image *img, const char *state)
{
	char *path = xm_image_record(img);
	char *new = record_path(img->name, SUFFIX ".new");
	int ret = XM_OK;

	if (state != img->state) {
		free(img->state);
		img->state = xm_strdup(state);
	}
	if (write_lines(img, new) || rename(new, path) || sync_records()) {
		xm_error(img->name, "%s cannot be written: %s; make room in its directory", path,
			 strerror(errno));
		unlink(new);
		ret = XM_FAIL;
	}
	free(new);
	free(path);
	return ret;
}

/* Nothing is left of it, and so nothing is remembered. */
int xm_image_forget(const struct xm_image *img)
{
	char *path = xm_image_record(img);
	char *new = record_path(img->name, SUFFIX ".new");
	int ret = XM_OK;

	/* Of one who was killed while that was written. */
	unlink(new);
	if ((unlink(path) && errno != ENOENT) || sync_records()) {
		xm_error(img->name, "%s cannot be removed: %s", path,
			 strerror(errno));
		ret = XM_FAIL;
	}
	free(new);
	free(path);
	return ret;
}

/**
 * xm_image_lock() - be the only one that changes an image
 * @img: has a name; gets the lock, which its helper program inherits: it is held as
 *       long as anybody is at work
 *
 * Return: XM_OK, or an exit code after a message.
 */
int xm_image_lock(struct xm_image *img)
{
	char *path = record_path(img->name, ".lock");
	int ret = XM_OK;

	img->lock = make_records() ? -1 :
		    open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (img->lock < 0) {
		xm_error(img->name, "%s cannot be opened: %s%s", path,
			 strerror(errno),
			 errno == EACCES ? "; root is needed" : "");
		ret = XM_FAIL;
	} else if (flock(img->lock, LOCK_EX | LOCK_NB)) {
		xm_error(img->name, "somebody is at work on this image; wait for that to end");
		ret = XM_BUSY;
	}
	free(path);
	return ret;
}

/**
 * xm_image_take() - lock an image that there is, and mend it if need be
 * @img: initialised by this, to be freed in any case
 * @name: as it was typed
 *
 * Return: XM_OK: it is ready; or an exit code after a message.
 */
int xm_image_take(struct xm_image *img, const char *name)
{
	const char *problem = xm_image_name_problem(name);
	int ret;

	xm_image_init(img, name);
	if (problem) {
		xm_error(name, "%s", problem);
		return XM_USAGE;
	}
	ret = xm_image_lock(img);
	if (ret)
		return ret;
	if (xm_image_read(img)) {
		ret = xm_image_recover(img);
		if (ret || !strcmp(img->state, "ready"))
			return ret;
	}
	xm_error(name, "no such image; 'xm image-list' shows those there are");
	return XM_NOTFOUND;
}

static int is_record(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name), end = strlen(SUFFIX);

	return len > end && !strcmp(entry->d_name + len - end, SUFFIX);
}

/* The names of all images, sorted; to be freed. */
char **xm_image_names(size_t *count)
{
	char *dir = xm_image_root(RECORDS), **names = NULL;
	struct dirent **entries;
	int n = scandir(dir, &entries, is_record, alphasort);

	*count = n > 0 ? n : 0;
	for (int i = 0; i < n; i++) {
		names = xm_grow(names, i, sizeof(*names));
		names[i] = xm_strndup(entries[i]->d_name,
				      strlen(entries[i]->d_name) -
				      strlen(SUFFIX));
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	free(dir);
	return names;
}

void xm_image_names_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

/* The size of a disk, 0 if it can't be told. */
uint64_t xm_image_bytes(const char *disk)
{
	uint64_t bytes = 0;
	struct stat st;
	int fd;

	if (stat(disk, &st))
		return 0;
	if (S_ISREG(st.st_mode))
		return st.st_size;
	fd = open(disk, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &bytes))
		bytes = 0;
	if (fd >= 0)
		close(fd);
	return bytes;
}
