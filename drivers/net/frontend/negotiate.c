// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the backend can do, and what we choose: the network frontend's xenstore
 * keys. Floor F5; called by life.c and netdev.c. The keys are those of netif.h.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "front.h"
#include "../../xen/ring/keys.h"

static unsigned int max_queues;
module_param(max_queues, uint, 0444);
MODULE_PARM_DESC(max_queues,
		 "Most queues per interface, if the backend allows (default: one per CPU, at most 8)");

#define QUEUES_DEFAULT	8U

#define OFFER(_name, _type, _member, ...) {				\
	.name = _name, .type = XEN_KEY_##_type,				\
	.offset = offsetof(struct netfront_offer, _member), ##__VA_ARGS__ }

static const struct xen_key offer_keys[] = {
	OFFER("multi-queue-max-queues", U32, max_queues, .fallback = 1,
	      .min = 1, .max = NETFRONT_QUEUES_MAX),
	OFFER("feature-rx-copy", BOOL, rx_copy),
	OFFER("feature-ctrl-ring", BOOL, ctrl),
	OFFER("feature-split-event-channels", BOOL, split),
	OFFER("feature-sg", BOOL, sg),
	OFFER("feature-gso-tcpv4", BOOL, tso4),
	OFFER("feature-gso-tcpv6", BOOL, tso6),
	OFFER("feature-no-csum-offload", BOOL, no_csum4),
	OFFER("feature-ipv6-csum-offload", BOOL, csum6),
	OFFER("feature-multicast-control", BOOL, mcast),
	OFFER("feature-dynamic-multicast-control", BOOL, mcast_dynamic),
	OFFER("mtu", U32, mtu, .max = XEN_NETIF_MAX_TX_SIZE),
};

/* What we take, whatever the backend is. */
struct netfront_wish {
	bool rx_copy;
	bool rx_notify;
	bool sg;
	bool tso4;
	bool tso6;
	bool no_csum4;
	bool csum6;
	bool mcast;
};

#define WISH(_name, _type, _member) {					\
	.name = _name, .type = XEN_KEY_##_type,				\
	.offset = offsetof(struct netfront_wish, _member) }

static const struct xen_key wish_keys[] = {
	WISH("request-rx-copy", BOOL, rx_copy),
	WISH("feature-rx-notify", BOOL, rx_notify),
	WISH("feature-sg", BOOL, sg),
	WISH("feature-gso-tcpv4", BOOL, tso4),
	WISH("feature-gso-tcpv6", BOOL, tso6),
	WISH("feature-no-csum-offload", BOOL, no_csum4),
	WISH("feature-ipv6-csum-offload", BOOL, csum6),
	/* Not before the backend has been told what passes: mcast.c. */
	WISH("request-multicast-control", BOOL, mcast),
};

/**
 * netfront_queues_wanted - how many queues an interface should have
 */
u32 netfront_queues_wanted(void)
{
	u32 queues = max_queues ?: min(num_online_cpus(), QUEUES_DEFAULT);

	return min(queues, NETFRONT_QUEUES_MAX);
}

/**
 * netfront_read_offer - read what the backend can do
 * @front: the interface; its offer is filled
 *
 * Return: 0 or a negative errno, reported.
 */
int netfront_read_offer(struct netfront *front)
{
	struct xenbus_device *dev = front->dev;
	int err;

	err = xen_keys_read(dev, dev->otherend, offer_keys,
			    ARRAY_SIZE(offer_keys), &front->offer);
	if (err)
		return err;
	if (!front->offer.rx_copy) {
		xen_log_error(dev, -EOPNOTSUPP,
			      "%s/feature-rx-copy is not 1: pages are never exchanged",
			      dev->otherend);
		return -EOPNOTSUPP;
	}
	return 0;
}

/**
 * netfront_read_mac - read the interface's address
 * @dev: the device
 * @addr: to be filled
 *
 * Return: 0 or a negative errno, reported.
 */
int netfront_read_mac(struct xenbus_device *dev, u8 *addr)
{
	static const struct xen_key key = {
		.name = "mac", .type = XEN_KEY_TEXT, .rule = XEN_KEY_REQUIRED,
	};
	char text[XEN_KEY_TEXT_MAX];
	int err;

	err = xen_keys_read(dev, dev->nodename, &key, 1, text);
	if (err)
		return err;
	if (!mac_pton(text, addr) || !is_valid_ether_addr(addr)) {
		xenbus_dev_error(dev, -EINVAL, "%s/mac \"%s\" is no address",
				 dev->nodename, text);
		return -EINVAL;
	}
	return 0;
}

