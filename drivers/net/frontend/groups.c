// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists of multicast addresses: see groups.h. Floor F5, pure.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include <xen/interface/io/netif.h>

#include "groups.h"

static int netfront_groups_find(const struct netfront_groups *groups, const u8 *addr)
{
	u32 i;

	for (i = 0; i < groups->count; i++)
		if (!memcmp(groups->addr[i], addr, NETFRONT_GROUP_LEN))
			return i;
	return -ENOENT;
}

/* Return: an address of @of that is not in @in, or NULL. */
static const u8 *netfront_groups_missing(const struct netfront_groups *of,
					 const struct netfront_groups *in)
{
	u32 i;

	for (i = 0; i < of->count; i++)
		if (netfront_groups_find(in, of->addr[i]) < 0)
			return of->addr[i];
	return NULL;
}

/**
 * netfront_groups_has - whether an address is in a list
 * @groups: the list
 * @addr: the address
 */
bool netfront_groups_has(const struct netfront_groups *groups, const u8 *addr)
{
	return netfront_groups_find(groups, addr) >= 0;
}

/**
 * netfront_groups_add - put an address into a list
 * @groups: the list
 * @addr: the address
 *
 * Return: whether it is in there now: there may be no room for it.
 */
bool netfront_groups_add(struct netfront_groups *groups, const u8 *addr)
{
	if (netfront_groups_find(groups, addr) >= 0)
		return true;
	if (groups->count == NETFRONT_GROUPS_MAX)
		return false;
	memcpy(groups->addr[groups->count++], addr, NETFRONT_GROUP_LEN);
	return true;
}

/**
 * netfront_groups_del - take an address from a list
 * @groups: the list
 * @addr: the address, which need not be there
 */
void netfront_groups_del(struct netfront_groups *groups, const u8 *addr)
{
	int at = netfront_groups_find(groups, addr);

	if (at < 0)
		return;
	groups->count--;
	memmove(groups->addr[at], groups->addr[groups->count],
		NETFRONT_GROUP_LEN);
}

/**
 * netfront_groups_next - what to tell next
 * @told: what the backend has
 * @wanted: what it is to have
 * @addr: to be filled: which address
 *
 * What is not wanted goes first, so that there is room for the rest.
 *
 * Return: XEN_NETIF_EXTRA_TYPE_MCAST_ADD or MCAST_DEL; XEN_NETIF_EXTRA_TYPE_NONE
 * if it has what it is to have.
 */
u8 netfront_groups_next(const struct netfront_groups *told,
			const struct netfront_groups *wanted, u8 *addr)
{
	const u8 *next = netfront_groups_missing(told, wanted);
	u8 type = XEN_NETIF_EXTRA_TYPE_MCAST_DEL;

	if (!next) {
		next = netfront_groups_missing(wanted, told);
		type = XEN_NETIF_EXTRA_TYPE_MCAST_ADD;
	}
	if (!next)
		return XEN_NETIF_EXTRA_TYPE_NONE;
	memcpy(addr, next, NETFRONT_GROUP_LEN);
	return type;
}
