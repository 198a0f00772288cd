// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest's configuration, from a file and a command line. What stands in it is read in
 * config.c. Called by cmd-create.c and cmd-new.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"
#include "mac.h"
#include "settings.h"
#include "xm.h"

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

	/* It is not known whether its interfaces are to be guarded: it is not made. */
	if (xm_settings_guard(&cfg->antispoof)) {
		cfg->failed = true;
		return -1;
	}
	if (xm_config_read(cfg, text, args, nargs))
		return -1;
	id = xm_mac_host();
	ret = xm_config_number(cfg, id);
	free(id);
	return ret;
}

/**
 * xm_load() - read a configuration
 * @load: filled in, to be freed with xm_load_free() in any case
 * @argv: the file's path, and lines KEY=VALUE that override others
 * @argc: how many
 * @quiet: no warnings
 * @serve: its disks are served now; else nothing is done for that
 *
 * Return: XM_OK, or XM_CONFIG after a message.
 */
int xm_load(struct xm_load *load, char **argv, int argc, bool quiet, bool serve)
{
	struct xm_config *cfg = &load->cfg;
	size_t len;
	char *text = find_file(argv[0], &load->path, &len);
	int err = errno;

	xm_config_init(cfg, load->path, stderr);
	if (!text) {
		xm_error(load->path, "%s; give the path of a configuration file",
			 strerror(err));
		return XM_CONFIG;
	}
	cfg->quiet = quiet;
	cfg->node_cpus = xm_host_node_cpus;
	if (strlen(text) != len)
		xm_config_error(cfg, NULL, "there is a NUL byte in it; give the path of a configuration file");
	if (!cfg->failed && !read_all(cfg, text, argv + 1, argc - 1))
		xm_config_place(cfg, xm_host_direct_files(serve));
	free(text);
	return cfg->failed ? XM_CONFIG : XM_OK;
}

void xm_load_free(struct xm_load *load)
{
	xm_config_free(&load->cfg);
	free(load->path);
}
