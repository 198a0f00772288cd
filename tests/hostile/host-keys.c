// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a hostile backend publishes: the truth, but for the malformed key; states
 * in any order; and events for nothing. Floor F6; called by the backends.
 *
 * A frontend that refuses a device may stay closed: something in the guest has
 * to bind it again and again then, so that there is a next connection.
 */
#include <linux/delay.h>
#include <linux/kernel.h>

#include "host.h"

static int write_nodes(struct hostile_host *host,
		       const struct hostile_node *nodes, size_t count)
{
	size_t i;
	int err = 0;

	for (i = 0; i < count && nodes[i].name && !err; i++)
		err = hostile_node_write(host->dev->nodename, &nodes[i]);
	return err;
}

/**
 * host_publish - say what we can do, or the device is like
 * @host: the hostile half, locked
 * @truth: nodes
 * @count: how many
 *
 * Return: 0 or a negative errno.
 */
int host_publish(struct hostile_host *host, const struct hostile_node *truth,
		 size_t count)
{
	int err = write_nodes(host, truth, count);

	if (!err && host->key)
		err = write_nodes(host, host->key->nodes, HOSTILE_NODES);
	return err;
}

/* What no truth says would stay otherwise. */
static void forget_key(struct hostile_host *host)
{
	const struct hostile_keys *key = host->key;
	size_t i;

	for (i = 0; key && i < HOSTILE_NODES && key->nodes[i].name; i++)
		xenbus_rm(XBT_NIL, host->dev->nodename, key->nodes[i].name);
}

/* Return: what there had been. */
static struct host_seen set_key(struct hostile_host *host,
				const struct hostile_keys *key)
{
	struct host_seen before;

	mutex_lock(&host->lock);
	before = host->seen;
	forget_key(host);
	host->key = key;
	host->passive = false;
	host_begin_anew(host);
	mutex_unlock(&host->lock);
	host_wake(host);
	return before;
}

static bool has_decided(struct hostile_host *host,
			const struct host_seen *before)
{
	return READ_ONCE(host->seen.connections) != before->connections ||
	       (host->ops->early &&
		READ_ONCE(host->seen.refusals) != before->refusals);
}

static int play_key(struct hostile_host *host, const struct hostile_keys *row)
{
	struct host_seen before = set_key(host, row);
	u32 connections;
	bool works;

	if (!wait_event_timeout(host->news, has_decided(host, &before) ||
				READ_ONCE(host->book.closing),
				msecs_to_jiffies(HOST_LONG_MS)))
		return -ENODATA;
	connections = READ_ONCE(host->seen.connections);
	works = connections != before.connections && host->ops->works(host);
	/* From what is another device the frontend parts, and comes anew. */
	if (!works && row->connects && host_wait_connection(host, connections))
		works = host->ops->works(host);
	hostile_judge(hostile_tally(&host->book, "key", row->name),
		      works == row->connects, "%s", works ? "it connects" :
		      "it does not go on");
	return 0;
}

static int be_honest(struct hostile_host *host)
{
	struct host_seen before = set_key(host, NULL);

	return host_wait_connection(host, before.connections) ? 0 : -ENODATA;
}

/**
 * host_play_keys - tell a table of malformed keys, from the start
 * @host: the hostile half
 * @rows: the table
 * @nr: its rows
 * @count: how often each
 *
 * Return: 0; -ENODATA if the frontend does not come again.
 */
int host_play_keys(struct hostile_host *host, const struct hostile_keys *rows,
		   size_t nr, u32 count)
{
	int err = 0;
	size_t i;

	while (count-- && !err)
		for (i = 0; i < nr && !err; i++)
			err = play_key(host, &rows[i]);
	return err ?: be_honest(host);
}

/* Return: whether the frontend sends something, as it does when it has connected. */
static bool is_used(struct hostile_host *host)
{
	u32 before = READ_ONCE(host->seen.answered);

	host_wake(host);
	return wait_event_timeout(host->news, READ_ONCE(host->seen.answered) != before,
				  msecs_to_jiffies(HOST_LONG_MS));
}

/* Told to a connected frontend: it may believe it or not, but goes on. */
static void play_live(struct hostile_host *host, const struct hostile_keys *row)
{
	u32 before = host->seen.connections;

	mutex_lock(&host->lock);
	write_nodes(host, row->nodes, HOSTILE_NODES);
	host_set_state(host, XenbusStateConnected);
	mutex_unlock(&host->lock);
	msleep(50);
	mutex_lock(&host->lock);
	host->ops->truth(host);
	host_set_state(host, XenbusStateConnected);
	mutex_unlock(&host->lock);
	msleep(50);
	hostile_judge(hostile_tally(&host->book, "key", row->name),
		      host->seen.connections == before &&
		      host->ops->works(host), "the frontend left");
}

/**
 * host_play_live - tell a table of malformed keys, to a connected frontend
 * @host: the hostile half
 * @rows: the table
 * @nr: its rows
 * @count: how often each
 *
 * Return: 0; -ENODATA if the frontend does not come.
 */
int host_play_live(struct hostile_host *host, const struct hostile_keys *rows,
		   size_t nr, u32 count)
{
	int err = be_honest(host);
	size_t i;

	/* A disk's frontend says that it is connected before it has read the last key. */
	if (err || !host->ops->works(host) || !is_used(host))
		return -ENODATA;
	while (count--)
		for (i = 0; i < nr; i++)
			play_live(host, &rows[i]);
	return 0;
}

/**
 * host_play_states - the act: every state after every other
 * @owner: the hostile half
 * @count: how often
 *
 * Return: 0; -ENODATA if the frontend does not come again.
 */
int host_play_states(void *owner, u32 count)
{
	static const int states[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 99, -1 };
	struct hostile_host *host = owner;
	size_t first, second;
	int err = 0;

	while (count-- && !err) {
		for (first = 0; first < ARRAY_SIZE(states) && !err; first++) {
			WRITE_ONCE(host->passive, true);
			for (second = 0; second < ARRAY_SIZE(states); second++) {
				host_set_state(host, states[first]);
				usleep_range(1, hostile_random(&host->book, 2,
							       5000));
				host_set_state(host, states[second]);
			}
			/* An early one may take its time to come again. */
			if (host->ops->early && first % 3)
				continue;
			err = be_honest(host);
			hostile_judge(hostile_tally(&host->book, "state",
						    "all-after-each"), !err,
				      "no connection after %d", states[first]);
		}
	}
	return err ?: be_honest(host);
}

/**
 * host_play_storm - the act: events for nothing
 * @owner: the hostile half
 * @count: how many
 *
 * Return: 0.
 */
int host_play_storm(void *owner, u32 count)
{
	struct hostile_host *host = owner;
	u32 i;

	for (i = 0; i < count; i++) {
		mutex_lock(&host->lock);
		host->ops->notify(host);
		mutex_unlock(&host->lock);
		cond_resched();
	}
	hostile_judge(hostile_tally(&host->book, "storm", "events"), is_used(host),
		      "no request after the storm");
	return 0;
}
