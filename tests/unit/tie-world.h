/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tie whose driver writes down what it is asked for, and a bus that restores
 * its device. For the tests of drivers/xen/ring/tie.c, once in each of them.
 */
#ifndef TIE_WORLD_H
#define TIE_WORLD_H

#include <string.h>
#include <linux/kernel.h>

#include "../../drivers/xen/ring/tie.h"
#include "shim/shim.h"
#include "test.h"

#define OURS	"device/vbd/51712"
#define THEIRS	"backend/vbd/1/51712"
#define OTHER	"/local/domain/7/backend/vbd/1/51712"

#define AT_ONCE	0
#define LATER	(5 * HZ)

static struct xen_tie tie;

/* What the driver was asked for: quiet, revoke, take down, Take down by force. */
static char asked[256];
/* Its answers; how often taking down is refused. */
static bool in_use;
static int revoked;
static int refusals;

static void note(char what)
{
	CHECK(tie.peer.lock.held);
	strncat(asked, &what, 1);
}

static bool quiet(struct xen_tie *this)
{
	note('q');
	return in_use;
}

static int revoke(struct xen_tie *this)
{
	note('r');
	return revoked;
}

static int take_down(struct xen_tie *this, bool force)
{
	note(force ? 'T' : 't');
	if (force || !refusals)
		return 0;
	refusals--;
	return -EAGAIN;
}

static const struct xen_tie_ops tie_ops = {
	.quiet = quiet, .revoke = revoke, .take_down = take_down,
};

static int renew(struct xen_peer *peer)
{
	return xen_tie_renew(&tie);
}

static const struct xen_peer_ops peer_ops = {
	.rows = xen_peer_front_rows, .count = XEN_PEER_FRONT_ROWS, .asks = true,
	.replaced = xen_tie_replaced,
	.act = { [XEN_PEER_RENEW] = renew },
};

/* The bus's restore(), where xenstored is in this domain: it is left to a work. */
static int postponed(struct device *device)
{
	return 0;
}

static const struct dev_pm_ops pm = { .restore = postponed };
static const struct bus_type bus = { .pm = &pm };
static struct xenbus_device device = {
	.nodename = OURS, .otherend = THEIRS,
	.dev = { .bus = &bus, .driver = &bus },
};

/* The other end's directory cannot be read. */
static bool unreachable;

/* As the bus: the state is set back, the driver told, the name read again. */
static int resume(struct device *dev)
{
	device.otherend_watch.node = NULL;
	device.otherend = NULL;
	if (unreachable) {
		xenbus_switch_state(&device, XenbusStateClosing);
		return -ENOENT;
	}
	device.otherend = OTHER;
	device.state = XenbusStateInitialising;
	xen_tie_resume(&tie);
	device.otherend_watch.node = OTHER "/state";
	return 0;
}

static int move(struct device *dev)
{
	CHECK(!tie.peer.lock.held);
	CHECK(dev->locked);
	CHECK(tie.moving);
	return resume(dev);
}

static const char *told(void)
{
	static char text[sizeof(asked)];

	strcpy(text, asked);
	asked[0] = '\0';
	return text;
}

/* Connected to a backend that is, or in another @state of ours with it. */
static void begin(enum xenbus_state state, enum xenbus_state theirs)
{
	shim_reset();
	memset(&tie, 0, sizeof(tie));
	shim_resume = move;
	unreachable = false;
	device.otherend = THEIRS;
	device.otherend_watch.node = THEIRS "/state";
	in_use = true;
	revoked = 0;
	refusals = 0;
	shim_store_write(OURS, "backend", THEIRS);
	shim_store_write(THEIRS, "online", "1");
	CHECK_EQ(xen_tie_begin(&tie, &device, &peer_ops, &tie_ops), 0);
	device.state = state;
	xen_peer_step(&tie.peer, theirs);
	told();
}

static void end(void)
{
	xen_tie_unwatch(&tie);
	xen_tie_stop(&tie);
	CHECK_EQ(shim_seen.watches, 0);
	CHECK_EQ(device.dev.references, 0);
	device.dev.reprobed = 0;
}

static void work(void)
{
	CHECK(tie.work.delay != SHIM_NOT_QUEUED);
	tie.work.delay = SHIM_NOT_QUEUED;
	tie.work.work.run(&tie.work.work);
}

static void name(const char *backend)
{
	shim_store_write(OURS, "backend", backend);
	tie.backend.callback(&tie.backend, OURS "/backend", "");
}

static void cut(void)
{
	mutex_lock(&tie.peer.lock);
	xen_tie_cut(&tie);
	mutex_unlock(&tie.peer.lock);
}

#endif /* TIE_WORLD_H */
