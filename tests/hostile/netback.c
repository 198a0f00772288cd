// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hostile network backend, in Dom0: its rings. Floor F6; called by xenbus and
 * by the acts of every backend (host.h).
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <xen/events.h>

#include "netback.h"

static const struct hostile_act acts[] = {
	{ "packets", 1000, netback_play_packets },
	{ "breaks", 1, netback_play_breaks },
	{ "statuses", 1000, netback_play_statuses },
	{ "hold", 2000, netback_play_hold },
	{ "storm", 10000, host_play_storm },
	{ "keys", 1, netback_play_keys },
	{ "live", 1, netback_play_live },
	{ "states", 1, host_play_states },
	{ }
};

static irqreturn_t interrupt(int irq, void *arg)
{
	host_wake(arg);
	return IRQ_HANDLED;
}

static void disconnect(struct hostile_host *host)
{
	struct netback_link *link = &netback_of(host)->link;

	if (link->irq)
		unbind_from_irqhandler(link->irq, host);
	if (link->rx_page)
		xenbus_unmap_ring_vfree(host->dev, link->rx_page);
	if (link->tx_page)
		xenbus_unmap_ring_vfree(host->dev, link->tx_page);
	*link = (struct netback_link) { };
	netback_of(host)->nr_ops = 0;
}

static void notify(struct hostile_host *host)
{
	struct netback_link *link = &netback_of(host)->link;

	if (link->irq)
		notify_remote_via_irq(link->irq);
}

static int map(struct hostile_host *host, unsigned int tx_ref,
	       unsigned int rx_ref)
{
	struct netback_link *link = &netback_of(host)->link;
	struct xenbus_device *dev = host->dev;
	void *page;
	int err;

	err = xenbus_map_ring_valloc(dev, &tx_ref, 1, &page);
	if (err)
		return err;
	link->tx_page = page;
	err = xenbus_map_ring_valloc(dev, &rx_ref, 1, &page);
	if (err)
		return err;
	link->rx_page = page;
	BACK_RING_ATTACH(&link->tx, link->tx_page, link->tx_page->rsp_prod,
			 PAGE_SIZE);
	BACK_RING_ATTACH(&link->rx, link->rx_page, link->rx_page->rsp_prod,
			 PAGE_SIZE);
	return 0;
}

static int bind(struct hostile_host *host, unsigned int port)
{
	return bind_interdomain_evtchn_to_irqhandler_lateeoi(host->dev, port,
							     interrupt, 0,
							     "vif-hostile", host);
}

static int connect(struct hostile_host *host)
{
	unsigned int tx_ref, rx_ref, port;
	int err;

	err = xenbus_gather(XBT_NIL, host->dev->otherend, "tx-ring-ref", "%u",
			    &tx_ref, "rx-ring-ref", "%u", &rx_ref,
			    "event-channel", "%u", &port, NULL);
	if (!err)
		err = map(host, tx_ref, rx_ref);
	if (!err)
		err = bind(host, port);
	if (err < 0) {
		disconnect(host);
		return err;
	}
	netback_of(host)->link.irq = err;
	return 0;
}

static const struct host_ops host_ops = {
	.early = true,
	.features = netback_publish_features,
	.truth = netback_publish_features,
	.connect = connect,
	.disconnect = disconnect,
	.notify = notify,
	.serve = netback_serve,
	.works = netback_works,
};

static void free_back(struct hostile_netback *back)
{
	int i;

	for (i = 0; i < FRAME_KINDS; i++)
		free_page((unsigned long)back->frames[i]);
	kvfree(back->ops);
	kfree(back);
}

static int make_room(struct hostile_netback *back)
{
	int i;

	back->ops = kvcalloc(NETBACK_SLOTS, sizeof(*back->ops), GFP_KERNEL);
	if (!back->ops)
		return -ENOMEM;
	for (i = 0; i < FRAME_KINDS; i++) {
		back->frames[i] = (void *)get_zeroed_page(GFP_KERNEL);
		if (!back->frames[i])
			return -ENOMEM;
		frame_fill(back->frames[i], i);
	}
	return 0;
}

static void netback_remove(struct xenbus_device *dev)
{
	struct hostile_netback *back = netback_of(dev_get_drvdata(&dev->dev));

	host_end(&back->host);
	free_back(back);
}

static int netback_probe(struct xenbus_device *dev,
			 const struct xenbus_device_id *id)
{
	struct hostile_netback *back = kzalloc(sizeof(*back), GFP_KERNEL);
	int err;

	if (!back)
		return -ENOMEM;
	err = make_room(back);
	if (!err)
		err = host_begin(&back->host, dev, &host_ops, acts);
	if (err)
		free_back(back);
	return err;
}

static const struct xenbus_device_id ids[] = {
	{ "vif" },
	{ "" }
};

static struct xenbus_driver netback_driver = {
	.name = "vif-hostile",
	.ids = ids,
	.probe = netback_probe,
	.remove = netback_remove,
	.otherend_changed = host_otherend_changed,
	.allow_rebind = true,
};

/**
 * hostile_netback_register - offer the hostile network backend to xenbus
 *
 * Return: 0 or a negative errno.
 */
int hostile_netback_register(void)
{
	return xenbus_register_backend(&netback_driver);
}

/**
 * hostile_netback_unregister - no more of it
 */
void hostile_netback_unregister(void)
{
	xenbus_unregister_driver(&netback_driver);
}
