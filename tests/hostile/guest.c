// SPDX-License-Identifier: GPL-2.0-only
/*
 * The connection of a hostile frontend: bound to a device by hand, connected and
 * disconnected as often as its acts want. Floor F6; called by the drivers of
 * the frontends, by xenbus and by the acts.
 *
 * Ring pages, event channel and grants are made once; a backend that has let go
 * of them can be offered them again.
 */
#include <linux/kernel.h>

#include "guest.h"

/* An event may be what the backend withholds: look without one, too. */
#define LOOK_EVENT_MS	20
#define LOOK_STATE_MS	100

/**
 * guest_set_state - write our state, whatever it was
 * @guest: the hostile half
 * @state: any number
 *
 * Return: 0 or a negative errno.
 */
int guest_set_state(struct hostile_guest *guest, int state)
{
	return xenbus_printf(XBT_NIL, guest->dev->nodename, "state", "%d",
			     state);
}

/**
 * guest_await - wait for a state of the backend
 * @guest: the hostile half
 * @states: the set of them, as bits
 *
 * Return: the state; -ETIMEDOUT or -ENODEV.
 */
int guest_await(struct hostile_guest *guest, unsigned int states)
{
	unsigned long end = jiffies + msecs_to_jiffies(GUEST_LONG_MS);
	enum xenbus_state state;

	while (!READ_ONCE(guest->book.closing)) {
		state = xenbus_read_driver_state(guest->dev->otherend);
		if (states & BIT(state))
			return state;
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		/* A watch tells; to look all the time keeps xenstored busy. */
		wait_event_timeout(guest->wait, xchg(&guest->changed, false),
				   msecs_to_jiffies(LOOK_STATE_MS));
	}
	return -ENODEV;
}

/**
 * guest_wait - wait for something that the backend does to a ring
 * @guest: the hostile half
 * @done: whether it has
 * @ms: how long
 *
 * Return: whether it has.
 */
bool guest_wait(struct hostile_guest *guest,
		bool (*done)(struct hostile_guest *guest), unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);

	while (!done(guest)) {
		if (time_after(jiffies, end) || READ_ONCE(guest->book.closing))
			return false;
		wait_event_timeout(guest->wait, done(guest),
				   msecs_to_jiffies(LOOK_EVENT_MS));
	}
	return true;
}

/**
 * guest_notify - send an event
 * @guest: the hostile half
 */
void guest_notify(struct hostile_guest *guest)
{
	notify_remote_via_evtchn(guest->port.port);
}

static int disconnect(struct hostile_guest *guest)
{
	int err;

	guest_set_state(guest, XenbusStateClosed);
	err = guest_await(guest, BIT(XenbusStateClosed));
	return err < 0 ? err : 0;
}

/* What a row has left behind. */
static void unpublish(struct hostile_guest *guest)
{
	const char * const *node;

	for (node = guest->ops->nodes; *node; node++)
		xenbus_rm(XBT_NIL, guest->dev->nodename, *node);
	guest->published = false;
}

static int publish(struct hostile_guest *guest, const struct guest_offer *offer)
{
	int err = 0;

	if (!guest->published)
		err = guest->ops->publish(guest);
	guest->published = !err;
	guest->altered = offer->alter;
	if (!err && offer->alter)
		err = offer->alter(guest, offer->arg);
	return err;
}

/**
 * guest_connect - begin anew, from wherever we are
 * @guest: the hostile half
 * @offer: how
 *
 * Return: the backend's state: Connected, or Closing or Closed if it would not;
 * a negative errno if it did nothing.
 */
int guest_connect(struct hostile_guest *guest, const struct guest_offer *offer)
{
	int state = disconnect(guest);

	if (state < 0)
		return state;
	if (guest->altered)
		unpublish(guest);
	guest->ops->reset(guest, offer);
	guest_set_state(guest, XenbusStateInitialising);
	state = guest_await(guest, BIT(XenbusStateInitWait));
	if (state >= 0)
		state = publish(guest, offer);
	if (state < 0)
		return state;
	guest_set_state(guest, XenbusStateInitialised);
	state = guest_await(guest, BIT(XenbusStateConnected) |
			    BIT(XenbusStateClosing) | BIT(XenbusStateClosed));
	if (state == XenbusStateConnected) {
		guest_set_state(guest, XenbusStateConnected);
		if (guest->ops->connected)
			guest->ops->connected(guest);
	}
	return state;
}

