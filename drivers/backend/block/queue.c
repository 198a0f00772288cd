// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue of the block backend: a ring, and the thread that serves it, one sweep
 * (sweep.c) after the other. Floor F5; made by life.c when a frontend connects.
 */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <xen/interface/io/protocols.h>

#include "back.h"
#include "persistent.h"

/* How often to look whether a device has let go of pages. */
#define HELD_DELAY	(HZ / 100 ?: 1)

/* So many sweeps follow each other before anything else is looked at. */
#define SWEEPS_MANY	256

static irqreturn_t blkback_queue_interrupt(int irq, void *arg)
{
	struct blkback_queue *queue = arg;

	/* No further event until the thread has answered this one. */
	WRITE_ONCE(queue->event.cpu, smp_processor_id());
	WRITE_ONCE(queue->event.came, true);
	wake_up(&queue->wait);
	return IRQ_HANDLED;
}

static void blkback_queue_trim(struct blkback_queue *queue)
{
	if (unlikely(blkback_persistent_trim(queue)))
		blkback_grants_shrink(queue);
}

static void blkback_queue_check_size(struct blkback_queue *queue)
{
	struct blkback *back = queue->back;

	if (unlikely(blkback_store_sectors(&back->store) !=
		     READ_ONCE(back->limits.sectors)))
		blkback_life_resize(back);
}

/*
 * Sweeps until nothing is left, and asks for an event when there is more.
 * Return: other than 0 if there was anything, negative for a broken ring.
 */
static int blkback_queue_sweep_all(struct blkback_queue *queue)
{
	struct xen_ring *ring = &queue->channel.ring;
	unsigned int sweeps = 0;
	int count, any = 0;

	do {
		count = blkback_sweep(queue);
		if (count < 0)
			return count;
		any |= count;
		/* What is done between requests, where there is no between. */
		if (unlikely(!(++sweeps % SWEEPS_MANY))) {
			blkback_queue_trim(queue);
			blkback_queue_check_size(queue);
		}
		/* A frontend need not let its ring run dry, not even to close. */
		if (READ_ONCE(queue->back->stopping))
			break;
		cond_resched();
	} while (count || blkback_spin(queue) || xen_ring_arm(ring, 1));
	return any;
}

/* Sweeps, and answers the event that caused it, or came in meanwhile. */
static void blkback_queue_serve(struct blkback_queue *queue)
{
	bool was_broken = queue->channel.ring.broken;
	int count, any = 0;
	bool event;

	do {
		event = READ_ONCE(queue->event.came);
		count = blkback_queue_sweep_all(queue);
		any |= count;
	} while (count >= 0 && event != READ_ONCE(queue->event.came));

	if (unlikely(count < 0)) {
		/* The event stays unanswered: this channel is masked now. */
		if (!was_broken)
			xen_log_error(queue->back->dev, count,
				      "queue %u: frontend broke its ring; it has to reconnect",
				      queue->index);
		return;
	}
	if (event) {
		WRITE_ONCE(queue->event.came, false);
		/* An event without a request slows the next ones down. */
		xen_irq_lateeoi(queue->channel.irq,
				any ? 0 : XEN_EOI_FLAG_SPURIOUS);
	}
	blkback_queue_check_size(queue);
}

static bool blkback_queue_has_work(const struct blkback_queue *queue)
{
	if (blkback_queue_has_ended(queue) || READ_ONCE(queue->back->stopping))
		return true;
	if (queue->grants->persistent && atomic_read(&queue->grants->persistent->unwanted))
		return true;
	return READ_ONCE(queue->event.came) && !queue->channel.ring.broken;
}

/* Nobody has requests of ours any more, nor pages that the frontend granted. */
static bool blkback_queue_is_drained(struct blkback_queue *queue)
{
	return !queue->inflight && list_empty(&queue->held) &&
	       blkback_persistent_empty(queue);
}

/*
 * How long to sleep if nobody wakes us; no timer runs without a reason. Who lets
 * go of a page does not.
 */
