// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue of the network backend: two rings with their ports, and a NAPI for
 * each. Floor F5; made and taken down by main.c with each connection, started
 * and stopped with the interface.
 *
 * An event only schedules a NAPI, and is answered to the event channel code
 * when that NAPI has found nothing more to do: until then there is no other. The
 * NAPI is still ours then, so nobody else answers it, and one that comes right
 * away makes it run again. An event that nothing had been done for counts
 * against the guest.
 */
#include <linux/kernel.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/page_pool/helpers.h>

#include "back.h"

static irqreturn_t netback_queue_tx_interrupt(int irq, void *arg)
{
	struct netback_queue *queue = arg;

	WRITE_ONCE(queue->tx.event.pending, true);
	napi_schedule(&queue->tx.napi);
	return IRQ_HANDLED;
}

static irqreturn_t netback_queue_rx_interrupt(int irq, void *arg)
{
	struct netback_rx *rx = arg;

	WRITE_ONCE(rx->event.pending, true);
	napi_schedule(&rx->napi);
	return IRQ_HANDLED;
}

/*
 * One port for both rings: which of them was meant is not known. The first NAPI, which
 * runs first, sees whether it was for pages (netback_rx_note_pages()).
 */
static irqreturn_t netback_queue_shared_interrupt(int irq, void *arg)
{
	struct netback_queue *queue = arg;

	napi_schedule(&queue->rx.napi);
	return netback_queue_tx_interrupt(irq, arg);
}

/**
 * netback_event_answer - let the next event of a channel in
 * @event: of the channel
 * @irq: of the channel; 0 if it shares another one's
 * @seen: an event was there when the poll that now ends began; one that came
 *	later is left to the next
 */
void netback_event_answer(struct netback_event *event, unsigned int irq,
			  bool seen)
{
	bool spurious = !event->served && !READ_ONCE(event->asked);

	if (!seen || !irq)
		return;
	event->served = 0;
	WRITE_ONCE(event->asked, false);
	WRITE_ONCE(event->pending, false);
	xen_irq_lateeoi(irq, spurious ? XEN_EOI_FLAG_SPURIOUS : 0);
}

/**
 * netback_broken - a ring is broken: say so, once
 * @queue: the queue
 * @once: whether it was said
 * @ring: which ring
 *
 * The event stays unanswered: this channel is masked until the frontend has
 * connected anew. Context: any.
 */
void netback_broken(struct netback_queue *queue, bool *once, const char *ring)
{
	if (*once)
		return;
	*once = true;
	if (!xen_log_allowed())
		return;
	netdev_err(queue->back->netdev,
		   "queue %u: frontend broke its %s ring; it has to reconnect\n",
		   queue->index, ring);
}

static int netback_queue_attach_channels(struct netback_queue *queue, const char *dir)
{
	static const struct xen_key split_key = {
		.name = "event-channel-tx", .type = XEN_KEY_U32,
	};
	struct xenbus_device *dev = queue->back->dev;
	struct xen_channel_keys keys = { .dir = dir, .ref = "tx-ring-ref" };
	u32 split;
	int err;

	err = xen_keys_read(dev, dir, &split_key, 1, &split);
	if (err)
		return err;
	keys.port = split ? "event-channel-tx" : "event-channel";
	err = xen_channel_attach(&queue->tx.channel, dev, &keys, 1,
				 NETBACK_TX_STRIDE);
	if (err)
		return err;
	keys.ref = "rx-ring-ref";
	keys.port = "event-channel-rx";
	keys.portless = !split;
	return xen_channel_attach(&queue->rx.channel, dev, &keys, 1,
				  NETBACK_RX_STRIDE);
}

static int netback_queue_attach(struct netback_queue *queue)
{
	const char *otherend = queue->back->dev->otherend;
	char *dir = queue->back->nr_queues > 1 ?
		kasprintf(GFP_KERNEL, "%s/queue-%u", otherend, queue->index) :
		kstrdup(otherend, GFP_KERNEL);
	int err;

	if (!dir)
		return -ENOMEM;
	err = netback_queue_attach_channels(queue, dir);
	kfree(dir);
	return err;
}

static int netback_queue_listen(struct netback_queue *queue)
{
	const char *name = dev_name(&queue->back->dev->dev);
	bool split = queue->rx.channel.port;
	int err;

	snprintf(queue->tx_name, sizeof(queue->tx_name), "%s-q%u%s", name,
		 queue->index, split ? "-tx" : "");
	snprintf(queue->rx_name, sizeof(queue->rx_name), "%s-q%u-rx", name,
		 queue->index);
	err = xen_channel_listen(&queue->tx.channel,
				 split ? netback_queue_tx_interrupt :
					 netback_queue_shared_interrupt,
				 queue->tx_name, queue);
	if (err || !split)
		return err;
	return xen_channel_listen(&queue->rx.channel, netback_queue_rx_interrupt,
				  queue->rx_name, &queue->rx);
}

