// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xend: watches over all guests of a host, and is spoken with over HTTP. What it
 * does is in Documentation/xend.md; here are its command line, and how it
 * becomes a daemon.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "key.h"
#include "sample.h"
#include "xend.h"

enum mode { DAEMON, TEST, SERVE, SAMPLE, URL, SET_PASSWORD, CHECK_PASSWORD };

static void usage(FILE *out)
{
	fputs("usage: xend [OPTION...]\n\n"
	      "Watches over Xen guests, and is spoken with on port 8000 of localhost.\n\n"
	      "  -F, --foreground    stay in the foreground\n"
	      "  -c, --config=FILE   instead of " XM_XEND_SXP " and " XM_XEND_CONF "\n"
	      "  -t, --test          read the configuration, say what is wrong with it\n"
	      "      --url           print the address of the web page, with the key to it\n"
	      "      --set-password  for connections from other hosts\n"
	      "  -V, --version       print the version\n"
	      "  -h, --help          show this\n", out);
}

/* The supervisor passes on what it is told. */
static volatile sig_atomic_t child;

static void pass_on(int sig)
{
	int err = errno;

	if (child > 0)
		kill(child, sig);
	errno = err;
}

/*
 * Where no systemd does it, this process starts the daemon again when it has died.
 * It ends with the daemon, if that has ended by itself.
 */
static int supervise(const char *file, int ready)
{
	int status = 0;

	signal(SIGTERM, pass_on);
	signal(SIGINT, pass_on);
	signal(SIGHUP, pass_on);
	for (;;) {
		pid_t pid = fork();

		if (!pid)
			_exit(xend_daemon(file, false, ready));
		child = pid;
		if (ready >= 0)
			close(ready);
		ready = -1;
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (pid < 0 || !WIFSIGNALED(status))
			return pid < 0 ? 1 : WEXITSTATUS(status);
		xm_error("xend", "was ended by signal %d, and is started again",
			 WTERMSIG(status));
		sleep(1);
	}
}

/* Return: the exit status for whoever has started it. */
static int detach(const char *file)
{
	int ends[2], null, status = 0;
	pid_t pid;
	ssize_t n;
	char byte;

	pid = pipe2(ends, O_CLOEXEC) ? -1 : fork();
	if (pid < 0) {
		xm_error("xend", "cannot be started: %s", strerror(errno));
		return 1;
	}
	if (!pid) {
		close(ends[0]);
		setsid();
		if (chdir("/"))
			_exit(1);
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
		dup2(null, 0);
		dup2(null, 1);
		_exit(supervise(file, ends[1]));
	}
	close(ends[1]);
	do {
		n = read(ends[0], &byte, 1);
	} while (n < 0 && errno == EINTR);
	if (n == 1)
		return 0;
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) ?
	       WEXITSTATUS(status) : 1;
}

/* Its processes have other directories than whoever starts it. */
static const char *absolute(const char *file)
{
	static char *path;
	char *here = *file == '/' ? NULL : getcwd(NULL, 0);

	free(path);
	path = here ? xm_asprintf("%s/%s", here, file) : xm_strdup(file);
	free(here);
	return path;
}

static int test(const char *file)
{
	struct xm_xendconf conf;
	int ret = xend_conf(&conf, file, false) ? XM_CONFIG : XM_OK;

	xm_xendconf_free(&conf);
	return ret;
}

static int with_conf(const char *file, enum mode mode)
{
	struct xm_xendconf conf;
	int ret = XM_CONFIG;

	/* What it says of addresses may only be right once there is a password. */
	if (xend_conf(&conf, file, true) &&
	    (mode != SET_PASSWORD || (file && access(file, R_OK))))
		goto free;
	if (mode == URL)
		ret = xend_key_url(&conf);
	else if (mode == SET_PASSWORD)
		ret = xend_password_set(conf.password);
	else
		ret = xend_password_check(conf.password);
free:
	xm_xendconf_free(&conf);
	return ret;
}

/* It ends with the daemon that has started it, which may be gone already. */
static int serve(const char *file, const char *parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != atoi(parent))
		return XM_FAIL;
	openlog("xend", LOG_PID, LOG_DAEMON);
	xm_syslog = true;
	return xend_serve(file);
}

static int run(enum mode mode, const char *file, bool foreground,
	       const char *parent)
{
	switch (mode) {
	case TEST:
		return test(file);
	case SERVE:
		return serve(file, parent);
	case SAMPLE:
		return xend_sampler();
	case DAEMON:
		openlog("xend", LOG_PID, LOG_DAEMON);
		xm_syslog = true;
		return foreground ? xend_daemon(file, true, -1) : detach(file);
	default:
		return with_conf(file, mode);
	}
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "foreground", no_argument, NULL, 'F' },
		{ "config", required_argument, NULL, 'c' },
		{ "test", no_argument, NULL, 't' },
		{ "url", no_argument, NULL, 'u' },
		{ "set-password", no_argument, NULL, 'p' },
		{ "check-password", no_argument, NULL, 'k' },
		{ "serve", required_argument, NULL, 's' },
		{ "sample", no_argument, NULL, 'a' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	static const char letters[] = "tsaupk";
	static const enum mode modes[] = {
		TEST, SERVE, SAMPLE, URL, SET_PASSWORD, CHECK_PASSWORD
	};
	enum mode mode = DAEMON;
	bool foreground = false;
	const char *file = NULL, *parent = NULL;
	int c;

	xm_program = "xend";
	while ((c = getopt_long(argc, argv, "Fc:tVh", longs, NULL)) != -1) {
		switch (c) {
		case 'F':
			foreground = true;
			break;
		case 'c':
			file = absolute(optarg);
			break;
		case 'V':
			puts("xend (Xenify) " XEND_VERSION);
			return 0;
		case 'h':
			usage(stdout);
			return 0;
		case '?':
			usage(stderr);
			return XM_USAGE;
		case 's':
			parent = optarg;
			/* fall through */
		default:
			mode = modes[strchr(letters, c) - letters];
		}
	}
	if (optind < argc) {
		usage(stderr);
		return XM_USAGE;
	}
	return run(mode, file, foreground, parent);
}
