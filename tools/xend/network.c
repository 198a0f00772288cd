// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What network-script asks for when xend begins. Called by daemon.c.
 *
 * Classic scripts took the host's own interface apart and made a bridge of it,
 * under the feet of who was logged in over it. Here a bridge is only missed, and
 * said how to have one; routing is a switch that takes nothing away.
 *
 * A program of the administrator's own is run when xend is started, and not when one
 * that died is started again: what has been done stands in a file until xend is stopped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vif.h"
#include "xend.h"

#define FORWARD "/proc/sys/net/ipv4/ip_forward"
#define SCRIPT_SECONDS 60
#define DONE XM_RUN "/network"

static void miss_bridge(const struct xm_xendconf *conf)
{
	char *mine, *path;
	const char *name = xm_xendconf_bridge(conf, &mine);

	if (!name)
		name = "xenbr0";
	path = xm_asprintf("/sys/class/net/%s/bridge", name);
	if (access(path, F_OK))
		xm_error("network-script", "there is no bridge %s; 'xenify-bridge %s' shows how the host can have it",
			 name, name);
	free(path);
	free(mine);
}

static void forward(void)
{
	int fd = open(FORWARD, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "1\n", 2) != 2)
		xm_error("network-script", FORWARD ": %s; guests reach this host only",
			 strerror(errno));
	else
		xm_error("network-script", "this host forwards packets (" FORWARD ")");
	if (fd >= 0)
		close(fd);
}

static bool is_done(const char *text)
{
	char *done = xm_readfile(DONE, NULL);
	bool same = done && !strcmp(done, text);

	free(done);
	return same;
}

/* A program of the administrator's own, with its arguments behind it. */
static void run_script(const char *text)
{
	char *words = xm_strdup(text), *rest = NULL, *path = NULL;
	const char *argv[16] = { NULL };
	int n = 0, status;

	for (char *w = strtok_r(words, " \t", &rest); w && n < 14;
	     w = strtok_r(NULL, " \t", &rest))
		argv[n++] = w;
	if (!n)
		goto out;
	path = xm_asprintf("%s%s", *argv[0] == '/' ? "" : XM_SCRIPTS, argv[0]);
	/* PATH start ARGUMENT..., as it always was. */
	for (int i = n; i > 1; i--)
		argv[i] = argv[i - 1];
	argv[0] = path;
	argv[1] = "start";
	argv[n + 1] = NULL;
	status = xend_run(argv, SCRIPT_SECONDS);
	if (status)
		xm_error("network-script", "%s start ended with status %d; see what it needs",
			 path, status);
	else
		xend_put(DONE, text);
out:
	free(path);
	free(words);
}

static void do_it(const struct xm_xendconf *conf)
{
	if (xm_xendconf_network(conf, "network-bridge") ||
	    xm_xendconf_network(conf, "network"))
		miss_bridge(conf);
	else if (xm_xendconf_network(conf, "network-route") ||
		 xm_xendconf_network(conf, "network-nat"))
		forward();
	else if (!is_done(conf->network))
		run_script(conf->network);
}

/**
 * xend_network() - have done what network-script asks for
 * @conf: the configuration
 *
 * In a process of its own, as an administrator's program takes its time.
 */
void xend_network(const struct xm_xendconf *conf)
{
	if (!conf->network || xm_xendconf_network(conf, "") ||
	    xm_xendconf_network(conf, "network-dummy"))
		return;
	switch (fork()) {
	case -1:
		xm_error("network-script", "%s", strerror(errno));
		break;
	case 0:
		do_it(conf);
		_exit(0);
	default:
		break;
	}
}

/* xend is stopped: whoever starts it wants it anew. */
void xend_network_forget(void)
{
	unlink(DONE);
}
