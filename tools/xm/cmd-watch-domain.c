// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm watch-domain: the process that stays behind after "xm create" and acts
 * when the guest ends. It is a verb of its own, started anew, because libxl's
 * state does not survive a fork; and so that an administrator can start it by
 * hand for a guest that has lost its watcher.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"

static void log_to_file(const char *name)
{
	char *path = xm_asprintf("/var/log/xen/xm-%s.log", name);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);

	dup2(null, 0);
	dup2(null, 1);
	dup2(log >= 0 ? log : null, 2);
	if (log >= 0)
		close(log);
	if (null > 2)
		close(null);
	free(path);
}

static int watch(const char *domain, bool foreground, int ready_fd)
{
	struct xm_host host;
	uint32_t domid;
	char *name;
	int ret = xm_verb_open(&host, domain, &domid);

	if (ret)
		return ret;
	name = xm_host_domname(&host, domid);
	if (!foreground)
		log_to_file(name);
	free(name);
	ret = xm_watch(&host, domid, ready_fd);
	xm_host_close(&host);
	return ret;
}

int cmd_watch_domain(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "foreground", no_argument, NULL, 'F' },
		{ "ready", required_argument, NULL, 'r' },
		XM_LONGOPTS
	};
	bool foreground = false;
	long ready = -1;
	int c;

	while ((c = xm_getopt(argc, argv, "Fr:", longs)) != -1) {
		if (c == 'F')
			foreground = true;
		else if (!xm_number(optarg, 3, 1023, &ready))
			return xm_usage(argv[0], "'%s' is not a descriptor",
					optarg);
	}
	if (argc - optind != 1)
		return xm_usage(argv[0], "needs one domain");
	if (!foreground) {
		switch (fork()) {
		case -1:
			xm_error(argv[0], "fork: %s", strerror(errno));
			return XM_FAIL;
		case 0:
			setsid();
			if (chdir("/"))
				return XM_FAIL;
			break;
		default:
			_exit(XM_OK);
		}
	}
	if (ready >= 0)
		fcntl(ready, F_SETFD, FD_CLOEXEC);
	return watch(argv[optind], foreground, ready);
}
