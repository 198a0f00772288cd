// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of grants that stay mapped: see grefs.h. Floor F5, pure; its callers
 * see to it that one at a time changes it.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "grefs.h"

static u16 *netback_grefs_bucket_of(struct netback_grefs *grefs, grant_ref_t ref)
{
	return &grefs->buckets[ref % NETBACK_GREFS_BUCKETS];
}

/**
 * netback_grefs_create - make an empty table
 * @grefs: to be filled
 * @limit: how many entries, at most %NETBACK_GREFS_MAX
 *
 * Context: may sleep. Return: 0, -EINVAL or -ENOMEM.
 */
int netback_grefs_create(struct netback_grefs *grefs, u32 limit)
{
	u32 i;

	if (limit > NETBACK_GREFS_MAX)
		return -EINVAL;
	*grefs = (struct netback_grefs) { .free = NETBACK_NO_GREF };
	for (i = 0; i < NETBACK_GREFS_BUCKETS; i++)
		grefs->buckets[i] = NETBACK_NO_GREF;
	if (!limit)
		return 0;
	grefs->entries = kvcalloc(limit, sizeof(*grefs->entries), GFP_KERNEL);
	if (!grefs->entries)
		return -ENOMEM;
	grefs->limit = limit;
	for (i = limit; i--;) {
		grefs->entries[i].next = grefs->free;
		grefs->free = i;
	}
	return 0;
}

/**
 * netback_grefs_destroy - give a table's memory back
 * @grefs: the table, with nothing mapped and no readers; or zeroed memory
 */
void netback_grefs_destroy(struct netback_grefs *grefs)
{
	kvfree(grefs->entries);
	grefs->entries = NULL;
	grefs->limit = 0;
	grefs->count = 0;
}

/* Where the index of a reference's entry stands, or of none. */
static u16 *netback_grefs_find_entry(struct netback_grefs *grefs, grant_ref_t ref)
{
	u16 *link = netback_grefs_bucket_of(grefs, ref);

	while (*link != NETBACK_NO_GREF && grefs->entries[*link].ref != ref)
		link = &grefs->entries[*link].next;
	return link;
}

/**
 * netback_grefs_claim - make an entry, to be mapped
 * @grefs: the table
 * @ref: the reference, any number
 * @readonly: how it is to be mapped
 *
 * Nobody finds it before its address is set.
 * Return: its index; -EEXIST if there is one already; -ENOSPC.
 */
int netback_grefs_claim(struct netback_grefs *grefs, grant_ref_t ref,
			bool readonly)
{
	struct netback_gref *gref;
	u16 which = grefs->free;
	u16 *bucket = netback_grefs_bucket_of(grefs, ref);

	if (*netback_grefs_find_entry(grefs, ref) != NETBACK_NO_GREF)
		return -EEXIST;
	if (which == NETBACK_NO_GREF)
		return -ENOSPC;
	gref = &grefs->entries[which];
	grefs->free = gref->next;
	WRITE_ONCE(gref->ref, ref);
	WRITE_ONCE(gref->readonly, readonly);
	WRITE_ONCE(gref->next, *bucket);
	/* Entry before index: partner of the barrier in netback_grefs_find_entry(). */
	virt_wmb();
	WRITE_ONCE(*bucket, which);
	WRITE_ONCE(grefs->count, grefs->count + 1);
	return which;
}

/**
 * netback_grefs_drop - have an entry found no more
 * @grefs: the table
 * @ref: the reference, any number
 *
 * When nobody can have found it before either, the page is unmapped and the
 * entry freed. Return: its index, or -ENOENT.
 */
int netback_grefs_drop(struct netback_grefs *grefs, grant_ref_t ref)
{
	u16 *link, which;

	if (!grefs->limit)
		return -ENOENT;
	link = netback_grefs_find_entry(grefs, ref);
	which = *link;
	if (which == NETBACK_NO_GREF)
		return -ENOENT;
	WRITE_ONCE(*link, grefs->entries[which].next);
	WRITE_ONCE(grefs->count, grefs->count - 1);
	return which;
}

/**
 * netback_grefs_free - an entry that was dropped can be used again
 * @grefs: the table
 * @which: the entry, not mapped
 */
void netback_grefs_free(struct netback_grefs *grefs, u16 which)
{
	struct netback_gref *gref = &grefs->entries[which];

	WRITE_ONCE(gref->at, NULL);
	gref->page = NULL;
	gref->next = grefs->free;
	grefs->free = which;
}