/**
 * guest_reconnect - be a good frontend
 * @guest: the hostile half
 *
 * Return: 0; -ECONNREFUSED if the backend does not want us; another errno.
 */
int guest_reconnect(struct hostile_guest *guest)
{
	static const struct guest_offer good;
	int state = guest_connect(guest, &good);

	if (state < 0)
		return state;
	return state == XenbusStateConnected ? 0 : -ECONNREFUSED;
}

/**
 * guest_good - a good request has to be done
 * @guest: the hostile half, connected
 *
 * Return: 0 or a negative errno.
 */
int guest_good(struct hostile_guest *guest)
{
	return guest->ops->try(guest, GUEST_LONG_MS);
}

static irqreturn_t interrupt(int irq, void *arg)
{
	struct hostile_guest *guest = arg;

	wake_up(&guest->wait);
	return IRQ_HANDLED;
}

/* A port that waits for another domain than the backend's: for ourselves. */
static int alloc_foreign_port(struct guest_port *port)
{
	struct evtchn_alloc_unbound op = {
		.dom = DOMID_SELF, .remote_dom = DOMID_SELF,
	};
	int err = HYPERVISOR_event_channel_op(EVTCHNOP_alloc_unbound, &op);

	if (!err)
		port->foreign = op.port;
	return err;
}

static int make_port(struct hostile_guest *guest)
{
	struct guest_port *port = &guest->port;
	int err = xenbus_alloc_evtchn(guest->dev, &port->port);

	if (err)
		return err;
	port->irq = bind_evtchn_to_irqhandler(port->port, interrupt, 0,
					      dev_name(&guest->dev->dev),
					      guest);
	if (port->irq < 0) {
		xenbus_free_evtchn(guest->dev, port->port);
		return port->irq;
	}
	return alloc_foreign_port(port);
}

/**
 * guest_begin - a driver of ours was bound to a device
 * @guest: to be filled
 * @dev: the device
 * @ops: what is its own
 * @acts: what it can be told to do
 *
 * Return: 0; or a negative errno, and then guest_end() is still due.
 */
int guest_begin(struct hostile_guest *guest, struct xenbus_device *dev,
		const struct guest_ops *ops, const struct hostile_act *acts)
{
	int err;

	guest->dev = dev;
	guest->ops = ops;
	guest->altered = true;
	init_waitqueue_head(&guest->wait);
	err = guest_bad_make(&guest->bad, dev->otherend_id);
	if (!err)
		err = make_port(guest);
	if (!err)
		err = hostile_book_open(&guest->book, "front",
					dev_name(&dev->dev), acts, guest);
	if (!err)
		dev_set_drvdata(&dev->dev, guest);
	return err;
}

/**
 * guest_otherend_changed - the backend's state has changed
 * @dev: the device
 * @theirs: to what
 */
void guest_otherend_changed(struct xenbus_device *dev,
			    enum xenbus_state theirs)
{
	struct hostile_guest *guest = dev_get_drvdata(&dev->dev);

	WRITE_ONCE(guest->changed, true);
	wake_up(&guest->wait);
}

/**
 * guest_leave - the driver is unbound: close, and leave no node behind
 * @guest: the hostile half; guest_end() is due when its pages are freed
 */
void guest_leave(struct hostile_guest *guest)
{
	struct xenbus_device *dev = guest->dev;

	hostile_book_close(&guest->book);
	/* A device that is gone has no nodes, and nobody to answer. */
	if (xenbus_exists(XBT_NIL, dev->nodename, "state")) {
		WRITE_ONCE(guest->book.closing, false);
		disconnect(guest);
	}
	unpublish(guest);
	dev->state = XenbusStateClosed;
}

/**
 * guest_end - give up event channels and grants
 * @guest: the hostile half
 */
void guest_end(struct hostile_guest *guest)
{
	if (guest->port.irq > 0)
		unbind_from_irqhandler(guest->port.irq, guest);
	if (guest->port.foreign)
		xenbus_free_evtchn(guest->dev, guest->port.foreign);
	guest_bad_free(&guest->bad);
}
