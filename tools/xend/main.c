// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xend: watches over all guests of a host, and is spoken with over HTTP. What it
 * does is in Documentation/xend.md; here is its command line.
 */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
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
		return foreground ? xend_daemon(file, true, -1) : xend_detach(file);
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
		default:
			if (c == 's')
				parent = optarg;
			mode = modes[strchr(letters, c) - letters];
		}
	}
	if (optind < argc) {
		usage(stderr);
		return XM_USAGE;
	}
	return run(mode, file, foreground, parent);
}
