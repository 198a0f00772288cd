// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a store is the one that it was. See identity.h. Floor F3.
 */
#include <linux/kernel.h>

#include "identity.h"

/* Without a number to compare: all that is known of it has not changed. */
static bool blkfront_identity_looks_same(const struct blkfront_identity *was,
					 const struct blkfront_identity *now)
{
	return was->sectors == now->sectors &&
	       was->read_only == now->read_only;
}

/*
 * The backend's domain, and what the host wants it to serve, are the same. What no
 * number is said of may still be served by the backend that is going, and that has
 * said one: so it is never another number's.
 */
static bool blkfront_identity_stayed(const struct blkfront_identity *was,
				     const struct blkfront_identity *now)
{
	u64 last = was->instance ?: was->past, next = now->instance ?: now->past;

	if (was->backend != now->backend)
		return false;
	/* A volume that was deactivated meanwhile is a new device. */
	if (last && next && last != next && !(was->id && was->id == now->id))
		return false;
	if (was->instance && now->instance)
		return true;
	/* A backend that does not number its stores, as upstream's. */
	return was->host == now->host && blkfront_identity_looks_same(was, now);
}

/* The host says that it is this disk; so it is, unless it cannot be. */
static bool blkfront_identity_moved(const struct blkfront_identity *was,
				    const struct blkfront_identity *now)
{
	if (was->id && now->id)
		return was->id == now->id;
	return blkfront_identity_looks_same(was, now);
}

/**
 * blkfront_identity_is_same - whether requests for one are for the other
 * @was: the store that requests were made for
 * @now: the one that is served now
 * @named: how the host has named the backend since
 *
 * After a restore all is new to this host, and perhaps the image is a copy: it
 * is the one that the host has restored the domain with. It has to be as large,
 * or larger.
 *
 * Pure. Return: whether they are the same, for sure.
 */
bool blkfront_identity_is_same(const struct blkfront_identity *was,
			       const struct blkfront_identity *now,
			       enum xen_tie_named named)
{
	if (was->sector_size != now->sector_size)
		return false;
	switch (named) {
	case XEN_TIE_RESTORED:
		return now->sectors >= was->sectors;
	case XEN_TIE_MOVED:
		return blkfront_identity_moved(was, now);
	default:
		return blkfront_identity_stayed(was, now);
	}
}

/**
 * blkfront_identity_is_another - whether a backend that we are connected to serves
 *	another store now
 * @was: the store that it is connected for
 * @now: what it says
 *
 * A store may change its size and mode while it is served, with a number and without;
 * what it is called does not change. Pure. Return: whether it is another, for sure.
 */
bool blkfront_identity_is_another(const struct blkfront_identity *was,
				  const struct blkfront_identity *now)
{
	struct blkfront_identity same = *now;

	same.sectors = was->sectors;
	same.read_only = was->read_only;
	return !blkfront_identity_stayed(was, &same);
}

/**
 * blkfront_identity_learn - what is known of a store that was found to be the same
 * @was: what was known of it
 * @now: what is said of it now
 * @named: how the host has named the backend between the two
 *
 * A backend that numbers no stores takes nothing away from what others have said:
 * the next one that does is asked for the same number. One of another domain, or
 * host, says nothing here.
 *
 * Pure. Return: what the next one is compared with.
 */
struct blkfront_identity
blkfront_identity_learn(const struct blkfront_identity *was,
			const struct blkfront_identity *now,
			enum xen_tie_named named)
{
	struct blkfront_identity known = *now;
	bool stayed = named == XEN_TIE_STAYED && was->backend == now->backend;

	if (!known.instance && stayed)
		known.instance = was->instance;
	/* After a restore the image may be a copy. */
	if (!known.id && named != XEN_TIE_RESTORED)
		known.id = was->id;
	return known;
}