static int netback_queue_make_room(struct netback_queue *queue)
{
	struct page_pool_params params = {
		.pool_size = NETBACK_RING,
		.nid = NUMA_NO_NODE,
		.napi = &queue->tx.napi,
		.netdev = queue->back->netdev,
	};
	struct page_pool *pool;

	queue->tx.sweep = kvzalloc(sizeof(*queue->tx.sweep), GFP_KERNEL);
	queue->rx.batch = kvzalloc(sizeof(*queue->rx.batch), GFP_KERNEL);
	if (!queue->tx.sweep || !queue->rx.batch)
		return -ENOMEM;
	__skb_queue_head_init(&queue->rx.batch->done);
	pool = page_pool_create(&params);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	queue->tx.pool = pool;
	return 0;
}

static void netback_queue_init(struct netback_queue *queue)
{
	struct net_device *netdev = queue->back->netdev;

	skb_queue_head_init(&queue->rx.backlog);
	timer_setup(&queue->rx.patience, netback_rx_impatient, 0);
	netback_credit_start(queue);
	rtnl_lock();
	netif_napi_add(netdev, &queue->tx.napi, netback_tx_poll);
	netif_napi_add_tx(netdev, &queue->rx.napi, netback_rx_poll);
	rtnl_unlock();
}

static void netback_queue_destroy(struct netback_queue *queue)
{
	xen_channel_mask(&queue->tx.channel);
	xen_channel_mask(&queue->rx.channel);
	timer_shutdown_sync(&queue->rx.patience);
	timer_shutdown_sync(&queue->tx.credit_timer);
	skb_queue_purge(&queue->rx.backlog);
	page_pool_destroy(queue->tx.pool);
	rtnl_lock();
	netif_napi_del(&queue->tx.napi);
	netif_napi_del(&queue->rx.napi);
	rtnl_unlock();
	kvfree(queue->tx.sweep);
	kvfree(queue->rx.batch);
	xen_channel_destroy(&queue->tx.channel);
	xen_channel_destroy(&queue->rx.channel);
}

static int netback_queue_create(struct netback_queue *queue)
{
	int err;

	netback_queue_init(queue);
	err = netback_queue_attach(queue);
	if (!err)
		err = netback_queue_make_room(queue);
	if (!err)
		err = netback_queue_listen(queue);
	if (err)
		netback_queue_destroy(queue);
	return err;
}

/**
 * netback_queues_create - attach to the rings that the frontend published
 * @back: the interface, with no queues
 *
 * Context: may sleep. Return: 0 or a negative errno.
 */
int netback_queues_create(struct netback *back)
{
	u32 i, count = max(back->choice.queues, 1U);
	int err;

	netback_credit_read(back);
	back->queues = kvcalloc(count, sizeof(*back->queues), GFP_KERNEL);
	if (!back->queues)
		return -ENOMEM;
	/* Where a queue's keys are depends on it. */
	back->nr_queues = count;
	for (i = 0; i < count; i++) {
		struct netback_queue *queue = &back->queues[i];

		queue->back = back;
		queue->index = i;
		queue->stats = &back->stats[i];
		err = netback_queue_create(queue);
		if (err) {
			back->nr_queues = i;
			netback_queues_destroy(back);
			return err;
		}
	}
	err = netback_control_create(back);
	if (err)
		netback_queues_destroy(back);
	return err;
}

/**
 * netback_queues_destroy - let go of the rings
 * @back: the interface, not live
 *
 * Context: may sleep.
 */
void netback_queues_destroy(struct netback *back)
{
	netback_control_destroy(back);
	while (back->nr_queues)
		netback_queue_destroy(&back->queues[--back->nr_queues]);
	kvfree(back->queues);
	back->queues = NULL;
}

/**
 * netback_queues_start - the interface is up, and connected
 * @back: the interface
 *
 * What came before is found by a first poll. Context: under rtnl.
 */
void netback_queues_start(struct netback *back)
{
	unsigned int i;

	ASSERT_RTNL();
	for (i = 0; i < back->nr_queues; i++) {
		struct netback_queue *queue = &back->queues[i];

		napi_enable(&queue->tx.napi);
		napi_enable(&queue->rx.napi);
		local_bh_disable();
		napi_schedule(&queue->tx.napi);
		napi_schedule(&queue->rx.napi);
		local_bh_enable();
	}
	back->running = true;
}

/**
 * netback_queues_stop - the interface goes down, or is disconnected
 * @back: the interface
 *
 * Context: under rtnl; may sleep.
 */
void netback_queues_stop(struct netback *back)
{
	unsigned int i;

	ASSERT_RTNL();
	if (!back->running)
		return;
	back->running = false;
	for (i = 0; i < back->nr_queues; i++) {
		napi_disable(&back->queues[i].tx.napi);
		napi_disable(&back->queues[i].rx.napi);
	}
}
