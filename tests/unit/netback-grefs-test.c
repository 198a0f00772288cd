// SPDX-License-Identifier: GPL-2.0-only
/*
 * Static grants: the messages by which a guest has its pages mapped for good,
 * meant well and not, and the table that they fill: drivers/backend/net/ctrl.c
 * and grefs.c.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../../drivers/backend/net/ctrl.h"
#include "shim/shim.h"
#include "test.h"

#define QUEUES	2
#define LIMIT	16
#define LIST	99

#define OKAY		XEN_NETIF_CTRL_STATUS_SUCCESS
#define INVALID		XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER

static struct netback_grefs tables[QUEUES];
static struct netback_grefs *grefs[QUEUES] = { &tables[0], &tables[1] };
static struct xen_netif_gref page[XEN_NET_GREFS_LIST];
static struct xen_netif_ctrl_response rsp;
/* What the guest's memory was asked for, and how that ends. */
static u32 fetches, stores, mapped;
static int fetch_error, store_error, map_error;

static int fetch(void *owner, grant_ref_t gref, void *to, u32 len)
{
	fetches++;
	CHECK_EQ(gref, LIST);
	CHECK(len <= sizeof(page));
	memcpy(to, page, len);
	return fetch_error;
}

static int store(void *owner, grant_ref_t gref, const void *from, u32 len)
{
	stores++;
	CHECK_EQ(gref, LIST);
	CHECK(len <= sizeof(page));
	memcpy(page, from, len);
	return store_error;
}

/* A page of the guest is at an address that is made of its reference. */
static void *address_of(grant_ref_t ref)
{
	return (void *)(0x1000000UL + ref * 0x1000UL);
}

static int map(void *owner, struct netback_grefs *table, const u16 *which,
	       u32 count)
{
	u32 i;

	if (map_error)
		return map_error;
	for (i = 0; i < count; i++) {
		struct netback_gref *gref = &table->entries[which[i]];

		CHECK(!gref->at);
		/* Not mapped yet, it is not found yet. */
		CHECK(!netback_grefs_find(table, gref->ref, false));
		gref->at = address_of(gref->ref);
		mapped++;
	}
	return 0;
}

static void retire(void *owner, struct netback_grefs *table, const u16 *which,
		   u32 count)
{
	u32 i;

	CHECK(count);
	for (i = 0; i < count; i++) {
		struct netback_gref *gref = &table->entries[which[i]];

		CHECK(!netback_grefs_find(table, gref->ref, false));
		mapped -= !!gref->at;
	}
}

static const struct netback_ctrl_ops ops = {
	.fetch = fetch, .store = store, .map = map, .retire = retire,
};

static struct netback_ctrl ctrl = {
	.ops = &ops, .queues = QUEUES, .grefs = grefs,
};

static void begin(u32 limit)
{
	u32 i;

	for (i = 0; i < QUEUES; i++) {
		netback_grefs_destroy(&tables[i]);
		CHECK_EQ(netback_grefs_create(&tables[i], limit), 0);
	}
	fetches = stores = mapped = 0;
	fetch_error = store_error = map_error = 0;
	memset(page, 0, sizeof(page));
}

static void end(void)
{
	u32 i;

	for (i = 0; i < QUEUES; i++)
		netback_grefs_destroy(&tables[i]);
}

static u32 ask(u16 type, u32 queue, u32 gref, u32 count)
{
	const struct xen_netif_ctrl_request req = {
		.id = 7, .type = type, .data = { queue, gref, count },
	};

	memset(&rsp, 0xa5, sizeof(rsp));
	netback_ctrl_apply(&ctrl, &req, &rsp);
	CHECK_EQ(rsp.id, 7);
	CHECK_EQ(rsp.type, type);
	return rsp.status;
}

#define ADD(queue, count)	\
	ask(XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING, queue, LIST, count)
#define DEL(queue, count)	\
	ask(XEN_NETIF_CTRL_TYPE_DEL_GREF_MAPPING, queue, LIST, count)
#define SIZE(queue)		\
	ask(XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE, queue, 0, 0)

static void list(u32 first, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++)
		page[i] = (struct xen_netif_gref) { .ref = first + i };
}

TEST(messages_are_as_the_public_header_has_them)
{
	CHECK_EQ(XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE, 8);
	CHECK_EQ(XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING, 9);
	CHECK_EQ(XEN_NETIF_CTRL_TYPE_DEL_GREF_MAPPING, 10);
	CHECK_EQ(sizeof(struct xen_netif_gref), 8);
	CHECK_EQ(offsetof(struct xen_netif_gref, flags), 4);
	CHECK_EQ(offsetof(struct xen_netif_gref, status), 6);
	CHECK_EQ(XEN_NET_GREFS_LIST, 512);
}

