// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed values of the xenstore keys that a block frontend writes: a table.
 * Each is told in a connection of its own; the backend has to refuse it, or to go
 * on without. Floor F6.
 */
#include <linux/kernel.h>

#include "front.h"

static const struct hostile_keys rows[] = {
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

/**
 * front_play_keys - the act: malformed keys
 * @owner: the hostile half
 * @count: how often each
 *
 * Return: 0 or a negative errno.
 */
int front_play_keys(void *owner, u32 count)
{
	return guest_play_keys(owner, rows, ARRAY_SIZE(rows), count);
}
