// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the backend can do, and what we choose: the block frontend's xenstore
 * keys. Floor F5; called by life.c. The keys are those of blkif.h.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <xen/interface/io/protocols.h>

#include "front.h"
#include "../../xen/ring/keys.h"

static unsigned int max_queues = 4;
module_param(max_queues, uint, 0444);
MODULE_PARM_DESC(max_queues,
		 "Most queues per disk, if backend and CPUs allow (default 4)");

static unsigned int poll_queues;
module_param(poll_queues, uint, 0444);
MODULE_PARM_DESC(poll_queues,
		 "Queues per disk for polled I/O, on top of the others (default 0)");

static unsigned int max_ring_page_order;
module_param(max_ring_page_order, uint, 0444);
MODULE_PARM_DESC(max_ring_page_order,
		 "Most pages per ring as a power of two, 0 to 4 (default 0)");

static unsigned int max_indirect_segments = 32;
module_param(max_indirect_segments, uint, 0444);
MODULE_PARM_DESC(max_indirect_segments,
		 "Most pages of data per request, 11 to 64 (default 32)");

static bool feature_persistent = true;
module_param(feature_persistent, bool, 0644);
MODULE_PARM_DESC(feature_persistent,
		 "Copy data to pages that the backend keeps mapped (default Y)");

static bool trusted = true;
module_param(trusted, bool, 0644);
MODULE_PARM_DESC(trusted,
		 "Backends may see all of a page that holds data (default Y)");

#define OFFER(_name, _member, _fallback, _min, _max) {			\
	.name = _name, .type = XEN_KEY_U32, .rule = XEN_KEY_OPTIONAL,	\
	.offset = offsetof(struct blkfront_offer, _member),		\
	.fallback = _fallback, .min = _min, .max = _max }

static const struct xen_key offer_keys[] = {
	OFFER("multi-queue-max-queues", max_queues, 1, 1, BLKFRONT_QUEUES_MAX),
	OFFER("max-ring-page-order", max_ring_order, 0, 0,
	      XENBUS_MAX_RING_GRANT_ORDER),
	OFFER("feature-max-indirect-segments", max_indirect, 0, 0,
	      BLKFRONT_SEGMENTS_MAX),
	{ .name = "feature-persistent", .type = XEN_KEY_BOOL,
	  .offset = offsetof(struct blkfront_offer, persistent) },
};

#define GEOMETRY(_name, _type, _rule, _member, ...) {			\
	.name = _name, .type = XEN_KEY_##_type, .rule = XEN_KEY_##_rule,\
	.offset = offsetof(struct blkfront_geometry, _member),		\
	##__VA_ARGS__ }

/* Above 2^54 sectors, bytes would not fit into 63 bits. */
static const struct xen_key geometry_keys[] = {
	GEOMETRY("sectors", U64, REQUIRED, sectors, .max = 1ULL << 54),
	GEOMETRY("sector-size", U32, REQUIRED, sector_size, .min = 512,
		 .max = PAGE_SIZE),
	GEOMETRY("info", U32, REQUIRED, info),
	GEOMETRY("physical-sector-size", U32, OPTIONAL, physical_sector_size,
		 .min = 512, .max = SZ_1M),
	GEOMETRY("feature-flush-cache", BOOL, OPTIONAL, flush),
	GEOMETRY("feature-barrier", BOOL, OPTIONAL, barrier),
	GEOMETRY("feature-discard", BOOL, OPTIONAL, discard),
	GEOMETRY("discard-secure", BOOL, OPTIONAL, discard_secure),
	GEOMETRY("discard-granularity", U32, OPTIONAL, discard_granularity),
	GEOMETRY("discard-alignment", U32, OPTIONAL, discard_alignment),
	GEOMETRY("xenify-store-instance", U64, OPTIONAL, instance),
	GEOMETRY("xenify-store-past", U64, OPTIONAL, past),
	GEOMETRY("xenify-store-id", U64, OPTIONAL, id),
};

/*
 * Data is copied where that spares the backend mapping each page, and where
 * the host's tools or the guest's administrator do not trust the backend.
 */
