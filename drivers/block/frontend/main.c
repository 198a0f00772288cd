// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block frontend, module xen-blkfront: a guest's disks.
 *
 * Registration, probe and remove, and what the connection's state machine asks
 * for. Floor F5; called by xenbus. See front.h for the other files.
 *
 * Losing the backend is an ordinary event: queues are made quiet, what is in
 * flight goes back to blk-mq in order, and is sent again when a backend is
 * there. Data pages stay where they are, so nothing needs to be remembered.
 */
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <xen/platform_pci.h>
#include <xen/xen.h>

#include "front.h"
#include "../../xen/ring/keys.h"

#define XVD_MAJOR	202

/* How soon to look again whether a backend has let go of pages. */
#define RETRY_DELAY	(HZ / 2)

/* How long remove() waits for that: 5 seconds in all. */
#define SHUT_TRIES	100
#define SHUT_DELAY_MS	50

static void quiet(struct blkfront *front)
{
	unsigned int i;

	if (front->disk && !front->is.quiet) {
		blk_mq_quiesce_queue(front->disk->queue);
		front->is.quiet = true;
	}
	for (i = 0; i < front->nr_queues; i++)
		xen_channel_deafen(&front->queues[i].channel);
}

static void resume(struct blkfront *front)
{
	if (!front->is.quiet)
		return;
	front->is.quiet = false;
	blk_mq_unquiesce_queue(front->disk->queue);
	blk_mq_kick_requeue_list(front->disk->queue);
}

/* Takes the rings down; -EAGAIN while the backend keeps pages mapped. */
static int disconnect(struct blkfront *front, bool force)
{
	unsigned int i;

	quiet(front);
	for (i = 0; i < front->nr_queues; i++) {
		int err = blkfront_queue_reclaim(&front->queues[i], force);

		if (err) {
			mod_delayed_work(system_wq, &front->recover,
					 RETRY_DELAY);
			return err;
		}
	}
	blkfront_queues_destroy(front);
	front->is.broken = false;
	return 0;
}

/* Fails what is in flight and what comes, and takes the disk from its users. */
static int shut(struct blkfront *front, bool force)
{
	int err;

	WRITE_ONCE(front->is.dead, true);
	err = disconnect(front, force);
	if (err)
		return err;
	if (front->disk) {
		resume(front);
		blkfront_disk_remove(front);
	}
	return 0;
}

/*
 * The device goes whatever the backend does. One that is going, too, may still
 * be about to let go of pages; it is given time for that.
 */
static void shut_for_good(struct blkfront *front)
{
	int tries = SHUT_TRIES;

	while (shut(front, !tries) && tries--)
		msleep(SHUT_DELAY_MS);
}

static int prepare(struct xen_peer *peer)
{
	struct blkfront *front = container_of(peer, struct blkfront, peer);
	int err;

	err = blkfront_read_offer(front);
	if (err)
		return err;
	/* A disk that exists has its hardware queues for good. */
	if (front->disk)
		front->config.queues = front->tags.nr_hw_queues;
	err = blkfront_queues_create(front);
	if (err)
		return err;
	err = blkfront_publish(front);
	if (err)
		blkfront_queues_destroy(front);
	return err;
}

static int connect(struct xen_peer *peer)
{
	struct blkfront *front = container_of(peer, struct blkfront, peer);
	struct blkfront_geometry geometry;
	int err;

	err = blkfront_read_geometry(front, &geometry);
	if (err)
		return err;
	if (front->disk) {
		err = blkfront_disk_update(front, &geometry);
		if (err)
			return err;
		xenbus_switch_state(front->dev, XenbusStateConnected);
		resume(front);
		return 0;
	}
	front->geometry = geometry;
	err = blkfront_disk_create(front);
	if (err)
		return err;
	/*
	 * Our state first: showing the disk reads its partitions, and a
	 * backend need not answer before it sees us connected.
	 */
	xenbus_switch_state(front->dev, XenbusStateConnected);
	schedule_work(&front->show);
	return 0;
}

static int update(struct xen_peer *peer)
{
	struct blkfront *front = container_of(peer, struct blkfront, peer);
	struct blkfront_geometry geometry;

	if (blkfront_read_geometry(front, &geometry))
		return -EAGAIN;
	return blkfront_disk_update(front, &geometry) ? -EAGAIN : 0;
}

static int lost(struct xen_peer *peer)
{
	struct blkfront *front = container_of(peer, struct blkfront, peer);

	dev_info(&front->dev->dev, "backend starts anew, so do we\n");
	quiet(front);
	front->is.renew = true;
	return 0;
}

static int close(struct xen_peer *peer)
{
	struct blkfront *front = container_of(peer, struct blkfront, peer);

	if (front->is.renew)
		return 0;
	if (blkfront_disk_is_open(front) && system_state == SYSTEM_RUNNING) {
		dev_warn(&front->dev->dev,
			 "%s is in use; it is detached when it is closed\n",
			 front->disk->disk_name);
		return -EBUSY;
	}
	if (shut(front, false))
		return -EAGAIN;
	complete(&front->dev->down);
	return 0;
}

