// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block backend, module xen-blkback: serves disks to other domains.
 *
 * Registration, probe and remove, and what the connection's state machine asks
 * for. Floor F5; called by xenbus. See back.h for the other files.
 *
 * A disk can be connected when two things have happened, in any order: the
 * frontend has published its rings, and the host's hotplug script has named
 * what serves it.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/xen.h>

#include "back.h"
#include "keep.h"

static void set_limits(struct blkback *back)
{
	const struct blkback_store *store = &back->store;

	back->limits = (struct blkback_limits) {
		.sectors = blkback_store_sectors(store),
		.block_size = store->block_size,
		.segments = back->offer.segments,
		.read_only = store->read_only || store->cdrom,
		.flush = back->offer.flush,
		.discard = back->offer.discard && store->discard &&
			   !store->read_only,
		.discard_secure = back->offer.discard &&
				  store->discard_secure && !store->read_only,
	};
}

static int prepare(struct xen_peer *peer)
{
	struct blkback *back = container_of(peer, struct blkback, peer);

	return blkback_publish_features(back);
}

/*
 * Rings of a frontend that was connected before, and whose requests are not for
 * this store, are not served: it closes them, and connects anew.
 */
static int check_rings(struct blkback *back)
{
	int err;

	if (back->peer.theirs != XenbusStateConnected)
		return 0;
	err = blkback_check_store(back);
	if (err == -ESTALE)
		dev_warn(&back->dev->dev,
			 "%s is another store than the one that the frontend is connected to\n",
			 back->store.name);
	return err;
}

static int connect(struct xen_peer *peer)
{
	struct blkback *back = container_of(peer, struct blkback, peer);
	struct blkback_choice choice;
	int err;

	if (!back->store.ops)
		return -EAGAIN;
	err = check_rings(back);
	if (err)
		return err;
	err = blkback_read_choice(back, &choice);
	if (err)
		return err;
	set_limits(back);
	err = blkback_publish_disk(back);
	if (err)
		return err;
	err = blkback_queues_create(back, &choice);
	if (err)
		return err;
	if (!xen_may_complain())
		return 0;
	dev_info(&back->dev->dev, "serving %s: %llu sectors, %u queue%s, %u page%s each%s%s\n",
		 back->store.name, back->limits.sectors, back->nr_queues,
		 back->nr_queues > 1 ? "s" : "", 1U << choice.ring_order,
		 choice.ring_order ? "s" : "",
		 back->limits.read_only ? ", read-only" : "",
		 back->store.cached ? ", cached" : "");
	return 0;
}

static int disconnect(struct xen_peer *peer)
{
	struct blkback *back = container_of(peer, struct blkback, peer);

	blkback_queues_destroy(back);
	return 0;
}

static const struct xen_peer_ops peer_ops = {
	.rows = xen_peer_back_rows,
	.count = XEN_PEER_BACK_ROWS,
	.act = {
		[XEN_PEER_PREPARE] = prepare,
		[XEN_PEER_CONNECT] = connect,
		[XEN_PEER_LOST] = disconnect,
		[XEN_PEER_GONE] = disconnect,
	},
};

/* Upstream's frontends read the size again when they see us connect again. */
static void resize(struct work_struct *work)
{
	struct blkback *back = container_of(work, struct blkback, resize);
	struct xenbus_device *dev = back->dev;
	u64 sectors;

	mutex_lock(&back->peer.lock);
	sectors = blkback_store_sectors(&back->store);
	if (dev->state == XenbusStateConnected &&
	    sectors != back->limits.sectors) {
		dev_info(&dev->dev, "%s has %llu sectors, had %llu\n",
			 back->store.name, sectors, back->limits.sectors);
		WRITE_ONCE(back->limits.sectors, sectors);
		if (!blkback_publish_disk(back))
			xenbus_printf(XBT_NIL, dev->nodename, "state", "%d",
				      XenbusStateConnected);
	}
	mutex_unlock(&back->peer.lock);
}

/* The hotplug script has named something; it does so once. */
static void store_named(struct blkback *back)
{
	int err;

	mutex_lock(&back->peer.lock);
	if (!back->store.ops) {
		err = blkback_store_open(&back->store, back->dev);
		if (!err)
			xen_peer_again(&back->peer);
		else if (err != -EAGAIN)
			xenbus_switch_state(back->dev, XenbusStateClosing);
	}
	mutex_unlock(&back->peer.lock);
}

static void device_named(struct xenbus_watch *watch, const char *path,
			 const char *token)
{
	store_named(container_of(watch, struct blkback, device_watch));
}

static void path_named(struct xenbus_watch *watch, const char *path,
		       const char *token)
{
	store_named(container_of(watch, struct blkback, path_watch));
}

static void blkback_remove(struct xenbus_device *dev)
{
	struct blkback *back = dev_get_drvdata(&dev->dev);

	xen_watch_end(&back->device_watch);
	xen_watch_end(&back->path_watch);
	mutex_lock(&back->peer.lock);
	blkback_queues_destroy(back);
	xen_peer_leave(&back->peer);
	mutex_unlock(&back->peer.lock);
	/* No thread is left to ask for it again. */
	cancel_work_sync(&back->resize);
	blkback_store_close(&back->store);
	mutex_lock(&back->peer.lock);
	blkback_cgroup_set(back, "");
	mutex_unlock(&back->peer.lock);
	kfree(back);
}

static int blkback_probe(struct xenbus_device *dev,
			 const struct xenbus_device_id *id)
{
	struct blkback *back;
	int err;

	back = kzalloc(sizeof(*back), GFP_KERNEL);
	if (!back)
		return -ENOMEM;
	back->dev = dev;
	INIT_WORK(&back->resize, resize);
	xen_peer_init(&back->peer, dev, &peer_ops);
	dev_set_drvdata(&dev->dev, back);

	/* Watches fire once when they are set: what is there is found. */
	err = xenbus_watch_pathfmt(dev, &back->device_watch, NULL, device_named,
				   "%s/physical-device", dev->nodename);
	if (!err)
		err = xenbus_watch_pathfmt(dev, &back->path_watch, NULL,
					   path_named,
					   "%s/physical-device-path",
					   dev->nodename);
	if (err)
		blkback_remove(dev);
	return err;
}

static void blkback_otherend_changed(struct xenbus_device *dev,
				     enum xenbus_state theirs)
{
	struct blkback *back = dev_get_drvdata(&dev->dev);

	xen_peer_step(&back->peer, theirs);
	/* Ends in blkback_remove(), so outside of the step. */
	if (xen_peer_is_over(&back->peer))
		device_unregister(&dev->dev);
}

static const struct xenbus_device_id blkback_ids[] = {
	{ "vbd" },
	{ "" }
};

static struct xenbus_driver blkback_driver = {
	.ids = blkback_ids,
	.probe = blkback_probe,
	.remove = blkback_remove,
	.otherend_changed = blkback_otherend_changed,
	.allow_rebind = true,
	.driver = { .dev_groups = blkback_groups },
};

static int __init blkback_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	err = blkback_keep_init();
	if (err)
		return err;
	err = xenbus_register_backend(&blkback_driver);
	if (err)
		blkback_keep_exit();
	return err;
}
module_init(blkback_init);

static void __exit blkback_exit(void)
{
	xenbus_unregister_driver(&blkback_driver);
	blkback_keep_exit();
}
module_exit(blkback_exit);

MODULE_DESCRIPTION("Xen block-device backend");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:vbd");