static long blkback_queue_patience(const struct blkback_queue *queue)
{
	if (!list_empty(&queue->held))
		return HELD_DELAY;
	if (READ_ONCE(queue->back->stopping) && !queue->inflight)
		return HELD_DELAY;
	return blkback_grants_surplus(queue) ? HZ : MAX_SCHEDULE_TIMEOUT;
}

/* Neither the administrator nor a cpuset has said where it is to run. */
static bool blkback_queue_is_free_to_move(const struct blkback_event *event)
{
	const struct cpumask *cpus = current->cpus_ptr;

	return (event->home < nr_cpu_ids &&
		cpumask_equal(cpus, cpumask_of(event->home))) ||
	       cpumask_subset(cpu_online_mask, cpus);
}

/*
 * The thread runs where its events come in, as that of a threaded interrupt does:
 * anywhere else each of them costs an interrupt between two CPUs of this domain on
 * top, and wakes both.
 */
static void blkback_queue_follow_events(struct blkback_queue *queue)
{
	struct blkback_event *event = &queue->event;
	unsigned int cpu = READ_ONCE(event->cpu);

	if (likely(cpu == event->home))
		return;
	if (blkback_queue_is_free_to_move(event))
		set_cpus_allowed_ptr(current, cpumask_of(cpu));
	event->home = cpu;
}

static int blkback_queue_thread(void *arg)
{
	struct blkback_queue *queue = arg;
	struct blkback *back = queue->back;
	/* What it does may be to write memory out that somebody waits for: ours, too. */
	unsigned int noio = memalloc_noio_save();

	while (!READ_ONCE(back->stopping)) {
		blkback_queue_follow_events(queue);
		blkback_queue_serve(queue);
		blkback_queue_trim(queue);
		if (!wait_event_idle_timeout(queue->wait, blkback_queue_has_work(queue),
					     blkback_queue_patience(queue)))
			blkback_grants_shrink(queue);
		blkback_spin_learn(queue);
	}
	/* Nothing new, but what the store has must come back. */
	while (!blkback_queue_is_drained(queue)) {
		wait_event_idle_timeout(queue->wait, blkback_queue_has_ended(queue),
					blkback_queue_patience(queue));
		blkback_reap(queue);
		/* The frontend need not ask the next backend for it. */
		xen_channel_push(&queue->channel);
	}
	blkback_cgroup_leave();
	if (atomic_dec_and_test(&back->running))
		blkback_life_drained(back);
	wait_event_idle(queue->wait, kthread_should_stop());
	memalloc_noio_restore(noio);
	return 0;
}

/*
 * Who says how many pages there are has numbered them, but for one page that may
 * be called either way.
 */
static bool blkback_queue_is_numbered(const char *otherend, const char *dir, u32 order)
{
	return order || (xenbus_exists(XBT_NIL, otherend, "ring-page-order") &&
			 xenbus_exists(XBT_NIL, dir, "ring-ref0"));
}

static int blkback_queue_attach(struct blkback_queue *queue,
				const struct blkback_choice *choice)
{
	struct xenbus_device *dev = queue->back->dev;
	struct xen_channel_keys keys = { };
	char *dir = choice->queues > 1 ?
		kasprintf(GFP_KERNEL, "%s/queue-%u", dev->otherend,
			  queue->index) :
		kstrdup(dev->otherend, GFP_KERNEL);
	int err;

	if (!dir)
		return -ENOMEM;
	keys.dir = dir;
	keys.numbered = blkback_queue_is_numbered(dev->otherend, dir, choice->ring_order);
	err = xen_channel_attach(&queue->channel, dev, &keys,
				 1U << choice->ring_order,
				 blkback_abi_stride(queue->back->abi));
	kfree(dir);
	return err;
}

