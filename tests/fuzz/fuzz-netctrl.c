// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: what a frontend writes to its control ring, message after
 * message, with any content of the pages that they name (drivers/backend/net/
 * ctrl.c, grefs.c, hash.c), and packets hashed in between.
 *
 * Holds: nothing is fetched beyond a page; a grant is mapped at most once, and
 * no more of them than there may be; what is found is mapped, and what was
 * unmapped is not found; every hash finds a queue.
 */
#include <linux/errno.h>

#include "../../drivers/backend/net/ctrl.h"
#include "fuzz.h"

#define QUEUES	3
#define LIMIT	40

static struct bytes input;
static u32 mapped[QUEUES];

static int fetch(void *owner, grant_ref_t gref, void *to, u32 len)
{
	HOLDS(len && len <= 4096);
	take_bytes(&input, to, len);
	return take_u8(&input) == 0xff ? -EFAULT : 0;
}

static int store(void *owner, grant_ref_t gref, const void *from, u32 len)
{
	HOLDS(len && len <= 4096);
	return take_u8(&input) == 0xff ? -EFAULT : 0;
}

static int map(void *owner, struct netback_grefs *table, const u16 *which,
	       u32 count)
{
	u32 i, queue = table - (struct netback_grefs *)owner;

	if (take_u8(&input) == 0xff)
		return -EFAULT;
	for (i = 0; i < count; i++) {
		HOLDS(which[i] < table->limit);
		HOLDS(!table->entries[which[i]].at);
		table->entries[which[i]].at = &table->entries[which[i]];
		mapped[queue]++;
	}
	HOLDS(mapped[queue] <= LIMIT);
	return 0;
}

static void retire(void *owner, struct netback_grefs *table, const u16 *which,
		   u32 count)
{
	u32 i, queue = table - (struct netback_grefs *)owner;

	for (i = 0; i < count; i++) {
		struct netback_gref *gref = &table->entries[which[i]];

		HOLDS(!netback_grefs_find(table, gref->ref, false));
		mapped[queue] -= !!gref->at;
	}
}

static const struct netback_ctrl_ops ops = {
	.fetch = fetch, .store = store, .map = map, .retire = retire,
};

static void check_tables(const struct netback_grefs *tables)
{
	u32 queue, i;

	for (queue = 0; queue < QUEUES; queue++) {
		const struct netback_grefs *table = &tables[queue];
		u32 found = 0;

		HOLDS(table->count == mapped[queue]);
		for (i = 0; i < table->limit; i++) {
			const struct netback_gref *gref = &table->entries[i];

			if (gref->at)
				found += netback_grefs_find(table, gref->ref,
							    false) == gref->at;
		}
		HOLDS(found == mapped[queue]);
	}
}

static void hash_packet(const struct netback_hash *hash)
{
	u8 len = take_u8(&input) % (NETBACK_HASH_HEADER + 1);
	struct netback_hashed hashed;
	u8 *packet = malloc(len);

	take_bytes(&input, packet, len);
	hashed = netback_hash_packet(hash, packet, len);
	free(packet);
	HOLDS(!hashed.valid || hash->types & 1 << hashed.type);
	HOLDS(netback_hash_queue(hash, hashed.value, QUEUES) < QUEUES);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct netback_grefs tables[QUEUES];
	struct netback_grefs *grefs[QUEUES];
	struct netback_ctrl *ctrl = calloc(1, sizeof(*ctrl));
	u32 i;

	input = (struct bytes) { data, size };
	ctrl->ops = &ops;
	ctrl->owner = tables;
	ctrl->queues = QUEUES;
	ctrl->grefs = grefs;
	for (i = 0; i < QUEUES; i++) {
		mapped[i] = 0;
		grefs[i] = &tables[i];
		/* One has none. */
		HOLDS(!netback_grefs_create(grefs[i], i == 2 ? 0 : LIMIT));
	}
	while (input.left) {
		struct xen_netif_ctrl_response rsp;
		struct xen_netif_ctrl_request req;
		u8 small = take_u8(&input);

		take_bytes(&input, &req, sizeof(req));
		/* Most would be nonsense otherwise. */
		if (small & 1) {
			req.type %= 12;
			req.data[0] %= QUEUES + 1;
			req.data[2] %= LIMIT + 2;
		}
		netback_ctrl_apply(ctrl, &req, &rsp);
		HOLDS(rsp.id == req.id && rsp.type == req.type);
		HOLDS(rsp.status <= XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW);
		check_tables(tables);
		hash_packet(&ctrl->hash);
	}
	for (i = 0; i < QUEUES; i++)
		netback_grefs_destroy(grefs[i]);
	free(ctrl);
	return 0;
}
