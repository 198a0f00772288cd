// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lock under which guests are made: while memory is set aside for one,
 * nobody else may count on it. xl takes the same lock, of the same kind, on the
 * same file. The file stays (removing it would split its waiters in two camps);
 * the lock goes with the descriptor. And files in which each guest has a byte that
 * is locked. Called by build.c, claim.c and keep.c; pure, no libxl.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lock.h"
#include "util.h"

volatile sig_atomic_t xm_interrupted;

static const char *last_words;

static void on_signal(int sig)
{
	xm_interrupted = sig;
}

static void on_end(int sig)
{
	ssize_t said = write(STDERR_FILENO, last_words, strlen(last_words));

	(void)sig;
	(void)said;
	_exit(1);
}

/* What would end xm by itself, and so leave a guest half made. */
static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

/* What SIGPIPE did before it was ignored. */
static void (*pipe_did)(int) = SIG_DFL;

static void handle(void (*handler)(int sig))
{
	struct sigaction sa = { .sa_handler = handler }, old;

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		/* nohup has its reasons. */
		if (!sigaction(ends[i], NULL, &old) &&
		    old.sa_handler != SIG_IGN)
			sigaction(ends[i], &sa, NULL);
}

/*
 * From here on these signals are only remembered, and end what waits. Nor does xm end
 * because nobody reads any more what it says.
 */
void xm_signals_hold(void)
{
	handle(on_signal);
	pipe_did = signal(SIGPIPE, SIG_IGN);
}

/**
 * xm_signals_end() - from here on these signals end xm at once, as a failure
 * @words: a line that is printed then
 *
 * For what cannot be broken off otherwise, while somebody stands by who clears up.
 */
void xm_signals_end(const char *words)
{
	last_words = words;
	handle(on_end);
}

/* From here on they do again what they did. */
void xm_signals_release(void)
{
	struct sigaction old;

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (!sigaction(ends[i], NULL, &old) &&
		    (old.sa_handler == on_signal || old.sa_handler == on_end))
			signal(ends[i], SIG_DFL);
	signal(SIGPIPE, pipe_did);
}

/* The directory is for everybody to write to: the file may be somebody's. */
static int open_own(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
		      O_NONBLOCK, 0600);
	struct stat st;

	if (fd < 0) {
		xm_error(path, "the lock cannot be opened: %s; remove it if it is not root's",
			 strerror(errno));
		return -1;
	}
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid())
		return fd;
	xm_error(path, "the lock belongs to somebody else; remove it");
	close(fd);
	return -1;
}

/*
 * It looks every now and then: a signal that comes just before a call that waits would
 * not end that.
 */
#define LOOK_AGAIN_US 100000

/**
 * xm_lock() - wait until nobody else makes a guest
 * @path: the lock's file
 * @name: the guest that is to be made, for the message
 *
 * Return: a descriptor, which is to be closed; -1 after a message, also if a
 * signal came while it waited.
 */
int xm_lock(const char *path, const char *name)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open_own(path);
	bool told = false;

	while (fd >= 0 && fcntl(fd, F_SETLK, &fl)) {
		if (xm_interrupted) {
			xm_error(name, "interrupted; nothing is left");
		} else if (errno == EAGAIN || errno == EACCES) {
			if (!told)
				xm_error(name, "waiting for another guest to be made (lock %s)",
					 path);
			told = true;
			usleep(LOOK_AGAIN_US);
			continue;
		} else if (errno == EINTR) {
			continue;
		} else {
			xm_error(path, "cannot be locked: %s", strerror(errno));
		}
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Shared by those who restore guests. It stays, and is empty. */
#define RESTORES "/run/xm-restore.lock"

/**
 * xm_lock_restores() - a guest is restored, which has its disks only at the end of that
 * @none: none is to be meanwhile, because a disk changes that one may be about to have
 * @name: of the guest, or of what has the disk, for the message
 *
 * To be taken before xm_lock(), which is not held for as long as it takes.
 *
 * Return: a descriptor, which is to be closed; -1 after a message, also if a
 * signal came while it waited.
 */
int xm_lock_restores(bool none, const char *name)
{
	const char *path = getenv("XM_RESTORE_LOCK");	/* for tests */
	bool told = false;
	int fd;

	path = path ? path : RESTORES;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	while (fd >= 0 && flock(fd, (none ? LOCK_EX : LOCK_SH) | LOCK_NB)) {
		if (errno == EWOULDBLOCK && !xm_interrupted) {
			if (!told)
				xm_error(name, "waiting for %s (lock %s)", none ?
					 "guests that are restored" : "an image that changes",
					 path);
			told = true;
			usleep(LOOK_AGAIN_US);
			continue;
		}
		close(fd);
		fd = -1;
	}
	if (fd < 0)
		xm_error(name, "%s cannot be locked: %s", path, xm_interrupted ?
			 "interrupted" : strerror(errno));
	return fd;
}

/* Any odd number with bits all over it: that of the golden section. */
#define MIX 0x9e3779b97f4a7c15ULL

/**
 * xm_lock_place() - which byte of a file of locks is a guest's
 * @uuid: its 16 bytes, of which all count: those of UUIDs that people make up differ in
 *        a few bits only, wherever these are
 *
 * Return: an even number; the odd one behind it is the guest's, too.
 */
off_t xm_lock_place(const uint8_t *uuid)
{
	uint64_t a, b;

	memcpy(&a, uuid, sizeof(a));
	memcpy(&b, uuid + sizeof(a), sizeof(b));
	/* A product has nothing of high bits in its low ones: these are mixed in between. */
	b *= MIX;
	b ^= b >> 32;
	a ^= b * MIX;
	a ^= a >> 32;
	return (a * MIX >> 2) << 1;
}

/**
 * xm_lock_byte() - lock one byte of a file, which need not have it
 * @path: the file; it stays, and is empty
 * @at: the byte
 * @seconds: how long somebody else may have it
 *
 * The lock belongs to what was opened: who inherits the descriptor has it as well.
 *
 * Return: a descriptor for xm_lock_end(); -1 with errno set, to EAGAIN if somebody else
 * has it.
 */
int xm_lock_byte(const char *path, off_t at, long seconds)
{
	static const struct timespec nap = { .tv_nsec = LOOK_AGAIN_US * 1000 };
	struct flock fl = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = 1,
	};
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), err;

	for (long us = 0; fd >= 0 && fcntl(fd, F_OFD_SETLK, &fl); us += LOOK_AGAIN_US) {
		err = errno == EACCES ? EAGAIN : errno;
		if (err == EAGAIN && us < seconds * 1000000) {
			nanosleep(&nap, NULL);
			continue;
		}
		close(fd);
		errno = err;
		return -1;
	}
	return fd;
}

/* Nobody has it any more, whoever has inherited the descriptor. */
void xm_lock_end(int fd)
{
	struct flock fl = { .l_type = F_UNLCK, .l_whence = SEEK_SET };

	if (fd < 0)
		return;
	fcntl(fd, F_OFD_SETLK, &fl);
	close(fd);
}