TEST(grants_that_are_added_are_found_in_their_queue_alone)
{
	u32 i;

	begin(LIMIT);
	CHECK_EQ(SIZE(1), OKAY);
	CHECK_EQ(rsp.data, LIMIT);
	list(1000, LIMIT);
	CHECK_EQ(ADD(1, LIMIT), OKAY);
	CHECK_EQ(mapped, LIMIT);
	for (i = 0; i < LIMIT; i++) {
		CHECK(netback_grefs_find(grefs[1], 1000 + i, true) ==
		      address_of(1000 + i));
		CHECK(!netback_grefs_find(grefs[0], 1000 + i, false));
	}
	CHECK(!netback_grefs_find(grefs[1], 999, false));
	CHECK(!netback_grefs_find(grefs[1], 1000 + LIMIT, false));
	/* The same bucket. */
	CHECK(!netback_grefs_find(grefs[1], 1000 + NETBACK_GREFS_BUCKETS, false));
	end();
}

TEST(a_grant_that_is_for_reading_is_not_found_for_writing)
{
	begin(LIMIT);
	list(5, 2);
	page[1].flags = XEN_NETIF_CTRLF_GREF_readonly;
	CHECK_EQ(ADD(0, 2), OKAY);
	CHECK(netback_grefs_find(grefs[0], 5, true));
	CHECK(!netback_grefs_find(grefs[0], 6, true));
	CHECK(netback_grefs_find(grefs[0], 6, false));
	end();
}

TEST(a_queue_that_does_not_exist_is_not_looked_at)
{
	static const u32 bad[] = { QUEUES, QUEUES + 1, 0x7fffffff, 0x80000000,
				   0xffffffff };
	size_t i;

	begin(LIMIT);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK_EQ(SIZE(bad[i]), INVALID);
		CHECK_EQ(rsp.data, 0);
		CHECK_EQ(ADD(bad[i], 1), INVALID);
		CHECK_EQ(DEL(bad[i], 1), INVALID);
	}
	CHECK_EQ(fetches, 0);
	end();
}

TEST(a_list_longer_than_its_page_or_empty_is_not_fetched)
{
	static const u32 bad[] = { 0, XEN_NET_GREFS_LIST + 1, 0x20000000,
				   0x20000001, 0xffffffff };
	size_t i;

	begin(1024);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK_EQ(ADD(0, bad[i]), INVALID);
		CHECK_EQ(DEL(0, bad[i]), INVALID);
	}
	CHECK_EQ(fetches + stores, 0);
	list(1, XEN_NET_GREFS_LIST);
	CHECK_EQ(ADD(0, XEN_NET_GREFS_LIST), OKAY);
	CHECK_EQ(DEL(0, XEN_NET_GREFS_LIST), OKAY);
	CHECK_EQ(rsp.data, XEN_NET_GREFS_LIST);
	CHECK_EQ(mapped, 0);
	end();
}

static void check_nothing_changed(u32 count)
{
	CHECK_EQ(mapped, count);
	CHECK_EQ(tables[0].count, count);
	if (count)
		CHECK(netback_grefs_find(grefs[0], 10, true));
	CHECK(!netback_grefs_find(grefs[0], 20, true));
}

TEST(a_list_of_which_one_cannot_be_added_adds_none)
{
	begin(LIMIT);
	list(10, 4);
	CHECK_EQ(ADD(0, 4), OKAY);
	/* One that is there already. */
	list(20, 4);
	page[3].ref = 10;
	CHECK_EQ(ADD(0, 4), INVALID);
	check_nothing_changed(4);
	/* One that comes twice. */
	list(20, 4);
	page[3].ref = 20;
	CHECK_EQ(ADD(0, 4), INVALID);
	check_nothing_changed(4);
	/* A flag that nobody knows. */
	list(20, 4);
	page[3].flags = 2;
	CHECK_EQ(ADD(0, 4), INVALID);
	check_nothing_changed(4);
	/* One too many. */
	list(20, LIMIT);
	CHECK_EQ(ADD(0, LIMIT - 3), INVALID);
	check_nothing_changed(4);
	/* One that cannot be mapped. */
	map_error = -EFAULT;
	CHECK_EQ(ADD(0, 4), INVALID);
	check_nothing_changed(4);
	map_error = 0;
	/* A list that cannot be read. */
	fetch_error = -EFAULT;
	CHECK_EQ(ADD(0, 4), INVALID);
	check_nothing_changed(4);
	fetch_error = 0;
	/* All room is there still. */
	CHECK_EQ(ADD(0, LIMIT - 4), OKAY);
	CHECK_EQ(mapped, LIMIT);
	CHECK_EQ(ADD(0, 1), INVALID);
	end();
}

