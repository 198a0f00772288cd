// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a disk's connection: made, lost, made anew with another backend,
 * given up. What the state machine asks for is here, and what makes time pass
 * for it. Floor F5; called by main.c, by the state machine, by works and by move.c.
 *
 * Losing the backend is an ordinary event. Its driver may be unbound, its domain
 * may go, it may close though the host wants the disk: queues are made quiet,
 * what is in flight goes back to blk-mq in order, and is sent again when a
 * backend is there. Data stays where it is, so nothing needs to be remembered.
 * Without one for backend_timeout seconds requests fail, those to come too,
 * until there is one again.
 */
#include <linux/blkdev.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/module.h>

#include "front.h"

/* How soon to look again whether a backend has let go of pages. */
#define RETRY_DELAY	(HZ / 2)

/* How long a backend that is to go is waited for: 5 seconds in all. */
#define SOON_TRIES	100
#define SOON_DELAY_MS	50

/* How soon to try again with a backend that closed while we connected. */
#define AGAIN_DELAY	(5 * HZ)

static unsigned int backend_timeout = 300;
module_param(backend_timeout, uint, 0644);
MODULE_PARM_DESC(backend_timeout,
		 "Seconds that requests wait for a lost backend, 0 for ever (default 300)");

/**
 * blkfront_hold - blk-mq sends nothing from here on
 * @front: the disk; its peer's lock is held
 *
 * Context: may sleep.
 */
void blkfront_hold(struct blkfront *front)
{
	if (!front->disk || front->is.quiet)
		return;
	blk_mq_quiesce_queue(front->disk->queue);
	front->is.quiet = true;
}

/**
 * blkfront_go_on - blk-mq sends again, first of all what was taken back
 * @front: the disk; its peer's lock is held
 */
void blkfront_go_on(struct blkfront *front)
{
	if (!front->is.quiet)
		return;
	front->is.quiet = false;
	cancel_delayed_work(&front->give_up);
	blk_mq_unquiesce_queue(front->disk->queue);
	blk_mq_kick_requeue_list(front->disk->queue);
}

/* Nothing is sent, nothing is answered; the clock runs. */
static void quiet(struct blkfront *front)
{
	unsigned int seconds = READ_ONCE(backend_timeout);
	unsigned int i;

	/* A dead disk looks at no queue. */
	if (!front->is.dead)
		blkfront_hold(front);
	for (i = 0; i < front->nr_queues; i++)
		xen_channel_deafen(&front->queues[i].channel);
	/* From the first time on: it is not set back. */
	if (front->is.quiet && !front->is.shut && seconds)
		queue_delayed_work(system_freezable_wq, &front->give_up,
				   seconds * (unsigned long)HZ);
}

static int later(struct blkfront *front)
{
	mod_delayed_work(system_freezable_wq, &front->recover, RETRY_DELAY);
	return -EAGAIN;
}

/* No backend can have the rings, or get them: the only way to be sure. */
static int recall(struct blkfront *front)
{
	unsigned int i;

	quiet(front);
	for (i = 0; i < front->nr_queues; i++)
		if (xen_channel_recall(&front->queues[i].channel))
			return later(front);
	return 0;
}

/**
 * blkfront_disconnect - take the rings down; requests go back to blk-mq
 * @front: the disk; its peer's lock is held
 *
 * Context: may sleep. Return: 0; -EAGAIN while the backend keeps pages mapped,
 * and then it is tried again by itself.
 */
int blkfront_disconnect(struct blkfront *front)
{
	unsigned int i;

	quiet(front);
	for (i = 0; i < front->nr_queues; i++)
		if (blkfront_queue_reclaim(&front->queues[i], false))
			return later(front);
	blkfront_queues_destroy(front);
	front->is.broken = false;
	return 0;
}

/**
 * blkfront_disconnect_by_force - the same, whatever the backend keeps
 * @front: the disk; its peer's lock is held
 *
 * The grant table keeps such pages from being used again. Context: may sleep.
 */
