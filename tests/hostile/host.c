// SPDX-License-Identifier: GPL-2.0-only
/*
 * The connection of a hostile backend, and its thread. Between malformed ones it does
 * what an honest one does, so that the frontend's user can go on. Floor F6;
 * called by the drivers of the backends, by xenbus and by the acts.
 */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include "host.h"

/**
 * host_set_state - write our state, whatever it was
 * @host: the hostile half
 * @state: any number
 */
void host_set_state(struct hostile_host *host, int state)
{
	xenbus_printf(XBT_NIL, host->dev->nodename, "state", "%d", state);
	/* What the next driver of the device finds. */
	host->dev->state = state;
}

/* Offers the device anew, as a backend that was restarted does. */
static void offer(struct hostile_host *host)
{
	host->ops->disconnect(host);
	host->ops->features(host);
	host_set_state(host, XenbusStateInitWait);
}

static void connect(struct hostile_host *host)
{
	if (host->ops->connect(host)) {
		dev_warn(&host->dev->dev,
			 "the hostile half cannot use this: it needs a guest with one CPU\n");
		return;
	}
	host->seen.connections++;
	host_set_state(host, XenbusStateConnected);
	host_wake(host);
}

static void close(struct hostile_host *host, enum xenbus_state state)
{
	if (host->dev->state == XenbusStateInitWait)
		host->seen.refusals++;
	host->ops->disconnect(host);
	host_set_state(host, state);
}

/* What an honest backend does when it sees a state. */
static void follow(struct hostile_host *host, enum xenbus_state theirs)
{
	int ours = host->dev->state;

	switch (theirs) {
	case XenbusStateInitialising:
		if (ours == XenbusStateClosed)
			offer(host);
		break;
	case XenbusStateConnected:
		if (!host->ops->early)
			break;
		fallthrough;
	case XenbusStateInitialised:
		if (ours == XenbusStateInitWait)
			connect(host);
		break;
	case XenbusStateClosing:
	case XenbusStateClosed:
		close(host, theirs);
		break;
	default:
		break;
	}
}

/**
 * host_begin_anew - have the frontend connect again, from wherever it is
 * @host: the hostile half, locked
 *
 * A frontend that is early could be taken for one with new rings while it has
 * the old ones, so it has to close first.
 */
void host_begin_anew(struct hostile_host *host)
{
	if (host->ops->early) {
		host->ops->disconnect(host);
		host_set_state(host, XenbusStateClosing);
	} else {
		offer(host);
	}
	/* It may be waiting for us. */
	follow(host, xenbus_read_driver_state(host->dev->otherend));
}

/**
 * host_otherend_changed - the frontend's state has changed
 * @dev: the device
 * @theirs: to what
 */
void host_otherend_changed(struct xenbus_device *dev,
			   enum xenbus_state theirs)
{
	struct hostile_host *host = dev_get_drvdata(&dev->dev);

	mutex_lock(&host->lock);
	if (!host->passive)
		follow(host, theirs);
	mutex_unlock(&host->lock);
	wake_up_all(&host->news);
}

/**
 * host_wait_connection - wait for the frontend to connect again
 * @host: the hostile half, not locked
 * @before: how many connections there had been
 *
 * Return: whether it did.
 */
bool host_wait_connection(struct hostile_host *host, u32 before)
{
	return wait_event_timeout(host->news,
				  READ_ONCE(host->seen.connections) != before ||
				  READ_ONCE(host->book.closing),
				  msecs_to_jiffies(HOST_LONG_MS)) &&
		READ_ONCE(host->seen.connections) != before;
}

/**
 * host_wake - there may be something to do
 * @host: the hostile half
 *
 * Context: any.
 */
void host_wake(struct hostile_host *host)
{
	WRITE_ONCE(host->event, true);
	wake_up(&host->wait);
}

static int serve(void *arg)
{
	struct hostile_host *host = arg;

	while (!kthread_should_stop()) {
		wait_event_interruptible_timeout(host->wait,
						 READ_ONCE(host->event) ||
						 kthread_should_stop(), HZ);
		if (!xchg(&host->event, false))
			continue;
		mutex_lock(&host->lock);
		host->ops->serve(host);
		mutex_unlock(&host->lock);
		wake_up_all(&host->news);
	}
	return 0;
}

/**
 * host_begin - a driver of ours was bound to a device
 * @host: to be filled
 * @dev: the device
 * @ops: what is its own
 * @acts: what it can be told to do
 *
 * Return: 0 or a negative errno, and then there is nothing to end.
 */
int host_begin(struct hostile_host *host, struct xenbus_device *dev,
	       const struct host_ops *ops, const struct hostile_act *acts)
{
	struct task_struct *thread;
	int err;

	host->dev = dev;
	host->ops = ops;
	mutex_init(&host->lock);
	init_waitqueue_head(&host->wait);
	init_waitqueue_head(&host->news);
	host->kept = kvcalloc(HOST_KEPT, sizeof(*host->kept), GFP_KERNEL);
	if (!host->kept)
		return -ENOMEM;
	thread = kthread_run(serve, host, "hostile-back");
	if (IS_ERR(thread)) {
		err = PTR_ERR(thread);
		goto free;
	}
	host->thread = thread;
	err = hostile_book_open(&host->book, "back", dev_name(&dev->dev), acts,
				host);
	if (err)
		goto stop;
	dev_set_drvdata(&dev->dev, host);
	mutex_lock(&host->lock);
	host_begin_anew(host);
	mutex_unlock(&host->lock);
	return 0;

stop:
	kthread_stop(thread);
free:
	kvfree(host->kept);
	return err;
}

/**
 * host_end - the driver is unbound: let go of everything
 * @host: the hostile half
 */
void host_end(struct hostile_host *host)
{
	hostile_book_close(&host->book);
	kthread_stop(host->thread);
	mutex_lock(&host->lock);
	host->ops->disconnect(host);
	host_release(host);
	mutex_unlock(&host->lock);
	kvfree(host->kept);
}

/**
 * host_mood_begin - what is told from here on
 * @host: the hostile half, not locked
 * @mood: this
 *
 * Return: how many connections there had been.
 */
u32 host_mood_begin(struct hostile_host *host, const struct host_mood *mood)
{
	u32 connections;

	mutex_lock(&host->lock);
	host->mood = *mood;
	connections = host->seen.connections;
	mutex_unlock(&host->lock);
	host_wake(host);
	return connections;
}

/**
 * host_wait_told - wait as long as it goes on, however slowly
 * @host: the hostile half, not locked
 * @count: how many
 *
 * Return: whether so many have been sent.
 */
bool host_wait_told(struct hostile_host *host, u32 count)
{
	const u32 *told = &host->mood.told;
	u32 seen;

	do {
		seen = READ_ONCE(*told);
		if (seen >= count)
			return true;
		wait_event_timeout(host->news, READ_ONCE(*told) != seen ||
				   READ_ONCE(host->book.closing),
				   msecs_to_jiffies(HOST_LONG_MS));
	} while (READ_ONCE(*told) != seen);
	return false;
}
