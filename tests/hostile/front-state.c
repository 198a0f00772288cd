// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frontend that leaves the order of states: any after any, as fast as
 * xenstored takes them, without waiting, and with a ring that never runs dry
 * while it closes. Floor F6.
 *
 * What the backend makes of each is its own matter; it has to be there for a
 * good frontend afterwards.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

#include "front.h"

/* States that leave the device there: 7 and 8 are for PCI, 9 is none. */
static const int states[] = { 1, 2, 3, 4, 5, 6, 7, 8 };

/*
 * What no state is. A backend may take it for a frontend that is gone, and go
 * too; the host's tools have to attach the disk again after these.
 */
static const char * const no_states[] = {
	"0", "9", "99", "-1", "2147483648", "x", "",
};

static int judge_alive(struct hostile_front *front, const char *act,
		       const char *lie)
{
	int err = front_reconnect(front);

	if (!err)
		err = front_good(front);
	hostile_judge(hostile_tally(&front->book, act, lie), !err,
		      "no connection afterwards (%d)", err);
	return err == -ENODEV ? err : 0;
}

/* A pair at once, or after the backend had time for the first. */
static void tell_pair(struct hostile_front *front, int first, int second)
{
	front_set_state(front, first);
	if (hostile_random(&front->book, 0, 3) == 0)
		usleep_range(2000, 6000);
	front_set_state(front, second);
}

/**
 * front_play_states - the act: every state after every other
 * @owner: the liar
 * @count: how often
 *
 * Return: 0 or a negative errno.
 */
int front_play_states(void *owner, u32 count)
{
	static const char * const names[] = {
		"from-1", "from-2", "from-3", "from-4",
		"from-5", "from-6", "from-7", "from-8",
	};
	struct hostile_front *front = owner;
	size_t first, second;
	int err = 0;

	while (count-- && !err) {
		for (first = 0; first < ARRAY_SIZE(states) && !err; first++) {
			for (second = 0; second < ARRAY_SIZE(states); second++)
				tell_pair(front, states[first], states[second]);
			err = judge_alive(front, "states", names[first]);
		}
	}
	return err;
}

/* Begins a connection and does not wait to see what comes of it. */
static void tell_loop(struct hostile_front *front)
{
	struct blkif_request request;
	int i;

	front_set_state(front, XenbusStateInitialised);
	usleep_range(1, hostile_random(&front->book, 2, 8000));
	/* Connected or not: closing in the midst of what there is to do. */
	for (i = 0; i < FRONT_SLOTS && !RING_FULL(&front->link.ring); i++) {
		front_fill_rw(front, &request, BLKIF_OP_WRITE,
			      BLKIF_MAX_SEGMENTS_PER_REQUEST);
		front_put(front, &request, WANT_ANSWER, NULL);
	}
	front_push(front);
	if (hostile_random(&front->book, 0, 1))
		front_set_state(front, XenbusStateClosing);
	front_set_state(front, XenbusStateClosed);
	front_set_state(front, XenbusStateInitialising);
}

/**
 * front_play_loops - the act: connect and disconnect, without waiting
 * @owner: the liar
 * @count: how often
 *
 * Return: 0 or a negative errno.
 */
int front_play_loops(void *owner, u32 count)
{
	struct hostile_front *front = owner;
	u32 i;
	int err = front_reconnect(front);

	for (i = 0; i < count && !err; i++) {
		tell_loop(front);
		/* Sometimes the ring of before is still the ring of now. */
		if (i % 4 == 3)
			err = judge_alive(front, "loops", "closed-under-io");
	}
	return err;
}

/**
 * front_play_flood - the act: write our state as fast as it goes
 * @owner: the liar
 * @count: how often
 *
 * Return: 0 or a negative errno.
 */
int front_play_flood(void *owner, u32 count)
{
	struct hostile_front *front = owner;
	int err = front_reconnect(front);
	u32 i;

	for (i = 0; i < count && !err; i++)
		front_set_state(front, i % 16 ? XenbusStateConnected :
				XenbusStateInitialising);
	return err ?: judge_alive(front, "flood", "state-at-full-rate");
}

/*
 * Keeps the ring full for as long as it is told to, whatever the responses
 * were. What stands in the slots is what they left there: the id of the last,
 * whose low byte is an unknown operation, so each is refused at once.
 */
static int feed(void *arg)
{
	struct hostile_front *front = arg;
	struct blkif_sring *sring = front->link.ring.sring;

	while (!kthread_should_stop()) {
		WRITE_ONCE(sring->req_prod,
			   READ_ONCE(sring->rsp_prod) + FRONT_SLOTS);
		front_notify(front);
		cond_resched();
	}
	return 0;
}

static int play_feed(struct hostile_front *front)
{
	struct hostile_tally *tally = hostile_tally(&front->book, "feed",
						    "closed-under-feeding");
	struct task_struct *feeder;
	int err = front_reconnect(front);

	if (err)
		return err;
	memset(front->link.ring.sring->ring, 0xff,
	       PAGE_SIZE - offsetof(struct blkif_sring, ring));
	feeder = kthread_run(feed, front, "vbd-liar-feed");
	if (IS_ERR(feeder))
		return PTR_ERR(feeder);
	msleep(500);
	front_set_state(front, XenbusStateClosing);
	front_set_state(front, XenbusStateClosed);
	err = front_await(front, BIT(XenbusStateClosed));
	hostile_judge(tally, err >= 0, "the backend does not close (%d)", err);
	kthread_stop(feeder);
	return 0;
}

/**
 * front_play_feed - the act: close, and keep on sending
 * @owner: the liar
 * @count: how often
 *
 * Return: 0 or a negative errno.
 */
int front_play_feed(void *owner, u32 count)
{
	struct hostile_front *front = owner;
	int err = 0;

	while (count-- && !err)
		err = play_feed(front);
	return err ?: judge_alive(front, "feed", "connects-again");
}

/**
 * front_play_vanish - the act: a state that is none, or no state
 * @owner: the liar
 * @count: which; one more than there are removes the node
 *
 * Return: 0 or a negative errno.
 */
int front_play_vanish(void *owner, u32 count)
{
	struct hostile_front *front = owner;
	const char *dir = front->dev->nodename;
	int err = front_reconnect(front);

	if (err)
		return err;
	hostile_tally(&front->book, "vanish", "told")->told++;
	hostile_tally(&front->book, "vanish", "told")->good++;
	if (count < ARRAY_SIZE(no_states))
		return xenbus_write(XBT_NIL, dir, "state", no_states[count]);
	return xenbus_rm(XBT_NIL, dir, "state");
}
