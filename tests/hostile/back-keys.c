// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lies in the xenstore keys that a backend writes: a table, told in a
 * connection each, and another, told while connected; and states in any order.
 * Floor F6.
 *
 * A frontend that refuses a disk stays closed: something in the guest has to
 * bind it again and again, so that there is a next connection.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "back.h"

#define LONG_VALUE	2000
#define LONG_TEXT	"(long)"
#define NO_TEXT		"(none)"

/**
 * struct back_key_lie - a row: a node that is not what it has to be
 * @name: of the lie
 * @node: its name
 * @text: its value
 * @connects: the frontend goes on without it, or with less
 */
struct back_key_lie {
	const char *name;
	const char *node;
	const char *text;
	bool connects;
};

#define REFUSED(_name, _node, _text)	{ _name, _node, _text, false }
#define HARMLESS(_name, _node, _text)	{ _name, _node, _text, true }

static const struct back_key_lie lies[] = {
	HARMLESS("sectors-0", "sectors", "0"),
	REFUSED("sectors-2^54+8", "sectors", "18014398509481992"),
	REFUSED("sectors-2^63", "sectors", "9223372036854775808"),
	REFUSED("sectors-2^64", "sectors", "18446744073709551616"),
	REFUSED("sectors-negative", "sectors", "-8"),
	REFUSED("sectors-word", "sectors", "all"),
	REFUSED("sectors-empty", "sectors", ""),
	REFUSED("sectors-none", "sectors", NO_TEXT),
	REFUSED("sectors-long", "sectors", LONG_TEXT),
	REFUSED("sector-size-0", "sector-size", "0"),
	REFUSED("sector-size-1", "sector-size", "1"),
	REFUSED("sector-size-513", "sector-size", "513"),
	REFUSED("sector-size-1536", "sector-size", "1536"),
	REFUSED("sector-size-8192", "sector-size", "8192"),
	REFUSED("sector-size-2^31", "sector-size", "2147483648"),
	REFUSED("sector-size-none", "sector-size", NO_TEXT),
	REFUSED("info-none", "info", NO_TEXT),
	REFUSED("info-word", "info", "disk"),
	HARMLESS("info-all-flags", "info", "4294967295"),
	HARMLESS("physical-1", "physical-sector-size", "1"),
	HARMLESS("physical-513", "physical-sector-size", "513"),
	HARMLESS("physical-2^31", "physical-sector-size", "2147483648"),
	HARMLESS("indirect-2^31", "feature-max-indirect-segments",
		 "2147483648"),
	HARMLESS("indirect-0", "feature-max-indirect-segments", "0"),
	HARMLESS("indirect-word", "feature-max-indirect-segments", "many"),
	HARMLESS("discard-granularity-3", "discard-granularity", "3"),
	HARMLESS("discard-granularity-2^31", "discard-granularity",
		 "2147483648"),
	HARMLESS("discard-alignment", "discard-alignment", "4294967295"),
	HARMLESS("no-flush", "feature-flush-cache", "0"),
	HARMLESS("no-barrier", "feature-barrier", NO_TEXT),
	HARMLESS("no-discard", "feature-discard", "0"),
	HARMLESS("flush-long", "feature-flush-cache", LONG_TEXT),
	HARMLESS("page-order-2^31", "max-ring-page-order", "2147483648"),
	HARMLESS("page-order-word", "max-ring-page-order", "-1"),
	HARMLESS("persistent", "feature-persistent", "1"),
	HARMLESS("persistent-word", "feature-persistent", "yes"),
};

/* Told to a connected frontend: it may believe them or not, but goes on. */
static const struct back_key_lie live[] = {
	HARMLESS("live-sectors-0", "sectors", "0"),
	HARMLESS("live-sectors-half", "sectors", "8192"),
	HARMLESS("live-sectors-2^63", "sectors", "9223372036854775808"),
	HARMLESS("live-sectors-none", "sectors", NO_TEXT),
	HARMLESS("live-sectors-odd", "sectors", "16383"),
	HARMLESS("live-sector-size-1", "sector-size", "1"),
	HARMLESS("live-sector-size-4096", "sector-size", "4096"),
	HARMLESS("live-info-long", "info", LONG_TEXT),
	HARMLESS("live-no-flush", "feature-flush-cache", "0"),
	HARMLESS("live-no-discard", "feature-discard", "0"),
};

static int write_text(struct hostile_back *back, const char *node,
		      const char *text)
{
	const char *dir = back->dev->nodename;
	char *value;
	int err;

	if (!strcmp(text, NO_TEXT))
		return xenbus_rm(XBT_NIL, dir, node);
	if (strcmp(text, LONG_TEXT))
		return xenbus_write(XBT_NIL, dir, node, text);
	value = kzalloc(LONG_VALUE + 1, GFP_KERNEL);
	if (!value)
		return -ENOMEM;
	memset(value, '7', LONG_VALUE);
	err = xenbus_write(XBT_NIL, dir, node, value);
	kfree(value);
	return err;
}

static int write_numbers(struct hostile_back *back,
			 const struct back_key_lie *truth, size_t count)
{
	int err = 0;

	for (; count && !err; count--, truth++)
		err = write_text(back, truth->node, truth->text);
	if (!err && back->mood.key)
		err = write_text(back, back->mood.key->node,
				 back->mood.key->text);
	return err;
}

#define TRUTH(_node, _text)	{ "truth", _node, _text, true }

/**
 * back_publish_features - say what we can do
 * @back: the liar, locked
 *
 * Return: 0 or a negative errno.
 */
