// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network backend, module xen-netback: serves network interfaces to other
 * domains.
 *
 * Registration, probe and remove, and what the connection's state machine asks
 * for. Floor F5; called by xenbus. See back.h for the other files.
 *
 * The interface can be connected when two things have happened, in any order:
 * the frontend has published its rings, and the host's hotplug script has put
 * the interface where it belongs, and said so.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/xen.h>

#include "back.h"
#include "../../xen/ring/gone.h"

/* Longer names of scripts are not told to udev. */
#define SCRIPT_MAX	256

static int netback_prepare(struct xen_peer *peer)
{
	struct netback *back = container_of(peer, struct netback, peer);

	return netback_publish_features(back);
}

static void netback_disconnect(struct netback *back)
{
	netback_netdev_disconnect(back);
	netback_queues_destroy(back);
	netback_mcast_reset(back);
}

/* Whether the host's script has done its part. */
static bool netback_is_plugged(struct netback *back)
{
	unsigned int len;
	char *status = xenbus_read(XBT_NIL, back->dev->nodename,
				   "hotplug-status", &len);
	bool plugged;

	if (IS_ERR(status))
		return false;
	plugged = !strcmp(status, "connected");
	kfree(status);
	return plugged;
}

static int netback_connect(struct xen_peer *peer)
{
	struct netback *back = container_of(peer, struct netback, peer);
	int err;

	if (!netback_is_plugged(back))
		return -EAGAIN;
	err = netback_read_choice(back, &back->choice);
	if (err)
		return err;
	err = netback_queues_create(back);
	if (err)
		return err;
	netback_mcast_watched(&back->watch.mcast, NULL, NULL);
	netback_netdev_connect(back);
	if (!xen_log_allowed())
		return 0;
	netdev_info(back->netdev, "%u queue%s, %s%s%s\n", back->nr_queues,
		    back->nr_queues > 1 ? "s" : "",
		    back->choice.sg ? "packets in pieces" : "small packets",
		    back->choice.tso4 ? ", TSO" : "",
		    back->choice.tso6 ? ", TSO6" : "");
	return 0;
}

static int netback_lost(struct xen_peer *peer)
{
	struct netback *back = container_of(peer, struct netback, peer);

	netback_disconnect(back);
	return 0;
}

static const struct xen_peer_ops peer_ops = {
	.rows = xen_peer_back_rows,
	.count = XEN_PEER_BACK_ROWS,
	.act = {
		[XEN_PEER_PREPARE] = netback_prepare,
		[XEN_PEER_CONNECT] = netback_connect,
		[XEN_PEER_LOST] = netback_lost,
		[XEN_PEER_CLOSE] = netback_lost,
		[XEN_PEER_GONE] = netback_lost,
	},
};

static void netback_plugged(struct xenbus_watch *netback_watch, const char *path,
			    const char *token)
{
	struct netback *back = container_of(netback_watch, struct netback,
					    watch.hotplug);

	mutex_lock(&back->peer.lock);
	xen_peer_again(&back->peer);
	mutex_unlock(&back->peer.lock);
}

static void netback_remove(struct xenbus_device *dev)
{
	struct netback *back = dev_get_drvdata(&dev->dev);

	xen_watch_end(&back->watch.hotplug);
	xen_watch_end(&back->watch.mcast);
	xen_watch_end(&back->credit.watch);
	kobject_uevent(&dev->dev.kobj, KOBJ_OFFLINE);
	mutex_lock(&back->peer.lock);
	netback_disconnect(back);
	xen_peer_leave(&back->peer);
	mutex_unlock(&back->peer.lock);
	dev_set_drvdata(&dev->dev, NULL);
	/* Who has found it there is done then: partner of netback_read_name(). */
	synchronize_rcu();
	unregister_netdev(back->netdev);
	free_netdev(back->netdev);
}

