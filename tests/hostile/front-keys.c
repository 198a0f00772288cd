// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lies in the xenstore keys that a frontend writes: a table. Each is told in a
 * connection of its own; the backend has to refuse it, or to go on without.
 * Floor F6.
 */
#include <linux/kernel.h>
#include <linux/slab.h>

#include "front.h"

/* As long as a value can be with its path in one message of xenstored. */
#define LONG_VALUE	2000

/**
 * enum key_value - values that are no text of the table's
 * @VALUE_TEXT: one that is
 * @VALUE_NONE: the node is removed
 * @VALUE_LONG: very long
 * @VALUE_RING: the grant of the ring
 * @VALUE_REVOKED: a grant that is no more
 * @VALUE_FOREIGN: a grant of another domain
 * @VALUE_READONLY: the grant of a page that cannot be written
 * @VALUE_PORT: our event channel
 * @VALUE_FOREIGN_PORT: one that another domain could bind
 */
enum key_value {
	VALUE_TEXT,
	VALUE_NONE,
	VALUE_LONG,
	VALUE_RING,
	VALUE_REVOKED,
	VALUE_FOREIGN,
	VALUE_READONLY,
	VALUE_PORT,
	VALUE_FOREIGN_PORT,
};

/**
 * struct key_node - a node and what it is made
 * @name: of the node; NULL ends a list
 * @text: its value
 * @value: or what else it is
 */
struct key_node {
	const char *name;
	const char *text;
	enum key_value value;
};

#define NODES_MAX	6

/**
 * struct key_lie - a row: nodes that are not what they have to be
 * @name: of the lie
 * @connects: the backend goes on without it
 * @nodes: the nodes
 */
struct key_lie {
	const char *name;
	bool connects;
	struct key_node nodes[NODES_MAX];
};

#define REFUSED(_name, _node, _text) \
	{ _name, false, { { _node, _text } } }
#define HARMLESS(_name, _node, _text) \
	{ _name, true, { { _node, _text } } }
