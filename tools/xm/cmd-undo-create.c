// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm undo-create: the process that stands by while "xm create" makes a guest. If
 * that is killed half way (SIGKILL, no memory), what there is of the guest is
 * taken away; signals that can be caught it deals with itself. It is a verb of
 * its own for the same reason as watch-domain: libxl's state does not survive a
 * fork. Started by cmd-create.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <libxl_utils.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build.h"

/**
 * xm_undo_start() - have somebody stand by
 * @uuid: the guest that is to be made
 *
 * Return: what xm_undo_dismiss() wants; -1: nobody stands by.
 */
int xm_undo_start(const libxl_uuid *uuid)
{
	char fd[16], text[64];
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	snprintf(fd, sizeof(fd), "%d", ends[0]);
	snprintf(text, sizeof(text), LIBXL_UUID_FMT, LIBXL_UUID_BYTES(*uuid));
	pid = fork();
	if (!pid) {
		/* Not a child of who may be killed with all its group. */
		if (setsid() < 0 || fork())
			_exit(0);
		fcntl(ends[0], F_SETFD, 0);
		execl("/proc/self/exe", "xm", "undo-create", fd, text, NULL);
		_exit(XM_FAIL);
	}
	close(ends[0]);
	if (pid < 0) {
		close(ends[1]);
		return -1;
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return ends[1];
}

/* The guest is complete, or gone. */
void xm_undo_dismiss(int fd)
{
	if (fd < 0)
		return;
	if (!xm_tell(fd))
		xm_note("create", "nobody stood by");
	close(fd);
}

static int undo(const char *arg)
{
	libxl_dominfo *list;
	struct xm_host host;
	libxl_uuid uuid;
	int n = 0, ret;

	if (libxl_uuid_from_string(&uuid, arg))
		return xm_usage("undo-create", "'%s' is not a UUID", arg);
	ret = xm_host_open(&host);
	if (ret)
		return ret;
	list = libxl_list_domain(host.ctx, &n);
	for (int i = 0; list && i < n; i++)
		if (list[i].domid && !libxl_uuid_compare(&list[i].uuid, &uuid))
			xm_build_undo(&host, list[i].domid);
	if (list)
		libxl_dominfo_list_free(list, n);
	xm_host_close(&host);
	return XM_OK;
}

int cmd_undo_create(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	ssize_t got;
	char byte;
	long fd;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (argc - optind != 2 || !xm_number(argv[optind], 3, 1023, &fd))
		return xm_usage(argv[0], "needs a descriptor and a UUID");
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	do {
		got = read(fd, &byte, 1);
	} while (got < 0 && errno == EINTR);
	/* A byte: it needs nothing. None, and the end: it was killed. */
	return got ? XM_OK : undo(argv[optind + 1]);
}
