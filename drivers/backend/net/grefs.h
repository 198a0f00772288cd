/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which grants of a queue are mapped for good, by their references: the table
 * behind the control messages of drivers/net/static.h.
 *
 * Floor F5, pure: compiled in user space by tests/unit and tests/fuzz, too.
 * Changed by ctrl.c; looked up by tx.c and fill.c, at the same time, without a
 * lock: an entry that is dropped can be used by who found it until all of them
 * are known to have ended, and only then is unmapped and put to another use.
 */
#ifndef XENIFY_NET_BACK_GREFS_H
#define XENIFY_NET_BACK_GREFS_H

#include <linux/compiler.h>
#include <asm/barrier.h>

#include "../../net/static.h"

#define NETBACK_GREFS_BUCKETS	1024
/* What a queue may have at the most, whatever is set. */
#define NETBACK_GREFS_MAX	4096
#define NETBACK_NO_GREF		0xffff

/**
 * struct netback_gref - one grant
 * @ref: the reference
 * @readonly: it is mapped so
 * @next: another one in its bucket, or one that is free; or %NETBACK_NO_GREF
 * @handle: the hypervisor's name for the mapping
 * @page: where it is mapped; NULL while it is not
 * @at: the same, as an address
 */
struct netback_gref {
	grant_ref_t ref;
	bool readonly;
	u16 next;
	u32 handle;
	struct page *page;
	void *at;
};

/**
 * struct netback_grefs - the grants of a queue
 * @limit: how many there may be; 0 for none at all
 * @count: how many there are
 * @free: the first entry that is free
 * @buckets: the first entry of each
 * @entries: @limit of them
 */
struct netback_grefs {
	u32 limit;
	u32 count;
	u16 free;
	u16 buckets[NETBACK_GREFS_BUCKETS];
	struct netback_gref *entries;
};

int netback_grefs_create(struct netback_grefs *grefs, u32 limit);
void netback_grefs_destroy(struct netback_grefs *grefs);
int netback_grefs_claim(struct netback_grefs *grefs, grant_ref_t ref,
			bool readonly);
int netback_grefs_drop(struct netback_grefs *grefs, grant_ref_t ref);
void netback_grefs_free(struct netback_grefs *grefs, u16 which);

/**
 * netback_grefs_find - where a page of the guest is mapped
 * @grefs: the table
 * @ref: the guest's reference for it, any number
 * @write: it is to be written to
 *
 * Return: its address, NULL if it is not mapped, or not so. The address is good
 * until the reader's section (rcu_read_lock()) ends.
 */
static inline void *netback_grefs_find(const struct netback_grefs *grefs,
				       grant_ref_t ref, bool write)
{
	u16 which;

	if (!READ_ONCE(grefs->count))
		return NULL;
	which = READ_ONCE(grefs->buckets[ref % NETBACK_GREFS_BUCKETS]);
	while (which != NETBACK_NO_GREF) {
		const struct netback_gref *gref = &grefs->entries[which];

		/* Index before entry: partner of the barrier in netback_ctrl_claim(). */
		virt_rmb();
		if (READ_ONCE(gref->ref) == ref) {
			if (write && READ_ONCE(gref->readonly))
				return NULL;
			return READ_ONCE(gref->at);
		}
		which = READ_ONCE(gref->next);
	}
	return NULL;
}

#endif /* XENIFY_NET_BACK_GREFS_H */
