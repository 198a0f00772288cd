// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Guests whose end is being dealt with. Before one is destroyed, all that its next self
 * needs, if it is to have one, is written to a file of its own, restart-N below XM_RUN,
 * where N is its number; the file goes when it is gone, or the next one runs. Whoever is
 * killed in between leaves it to the next. Who acts on the end of domain N, and reads or
 * writes that file, holds a lock: byte N of a file that is there for that.
 * Called by end.c, and by xend, which looks for what is left. Pure, no libxl.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keep.h"
#include "pending.h"

#define PREFIX "restart-"

static char *file_of(uint32_t domid)
{
	return xm_asprintf("%s/" PREFIX "%u", XM_RUN, domid);
}

/**
 * xm_pending_lock() - be who acts on the end of a domain
 * @domid: the domain
 * @wait: until nobody else does
 *
 * Two of one process do not keep each other out.
 *
 * Return: a descriptor, which is to be closed; -1 after a message, or without
 * one if somebody else does and nobody wants to wait.
 */
int xm_pending_lock(uint32_t domid, bool wait)
{
	struct flock fl = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET,
		.l_start = domid, .l_len = 1,
	};
	char *path;
	int fd, ret;

	if (xm_keep_dir())
		return -1;
	path = xm_asprintf("%s/ended", XM_RUN);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		xm_error(path, "cannot be opened: %s", strerror(errno));
	free(path);
	if (fd < 0)
		return -1;
	do {
		ret = fcntl(fd, wait ? F_SETLKW : F_SETLK, &fl);
	} while (ret && errno == EINTR);
	if (!ret)
		return fd;
	close(fd);
	return -1;
}

static bool write_all(int fd, const char *text)
{
	size_t left = strlen(text);
	ssize_t n;

	while (left) {
		n = write(fd, text, left);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			text += n;
			left -= n;
		}
	}
	return true;
}

/* The old file or the new one, never a part. Return: 0, or -1 after a message. */
int xm_pending_write(const struct xm_pending *p)
{
	char *path = file_of(p->domid), *new = xm_asprintf("%s.new", path);
	char *name = xm_strdup(p->name), *text;
	int fd, ret = -1;

	xm_printable(name);
	text = xm_asprintf("restart 1\nnext %ld\nlives %d\ntries %d\nagain %d\nkeep %d\nname %s\nuuid %s\n%s\nend\n",
			   p->next, p->lives, p->tries, p->again, p->keep, name,
			   p->uuid, p->json ? p->json : "");
	fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd >= 0 && write_all(fd, text) && !fsync(fd) && !rename(new, path))
		ret = 0;
	if (ret)
		xm_error(p->name, "%s cannot be written: %s", path,
			 strerror(errno));
	if (fd >= 0)
		close(fd);
	free(text);
	free(name);
	free(new);
	free(path);
	return ret;
}

/* The rest of the line that begins with @key; *at goes to the next. */
static char *take_line(char **at, const char *key)
{
	char *line = strsep(at, "\n");
	size_t n = strlen(key);

	if (!line || strncmp(line, key, n) || line[n] != ' ')
		return NULL;
	return line + n + 1;
}

static bool take_number(char **at, const char *key, long max, long *value)
{
	char *text = take_line(at, key);

	return text && xm_number(text, -1, max, value);
}

/* False: it is no such file, or not whole. */
static bool parse(char *text, struct xm_pending *p)
{
	long version, lives, tries, again, keep;
	char *at = text, *name, *uuid, *end;

	if (!take_number(&at, "restart", 1, &version) || version != 1 ||
	    !take_number(&at, "next", INT32_MAX, &p->next) ||
	    !take_number(&at, "lives", INT32_MAX, &lives) ||
	    !take_number(&at, "tries", INT32_MAX, &tries) ||
	    !take_number(&at, "again", 1, &again) ||
	    !take_number(&at, "keep", 1, &keep))
		return false;
	name = take_line(&at, "name");
	uuid = take_line(&at, "uuid");
	if (!name || !uuid || !at || strlen(at) < strlen("\nend\n"))
		return false;
	end = at + strlen(at) - strlen("\nend\n");
	if (strcmp(end, "\nend\n"))
		return false;
	p->lives = lives;
	p->tries = tries;
	p->again = again == 1;
	p->keep = keep == 1;
	p->name = xm_strdup(name);
	p->uuid = xm_strdup(uuid);
	p->json = xm_strndup(at, end - at);
	return true;
}

