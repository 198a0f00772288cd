// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm restore: lets a guest go on that was saved. It may do so once: then it writes to
 * its disks, and what the file remembers of them is wrong. That is noted in the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "launch.h"
#include "saved.h"

static int refuse(const char *name)
{
	xm_error(name, "has run on since it was saved, and has written to its disks; use -f if they are as they were then");
	return XM_BUSY;
}

/* Called by launch.c before the guest may run: another may have been faster. */
static int mark(const struct xm_launch *l, const char *name)
{
	if (!l->force && xm_saved_has_run(l->from))
		return refuse(name);
	if (lseek(l->from, 0, SEEK_CUR) < 0 || xm_saved_mark(l->from, XM_SAVED_RAN))
		return XM_OK;
	xm_error(name, "its file cannot be marked as used (%s); do not restore from it again",
		 strerror(errno));
	return XM_OK;
}

/* A pipe that was opened for both would have no end. */
static int open_file(const char *file)
{
	struct stat st;
	int fd;

	if (!strcmp(file, "-"))
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	if (!stat(file, &st) && !S_ISREG(st.st_mode))
		fd = open(file, O_RDONLY | O_CLOEXEC);
	else
		fd = open(file, O_RDWR | O_CLOEXEC);
	if (fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM))
		fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		xm_error(file, "%s; give the path of a saved guest",
			 strerror(errno));
	return fd;
}

static bool is_younger(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec > b->tv_sec ||
	       (a->tv_sec == b->tv_sec && a->tv_nsec > b->tv_nsec);
}

/* A file that is a disk says when it was written to last; a device does not. */
static int check_disks(int fd, const libxl_domain_config *dc)
{
	struct stat saved, st;
	const char *path;
	bool shared;

	if (fstat(fd, &saved) || !S_ISREG(saved.st_mode))
		return XM_OK;
	for (int i = 0; i < dc->num_disks; i++) {
		path = xm_disk_path(&dc->disks[i], &shared);
		if (!path || shared || !dc->disks[i].readwrite || stat(path, &st) ||
		    !S_ISREG(st.st_mode) || !is_younger(&st.st_mtim, &saved.st_mtim))
			continue;
		xm_error(dc->c_info.name, "disk %s: %s was written to after it was saved; use -f if it is as it was then",
			 dc->disks[i].vdev, path);
		return XM_BUSY;
	}
	return XM_OK;
}

static int read_config(int fd, const char *file, libxl_domain_config *dc,
		       uint32_t *flags)
{
	char *json = xm_saved_read(fd, file, flags);
	struct xm_host host;
	int ret = json ? xm_host_open(&host) : XM_CONFIG;

	if (!ret) {
		ret = xm_saved_config(&host, file, json, dc);
		xm_host_close(&host);
	}
	free(json);
	return ret;
}

static int restore(struct xm_launch *l, const char *file)
{
	libxl_domain_config dc;
	uint32_t flags;
	int ret;

	libxl_domain_config_init(&dc);
	ret = read_config(l->from, file, &dc, &flags);
	if (!ret && !l->force)
		ret = flags ? refuse(dc.c_info.name) : check_disks(l->from, &dc);
	if (!ret)
		ret = xm_launch(l, &dc);
	libxl_domain_config_dispose(&dc);
	return ret;
}

int cmd_restore(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "console", no_argument, NULL, 'c' },
		{ "force", no_argument, NULL, 'f' },
		{ "foreground", no_argument, NULL, 'F' },
		{ "paused", no_argument, NULL, 'p' },
		XM_LONGOPTS
	};
	struct xm_launch launch = { .ready = mark };
	int c, ret;

	while ((c = xm_getopt(argc, argv, "cfFp", longs)) != -1) {
		launch.console |= c == 'c';
		launch.force |= c == 'f';
		launch.foreground |= c == 'F';
		launch.paused |= c == 'p';
	}
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs a file");
	launch.from = open_file(argv[optind]);
	if (launch.from < 0)
		return XM_CONFIG;
	ret = restore(&launch, argv[optind]);
	close(launch.from);
	return ret;
}
