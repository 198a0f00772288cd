// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who watches over a guest, and what is kept with it for them. Called by
 * whoever makes guests, by their watchers and by xend.
 *
 * A guest made by xm bears a mark, which libxl keeps with it and throws away
 * with it. xend watches over all that do. Whether xend lives is told by a lock
 * that it holds: who makes a guest marks it first and looks at the lock then;
 * xend lets go of the lock first and looks for marked guests then. So one of
 * the two always sees the other, and no guest is without a watcher. In the same way
 * a watcher that xend asks to end looks at the lock before it does, and xend gives
 * guests back without relying on watchers that may be about to end. If a guest has
 * two, nothing is lost: who acts on its end takes a lock (pending.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "keep.h"

#define MARK "xenify"

/* Seconds since the host's start: guests don't live longer, and nobody sets it. */
long xm_keep_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

int xm_mark_write(struct xm_host *host, uint32_t domid,
		  const struct xm_mark *mark)
{
	char *text = xm_asprintf("lives=%d started=%ld ended=%ld left=%d\n",
				 mark->lives, mark->started, mark->ended,
				 mark->left);
	int ret = libxl_userdata_store(host->ctx, domid, MARK,
				       (const uint8_t *)text, strlen(text));

	free(text);
	return ret;
}

/**
 * xm_mark_read() - what is kept with a guest that is watched over
 * @host: open connection
 * @domid: the guest
 * @mark: filled in; of a guest without a mark as of one that has lived long
 *
 * Return: whether it has a mark.
 */
bool xm_mark_read(struct xm_host *host, uint32_t domid, struct xm_mark *mark)
{
	uint8_t *data = NULL;
	char *text;
	int len = 0, left = 0;

	memset(mark, 0, sizeof(*mark));
	if (libxl_userdata_retrieve(host->ctx, domid, MARK, &data, &len) ||
	    !data)
		return false;
	text = xm_strndup((char *)data, len);
	if (sscanf(text, "lives=%d started=%ld ended=%ld left=%d",
		   &mark->lives, &mark->started, &mark->ended, &left) != 4)
		memset(mark, 0, sizeof(*mark));
	mark->left = left;
	free(text);
	free(data);
	return true;
}

/* A guest begins to live. Return: 0, or an exit code after a message. */
int xm_mark_new(struct xm_host *host, uint32_t domid, int lives)
{
	struct xm_mark mark = { .lives = lives, .started = xm_keep_clock() };
	char *name;
	int ret = xm_mark_write(host, domid, &mark);

	if (!ret)
		return XM_OK;
	name = xm_host_domname(host, domid);
	ret = xm_libxl_failed(host, name, "xend cannot be told that it is to be watched over");
	free(name);
	return ret;
}

/* Return: 0, or -1 after a message. */
int xm_keep_dir(void)
{
	char *path = xm_strdup(XM_RUN), *slash;
	struct stat st;
	int ret = -1;

	slash = strrchr(path, '/');
	*slash = '\0';
	mkdir(path, 0755);
	*slash = '/';
	if (mkdir(path, 0700) && errno != EEXIST)
		xm_error(path, "cannot be made: %s", strerror(errno));
	else if (lstat(path, &st) || !S_ISDIR(st.st_mode) ||
		 st.st_uid != geteuid() || (st.st_mode & 022))
		xm_error(path, "is no directory that only root writes to; remove it");
	else
		ret = 0;
	free(path);
	return ret;
}

/* The file of a guest's own watcher; a name may have slashes in it. */
char *xm_keep_log(const char *name)
{
	char *path = xm_asprintf("%s/xm-%s.log", XM_LOGS, name);

	for (char *p = path + strlen(XM_LOGS) + 1; *p; p++)
		if (*p == '/')
			*p = '_';
	return path;
}

static struct flock whole(bool lend)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	/* All of it, or its first byte: then xend may take the guest over. */
	fl.l_len = lend ? 1 : 0;
	return fl;
}

/**
 * xm_keep_claim() - be a guest's own watcher, as long as the descriptor is open
 * @log: its file, open for writing
 * @lend: xend may take the guest over
 *
 * Return: 0; -1: somebody else is.
 */
int xm_keep_claim(int log, bool lend)
{
	struct flock fl = whole(lend);

	if (!fcntl(log, F_SETLK, &fl))
		return 0;
	return errno == EAGAIN || errno == EACCES ? -1 : 0;
}

static pid_t holder(const char *path, bool *lent)
{
	struct flock fl = whole(false);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	pid_t pid = 0;

	if (fd < 0)
		return 0;
	if (!fcntl(fd, F_GETLK, &fl) && fl.l_type != F_UNLCK)
		pid = fl.l_pid;
	if (lent)
		*lent = fl.l_len == 1;
	close(fd);
	return pid;
}

/* The process that watches over a guest of its own; 0: there is none. */
pid_t xm_keep_holder(const char *name, bool *lent)
{
	char *path = xm_keep_log(name);
	pid_t pid = holder(path, lent);

	free(path);
	return pid;
}

/**
 * xm_keep_xend() - be xend
 *
 * Return: a descriptor, as long as which is open nobody else is; -1 after a
 * message.
 */
int xm_keep_xend(void)
{
	struct flock fl = whole(false);
	char *path, *text;
	int fd;

	if (xm_keep_dir())
		return -1;
	path = xm_asprintf("%s/pid", XM_RUN);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd >= 0 && fcntl(fd, F_SETLK, &fl)) {
		close(fd);
		fd = -1;
	}
	if (fd < 0) {
		xm_error(path, errno == EAGAIN || errno == EACCES ?
			 "xend runs already" : "cannot be locked");
	} else {
		text = xm_asprintf("%d\n", (int)getpid());
		if (ftruncate(fd, 0) ||
		    pwrite(fd, text, strlen(text), 0) != (ssize_t)strlen(text))
			xm_error(path, "cannot be written: %s",
				 strerror(errno));
		free(text);
	}
	free(path);
	return fd;
}

/* Does xend watch over all guests that bear a mark by now? */
bool xm_keep_xend_lives(void)
{
	char *path = xm_asprintf("%s/pid", XM_RUN);
	bool lives = holder(path, NULL) != 0;

	free(path);
	return lives;
}
