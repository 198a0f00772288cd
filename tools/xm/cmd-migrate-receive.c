// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm migrate-receive: the end of a migration where the guest comes to. What cmd-migrate.c
 * says comes by standard input, and answers go to standard output (peer.h). Until it is
 * told to let the guest run, it takes it away again if anything breaks.
 */
#include <fcntl.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "claim.h"
#include "keep.h"
#include "lock.h"
#include "op.h"
#include "peer.h"
#include "resume.h"
#include "saved.h"
#include "start.h"
#include "watcher.h"

/**
 * struct arrival - one guest that comes
 * @host: open connection
 * @peer: the other end
 * @dc: the guest
 * @name: what it is called when it is there
 * @domid: its number here
 * @claim: its arrival here is this process' own
 * @standby: who takes it away if this process is killed before it has its name
 */
struct arrival {
	struct xm_host host;
	struct xm_peer peer;
	libxl_domain_config dc;
	char *name;
	uint32_t domid;
	int claim;
	int standby;
};

/* It has its name when it is there: on one host its other self has it until then. */
static int read_config(struct arrival *a)
{
	uint32_t flags;
	char *json = xm_saved_read(a->peer.in, "migration", &flags);
	int ret = XM_CONFIG;

	if (json)
		ret = xm_saved_config(&a->host, "migration", json, &a->dc);
	free(json);
	if (ret)
		return ret;
	a->name = a->dc.c_info.name;
	a->dc.c_info.name = xm_asprintf("%s" XM_INCOMING, a->name);
	a->claim = xm_claim(&a->dc.c_info.uuid, XM_CLAIM_INCOMING, a->name);
	return a->claim < 0 ? XM_BUSY : XM_OK;
}

/* The name is its other self's, or nobody's. */
static int check_name(struct arrival *a)
{
	libxl_dominfo info;
	uint32_t domid;
	int ret = XM_OK;

	if (libxl_name_to_domid(a->host.ctx, a->name, &domid))
		return XM_OK;
	libxl_dominfo_init(&info);
	if (!libxl_domain_info(a->host.ctx, &info, domid) &&
	    libxl_uuid_compare(&info.uuid, &a->dc.c_info.uuid)) {
		xm_error(a->name, "another guest is called so here, domain %u; rename one of them",
			 domid);
		ret = XM_BUSY;
	}
	libxl_dominfo_dispose(&info);
	return ret;
}

static int receive(struct arrival *a)
{
	struct xm_settings set;
	int ret = read_config(a);

	if (ret)
		return ret;
	xm_settings_read(&set);
	if (xm_settings_apply(&set, &a->dc))
		ret = XM_CONFIG;
	if (!ret)
		ret = check_name(a);
	if (!ret)
		ret = xm_preflight(&a->host, &a->dc, XM_MOVING);
	if (!ret && !xm_peer_say(&a->peer, XM_PEER_ACCEPT))
		ret = XM_FAIL;
	if (!ret) {
		a->standby = xm_undo_start(&a->dc.c_info.uuid,
					   a->dc.c_info.name, a->claim);
		ret = xm_build(&a->host, &set, &a->dc, XM_MOVING, &a->domid,
			       a->peer.in, NULL);
	}
	xm_settings_free(&set);
	return ret;
}

/*
 * It is told to let it run. Return: XM_OK, and it does; there is no way back then. Its
 * watcher is another process; 0: xend, -1: nobody.
 */
static int let_run(struct arrival *a, pid_t *watcher, int *ready)
{
	libxl_ctx *ctx = a->host.ctx;

	if (xm_claim_alone(&a->host, a->name, &a->dc.c_info.uuid, a->domid, true))
		return XM_BUSY;
	if (xm_mark_new(&a->host, a->domid, 0))
		return XM_FAIL;
	xm_claim_restarted(a->name, &a->dc.c_info.uuid);
	if (libxl_domain_rename(ctx, a->domid, a->dc.c_info.name, a->name))
		return xm_libxl_failed(&a->host, a->name, "could not be renamed");
	free(a->dc.c_info.name);
	a->dc.c_info.name = xm_strdup(a->name);
	xm_build_keep(&a->host, a->domid, &a->dc);
	/* Its other self may still be watched over: that ends when it has left. */
	*watcher = xm_watcher_begin(&a->host, a->domid, "--patience=120", ready);
	if (libxl_domain_unpause(ctx, a->domid, NULL))
		return xm_libxl_failed(&a->host, a->name, "could not be started");
	xm_peer_say(&a->peer, XM_PEER_RUNNING);
	if (*watcher > 0)
		xm_start_reap(*watcher);
	return XM_OK;
}

static int take(struct arrival *a)
{
	int ret = receive(a), ready;
	pid_t watcher;

	if (ret)
		return ret;
	if (!xm_peer_say(&a->peer, XM_PEER_RECEIVED) ||
	    xm_peer_hear(&a->peer, XM_PEER_GO, XM_PEER_GO_SECONDS) != XM_HEARD) {
		xm_error(a->name, "was called off at the other end, or that is gone");
		ret = XM_FAIL;
	} else {
		ret = let_run(a, &watcher, &ready);
	}
	if (ret) {
		/* It may be that "go" comes later: then the other end knows. */
		if (xm_build_undo(&a->host, a->domid))
			xm_peer_say(&a->peer, XM_PEER_FAILED);
	} else if (watcher && (watcher < 0 || !xm_start_ready(ready))) {
		xm_error(a->name, "runs, but nobody watches over it; try 'xm watch-domain %s'",
			 a->name);
	}
	return ret;
}

/* Whatever is printed by others does not get among the answers. */
static int take_output(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

	dup2(STDERR_FILENO, STDOUT_FILENO);
	return fd;
}

int cmd_migrate_receive(int argc, char **argv)
{
	static const struct option longs[] = { XM_LONGOPTS };
	struct arrival a = { .domid = INVALID_DOMID, .claim = -1, .standby = -1 };
	int ret;

	while (xm_getopt(argc, argv, "", longs) != -1)
		;
	if (optind < argc)
		return xm_usage(argv[0], "is started by migrate");
	ret = xm_host_open(&a.host);
	if (ret)
		return ret;
	a.peer = (struct xm_peer) { .in = STDIN_FILENO, .name = "migration" };
	a.peer.out = take_output();
	libxl_domain_config_init(&a.dc);
	xm_op_children(&a.host);
	xm_signals_hold();
	ret = XM_FAIL;
	if (xm_peer_say(&a.peer, XM_PEER_READY))
		ret = take(&a);
	xm_standby_dismiss(a.standby);
	xm_claim_end(&a.claim);
	xm_signals_release();
	close(a.peer.out);
	libxl_domain_config_dispose(&a.dc);
	free(a.name);
	xm_host_close(&a.host);
	return ret;
}
