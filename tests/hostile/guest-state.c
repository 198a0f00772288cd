// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frontend that leaves the order of states: any after any, as fast as
 * xenstored takes them, without waiting, and with a ring that never runs dry
 * while it closes; and one that sends events for nothing. Floor F6.
 *
 * What the backend makes of each is its own matter; it has to be there for a
 * good frontend afterwards.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>

#include "guest.h"

/* Indices, and what is left free behind them. */
#define RING_HEADER	64

/* States that leave the device there: 7 and 8 are for PCI, 9 is none. */
static const int states[] = { 1, 2, 3, 4, 5, 6, 7, 8 };

/*
 * What no state is. A backend may take it for a frontend that is gone, and go
 * too; the host's tools have to attach the disk again after these.
 */
static const char * const no_states[] = {
	"0", "9", "99", "-1", "2147483648", "x", "",
};

/*
 * What was written without waiting is answered late: the backend may close for a
 * Closed that it had read when we had gone on to Initialised already. It looks once
 * more then, and does not refuse who has left it the time for that.
 */
static int judge_alive(struct hostile_guest *guest, const char *act,
		       const char *row)
{
	int err = guest_reconnect(guest);

	if (err == -ECONNREFUSED) {
		msleep(200);
		err = guest_reconnect(guest);
	}
	if (!err)
		err = guest_good(guest);
	hostile_judge(hostile_tally(&guest->book, act, row), !err,
		      "no connection afterwards (%d)", err);
	return err == -ENODEV ? err : 0;
}

/* A pair at once, or after the backend had time for the first. */
static void tell_pair(struct hostile_guest *guest, int first, int second)
{
	guest_set_state(guest, first);
	if (hostile_random(&guest->book, 0, 3) == 0)
		usleep_range(2000, 6000);
	guest_set_state(guest, second);
}

/**
 * guest_play_states - the act: every state after every other
 * @owner: the hostile half
 * @count: how often
 *
 * Return: 0 or a negative errno.
 */
int guest_play_states(void *owner, u32 count)
{
	static const char * const names[] = {
		"from-1", "from-2", "from-3", "from-4",
		"from-5", "from-6", "from-7", "from-8",
	};
	struct hostile_guest *guest = owner;
	size_t first, second;
	int err = 0;

	while (count-- && !err) {
		for (first = 0; first < ARRAY_SIZE(states) && !err; first++) {
			for (second = 0; second < ARRAY_SIZE(states); second++)
				tell_pair(guest, states[first], states[second]);
			err = judge_alive(guest, "states", names[first]);
		}
	}
	return err;
}

/* Begins a connection and does not wait to see what comes of it. */
static void tell_loop(struct hostile_guest *guest)
{
	guest_set_state(guest, XenbusStateInitialised);
	usleep_range(1, hostile_random(&guest->book, 2, 8000));
	/* Connected or not: closing in the midst of what there is to do. */
	guest->ops->rush(guest);
	if (hostile_random(&guest->book, 0, 1))
		guest_set_state(guest, XenbusStateClosing);
	guest_set_state(guest, XenbusStateClosed);
	guest_set_state(guest, XenbusStateInitialising);
}

/**
 * guest_play_loops - the act: connect and disconnect, without waiting
 * @owner: the hostile half
 * @count: how often
 *
 * Return: 0 or a negative errno.
 */
int guest_play_loops(void *owner, u32 count)
{
	struct hostile_guest *guest = owner;
	u32 i;
	int err = guest_reconnect(guest);

	for (i = 0; i < count && !err; i++) {
		tell_loop(guest);
		/* Sometimes the ring of before is still the ring of now. */
		if (i % 4 == 3)
			err = judge_alive(guest, "loops", "closed-under-io");
	}
	return err;
}

/**
 * guest_play_flood - the act: write our state as fast as it goes
 * @owner: the hostile half
 * @count: how often
 *
 * Return: 0 or a negative errno.
 */
int guest_play_flood(void *owner, u32 count)
{
	struct hostile_guest *guest = owner;
	int err = guest_reconnect(guest);
	u32 i;

	for (i = 0; i < count && !err; i++)
		guest_set_state(guest, i % 16 ? XenbusStateConnected :
				XenbusStateInitialising);
	return err ?: judge_alive(guest, "flood", "state-at-full-rate");
}

/*
 * Keeps the ring full for as long as it is told to, whatever the responses
 * were. What stands in the slots is what they left there, and refused at once.
 */
static int feed(void *arg)
{
	struct hostile_guest *guest = arg;
	u32 *ring = guest->ops->ring(guest);

	while (!kthread_should_stop()) {
		WRITE_ONCE(ring[AT_REQ_PROD],
			   READ_ONCE(ring[AT_RSP_PROD]) + guest->ops->slots);
		guest_notify(guest);
		cond_resched();
	}
	return 0;
}

static int play_feed(struct hostile_guest *guest)
{
	struct hostile_tally *tally = hostile_tally(&guest->book, "feed",
						    "closed-under-feeding");
	struct task_struct *feeder;
	int err = guest_reconnect(guest);

	if (err)
		return err;
	memset((u8 *)guest->ops->ring(guest) + RING_HEADER, guest->ops->idle,
	       PAGE_SIZE - RING_HEADER);
	feeder = kthread_run(feed, guest, "hostile-feed");
	if (IS_ERR(feeder))
		return PTR_ERR(feeder);
	msleep(500);
	guest_set_state(guest, XenbusStateClosing);
	guest_set_state(guest, XenbusStateClosed);
	err = guest_await(guest, BIT(XenbusStateClosed));
	hostile_judge(tally, err >= 0, "the backend does not close (%d)", err);
	kthread_stop(feeder);
	return 0;
}

/**
 * guest_play_feed - the act: close, and keep on sending
 * @owner: the hostile half
 * @count: how often
 *
 * Return: 0 or a negative errno.
 */
int guest_play_feed(void *owner, u32 count)
{
	struct hostile_guest *guest = owner;
	int err = 0;

	while (count-- && !err)
		err = play_feed(guest);
	return err ?: judge_alive(guest, "feed", "connects-again");
}

/**
 * guest_play_vanish - the act: a state that is none, or no state
 * @owner: the hostile half
 * @count: which; one more than there are removes the node
 *
 * Return: 0 or a negative errno.
 */
int guest_play_vanish(void *owner, u32 count)
{
	struct hostile_guest *guest = owner;
	const char *dir = guest->dev->nodename;
	int err = guest_reconnect(guest);

	if (err)
		return err;
	hostile_tally(&guest->book, "vanish", "told")->told++;
	hostile_tally(&guest->book, "vanish", "told")->good++;
	if (count < ARRAY_SIZE(no_states))
		return xenbus_write(XBT_NIL, dir, "state", no_states[count]);
	return xenbus_rm(XBT_NIL, dir, "state");
}

/**
 * guest_play_storm - the act: events for nothing
 * @owner: the hostile half
 * @count: how many
 *
 * Return: 0 or a negative errno.
 */
int guest_play_storm(void *owner, u32 count)
{
	struct hostile_guest *guest = owner;
	struct hostile_tally *tally = hostile_tally(&guest->book, "storm",
						    "events");
	int err = guest_reconnect(guest);
	u32 i;

	for (i = 0; i < count && !err; i++) {
		guest_notify(guest);
		if (i % 1024 == 0)
			cond_resched();
	}
	if (!err)
		err = guest_good(guest);
	hostile_judge(tally, !err, "no answer after the storm (%d)", err);
	return err;
}
