// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xm migrate: moves a guest to another host, where it goes on, or to another number on
 * this one. It runs at one end only, whatever breaks: until it is whole at the other
 * end, and that is told to let it run, it goes on here; from then on, nowhere but there
 * (peer.h).
 */
#include <errno.h>
#include <libxl_utils.h>
#include <stdlib.h>
#include <string.h>

#include "claim.h"
#include "lock.h"
#include "op.h"
#include "peer.h"
#include "resume.h"
#include "saved.h"
#include "settle.h"
#include "start.h"

/* A host may ask for a password first; a large guest takes its time to be built. */
#define READY_SECONDS 120
#define ACCEPT_SECONDS 120
#define RECEIVED_SECONDS 3600

/* When the network is gone it says so, within two minutes: the guest may stand still. */
#define SSH "ssh -o ServerAliveInterval=30 -o ServerAliveCountMax=4"

/**
 * struct moving - one guest on its way
 * @host: open connection
 * @domid: the guest
 * @claim: the guest is this process' own
 * @name: its name
 * @to: the host, as it was typed
 * @peer: the other end
 * @live: it runs on for most of the time
 * @why: nothing comes of it, when it stands still already
 */
struct moving {
	struct xm_host host;
	uint32_t domid;
	int claim;
	char *name;
	const char *to;
	struct xm_peer peer;
	bool live;
	char *why;
};

static int check(struct moving *m)
{
	int ret = xm_can_suspend(&m->host, m->domid, m->name);
	libxl_physinfo phys;

	libxl_physinfo_init(&phys);
	if (!ret && m->live && !libxl_get_physinfo(m->host.ctx, &phys) &&
	    !phys.cap_shadow) {
		xm_error(m->name, "this Xen can't tell what a guest changes meanwhile, so it stands still until it is there");
		m->live = false;
	}
	libxl_physinfo_dispose(&phys);
	return ret;
}

static int not_taken(const struct moving *m, const char *why)
{
	if (xm_interrupted)
		xm_error(m->name, "interrupted; it goes on here");
	else
		xm_error(m->name, "%s %s", m->to, why);
	return XM_FAIL;
}

static int wait_ready(struct moving *m)
{
	switch (xm_peer_hear(&m->peer, XM_PEER_READY, READY_SECONDS)) {
	case XM_HEARD:
		return XM_OK;
	case XM_HEARD_VERSION:
		xm_error(m->name, "xm on %s is of another version; install the same one there, and here",
			 m->to);
		return XM_FAIL;
	default:
		break;
	}
	return not_taken(m, "does not answer; is xm there, and root allowed to log in?");
}

/* What the other end needs to know before it says yes. */
static int send_config(struct moving *m)
{
	char *json = xm_saved_json(&m->host, m->domid, m->name);
	int ret;

	if (!json)
		return XM_FAIL;
	ret = wait_ready(m);
	if (!ret && (xm_saved_write(m->peer.out, json, 0) ||
		     xm_peer_hear(&m->peer, XM_PEER_ACCEPT, ACCEPT_SECONDS) != XM_HEARD))
		ret = not_taken(m, "does not take it; it goes on here");
	free(json);
	return ret;
}

static int send_memory(struct moving *m)
{
	struct xm_op op;
	int rc;

	xm_op_init(&op);
	rc = libxl_domain_suspend(m->host.ctx, m->domid, m->peer.out,
				  m->live ? LIBXL_SUSPEND_LIVE : 0, &op.how);
	rc = xm_op_wait(&m->host, &op, rc, m->name, "on its way", -1);
	if (!rc && xm_peer_hear(&m->peer, XM_PEER_RECEIVED, RECEIVED_SECONDS) ==
	    XM_HEARD && !xm_interrupted)
		return XM_OK;
	if (xm_interrupted)
		m->why = xm_strdup("interrupted");
	else if (rc)
		m->why = xm_libxl_why(&m->host);
	else
		m->why = xm_asprintf("%s did not receive it", m->to);
	return XM_FAIL;
}

/* It runs there: what is left here must not run again. */
static int take_away(struct moving *m, const char *moved)
{
	char *what;

	if (!libxl_domain_destroy(m->host.ctx, m->domid, NULL))
		return XM_OK;
	what = xm_asprintf("has moved, but what is left of it could not be taken away; 'xm destroy %s', and do not resume it",
			   moved);
	xm_libxl_failed(&m->host, moved, what);
	free(what);
	return XM_TIMEOUT;
}

