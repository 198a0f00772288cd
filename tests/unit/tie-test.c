// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frontend's tie to its backend, drivers/xen/ring/tie.c: when rings are made
 * quiet, revoked and taken down, how long a backend is waited for, and what
 * happens when the host names another one.
 */
#include "tie-world.h"

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

/* Xenstore may give no transaction at that moment; nobody would come again. */
TEST(a_broken_ring_closes_the_connection_as_soon_as_that_can_be_said)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	xen_tie_recover(&tie);
	shim_faults.states = 1;
	work();
	CHECK_TEXT(told(), "q");
	CHECK_EQ(device.state, XenbusStateConnected);
	CHECK_EQ(tie.work.delay, XEN_TIE_RETRY);
	in_use = false;
	work();
	CHECK_EQ(device.state, XenbusStateClosing);
	told();
	xen_peer_step(&tie.peer, XenbusStateClosed);
	CHECK_TEXT(told(), "qrqt");
	CHECK_EQ(device.state, XenbusStateInitialising);
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
	revoked = -EBUSY;
	xen_peer_step(&tie.peer, XenbusStateClosed);
	CHECK_TEXT(told(), "qr");
	CHECK_EQ(tie.work.delay, XEN_TIE_RETRY);
	revoked = 0;
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

/* Our state stands there again each time; to be seen, another is put there. */
TEST(a_backend_that_closed_with_the_rings_is_told_again_that_we_are_closed)
{
	int i;

	begin(XenbusStateClosed, XenbusStateInitialising);
	tie.renew = true;
	revoked = -EBUSY;
	xen_peer_step(&tie.peer, XenbusStateClosed);
	for (i = 0; i < 3; i++) {
		shim_store_write(OURS, "state", "?");
		work();
		CHECK_EQ(shim_store_state(OURS), XenbusStateClosed);
	}
	revoked = 0;
	shim_store_write(OURS, "state", "?");
	work();
	CHECK_EQ(shim_store_state(OURS), XenbusStateInitialising);
	end();
}

TEST(nothing_is_written_into_the_directory_of_another_device_meanwhile)
{
	begin(XenbusStateClosed, XenbusStateInitialising);
	tie.renew = true;
	revoked = -EBUSY;
	xen_peer_step(&tie.peer, XenbusStateClosed);
	shim_store_remove(OURS, "xenify-instance");
	shim_store_write(OURS, "state", "1");
	mutex_lock(&tie.peer.lock);
	CHECK_EQ(xen_tie_renew(&tie), -EAGAIN);
	mutex_unlock(&tie.peer.lock);
	CHECK_EQ(shim_store_state(OURS), XenbusStateInitialising);
	CHECK_EQ(shim_seen.errors, 0);
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
	CHECK_TEXT(told(), "qrqtqT");
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

TEST(what_the_backend_has_is_not_sent_to_another_before_it_has_let_go_of_the_rings)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	revoked = -EBUSY;
	name(OTHER);
	CHECK_EQ(shim_seen.slept, 5000);
	/* Not for ever: xenwatch, where this is, has others to look after. */
	CHECK_TEXT(told() + 1 + 100, "qTqT");
	CHECK_EQ(device.state, XenbusStateInitialising);
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

/* What is written again is what stands there; that is what makes the watch fire. */
static void fire_again(void)
{
	int commits = shim_seen.commits;

	work();
	CHECK_TEXT(told(), "");
	CHECK_EQ(shim_seen.commits, commits + 1);
	CHECK_TEXT(shim_store_text(OURS, "backend"), OTHER);
	name(OTHER);
	CHECK_TEXT(told(), "qrqtqT");
	CHECK_EQ(tie.named, XEN_TIE_MOVED);
	end();
	device.otherend = THEIRS;
}

TEST(a_backend_that_was_named_during_a_save_is_moved_to_when_it_is_called_off)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	mutex_lock(&tie.peer.lock);
	xen_tie_suspend(&tie);
	mutex_unlock(&tie.peer.lock);
	name(OTHER);
	CHECK_TEXT(told(), "");
	mutex_lock(&tie.peer.lock);
	xen_tie_complete(&tie);
	mutex_unlock(&tie.peer.lock);
	CHECK_EQ(tie.work.delay, AT_ONCE);
	fire_again();
}

