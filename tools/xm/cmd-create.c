// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm create: makes a guest from a configuration file. load.c reads it, the rest is
 * launch.c's.
 */
#include <stdlib.h>

#include "json.h"
#include "launch.h"
#include "load.h"

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

static int create_from(char **argv, int argc, struct creation *c)
{
	struct xm_load load;
	int ret = xm_load(&load, argv, argc, c->quiet, !c->dryrun);

	if (!ret)
		ret = c->dryrun ? print(&load.cfg, c) :
		      xm_launch(&c->launch, &load.cfg.dc);
	xm_load_free(&load);
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
		{ "vncviewer", no_argument, NULL, 'V' },
		{ "vncviewer-autopass", no_argument, NULL, 'A' },
		XM_LONGOPTS
	};
	struct creation c = { .launch = { .from = -1 } };
	char *file = NULL;
	int opt;

	while ((opt = xm_getopt(argc, argv, "Acf:FnpqV", longs)) != -1) {
		c.launch.viewer |= opt == 'V' || opt == 'A';
		c.launch.autopass |= opt == 'A';
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
