// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue of the network frontend: two rings with their ports, and one NAPI
 * that serves both. Floor F5; made and taken down by life.c with each
 * connection, started and stopped with the interface.
 *
 * An event only schedules the NAPI, and is answered to the event channel code
 * when that has found nothing more to do: until then there is no other. The NAPI
 * is still ours then, so nobody else answers it, and one that comes right away
 * makes it run again. An event that nothing had been done for counts against
 * the backend.
 */
#include <linux/kernel.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "front.h"

static irqreturn_t netfront_queue_tx_interrupt(int irq, void *arg)
{
	struct netfront_queue *queue = arg;

	WRITE_ONCE(queue->tx.event.pending, true);
	napi_schedule(&queue->napi);
	return IRQ_HANDLED;
}

static irqreturn_t netfront_queue_rx_interrupt(int irq, void *arg)
{
	struct netfront_queue *queue = container_of(arg, struct netfront_queue,
						    rx);

	WRITE_ONCE(queue->rx.event.pending, true);
	napi_schedule(&queue->napi);
	return IRQ_HANDLED;
}

/* Only what was @seen when the poll began: what came later is the next one's. */
static void netfront_queue_event_answer(struct netfront_event *event, unsigned int irq,
					bool seen)
{
	bool spurious = !event->served;

	if (!seen || !irq)
		return;
	event->served = 0;
	/* Another can come as soon as this one is answered. */
	WRITE_ONCE(event->pending, false);
	xen_irq_lateeoi(irq, spurious ? XEN_EOI_FLAG_SPURIOUS : 0);
}

/*
 * Both rings. Without a @budget netpoll is asking, perhaps in the midst of a sender:
 * answers are taken if the lock is free, and events stay as they are (the caller
 * returns then as for a poll that is not over).
 *
 * Return: slots received, @budget if there is more; or -EPROTO.
 */
static int netfront_queue_serve(struct netfront_queue *queue, int budget)
{
	int more, done;

	more = netfront_tx_clean(queue, budget);
	if (unlikely(more < 0))
		return more;
	/* netpoll wants nothing to be received. */
	if (unlikely(!budget))
		return 0;
	done = netfront_rx_drain(queue, budget);
	if (unlikely(done < 0))
		return done;
	netfront_post(queue);
	if (done < budget && xen_ring_arm(&queue->rx.channel.ring, 1))
		return budget;
	return more ? budget : done;
}

/**
 * netfront_poll - the queue's NAPI
 * @napi: of the queue
 * @budget: how much may be received
 *
 * Return: how much was.
 */
int netfront_poll(struct napi_struct *napi, int budget)
{
	struct netfront_queue *queue = container_of(napi, struct netfront_queue,
						    napi);
	struct netfront_tx *tx = &queue->tx;
	struct netfront_rx *rx = &queue->rx;
	bool tx_seen = READ_ONCE(tx->event.pending);
	bool rx_seen = READ_ONCE(rx->event.pending);
	int done = netfront_queue_serve(queue, budget);

	if (unlikely(done < 0)) {
		/* The events stay unanswered: the queue is masked now. */
		napi_complete(napi);
		xen_tie_recover(&queue->front->tie);
		return 0;
	}
	if (done == budget)
		return budget;
	/* One port for both: which ring was meant is not known. */
	if (!rx->channel.irq) {
		tx->event.served += rx->event.served;
		rx->event.served = 0;
	}
	netfront_queue_event_answer(&tx->event, tx->channel.irq, tx_seen);
	netfront_queue_event_answer(&rx->event, rx->channel.irq, rx_seen);
	napi_complete_done(napi, done);
	return done;
}

static int netfront_queue_create_channels(struct netfront_queue *queue)
{
	struct netfront *front = queue->front;
	const char *name = dev_name(&front->dev->dev);
	bool split = front->offer.split;
	int err;

	snprintf(queue->tx_name, sizeof(queue->tx_name), "%s-q%u%s", name,
		 queue->index, split ? "-tx" : "");
	snprintf(queue->rx_name, sizeof(queue->rx_name), "%s-q%u-rx", name,
		 queue->index);
	err = xen_channel_create(&queue->tx.channel, front->dev, 1,
				 NETFRONT_TX_STRIDE, netfront_queue_tx_interrupt,
				 queue->tx_name, queue);
	if (err)
		return err;
	return xen_channel_create(&queue->rx.channel, front->dev, 1,
				  NETFRONT_RX_STRIDE,
				  split ? netfront_queue_rx_interrupt : NULL, queue->rx_name,
				  &queue->rx);
}

