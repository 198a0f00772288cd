// SPDX-License-Identifier: GPL-2.0-only
/*
 * Channels: drivers/xen/ring/channel.c. Pages, grants and event channels are
 * numbers here (shim/channel.c), which count what is held.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/errno.h>

#include "../../drivers/xen/ring/channel.h"
#include "shim/shim.h"
#include "test.h"

#define DIR	"device/vbd/51712"
#define STRIDE	112

static struct xenbus_device device = { .nodename = DIR, .otherend = DIR };
static struct xen_channel front, back;

static irqreturn_t handler(int irq, void *arg)
{
	return 0;
}

static int create(unsigned int pages)
{
	return xen_channel_create(&front, &device, pages, STRIDE, handler,
				  "test", &front);
}

static int attach(unsigned int pages, bool numbered)
{
	const struct xen_channel_keys keys = {
		.dir = DIR, .numbered = numbered,
	};

	shim_peer_ring = front.shared;
	return xen_channel_attach(&back, &device, &keys, pages, STRIDE);
}

static int publish(bool numbered)
{
	const struct xen_channel_keys keys = {
		.dir = DIR, .numbered = numbered,
	};

	return xen_channel_publish(&front, XBT_NIL, &keys);
}

static void check_nothing_is_held(void)
{
	CHECK_EQ(shim_seen.rings, 0);
	CHECK_EQ(shim_seen.ports, 0);
	CHECK_EQ(shim_seen.irqs, 0);
}

TEST(two_ends_of_a_channel_meet_in_xenstore)
{
	shim_reset();
	CHECK_EQ(create(1), 0);
	CHECK_EQ(publish(false), 0);
	CHECK_TEXT(shim_store_text(DIR, "ring-ref"), "100");
	CHECK_TEXT(shim_store_text(DIR, "event-channel"), "7");
	CHECK_EQ(attach(1, false), 0);
	CHECK_EQ(xen_channel_listen(&back, handler, "test", &back), 0);
	CHECK_EQ(shim_seen.rings, 2);
	CHECK_EQ(shim_seen.irqs, 2);
	CHECK_EQ(back.ring.size, 32);
	xen_channel_destroy(&back);
	xen_channel_destroy(&front);
	check_nothing_is_held();
}

TEST(a_ring_is_revoked_when_the_peer_has_unmapped_all_of_it)
{
	shim_reset();
	CHECK_EQ(create(4), 0);
	xen_channel_mask(&front);
	shim_faults.mapped = front.grefs[2];
	CHECK_EQ(xen_channel_revoke(&front), -EAGAIN);
	CHECK_EQ(xen_channel_revoke(&front), -EAGAIN);
	CHECK_EQ(shim_seen.grants, 2);
	shim_faults.mapped = 0;
	CHECK_EQ(xen_channel_revoke(&front), 0);
	CHECK_EQ(shim_seen.grants, 4);
	CHECK_EQ(xen_channel_revoke(&front), 0);
	CHECK_EQ(shim_seen.grants, 4);
	xen_channel_destroy(&front);
	check_nothing_is_held();
}

TEST(every_page_of_a_larger_ring_has_a_node)
{
	shim_reset();
	CHECK_EQ(create(XEN_CHANNEL_PAGES_MAX), 0);
	CHECK_EQ(publish(true), 0);
	CHECK_TEXT(shim_store_text(DIR, "ring-ref0"), "100");
	CHECK_TEXT(shim_store_text(DIR, "ring-ref15"), "115");
	CHECK_EQ(shim_store_count(), XEN_CHANNEL_PAGES_MAX + 1);
	CHECK_EQ(attach(XEN_CHANNEL_PAGES_MAX, true), 0);
	CHECK_EQ(back.ring.size, 512);
	xen_channel_destroy(&back);
	xen_channel_destroy(&front);
	check_nothing_is_held();
}

TEST(a_frontend_whose_channel_fails_half_way_holds_nothing)
{
	shim_reset();
	shim_faults.ring = -ENOMEM;
	CHECK_EQ(create(4), -ENOMEM);
	check_nothing_is_held();
	shim_reset();
	shim_faults.evtchn = -ENOSPC;
	CHECK_EQ(create(4), -ENOSPC);
	check_nothing_is_held();
	shim_reset();
	shim_faults.bind = -ENOMEM;
	CHECK_EQ(create(4), -ENOMEM);
	check_nothing_is_held();
	shim_reset();
	shim_faults.request = -ENOMEM;
	CHECK_EQ(create(4), -ENOMEM);
	check_nothing_is_held();
	/* And destroying what was never made is harmless. */
	xen_channel_destroy(&front);
	check_nothing_is_held();
}

TEST(a_backend_refuses_nodes_that_are_missing_or_bad)
{
	static const char * const bad[] = {
		"", "x", "-1", "0x64", "4294967296", "100 ",
	};
	size_t i;

	shim_reset();
	CHECK_EQ(attach(1, false), -ENOENT);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		shim_store_write(DIR, "ring-ref", bad[i]);
		shim_store_write(DIR, "event-channel", "7");
		CHECK(attach(1, false) < 0);
		shim_store_write(DIR, "ring-ref", "100");
		shim_store_write(DIR, "event-channel", bad[i]);
		CHECK(attach(1, false) < 0);
	}
	shim_store_write(DIR, "event-channel", "0");
	CHECK_EQ(attach(1, false), -ERANGE);
	check_nothing_is_held();
}

