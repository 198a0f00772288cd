// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a disk's connection: made, lost, made anew with another backend,
 * given up. What the state machine asks for is here, and what its tie to the
 * backend (tie.h) needs to know of a disk. Floor F5; called by main.c, by these
 * two, by a work and by move.c.
 *
 * Losing the backend is an ordinary event. Its driver may be unbound, its domain
 * may go, it may close though the host wants the disk: queues are made quiet,
 * what is in flight goes back to blk-mq in order, and is sent again when a
 * backend is there. Data stays where it is, so nothing needs to be remembered.
 * Without one for backend_timeout seconds requests fail, those to come too,
 * until there is one again.
 */
#include <linux/blkdev.h>
#include <linux/kernel.h>
#include <linux/module.h>

#include "front.h"
#include "../../xen/ring/keys.h"

static unsigned int backend_timeout = 300;
module_param(backend_timeout, uint, 0644);
MODULE_PARM_DESC(backend_timeout,
		 "Seconds that requests wait for a lost backend, 0 for ever (default 300)");

/* The system had the disk, and has it no more: nothing is done with its queues. */
static bool blkfront_life_is_taken_away(const struct blkfront *front)
{
	return front->is.shown && !disk_live(front->disk);
}

/**
 * blkfront_quiesce - blk-mq sends nothing from here on
 * @front: the disk; its peer's lock is held
 *
 * Context: may sleep.
 */
void blkfront_quiesce(struct blkfront *front)
{
	if (!front->disk || front->is.quiet || blkfront_life_is_taken_away(front))
		return;
	blk_mq_quiesce_queue(front->disk->queue);
	front->is.quiet = true;
}

/**
 * blkfront_unquiesce - blk-mq sends again, first of all what was taken back
 * @front: the disk; its peer's lock is held
 */
void blkfront_unquiesce(struct blkfront *front)
{
	if (!front->is.quiet)
		return;
	front->is.quiet = false;
	cancel_delayed_work(&front->give_up);
	blk_mq_unquiesce_queue(front->disk->queue);
	blk_mq_kick_requeue_list(front->disk->queue);
}

static struct blkfront *blkfront_life_of_tie(struct xen_tie *tie)
{
	return container_of(tie, struct blkfront, tie);
}

/* Nothing is sent, nothing is answered; the clock runs. */
static bool blkfront_life_quiet(struct xen_tie *tie)
{
	struct blkfront *front = blkfront_life_of_tie(tie);
	unsigned int seconds = READ_ONCE(backend_timeout);
	unsigned int i;

	/* A dead disk looks at no queue. */
	if (!front->is.dead)
		blkfront_quiesce(front);
	for (i = 0; i < front->nr_queues; i++)
		xen_channel_mask(&front->queues[i].channel);
	/* From the first time on: it is not set back. */
	if (front->is.quiet && !tie->shut && seconds)
		queue_delayed_work(xen_tie_workqueue, &front->give_up,
				   seconds * (unsigned long)HZ);
	return front->dev->state == XenbusStateConnected;
}

static int blkfront_life_revoke(struct xen_tie *tie)
{
	struct blkfront *front = blkfront_life_of_tie(tie);
	unsigned int i;
	int err = 0;

	for (i = 0; i < front->nr_queues && !err; i++)
		err = xen_channel_revoke(&front->queues[i].channel);
	return err;
}

/* Requests go back to blk-mq. */
static int blkfront_life_take_down(struct xen_tie *tie, bool force)
{
	struct blkfront *front = blkfront_life_of_tie(tie);
	unsigned int i;

	for (i = 0; i < front->nr_queues; i++)
		if (blkfront_queue_reclaim(&front->queues[i], force))
			return -EAGAIN;
	blkfront_queues_destroy(front);
	return 0;
}

static const struct xen_tie_ops tie_ops = {
	.quiet = blkfront_life_quiet,
	.revoke = blkfront_life_revoke,
	.take_down = blkfront_life_take_down,
};

/* Fails what is in flight and what comes. */
static void blkfront_life_die(struct blkfront *front)
{
	blkfront_quiesce(front);
	WRITE_ONCE(front->is.dead, true);
}

static void blkfront_life_leave(struct blkfront *front)
{
	if (!front->disk || blkfront_life_is_taken_away(front))
		return;
	blkfront_unquiesce(front);
	blkfront_disk_remove(front);
}

/* Takes the disk from its users, for good. */
static int blkfront_life_shut(struct blkfront *front)
{
	int err;

	blkfront_life_die(front);
	front->tie.shut = true;
	err = xen_tie_disconnect(&front->tie);
	if (!err)
		blkfront_life_leave(front);
	return err;
}

