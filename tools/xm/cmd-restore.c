// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm restore: lets a guest go on that was saved. It may do so once: then it writes to
 * its disks, and what the file remembers of them is wrong. That is noted in the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launch.h"
#include "saved.h"

/* Called by launch.c before the guest may run. */
static int mark(const char *name, int fd)
{
	if (lseek(fd, 0, SEEK_CUR) < 0 || xm_saved_mark(fd, XM_SAVED_RAN))
		return XM_OK;
	xm_error(name, "its file cannot be marked as used (%s); do not restore from it again",
		 strerror(errno));
	return XM_OK;
}

static int open_file(const char *file)
{
	int fd;

	if (!strcmp(file, "-"))
		return dup(STDIN_FILENO);
	fd = open(file, O_RDWR | O_CLOEXEC);
	if (fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM))
		fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		xm_error(file, "%s; give the path of a saved guest",
			 strerror(errno));
	return fd;
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

static int restore(struct xm_launch *l, const char *file, bool force)
{
	libxl_domain_config dc;
	uint32_t flags;
	int ret;

	libxl_domain_config_init(&dc);
	ret = read_config(l->from, file, &dc, &flags);
	if (!ret && flags && !force) {
		xm_error(file, "%s has run on since it was saved, and has written to its disks; use -f if they are as they were then",
			 dc.c_info.name);
		ret = XM_BUSY;
	}
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
	bool force = false;
	int c, ret;

	while ((c = xm_getopt(argc, argv, "cfFp", longs)) != -1) {
		launch.console |= c == 'c';
		force |= c == 'f';
		launch.foreground |= c == 'F';
		launch.paused |= c == 'p';
	}
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs a file");
	launch.from = open_file(argv[optind]);
	if (launch.from < 0)
		return XM_CONFIG;
	ret = restore(&launch, argv[optind], force);
	close(launch.from);
	return ret;
}
