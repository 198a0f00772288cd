// SPDX-License-Identifier: GPL-2.0-only
/*
 * What we offer, and what the frontend chose: the network backend's xenstore
 * keys. Floor F5; called by main.c, credit.c and headroom.c. The keys are those of
 * netif.h.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/module.h>

#include "back.h"

static unsigned int max_queues;
module_param(max_queues, uint, 0644);
MODULE_PARM_DESC(max_queues,
		 "Most queues that an interface may have (default: one per CPU, at most 8)");

#define QUEUES_DEFAULT	8U

struct netback_features {
	bool sg;
	bool tso4;
	bool tso6;
	bool csum6;
	bool rx_copy;
	bool rx_flip;
	bool mcast;
	bool mcast_dynamic;
	bool split;
	bool ctrl;
	bool xdp;
	u32 queues;
};

#define FEATURE(_name, _type, _member) {				\
	.name = _name, .type = XEN_KEY_##_type,				\
	.offset = offsetof(struct netback_features, _member) }

static const struct xen_key feature_keys[] = {
	FEATURE("feature-sg", BOOL, sg),
	FEATURE("feature-gso-tcpv4", BOOL, tso4),
	FEATURE("feature-gso-tcpv6", BOOL, tso6),
	FEATURE("feature-ipv6-csum-offload", BOOL, csum6),
	FEATURE("feature-rx-copy", BOOL, rx_copy),
	FEATURE("feature-rx-flip", BOOL, rx_flip),
	FEATURE("feature-multicast-control", BOOL, mcast),
	FEATURE("feature-dynamic-multicast-control", BOOL, mcast_dynamic),
	FEATURE("feature-split-event-channels", BOOL, split),
	FEATURE("feature-ctrl-ring", BOOL, ctrl),
	FEATURE("feature-xdp-headroom", BOOL, xdp),
	FEATURE("multi-queue-max-queues", U32, queues),
};

#define CHOICE(_name, _type, _member, ...) {				\
	.name = _name, .type = XEN_KEY_##_type,				\
	.offset = offsetof(struct netback_choice, _member), ##__VA_ARGS__ }

static const struct xen_key choice_keys[] = {
	CHOICE("multi-queue-num-queues", U32, queues),
	CHOICE("request-rx-copy", BOOL, rx_copy),
	CHOICE("feature-rx-notify", BOOL, rx_notify),
	CHOICE("feature-sg", BOOL, sg),
	CHOICE("feature-gso-tcpv4", BOOL, tso4),
	CHOICE("feature-gso-tcpv6", BOOL, tso6),
	CHOICE("feature-no-csum-offload", BOOL, no_csum4),
	CHOICE("feature-ipv6-csum-offload", BOOL, csum6),
};

/**
 * netback_queues_offered - how many queues a frontend may ask for
 */
u32 netback_queues_offered(void)
{
	u32 queues = READ_ONCE(max_queues) ?:
		min(num_online_cpus(), QUEUES_DEFAULT);

	return min(queues, NETBACK_QUEUES_MAX);
}

static int netback_negotiate_write_features(struct xenbus_transaction xbt, void *owner)
{
	struct netback *back = owner;
	const struct netback_features features = {
		.sg = true,
		.tso4 = true,
		.tso6 = true,
		.csum6 = true,
		.rx_copy = true,
		.mcast = true,
		.mcast_dynamic = true,
		.split = true,
		.ctrl = true,
		.xdp = true,
		.queues = min(netback_queues_offered(),
			      back->netdev->num_tx_queues),
	};

	return xen_keys_write(xbt, back->dev->nodename, feature_keys,
			      ARRAY_SIZE(feature_keys), &features);
}

/**
 * netback_publish_features - say what we can do, before a frontend chooses
 * @back: the interface
 *
 * Return: 0 or a negative errno, reported.
 */
int netback_publish_features(struct netback *back)
{
	return xen_keys_publish(back->dev, netback_negotiate_write_features, back);
}

/**
 * netback_read_choice - read and check what the frontend published
 * @back: the interface
 * @choice: to be filled
 *
 * Return: 0 or a negative errno, reported.
 */
int netback_read_choice(struct netback *back, struct netback_choice *choice)
{
	struct xenbus_device *dev = back->dev;
	int err;

	err = xen_keys_read(dev, dev->otherend, choice_keys,
			    ARRAY_SIZE(choice_keys), choice);
	if (!err)
		err = netback_read_headroom(back, &choice->headroom);
	if (err)
		return err;

	if (choice->queues > back->netdev->num_tx_queues) {
		xen_log_error(dev, -EINVAL,
			      "%s/multi-queue-num-queues %u is more than the %u on offer",
			      dev->otherend, choice->queues,
			      back->netdev->num_tx_queues);
		return -EINVAL;
	}
	if (!choice->rx_copy) {
		xen_log_error(dev, -EOPNOTSUPP,
			      "%s/request-rx-copy is not 1: pages are never exchanged",
			      dev->otherend);
		return -EOPNOTSUPP;
	}
	/* What has no pieces cannot be larger than a page. */
	if (!choice->sg) {
		choice->tso4 = false;
		choice->tso6 = false;
	}
	return 0;
}

/**
 * netback_read_headroom - how much room the frontend wants before a packet
 * @back: the interface
 * @headroom: in bytes; 0 for none
 *
 * Return: 0 or a negative errno, reported.
 */
int netback_read_headroom(struct netback *back, u32 *headroom)
{
	static const struct xen_key key = {
		.name = "xdp-headroom", .type = XEN_KEY_U32,
		.max = NETBACK_HEADROOM_MAX,
	};

	return xen_keys_read(back->dev, back->dev->otherend, &key, 1, headroom);
}

/**
 * netback_read_rate - how much the host's tools let the guest transmit
 * @back: the interface
 * @bytes: in each window; 0 for any
 * @usecs: the window's length
 *
 * What cannot be read is said, and is no limit, as with upstream: a guest without a
 * network is worse than one without a limit.
 */
void netback_read_rate(struct netback *back, u64 *bytes, u64 *usecs)
{
	static const struct xen_key key = {
		.name = "rate", .type = XEN_KEY_TEXT,
	};
	char text[XEN_KEY_TEXT_MAX];

	*bytes = 0;
	*usecs = 0;
	if (xen_keys_read(back->dev, back->dev->nodename, &key, 1, text) ||
	    !text[0])
		return;
	if (sscanf(text, "%llu,%llu", bytes, usecs) == 2 && *bytes &&
	    *usecs && *usecs <= U32_MAX)
		return;
	*bytes = 0;
	/* Read at each connection, of which a guest makes as many as it likes. */
	if (!xen_log_allowed())
		return;
	netdev_warn(back->netdev,
		    "%s/rate \"%s\" is not BYTES,MICROSECONDS: no limit\n",
		    back->dev->nodename, text);
}
