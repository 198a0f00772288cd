// SPDX-License-Identifier: GPL-2.0-only
/*
 * How drivers come and go: what a backend's leaves in xenstore when it is unbound
 * from a device that stays, that the next one begins anew, and when a device is to
 * go. xen_peer_leave(), xen_peer_init() and xen_peer_is_over() of
 * drivers/xen/ring/peer.c.
 */
#include <stdio.h>
#include <linux/kernel.h>

#include "../../drivers/xen/ring/peer.h"
#include "shim/shim.h"
#include "test.h"

#define OURS	"backend/vif/1/0"
#define THEIRS	"device/vif/0"

static struct xenbus_device device = { .nodename = OURS, .otherend = THEIRS };
static struct xen_peer peer;

static const struct xen_peer_ops ops = {
	.rows = xen_peer_back_rows, .count = XEN_PEER_BACK_ROWS,
};

static int leave(void)
{
	int err;

	mutex_lock(&peer.lock);
	err = xen_peer_leave(&peer);
	mutex_unlock(&peer.lock);
	return err;
}

/* What a backend's driver leaves behind in @before, when it is unbound. */
static enum xenbus_state left_of(enum xenbus_state before)
{
	char text[8];

	shim_reset();
	xen_peer_init(&peer, &device, &ops);
	snprintf(text, sizeof(text), "%d", before);
	shim_store_write(OURS, "state", text);
	CHECK_EQ(0, leave());
	CHECK_EQ(device.state, shim_store_state(OURS));
	return shim_store_state(OURS);
}

TEST(a_backend_that_is_unbound_leaves_a_device_that_waits_for_a_driver)
{
	CHECK_EQ(XenbusStateInitialising, left_of(XenbusStateInitialising));
	CHECK_EQ(XenbusStateInitialising, left_of(XenbusStateInitWait));
	CHECK_EQ(XenbusStateInitialising, left_of(XenbusStateInitialised));
	CHECK_EQ(XenbusStateInitialising, left_of(XenbusStateConnected));
	CHECK_EQ(XenbusStateClosing, left_of(XenbusStateClosing));
	CHECK_EQ(XenbusStateClosed, left_of(XenbusStateClosed));
}

TEST(a_backend_that_is_unbound_makes_no_device_that_is_no_more)
{
	device.state = XenbusStateInitialising;
	shim_reset();
	xen_peer_init(&peer, &device, &ops);
	CHECK_EQ(0, leave());
	CHECK_EQ(0, shim_store_count());
	CHECK_EQ(XenbusStateUnknown, device.state);
}

TEST(a_driver_that_is_bound_again_begins_anew)
{
	shim_reset();
	device.state = XenbusStateClosed;
	xen_peer_init(&peer, &device, &ops);
	CHECK_EQ(XenbusStateInitialising, device.state);
	CHECK_EQ(XenbusStateInitialising, shim_store_state(OURS));
}

/* Whether the device is to go when the frontend's state is @theirs. */
static bool is_over(enum xenbus_state theirs, const char *online)
{
	shim_reset();
	xen_peer_init(&peer, &device, &ops);
	shim_store_write(OURS, "online", online);
	device.state = XenbusStateConnected;
	xen_peer_step(&peer, theirs);
	return xen_peer_is_over(&peer);
}

TEST(a_backend_stays_as_long_as_its_frontend_or_the_hosts_tools_want_it)
{
	CHECK(!is_over(XenbusStateInitialising, "0"));
	CHECK(!is_over(XenbusStateConnected, "0"));
	CHECK(!is_over(XenbusStateClosing, "0"));
	CHECK(!is_over(XenbusStateClosed, "1"));
	CHECK(is_over(XenbusStateClosed, "0"));
	CHECK(is_over(XenbusStateUnknown, "0"));
	CHECK(is_over(XenbusStateUnknown, "1"));
}
