// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm new: keeps a guest's configuration, so that "xm start NAME" makes the guest. What
 * is kept is what was read, in today's syntax, with the command line's changes.
 */
#include <stdlib.h>

#include "load.h"
#include "managed.h"
#include "xm.h"

static int keep(const struct xm_config *cfg, bool force)
{
	const char *name = cfg->dc.c_info.name;
	char *path = xm_managed_path(name), *text;
	int ret = XM_OK;

	if (!path) {
		xm_error(name, "the name of a managed guest is that of a file; choose one without '/'");
		return XM_CONFIG;
	}
	if (!force && xm_managed_has(name)) {
		xm_error(name, "there is a managed guest of this name already (%s); 'xm delete %s' or -f",
			 path, name);
		ret = XM_BUSY;
	} else {
		text = xm_config_text(&cfg->dc);
		if (xm_managed_write(name, text))
			ret = XM_FAIL;
		free(text);
	}
	free(path);
	return ret;
}

int cmd_new(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "force", no_argument, NULL, 'f' },
		{ "quiet", no_argument, NULL, 'q' },
		XM_LONGOPTS
	};
	bool force = false, quiet = false;
	struct xm_load load;
	int c, ret;

	while ((c = xm_getopt(argc, argv, "fq", longs)) != -1) {
		force |= c == 'f';
		quiet |= c == 'q';
	}
	if (optind >= argc)
		return xm_usage(argv[0], "needs a configuration file");
	ret = xm_load(&load, argv + optind, argc - optind, quiet, false);
	if (!ret)
		ret = keep(&load.cfg, force);
	xm_load_free(&load);
	return ret;
}
