// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a backend is told of multicast addresses: drivers/net/frontend/groups.c.
 */
#include <string.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <xen/interface/io/netif.h>

#include "../../drivers/net/frontend/groups.h"
#include "test.h"

#define ADD	XEN_NETIF_EXTRA_TYPE_MCAST_ADD
#define DEL	XEN_NETIF_EXTRA_TYPE_MCAST_DEL
#define NONE	XEN_NETIF_EXTRA_TYPE_NONE

static const u8 *address(u32 number)
{
	static u8 addr[NETFRONT_GROUP_LEN] = { 0x01, 0x00, 0x5e };

	memcpy(addr + 3, &number, 3);
	return addr;
}

static void fill(struct netfront_groups *groups, u32 from, u32 count)
{
	groups->count = 0;
	while (count--)
		CHECK(netfront_groups_add(groups, address(from++)));
}

/* As the work does it, with a backend of so much room. Return: how many steps. */
static u32 bring(struct netfront_groups *told,
		 const struct netfront_groups *wanted, u32 room)
{
	u8 addr[NETFRONT_GROUP_LEN], type;
	u32 steps = 0;

	for (;;) {
		type = netfront_groups_next(told, wanted, addr);
		if (type == NONE)
			return steps;
		steps++;
		if (type == DEL) {
			CHECK(!netfront_groups_has(wanted, addr));
			CHECK(netfront_groups_has(told, addr));
			netfront_groups_del(told, addr);
			continue;
		}
		CHECK_EQ(type, ADD);
		CHECK(netfront_groups_has(wanted, addr));
		CHECK(!netfront_groups_has(told, addr));
		CHECK(told->count < room);
		CHECK(netfront_groups_add(told, addr));
	}
}

TEST(an_address_is_in_a_list_once)
{
	struct netfront_groups groups = { };

	CHECK(netfront_groups_add(&groups, address(7)));
	CHECK(netfront_groups_add(&groups, address(7)));
	CHECK_EQ(groups.count, 1);
	CHECK(netfront_groups_has(&groups, address(7)));
	CHECK(!netfront_groups_has(&groups, address(8)));
	netfront_groups_del(&groups, address(8));
	CHECK_EQ(groups.count, 1);
	netfront_groups_del(&groups, address(7));
	CHECK_EQ(groups.count, 0);
}

TEST(a_full_list_takes_no_more_but_what_it_has)
{
	struct netfront_groups groups;

	fill(&groups, 1000, NETFRONT_GROUPS_MAX);
	CHECK(!netfront_groups_add(&groups, address(1)));
	CHECK(netfront_groups_add(&groups, address(1000)));
	CHECK_EQ(groups.count, NETFRONT_GROUPS_MAX);
	netfront_groups_del(&groups, address(1000 + NETFRONT_GROUPS_MAX - 1));
	netfront_groups_del(&groups, address(1000));
	CHECK(netfront_groups_has(&groups, address(1001)));
	CHECK(netfront_groups_add(&groups, address(1)));
	CHECK_EQ(groups.count, NETFRONT_GROUPS_MAX - 1);
}

TEST(nothing_is_told_of_what_is_known)
{
	struct netfront_groups told, wanted;
	u8 addr[NETFRONT_GROUP_LEN];

	fill(&told, 5, 10);
	fill(&wanted, 5, 10);
	CHECK_EQ(netfront_groups_next(&told, &wanted, addr), NONE);
	fill(&told, 5, 0);
	fill(&wanted, 5, 0);
	CHECK_EQ(netfront_groups_next(&told, &wanted, addr), NONE);
}

TEST(each_change_is_told_once)
{
	struct netfront_groups told = { }, wanted;

	fill(&wanted, 20, 9);
	CHECK_EQ(bring(&told, &wanted, 9), 9);
	/* Three go, three come. */
	fill(&wanted, 23, 9);
	CHECK_EQ(bring(&told, &wanted, 9), 6);
	fill(&wanted, 0, 0);
	CHECK_EQ(bring(&told, &wanted, 9), 9);
}

TEST(a_full_backend_is_made_room_at_first)
{
	struct netfront_groups told, wanted;

	fill(&told, 0, NETFRONT_GROUPS_MAX);
	fill(&wanted, 40, NETFRONT_GROUPS_MAX);
	CHECK_EQ(bring(&told, &wanted, NETFRONT_GROUPS_MAX), 80);
	CHECK_EQ(told.count, NETFRONT_GROUPS_MAX);
}
