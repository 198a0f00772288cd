// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network frontend, module xen-netfront: a guest's network interfaces.
 *
 * Registration, probe and remove. Floor F5; called by xenbus. See front.h for the
 * other files.
 *
 * The life of a connection, and what becomes of packets when it is lost, is in
 * life.c.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "front.h"

static void netfront_otherend_changed(struct xenbus_device *dev,
				      enum xenbus_state theirs)
{
	struct netfront *front = dev_get_drvdata(&dev->dev);

	xen_peer_step(&front->tie.peer, theirs);
}

static int netfront_probe(struct xenbus_device *dev,
			  const struct xenbus_device_id *id)
{
	struct net_device *netdev = netfront_netdev_create(dev);
	struct netfront *front;
	int err;

	if (IS_ERR(netdev))
		return PTR_ERR(netdev);
	front = netdev_priv(netdev);
	dev_set_drvdata(&dev->dev, front);

	err = netfront_life_begin(front);
	if (err)
		netfront_netdev_destroy(front);
	/* The watch on the backend's state fires next, and brings us on. */
	return err;
}

static void netfront_remove(struct xenbus_device *dev)
{
	struct netfront *front = dev_get_drvdata(&dev->dev);

	netfront_life_end(front);
	netfront_netdev_destroy(front);
}

static int netfront_is_ready(struct xenbus_device *dev)
{
	struct netfront *front = dev_get_drvdata(&dev->dev);

	return front->is.shown;
}

static const struct xenbus_device_id netfront_ids[] = {
	{ "vif" },
	{ "" }
};

static struct xenbus_driver netfront_driver = {
	.ids = netfront_ids,
	.probe = netfront_probe,
	.remove = netfront_remove,
	.suspend = netfront_suspend,
	.resume = netfront_resume,
	.otherend_changed = netfront_otherend_changed,
	.is_ready = netfront_is_ready,
	/* The last state was written by xen_tie_cut(), into our own directory. */
	.allow_rebind = true,
	.driver = { .pm = &netfront_pm },
};

static int __init netfront_init(void)
{
	/* Pages are granted whole, and cut where one ends. */
	BUILD_BUG_ON(PAGE_SIZE != XEN_PAGE_SIZE);
	if (!xen_domain())
		return -ENODEV;
	if (!xen_has_pv_nic_devices())
		return -ENODEV;
	return xenbus_register_frontend(&netfront_driver);
}
module_init(netfront_init);

static void __exit netfront_exit(void)
{
	xenbus_unregister_driver(&netfront_driver);
}
module_exit(netfront_exit);

MODULE_DESCRIPTION("Xen network-device frontend");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen:vif");
MODULE_ALIAS("xennet");
