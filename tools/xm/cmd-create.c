// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm create: makes a guest from a configuration file. The file is read in config.c,
 * the rest is launch.c's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "json.h"
#include "launch.h"
#include "mac.h"

/**
 * struct creation - what was asked for
 * @launch: how it is to run
 * @dryrun: -n
 * @quiet: -q
 * @json: --json
 */
struct creation {
	struct xm_launch launch;
	bool dryrun, quiet, json;
};

static int print(const struct xm_config *cfg, const struct creation *c)
{
	char *text;
	yajl_gen gen;

	if (c->json) {
		gen = xm_json_new();
		libxl_domain_config_gen_json(gen, (libxl_domain_config *)
					     &cfg->dc);
		return xm_json_print(gen, stdout) ? XM_FAIL : XM_OK;
	}
	text = xm_config_text(&cfg->dc);
	fputs(text, stdout);
	free(text);
	return fflush(stdout) ? XM_FAIL : XM_OK;
}

/* As it stands, or in /etc/xen where xm has always looked. */
static char *find_file(const char *arg, char **path, size_t *len)
{
	char *text = xm_readfile(arg, len);
	int err = errno;

	*path = xm_strdup(arg);
	if (text || err != ENOENT || strchr(arg, '/'))
		return text;
	free(*path);
	*path = xm_asprintf("/etc/xen/%s", arg);
	text = xm_readfile(*path, len);
	if (!text && errno == ENOENT) {
		free(*path);
		*path = xm_strdup(arg);
	}
	return text;
}

static int read_all(struct xm_config *cfg, const char *text, char **args,
		    int nargs)
{
	char *id;
	int ret;

	if (xm_config_read(cfg, text, args, nargs))
		return -1;
	id = xm_mac_host();
	ret = xm_config_number(cfg, id);
	free(id);
	return ret;
}

static int create_from(char **argv, int argc, struct creation *c)
{
	struct xm_config cfg;
	size_t len;
	char *path, *text = find_file(argv[0], &path, &len);
	int ret = XM_CONFIG;

	if (!text) {
		xm_error(path, "%s; give the path of a configuration file",
			 strerror(errno));
		free(path);
		return XM_CONFIG;
	}
	xm_config_init(&cfg, path, stderr);
	cfg.quiet = c->quiet;
	cfg.node_cpus = xm_host_node_cpus;
	if (strlen(text) != len)
		xm_config_error(&cfg, NULL, "there is a NUL byte in it; give the path of a configuration file");
	if (!cfg.failed && !read_all(&cfg, text, argv + 1, argc - 1)) {
		xm_config_place(&cfg, xm_host_direct_files(!c->dryrun));
		ret = c->dryrun ? print(&cfg, c) :
		      xm_launch(&c->launch, &cfg.dc);
	}
	xm_config_free(&cfg);
	free(text);
	free(path);
	return ret;
}

int cmd_create(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "console", no_argument, NULL, 'c' },
		{ "defconfig", required_argument, NULL, 'f' },
		{ "foreground", no_argument, NULL, 'F' },
		{ "dryrun", no_argument, NULL, 'n' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "paused", no_argument, NULL, 'p' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "json", no_argument, NULL, 'j' },
		XM_LONGOPTS
	};
	struct creation c = { .launch = { .from = -1 } };
	char *file = NULL;
	int opt;

	while ((opt = xm_getopt(argc, argv, "cf:Fnpq", longs)) != -1) {
		c.launch.console |= opt == 'c';
		c.launch.foreground |= opt == 'F';
		c.dryrun |= opt == 'n';
		c.launch.paused |= opt == 'p';
		c.quiet |= opt == 'q';
		c.json |= opt == 'j';
		if (opt == 'f')
			file = optarg;
	}
	if (file)	/* Xen 2.0: xm create -f FILE */
		argv[--optind] = file;
	if (optind >= argc)
		return xm_usage(argv[0], "needs a configuration file");
	if (c.json && !c.dryrun)
		return xm_usage(argv[0], "--json goes with -n");
	return create_from(argv + optind, argc - optind, &c);
}
