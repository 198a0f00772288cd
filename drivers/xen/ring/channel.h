/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A channel: ring pages, their grants and an event port as one object, with
 * one owner. A frontend makes one, a backend attaches to one.
 *
 * Floor F4, above xenbus, grants and events. Called by every split driver.
 */
#ifndef XENIFY_CHANNEL_H
#define XENIFY_CHANNEL_H

#include <linux/interrupt.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/xenbus.h>

#include "ring.h"

#define XEN_CHANNEL_PAGES_MAX	XENBUS_MAX_RING_GRANTS

/**
 * struct xen_channel - one ring and its event port
 * @dev: the device it belongs to
 * @ring: this end of the ring
 * @shared: the ring's pages, ours or mapped
 * @pages: how many
 * @grefs: the grants of the pages
 * @port: frontend: the event channel's port here. Backend: the other end's. 0
 *	for a channel that shares another one's
 * @irq: the interrupt that the port is bound to, 0 if none
 * @arg: what the interrupt handler gets
 */
struct xen_channel {
	struct xenbus_device *dev;
	struct xen_ring ring;
	void *shared;
	unsigned int pages;
	grant_ref_t grefs[XEN_CHANNEL_PAGES_MAX];
	evtchn_port_t port;
	unsigned int irq;
	void *arg;
};

/**
 * struct xen_channel_keys - the nodes that name a channel in xenstore
 * @dir: the directory
 * @numbered: @ref followed by 0, 1, ... even when there is one page only
 * @ref: the node of the ring's page; NULL for "ring-ref"
 * @port: the node of the event port; NULL for "event-channel"
 * @portless: the channel has no port of its own: it shares another one's
 */
struct xen_channel_keys {
	const char *dir;
	bool numbered;
	const char *ref;
	const char *port;
	bool portless;
};

int xen_channel_create(struct xen_channel *channel, struct xenbus_device *dev,
		       unsigned int pages, u32 stride, irq_handler_t handler,
		       const char *name, void *arg);
int xen_channel_publish(const struct xen_channel *channel,
			struct xenbus_transaction xbt,
			const struct xen_channel_keys *keys);
int xen_channel_attach(struct xen_channel *channel, struct xenbus_device *dev,
		       const struct xen_channel_keys *keys, unsigned int pages,
		       u32 stride);
int xen_channel_listen(struct xen_channel *channel, irq_handler_t handler,
		       const char *name, void *arg);
void xen_channel_mask(struct xen_channel *channel);
int xen_channel_revoke(struct xen_channel *channel);
void xen_channel_destroy(struct xen_channel *channel);

/**
 * xen_channel_push - show the peer what was put, and wake it if it asked
 * @channel: the channel
 *
 * Return: whether a notification was sent.
 */
static inline bool xen_channel_push(struct xen_channel *channel)
{
	if (!xen_ring_push(&channel->ring))
		return false;
	notify_remote_via_irq(channel->irq);
	return true;
}

#endif /* XENIFY_CHANNEL_H */