static int blkfront_negotiate_choose_lender(struct blkfront *front,
					    const struct blkfront_offer *offer)
{
	static const struct xen_key key = {
		.name = "trusted", .type = XEN_KEY_BOOL, .fallback = 1,
	};
	struct blkfront_config *config = &front->config;
	bool trust;
	int err = xen_keys_read(front->dev, front->dev->nodename, &key, 1,
				&trust);

	if (err)
		return err;
	config->persistent = offer->persistent && feature_persistent;
	config->lender = config->persistent || !trust || !trusted ?
		&blkfront_bounce : &blkfront_direct;
	return 0;
}

/*
 * Queues that are polled come after the others, without which is no I/O. A disk
 * that exists has its hardware queues for good; if there are rings for all of
 * them, the same ones are polled.
 */
static void blkfront_negotiate_choose_queues(struct blkfront *front, u32 offered)
{
	struct blkfront_config *config = &front->config;
	u32 polled;

	config->queues = clamp(min(offered, max_queues), 1U, num_online_cpus());
	polled = min(offered - config->queues, poll_queues);
	config->queues += polled;
	if (front->disk) {
		u32 made = front->tags.nr_hw_queues;

		config->queues = min(config->queues, made);
		polled = config->queues < made || front->tags.nr_maps == 1 ?
			0 : front->tags.map[HCTX_TYPE_POLL].nr_queues;
	}
	config->poll_queues = polled;
}

/**
 * blkfront_read_offer - read what the backend can do, and choose
 * @front: the disk; its config is filled
 *
 * Return: 0 or a negative errno, reported.
 */
int blkfront_read_offer(struct blkfront *front)
{
	struct blkfront_config *config = &front->config;
	struct blkfront_offer offer;
	u32 order;
	int err;

	err = xen_keys_read(front->dev, front->dev->otherend, offer_keys,
			    ARRAY_SIZE(offer_keys), &offer);
	if (err)
		return err;

	order = min(offer.max_ring_order, max_ring_page_order);
	config->ring_pages = 1U << order;
	blkfront_negotiate_choose_queues(front, offer.max_queues);
	config->multi_queue = config->queues > 1;
	config->segments = clamp(min(offer.max_indirect, max_indirect_segments),
				 BLKIF_MAX_SEGMENTS_PER_REQUEST,
				 BLKFRONT_SEGMENTS_MAX);
	return blkfront_negotiate_choose_lender(front, &offer);
}

/* The block layer rounds to these, and takes powers of two for granted. */
static void blkfront_negotiate_check_discard(struct blkfront_geometry *geometry)
{
	u32 granularity = geometry->discard_granularity;

	if (!is_power_of_2(granularity) || granularity > SZ_1G ||
	    granularity < geometry->sector_size)
		granularity = geometry->physical_sector_size;
	geometry->discard_granularity = granularity;
	geometry->discard_alignment &= granularity - 1;
}

/**
 * blkfront_read_geometry - read what the backend says of the disk
 * @front: the disk
 * @geometry: to be filled
 *
 * Return: 0 or a negative errno, reported.
 */
int blkfront_read_geometry(struct blkfront *front,
			   struct blkfront_geometry *geometry)
{
	struct xenbus_device *dev = front->dev;
	int err;

	err = xen_keys_read(dev, dev->otherend, geometry_keys,
			    ARRAY_SIZE(geometry_keys), geometry);
	if (err)
		return err;

	if (!is_power_of_2(geometry->sector_size) ||
	    (geometry->sectors << SECTOR_SHIFT) % geometry->sector_size) {
		xen_log_error(dev, -EINVAL,
			      "%s/sector-size %u does not suit %llu sectors",
			      dev->otherend, geometry->sector_size,
			      geometry->sectors);
		return -EINVAL;
	}
	if (!is_power_of_2(geometry->physical_sector_size) ||
	    geometry->physical_sector_size < geometry->sector_size)
		geometry->physical_sector_size = geometry->sector_size;
	if (!geometry->discard)
		geometry->discard_secure = false;
	blkfront_negotiate_check_discard(geometry);
	return 0;
}