static int netfront_negotiate_remove(struct xenbus_transaction xbt, const char *dir,
				     const char * const *names, size_t count)
{
	size_t i;
	int err = 0;

	for (i = 0; i < count && !err; i++)
		if (xenbus_exists(xbt, dir, names[i]))
			err = xenbus_rm(xbt, dir, names[i]);
	return err;
}

/* A backend looks for these first: those of another one must not stay. */
static int netfront_negotiate_unpublish_split(struct xenbus_transaction xbt, const char *dir)
{
	static const char * const names[] = {
		"event-channel-tx", "event-channel-rx",
	};

	return netfront_negotiate_remove(xbt, dir, names, ARRAY_SIZE(names));
}

static int netfront_negotiate_publish_queue(const struct netfront_queue *queue,
					    struct xenbus_transaction xbt, const char *dir)
{
	struct xen_channel_keys keys = {
		.dir = dir,
		.ref = "tx-ring-ref",
		.port = queue->rx.channel.port ? "event-channel-tx" :
						 "event-channel",
	};
	int err = queue->rx.channel.port ? 0 : netfront_negotiate_unpublish_split(xbt, dir);

	if (err)
		return err;
	err = xen_channel_publish(&queue->tx.channel, xbt, &keys);
	if (err)
		return err;
	keys.ref = "rx-ring-ref";
	keys.port = "event-channel-rx";
	return xen_channel_publish(&queue->rx.channel, xbt, &keys);
}

static int netfront_negotiate_publish_queues(struct netfront *front, struct xenbus_transaction xbt)
{
	const char *node = front->dev->nodename;
	unsigned int i;
	int err;

	if (front->nr_queues == 1)
		return netfront_negotiate_publish_queue(&front->queues[0], xbt, node);
	for (i = 0; i < front->nr_queues; i++) {
		char *dir = kasprintf(GFP_KERNEL, "%s/queue-%u", node, i);

		if (!dir)
			return -ENOMEM;
		err = netfront_negotiate_publish_queue(&front->queues[i], xbt, dir);
		kfree(dir);
		if (err)
			return err;
	}
	return 0;
}

/*
 * An XDP program is to see packets as they are on a wire. The number of queues of
 * a connection with more than this one must not stay.
 */
static int netfront_negotiate_publish(struct xenbus_transaction xbt, void *owner)
{
	struct netfront *front = owner;
	const char *node = front->dev->nodename;
	bool plain = rcu_access_pointer(front->prog);
	struct netfront_wish wish = {
		.rx_copy = true,
		.rx_notify = true,
		.sg = true,
		.tso4 = !plain,
		.tso6 = !plain,
		.no_csum4 = plain,
		.csum6 = !plain,
	};
	int err;

	err = xen_tie_check(&front->tie, xbt);
	if (err)
		return err;
	front->is.plain = plain;
	err = xen_keys_write(xbt, node, wish_keys, ARRAY_SIZE(wish_keys),
			     &wish);
	if (err)
		return err;
	if (front->offer.max_queues > 1)
		err = xenbus_printf(xbt, node, "multi-queue-num-queues", "%u",
				    front->nr_queues);
	else if (xenbus_exists(xbt, node, "multi-queue-num-queues"))
		err = xenbus_rm(xbt, node, "multi-queue-num-queues");
	if (!err)
		err = netfront_ctrl_publish(front, xbt);
	return err ?: netfront_negotiate_publish_queues(front, xbt);
}

/**
 * netfront_publish - offer the rings to the backend
 * @front: the interface, its queues made
 *
 * Return: 0 or a negative errno, reported.
 */
int netfront_publish(struct netfront *front)
{
	return xen_keys_publish(front->dev, netfront_negotiate_publish, front);
}

static int netfront_negotiate_unpublish(struct xenbus_transaction xbt, void *owner)
{
	static const char * const names[] = {
		"ctrl-ring-ref", "event-channel-ctrl", "request-multicast-control",
	};
	struct netfront *front = owner;
	int err = xen_tie_check(&front->tie, xbt);

	return err ?: netfront_negotiate_remove(xbt, front->dev->nodename, names,
						ARRAY_SIZE(names));
}

/**
 * netfront_unpublish - leave nothing that another driver would not take back
 * @front: the interface, with no queues
 *
 * A backend would map what was the control ring, or fail to, and keep multicast packets
 * back from who has not asked it to. The rest any driver writes anew.
 */
void netfront_unpublish(struct netfront *front)
{
	xen_keys_publish(front->dev, netfront_negotiate_unpublish, front);
}
