// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frontend's tie to its backend, drivers/xen/ring/mark.c: another device that
 * the host has put in our place is noticed, and left alone until the driver is
 * bound to it.
 */
#include "tie-world.h"

/* As the host's tools do: a directory made anew, for a backend that waits. */
static void replace(void)
{
	shim_store_remove(OURS, "xenify-instance");
	shim_store_write(OURS, "backend", THEIRS);
	shim_store_write(OURS, "state", "1");
	shim_store_write(THEIRS, "state", "2");
}

static void rebind(void)
{
	CHECK(shim_work);
	shim_work->run(shim_work);
	shim_work = NULL;
}

/* Nothing was asked of the driver or written to the directory of the other. */
static void check_untouched(void)
{
	CHECK_TEXT(told(), "");
	CHECK_TEXT(shim_store_text(OURS, "state"), "1");
	CHECK(!shim_store_text(OURS, "xenify-instance"));
}

TEST(a_device_that_was_replaced_is_not_connected_to)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	replace();
	xen_peer_step(&tie.peer, XenbusStateInitWait);
	check_untouched();
	rebind();
	CHECK_EQ(device.dev.reprobed, 1);
	end();
}

TEST(it_is_bound_anew_once)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	replace();
	xen_peer_step(&tie.peer, XenbusStateInitWait);
	rebind();
	xen_peer_step(&tie.peer, XenbusStateInitWait);
	xen_tie_recover(&tie);
	work();
	name(THEIRS);
	check_untouched();
	CHECK(!shim_work);
	end();
}

TEST(it_is_noticed_when_the_backend_is_named)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	replace();
	name(OTHER);
	CHECK(!tie.moving);
	check_untouched();
	rebind();
	CHECK_EQ(device.dev.reprobed, 1);
	end();
}

TEST(it_is_noticed_when_ours_was_not_wanted_any_more)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	device.state = XenbusStateClosed;
	tie.shut = true;
	replace();
	name(THEIRS);
	check_untouched();
	rebind();
	CHECK_EQ(device.dev.reprobed, 1);
	end();
}

TEST(a_mark_of_another_is_none)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	shim_store_write(OURS, "xenify-instance", "0123456789abcde");
	CHECK_EQ(xen_tie_check(&tie, XBT_NIL), -ESTALE);
	xen_peer_step(&tie.peer, XenbusStateInitWait);
	CHECK_TEXT(told(), "");
	rebind();
	end();
}

TEST(a_directory_that_is_gone_is_left_to_the_bus)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	shim_store_remove(OURS, "xenify-instance");
	shim_store_remove(OURS, "backend");
	xen_peer_step(&tie.peer, XenbusStateUnknown);
	CHECK_TEXT(told(), "");
	CHECK_EQ(device.state, XenbusStateConnected);
	CHECK(!shim_work);
	end();
}

TEST(a_directory_that_cannot_be_read_is_ours_until_it_can)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	in_use = false;
	shim_faults.read = -EIO;
	xen_peer_step(&tie.peer, XenbusStateInitWait);
	CHECK(!shim_work);
	CHECK_EQ(xen_tie_check(&tie, XBT_NIL), -EIO);
	shim_faults.read = 0;
	end();
}

TEST(a_driver_that_was_unbound_meanwhile_stays_unbound)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	replace();
	xen_peer_step(&tie.peer, XenbusStateInitWait);
	device.dev.driver = NULL;
	rebind();
	CHECK_EQ(device.dev.reprobed, 0);
	device.dev.driver = &bus;
	end();
}

TEST(after_a_restore_the_directory_is_marked_whoever_made_it)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	mutex_lock(&tie.peer.lock);
	xen_tie_suspend(&tie);
	mutex_unlock(&tie.peer.lock);
	replace();
	/* Watches fire before the bus has come to us. */
	name(THEIRS);
	CHECK(!shim_work);
	device.state = XenbusStateInitialising;
	xen_tie_resume(&tie);
	CHECK_EQ(xen_tie_check(&tie, XBT_NIL), 0);
	CHECK_EQ(tie.named, XEN_TIE_RESTORED);
	end();
}

TEST(a_save_that_was_called_off_changes_nothing)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	mutex_lock(&tie.peer.lock);
	xen_tie_suspend(&tie);
	xen_tie_complete(&tie);
	mutex_unlock(&tie.peer.lock);
	CHECK_EQ(xen_tie_check(&tie, XBT_NIL), 0);
	replace();
	name(THEIRS);
	rebind();
	CHECK_EQ(device.dev.reprobed, 1);
	end();
}

TEST(a_backend_elsewhere_is_told_from_a_restore)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	name(OTHER);
	CHECK_EQ(tie.named, XEN_TIE_MOVED);
	CHECK_EQ(xen_tie_check(&tie, XBT_NIL), 0);
	end();
	device.otherend = THEIRS;
}

TEST(a_device_that_goes_says_so_in_its_own_directory_only)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	cut();
	CHECK_TEXT(shim_store_text(OURS, "state"), "6");
	end();

	begin(XenbusStateConnected, XenbusStateConnected);
	replace();
	cut();
	CHECK_TEXT(shim_store_text(OURS, "state"), "1");
	end();
}

TEST(a_device_without_its_mark_does_not_begin)
{
	shim_reset();
	memset(&tie, 0, sizeof(tie));
	shim_faults.write = -ENOSPC;
	CHECK_EQ(xen_tie_begin(&tie, &device, &peer_ops, &tie_ops), -ENOSPC);
	CHECK_EQ(shim_seen.watches, 0);
	CHECK_EQ(shim_seen.errors, 1);
}
