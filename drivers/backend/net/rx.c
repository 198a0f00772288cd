// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest receives: from the interface to its ring. Floor F5; called by the
 * kernel for each packet, and by a NAPI of each queue for many.
 *
 * A packet waits in the queue's backlog until the NAPI has pages of the guest
 * for it. The NAPI runs as soon as the context that sent the packet allows, and
 * takes what has come by then: one hypercall and one event for all of it.
 *
 * Trust: a guest that posts no pages must not hold others' memory, nor others up.
 * The backlog is bounded, and the interface stopped while it is full. A guest that
 * has taken nothing for %SLOW is not waited for any more by those who send to it:
 * what waits is not charged to their sockets, and when the backlog is full, what
 * comes is dropped. When it has taken nothing for %PATIENCE it is stalled: what
 * waits for it is dropped, and so is what comes, until it posts pages; a while
 * later its interface loses its carrier.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>

#include "back.h"

/* Memory that may wait for one queue of a guest. */
#define BACKLOG_BYTES	SZ_1M
#define SLOW		(HZ / 10)
#define PATIENCE	(10 * HZ)
#define NO_CARRIER	(60 * HZ)
/* Packets of one poll; between them other interfaces have their turn. */
#define POLL_PACKETS	128

static struct netdev_queue *netback_rx_txq_of(const struct netback_queue *queue)
{
	return netdev_get_tx_queue(queue->back->netdev, queue->index);
}

/*
 * Interrupts are off where the lock is held: one may print, netconsole sends that,
 * and this may be its interface.
 *
 * Return: whether there was room.
 */
static bool netback_rx_enqueue(struct netback_queue *queue, struct sk_buff *skb)
{
	struct netback_rx *rx = &queue->rx;
	unsigned long flags;
	bool slow = READ_ONCE(rx->slow);
	bool room;

	if (unlikely(slow))
		skb_orphan(skb);
	spin_lock_irqsave(&rx->backlog.lock, flags);
	room = !slow || rx->bytes <= BACKLOG_BYTES;
	if (likely(room)) {
		__skb_queue_tail(&rx->backlog, skb);
		rx->bytes += skb->truesize;
		if (rx->bytes > BACKLOG_BYTES && !slow)
			netif_tx_stop_queue(netback_rx_txq_of(queue));
	}
	spin_unlock_irqrestore(&rx->backlog.lock, flags);
	return room;
}

static struct sk_buff *netback_rx_dequeue(struct netback_queue *queue)
{
	struct netback_rx *rx = &queue->rx;
	struct sk_buff *skb;
	unsigned long flags;

	spin_lock_irqsave(&rx->backlog.lock, flags);
	skb = __skb_dequeue(&rx->backlog);
	if (skb)
		rx->bytes -= skb->truesize;
	if (rx->bytes <= BACKLOG_BYTES / 2 &&
	    netif_tx_queue_stopped(netback_rx_txq_of(queue)))
		netif_tx_wake_queue(netback_rx_txq_of(queue));
	spin_unlock_irqrestore(&rx->backlog.lock, flags);
	return skb;
}

/* By the NAPI, and by those who send. */
static void netback_rx_count_dropped(struct netback_queue *queue)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->rx.backlog.lock, flags);
	netback_count(&queue->stats->rx_dropped, 1);
	spin_unlock_irqrestore(&queue->rx.backlog.lock, flags);
}

/* Who sends to the guest waits for it, or does not any more. */
static void netback_rx_set_slow(struct netback_queue *queue, bool slow)
{
	WRITE_ONCE(queue->rx.slow, slow);
	if (!slow)
		return;
	WRITE_ONCE(queue->rx.release, true);
	netif_tx_wake_queue(netback_rx_txq_of(queue));
	napi_schedule(&queue->rx.napi);
}

/* What waits is not its senders' any more. Others only add to the backlog. */
static void netback_rx_release(struct netback_queue *queue)
{
	struct sk_buff *skb;

	WRITE_ONCE(queue->rx.release, false);
	skb_queue_walk(&queue->rx.backlog, skb)
		skb_orphan(skb);
}

/**
 * netback_start_xmit - the kernel has a packet for the guest
 * @skb: the packet
 * @dev: the guest's interface
 */
netdev_tx_t netback_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct netback *back = netdev_priv(dev);
	u16 index = skb_get_queue_mapping(skb);
	struct netback_queue *queue;

	if (unlikely(!READ_ONCE(back->live) || index >= back->nr_queues ||
		     !skb->len)) {
		dev_core_stats_tx_dropped_inc(dev);
		goto drop;
	}
	queue = &back->queues[index];
	if (unlikely(READ_ONCE(queue->rx.stalled))) {
		netback_rx_count_dropped(queue);
		goto drop;
	}
	if (netback_mcast_drops(back, skb)) {
		dev_core_stats_tx_dropped_inc(dev);
		goto drop;
	}
	*netback_hashed_of(skb) = netback_hash_skb(back, skb);
	skb_tx_timestamp(skb);
	if (unlikely(!netback_rx_enqueue(queue, skb))) {
		netback_rx_count_dropped(queue);
		goto drop;
	}
	napi_schedule(&queue->rx.napi);
	return NETDEV_TX_OK;
drop:
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

/**
 * netback_rx_purge - drop what waits for the guest
 * @queue: the queue; its NAPI is the caller, or does not run
 */
void netback_rx_purge(struct netback_queue *queue)
{
	struct sk_buff *skb;

	while ((skb = netback_rx_dequeue(queue))) {
		netback_rx_count_dropped(queue);
		dev_kfree_skb_any(skb);
	}
}

