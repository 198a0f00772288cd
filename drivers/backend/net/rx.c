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
 * has taken nothing for %SLOW, or takes so little that a packet waits for %LATE, is not
 * waited for any more by those who send to it: what waits is not charged to their
 * sockets, and when the backlog is full, what comes is dropped; so is what has waited
 * for %PATIENCE. When it has taken nothing for %PATIENCE it is stalled: what
 * waits for it is dropped, and so is what comes, until it posts pages; a while
 * later its interface loses its carrier. The queue's NAPI alone decides that
 * (enum netback_pace): a timer only has it look.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>

#include "back.h"

/* Memory that may wait for one queue of a guest. */
#define BACKLOG_BYTES	SZ_1M
#define SLOW		(HZ / 10)
#define LATE		(HZ / 2)
#define PATIENCE	(10 * HZ)
#define NO_CARRIER	(60 * HZ)

/* How long a guest may post too few pages before it gets to the next pace. */
static const unsigned long rx_limits[] = {
	[NETBACK_PROMPT] = SLOW,
	[NETBACK_SLOW] = PATIENCE,
	[NETBACK_STALLED] = NO_CARRIER,
};

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
	bool orphan = READ_ONCE(rx->pace) != NETBACK_PROMPT;
	unsigned long flags;
	bool slow, room;

	if (unlikely(orphan))
		skb_orphan(skb);
	spin_lock_irqsave(&rx->backlog.lock, flags);
	slow = rx->pace != NETBACK_PROMPT;
	room = !slow || rx->bytes <= BACKLOG_BYTES;
	if (likely(room)) {
		__skb_queue_tail(&rx->backlog, skb);
		rx->bytes += skb->truesize;
		if (!slow && rx->bytes > BACKLOG_BYTES)
			netif_tx_stop_queue(netback_rx_txq_of(queue));
		/* It has become slow meanwhile: what waited is released already. */
		if (unlikely(slow && !orphan))
			WRITE_ONCE(rx->release, true);
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

/* What waits is not its senders' any more. Others only add to the backlog. */
static void netback_rx_release(struct netback_queue *queue)
{
	struct sk_buff *skb;

	WRITE_ONCE(queue->rx.release, false);
	skb_queue_walk(&queue->rx.backlog, skb)
		skb_orphan(skb);
}

/*
 * The interface has no carrier while any of its queues is absent. Several may come and
 * go at once, so what is counted and the carrier change together; interrupts are off
 * for netconsole's sake, as above.
 */
static void netback_rx_set_absent(struct netback *back, bool absent)
{
	struct netback_absence *absence = &back->absence;
	unsigned long flags;

	spin_lock_irqsave(&absence->lock, flags);
	absence->queues += absent ? 1 : -1;
	if (absence->queues)
		netif_carrier_off(back->netdev);
	else
		netif_carrier_on(back->netdev);
	spin_unlock_irqrestore(&absence->lock, flags);
}

/*
 * The only place where the pace changes; the caller is the NAPI. Who adds to the backlog
 * sees the new one under its lock, or has added before, and is released here.
 */
static void netback_rx_set_pace(struct netback_queue *queue, enum netback_pace pace)
{
	struct netback_rx *rx = &queue->rx;
	enum netback_pace before = rx->pace;
	unsigned long flags;

	if (pace == before)
		return;
	spin_lock_irqsave(&rx->backlog.lock, flags);
	WRITE_ONCE(rx->pace, pace);
	spin_unlock_irqrestore(&rx->backlog.lock, flags);
	if (before == NETBACK_PROMPT) {
		netback_rx_release(queue);
		netif_tx_wake_queue(netback_rx_txq_of(queue));
	}
	if (before < NETBACK_STALLED && pace >= NETBACK_STALLED)
		netback_count(&queue->stats->stalls, 1);
	if (pace == NETBACK_ABSENT && netif_carrier_ok(queue->back->netdev) &&
	    xen_log_allowed())
		netdev_info(queue->back->netdev,
			    "queue %u: the guest takes no packets\n",
			    queue->index);
	if (pace == NETBACK_ABSENT || before == NETBACK_ABSENT)
		netback_rx_set_absent(queue->back, pace == NETBACK_ABSENT);
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
	if (unlikely(READ_ONCE(queue->rx.pace) >= NETBACK_STALLED)) {
		netback_rx_count_dropped(queue);
		goto drop;
	}
	if (netback_mcast_drops(back, skb)) {
		dev_core_stats_tx_dropped_inc(dev);
		goto drop;
	}
	*netback_hashed_of(skb) = netback_hash_skb(back, skb);
	netback_cb_of(skb)->since = jiffies;
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

/* Return: whether there was one. */
static bool netback_rx_drop_first(struct netback_queue *queue)
{
	struct sk_buff *skb = netback_rx_dequeue(queue);

	if (!skb)
		return false;
	netback_rx_count_dropped(queue);
	dev_kfree_skb_any(skb);
	return true;
}

/**
 * netback_rx_purge - drop what waits for the guest
 * @queue: the queue; its NAPI is the caller, or does not run
 */
void netback_rx_purge(struct netback_queue *queue)
{
	while (netback_rx_drop_first(queue))
		;
	/* Nothing is waited for any more, but a stalled guest itself. */
	if (queue->rx.pace < NETBACK_STALLED)
		WRITE_ONCE(queue->rx.waiting, false);
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

static bool netback_rx_has_waited(struct sk_buff *skb, unsigned long limit)
{
	return skb && jiffies - netback_cb_of(skb)->since >= limit;
}

/*
 * The guest has posted too few pages, for @first if that is not NULL: since when tells
 * what becomes of it.
 */
static void netback_rx_judge(struct netback_queue *queue, struct sk_buff *first)
{
	struct netback_rx *rx = &queue->rx;
	unsigned long waited = jiffies - rx->starved;
	enum netback_pace pace = rx->pace;

	while (pace < NETBACK_ABSENT && waited >= rx_limits[pace])
		pace++;
	if (pace == NETBACK_PROMPT && netback_rx_has_waited(first, LATE))
		pace = NETBACK_SLOW;
	netback_rx_set_pace(queue, pace);
	if (pace < NETBACK_ABSENT)
		mod_timer(&rx->patience, rx->starved + rx_limits[pace]);
}

static void netback_rx_starve(struct netback_queue *queue, struct sk_buff *first)
{
	struct netback_rx *rx = &queue->rx;

	/* Who does not say that he has posted pages cannot be waited for. */
	if (!queue->back->choice.rx_notify) {
		netback_rx_purge(queue);
		return;
	}
	if (!rx->waiting) {
		rx->starved = jiffies;
		WRITE_ONCE(rx->waiting, true);
	}
	netback_rx_judge(queue, first);
	if (unlikely(rx->pace >= NETBACK_STALLED))
		netback_rx_purge(queue);
}

/**
 * netback_rx_impatient - the guest may have posted too few pages for long
 * @timer: of the queue
 *
 * Context: a timer's.
 */
void netback_rx_impatient(struct timer_list *timer)
{
	struct netback_queue *queue = from_timer(queue, timer, rx.patience);

	if (READ_ONCE(queue->rx.waiting))
		napi_schedule(&queue->rx.napi);
}

/*
 * There are pages for @first, or nothing waits for any. Who posts one now and then is
 * slow all the same.
 */
static void netback_rx_satisfy(struct netback_queue *queue, struct sk_buff *first)
{
	WRITE_ONCE(queue->rx.waiting, false);
	netback_rx_set_pace(queue, netback_rx_has_waited(first, LATE) ?
				   NETBACK_SLOW : NETBACK_PROMPT);
}

/* A stalled guest comes back when it has pages for any packet that it takes. */
static bool netback_rx_is_stalled(struct netback_queue *queue)
{
	if (likely(queue->rx.pace < NETBACK_STALLED))
		return false;
	if (netback_rx_has_pages(queue, queue->back->choice.sg ?
			      XEN_NETIF_NR_SLOTS_MIN : 1)) {
		netback_rx_satisfy(queue, NULL);
		return false;
	}
	netback_rx_purge(queue);
	netback_rx_judge(queue, NULL);
	return true;
}

/* Return: how many packets were sent to the guest. */
static int netback_rx_send(struct netback_queue *queue)
{
	struct netback_rx *rx = &queue->rx;
	struct sk_buff *skb = NULL;
	int done = 0;

	/* Others only add to the backlog, so what is first stays so. */
	while (done < POLL_PACKETS && (skb = skb_peek(&rx->backlog))) {
		if (unlikely(rx->pace != NETBACK_PROMPT) &&
		    netback_rx_has_waited(skb, PATIENCE)) {
			netback_rx_drop_first(queue);
			continue;
		}
		if (!netback_rx_has_pages(queue, netback_slots_needed(queue, skb))) {
			netback_rx_starve(queue, skb);
			return done;
		}
		if (unlikely(rx->waiting || rx->pace != NETBACK_PROMPT))
			netback_rx_satisfy(queue, skb);
		netback_fill(queue, netback_rx_dequeue(queue));
		done++;
	}
	/* What was waited for may be gone, as when the interface went down. */
	if (unlikely(rx->waiting || rx->pace != NETBACK_PROMPT) && !skb)
		netback_rx_satisfy(queue, NULL);
	return done;
}

/*
 * With one port for both rings, new pages are a reason for an event that the other half
 * answers. That pages are waited for is none: it may be so for ever.
 */
static void netback_rx_note_pages(struct netback_queue *queue)
{
	struct netback_rx *rx = &queue->rx;
	int have = xen_ring_pending(&rx->channel.ring);
	u32 posted = rx->channel.ring.in_cons + have;

	if (have < 0 || posted == rx->posted)
		return;
	rx->posted = posted;
	WRITE_ONCE(queue->tx.event.asked, true);
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
	if (!rx->channel.irq)
		netback_rx_note_pages(queue);
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
