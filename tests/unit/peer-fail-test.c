// SPDX-License-Identifier: GPL-2.0-only
/*
 * The connection state machine, one end at a time: drivers/xen/ring/peer.c. What
 * becomes of an action that fails, of a state that cannot be said, and of an end that
 * says its own without end.
 */
#include "peer-end.h"

TEST(an_action_that_fails_closes_the_device)
{
	begin(&back_ops, XenbusStateInitWait);
	answers[XEN_PEER_CONNECT] = -EINVAL;
	CHECK_TEXT(sees(XenbusStateInitialised), "C");
	CHECK_EQ(device.state, XenbusStateClosing);
	CHECK(peer.failed);
	answers[XEN_PEER_CONNECT] = 0;
	CHECK_TEXT(sees(XenbusStateInitialised), "");
	CHECK_TEXT(sees(XenbusStateClosed), "GG");
	CHECK_EQ(device.state, XenbusStateClosed);
}

TEST(a_failure_is_forgotten_when_the_device_is_closed)
{
	begin(&back_ops, XenbusStateInitWait);
	answers[XEN_PEER_CONNECT] = -EINVAL;
	sees(XenbusStateInitialised);
	sees(XenbusStateClosed);
	CHECK(!peer.failed);
	answers[XEN_PEER_CONNECT] = 0;
	CHECK_TEXT(sees(XenbusStateInitialising), "P");
	CHECK_TEXT(sees(XenbusStateInitialised), "C");
	CHECK_EQ(device.state, XenbusStateConnected);
}

/* Rings that were made, and are in use, would be made once more. */
TEST(a_state_that_cannot_be_said_closes_the_device_and_nothing_is_done_twice)
{
	begin(&front_ops, XenbusStateInitialising);
	shim_faults.states = 1;
	CHECK_TEXT(sees(XenbusStateInitWait), "P");
	CHECK_EQ(shim_store_state(OURS), XenbusStateClosing);

	/* Nor can Closing be said, but at the next event. */
	begin(&front_ops, XenbusStateInitialising);
	shim_faults.states = 2;
	CHECK_TEXT(sees(XenbusStateInitWait), "P");
	CHECK_EQ(device.state, XenbusStateInitialising);
	CHECK_TEXT(again(), "");
	CHECK_EQ(shim_store_state(OURS), XenbusStateClosing);
	CHECK_TEXT(sees(XenbusStateClosing), "X");
	CHECK_EQ(device.state, XenbusStateClosed);
	CHECK_TEXT(sees(XenbusStateClosed), "R");
	CHECK_TEXT(sees(XenbusStateInitWait), "P");
	CHECK_EQ(device.state, XenbusStateInitialised);
}

TEST(that_it_is_closed_may_be_said_later)
{
	begin(&back_ops, XenbusStateClosing);
	shim_faults.states = 1;
	CHECK_TEXT(sees(XenbusStateClosed), "G");
	CHECK_EQ(device.state, XenbusStateClosing);
	CHECK_TEXT(again(), "GG");
	CHECK_EQ(device.state, XenbusStateClosed);
	CHECK_TEXT(sees(XenbusStateInitialising), "P");
	CHECK_EQ(device.state, XenbusStateInitWait);
}

/* A hostile end writes its state faster than it is read. */
TEST(one_event_of_the_other_ends_state_waits_and_no_more)
{
	struct xenbus_watch *watch = &device.otherend_watch;

	begin(&front_ops, XenbusStateInitialising);
	watch->will_handle = NULL;
	sees(XenbusStateInitialising);
	CHECK(watch->will_handle);
	watch->nr_pending = 0;
	CHECK(watch->will_handle(watch, THEIRS "/state", ""));
	watch->nr_pending = 1;
	CHECK(!watch->will_handle(watch, THEIRS "/state", ""));
	watch->nr_pending = 0;
}