int back_publish_features(struct hostile_back *back)
{
	static const struct back_key_lie truth[] = {
		TRUTH("feature-max-indirect-segments", "32"),
		TRUTH("multi-queue-max-queues", "1"),
		TRUTH("max-ring-page-order", "0"),
		/* Its requests show their own pages then. */
		TRUTH("feature-persistent", "0"),
	};

	return write_numbers(back, truth, ARRAY_SIZE(truth));
}

/**
 * back_publish_disk - say what the disk is like
 * @back: the liar, locked
 *
 * Return: 0 or a negative errno.
 */
int back_publish_disk(struct hostile_back *back)
{
	static const struct back_key_lie truth[] = {
		TRUTH("sectors", __stringify(BACK_SECTORS)),
		TRUTH("sector-size", "512"),
		TRUTH("physical-sector-size", "512"),
		TRUTH("info", "0"),
		TRUTH("feature-flush-cache", "1"),
		TRUTH("feature-barrier", "1"),
		TRUTH("feature-discard", "1"),
		TRUTH("discard-granularity", "4096"),
		TRUTH("discard-alignment", "0"),
	};

	return write_numbers(back, truth, ARRAY_SIZE(truth));
}

/* Return: how many connections there had been. */
static u32 set_key(struct hostile_back *back, const struct back_key_lie *key)
{
	u32 before;

	mutex_lock(&back->lock);
	before = back->connections;
	back->mood = (struct back_mood) { .key = key };
	/* The frontend has to come again to hear it, or is waiting for us. */
	back_restart(back);
	back_follow(back, xenbus_read_driver_state(back->dev->otherend));
	mutex_unlock(&back->lock);
	back_wake(back);
	return before;
}

/* What the frontend made of our being connected. */
static enum xenbus_state verdict(struct hostile_back *back)
{
	unsigned long end = jiffies + msecs_to_jiffies(BACK_LONG_MS);
	enum xenbus_state theirs;

	do {
		theirs = xenbus_read_driver_state(back->dev->otherend);
		if (theirs == XenbusStateConnected ||
		    theirs == XenbusStateClosing || theirs == XenbusStateClosed)
			break;
		usleep_range(2000, 4000);
	} while (time_before(jiffies, end) && !READ_ONCE(back->book.closing));
	return theirs;
}

static int play_key(struct hostile_back *back, const struct back_key_lie *lie)
{
	u32 before = set_key(back, lie);
	enum xenbus_state theirs;

	if (!back_wait_connection(back, before))
		return -ENODATA;
	theirs = verdict(back);
	hostile_judge(hostile_tally(&back->book, "key", lie->name),
		      (theirs == XenbusStateConnected) == lie->connects,
		      "state %d", theirs);
	return 0;
}

static int be_honest(struct hostile_back *back)
{
	u32 before = set_key(back, NULL);

	return back_wait_connection(back, before) ? 0 : -ENODATA;
}

/**
 * back_play_keys - the act: keys that lie, from the start
 * @owner: the liar
 * @count: how often each
 *
 * Return: 0; -ENODATA if the frontend does not come again.
 */
int back_play_keys(void *owner, u32 count)
{
	struct hostile_back *back = owner;
	int err = 0;
	size_t i;

	while (count-- && !err)
		for (i = 0; i < ARRAY_SIZE(lies) && !err; i++)
			err = play_key(back, &lies[i]);
	return err ?: be_honest(back);
}

static void play_live(struct hostile_back *back, const struct back_key_lie *lie)
{
	u32 before = back->connections;

	mutex_lock(&back->lock);
	write_text(back, lie->node, lie->text);
	back_set_state(back, XenbusStateConnected);
	mutex_unlock(&back->lock);
	msleep(50);
	mutex_lock(&back->lock);
	back_publish_disk(back);
	back_set_state(back, XenbusStateConnected);
	mutex_unlock(&back->lock);
	msleep(50);
	hostile_judge(hostile_tally(&back->book, "key", lie->name),
		      back->connections == before &&
		      verdict(back) == XenbusStateConnected,
		      "the frontend left");
}

/**
 * back_play_live - the act: keys that lie, to a connected frontend
 * @owner: the liar
 * @count: how often each
 *
 * Return: 0; -ENODATA if the frontend does not come.
 */
int back_play_live(void *owner, u32 count)
{
	struct hostile_back *back = owner;
	int err = be_honest(back);
	size_t i;

	if (err || verdict(back) != XenbusStateConnected)
		return -ENODATA;
	while (count--)
		for (i = 0; i < ARRAY_SIZE(live); i++)
			play_live(back, &live[i]);
	return 0;
}

/**
 * back_play_states - the act: every state after every other
 * @owner: the liar
 * @count: how often
 *
 * Return: 0; -ENODATA if the frontend does not come again.
 */
int back_play_states(void *owner, u32 count)
{
	static const int states[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 99, -1 };
	struct hostile_back *back = owner;
	size_t first, second;
	int err = 0;

	while (count-- && !err) {
		for (first = 0; first < ARRAY_SIZE(states) && !err; first++) {
			WRITE_ONCE(back->mood.passive, true);
			for (second = 0; second < ARRAY_SIZE(states); second++) {
				back_set_state(back, states[first]);
				usleep_range(1, hostile_random(&back->book, 2,
							       5000));
				back_set_state(back, states[second]);
			}
			err = be_honest(back);
			hostile_judge(hostile_tally(&back->book, "state",
						    "all-after-each"), !err,
				      "no connection after %d", states[first]);
		}
	}
	return err;
}
