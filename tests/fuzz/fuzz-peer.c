// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: any sequence of the other end's states, with actions that
 * succeed, wait or fail (drivers/xen/ring/peer.c).
 *
 * Holds: a step ends after a few actions; our state is one that drivers use;
 * a device that failed does nothing but close; a connection is made only after
 * it was prepared, and is not made twice.
 */
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../../drivers/xen/ring/peer.h"
#include "../unit/shim/shim.h"
#include "fuzz.h"

static struct xenbus_device device = { .nodename = "ours", .otherend = "theirs" };
static struct xen_peer peer;
static struct bytes input;
static int actions;
static bool connected;

static int answer(void)
{
	static const int answers[] = { 0, 0, 0, 0, -EAGAIN, -EBUSY, -EINVAL, 0 };

	HOLDS(++actions <= XenbusStateReconfigured);
	return answers[take_u8(&input) % 8];
}

static int begin(struct xen_peer *p)
{
	HOLDS(!p->failed);
	return answer();
}

static int connect(struct xen_peer *p)
{
	int err = answer();

	HOLDS(!p->failed && !connected);
	HOLDS(p->dev->state == XenbusStateInitWait ||
	      p->dev->state == XenbusStateInitialised);
	if (!err)
		connected = true;
	return err;
}

static int update(struct xen_peer *p)
{
	HOLDS(connected && !p->failed);
	return answer();
}

/* Taking down may have to wait, but does not fail. */
static int end(struct xen_peer *p)
{
	int err = answer();

	if (err == -EINVAL)
		err = 0;
	if (!err)
		connected = false;
	return err;
}

#define ACTS {								\
	[XEN_PEER_PREPARE] = begin, [XEN_PEER_CONNECT] = connect,	\
	[XEN_PEER_UPDATE] = update, [XEN_PEER_LOST] = end,		\
	[XEN_PEER_CLOSE] = end, [XEN_PEER_GONE] = end,			\
	[XEN_PEER_RENEW] = begin }

static const struct xen_peer_ops front_ops = {
	.rows = xen_peer_front_rows, .count = XEN_PEER_FRONT_ROWS, .act = ACTS,
	.asks = true,
};

static const struct xen_peer_ops back_ops = {
	.rows = xen_peer_back_rows, .count = XEN_PEER_BACK_ROWS, .act = ACTS,
};

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	shim_reset();
	input = (struct bytes) { data, size };
	device.state = XenbusStateInitialising;
	connected = false;
	xen_peer_init(&peer, &device, take_u8(&input) & 1 ? &front_ops :
		      &back_ops);
	while (input.left) {
		u8 event = take_u8(&input);

		actions = 0;
		shim_store_write("theirs", "online", event & 0x20 ? "1" : "0");
		if (event & 0x80) {
			mutex_lock(&peer.lock);
			xen_peer_again(&peer);
			mutex_unlock(&peer.lock);
		} else {
			xen_peer_step(&peer, event & 0x40 ?
				      (enum xenbus_state)take_u32(&input) :
				      event % 9);
		}
		HOLDS(!peer.lock.held);
		HOLDS(device.state >= XenbusStateInitialising &&
		      device.state <= XenbusStateClosed);
	}
	return 0;
}