static int blkfront_negotiate_hash_node(struct blkfront *front, const char *name, u64 *hash)
{
	static const siphash_key_t key = { };
	unsigned int len;
	char *text = xenbus_read(XBT_NIL, front->dev->otherend, name, &len);
	int err = PTR_ERR_OR_ZERO(text);

	if (err)
		return err == -ENOENT ? 0 : err;
	/* Which of them it is in, counts, too. */
	*hash = siphash_2u64(*hash, siphash(text, len, &key), &key);
	kfree(text);
	return 0;
}

/**
 * blkfront_read_identity - read what tells this store from another
 * @front: the disk
 * @geometry: what the backend says of it
 * @identity: to be filled
 *
 * "params" and "physical-device" are in the backend's directory, where the
 * host's tools wrote them (blkif.h). Return: 0 or a negative errno.
 */
int blkfront_read_identity(struct blkfront *front,
			   const struct blkfront_geometry *geometry,
			   struct blkfront_identity *identity)
{
	int err;

	*identity = (struct blkfront_identity) {
		.backend = front->dev->otherend_id,
		.instance = geometry->instance,
		.past = geometry->past,
		.id = geometry->id,
		.sectors = geometry->sectors,
		.sector_size = geometry->sector_size,
		.read_only = geometry->info & VDISK_READONLY,
	};
	err = blkfront_negotiate_hash_node(front, "params", &identity->host);
	return err ?: blkfront_negotiate_hash_node(front, "physical-device", &identity->host);
}

static int blkfront_negotiate_publish_queues(struct blkfront *front, struct xenbus_transaction xbt)
{
	struct xenbus_device *dev = front->dev;
	struct xen_channel_keys keys = {
		.numbered = front->config.ring_pages > 1,
	};
	unsigned int i;
	int err;

	for (i = 0; i < front->nr_queues; i++) {
		char *dir = front->config.multi_queue ?
			kasprintf(GFP_KERNEL, "%s/queue-%u", dev->nodename, i) :
			kstrdup(dev->nodename, GFP_KERNEL);

		if (!dir)
			return -ENOMEM;
		keys.dir = dir;
		err = xen_channel_publish(&front->queues[i].channel, xbt, &keys);
		kfree(dir);
		if (err)
			return err;
	}
	return 0;
}

static int blkfront_negotiate_publish_or_not(struct xenbus_transaction xbt, const char *dir,
					     const char *name, bool tell, u32 value)
{
	if (tell)
		return xenbus_printf(xbt, dir, name, "%u", value);
	if (xenbus_exists(xbt, dir, name))
		return xenbus_rm(xbt, dir, name);
	return 0;
}

static int blkfront_negotiate_publish(struct xenbus_transaction xbt, void *owner)
{
	struct blkfront *front = owner;
	const struct blkfront_config *config = &front->config;
	const char *dir = front->dev->nodename;
	int err;

	err = xen_tie_check(&front->tie, xbt);
	if (err)
		return err;
	/*
	 * What a peer with one queue or page does not know, it is not told, nor
	 * is it misled by what the one before was told.
	 */
	err = blkfront_negotiate_publish_or_not(xbt, dir, "multi-queue-num-queues",
						config->multi_queue, front->nr_queues);
	if (err)
		return err;
	err = blkfront_negotiate_publish_or_not(xbt, dir, "ring-page-order",
						config->ring_pages > 1, ilog2(config->ring_pages));
	if (err)
		return err;
	err = xenbus_printf(xbt, dir, "protocol", "%s", XEN_IO_PROTO_ABI_NATIVE);
	if (err)
		return err;
	err = xenbus_printf(xbt, dir, "feature-persistent", "%u",
			    config->persistent);
	if (err)
		return err;
	return blkfront_negotiate_publish_queues(front, xbt);
}

/**
 * blkfront_publish - offer the rings to the backend
 * @front: the disk, its queues made
 *
 * Return: 0 or a negative errno, reported.
 */
int blkfront_publish(struct blkfront *front)
{
	return xen_keys_publish(front->dev, blkfront_negotiate_publish, front);
}