/*
 * From "go" on nobody here may let it run, unless the other end says that it failed.
 * Return: XM_TIMEOUT: it may run there; else what is here goes on if it is not XM_OK.
 */
static int hand_over(struct moving *m, int *standby)
{
	char *moved = xm_asprintf("%s" XM_MOVED, m->name);
	int ret = XM_FAIL;

	/* Under this name it is left to somebody who knows. */
	if (libxl_domain_rename(m->host.ctx, m->domid, m->name, moved)) {
		m->why = xm_libxl_why(&m->host);
		goto out;
	}
	xm_standby_dismiss(*standby);
	*standby = -1;
	/* Who is gone does not let it run. */
	if (!xm_peer_say(&m->peer, XM_PEER_GO)) {
		m->why = xm_asprintf("%s is gone", m->to);
		goto out;
	}
	m->peer.patient = true;
	switch (xm_peer_hear(&m->peer, XM_PEER_RUNNING, XM_PEER_RUNNING_SECONDS)) {
	case XM_HEARD:
		ret = take_away(m, moved);
		break;
	case XM_HEARD_FAILED:
		m->why = xm_asprintf("%s could not let it run", m->to);
		break;
	default:
		xm_error(moved, "nothing is heard of %s; if neither '%s' nor '%s" XM_INCOMING "' is in 'xm list' there, 'xm resume %s' lets it go on here, else 'xm destroy %s'",
			 m->to, m->name, m->name, moved, moved);
		ret = XM_TIMEOUT;
	}
out:
	free(moved);
	return ret;
}

static int move(struct moving *m)
{
	const struct xm_stopped stopped = {
		.domid = m->domid, .claim = m->claim, .fd = -1,
		.partial = "", .file = "", .then = "resume",
	};
	int ret = send_config(m), standby;

	if (ret)
		return ret;
	/* If this process is killed before "go", the guest goes on. */
	standby = xm_stopped_start(&m->host, &stopped);
	if (standby < 0) {
		xm_error(m->name, "nothing could be started to stand by, so it is not moved");
		return XM_FAIL;
	}
	ret = send_memory(m);
	if (!ret)
		m->why = xm_settle(m->domid, m->name);
	if (!ret && !m->why)
		ret = hand_over(m, &standby);
	if (m->why) {
		xm_call_off(&m->host, m->domid, m->name, "was not moved", " here", m->why);
		free(m->why);
		ret = XM_FAIL;
	}
	xm_standby_dismiss(standby);
	return ret;
}

static int migrate(struct moving *m, const char *ssh)
{
	bool here = !ssh && !strcmp(m->to, "localhost");
	int ret = check(m);

	if (ret)
		return ret;
	xm_op_children(&m->host);
	xm_signals_hold();
	m->peer.name = m->name;
	if (!xm_peer_start(&m->peer, ssh ? ssh : SSH, here ? NULL : m->to)) {
		xm_error(m->name, "%s cannot be reached: %s", m->to,
			 strerror(errno));
		ret = XM_FAIL;
	} else {
		ret = move(m);
		xm_peer_end(&m->peer, ret);
	}
	xm_signals_release();
	return ret;
}

/* Nobody else saves, moves or resumes it meanwhile. */
static int migrate_claimed(struct moving *m, const char *ssh)
{
	libxl_uuid uuid;
	int ret = xm_claim_domain(&m->host, m->domid, XM_CLAIM_HERE, m->name, &uuid, &m->claim);

	if (ret)
		return ret;
	ret = migrate(m, ssh);
	xm_claim_end(&m->claim);
	return ret;
}

int cmd_migrate(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "live", no_argument, NULL, 'l' },
		{ "ssh", required_argument, NULL, 's' },
		XM_LONGOPTS
	};
	struct moving m = { .live = false };
	const char *ssh = NULL;
	int c, ret;

	while ((c = xm_getopt(argc, argv, "ls:", longs)) != -1) {
		if (c == 's')
			ssh = optarg;
		else
			m.live = true;
	}
	if (argc - optind != 2)
		return xm_usage(argv[0], "needs a domain and a host");
	m.to = argv[optind + 1];
	if (!*m.to || *m.to == '-')
		return xm_usage(argv[0], "'%s' is not the name of a host", m.to);
	ret = xm_verb_open_guest(&m.host, argv[0], argv[optind], &m.domid);
	if (ret)
		return ret;
	m.name = xm_host_domname(&m.host, m.domid);
	ret = migrate_claimed(&m, ssh);
	free(m.name);
	xm_host_close(&m.host);
	return ret;
}