/**
 * xm_pending_read() - was this domain's end begun?
 * @domid: the domain
 * @p: filled in, and then to be freed by xm_pending_free()
 */
bool xm_pending_read(uint32_t domid, struct xm_pending *p)
{
	char *path = file_of(domid), *text = xm_readfile(path, NULL);
	bool is = false;

	memset(p, 0, sizeof(*p));
	p->domid = domid;
	if (text)
		is = parse(text, p);
	if (text && !is)
		xm_error(path, "is damaged, or of a later xm");
	free(text);
	free(path);
	return is;
}

/**
 * xm_pending_put_away() - have no file that says nothing
 * @domid: the domain, whose lock this process has, and of which nothing could be read
 *
 * Else whoever looks what is to be done would find it again and again.
 *
 * Return: whether there is none; if there is, it may be read another time.
 */
bool xm_pending_put_away(uint32_t domid)
{
	char *path = file_of(domid), *away = xm_asprintf("%s/damaged-%u", XM_RUN, domid);
	char *text = xm_readfile(path, NULL);
	bool none = !text && errno == ENOENT;

	if (text || errno == EFBIG || errno == EISDIR) {
		none = !rename(path, away);
		if (none)
			xm_error(path, "is kept as %s; 'xm create' makes the guest that it was about",
				 away);
		else
			xm_error(path, "cannot be kept as %s; remove it", away);
	}
	free(text);
	free(away);
	free(path);
	return none;
}

void xm_pending_free(struct xm_pending *p)
{
	free(p->name);
	free(p->uuid);
	free(p->json);
	memset(p, 0, sizeof(*p));
}

void xm_pending_remove(uint32_t domid)
{
	char *path = file_of(domid), *new = xm_asprintf("%s.new", path);

	unlink(path);
	unlink(new);
	free(new);
	free(path);
}

/**
 * xm_pending_list() - all guests whose end was begun
 * @domids: what they were, to be freed; NULL if there are none
 *
 * Return: how many there are.
 */
int xm_pending_list(uint32_t **domids)
{
	DIR *dir = opendir(XM_RUN);
	struct dirent *entry;
	int count = 0;
	long domid;

	*domids = NULL;
	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		if (!xm_starts(entry->d_name, PREFIX) ||
		    !xm_number(entry->d_name + strlen(PREFIX), 0, INT32_MAX,
			       &domid))
			continue;
		*domids = xm_grow(*domids, count, sizeof(**domids));
		(*domids)[count++] = domid;
	}
	closedir(dir);
	return count;
}

static bool is_of(uint32_t domid, const char *name, const char *uuid)
{
	struct xm_pending p;
	bool is = xm_pending_read(domid, &p) && p.again &&
		  (!name || !strcmp(p.name, name) || (uuid && !strcmp(p.uuid, uuid)));

	xm_pending_free(&p);
	return is;
}

/**
 * xm_pending_cancel() - a guest that could not be made anew yet is not to be
 * @name: its name; NULL: none of all guests is to be
 * @uuid: its UUID, for one that has it and was called otherwise; NULL: it is not known
 *
 * Waits while somebody is making it: then it is there in the end.
 *
 * Return: whether there was one that could not be made.
 */
bool xm_pending_cancel(const char *name, const char *uuid)
{
	bool found = false;
	uint32_t *list;
	int n = xm_pending_list(&list), lock;

	for (int i = 0; i < n; i++) {
		if (!is_of(list[i], name, uuid))
			continue;
		lock = xm_pending_lock(list[i], true);
		if (lock < 0)
			continue;
		if (is_of(list[i], name, uuid)) {
			xm_pending_remove(list[i]);
			found = true;
		}
		close(lock);
	}
	free(list);
	return found;
}
