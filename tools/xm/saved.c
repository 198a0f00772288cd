// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stands before a guest's memory in a file, or on its way to another host: a
 * header, and its configuration as libxl's JSON. It is what xl writes and reads, so
 * that either can restore what the other has saved; the memory is libxl's own stream.
 * Called by the verbs that save, restore and move guests.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "lock.h"
#include "name.h"
#include "saved.h"

#define BYTEORDER 0x01020304U

/* A reader that does not know these must not go on. */
#define HAS_JSON 0x1U
#define HAS_STREAM_2 0x2U

/* Configurations are some kilobytes. */
#define JSON_MOST (4U << 20)

static const char magic[32] = "Xen saved domain, xl format\n \0 \r";

/**
 * struct saved_header - how a saved guest begins
 * @magic: what it is
 * @byteorder: %BYTEORDER as its writer has it
 * @mandatory: what its reader has to know
 * @optional: what it may ignore
 * @len: of what comes before the stream: the configuration's length, in four bytes,
 *       and the configuration
 */
struct saved_header {
	char magic[32];
	uint32_t byteorder;
	uint32_t mandatory;
	uint32_t optional;
	uint32_t len;
};

static bool write_all(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR && !xm_interrupted)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

static bool read_all(int fd, void *data, size_t len)
{
	char *p = data;
	ssize_t n;

	errno = 0;
	while (len) {
		n = read(fd, p, len);
		if (n < 0 && errno == EINTR && !xm_interrupted)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

/**
 * xm_saved_json() - the configuration of a guest that is to be saved
 * @host: open connection
 * @domid: the guest
 * @name: for the message
 *
 * Return: it as JSON, to be freed; NULL after a message.
 */
char *xm_saved_json(struct xm_host *host, uint32_t domid, const char *name)
{
	libxl_domain_config dc;
	char *json = NULL;

	libxl_domain_config_init(&dc);
	if (!libxl_retrieve_domain_configuration(host->ctx, domid, &dc, NULL))
		json = libxl_domain_config_to_json(host->ctx, &dc);
	if (!json)
		xm_libxl_failed(host, name, "its configuration is lost");
	libxl_domain_config_dispose(&dc);
	return json;
}

/**
 * xm_saved_write() - begin a saved guest
 * @fd: a file, or a pipe
 * @json: its configuration
 * @flags: %XM_SAVED_RAN or 0
 *
 * Return: 0, or -1 with errno set.
 */
int xm_saved_write(int fd, const char *json, uint32_t flags)
{
	uint32_t len = strlen(json) + 1;
	struct saved_header h = {
		.byteorder = BYTEORDER, .mandatory = HAS_JSON | HAS_STREAM_2,
		.optional = flags, .len = len + sizeof(len),
	};

	memcpy(h.magic, magic, sizeof(magic));
	return write_all(fd, &h, sizeof(h)) && write_all(fd, &len, sizeof(len)) &&
	       write_all(fd, json, len) ? 0 : -1;
}

/* NULL: it can be read on. */
static const char *problem(const struct saved_header *h)
{
	if (memcmp(h->magic, magic, sizeof(magic)))
		return "is no saved guest of xm or xl";
	if (h->byteorder != BYTEORDER)
		return "was saved on a machine of the other byte order";
	if (!(h->mandatory & HAS_JSON) || !(h->mandatory & HAS_STREAM_2))
		return "was saved by Xen 4.5 or before; restore it there, and shut it down";
	if (h->mandatory & ~(HAS_JSON | HAS_STREAM_2))
		return "was saved by a later xl; try 'xl restore'";
	if (h->len <= sizeof(uint32_t) || h->len > JSON_MOST)
		return "has no configuration in it";
	return NULL;
}

/* Return: the configuration; NULL and why not. */
static char *read_start(int fd, uint32_t *flags, const char **why)
{
	struct saved_header h;
	char *json = NULL;
	uint32_t len;

	*why = NULL;
	if (read_all(fd, &h, sizeof(h)))
		*why = problem(&h);
	else
		*why = errno ? strerror(errno) : "is no saved guest: it is too short";
	if (*why)
		return NULL;
	json = xm_calloc(1, h.len);
	if (!read_all(fd, &len, sizeof(len)) || !read_all(fd, json, h.len - sizeof(len)))
		*why = errno ? strerror(errno) : "is not complete";
	else if (len > h.len - sizeof(len))
		*why = "is not complete";
	if (*why) {
		free(json);
		return NULL;
	}
	/* One byte more was made for that; something else may follow. */
	json[len] = '\0';
	*flags = h.optional & XM_SAVED_RAN;
	return json;
}

/**
 * xm_saved_read() - read the beginning of a saved guest
 * @fd: a file, or a pipe; the stream follows
 * @subject: the file, for the message; NULL: there is to be none
 * @flags: gets %XM_SAVED_RAN or 0
 *
 * Return: its configuration as JSON, to be freed; NULL after a message.
 */
char *xm_saved_read(int fd, const char *subject, uint32_t *flags)
{
	const char *why;
	char *json = read_start(fd, flags, &why);

	if (!json && subject)
		xm_error(subject, "%s", why);
	return json;
}

/**
 * xm_saved_waiting() - who is in a file, and has not gone on yet
 * @host: open connection
 * @file: the file
 * @but: the UUID of who does not count
 *
 * Return: the guest's name, to be freed; NULL if nobody is, as far as can be seen.
 */
char *xm_saved_waiting(struct xm_host *host, const char *file, const libxl_uuid *but)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *json, *name = NULL;
	libxl_domain_config dc;
	uint32_t flags = 0;
	const char *why;

	if (fd < 0)
		return NULL;
	libxl_domain_config_init(&dc);
	json = read_start(fd, &flags, &why);
	if (json && !flags && !libxl_domain_config_from_json(host->ctx, &dc, json) &&
	    libxl_uuid_compare(&dc.c_info.uuid, but))
		name = xm_strdup(dc.c_info.name ? dc.c_info.name : "another");
	libxl_domain_config_dispose(&dc);
	free(json);
	close(fd);
	return name;
}

/**
 * xm_saved_config() - make of a saved guest's configuration that of one to be made
 * @host: open connection
 * @subject: the file, for the message
 * @json: from xm_saved_read()
 * @dc: initialised; filled in
 *
 * Return: XM_OK, or XM_CONFIG after a message.
 */
int xm_saved_config(struct xm_host *host, const char *subject, const char *json,
		    libxl_domain_config *dc)
{
	const char *problem = "it has none";

	if (libxl_domain_config_from_json(host->ctx, dc, json)) {
		xm_error(subject, "the configuration in it cannot be read");
		return XM_CONFIG;
	}
	if (dc->c_info.name)
		problem = xm_name_problem(dc->c_info.name);
	if (problem) {
		xm_error(subject, "the guest's name is none that xm takes (%s); try 'xl restore'",
			 problem);
		return XM_CONFIG;
	}
	/* By that it is told whether it runs already. */
	if (libxl_uuid_is_nil(&dc->c_info.uuid)) {
		xm_error(subject, "the configuration in it has no UUID");
		return XM_CONFIG;
	}
	xm_build_any_domid(dc);
	return XM_OK;
}

/**
 * xm_saved_mark() - note in a saved guest's file what has become of it
 * @fd: the file, to be written to; where it is read stays
 * @flags: %XM_SAVED_RAN
 *
 * Return: whether it could be written.
 */
bool xm_saved_mark(int fd, uint32_t flags)
{
	return pwrite(fd, &flags, sizeof(flags),
		      offsetof(struct saved_header, optional)) == sizeof(flags) &&
	       !fdatasync(fd);
}

/* Whether that was noted meanwhile; what cannot be looked at again counts as not. */
bool xm_saved_has_run(int fd)
{
	uint32_t flags = 0;

	return pread(fd, &flags, sizeof(flags),
		     offsetof(struct saved_header, optional)) == sizeof(flags) &&
	       flags & XM_SAVED_RAN;
}

/**
 * xm_saved_sync() - have a file's name on the disk, too
 * @file: the file, which itself is there
 *
 * Return: 0, or -1 with errno set.
 */
int xm_saved_sync(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *dir = slash ? xm_strndup(file, slash > file ? slash - file : 1) :
			    xm_strdup(".");
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems know nothing of that. */
	int ret = fd < 0 || (fsync(fd) && errno != EINVAL) ? -1 : 0, err = errno;

	if (fd >= 0)
		close(fd);
	free(dir);
	errno = err;
	return ret;
}

/**
 * xm_saved_finish() - have all of a saved guest on the disk, and then call it so
 * @fd: the file, complete
 * @partial: what it is called
 * @file: what it is to be called
 *
 * Return: 0, or -1 with errno set; then nothing is called so that was not before,
 * unless it cannot be taken away.
 */
int xm_saved_finish(int fd, const char *partial, const char *file)
{
	int err;

	if (fsync(fd) || rename(partial, file))
		return -1;
	if (!xm_saved_sync(file))
		return 0;
	/* It would be restored beside its guest. */
	err = errno;
	unlink(file);
	errno = err;
	return -1;
}