static void netfront_queue_destroy(struct netfront_queue *queue)
{
	xen_channel_mask(&queue->tx.channel);
	xen_channel_mask(&queue->rx.channel);
	netfront_static_end(queue);
	netfront_rx_destroy(queue);
	netfront_tx_destroy(queue);
	rtnl_lock();
	netif_napi_del(&queue->napi);
	rtnl_unlock();
	xen_channel_destroy(&queue->tx.channel);
	xen_channel_destroy(&queue->rx.channel);
}

static int netfront_queue_create(struct netfront_queue *queue)
{
	int err;

	rtnl_lock();
	netif_napi_add(queue->front->netdev, &queue->napi, netfront_poll);
	rtnl_unlock();
	err = netfront_rx_create(queue);
	if (!err)
		err = netfront_tx_create(queue);
	if (!err)
		err = netfront_queue_create_channels(queue);
	if (err) {
		xenbus_dev_error(queue->front->dev, err, "making queue %u",
				 queue->index);
		netfront_queue_destroy(queue);
		return err;
	}
	/* What the backend finds when it connects. */
	local_bh_disable();
	netfront_post(queue);
	local_bh_enable();
	return 0;
}

/**
 * netfront_queues_create - make the queues of a connection
 * @front: the interface, with no queues
 * @count: how many
 *
 * Context: may sleep. Return: 0 or a negative errno, reported.
 */
int netfront_queues_create(struct netfront *front, u32 count)
{
	u32 i;
	int err;

	front->queues = kvcalloc(count, sizeof(*front->queues), GFP_KERNEL);
	if (!front->queues)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		struct netfront_queue *queue = &front->queues[i];

		queue->front = front;
		queue->index = i;
		queue->stats = &front->stats[i];
		err = netfront_queue_create(queue);
		if (err) {
			netfront_queues_destroy(front);
			return err;
		}
		front->nr_queues++;
	}
	return 0;
}

/**
 * netfront_queues_destroy - take the queues down
 * @front: the interface, not live, with nothing sent
 *
 * Context: may sleep.
 */
void netfront_queues_destroy(struct netfront *front)
{
	/* It may be about to use them. */
	netfront_ctrl_destroy(front);
	while (front->nr_queues)
		netfront_queue_destroy(&front->queues[--front->nr_queues]);
	kvfree(front->queues);
	front->queues = NULL;
}

/**
 * netfront_queues_mask - let no further event in
 * @front: the interface
 *
 * Context: may sleep.
 */
void netfront_queues_mask(struct netfront *front)
{
	unsigned int i;

	for (i = 0; i < front->nr_queues; i++) {
		xen_channel_mask(&front->queues[i].tx.channel);
		xen_channel_mask(&front->queues[i].rx.channel);
	}
}

/**
 * netfront_queues_start - the interface is up, and connected
 * @front: the interface
 *
 * What came before is found by a first poll. Context: under rtnl.
 */
void netfront_queues_start(struct netfront *front)
{
	unsigned int i;

	ASSERT_RTNL();
	for (i = 0; i < front->nr_queues; i++) {
		struct napi_struct *napi = &front->queues[i].napi;

		napi_enable(napi);
		local_bh_disable();
		napi_schedule(napi);
		local_bh_enable();
	}
	WRITE_ONCE(front->is.running, true);
}

/**
 * netfront_queues_stop - the interface goes down, or is disconnected
 * @front: the interface
 *
 * Context: under rtnl; may sleep.
 */
void netfront_queues_stop(struct netfront *front)
{
	unsigned int i;

	ASSERT_RTNL();
	if (!front->is.running)
		return;
	WRITE_ONCE(front->is.running, false);
	for (i = 0; i < front->nr_queues; i++)
		napi_disable(&front->queues[i].napi);
}