TEST(a_backend_that_cannot_map_or_bind_holds_nothing)
{
	shim_reset();
	CHECK_EQ(create(1), 0);
	CHECK_EQ(publish(false), 0);
	shim_faults.ring = -EINVAL;
	CHECK_EQ(attach(1, false), -EINVAL);
	xen_channel_destroy(&back);
	CHECK_EQ(shim_seen.rings, 1);
	shim_faults.ring = 0;
	CHECK_EQ(attach(1, false), 0);
	shim_faults.bind = -EINVAL;
	CHECK_EQ(xen_channel_listen(&back, handler, "test", &back), -EINVAL);
	xen_channel_destroy(&back);
	xen_channel_destroy(&front);
	check_nothing_is_held();
}

TEST(a_backend_refuses_a_ring_whose_indices_contradict_each_other)
{
	shim_reset();
	CHECK_EQ(create(1), 0);
	CHECK_EQ(publish(false), 0);
	((u32 *)front.shared)[0] = 33;
	CHECK_EQ(attach(1, false), -EPROTO);
	CHECK_EQ(shim_seen.rings, 1);
	CHECK_EQ(shim_seen.errors, 1);
	xen_channel_destroy(&front);
	check_nothing_is_held();
}

TEST(pages_that_make_no_ring_are_unmapped_and_no_grant_of_ours_is_ended)
{
	const struct xen_channel_keys keys = { .dir = DIR };

	shim_reset();
	CHECK_EQ(create(1), 0);
	CHECK_EQ(publish(false), 0);
	shim_peer_ring = front.shared;
	CHECK_EQ(xen_channel_attach(&back, &device, &keys, 1, STRIDE + 1),
		 -EINVAL);
	CHECK(!back.shared);
	CHECK(front.shared);
	CHECK_EQ(shim_seen.rings, 1);
	xen_channel_destroy(&front);
	check_nothing_is_held();
}

TEST(a_masked_channel_can_be_masked_and_destroyed_again)
{
	shim_reset();
	CHECK_EQ(create(1), 0);
	xen_channel_mask(&front);
	xen_channel_mask(&front);
	CHECK_EQ(shim_seen.irqs, 0);
	xen_channel_destroy(&front);
	xen_channel_destroy(&front);
	check_nothing_is_held();
}

TEST(one_doorbell_is_rung_for_a_batch)
{
	u64 entry[STRIDE / 8] = { 0 };
	int i;

	shim_reset();
	CHECK_EQ(create(1), 0);
	for (i = 0; i < 10; i++)
		xen_ring_put(&front.ring, entry, STRIDE);
	CHECK(xen_channel_push(&front));
	CHECK(!xen_channel_push(&front));
	xen_ring_put(&front.ring, entry, STRIDE);
	CHECK(!xen_channel_push(&front));
	CHECK_EQ(shim_seen.notified, 1);
	xen_channel_destroy(&front);
}

TEST(a_write_that_fails_ends_the_publishing)
{
	shim_reset();
	CHECK_EQ(create(4), 0);
	shim_faults.write = -ENOSPC;
	shim_faults.writes = 2;
	CHECK_EQ(publish(true), -ENOSPC);
	xen_channel_destroy(&front);
	check_nothing_is_held();
}

TEST(nodes_may_have_other_names)
{
	const struct xen_channel_keys keys = {
		.dir = DIR, .ref = "tx-ring-ref", .port = "event-channel-tx",
	};

	shim_reset();
	CHECK_EQ(create(1), 0);
	CHECK_EQ(xen_channel_publish(&front, XBT_NIL, &keys), 0);
	CHECK_TEXT(shim_store_text(DIR, "tx-ring-ref"), "100");
	CHECK_TEXT(shim_store_text(DIR, "event-channel-tx"), "7");
	CHECK_EQ(shim_store_count(), 2);
	shim_peer_ring = front.shared;
	CHECK_EQ(xen_channel_attach(&back, &device, &keys, 1, STRIDE), 0);
	CHECK_EQ(back.port, 7);
	xen_channel_destroy(&back);
	xen_channel_destroy(&front);
	check_nothing_is_held();
}

TEST(a_channel_may_do_without_a_port)
{
	const struct xen_channel_keys keys = { .dir = DIR, .portless = true };

	shim_reset();
	CHECK_EQ(xen_channel_create(&front, &device, 1, STRIDE, NULL, NULL,
				    NULL), 0);
	CHECK_EQ(shim_seen.ports, 0);
	CHECK_EQ(xen_channel_publish(&front, XBT_NIL, &keys), 0);
	CHECK_EQ(shim_store_count(), 1);
	shim_peer_ring = front.shared;
	CHECK_EQ(xen_channel_attach(&back, &device, &keys, 1, STRIDE), 0);
	CHECK_EQ(back.port, 0);
	xen_channel_destroy(&back);
	xen_channel_destroy(&front);
	check_nothing_is_held();
}
