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
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "keep.h"
#include "lock.h"

#define MARK "xenify"

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
	struct xm_mark mark = { .lives = lives, .started = xm_clock() };
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

/* The file of what is said about a guest; a name may have slashes in it. */
static char *log_of(const char *name)
{
	char *path = xm_asprintf("%s/xm-%s.log", XM_LOGS, name);

	for (char *p = path + strlen(XM_LOGS) + 1; *p; p++)
		if (*p == '/')
			*p = '_';
	return path;
}

/* What is said goes to a file that is the guest's, and to those who watch over all. */
void xm_keep_log(const char *name)
{
	char *path = log_of(name);
	int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
		       O_NOFOLLOW, 0640);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null, 0);
	dup2(null, 1);
	dup2(log >= 0 ? log : null, 2);
	if (null > 2)
		close(null);
	if (log > 2)
		close(log);
	openlog("xm", LOG_PID, LOG_DAEMON);
	xm_syslog = true;
	free(path);
}

/* All of a file. */
static struct flock whole(void)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fl;
}

/*
 * A guest's place in the file of watchers, whatever it is called meanwhile and which
 * number it gets. It is two bytes: who has the first watches over it, and who has both
 * does not lend it to xend.
 */
static struct flock place(const libxl_uuid *uuid)
{
	struct flock fl = whole();

	fl.l_start = xm_lock_place(libxl_uuid_bytearray_const(uuid));
	fl.l_len = 2;
	return fl;
}

static int open_places(void)
{
	char *path;
	int fd;

	if (xm_keep_dir())
		return -1;
	path = xm_asprintf("%s/watched", XM_RUN);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		xm_error(path, "cannot be opened: %s", strerror(errno));
	free(path);
	return fd;
}

/* The guest that this process watches over, and the descriptor by which it has that. */
static struct flock mine;
static int mine_fd = -1;

/* False: somebody else has it. */
static bool take(long seconds)
{
	static const struct timespec nap = { .tv_nsec = 100000000 };

	mine_fd = open_places();
	for (long ms = 0; fcntl(mine_fd, F_SETLK, &mine); ms += 100) {
		/* Two are better than none. */
		if (errno != EAGAIN && errno != EACCES)
			break;
		if (ms >= seconds * 1000) {
			close(mine_fd);
			mine_fd = -1;
			return false;
		}
		nanosleep(&nap, NULL);
	}
	return true;
}

/**
 * xm_keep_claim() - be a guest's own watcher, until this process ends
 * @host: open connection
 * @domid: the guest
 * @name: its name, for the message
 * @lend: xend may take it over
 * @seconds: how long somebody else may still be that
 *
 * The lock goes if this process closes any descriptor of that file.
 *
 * Return: XM_OK, or an exit code after a message: XM_BUSY, somebody else is.
 */
int xm_keep_claim(struct xm_host *host, uint32_t domid, const char *name,
		  bool lend, long seconds)
{
	libxl_dominfo info;
	int ret = XM_OK;

	libxl_dominfo_init(&info);
	if (libxl_domain_info(host->ctx, &info, domid)) {
		ret = xm_libxl_failed(host, name, "nothing is known about it");
	} else {
		mine = place(&info.uuid);
		if (lend)
			mine.l_len = 1;
		if (!take(seconds)) {
			xm_error(name, "somebody watches over it already");
			ret = XM_BUSY;
		}
	}
	libxl_dominfo_dispose(&info);
	return ret;
}

/**
 * xm_keep_offer() - let who waits for it be the guest's own watcher
 *
 * It takes a second: who waits looks several times meanwhile.
 *
 * Return: whether nobody did, and this process is again.
 */
bool xm_keep_offer(void)
{
	static const struct timespec second = { .tv_sec = 1 };

	if (mine_fd >= 0)
		close(mine_fd);
	nanosleep(&second, NULL);
	return take(0);
}

static pid_t holder(int fd, struct flock fl, bool *lent)
{
	pid_t pid = 0;

	if (!fcntl(fd, F_GETLK, &fl) && fl.l_type != F_UNLCK)
		pid = fl.l_pid;
	if (lent)
		*lent = fl.l_len == 1;
	return pid;
}

/* The process that watches over a guest of its own; 0: there is none. For xend. */
pid_t xm_keep_holder(const libxl_uuid *uuid, bool *lent)
{
	int fd = open_places();
	pid_t pid = 0;

	if (fd < 0)
		return 0;
	pid = holder(fd, place(uuid), lent);
	close(fd);
	return pid;
}

/**
 * xm_keep_xend() - be xend
 *
 * Return: a descriptor, as long as which is open nobody else is; -1 after a
 * message, with errno set, to EAGAIN if somebody else is.
 */
int xm_keep_xend(void)
{
	struct flock fl = whole();
	char *path, *text;
	int fd, err;

	if (xm_keep_dir()) {
		errno = ENOTDIR;
		return -1;
	}
	path = xm_asprintf("%s/pid", XM_RUN);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	err = errno;
	if (fd >= 0 && fcntl(fd, F_SETLK, &fl)) {
		err = errno == EACCES ? EAGAIN : errno;
		close(fd);
		fd = -1;
	}
	if (fd < 0 && err == EAGAIN) {
		xm_error(path, "xend runs already");
	} else if (fd < 0) {
		xm_error(path, "cannot be locked: %s", strerror(err));
	} else {
		text = xm_asprintf("%d\n", (int)getpid());
		if (ftruncate(fd, 0) ||
		    pwrite(fd, text, strlen(text), 0) != (ssize_t)strlen(text))
			xm_error(path, "cannot be written: %s",
				 strerror(errno));
		free(text);
	}
	free(path);
	errno = err;
	return fd;
}

/* Does xend watch over all guests that bear a mark by now? */
bool xm_keep_xend_lives(void)
{
	char *path = xm_asprintf("%s/pid", XM_RUN);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool lives = fd >= 0 && holder(fd, whole(), NULL);

	if (fd >= 0)
		close(fd);
	free(path);
	return lives;
}
