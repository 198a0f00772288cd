// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm create: makes a guest from a configuration file. The file is read in
 * config.c, what would fail is found in preflight.c, the guest is made in
 * build.c; here stand the order of these steps, and the processes that a new
 * guest needs: its watcher, and its console if -c was given.
 */
#include <errno.h>
#include <libxl_event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "config.h"
#include "json.h"
#include "keep.h"
#include "lock.h"
#include "mac.h"
#include "start.h"

/**
 * struct creation - what was asked for, and how far it got
 * @console: -c
 * @foreground: -F
 * @dryrun: -n
 * @paused: -p
 * @quiet: -q
 * @json: --json
 * @standby: who takes away what is left if this process is killed
 * @console_pid: the console's process, 0 if there is none
 * @console_fd: readable once the console is attached
 */
struct creation {
	bool console, foreground, dryrun, paused, quiet, json;
	int standby;
	pid_t console_pid;
	int console_fd;
};

/* libxl calls this during the build, so that a bootloader can be spoken to. */
static void console_available(libxl_ctx *ctx, libxl_event *event, void *user)
{
	struct creation *c = user;

	if (!c->console_pid)
		c->console_pid = xm_start_verb("console", "--notify=",
					       event->domid, &c->console_fd);
	libxl_event_free(ctx, event);
}

static int run(struct xm_host *host, const char *name, uint32_t domid,
	       struct creation *c)
{
	if (c->console_pid > 0)
		xm_start_wait(c->console_fd);	/* see the first line, too */
	if (!c->paused && libxl_domain_unpause(host->ctx, domid, NULL)) {
		int ret = xm_libxl_failed(host, name, "could not be started");

		xm_build_undo(host, domid);
		return ret;
	}
	return XM_OK;
}

/* The guest exists and is paused; make it live, or take it away again. */
static int go_on(struct xm_host *host, const char *name, uint32_t domid,
		 struct creation *c)
{
	int ret;

	if (xm_interrupted) {
		xm_build_undo(host, domid);
		xm_error(name, "interrupted; nothing is left");
		return XM_FAIL;
	}
	ret = c->foreground ? xm_mark_new(host, domid, 0) :
	      xm_start_watcher(host, name, domid);
	if (ret)
		xm_build_undo(host, domid);
	else
		ret = run(host, name, domid, c);
	xm_undo_dismiss(c->standby);
	c->standby = -1;
	if (ret || !c->foreground)
		return ret;
	xm_start_exec("watch-domain", "--foreground", domid);
	xm_build_undo(host, domid);
	return XM_FAIL;
}

static int make(struct xm_host *host, struct xm_config *cfg,
		struct creation *c)
{
	static const libxl_childproc_hooks hooks = {
		.chldowner = libxl_sigchld_owner_libxl_always_selective_reap,
	};
	libxl_asyncprogress_how how = {
		.callback = console_available, .for_callback = c,
	};
	const char *name = cfg->dc.c_info.name;
	struct xm_settings set;
	uint32_t domid;
	int ret = XM_CONFIG;

	libxl_childproc_setmode(host->ctx, &hooks, NULL);
	xm_settings_read(&set);
	if (!xm_settings_apply(&set, &cfg->dc))
		ret = xm_preflight(host, &cfg->dc);
	if (!ret) {
		if (libxl_uuid_is_nil(&cfg->dc.c_info.uuid))
			libxl_uuid_generate(&cfg->dc.c_info.uuid);
		c->standby = xm_undo_start(&cfg->dc.c_info.uuid);
		ret = xm_build(host, &set, &cfg->dc, &domid,
			       c->console ? &how : NULL);
	}
	xm_settings_free(&set);
	if (!ret)
		ret = go_on(host, name, domid, c);
	xm_undo_dismiss(c->standby);
	if (!ret)
		xm_note(name, "is domain %u", domid);
	return ret;
}

static int create(struct xm_config *cfg, struct creation *c)
{
	struct xm_host host;
	int ret = xm_host_open(&host);

	if (ret)
		return ret;
	/* An interrupted build is undone; afterwards signals end xm again. */
	xm_signals_hold();
	ret = make(&host, cfg, c);
	xm_signals_release();
	xm_host_close(&host);
	if (c->console_pid > 0) {
		if (ret)
			kill(c->console_pid, SIGTERM);
		xm_start_reap(c->console_pid);
	}
	return ret;
}

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

	if (xm_settings_guard(&cfg->antispoof) ||
	    xm_config_read(cfg, text, args, nargs))
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
		ret = c->dryrun ? print(&cfg, c) : create(&cfg, c);
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
	struct creation c = { .standby = -1 };
	char *file = NULL;
	int opt;

	while ((opt = xm_getopt(argc, argv, "cf:Fnpq", longs)) != -1) {
		c.console |= opt == 'c';
		c.foreground |= opt == 'F';
		c.dryrun |= opt == 'n';
		c.paused |= opt == 'p';
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