void blkfront_disconnect_by_force(struct blkfront *front)
{
	unsigned int i;

	quiet(front);
	for (i = 0; i < front->nr_queues; i++)
		blkfront_queue_reclaim(&front->queues[i], true);
	blkfront_queues_destroy(front);
	front->is.broken = false;
}

/**
 * blkfront_disconnect_soon - the same, but give the backend time to let go
 * @front: the disk; its peer's lock is held
 *
 * One that is going, too, may still be about to. Context: sleeps for 5 s at
 * the most.
 */
void blkfront_disconnect_soon(struct blkfront *front)
{
	int tries;

	for (tries = 0; tries < SOON_TRIES; tries++) {
		if (!blkfront_disconnect(front))
			return;
		msleep(SOON_DELAY_MS);
	}
	blkfront_disconnect_by_force(front);
}

/* Fails what is in flight and what comes. */
static void die(struct blkfront *front)
{
	blkfront_hold(front);
	WRITE_ONCE(front->is.dead, true);
}

static void leave(struct blkfront *front)
{
	if (!front->disk)
		return;
	blkfront_go_on(front);
	blkfront_disk_remove(front);
}

/* Takes the disk from its users, for good. */
static int shut(struct blkfront *front)
{
	int err;

	die(front);
	front->is.shut = true;
	err = blkfront_disconnect(front);
	if (!err)
		leave(front);
	return err;
}

static struct blkfront *to_front(struct xen_peer *peer)
{
	return container_of(peer, struct blkfront, peer);
}

static int prepare(struct xen_peer *peer)
{
	struct blkfront *front = to_front(peer);
	int err;

	err = blkfront_read_offer(front);
	if (err)
		return err;
	err = blkfront_queues_create(front);
	if (err)
		return err;
	err = blkfront_publish(front);
	if (err)
		blkfront_queues_destroy(front);
	return err;
}

/* Another backend, the same disk: on with what waited, in order. */
static int reconnect(struct blkfront *front,
		     const struct blkfront_geometry *geometry)
{
	int err = blkfront_disk_update(front, geometry);

	if (err)
		return err;
	dev_info(&front->dev->dev, "%s: connected anew\n",
		 front->disk->disk_name);
	/* It looks at the queues again once it is not dead: not before this. */
	blkfront_hold(front);
	WRITE_ONCE(front->is.dead, false);
	xenbus_switch_state(front->dev, XenbusStateConnected);
	blkfront_go_on(front);
	return 0;
}

static int connect(struct xen_peer *peer)
{
	struct blkfront *front = to_front(peer);
	struct blkfront_geometry geometry;
	int err;

	err = blkfront_read_geometry(front, &geometry);
	if (err)
		return err;
	if (front->disk)
		return reconnect(front, &geometry);
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
	struct blkfront *front = to_front(peer);
	struct blkfront_geometry geometry;

	if (blkfront_read_geometry(front, &geometry))
		return -EAGAIN;
	return blkfront_disk_update(front, &geometry) ? -EAGAIN : 0;
}

static int lost(struct xen_peer *peer)
{
	struct blkfront *front = to_front(peer);

	if (front->dev->state == XenbusStateConnected) {
		dev_info(&front->dev->dev,
			 "%s: the backend is gone; requests wait for another\n",
			 front->disk->disk_name);
		front->is.renew = true;
	}
	quiet(front);
	return 0;
}

static int close(struct xen_peer *peer)
{
	struct blkfront *front = to_front(peer);

	if (blkfront_disk_is_open(front) && system_state == SYSTEM_RUNNING) {
		dev_warn(&front->dev->dev,
			 "%s is in use; it is detached when it is closed\n",
			 front->disk->disk_name);
		return -EBUSY;
	}
	if (shut(front))
		return -EAGAIN;
	complete(&front->dev->down);
	return 0;
}

