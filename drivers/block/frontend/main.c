// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block frontend, module xen-blkfront: a guest's disks.
 *
 * Registration, probe and remove. Floor F5; called by xenbus. See front.h for the
 * other files.
 *
 * The life of a connection, and what becomes of requests when it is lost, is in
 * life.c.
 */
#include <linux/blkdev.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "front.h"
#include "../../xen/ring/keys.h"

#define XVD_MAJOR	202

static void blkfront_otherend_changed(struct xenbus_device *dev,
				      enum xenbus_state theirs)
{
	struct blkfront *front = dev_get_drvdata(&dev->dev);

	xen_peer_step(&front->tie.peer, theirs);
}

static int blkfront_read_vdev(struct xenbus_device *dev, u32 *vdev)
{
	static const struct xen_key key = {
		.name = "virtual-device", .type = XEN_KEY_U32,
	};
	static const struct xen_key extended = {
		.name = "virtual-device-ext", .type = XEN_KEY_U32,
		.rule = XEN_KEY_REQUIRED, .min = 1,
	};
	int err = xen_keys_read(dev, dev->nodename, &key, 1, vdev);

	if (err || *vdev)
		return err;
	return xen_keys_read(dev, dev->nodename, &extended, 1, vdev);
}

/*
 * In an HVM domain the emulated disks may be there as well: ours are hooked
 * only if those were unplugged, or never clash. CD-ROMs stay emulated.
 */
static bool blkfront_is_ours(struct xenbus_device *dev, u32 vdev)
{
	unsigned int len;
	bool cdrom;
	char *type;

	if (!xen_hvm_domain())
		return true;
	if (xen_has_pv_and_legacy_disk_devices() && vdev < BIT(28) &&
	    vdev >> 8 != XVD_MAJOR)
		return false;
	type = xenbus_read(XBT_NIL, dev->nodename, "device-type", &len);
	if (IS_ERR(type))
		return false;
	cdrom = !strcmp(type, "cdrom");
	kfree(type);
	return !cdrom;
}

static int blkfront_probe(struct xenbus_device *dev,
			  const struct xenbus_device_id *id)
{
	struct blkfront *front;
	u32 vdev;
	int err;

	err = blkfront_read_vdev(dev, &vdev);
	if (err)
		return err;
	if (!blkfront_is_ours(dev, vdev))
		return -ENODEV;

	front = kzalloc(sizeof(*front), GFP_KERNEL);
	if (!front)
		return -ENOMEM;
	front->dev = dev;
	front->vdev = vdev;
	INIT_WORK(&front->show, blkfront_disk_show);
	INIT_WORK(&front->follow, blkfront_disk_follow);
	dev_set_drvdata(&dev->dev, front);

	err = blkfront_life_begin(front);
	if (err)
		kfree(front);
	/* The watch on the backend's state fires next, and brings us on. */
	return err;
}

static void blkfront_remove(struct xenbus_device *dev)
{
	struct blkfront *front = dev_get_drvdata(&dev->dev);

	blkfront_life_end(front);
	blkfront_disk_put(front);
}

static int blkfront_is_ready(struct xenbus_device *dev)
{
	struct blkfront *front = dev_get_drvdata(&dev->dev);

	return front->disk && disk_live(front->disk);
}

static const struct xenbus_device_id blkfront_ids[] = {
	{ "vbd" },
	{ "" }
};

static struct xenbus_driver blkfront_driver = {
	.ids = blkfront_ids,
	.probe = blkfront_probe,
	.remove = blkfront_remove,
	.suspend = blkfront_suspend,
	.resume = blkfront_resume,
	.otherend_changed = blkfront_otherend_changed,
	.is_ready = blkfront_is_ready,
	/* The last state was written by xen_tie_cut(), into our own directory. */
	.allow_rebind = true,
	.driver = { .pm = &blkfront_pm },
};

static int __init blkfront_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	if (!xen_has_pv_disk_devices())
		return -ENODEV;
	err = register_blkdev(XVD_MAJOR, "xvd");
	if (err) {
		pr_warn("xen-blkfront: major number %d is taken (%d)\n",
			XVD_MAJOR, err);
		return -ENODEV;
	}
	blkfront_stats_init();
	err = xenbus_register_frontend(&blkfront_driver);
	if (err) {
		blkfront_stats_exit();
		unregister_blkdev(XVD_MAJOR, "xvd");
	}
	return err;
}
module_init(blkfront_init);

static void __exit blkfront_exit(void)
{
	xenbus_unregister_driver(&blkfront_driver);
	blkfront_stats_exit();
	unregister_blkdev(XVD_MAJOR, "xvd");
}
module_exit(blkfront_exit);

MODULE_DESCRIPTION("Xen block-device frontend");
MODULE_LICENSE("GPL");
MODULE_ALIAS_BLOCKDEV_MAJOR(202);
MODULE_ALIAS("xen:vbd");
MODULE_ALIAS("xenblk");