/* Return: whether the guest has posted so many pages; if not, it will say. */
static bool netback_rx_has_pages(struct netback_queue *queue, u32 need)
{
	struct xen_ring *ring = &queue->rx.channel.ring;
	int have = xen_ring_pending(ring);

	if (likely(have >= (int)need))
		return true;
	if (have >= 0) {
		xen_ring_arm(ring, need);
		have = xen_ring_pending(ring);
	}
	return have >= (int)need;
}

static void netback_rx_starve(struct netback_queue *queue)
{
	struct netback_rx *rx = &queue->rx;

	if (!rx->waiting) {
		rx->starved = jiffies;
		WRITE_ONCE(rx->waiting, true);
		mod_timer(&rx->patience, jiffies + SLOW);
	}
	/* Who does not say that he has posted pages cannot be waited for. */
	if (!queue->back->choice.rx_notify)
		netback_rx_purge(queue);
}

/**
 * netback_rx_impatient - the guest has posted too few pages for long
 * @timer: of the queue
 *
 * Context: a timer's. The NAPI, which alone takes from the backlog, drops it.
 */
void netback_rx_impatient(struct timer_list *timer)
{
	struct netback_queue *queue = from_timer(queue, timer, rx.patience);
	struct netback_rx *rx = &queue->rx;

	/* What was waited for may be gone, as when the interface went down. */
	if (skb_queue_empty_lockless(&rx->backlog) && !rx->stalled) {
		WRITE_ONCE(rx->waiting, false);
		netback_rx_set_slow(queue, false);
	}
	if (!READ_ONCE(rx->waiting))
		return;
	if (time_before(jiffies, rx->starved + PATIENCE)) {
		netback_rx_set_slow(queue, true);
		mod_timer(&rx->patience, rx->starved + PATIENCE);
		return;
	}
	if (time_before(jiffies, rx->starved + NO_CARRIER)) {
		if (!rx->stalled)
			netback_count(&queue->stats->stalls, 1);
		WRITE_ONCE(rx->stalled, true);
		mod_timer(&rx->patience, rx->starved + NO_CARRIER);
		napi_schedule(&rx->napi);
		return;
	}
	if (netif_carrier_ok(queue->back->netdev) && xen_log_allowed())
		netdev_info(queue->back->netdev,
			    "queue %u: the guest takes no packets\n",
			    queue->index);
	netif_carrier_off(queue->back->netdev);
}

static void netback_rx_satisfy(struct netback_queue *queue)
{
	struct netback *back = queue->back;
	unsigned int i;

	WRITE_ONCE(queue->rx.waiting, false);
	if (READ_ONCE(queue->rx.slow))
		netback_rx_set_slow(queue, false);
	if (likely(!queue->rx.stalled))
		return;
	WRITE_ONCE(queue->rx.stalled, false);
	for (i = 0; i < back->nr_queues; i++)
		if (READ_ONCE(back->queues[i].rx.stalled))
			return;
	netif_carrier_on(back->netdev);
}

/* A stalled guest comes back when it has pages for any packet that it takes. */
static bool netback_rx_is_stalled(struct netback_queue *queue)
{
	if (likely(!READ_ONCE(queue->rx.stalled)))
		return false;
	if (netback_rx_has_pages(queue, queue->back->choice.sg ?
			      XEN_NETIF_NR_SLOTS_MIN : 1)) {
		netback_rx_satisfy(queue);
		return false;
	}
	netback_rx_purge(queue);
	return true;
}

/* Return: how many packets were sent to the guest. */
static int netback_rx_send(struct netback_queue *queue)
{
	struct netback_rx *rx = &queue->rx;
	struct sk_buff *skb;
	int done = 0;

	/* Others only add to the backlog, so what is first stays so. */
	while (done < POLL_PACKETS && (skb = skb_peek(&rx->backlog))) {
		if (!netback_rx_has_pages(queue, netback_slots_needed(queue, skb))) {
			netback_rx_starve(queue);
			break;
		}
		if (unlikely(rx->waiting))
			netback_rx_satisfy(queue);
		netback_fill(queue, netback_rx_dequeue(queue));
		done++;
	}
	return done;
}

/**
 * netback_rx_poll - send packets to the guest
 * @napi: of the queue
 * @budget: of the NAPI, which counts no packets that leave
 */
int netback_rx_poll(struct napi_struct *napi, int budget)
{
	struct netback_queue *queue = container_of(napi, struct netback_queue,
						   rx.napi);
	struct netback_rx *rx = &queue->rx;
	bool seen = READ_ONCE(rx->event.pending);
	int done = 0;

	/* What a packet needs and what it takes are the same then. */
	rx->headroom = READ_ONCE(queue->back->choice.headroom);
	if (unlikely(READ_ONCE(rx->release)))
		netback_rx_release(queue);
	if (!netback_rx_is_stalled(queue)) {
		done = netback_rx_send(queue);
		netback_flush(queue, budget);
	}
	if (unlikely(rx->channel.ring.broken)) {
		netback_broken(queue, &rx->broken, "receive");
		netback_rx_purge(queue);
		napi_complete(napi);
		return 0;
	}
	if (done == POLL_PACKETS)
		return budget;
	/* netpoll's turn is no end: events stay for the NAPI's own. */
	if (likely(budget)) {
		netback_event_answer(&rx->event, rx->channel.irq, seen);
		napi_complete_done(napi, 0);
	}
	return 0;
}
