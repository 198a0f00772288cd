// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much a guest may transmit: so many bytes in each window of time, as the
 * host's tools wrote it to the key "rate". Floor F5; called by the transmit
 * NAPI of each queue, which has its share of the whole.
 *
 * A packet is let through as long as anything is left, and what it takes too
 * much is taken from the next window: so packets larger than a window's share
 * get through as well, and the mean is kept.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>

#include "back.h"

/* The longest window, and the most bytes in one: sums of windows fit. */
#define WINDOW_MAX	(60 * USEC_PER_SEC)
#define BYTES_MAX	BIT_ULL(40)

static void credit_expired(struct timer_list *timer)
{
	struct netback_queue *queue = from_timer(queue, timer, tx.credit.timer);

	napi_schedule(&queue->tx.napi);
}

/**
 * netback_credit_init - begin to count
 * @queue: the queue
 * @bytes: what all queues together may transmit in a window; 0 for any
 * @usecs: the window's length
 *
 * A window shorter than a jiffy is counted as one, with as many bytes more, and
 * one longer than a minute as that, with as many less.
 */
void netback_credit_init(struct netback_queue *queue, u64 bytes, u64 usecs)
{
	struct netback_credit *credit = &queue->tx.credit;
	u64 window = max_t(u64, 1,
			   usecs_to_jiffies(min_t(u64, usecs, WINDOW_MAX)));

	timer_setup(&credit->timer, credit_expired, 0);
	if (!bytes || !usecs)
		return;
	credit->bytes = mul_u64_u64_div_u64(min(bytes, BYTES_MAX),
					    jiffies_to_usecs(window),
					    usecs * queue->back->nr_queues);
	credit->bytes = clamp(credit->bytes, 1, BYTES_MAX);
	credit->window = window;
	credit->left = credit->bytes;
	credit->until = jiffies + window;
}

/* Begins the windows that have come since; a debt is paid by each of them. */
static void refill(struct netback_credit *credit)
{
	unsigned long late = jiffies - credit->until;
	u64 windows = 1 + late / credit->window;

	credit->until += windows * credit->window;
	/* What was not used is lost. A debt is one packet at the most. */
	windows = min_t(u64, windows, XEN_NETIF_MAX_TX_SIZE);
	credit->left = min_t(s64, credit->bytes,
			     credit->left + (s64)(windows * credit->bytes));
}

/**
 * netback_credit_left - whether the guest may transmit now
 * @credit: of the queue
 *
 * If not, the queue's NAPI is scheduled when it may. Context: that NAPI.
 */
bool netback_credit_left(struct netback_credit *credit)
{
	if (!credit->bytes)
		return true;
	if (time_after_eq(jiffies, credit->until))
		refill(credit);
	if (credit->left > 0)
		return true;
	mod_timer(&credit->timer, credit->until);
	return false;
}

/**
 * netback_credit_spend - count what was transmitted
 * @credit: of the queue
 * @bytes: how much
 */
void netback_credit_spend(struct netback_credit *credit, u32 bytes)
{
	if (credit->bytes)
		credit->left -= bytes;
}
