// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a guest's memory to a file, for crash(8) and gdb. It has its name only when it
 * is whole, and is for root's eyes only. Called by cmd-dump-core.c and end.c.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "dump.h"

/* Where Xen's own tools look for core dumps. No package makes it. */
#define DUMPS "/var/lib/xen/dump"

/* Silence for longer than this makes people reach for Ctrl-C. */
#define SILENT_SECONDS 5

/**
 * xm_dump_path() - where the dump of a guest goes if nobody says where
 * @name: the guest's
 *
 * Return: a path, to be freed.
 */
char *xm_dump_path(const char *name)
{
	char *file = xm_asprintf(DUMPS "/%s-%ld", name, (long)time(NULL));

	/* A name may have slashes in it. */
	for (char *p = file + strlen(DUMPS "/"); *p; p++)
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

	still = xm_asprintf("xm: %s: still writing %s\n", name, file);
	sigaction(SIGALRM, &sa, NULL);
	tell_each(SILENT_SECONDS);
	ret = libxl_domain_core_dump(host->ctx, domid, file, NULL);
	tell_each(0);
	signal(SIGALRM, SIG_IGN);
	free(still);
	return ret;
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
	char *partial = xm_asprintf("%s.partial", file);
	int ret = XM_OK;

	if (xm_starts(file, DUMPS "/") && mkdir(DUMPS, 0700) && errno != EEXIST) {
		xm_error(name, "no core dump: making " DUMPS ": %s",
			 strerror(errno));
		ret = XM_FAIL;
		goto out;
	}
	if (dump_patiently(host, domid, name, partial))
		ret = xm_libxl_failed(host, name, "no core dump was written");
	if (!ret && (chmod(partial, 0600) || rename(partial, file))) {
		xm_error(name, "no core dump: %s: %s", file, strerror(errno));
		ret = XM_FAIL;
	}
	if (ret)
		unlink(partial);
	else
		xm_error(name, "core dump written to %s", file);
out:
	free(partial);
	return ret;
}
