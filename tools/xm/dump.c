// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a guest's memory to a file, for crash(8) and gdb. It has its name only when it
 * is whole, and is for root's eyes only from its first byte on. If xm is killed
 * meanwhile, cmd-undo-save.c takes away what there is of it. Called by cmd-dump-core.c
 * and end.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "dump.h"
#include "op.h"
#include "start.h"

/* Where Xen's own tools look for core dumps. No package makes it. Tests have their own. */
#ifndef XM_DUMPS
#define XM_DUMPS "/var/lib/xen/dump"
#endif

/**
 * xm_dump_path() - where the dump of a guest goes if nobody says where
 * @name: the guest's
 *
 * Return: a path, to be freed.
 */
char *xm_dump_path(const char *name)
{
	char *file = xm_asprintf(XM_DUMPS "/%s-%ld", name, (long)time(NULL));

	/* A name may have slashes in it. */
	for (char *p = file + strlen(XM_DUMPS "/"); *p; p++)
		if (*p == '/')
			*p = '_';
	return file;
}

static char *still;	/* what is said while it lasts */

static void on_alarm(int sig)
{
	ssize_t said = write(STDERR_FILENO, still, strlen(still));

	(void)sig;
	(void)said;
}

static void tell_each(long seconds)
{
	struct itimerval each = { { seconds, 0 }, { seconds, 0 } };

	setitimer(ITIMER_REAL, &each, NULL);
}

/* libxl dumps in one call: only a signal comes in between. */
static int dump_patiently(struct xm_host *host, uint32_t domid,
			  const char *name, const char *file)
{
	struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	int ret;

	still = xm_asprintf("xm: %s: still writing %s", name, file);
	xm_printable(still);
	xm_append(&still, "\n");
	sigaction(SIGALRM, &sa, NULL);
	tell_each(XM_SILENT_SECONDS);
	ret = libxl_domain_core_dump(host->ctx, domid, file, NULL);
	tell_each(0);
	signal(SIGALRM, SIG_IGN);
	free(still);
	return ret;
}

static int no_dump(const char *name, const char *file)
{
	xm_error(name, "no core dump: %s: %s", file, strerror(errno));
	return XM_FAIL;
}

/*
 * Libxl would follow a link that somebody else has put there, and write a guest's
 * memory to a file that others read: so it gets one that is new.
 */
static int make_files(const char *name, const char *file, const char *partial)
{
	struct stat st;
	int fd;

	if (xm_starts(file, XM_DUMPS "/") && mkdir(XM_DUMPS, 0700) && errno != EEXIST)
		return no_dump(name, XM_DUMPS);
	if (!stat(file, &st) && !S_ISREG(st.st_mode)) {
		xm_error(name, "no core dump: %s is there, and not a plain file; name another",
			 file);
		return XM_FAIL;
	}
	fd = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return no_dump(name, partial);
	close(fd);
	return XM_OK;
}

/**
 * xm_dump() - write a guest's memory to a file
 * @host: open connection
 * @domid: the guest; it is paused, or has ended, or the dump is a blurred one
 * @name: for messages
 * @file: where to; what was there is replaced once all is written
 *
 * Return: XM_OK, or an exit code after a message; then nothing is left.
 */
int xm_dump(struct xm_host *host, uint32_t domid, const char *name,
	    const char *file)
{
	static const int nothing[XM_STANDBY_KEEPS] = { -1, -1 };
	char *partial = xm_asprintf("%s.%ld.partial", file, (long)getpid());
	/* No guest, and no file that is complete: only the partial one is to go. */
	const char *words[] = { "0", "", "0", partial, "", "", NULL };
	int standby, ret = make_files(name, file, partial);

	if (ret) {
		free(partial);
		return ret;
	}
	standby = xm_standby_start("undo-save", nothing, words);
	if (dump_patiently(host, domid, name, partial))
		ret = xm_libxl_failed(host, name, "no core dump was written");
	else if (rename(partial, file))
		ret = no_dump(name, file);
	if (ret)
		unlink(partial);
	else
		xm_error(name, "core dump written to %s", file);
	xm_standby_dismiss(standby);
	free(partial);
	return ret;
}
