// SPDX-License-Identifier: GPL-2.0-only
/*
 * What we offer, and what the frontend chose: the block backend's xenstore
 * keys. Floor F5; called by life.c. The keys are those of blkif.h.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <xen/interface/io/protocols.h>

#include "back.h"

static unsigned int max_queues;
module_param(max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues,
		 "Most queues that a disk may have (default: one per CPU)");

static bool feature_persistent = true;
module_param(feature_persistent, bool, 0644);
MODULE_PARM_DESC(feature_persistent,
		 "Keep pages mapped for frontends that reuse grants (default Y)");

static unsigned int max_ring_page_order = XENBUS_MAX_RING_GRANT_ORDER;
module_param(max_ring_page_order, uint, 0644);
MODULE_PARM_DESC(max_ring_page_order,
		 "Most pages per ring as a power of two, 0 to 4 (default 4)");

static unsigned int max_indirect_segments = BLKBACK_SEGMENTS_MAX;
module_param(max_indirect_segments, uint, 0644);
MODULE_PARM_DESC(max_indirect_segments,
		 "Most pages of data per request, 0: 11, up to 256 (default 256)");

static bool feature_flush = true;
module_param(feature_flush, bool, 0644);
MODULE_PARM_DESC(feature_flush, "Offer to flush caches (default Y)");

static bool feature_discard = true;
module_param(feature_discard, bool, 0644);
MODULE_PARM_DESC(feature_discard, "Offer discard where it is known (default Y)");

/* What the frontend is told of the disk. */
struct blkback_disk {
	u64 sectors;
	u32 info;
	u32 sector_size;
	u32 physical_sector_size;
	bool flush;
	bool barrier;
	bool discard;
	bool discard_secure;
	u32 discard_granularity;
	u32 discard_alignment;
	u64 instance;
	u64 id;
};

#define KEY(_struct, _name, _type, _member) {				\
	.name = _name, .type = XEN_KEY_##_type,				\
	.offset = offsetof(struct _struct, _member) }

static const struct xen_key feature_keys[] = {
	KEY(blkback_offer, "max-ring-page-order", U32, ring_order),
	KEY(blkback_offer, "multi-queue-max-queues", U32, queues),
	KEY(blkback_offer, "feature-max-indirect-segments", U32, segments),
	KEY(blkback_offer, "feature-persistent", BOOL, persistent),
};

static const struct xen_key disk_keys[] = {
	KEY(blkback_disk, "sectors", U64, sectors),
	KEY(blkback_disk, "info", U32, info),
	KEY(blkback_disk, "sector-size", U32, sector_size),
	KEY(blkback_disk, "physical-sector-size", U32, physical_sector_size),
	KEY(blkback_disk, "feature-flush-cache", BOOL, flush),
	KEY(blkback_disk, "feature-barrier", BOOL, barrier),
	KEY(blkback_disk, "feature-discard", BOOL, discard),
	KEY(blkback_disk, "discard-secure", BOOL, discard_secure),
	KEY(blkback_disk, "discard-granularity", U32, discard_granularity),
	KEY(blkback_disk, "discard-alignment", U32, discard_alignment),
	KEY(blkback_disk, "xenify-store-instance", U64, instance),
	KEY(blkback_disk, "xenify-store-id", U64, id),
};

static const struct xen_key choice_keys[] = {
	{ .name = "protocol", .type = XEN_KEY_TEXT,
	  .offset = offsetof(struct blkback_choice, protocol) },
	{ .name = "ring-page-order", .type = XEN_KEY_U32,
	  .offset = offsetof(struct blkback_choice, ring_order) },
	{ .name = "multi-queue-num-queues", .type = XEN_KEY_U32,
	  .offset = offsetof(struct blkback_choice, queues) },
	{ .name = "feature-persistent", .type = XEN_KEY_BOOL,
	  .offset = offsetof(struct blkback_choice, persistent) },
};

static u32 blkback_negotiate_queues_offered(void)
{
	u32 queues = READ_ONCE(max_queues) ?: num_online_cpus();

	return min(queues, BLKBACK_QUEUES_MAX);
}

