/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists of multicast addresses, and the next thing to tell a backend that has one
 * and is to have another.
 *
 * Floor F5, pure: compiled in user space by tests/unit, too. Called by mcast.c.
 */
#ifndef XENIFY_NET_FRONT_GROUPS_H
#define XENIFY_NET_FRONT_GROUPS_H

#include <linux/types.h>

/* As many as backends remember. */
#define NETFRONT_GROUPS_MAX	64
#define NETFRONT_GROUP_LEN	6

/**
 * struct netfront_groups - a list, in no order
 * @count: how many
 * @addr: the addresses, each once
 */
struct netfront_groups {
	u32 count;
	u8 addr[NETFRONT_GROUPS_MAX][NETFRONT_GROUP_LEN];
};

bool netfront_groups_has(const struct netfront_groups *groups, const u8 *addr);
bool netfront_groups_add(struct netfront_groups *groups, const u8 *addr);
void netfront_groups_del(struct netfront_groups *groups, const u8 *addr);
u8 netfront_groups_next(const struct netfront_groups *told,
			const struct netfront_groups *wanted, u8 *addr);

#endif /* XENIFY_NET_FRONT_GROUPS_H */