TEST(deleting_says_of_each_grant_whether_it_was_there)
{
	begin(LIMIT);
	list(10, 4);
	CHECK_EQ(ADD(0, 4), OKAY);
	/* One that is, one that never was, the first one again, another. */
	list(10, 4);
	page[1].ref = 0xffffffff;
	page[2].ref = 10;
	page[3].ref = 13;
	CHECK_EQ(DEL(0, 4), OKAY);
	CHECK_EQ(rsp.data, 2);
	CHECK_EQ(page[0].status, OKAY);
	CHECK_EQ(page[1].status, INVALID);
	CHECK_EQ(page[2].status, INVALID);
	CHECK_EQ(page[3].status, OKAY);
	CHECK_EQ(mapped, 2);
	CHECK(!netback_grefs_find(grefs[0], 10, false));
	CHECK(!netback_grefs_find(grefs[0], 13, false));
	CHECK(netback_grefs_find(grefs[0], 11, false));
	/* Another queue's are not ours. */
	list(11, 1);
	CHECK_EQ(DEL(1, 1), OKAY);
	CHECK_EQ(rsp.data, 0);
	CHECK_EQ(mapped, 2);
	end();
}

TEST(who_cannot_be_told_has_lost_his_grants_all_the_same)
{
	begin(LIMIT);
	list(10, 2);
	CHECK_EQ(ADD(0, 2), OKAY);
	store_error = -EFAULT;
	CHECK_EQ(DEL(0, 2), INVALID);
	CHECK_EQ(rsp.data, 2);
	CHECK_EQ(mapped, 0);
	CHECK_EQ(tables[0].count, 0);
	end();
}

TEST(without_a_table_nothing_is_mapped)
{
	begin(0);
	CHECK_EQ(SIZE(0), OKAY);
	CHECK_EQ(rsp.data, 0);
	list(1, 1);
	CHECK_EQ(ADD(0, 1), INVALID);
	CHECK_EQ(DEL(0, 1), INVALID);
	CHECK_EQ(fetches, 0);
	CHECK(!netback_grefs_find(grefs[0], 1, false));
	end();
}

TEST(a_reader_of_a_dropped_entry_finds_the_rest_of_its_bucket)
{
	static const u32 step = NETBACK_GREFS_BUCKETS;
	u16 seen;
	int which;

	begin(LIMIT);
	CHECK(netback_grefs_claim(grefs[0], 1, false) >= 0);
	CHECK(netback_grefs_claim(grefs[0], 1 + step, false) >= 0);
	CHECK(netback_grefs_claim(grefs[0], 1 + 2 * step, false) >= 0);
	/* Where a reader stands that is about to go on. */
	seen = grefs[0]->buckets[1];
	which = netback_grefs_drop(grefs[0], 1 + 2 * step);
	CHECK_EQ(which, seen);
	which = netback_grefs_drop(grefs[0], 1 + step);
	CHECK_EQ(grefs[0]->entries[seen].next, which);
	CHECK_EQ(grefs[0]->entries[grefs[0]->entries[which].next].ref, 1);
	CHECK_EQ(netback_grefs_drop(grefs[0], 1 + step), -ENOENT);
	end();
}

TEST(a_table_is_no_larger_than_it_may_be)
{
	struct netback_grefs table;
	u32 i;

	CHECK_EQ(netback_grefs_create(&table, NETBACK_GREFS_MAX + 1), -EINVAL);
	shim_faults.kcalloc = true;
	CHECK_EQ(netback_grefs_create(&table, 1), -ENOMEM);
	CHECK_EQ(netback_grefs_create(&table, NETBACK_GREFS_MAX), 0);
	for (i = 0; i < NETBACK_GREFS_MAX; i++)
		CHECK(netback_grefs_claim(&table, i * 3, false) >= 0);
	CHECK_EQ(netback_grefs_claim(&table, 1, false), -ENOSPC);
	for (i = 0; i < NETBACK_GREFS_MAX; i++)
		netback_grefs_free(&table, netback_grefs_drop(&table, i * 3));
	CHECK_EQ(table.count, 0);
	netback_grefs_destroy(&table);
}
