// SPDX-License-Identifier: GPL-2.0-only
/*
 * Room before each packet that a guest receives, for its XDP program: upstream's
 * frontend has the program look at the pages that it has posted, and asks for it
 * by the key "xdp-headroom" while it has a program (xen/interface/io/netif.h).
 * Without the feature it takes a program and never runs it. Floor F5; called by
 * main.c.
 *
 * It asks by its state: Reconfiguring. It waits, with its network locked, until ours
 * is Reconfigured, and is Connected then. It writes the key after the state, so the
 * key is read again at the end.
 *
 * For these two states there is no row in the table of states: one end is in them
 * only as long as the other is.
 */
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "back.h"

static void netback_headroom_read(struct netback *back)
{
	u32 headroom;

	if (netback_read_headroom(back, &headroom) ||
	    headroom == back->choice.headroom)
		return;
	rtnl_lock();
	WRITE_ONCE(back->choice.headroom, headroom);
	netdev_update_features(back->netdev);
	rtnl_unlock();
}

/**
 * netback_headroom_follow - the guest may want another room before packets
 * @back: the interface
 * @theirs: the frontend's state that was seen
 *
 * Before the state machine's step, for which we are Connected again if the frontend
 * asks no more. Context: may sleep.
 */
void netback_headroom_follow(struct netback *back, enum xenbus_state theirs)
{
	struct xenbus_device *dev = back->dev;
	bool asks = theirs == XenbusStateReconfiguring;

	mutex_lock(&back->peer.lock);
	if (dev->state == XenbusStateReconfigured ||
	    (dev->state == XenbusStateConnected && asks)) {
		if (asks || theirs == XenbusStateConnected)
			netback_headroom_read(back);
		xen_keys_switch_state(dev, asks ? XenbusStateReconfigured :
						  XenbusStateConnected);
	}
	mutex_unlock(&back->peer.lock);
}