static int gone(struct xen_peer *peer)
{
	struct blkfront *front = container_of(peer, struct blkfront, peer);

	if (front->is.renew)
		return 0;
	if (shut(front, false))
		return -EAGAIN;
	complete(&front->dev->down);
	return 0;
}

static int renew(struct xen_peer *peer)
{
	struct blkfront *front = container_of(peer, struct blkfront, peer);
	int err;

	if (!front->is.renew)
		return -EBUSY;
	err = disconnect(front, false);
	/* One attempt: a backend that closes now means it. */
	if (!err)
		front->is.renew = false;
	return err;
}

static const struct xen_peer_ops peer_ops = {
	.rows = xen_peer_front_rows,
	.count = XEN_PEER_FRONT_ROWS,
	.act = {
		[XEN_PEER_PREPARE] = prepare,
		[XEN_PEER_CONNECT] = connect,
		[XEN_PEER_UPDATE] = update,
		[XEN_PEER_LOST] = lost,
		[XEN_PEER_CLOSE] = close,
		[XEN_PEER_GONE] = gone,
		[XEN_PEER_RENEW] = renew,
	},
};

static void recover(struct work_struct *work)
{
	struct blkfront *front = container_of(to_delayed_work(work),
					      struct blkfront, recover);

	mutex_lock(&front->peer.lock);
	if (front->dev && front->is.broken && !front->is.renew && !front->is.dead) {
		quiet(front);
		front->is.renew = true;
		xenbus_switch_state(front->dev, XenbusStateClosing);
	}
	if (front->dev)
		xen_peer_again(&front->peer);
	mutex_unlock(&front->peer.lock);
}

/**
 * blkfront_recover - a ring is broken: close, and connect anew
 * @front: the disk
 *
 * Context: any.
 */
void blkfront_recover(struct blkfront *front)
{
	WRITE_ONCE(front->is.broken, true);
	mod_delayed_work(system_wq, &front->recover, 0);
}

static void blkfront_otherend_changed(struct xenbus_device *dev,
				      enum xenbus_state theirs)
{
	struct blkfront *front = dev_get_drvdata(&dev->dev);

	xen_peer_step(&front->peer, theirs);
}

static int read_vdev(struct xenbus_device *dev, u32 *vdev)
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
static bool is_ours(struct xenbus_device *dev, u32 vdev)
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

	err = read_vdev(dev, &vdev);
	if (err)
		return err;
	if (!is_ours(dev, vdev))
		return -ENODEV;

	front = kzalloc(sizeof(*front), GFP_KERNEL);
	if (!front)
		return -ENOMEM;
	front->dev = dev;
	front->vdev = vdev;
	INIT_DELAYED_WORK(&front->recover, recover);
	INIT_WORK(&front->show, blkfront_disk_show);
	xen_peer_init(&front->peer, dev, &peer_ops);
	dev_set_drvdata(&dev->dev, front);

	/* A driver that was unbound, or unloaded, left its last state behind. */
	if (dev->state != XenbusStateInitialising)
		xenbus_switch_state(dev, XenbusStateInitialising);
	/* The watch on the backend's state fires next, and brings us on. */
	return 0;
}

static void blkfront_remove(struct xenbus_device *dev)
{
	struct blkfront *front = dev_get_drvdata(&dev->dev);

	mutex_lock(&front->peer.lock);
	shut_for_good(front);
	front->dev = NULL;
	mutex_unlock(&front->peer.lock);

	cancel_delayed_work_sync(&front->recover);
	blkfront_disk_put(front);
}

/* After a restore: same domain, same requests, perhaps another backend. */
static int blkfront_resume(struct xenbus_device *dev)
{
	struct blkfront *front = dev_get_drvdata(&dev->dev);
	int err;

	mutex_lock(&front->peer.lock);
	front->is.renew = false;
	err = disconnect(front, true);
	mutex_unlock(&front->peer.lock);
	return err;
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
	.resume = blkfront_resume,
	.otherend_changed = blkfront_otherend_changed,
	.is_ready = blkfront_is_ready,
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
	err = xenbus_register_frontend(&blkfront_driver);
	if (err)
		unregister_blkdev(XVD_MAJOR, "xvd");
	return err;
}
module_init(blkfront_init);

static void __exit blkfront_exit(void)
{
	xenbus_unregister_driver(&blkfront_driver);
	unregister_blkdev(XVD_MAJOR, "xvd");
}
module_exit(blkfront_exit);

MODULE_DESCRIPTION("Xen block-device frontend");
MODULE_LICENSE("GPL");
MODULE_ALIAS_BLOCKDEV_MAJOR(202);
MODULE_ALIAS("xen:vbd");
MODULE_ALIAS("xenblk");