static int blkback_negotiate_write_features(struct xenbus_transaction xbt, void *owner)
{
	struct blkback *back = owner;

	return xen_keys_write(xbt, back->dev->nodename, feature_keys,
			      ARRAY_SIZE(feature_keys), &back->offer);
}

/**
 * blkback_publish_features - say what we can do, before a frontend chooses
 * @back: the disk; its offer is filled, and holds until the next time
 *
 * Return: 0 or a negative errno, reported.
 */
int blkback_publish_features(struct blkback *back)
{
	back->offer = (struct blkback_offer) {
		.ring_order = min(READ_ONCE(max_ring_page_order),
				  XENBUS_MAX_RING_GRANT_ORDER),
		.queues = blkback_negotiate_queues_offered(),
		.segments = min(READ_ONCE(max_indirect_segments),
				BLKBACK_SEGMENTS_MAX),
		.persistent = READ_ONCE(feature_persistent),
		.flush = READ_ONCE(feature_flush),
		.discard = READ_ONCE(feature_discard),
	};
	return xen_keys_publish(back->dev, blkback_negotiate_write_features, back);
}

static int blkback_negotiate_write_disk(struct xenbus_transaction xbt, void *owner)
{
	struct blkback *back = owner;
	const struct blkback_store *store = &back->store;
	const struct blkback_disk disk = {
		.sectors = back->limits.sectors,
		.info = (store->cdrom ? VDISK_CDROM : 0) |
			(store->removable ? VDISK_REMOVABLE : 0) |
			(store->read_only ? VDISK_READONLY : 0),
		.sector_size = store->block_size,
		.physical_sector_size = store->physical_block_size,
		.flush = back->limits.flush,
		.barrier = back->limits.flush,
		.discard = back->limits.discard,
		.discard_secure = back->limits.discard_secure,
		.discard_granularity = store->discard_granularity,
		.discard_alignment = store->discard_alignment,
		.instance = store->identity.instance,
		.id = store->identity.id,
	};

	return xen_keys_write(xbt, back->dev->nodename, disk_keys,
			      ARRAY_SIZE(disk_keys), &disk);
}

/**
 * blkback_publish_disk - say what the disk is like now
 * @back: the disk, connected, its limits set
 *
 * Return: 0 or a negative errno, reported.
 */
int blkback_publish_disk(struct blkback *back)
{
	return xen_keys_publish(back->dev, blkback_negotiate_write_disk, back);
}

/*
 * What is in our directory from the backend before. @instance is there if that one
 * had no time to take its leave, @left if it had.
 */
struct blkback_past {
	u64 sectors;
	u64 instance;
	u64 left;
};

static const struct xen_key past_keys[] = {
	KEY(blkback_past, "sectors", U64, sectors),
	KEY(blkback_past, "xenify-store-instance", U64, instance),
	KEY(blkback_past, "xenify-store-past", U64, left),
};

static const struct xen_key left_keys[] = {
	KEY(blkback_past, "xenify-store-past", U64, left),
};

static int blkback_negotiate_write_past(struct xenbus_transaction xbt, void *owner)
{
	const struct blkback *back = owner;
	const struct blkback_past past = { .left = back->store.identity.instance };
	const char *dir = back->dev->nodename;

	/* The host's tools may have removed the directory: it stays so. */
	if (!xenbus_exists(xbt, dir, "xenify-store-instance"))
		return 0;
	return xen_keys_write(xbt, dir, left_keys, ARRAY_SIZE(left_keys), &past) ?:
	       xenbus_rm(xbt, dir, "xenify-store-instance");
}

/**
 * blkback_withdraw_store - say no more what serves the disk
 * @back: the disk, whose driver leaves it
 *
 * The next driver may be one that numbers no stores, and what we said would be taken
 * for what that one says. For the next of ours it is kept elsewhere.
 */
void blkback_withdraw_store(struct blkback *back)
{
	if (back->store.identity.instance)
		xen_keys_publish(back->dev, blkback_negotiate_write_past, back);
}

