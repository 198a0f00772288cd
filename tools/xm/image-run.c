// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starts the program that does with Debian's tools what is asked for of an image,
 * and sees to it that nothing half made stays, whoever is killed. That program is
 * told by its environment (IMG_...), does one step each time, and takes back what it
 * did when that fails. If it can't, since it was killed, that is done from here; if
 * this process is killed, too, by whoever takes the image next (xm_image_take()).
 * Called by the image verbs.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image.h"
#include "lock.h"
#include "xm.h"

#define HELPER "/usr/lib/xenify/image/xm-image"

/* For the program, which finds it as IMG_@key; NULL: it is not there. */
void xm_image_tell(const char *key, const char *value)
{
	char *name = xm_asprintf("IMG_%s", key);

	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
	free(name);
}

void xm_image_tell_number(const char *key, uint64_t value)
{
	char *text = xm_asprintf("%llu", (unsigned long long)value);

	xm_image_tell(key, text);
	free(text);
}

static void tell_image(const struct xm_image *img)
{
	static const struct {
		const char *key, *path;
	} dirs[] = {
		{ "CACHE", "/var/cache/xenify/images" },
		{ "LOGS", "/var/log/xen" },
	};

	xm_image_tell("NAME", img->name);
	xm_image_tell("STATE", img->state);
	xm_image_tell("FS", img->fs);
	xm_image_tell("VG", img->vg);
	xm_image_tell("DISK", img->disk);
	xm_image_tell("SWAP", img->swap);
	xm_image_tell("CONFIG", img->config);
	xm_image_tell("MAC", img->mac);
	xm_image_tell("ADDRESS", img->address);
	xm_image_tell("PART", XM_IMAGE_PART);
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		char *path = xm_image_root(dirs[i].path);

		xm_image_tell(dirs[i].key, path);
		free(path);
	}
}

/* In a group of its own: whoever sends a signal to it gets all that it started. */
static void be_helper(const struct xm_image *img, const char *step)
{
	const char *helper = getenv("XM_IMAGE_HELPER");
	pid_t parent = getppid();

	setpgid(0, 0);
	xm_signals_release();
	/* The lock is held as long as it, or what it started, is at work. */
	if (dup2(img->lock, 9) < 0 || fcntl(9, F_SETFD, 0))
		_exit(XM_FAIL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(XM_FAIL);
	if (!helper)
		helper = HELPER;
	execl(helper, helper, step, NULL);
	xm_error(helper, "%s; install xenify-tools anew", strerror(errno));
	_exit(XM_FAIL);
}

/*
 * Pass on what is to end us. It looks every now and then: a signal that comes just
 * before a call that waits would not end that. Return: as waitpid().
 */
static int wait_for(pid_t pid)
{
	bool passed = false;
	int status;
	pid_t got;

	while (!(got = waitpid(pid, &status, WNOHANG)) ||
	       (got < 0 && errno == EINTR)) {
		if (xm_interrupted && !passed) {
			passed = true;
			kill(pid, SIGTERM);
		}
		usleep(20000);
	}
	return got < 0 ? -1 : status;
}

/**
 * xm_image_run() - have one step done
 * @img: locked
 * @step: which; see the program
 *
 * A signal that came before, or comes meanwhile, ends it. Signals are to be held by
 * the caller (lock.h).
 *
 * Return: XM_OK; or an exit code after a message, and nothing is done then.
 */
int xm_image_run(const struct xm_image *img, const char *step)
{
	pid_t pid;
	int status;

	tell_image(img);
	fflush(NULL);
	pid = fork();
	if (!pid)
		be_helper(img, step);
	status = pid < 0 ? -1 : wait_for(pid);
	if (status < 0) {
		xm_error(img->name, "%s: %s", step, strerror(errno));
		return XM_FAIL;
	}
	/* What it has started, if it could not end that itself. */
	if (WIFSIGNALED(status)) {
		kill(-pid, SIGKILL);
		xm_error(img->name, "the program that was at work on it was killed (signal %d); call it again",
			 WTERMSIG(status));
		return XM_FAIL;
	}
	return WEXITSTATUS(status) > XM_TIMEOUT ? XM_FAIL : WEXITSTATUS(status);
}

/* Of an image that is ready nothing has two names. */
static int settle(const struct xm_image *img)
{
	char *part = xm_asprintf("%s" XM_IMAGE_PART, img->config);
	int ret = access(part, F_OK) ? XM_OK : xm_image_run(img, "settle");

	free(part);
	return ret;
}

/* The configuration is the last one that gets its name: then all of it has. */
static bool is_published(const struct xm_image *img)
{
	char *part = xm_asprintf("%s" XM_IMAGE_PART, img->config);
	struct stat a, b;
	bool is = !lstat(part, &a) && !lstat(img->config, &b) &&
		  a.st_dev == b.st_dev && a.st_ino == b.st_ino;

	free(part);
	return is;
}

/* What was made so far goes, unless somebody has found it, and a use for it. */
static int take_back(const struct xm_image *img)
{
	bool named = !access(img->disk, F_OK) ||
		     (img->swap && !access(img->swap, F_OK));
	int ret = named ? xm_image_idle(img, "taken back, which was not complete") :
		  XM_OK;

	if (!ret)
		ret = xm_image_run(img, "undo");
	return ret ? ret : xm_image_forget(img);
}

static int recover_making(struct xm_image *img)
{
	int ret;

	if (!is_published(img))
		return take_back(img);
	ret = xm_image_write(img, "ready");
	return ret ? ret : settle(img);
}

/**
 * xm_image_recover() - take back what somebody who was killed has left, or finish it
 * @img: locked and read
 *
 * Of an image that was being made nothing stays, and it is forgotten, unless all of it
 * was there; nor of one that was being deleted. One that was being resized is what it
 * was, and "ready", if its disk is there.
 *
 * Return: XM_OK, or an exit code after a message.
 */
int xm_image_recover(struct xm_image *img)
{
	int ret;

	if (!strcmp(img->state, "ready"))
		return settle(img);
	/* It is not to be cut off, too. */
	xm_interrupted = 0;
	if (!strcmp(img->state, "making"))
		return recover_making(img);
	ret = xm_image_run(img, "undo");
	if (!ret)
		ret = xm_image_run(img, "present");
	if (!ret)
		return xm_image_write(img, "ready");
	if (ret != XM_NOTFOUND)
		return ret;
	/* Deleting has not begun before the disk was out of everybody's reach. */
	if (strcmp(img->state, "resizing"))
		return xm_image_forget(img);
	xm_error(img->name, "%s is not there; mount, or activate, what it is on",
		 img->disk);
	return XM_FAIL;
}

/**
 * xm_image_publish() - what was made under other names gets its own
 * @img: locked; all of it is made
 *
 * Nothing that is there is overwritten.
 *
 * Return: XM_OK, or an exit code after a message; nothing of it is left then.
 */
int xm_image_publish(struct xm_image *img)
{
	int ret = xm_image_run(img, "publish");

	if (!ret)
		ret = xm_image_write(img, "ready");
	if (ret) {
		free(img->state);
		img->state = xm_strdup("making");
		xm_interrupted = 0;
		take_back(img);
		return ret;
	}
	settle(img);
	return XM_OK;
}