TEST(a_backend_that_was_named_while_somebody_had_the_device_is_moved_to_later)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	device.dev.locked = true;
	name(OTHER);
	device.dev.locked = false;
	CHECK_EQ(tie.work.delay, XEN_TIE_RETRY);
	fire_again();
}

TEST(a_backend_that_has_kept_its_name_is_not_named_again)
{
	int commits;

	begin(XenbusStateConnected, XenbusStateConnected);
	device.dev.locked = true;
	name(THEIRS);
	device.dev.locked = false;
	commits = shim_seen.commits;
	work();
	CHECK_EQ(shim_seen.commits, commits);
	CHECK_EQ(tie.work.delay, SHIM_NOT_QUEUED);
	end();
}

/* Memory may be written to the disk whose connection it is. */
TEST(a_connection_is_brought_on_whatever_memory_there_is)
{
	CHECK_EQ(xen_tie_init(), 0);
	CHECK(xen_tie_workqueue);
	CHECK_EQ(shim_workqueue_flags & WQ_MEM_RECLAIM, WQ_MEM_RECLAIM);
	xen_tie_exit();
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

TEST(a_backend_may_let_go_while_the_device_goes)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	refusals = 3;
	cut();
	CHECK_TEXT(told(), "qqtqtqtqt");
	CHECK_EQ(shim_seen.slept, 150);
	end();
}

TEST(a_device_goes_after_5_seconds_whatever_the_backend_keeps)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	refusals = 1000000;
	cut();
	CHECK_EQ(shim_seen.slept, 5000);
	CHECK_TEXT(told() + 1 + 2 * 100, "qT");
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

/* The first one's directory comes after its name. */
TEST(a_backend_that_cannot_be_reached_is_looked_for_again)
{
	int i;

	begin(XenbusStateConnected, XenbusStateConnected);
	unreachable = true;
	name(OTHER);
	CHECK_TEXT(told(), "qrqtqT");
	CHECK(!tie.moving);
	CHECK_EQ(shim_store_state(OURS), XenbusStateInitialising);
	for (i = 0; i < 3; i++) {
		int commits = shim_seen.commits;

		CHECK_EQ(tie.work.delay, LATER);
		work();
		CHECK_EQ(shim_seen.commits, commits + 1);
		unreachable = i < 2;
		name(OTHER);
	}
	CHECK_EQ(tie.named, XEN_TIE_MOVED);
	CHECK_EQ(tie.work.delay, SHIM_NOT_QUEUED);
	told();
	/* That was it. */
	name(OTHER);
	CHECK_TEXT(told(), "");
	end();
}

static void save(void)
{
	mutex_lock(&tie.peer.lock);
	xen_tie_suspend(&tie);
	mutex_unlock(&tie.peer.lock);
}

static void complete(void)
{
	mutex_lock(&tie.peer.lock);
	xen_tie_complete(&tie);
	mutex_unlock(&tie.peer.lock);
}

/* The driver is not told then: what it has is another host's, and nobody takes it. */
TEST(a_backend_that_cannot_be_reached_after_a_restore_is_looked_for_again)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	save();
	unreachable = true;
	CHECK_EQ(resume(&device.dev), -ENOENT);
	CHECK_TEXT(told(), "");
	complete();
	CHECK_TEXT(told(), "qT");
	CHECK_EQ(tie.named, XEN_TIE_RESTORED);
	CHECK_EQ(xen_tie_check(&tie, XBT_NIL), 0);
	CHECK_EQ(shim_store_state(OURS), XenbusStateInitialising);
	CHECK_EQ(tie.work.delay, LATER);
	work();
	unreachable = false;
	name(OTHER);
	CHECK_EQ(device.state, XenbusStateInitialising);
	CHECK(device.otherend);
	end();
}

/* A save that is called off is no restore, whoever is looked for. */
TEST(a_backend_that_is_looked_for_is_the_one_that_the_host_has_named)
{
	begin(XenbusStateConnected, XenbusStateConnected);
	unreachable = true;
	name(OTHER);
	save();
	complete();
	CHECK_EQ(tie.named, XEN_TIE_MOVED);
	end();
}
