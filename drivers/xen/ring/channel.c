// SPDX-License-Identifier: GPL-2.0-only
/*
 * A channel: making one, publishing it, attaching to one. See channel.h.
 * Floor F4.
 *
 * Node names are those of xen/interface/io/blkif.h unless the driver has its
 * own: "event-channel", and "ring-ref" or "ring-ref0" and on.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>

#include "channel.h"
#include "log.h"
#include "keys.h"

#define REF_NAME_MAX	24

#define DEFAULT_REF	"ring-ref"
#define DEFAULT_PORT	"event-channel"

static void xen_channel_ref_name(char *name, const struct xen_channel_keys *keys,
				 unsigned int page)
{
	const char *ref = keys->ref ?: DEFAULT_REF;

	if (keys->numbered)
		snprintf(name, REF_NAME_MAX, "%s%u", ref, page);
	else
		snprintf(name, REF_NAME_MAX, "%s", ref);
}

/*
 * In two steps: what does both leaves it open whether the port is closed after a failure,
 * and closing it again may close what somebody else was given meanwhile.
 */
static int xen_channel_bind(struct xen_channel *channel, irq_handler_t handler,
			    const char *name, void *arg)
{
	int irq = bind_evtchn_to_irq_lateeoi(channel->port), err;

	if (irq < 0) {
		xenbus_free_evtchn(channel->dev, channel->port);
		return irq;
	}
	err = request_irq(irq, handler, 0, name, arg);
	if (err) {
		/* It unbinds the port and closes it. */
		evtchn_put(channel->port);
		return err;
	}
	channel->irq = irq;
	channel->arg = arg;
	return 0;
}

/**
 * xen_channel_create - a frontend makes a channel
 * @channel: to be filled
 * @dev: the device
 * @pages: pages of the ring, 1 to %XEN_CHANNEL_PAGES_MAX
 * @stride: bytes of a slot
 * @handler: called in interrupt context; answers with xen_irq_lateeoi(). NULL
 *	for a channel that shares another one's port
 * @name: of the interrupt; stays valid
 * @arg: passed to @handler
 *
 * Context: may sleep. Return: 0 or a negative errno, reported.
 */
int xen_channel_create(struct xen_channel *channel, struct xenbus_device *dev,
		       unsigned int pages, u32 stride, irq_handler_t handler,
		       const char *name, void *arg)
{
	int err;

	*channel = (struct xen_channel) { .dev = dev, .pages = pages };

	/* GFP_NOIO: this may be the disk that memory is to be written to. */
	err = xenbus_setup_ring(dev, GFP_NOIO | __GFP_HIGH, &channel->shared,
				pages, channel->grefs);
	if (err)
		return err;
	err = xen_ring_init(&channel->ring, XEN_RING_FRONT, channel->shared,
			    pages * XEN_PAGE_SIZE, stride);
	if (err)
		goto teardown_ring;
	xen_ring_reset(&channel->ring);
	if (!handler)
		return 0;

	err = xenbus_alloc_evtchn(dev, &channel->port);
	if (err)
		goto teardown_ring;
	err = xen_channel_bind(channel, handler, name, arg);
	if (!err)
		return 0;
	xenbus_dev_error(dev, err, "binding event channel %u", channel->port);
teardown_ring:
	xenbus_teardown_ring(&channel->shared, pages, channel->grefs);
	return err;
}
EXPORT_SYMBOL_GPL(xen_channel_create);

/**
 * xen_channel_publish - write a channel's nodes
 * @channel: a frontend's channel
 * @xbt: the transaction
 * @keys: where and how
 *
 * Context: may sleep. Return: 0 or a negative errno.
 */
int xen_channel_publish(const struct xen_channel *channel,
			struct xenbus_transaction xbt,
			const struct xen_channel_keys *keys)
{
	char name[REF_NAME_MAX];
	unsigned int i;
	int err;

	for (i = 0; i < channel->pages; i++) {
		xen_channel_ref_name(name, keys, i);
		err = xenbus_printf(xbt, keys->dir, name, "%u",
				    channel->grefs[i]);
		if (err)
			return err;
	}
	if (!channel->port)
		return 0;
	return xenbus_printf(xbt, keys->dir, keys->port ?: DEFAULT_PORT, "%u",
			     channel->port);
}
EXPORT_SYMBOL_GPL(xen_channel_publish);

static int xen_channel_read(struct xen_channel *channel,
			    const struct xen_channel_keys *keys)
{
	char name[REF_NAME_MAX];
	struct xen_key key = {
		.name = name,
		.type = XEN_KEY_U32,
		.rule = XEN_KEY_REQUIRED,
	};
	const struct xen_key port = {
		.name = keys->port ?: DEFAULT_PORT,
		.type = XEN_KEY_U32,
		.rule = XEN_KEY_REQUIRED,
		.min = 1,
		.offset = offsetof(struct xen_channel, port),
	};
	unsigned int i;
	int err;

	for (i = 0; i < channel->pages; i++) {
		xen_channel_ref_name(name, keys, i);
		key.offset = offsetof(struct xen_channel, grefs[i]);
		err = xen_keys_read(channel->dev, keys->dir, &key, 1, channel);
		if (err)
			return err;
	}
	if (keys->portless)
		return 0;
	return xen_keys_read(channel->dev, keys->dir, &port, 1, channel);
}