static int blkback_queue_start(struct blkback_queue *queue)
{
	struct blkback *back = queue->back;
	struct task_struct *thread;
	int err;

	thread = kthread_create(blkback_queue_thread, queue, "blkback.%d.%s-%u",
				back->dev->otherend_id,
				strrchr(back->dev->nodename, '/') + 1,
				queue->index);
	/* Not -EAGAIN, which says that there are too many: see xen_peer_act. */
	if (IS_ERR(thread))
		return -ENOMEM;
	queue->thread = thread;
	err = xen_channel_listen(&queue->channel, blkback_queue_interrupt,
				 "blkif-backend", queue);
	if (err) {
		kthread_stop(thread);
		queue->thread = NULL;
		return err;
	}
	atomic_inc(&back->running);
	wake_up_process(thread);
	return 0;
}

static void blkback_queue_destroy(struct blkback_queue *queue)
{
	/* The thread's last responses are announced, so the port goes later. */
	if (queue->thread)
		kthread_stop(queue->thread);
	xen_channel_mask(&queue->channel);
	blkback_ios_destroy(queue);
	blkback_persistent_destroy(queue);
	blkback_grants_destroy(queue);
	xen_channel_destroy(&queue->channel);
}

static int blkback_queue_create(struct blkback_queue *queue,
				const struct blkback_choice *choice)
{
	int err;

	queue->event.cpu = nr_cpu_ids;
	queue->event.home = nr_cpu_ids;
	init_waitqueue_head(&queue->wait);
	init_llist_head(&queue->done);
	INIT_LIST_HEAD(&queue->free);
	INIT_LIST_HEAD(&queue->held);

	err = blkback_queue_attach(queue, choice);
	if (!err)
		err = blkback_ios_create(queue);
	if (!err)
		err = blkback_grants_create(queue);
	if (!err && choice->persistent)
		err = blkback_persistent_create(queue);
	if (!err)
		err = blkback_queue_start(queue);
	if (err)
		blkback_queue_destroy(queue);
	return err;
}

/**
 * blkback_queues_create - serve the rings that the frontend published
 * @back: the disk, with no queues and an open store
 * @choice: what the frontend published
 *
 * Context: may sleep. Return: 0 or a negative errno; there may be queues all the
 * same, which have to be stopped.
 */
int blkback_queues_create(struct blkback *back,
			  const struct blkback_choice *choice)
{
	u32 count = max(choice->queues, 1U);
	int err;

	back->abi = strcmp(choice->protocol, XEN_IO_PROTO_ABI_X86_32) ?
		BLKBACK_ABI_64 : BLKBACK_ABI_32;
	back->queues = kcalloc(count, sizeof(*back->queues), GFP_KERNEL);
	if (!back->queues)
		return -ENOMEM;
	WRITE_ONCE(back->stopping, false);
	/* One for blkback_queues_stop(). */
	atomic_set(&back->running, 1);

	for (back->nr_queues = 0; back->nr_queues < count; back->nr_queues++) {
		struct blkback_queue *queue = &back->queues[back->nr_queues];

		queue->back = back;
		queue->index = back->nr_queues;
		err = blkback_queue_create(queue, choice);
		if (!err)
			continue;
		if (!back->nr_queues)
			blkback_queues_destroy(back);
		return err;
	}
	return 0;
}

/**
 * blkback_queues_stop - take no more requests
 * @back: the disk, which has queues; its peer's lock is held
 *
 * blkback_life_drained() is called when they have none any more, once. May come
 * several times. Context: may sleep, but waits for nobody.
 */
void blkback_queues_stop(struct blkback *back)
{
	unsigned int i;

	if (back->stopping)
		return;
	WRITE_ONCE(back->stopping, true);
	for (i = 0; i < back->nr_queues; i++)
		wake_up(&back->queues[i].wait);
	if (atomic_dec_and_test(&back->running))
		blkback_life_drained(back);
}

/**
 * blkback_queues_destroy - take the queues down
 * @back: the disk, drained
 *
 * Context: may sleep.
 */
void blkback_queues_destroy(struct blkback *back)
{
	/* Who has ended the last request may still be waking its thread. */
	synchronize_rcu();
	while (back->nr_queues) {
		struct blkback_queue *queue = &back->queues[--back->nr_queues];

		blkback_queue_destroy(queue);
		blkback_stats_add(&back->past, &queue->stats);
	}
	kfree(back->queues);
	back->queues = NULL;
}