static int gone(struct xen_peer *peer)
{
	struct blkfront *front = to_front(peer);

	if (shut(front))
		return -EAGAIN;
	complete(&front->dev->down);
	return 0;
}

/*
 * At once after a connection that worked; else again after a while, as the
 * backend may be closing whenever we come.
 */
static int renew(struct xen_peer *peer)
{
	struct blkfront *front = to_front(peer);
	int err;

	if (front->is.shut || !front->disk)
		return -EBUSY;
	if (!front->is.renew) {
		queue_delayed_work(system_freezable_wq, &front->recover,
				   AGAIN_DELAY);
		return -EAGAIN;
	}
	err = recall(front);
	if (!err)
		err = blkfront_disconnect(front);
	if (!err)
		front->is.renew = false;
	return err;
}

static const struct xen_peer_ops peer_ops = {
	.rows = xen_peer_front_rows,
	.count = XEN_PEER_FRONT_ROWS,
	.asks = true,
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
	struct xenbus_device *dev;

	mutex_lock(&front->peer.lock);
	dev = front->dev;
	if (dev && !front->is.moving) {
		if (front->is.broken && !front->is.shut &&
		    (dev->state == XenbusStateInitialised ||
		     dev->state == XenbusStateConnected)) {
			quiet(front);
			front->is.renew = dev->state == XenbusStateConnected;
			xenbus_switch_state(dev, XenbusStateClosing);
		} else if (dev->state == XenbusStateClosed) {
			front->is.renew = true;
		}
		xen_peer_again(&front->peer);
	}
	mutex_unlock(&front->peer.lock);
}

/* Nobody has come: what waits fails, though not while a backend can reach it. */
static void give_up(struct work_struct *work)
{
	struct blkfront *front = container_of(to_delayed_work(work),
					      struct blkfront, give_up);

	mutex_lock(&front->peer.lock);
	if (front->dev && front->is.quiet && !front->is.shut) {
		if (!front->is.dead)
			dev_err(&front->dev->dev,
				"%s: no backend for %u s; I/O fails until there is one\n",
				front->disk->disk_name,
				READ_ONCE(backend_timeout));
		die(front);
		if (!blkfront_disconnect(front))
			blkfront_go_on(front);
		else
			queue_delayed_work(system_freezable_wq,
					   &front->give_up, RETRY_DELAY);
	}
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
	blkfront_again(front);
}

/**
 * blkfront_again - something has changed that the connection may wait for
 * @front: the disk
 *
 * Context: any.
 */
void blkfront_again(struct blkfront *front)
{
	mod_delayed_work(system_freezable_wq, &front->recover, 0);
}

/**
 * blkfront_life_begin - a device has appeared
 * @front: its disk, to be
 *
 * Return: 0 or a negative errno, reported.
 */
int blkfront_life_begin(struct blkfront *front)
{
	INIT_DELAYED_WORK(&front->recover, recover);
	INIT_DELAYED_WORK(&front->give_up, give_up);
	xen_peer_init(&front->peer, front->dev, &peer_ops);
	return blkfront_move_watch(front);
}

/**
 * blkfront_life_end - the device goes
 * @front: the disk, to be put
 *
 * Context: may sleep.
 */
void blkfront_life_end(struct blkfront *front)
{
	blkfront_move_unwatch(front);

	mutex_lock(&front->peer.lock);
	/* The device goes whatever the backend does. */
	die(front);
	front->is.shut = true;
	blkfront_disconnect_soon(front);
	leave(front);
	front->dev = NULL;
	mutex_unlock(&front->peer.lock);

	blkfront_life_stop(front);
}

/**
 * blkfront_life_stop - no work runs any more, nor will
 * @front: the disk
 */
void blkfront_life_stop(struct blkfront *front)
{
	cancel_delayed_work_sync(&front->recover);
	cancel_delayed_work_sync(&front->give_up);
}