static struct blkfront *blkfront_life_to_front(struct xen_peer *peer)
{
	return container_of(peer, struct blkfront, tie.peer);
}

static int blkfront_life_prepare(struct xen_peer *peer)
{
	struct blkfront *front = blkfront_life_to_front(peer);
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

/* What the backend serves, as its directory says now. */
static int blkfront_life_read(struct blkfront *front, struct blkfront_geometry *geometry,
			      struct blkfront_identity *identity)
{
	int err = blkfront_read_geometry(front, geometry);

	return err ?: blkfront_read_identity(front, geometry, identity);
}

/* Another disk: it is found as a new one, and what waited for the old one fails. */
static int blkfront_life_replace(struct blkfront *front)
{
	if (xen_log_allowed())
		dev_warn(&front->dev->dev,
			 "%s: the backend serves another disk now; who has the old one gets errors\n",
			 front->disk->disk_name);
	blkfront_quiesce(front);
	xen_tie_replace(&front->tie);
	return -EAGAIN;
}

/*
 * Another backend: on with what waited, in order, if it serves the same disk. If
 * not, that is a new one, and what waited fails.
 *
 * What was read may be of a backend that has gone by now, and the next one has mapped
 * our rings, as nothing was on them. Once we are seen connected a backend of ours
 * takes them only for the store that was served last (blkback_publish_store()): so
 * whoever has them then has said so, and that is read before anything is sent.
 */
static int blkfront_life_reconnect(struct blkfront *front)
{
	struct blkfront_geometry geometry;
	struct blkfront_identity now, again;
	int err = blkfront_life_read(front, &geometry, &now);

	if (err)
		return err;
	if (!blkfront_identity_is_same(&front->identity, &now, front->tie.named))
		return blkfront_life_replace(front);
	now = blkfront_identity_learn(&front->identity, &now, front->tie.named);

	if (!xen_keys_switch_state(front->dev, XenbusStateConnected))
		return -EIO;
	err = blkfront_life_read(front, &geometry, &again);
	if (err)
		return err;
	if (!blkfront_identity_is_same(&now, &again, XEN_TIE_STAYED))
		return blkfront_life_replace(front);
	err = blkfront_disk_update(front, &geometry);
	if (err)
		return err;
	front->identity = blkfront_identity_learn(&now, &again, XEN_TIE_STAYED);
	front->tie.named = XEN_TIE_STAYED;
	if (xen_log_allowed())
		dev_info(&front->dev->dev, "%s: connected anew\n",
			 front->disk->disk_name);
	/* It looks at the queues again once it is not dead: not before this. */
	blkfront_quiesce(front);
	WRITE_ONCE(front->is.dead, false);
	blkfront_unquiesce(front);
	return 0;
}

static int blkfront_life_connect(struct xen_peer *peer)
{
	struct blkfront *front = blkfront_life_to_front(peer);
	int err;

	if (front->disk)
		return blkfront_life_reconnect(front);
	err = blkfront_life_read(front, &front->geometry, &front->identity);
	if (!err)
		err = blkfront_disk_create(front);
	if (err)
		return err;
	front->tie.named = XEN_TIE_STAYED;
	/*
	 * Our state first: showing the disk reads its partitions, and a
	 * backend need not answer before it sees us connected.
	 */
	xen_keys_switch_state(front->dev, XenbusStateConnected);
	schedule_work(&front->show);
	return 0;
}

static int blkfront_life_update(struct xen_peer *peer)
{
	struct blkfront *front = blkfront_life_to_front(peer);
	struct blkfront_geometry geometry;
	struct blkfront_identity now;

	/* Where it goes on after a restore, all that it reads may be another's. */
	if (front->tie.suspended || blkfront_life_read(front, &geometry, &now))
		return -EAGAIN;
	if (blkfront_identity_is_another(&front->identity, &now))
		return blkfront_life_replace(front);
	if (blkfront_disk_update(front, &geometry))
		return -EAGAIN;
	front->identity = blkfront_identity_learn(&front->identity, &now, XEN_TIE_STAYED);
	return 0;
}

static int blkfront_life_lost(struct xen_peer *peer)
{
	struct blkfront *front = blkfront_life_to_front(peer);

	if (!blkfront_life_quiet(&front->tie))
		return 0;
	if (xen_log_allowed())
		dev_info(&front->dev->dev,
			 "%s: the backend is gone; requests wait for another\n",
			 front->disk->disk_name);
	front->tie.renew = true;
	return 0;
}

static int blkfront_life_close(struct xen_peer *peer)
{
	struct blkfront *front = blkfront_life_to_front(peer);

	if (blkfront_disk_is_open(front) && system_state == SYSTEM_RUNNING) {
		if (xen_log_allowed())
			dev_warn(&front->dev->dev,
				 "%s is in use; it is detached when it is closed\n",
				 front->disk->disk_name);
		return -EBUSY;
	}
	if (blkfront_life_shut(front))
		return -EAGAIN;
	complete(&front->dev->down);
	return 0;
}

static int blkfront_life_gone(struct xen_peer *peer)
{
	struct blkfront *front = blkfront_life_to_front(peer);

	if (blkfront_life_shut(front))
		return -EAGAIN;
	complete(&front->dev->down);
	return 0;
}

static int blkfront_life_renew(struct xen_peer *peer)
{
	struct blkfront *front = blkfront_life_to_front(peer);

	if (front->disk)
		return xen_tie_renew(&front->tie);
	if (!front->tie.shut && peer->wish == XEN_PEER_STAY && xen_log_allowed())
		dev_warn(&front->dev->dev,
			 "never came to be a disk, and is not tried again: it has to be detached and attached\n");
	return -EBUSY;
}

static const struct xen_peer_ops peer_ops = {
	.rows = xen_peer_front_rows,
	.count = XEN_PEER_FRONT_ROWS,
	.asks = true,
	.replaced = xen_tie_replaced,
	.act = {
		[XEN_PEER_PREPARE] = blkfront_life_prepare,
		[XEN_PEER_CONNECT] = blkfront_life_connect,
		[XEN_PEER_UPDATE] = blkfront_life_update,
		[XEN_PEER_LOST] = blkfront_life_lost,
		[XEN_PEER_CLOSE] = blkfront_life_close,
		[XEN_PEER_GONE] = blkfront_life_gone,
		[XEN_PEER_RENEW] = blkfront_life_renew,
	},
};

/*
 * Takes back what a lost backend has, but not the rings, which may be fresh ones for
 * the next one, or still be that of the last: who has them, xen_tie_renew() wants to
 * know. Return: whether it has nothing more.
 */
static bool blkfront_life_reclaim(struct blkfront *front)
{
	unsigned int i;

	for (i = 0; i < front->nr_queues; i++) {
		struct blkfront_queue *queue = &front->queues[i];

		if (!blkfront_queue_is_idle(queue) && blkfront_queue_reclaim(queue, false))
			return false;
	}
	return true;
}

/* Nobody has come: what waits fails, though not while a backend can reach it. */
static void blkfront_life_give_up(struct work_struct *work)
{
	struct blkfront *front = container_of(to_delayed_work(work),
					      struct blkfront, give_up);

	mutex_lock(&front->tie.peer.lock);
	if (front->dev && front->is.quiet && !front->tie.shut) {
		if (!front->is.dead)
			dev_err(&front->dev->dev,
				"%s: no backend for %u s; I/O fails until there is one\n",
				front->disk->disk_name,
				READ_ONCE(backend_timeout));
		blkfront_life_die(front);
		if (blkfront_life_reclaim(front))
			blkfront_unquiesce(front);
		else
			mod_delayed_work(xen_tie_workqueue, &front->give_up,
					 XEN_TIE_RETRY);
	}
	mutex_unlock(&front->tie.peer.lock);
}

/**
 * blkfront_life_begin - a device has appeared
 * @front: its disk, to be
 *
 * Return: 0 or a negative errno, reported.
 */
int blkfront_life_begin(struct blkfront *front)
{
	INIT_DELAYED_WORK(&front->give_up, blkfront_life_give_up);
	return xen_tie_begin(&front->tie, front->dev, &peer_ops, &tie_ops);
}

/**
 * blkfront_life_end - the device goes
 * @front: the disk, to be put
 *
 * Context: may sleep.
 */
void blkfront_life_end(struct blkfront *front)
{
	xen_tie_unwatch(&front->tie);

	mutex_lock(&front->tie.peer.lock);
	/* The device goes whatever the backend does. */
	blkfront_life_die(front);
	xen_tie_cut(&front->tie);
	blkfront_life_leave(front);
	front->dev = NULL;
	mutex_unlock(&front->tie.peer.lock);

	blkfront_life_stop(front);
}

/**
 * blkfront_life_stop - no work runs any more, nor will
 * @front: the disk
 */
void blkfront_life_stop(struct blkfront *front)
{
	xen_tie_stop(&front->tie);
	cancel_delayed_work_sync(&front->give_up);
	cancel_work_sync(&front->follow);
}
