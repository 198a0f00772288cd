/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a backend is told of multicast addresses: see mcast.c. Floor F5.
 */
#ifndef XENIFY_NET_FRONT_MCAST_H
#define XENIFY_NET_FRONT_MCAST_H

#include <linux/if_ether.h>
#include <linux/workqueue.h>

#include "groups.h"

struct netfront;

/**
 * struct netfront_mcast - what the backend is told of multicast addresses
 * @work: tells it; all that follows is its own, but for @due and @status
 * @told: what it has been told, and not refused
 * @room: how many addresses it takes
 * @type: what it was told last, and has not been seen to: a change, or none
 * @addr: ... of which address
 * @due: ... the answer to it is. Guarded by the first transmit queue's lock
 * @status: ... the answer. Guarded by the same
 * @on: it was asked to filter
 */
struct netfront_mcast {
	struct delayed_work work;
	struct netfront_groups told;
	u32 room;
	u8 type;
	u8 addr[ETH_ALEN];
	bool due;
	s16 status;
	bool on;
};

void netfront_mcast_init(struct netfront *front);
void netfront_mcast_begin(struct netfront *front);
void netfront_mcast_follow(struct netfront *front);
void netfront_mcast_answered(struct netfront *front, s16 status);
void netfront_mcast_stop(struct netfront *front);

#endif /* XENIFY_NET_FRONT_MCAST_H */
