// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue's thread that has nothing to do looks at the ring for a moment before
 * it sleeps. Floor F5; called by queue.c.
 *
 * A request that comes meanwhile costs no doorbell, no event, no wakeup and, on
 * both sides of it, no idle CPU's way down and up again: most of what a single
 * small request costs. It is worth it as long as requests do come so soon, which
 * the last one tells of the next: a queue whose last pause was longer than what
 * may be spent goes to sleep at once. And it is worth it only on a CPU that nobody
 * else wants: with many busy guests there is always another thread to run.
 */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/sched/stat.h>

#include "back.h"

static unsigned int spin_us = 100;
module_param(spin_us, uint, 0644);
MODULE_PARM_DESC(spin_us,
		 "How long a busy queue looks for requests before it sleeps, in microseconds, 0: not at all (default 100)");

/**
 * blkback_spin - look for something to do
 * @queue: the queue, which has nothing, and has not asked for an event yet
 *
 * Return: whether there is something now.
 */
bool blkback_spin(struct blkback_queue *queue)
{
	struct xen_ring *ring = &queue->channel.ring;
	u64 end;

	queue->spin.since = local_clock();
	if (!queue->spin.worth)
		return false;
	end = queue->spin.since + READ_ONCE(spin_us) * NSEC_PER_USEC;
	do {
		if (!llist_empty(&queue->done) || xen_ring_pending(ring))
			return true;
		if (!single_task_running() || need_resched() ||
		    kthread_should_stop())
			return false;
		cpu_relax();
	} while (local_clock() < end);
	queue->spin.worth = false;
	return false;
}

/**
 * blkback_spin_learn - something came, after a sleep
 * @queue: the queue
 */
void blkback_spin_learn(struct blkback_queue *queue)
{
	u64 pause = local_clock() - queue->spin.since;

	queue->spin.worth = pause < READ_ONCE(spin_us) * NSEC_PER_USEC;
}