/**
 * xen_channel_attach - a backend maps the ring that a frontend published
 * @channel: to be filled
 * @dev: the device
 * @keys: where the nodes are
 * @pages: pages of the ring, 1 to %XEN_CHANNEL_PAGES_MAX
 * @stride: bytes of a slot
 *
 * The port is not bound yet: xen_channel_listen().
 * Context: may sleep. Return: 0 or a negative errno, reported.
 */
int xen_channel_attach(struct xen_channel *channel, struct xenbus_device *dev,
		       const struct xen_channel_keys *keys, unsigned int pages,
		       u32 stride)
{
	int err;

	*channel = (struct xen_channel) {
		.dev = dev,
		.pages = pages,
		/* Whose the pages are, even if they make no ring. */
		.ring.end = XEN_RING_BACK,
	};

	err = xen_channel_read(channel, keys);
	if (err)
		return err;
	err = xenbus_map_ring_valloc(dev, channel->grefs, pages,
				     &channel->shared);
	if (err) {
		channel->shared = NULL;
		xen_log_error(dev, err, "mapping the ring of %s", keys->dir);
		return err;
	}
	err = xen_ring_init(&channel->ring, XEN_RING_BACK, channel->shared,
			    pages * XEN_PAGE_SIZE, stride);
	if (!err)
		err = xen_ring_resume(&channel->ring);
	if (err) {
		xen_log_error(dev, err, "ring of %s is inconsistent", keys->dir);
		xen_channel_destroy(channel);
	}
	return err;
}
EXPORT_SYMBOL_GPL(xen_channel_attach);

/**
 * xen_channel_listen - a backend binds a channel's port
 * @channel: an attached channel
 * @handler: called in interrupt context; answers with xen_irq_lateeoi()
 * @name: of the interrupt; stays valid
 * @arg: passed to @handler
 *
 * Context: may sleep. Return: 0 or a negative errno, reported.
 */
int xen_channel_listen(struct xen_channel *channel, irq_handler_t handler,
		       const char *name, void *arg)
{
	int irq = bind_interdomain_evtchn_to_irqhandler_lateeoi(channel->dev,
			channel->port, handler, 0, name, arg);

	if (irq < 0) {
		xen_log_error(channel->dev, irq, "binding event channel %u",
			      channel->port);
		return irq;
	}
	channel->irq = irq;
	channel->arg = arg;
	return 0;
}
EXPORT_SYMBOL_GPL(xen_channel_listen);

/**
 * xen_channel_mask - unbind a channel's port
 * @channel: a channel, bound or not
 *
 * On return the handler does not run and will not. Context: may sleep.
 */
void xen_channel_mask(struct xen_channel *channel)
{
	if (!channel->irq)
		return;
	unbind_from_irqhandler(channel->irq, channel->arg);
	channel->irq = 0;
	channel->port = 0;
}
EXPORT_SYMBOL_GPL(xen_channel_mask);

/**
 * xen_channel_revoke - end the peer's access to a frontend's ring
 * @channel: a frontend's channel, masked; only good for destruction then
 *
 * Once it succeeds no peer can have the ring, or get it. A backend lets go when
 * it sees the frontend closed, so before that it is too early. Context: any.
 * Return: 0, or -EAGAIN while the peer has it mapped.
 */
int xen_channel_revoke(struct xen_channel *channel)
{
	unsigned int i;

	for (i = 0; i < channel->pages; i++) {
		if (channel->grefs[i] == INVALID_GRANT_REF)
			continue;
		if (!gnttab_try_end_foreign_access(channel->grefs[i]))
			return -EAGAIN;
		channel->grefs[i] = INVALID_GRANT_REF;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(xen_channel_revoke);

/**
 * xen_channel_destroy - give up pages, grants and port
 * @channel: a channel from either end, or zeroed memory
 *
 * A frontend's page that the peer still has mapped is kept from reuse by the
 * grant table until it lets go. Context: may sleep.
 */
void xen_channel_destroy(struct xen_channel *channel)
{
	xen_channel_mask(channel);
	if (!channel->shared)
		return;
	if (channel->ring.end == XEN_RING_FRONT)
		xenbus_teardown_ring(&channel->shared, channel->pages,
				     channel->grefs);
	else
		xenbus_unmap_ring_vfree(channel->dev, channel->shared);
	channel->shared = NULL;
}
EXPORT_SYMBOL_GPL(xen_channel_destroy);