#define SPECIAL(_name, _connects, _node, _value) \
	{ _name, _connects, { { _node, NULL, VALUE_##_value } } }

/* A number in a required node: everything that is none, and is too large. */
#define NO_NUMBERS(_node)						\
	SPECIAL(_node "-none", false, _node, NONE),			\
	SPECIAL(_node "-long", false, _node, LONG),			\
	REFUSED(_node "-empty", _node, ""),				\
	REFUSED(_node "-word", _node, "ring"),				\
	REFUSED(_node "-negative", _node, "-1"),			\
	REFUSED(_node "-hex", _node, "0x8"),				\
	REFUSED(_node "-space", _node, " 8"),				\
	REFUSED(_node "-2^32-1", _node, "4294967295"),			\
	REFUSED(_node "-2^32", _node, "4294967296"),			\
	REFUSED(_node "-2^64", _node, "18446744073709551616")

static const struct key_lie lies[] = {
	NO_NUMBERS("ring-ref"),
	REFUSED("ring-ref-never-granted", "ring-ref", "1000000"),
	SPECIAL("ring-ref-revoked", false, "ring-ref", REVOKED),
	SPECIAL("ring-ref-of-another", false, "ring-ref", FOREIGN),
	SPECIAL("ring-ref-readonly", false, "ring-ref", READONLY),
	NO_NUMBERS("event-channel"),
	REFUSED("event-channel-0", "event-channel", "0"),
	REFUSED("event-channel-bound", "event-channel", "1"),
	REFUSED("event-channel-none", "event-channel", "1000"),
	SPECIAL("event-channel-of-another", false, "event-channel",
		FOREIGN_PORT),
	HARMLESS("protocol-empty", "protocol", ""),
	HARMLESS("protocol-32", "protocol", "x86_32-abi"),
	REFUSED("protocol-arm", "protocol", "arm-abi"),
	REFUSED("protocol-nearly", "protocol", "x86_64-ab"),
	SPECIAL("protocol-long", true, "protocol", LONG),
	SPECIAL("protocol-none", true, "protocol", NONE),
	HARMLESS("ring-page-order-0", "ring-page-order", "0"),
	REFUSED("ring-page-order-1-alone", "ring-page-order", "1"),
	REFUSED("ring-page-order-4-alone", "ring-page-order", "4"),
	REFUSED("ring-page-order-5", "ring-page-order", "5"),
	REFUSED("ring-page-order-31", "ring-page-order", "31"),
	REFUSED("ring-page-order-32", "ring-page-order", "32"),
	REFUSED("ring-page-order-2^32-1", "ring-page-order", "4294967295"),
	HARMLESS("ring-page-order-negative", "ring-page-order", "-1"),
	HARMLESS("ring-page-order-word", "ring-page-order", "many"),
	SPECIAL("ring-page-order-long", true, "ring-page-order", LONG),
	{ "ring-page-twice", true, {
		{ "ring-page-order", "1" },
		{ "ring-ref0", NULL, VALUE_RING },
		{ "ring-ref1", NULL, VALUE_RING } } },
	{ "ring-page-half-good", false, {
		{ "ring-page-order", "1" },
		{ "ring-ref0", NULL, VALUE_RING },
		{ "ring-ref1", NULL, VALUE_REVOKED } } },
	HARMLESS("queues-0", "multi-queue-num-queues", "0"),
	HARMLESS("queues-1", "multi-queue-num-queues", "1"),
	REFUSED("queues-without-nodes", "multi-queue-num-queues", "2"),
	REFUSED("queues-65", "multi-queue-num-queues", "65"),
	REFUSED("queues-10^9", "multi-queue-num-queues", "1000000000"),
	REFUSED("queues-2^32", "multi-queue-num-queues", "4294967296"),
	HARMLESS("queues-negative", "multi-queue-num-queues", "-2"),
	SPECIAL("queues-long", true, "multi-queue-num-queues", LONG),
	{ "queues-share-a-channel", false, {
		{ "multi-queue-num-queues", "2" },
		{ "queue-0/ring-ref", NULL, VALUE_RING },
		{ "queue-0/event-channel", NULL, VALUE_PORT },
		{ "queue-1/ring-ref", NULL, VALUE_RING },
		{ "queue-1/event-channel", NULL, VALUE_PORT } } },
	{ "queues-second-is-bad", false, {
		{ "multi-queue-num-queues", "2" },
		{ "queue-0/ring-ref", NULL, VALUE_RING },
		{ "queue-0/event-channel", NULL, VALUE_PORT },
		{ "queue-1/ring-ref", NULL, VALUE_FOREIGN },
		{ "queue-1/event-channel", NULL, VALUE_FOREIGN_PORT } } },
	HARMLESS("persistent", "feature-persistent", "1"),
	HARMLESS("persistent-word", "feature-persistent", "yes"),
};

static u32 number_of(const struct hostile_front *front, enum key_value value)
{
	switch (value) {
	case VALUE_RING:
		return front->link.page.ref;
	case VALUE_REVOKED:
		return front->pages.revoked.ref;
	case VALUE_FOREIGN:
		return front->pages.foreign.ref;
	case VALUE_READONLY:
		return front->pages.readonly.ref;
	case VALUE_PORT:
		return front->link.port;
	default:
		return front->link.foreign_port;
	}
}

static int write_long(const char *dir, const char *name)
{
	char *text = kzalloc(LONG_VALUE + 1, GFP_KERNEL);
	int err;

	if (!text)
		return -ENOMEM;
	memset(text, '7', LONG_VALUE);
	err = xenbus_write(XBT_NIL, dir, name, text);
	kfree(text);
	return err;
}

static int write_node(struct hostile_front *front, const struct key_node *node)
{
	const char *dir = front->dev->nodename;

	switch (node->value) {
	case VALUE_TEXT:
		return xenbus_write(XBT_NIL, dir, node->name, node->text);
	case VALUE_NONE:
		return xenbus_rm(XBT_NIL, dir, node->name);
	case VALUE_LONG:
		return write_long(dir, node->name);
	default:
		return xenbus_printf(XBT_NIL, dir, node->name, "%u",
				     number_of(front, node->value));
	}
}

static int tell_key(struct hostile_front *front, const void *arg)
{
	const struct key_lie *lie = arg;
	int i, err = 0;

	for (i = 0; i < NODES_MAX && lie->nodes[i].name && !err; i++)
		err = write_node(front, &lie->nodes[i]);
	return err;
}

static int play_key(struct hostile_front *front, const struct key_lie *lie)
{
	const struct front_offer offer = { .lie = tell_key, .arg = lie };
	struct hostile_tally *tally = hostile_tally(&front->book, "key",
						    lie->name);
	int state = front_connect(front, &offer);

	if (state < 0)
		return state;
	hostile_judge(tally, (state == XenbusStateConnected) == lie->connects,
		      "state %d", state);
	return 0;
}

/**
 * front_play_keys - the act: keys that lie
 * @owner: the liar
 * @count: how often each
 *
 * Return: 0 or a negative errno.
 */
int front_play_keys(void *owner, u32 count)
{
	struct hostile_front *front = owner;
	int err = 0;
	size_t i;

	while (count-- && !err)
		for (i = 0; i < ARRAY_SIZE(lies) && !err; i++)
			err = play_key(front, &lies[i]);
	err = err ?: front_reconnect(front);
	return err ?: front_good(front);
}
