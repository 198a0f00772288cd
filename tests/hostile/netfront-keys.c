// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed values of the xenstore keys that a network frontend writes: a table. Each is
 * told in a connection of its own; the backend has to refuse it, or to go on
 * without. Floor F6.
 */
#include <linux/kernel.h>

#include "netfront.h"

/* A queue whose nodes are good. */
#define GOOD_QUEUE(_queue)						\
	{ _queue "/tx-ring-ref", NULL, VALUE_RING },			\
	{ _queue "/rx-ring-ref", NULL, VALUE_RING },			\
	{ _queue "/event-channel", NULL, VALUE_PORT }

static const struct hostile_keys rows[] = {
	NO_NUMBERS("tx-ring-ref"),
	REFUSED("tx-ring-ref-never-granted", "tx-ring-ref", "1000000"),
	SPECIAL("tx-ring-ref-revoked", false, "tx-ring-ref", REVOKED),
	SPECIAL("tx-ring-ref-of-another", false, "tx-ring-ref", FOREIGN),
	SPECIAL("tx-ring-ref-readonly", false, "tx-ring-ref", READONLY),
	/* By now the other ring is mapped. */
	SPECIAL("rx-ring-ref-none", false, "rx-ring-ref", NONE),
	REFUSED("rx-ring-ref-word", "rx-ring-ref", "ring"),
	SPECIAL("rx-ring-ref-revoked", false, "rx-ring-ref", REVOKED),
	SPECIAL("rx-ring-ref-readonly", false, "rx-ring-ref", READONLY),
	SPECIAL("rx-ring-is-tx-ring", true, "rx-ring-ref", RING),

	SPECIAL("event-channel-none", false, "event-channel", NONE),
	REFUSED("event-channel-word", "event-channel", "port"),
	REFUSED("event-channel-negative", "event-channel", "-1"),
	REFUSED("event-channel-0", "event-channel", "0"),
	REFUSED("event-channel-bound", "event-channel", "1"),
	REFUSED("event-channel-2^32-1", "event-channel", "4294967295"),
	SPECIAL("event-channel-of-another", false, "event-channel",
		FOREIGN_PORT),
	SPECIAL("event-channel-split-half", false, "event-channel-tx", PORT),
	{ "event-channel-twice", false, {
		{ "event-channel-tx", NULL, VALUE_PORT },
		{ "event-channel-rx", NULL, VALUE_PORT } } },
	{ "event-channel-split-foreign", false, {
		{ "event-channel-tx", NULL, VALUE_PORT },
		{ "event-channel-rx", NULL, VALUE_FOREIGN_PORT } } },
	HARMLESS("event-channel-split-0", "event-channel-tx", "0"),
	HARMLESS("event-channel-split-word", "event-channel-tx", "yes"),

	HARMLESS("queues-0", "multi-queue-num-queues", "0"),
	HARMLESS("queues-1", "multi-queue-num-queues", "1"),
	HARMLESS("queues-negative", "multi-queue-num-queues", "-1"),
	HARMLESS("queues-word", "multi-queue-num-queues", "many"),
	SPECIAL("queues-long", true, "multi-queue-num-queues", LONG),
	REFUSED("queues-without-nodes", "multi-queue-num-queues", "2"),
	REFUSED("queues-65", "multi-queue-num-queues", "65"),
	REFUSED("queues-2^32-1", "multi-queue-num-queues", "4294967295"),
	REFUSED("queues-2^64", "multi-queue-num-queues",
		"18446744073709551615"),
	{ "queues-share-a-channel", false, {
		{ "multi-queue-num-queues", "2" },
		GOOD_QUEUE("queue-0"), GOOD_QUEUE("queue-1") } },
	{ "queues-second-is-bad", false, {
		{ "multi-queue-num-queues", "2" },
		GOOD_QUEUE("queue-0"),
		{ "queue-1/tx-ring-ref", NULL, VALUE_REVOKED },
		{ "queue-1/rx-ring-ref", NULL, VALUE_RING },
		{ "queue-1/event-channel", NULL, VALUE_FOREIGN_PORT } } },

	REFUSED("no-copy", "request-rx-copy", "0"),
	SPECIAL("no-copy-none", false, "request-rx-copy", NONE),
	REFUSED("no-copy-word", "request-rx-copy", "flip"),
	HARMLESS("no-notify", "feature-rx-notify", "0"),
	HARMLESS("no-pieces-but-segments", "feature-sg", "0"),
	HARMLESS("pieces-word", "feature-sg", "true"),
	HARMLESS("segments-4-2^64", "feature-gso-tcpv4",
		 "18446744073709551616"),
	SPECIAL("segments-6-long", true, "feature-gso-tcpv6", LONG),
	HARMLESS("no-checksum", "feature-no-csum-offload", "-0"),
	HARMLESS("multicast-word", "request-multicast-control", "all"),
	HARMLESS("multicast-1", "request-multicast-control", "1"),
	HARMLESS("control-ring", "feature-ctrl-ring", "1"),
	/* With no port at all beside it. */
	REFUSED("control-ring-word", "ctrl-ring-ref", "ring"),
	SPECIAL("control-ring-is-tx-ring", false, "ctrl-ring-ref", RING),
	SPECIAL("control-ring-revoked", false, "ctrl-ring-ref", REVOKED),
	SPECIAL("control-ring-port", true, "event-channel-ctrl", FOREIGN_PORT),
	HARMLESS("headroom", "xdp-headroom", "65535"),
};

/**
 * netfront_play_keys - the act: malformed keys
 * @owner: the hostile half
 * @count: how often each
 *
 * Return: 0 or a negative errno.
 */
int netfront_play_keys(void *owner, u32 count)
{
	return guest_play_keys(owner, rows, ARRAY_SIZE(rows), count);
}
