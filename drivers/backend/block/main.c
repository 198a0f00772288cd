// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block backend, module xen-blkback: serves disks to other domains.
 *
 * Registration, probe and remove. Floor F5; called by xenbus, and by xenwatch for
 * the nodes that are watched. See back.h for the other files.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <xen/xen.h>

#include "back.h"
#include "../../xen/ring/gone.h"
#include "persistent.h"

static void blkback_device_named(struct xenbus_watch *watch, const char *path,
				 const char *token)
{
	blkback_life_named(container_of(watch, struct blkback,
					watch.device));
}

static void blkback_path_named(struct xenbus_watch *watch, const char *path,
			       const char *token)
{
	blkback_life_named(container_of(watch, struct blkback,
					watch.path));
}

/* Ends in blkback_remove(), so without the connection's lock. */
static void blkback_end_if_over(struct blkback *back)
{
	if (xen_peer_is_over(&back->peer) && !xen_gone_unregister(back->dev))
		blkback_life_over(back);
}

/* Our own state: what is done in a work ends in xenwatch, as everything else. */
static void blkback_state_written(struct xenbus_watch *watch, const char *path,
				  const char *token)
{
	struct blkback *back = container_of(watch, struct blkback, watch.state);

	blkback_life_state_written(back);
	blkback_end_if_over(back);
}

static void blkback_remove(struct xenbus_device *dev)
{
	struct blkback *back = dev_get_drvdata(&dev->dev);

	xen_watch_end(&back->watch.device);
	xen_watch_end(&back->watch.path);
	xen_watch_end(&back->watch.state);
	blkback_life_end(back);
}

static int blkback_probe(struct xenbus_device *dev,
			 const struct xenbus_device_id *id)
{
	struct blkback *back = blkback_life_begin(dev);
	int err;

	if (!back)
		return -ENOMEM;
	dev_set_drvdata(&dev->dev, back);

	/* Watches fire once when they are set: what is there is found. */
	err = xenbus_watch_pathfmt(dev, &back->watch.device, NULL,
				   blkback_device_named, "%s/physical-device",
				   dev->nodename);
	if (!err)
		err = xenbus_watch_pathfmt(dev, &back->watch.path, NULL,
					   blkback_path_named,
					   "%s/physical-device-path",
					   dev->nodename);
	if (!err)
		err = xenbus_watch_pathfmt(dev, &back->watch.state, NULL,
					   blkback_state_written, "%s/state",
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
	blkback_end_if_over(back);
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
	err = blkback_life_init();
	if (err)
		return err;
	err = blkback_persistent_init();
	if (!err)
		err = xenbus_register_backend(&blkback_driver);
	if (err) {
		blkback_persistent_exit();
		blkback_life_exit();
	}
	return err;
}
module_init(blkback_init);

static void __exit blkback_exit(void)
{
	xenbus_unregister_driver(&blkback_driver);
	blkback_life_exit();
	blkback_persistent_exit();
}
module_exit(blkback_exit);

MODULE_DESCRIPTION("Xen block-device backend");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:vbd");
