// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a backend's driver leaves in xenstore when it is unbound from a device
 * that stays: xen_peer_leave() of drivers/xen/ring/peer.c.
 */
#include <stdio.h>
#include <linux/kernel.h>

#include "../../drivers/xen/ring/peer.h"
#include "shim/shim.h"
#include "test.h"

#define OURS	"backend/vif/1/0"

static struct xenbus_device device = { .nodename = OURS };

/* What a backend's driver leaves behind in @before, when it is unbound. */
static enum xenbus_state left_of(enum xenbus_state before)
{
	char text[8];

	shim_reset();
	snprintf(text, sizeof(text), "%d", before);
	shim_store_write(OURS, "state", text);
	CHECK_EQ(0, xen_peer_leave(&device));
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
	shim_reset();
	CHECK_EQ(0, xen_peer_leave(&device));
	CHECK_EQ(0, shim_store_count());
}
