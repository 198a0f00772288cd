// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frontend's tie to its backend, drivers/xen/ring/tie.c: when rings are made
 * quiet, recalled and taken down, how long a backend is waited for, and what
 * happens when the host names another one.
 */
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

/* What the driver was asked for: quiet, recall, take down, Take down by force. */
static char asked[256];
/* Its answers; how often taking down is refused. */
static bool in_use;
static int recalled;
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

static int recall(struct xen_tie *this)
{
	note('r');
	return recalled;
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
	.quiet = quiet, .recall = recall, .take_down = take_down,
};

static int renew(struct xen_peer *peer)
{
	return xen_tie_renew(&tie);
}

static const struct xen_peer_ops peer_ops = {
	.rows = xen_peer_front_rows, .count = XEN_PEER_FRONT_ROWS, .asks = true,
	.act = { [XEN_PEER_RENEW] = renew },
};

/* As the bus: the state is set back, the driver told, the name read again. */
static int restore(struct device *device);

static const struct dev_pm_ops pm = { .restore = restore };
static const struct bus_type bus = { .pm = &pm };
static struct xenbus_device device = {
	.nodename = OURS, .otherend = THEIRS, .dev = { .bus = &bus },
};

static int restore(struct device *dev)
{
	CHECK(!tie.peer.lock.held);
	CHECK(dev->locked);
	CHECK(tie.moving);
	device.state = XenbusStateInitialising;
	xen_tie_resume(&tie);
	device.otherend = OTHER;
	return 0;
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
	in_use = true;
	recalled = 0;
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

TEST(a_broken_ring_closes_the_connection_and_the_next_begins_at_once)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	xen_tie_recover(&tie);
	CHECK_EQ(tie.work.delay, AT_ONCE);
	CHECK_TEXT(told(), "");
	work();
	CHECK_TEXT(told(), "q");
	CHECK_EQ(device.state, XenbusStateClosing);
	xen_peer_step(&tie.peer, XenbusStateClosed);
	CHECK_TEXT(told(), "qrqt");
	CHECK_EQ(device.state, XenbusStateInitialising);
	CHECK(!tie.broken);
	end();
}

TEST(a_ring_that_breaks_before_it_is_used_waits_before_the_next)
{
	begin(XenbusStateInitialised, XenbusStateInitWait);
	in_use = false;
	xen_tie_recover(&tie);
	work();
	CHECK_EQ(device.state, XenbusStateClosing);
	told();
	xen_peer_step(&tie.peer, XenbusStateClosed);
	CHECK_TEXT(told(), "");
	CHECK_EQ(device.state, XenbusStateClosed);
	CHECK_EQ(tie.work.delay, LATER);
	work();
	CHECK_TEXT(told(), "qrqt");
	CHECK_EQ(device.state, XenbusStateInitialising);
	end();
}

TEST(a_ring_that_breaks_when_there_is_no_connection_changes_nothing)
{
	begin(XenbusStateInitialising, XenbusStateInitialising);
	xen_tie_recover(&tie);
	work();
	CHECK_TEXT(told(), "");
	CHECK_EQ(device.state, XenbusStateInitialising);
	end();
}

TEST(rings_are_taken_down_when_no_backend_has_them)
{
	begin(XenbusStateClosed, XenbusStateInitialising);
	tie.renew = true;
	recalled = -EBUSY;
	xen_peer_step(&tie.peer, XenbusStateClosed);
	CHECK_TEXT(told(), "qr");
	CHECK_EQ(tie.work.delay, XEN_TIE_RETRY);
	recalled = 0;
	refusals = 1;
	work();
	CHECK_TEXT(told(), "qrqt");
	CHECK_EQ(tie.work.delay, XEN_TIE_RETRY);
	CHECK_EQ(device.state, XenbusStateClosed);
	work();
	CHECK_TEXT(told(), "qrqt");
	CHECK_EQ(device.state, XenbusStateInitialising);
	end();
}

TEST(a_device_that_is_not_wanted_is_not_connected_anew)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	tie.shut = true;
	xen_tie_recover(&tie);
	work();
	CHECK_EQ(device.state, XenbusStateConnected);
	device.state = XenbusStateClosed;
	tie.renew = true;
	xen_peer_step(&tie.peer, XenbusStateClosed);
	CHECK_TEXT(told(), "");
	CHECK_EQ(device.state, XenbusStateClosed);
	name(OTHER);
	CHECK_TEXT(told(), "");
	end();
}

TEST(a_backend_that_is_named_elsewhere_is_moved_to)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	tie.renew = true;
	name(OTHER);
	CHECK_TEXT(told(), "qtqT");
	CHECK_EQ(shim_seen.slept, 0);
	CHECK_EQ(device.state, XenbusStateInitialising);
	CHECK(!tie.moving);
	CHECK(!tie.renew);
	CHECK(!device.dev.locked);
	/* That was it. */
	name(OTHER);
	CHECK_TEXT(told(), "");
	end();
	device.otherend = THEIRS;
}

TEST(a_name_that_is_the_same_or_cannot_be_read_changes_nothing)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	name(THEIRS);
	CHECK_TEXT(told(), "");
	shim_faults.read = -EIO;
	name(OTHER);
	CHECK_TEXT(told(), "");
	CHECK_EQ(device.state, XenbusStateConnected);
	end();
}

TEST(a_device_that_is_being_removed_is_not_moved)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	device.dev.locked = true;
	name(OTHER);
	CHECK_TEXT(told(), "");
	CHECK(device.dev.locked);
	device.dev.locked = false;
	end();
}

TEST(nothing_is_brought_on_while_the_backend_is_moved)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	tie.moving = true;
	xen_tie_recover(&tie);
	work();
	CHECK_TEXT(told(), "");
	CHECK_EQ(device.state, XenbusStateConnected);
	end();
}

static void cut(void)
{
	mutex_lock(&tie.peer.lock);
	xen_tie_cut(&tie);
	mutex_unlock(&tie.peer.lock);
}

TEST(a_backend_may_let_go_while_the_device_goes)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	refusals = 3;
	cut();
	CHECK_TEXT(told(), "qtqtqtqt");
	CHECK_EQ(shim_seen.slept, 150);
	end();
}

TEST(a_device_goes_after_5_seconds_whatever_the_backend_keeps)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	refusals = 1000000;
	cut();
	CHECK_EQ(shim_seen.slept, 5000);
	CHECK_TEXT(told() + 2 * 100, "qT");
	CHECK_EQ(tie.work.delay, XEN_TIE_RETRY);
	end();
}

TEST(what_comes_after_the_device_has_gone_does_nothing)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	cut();
	told();
	device.state = XenbusStateClosing;
	tie.peer.theirs = XenbusStateClosed;
	xen_tie_again(&tie);
	work();
	CHECK_EQ(device.state, XenbusStateClosing);
	CHECK_TEXT(told(), "");
	end();
}