/*
 * Whether the store is the one that was served before, as our directory still says.
 * A backend that did not number its stores served one of the same size at least.
 */
static bool blkback_negotiate_is_past(const struct blkback_store *store,
				      const struct blkback_past *past)
{
	u64 instance = past->instance ?: past->left;

	if (instance)
		return instance == store->identity.instance;
	return past->sectors == blkback_store_sectors(store);
}

/*
 * What is to be said of a store, and of whom: our own directory is @past's, and
 * @theirs is what the frontend's says when it is said.
 */
struct blkback_claim {
	struct blkback *back;
	bool is_past;
	int theirs;
};

static int blkback_negotiate_write_claim(struct xenbus_transaction xbt, void *owner)
{
	struct blkback_claim *claim = owner;
	struct blkback *back = claim->back;
	int err = xenbus_scanf(xbt, back->dev->otherend, "state", "%d", &claim->theirs);

	if (err < 0 && err != -ENOENT && err != -ERANGE)
		return err;
	if (err != 1)
		claim->theirs = XenbusStateUnknown;
	if (claim->theirs == XenbusStateInitialised ||
	    (claim->theirs == XenbusStateConnected && claim->is_past))
		return blkback_negotiate_write_disk(xbt, back);
	return -ESTALE;
}

/**
 * blkback_publish_store - say what the disk is like, if its rings may be served
 * @back: the disk, its store open and its limits set
 *
 * Rings that are only offered are empty. A frontend that is connected already has
 * seen nothing of the change of backends yet, and its rings may hold requests for
 * what the one before served. Which it is may change at any time: so that is read
 * in the transaction in which we say what we serve. A frontend that connects after
 * it reads that, and one that connects during it makes the transaction fail.
 *
 * Return: 0; -ESTALE if the rings may be for another store; -EAGAIN if the frontend
 * is neither connected nor about to be, and will be seen to be so; another negative
 * errno, reported.
 */
int blkback_publish_store(struct blkback *back)
{
	struct blkback_claim claim = { .back = back };
	struct blkback_past past;
	int err = xen_keys_read(back->dev, back->dev->nodename, past_keys,
				ARRAY_SIZE(past_keys), &past);

	if (err)
		return err;
	claim.is_past = blkback_negotiate_is_past(&back->store, &past);
	err = xen_keys_publish(back->dev, blkback_negotiate_write_claim, &claim);
	if (err == -ESTALE && claim.theirs != XenbusStateConnected)
		return -EAGAIN;
	return err;
}

/**
 * blkback_read_choice - read and check what the frontend published
 * @back: the disk
 * @choice: to be filled
 *
 * Return: 0 or a negative errno, reported.
 */
int blkback_read_choice(struct blkback *back, struct blkback_choice *choice)
{
	struct xenbus_device *dev = back->dev;
	int err;

	err = xen_keys_read(dev, dev->otherend, choice_keys,
			    ARRAY_SIZE(choice_keys), choice);
	if (err)
		return err;

	if (choice->protocol[0] &&
	    strcmp(choice->protocol, XEN_IO_PROTO_ABI_X86_64) &&
	    strcmp(choice->protocol, XEN_IO_PROTO_ABI_X86_32)) {
		xen_log_error(dev, -EINVAL, "%s/protocol \"%s\" is unknown",
			      dev->otherend, choice->protocol);
		return -EINVAL;
	}
	if (choice->ring_order > back->offer.ring_order) {
		xen_log_error(dev, -EINVAL,
			      "%s/ring-page-order %u is more than the %u on offer",
			      dev->otherend, choice->ring_order,
			      back->offer.ring_order);
		return -EINVAL;
	}
	if (choice->queues > back->offer.queues) {
		xen_log_error(dev, -EINVAL,
			      "%s/multi-queue-num-queues %u is more than the %u on offer",
			      dev->otherend, choice->queues, back->offer.queues);
		return -EINVAL;
	}
	choice->persistent &= back->offer.persistent;
	return 0;
}