static int netback_watch(struct netback *back)
{
	struct xenbus_device *dev = back->dev;
	int err;

	err = xenbus_watch_pathfmt(dev, &back->watch.hotplug, NULL, netback_plugged,
				   "%s/hotplug-status", dev->nodename);
	if (err)
		return err;
	err = xenbus_watch_pathfmt(dev, &back->credit.watch, NULL,
				   netback_credit_watched, "%s/rate",
				   dev->nodename);
	if (err)
		return err;
	return xenbus_watch_pathfmt(dev, &back->watch.mcast, xen_watch_is_idle,
				    netback_mcast_watched,
				    "%s/request-multicast-control",
				    dev->otherend);
}

static int netback_probe(struct xenbus_device *dev,
			 const struct xenbus_device_id *id)
{
	static const struct xen_key key = {
		.name = "handle", .type = XEN_KEY_U32,
		.rule = XEN_KEY_REQUIRED,
	};
	struct net_device *netdev;
	struct netback *back;
	u32 handle;
	int err;

	err = xen_keys_read(dev, dev->nodename, &key, 1, &handle);
	if (err)
		return err;
	netdev = netback_netdev_create(dev, handle);
	if (IS_ERR(netdev)) {
		xenbus_dev_error(dev, PTR_ERR(netdev),
				 "making interface vif%u.%u", dev->otherend_id,
				 handle);
		return PTR_ERR(netdev);
	}
	back = netdev_priv(netdev);
	xen_peer_init(&back->peer, dev, &peer_ops);
	dev_set_drvdata(&dev->dev, back);

	/* Watches fire once when they are set: what is there is found. */
	err = netback_watch(back);
	if (err) {
		netback_remove(dev);
		return err;
	}
	/* For hosts whose scripts are run by udev. */
	kobject_uevent(&dev->dev.kobj, KOBJ_ONLINE);
	return 0;
}

static void netback_otherend_changed(struct xenbus_device *dev,
				     enum xenbus_state theirs)
{
	struct netback *back = dev_get_drvdata(&dev->dev);

	netback_headroom_follow(back, theirs);
	xen_peer_step(&back->peer, theirs);
	/* Ends in netback_remove(), so outside of the step. */
	if (xen_peer_is_over(&back->peer))
		xen_gone_unregister(dev);
}

/*
 * Who reads the device's uevent, as udev does when it is told that it goes, has no lock
 * of it: netback_remove() waits for the grace period before it frees what is found here.
 */
static bool netback_read_name(const struct xenbus_device *dev, char *name)
{
	const struct netback *back;

	rcu_read_lock();
	back = dev_get_drvdata(&dev->dev);
	if (back)
		strscpy(name, back->netdev->name, IFNAMSIZ);
	rcu_read_unlock();
	return back;
}

/* What the scripts of the host's tools expect in their environment. */
static int netback_uevent(const struct xenbus_device *dev,
			  struct kobj_uevent_env *env)
{
	char name[IFNAMSIZ];
	unsigned int len;
	char *script;
	int err;

	script = xenbus_read(XBT_NIL, dev->nodename, "script", &len);
	if (IS_ERR(script))
		return 0;
	err = len < SCRIPT_MAX ? add_uevent_var(env, "script=%s", script) : 0;
	kfree(script);
	if (err || !netback_read_name(dev, name))
		return err;
	return add_uevent_var(env, "vif=%s", name);
}

static const struct xenbus_device_id netback_ids[] = {
	{ "vif" },
	{ "" }
};

static struct xenbus_driver netback_driver = {
	.ids = netback_ids,
	.probe = netback_probe,
	.remove = netback_remove,
	.otherend_changed = netback_otherend_changed,
	.uevent = netback_uevent,
	.allow_rebind = true,
};

static int __init netback_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	err = netback_control_init();
	if (err)
		return err;
	err = xenbus_register_backend(&netback_driver);
	if (err)
		netback_control_exit();
	return err;
}
module_init(netback_init);

static void __exit netback_exit(void)
{
	xenbus_unregister_driver(&netback_driver);
	netback_control_exit();
}
module_exit(netback_exit);

MODULE_DESCRIPTION("Xen network-device backend");
MODULE_LICENSE("GPL");
MODULE_ALIAS("xen-backend:vif");
