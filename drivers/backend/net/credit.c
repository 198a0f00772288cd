// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much a guest may transmit: so many bytes in each window of time, as the
 * host's tools wrote it to the key "rate". Floor F5; called by the transmit
 * NAPI of each queue.
 *
 * The rate is the interface's: whichever queue comes takes from it, so one flow
 * gets all of it, and many get no more.
 *
 * A packet is let through as long as anything is left, and what it takes too
 * much is taken from the next window: so packets larger than a window's share
 * get through as well, and the mean is kept. The key may change at any time.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>

#include "back.h"

/* The longest window, and the most bytes in one: sums of windows fit. */
#define WINDOW_MAX	(60 * USEC_PER_SEC)
#define BYTES_MAX	BIT_ULL(40)

static void netback_credit_expired(struct timer_list *timer)
{
	struct netback_queue *queue = from_timer(queue, timer, tx.credit_timer);

	napi_schedule(&queue->tx.napi);
}

/**
 * netback_credit_init - no limit yet
 * @back: the interface, to be
 */
void netback_credit_init(struct netback *back)
{
	spin_lock_init(&back->credit.lock);
}

/**
 * netback_credit_read - count anew, as the host's tools say by now
 * @back: the interface
 *
 * A window shorter than a jiffy is counted as one, with as many bytes more, and
 * one longer than a minute as that, with as many less. Context: may sleep.
 */
void netback_credit_read(struct netback *back)
{
	struct netback_credit *credit = &back->credit;
	u64 bytes, usecs, window;

	netback_read_rate(back, &bytes, &usecs);
	window = max_t(u64, 1,
		       usecs_to_jiffies(min_t(u64, usecs, WINDOW_MAX)));
	if (bytes) {
		bytes = mul_u64_u64_div_u64(min(bytes, BYTES_MAX),
					    jiffies_to_usecs(window), usecs);
		bytes = clamp(bytes, 1, BYTES_MAX);
	}
	spin_lock_bh(&credit->lock);
	WRITE_ONCE(credit->bytes, bytes);
	credit->window = window;
	credit->left = bytes;
	credit->until = jiffies + window;
	spin_unlock_bh(&credit->lock);
}

/**
 * netback_credit_watched - the host's tools may have changed the rate
 * @watch: on the key
 * @path: of the key
 * @token: not used
 */
void netback_credit_watched(struct xenbus_watch *watch, const char *path,
			    const char *token)
{
	struct netback *back = container_of(watch, struct netback,
					    credit.watch);
	unsigned int i;

	mutex_lock(&back->peer.lock);
	netback_credit_read(back);
	/* A queue may wait for the end of a long window. */
	local_bh_disable();
	for (i = 0; back->live && i < back->nr_queues; i++)
		napi_schedule(&back->queues[i].tx.napi);
	local_bh_enable();
	mutex_unlock(&back->peer.lock);
}

/**
 * netback_credit_start - a queue is about to take from it
 * @queue: the queue
 */
void netback_credit_start(struct netback_queue *queue)
{
	timer_setup(&queue->tx.credit_timer, netback_credit_expired, 0);
}

/* Begins the windows that have come since; a debt is paid by each of them. */
static void netback_credit_refill(struct netback_credit *credit)
{
	unsigned long late = jiffies - credit->until;
	u64 windows = 1 + late / credit->window;

	credit->until += windows * credit->window;
	/* What was not used is lost. A debt is one packet of each queue. */
	windows = min_t(u64, windows,
			NETBACK_QUEUES_MAX * XEN_NETIF_MAX_TX_SIZE);
	credit->left = min_t(s64, credit->bytes,
			     credit->left + (s64)(windows * credit->bytes));
}

/**
 * netback_credit_left - whether the guest may transmit now
 * @queue: on this queue
 *
 * If not, the queue's NAPI is scheduled when it may. Context: that NAPI.
 */
bool netback_credit_left(struct netback_queue *queue)
{
	struct netback_credit *credit = &queue->back->credit;
	unsigned long until;
	bool left;

	if (!READ_ONCE(credit->bytes))
		return true;
	spin_lock(&credit->lock);
	if (time_after_eq(jiffies, credit->until))
		netback_credit_refill(credit);
	left = credit->left > 0 || !credit->bytes;
	until = credit->until;
	spin_unlock(&credit->lock);
	if (!left)
		mod_timer(&queue->tx.credit_timer, until);
	return left;
}

/**
 * netback_credit_spend - count what was transmitted
 * @queue: on this queue
 * @bytes: how much
 */
void netback_credit_spend(struct netback_queue *queue, u32 bytes)
{
	struct netback_credit *credit = &queue->back->credit;

	if (!READ_ONCE(credit->bytes))
		return;
	spin_lock(&credit->lock);
	credit->left -= bytes;
	spin_unlock(&credit->lock);
}
