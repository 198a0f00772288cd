// SPDX-License-Identifier: GPL-2.0-only
/*
 * Xenstore keys that a network backend writes: the good ones, malformed ones that
 * are told in a connection each, and others, told while connected. Floor F6.
 */
#include <linux/kernel.h>

#include "netback.h"

static const struct hostile_keys rows[] = {
	HARMLESS("queues-0", "multi-queue-max-queues", "0"),
	HARMLESS("queues-10^9", "multi-queue-max-queues", "1000000000"),
	HARMLESS("queues-2^64", "multi-queue-max-queues",
		 "18446744073709551616"),
	HARMLESS("queues-negative", "multi-queue-max-queues", "-1"),
	HARMLESS("queues-word", "multi-queue-max-queues", "many"),
	SPECIAL("queues-none", true, "multi-queue-max-queues", NONE),
	SPECIAL("queues-long", true, "multi-queue-max-queues", LONG),
	HARMLESS("mtu-0", "mtu", "0"),
	HARMLESS("mtu-67", "mtu", "67"),
	HARMLESS("mtu-65536", "mtu", "65536"),
	HARMLESS("mtu-2^32", "mtu", "4294967296"),
	HARMLESS("mtu-negative", "mtu", "-1500"),
	SPECIAL("mtu-long", true, "mtu", LONG),
	HARMLESS("segments-word", "feature-gso-tcpv4", "yes"),
	HARMLESS("segments-negative", "feature-gso-tcpv6", "-1"),
	SPECIAL("pieces-none", true, "feature-sg", NONE),
	SPECIAL("pieces-long", true, "feature-sg", LONG),
	{ "segments-but-no-pieces", true, {
		{ "feature-sg", "0" },
		{ "feature-gso-tcpv4", "1" },
		{ "feature-gso-tcpv6", "1" } } },
	HARMLESS("no-checksum-word", "feature-no-csum-offload", "never"),
	HARMLESS("no-checksum-2^64-1", "feature-no-csum-offload",
		 "18446744073709551615"),
	HARMLESS("split-word", "feature-split-event-channels", "both"),
	/* Nobody reads the ring: the frontend goes on without. */
	HARMLESS("control-ring", "feature-ctrl-ring", "1"),
	HARMLESS("control-ring-word", "feature-ctrl-ring", "ring"),
	HARMLESS("control-ring-2^64", "feature-ctrl-ring",
		 "18446744073709551616"),
	SPECIAL("control-ring-none", true, "feature-ctrl-ring", NONE),
	SPECIAL("control-ring-long", true, "feature-ctrl-ring", LONG),
	HARMLESS("filter-word", "feature-multicast-control", "some"),
	HARMLESS("filter-negative", "feature-multicast-control", "-1"),
	SPECIAL("filter-long", true, "feature-multicast-control", LONG),
	SPECIAL("filter-none", true, "feature-multicast-control", NONE),
	SPECIAL("filter-for-good", true, "feature-dynamic-multicast-control",
		NONE),
	HARMLESS("filter-at-any-word", "feature-dynamic-multicast-control",
		 "later"),
	HARMLESS("flip-too", "feature-rx-flip", "1"),
	{ "nothing-but-copy", true, {
		{ "feature-sg", NULL, VALUE_NONE },
		{ "feature-gso-tcpv4", NULL, VALUE_NONE },
		{ "feature-gso-tcpv6", NULL, VALUE_NONE },
		{ "feature-split-event-channels", NULL, VALUE_NONE },
		{ "multi-queue-max-queues", NULL, VALUE_NONE },
		{ "feature-multicast-control", NULL, VALUE_NONE } } },
	/* Each takes the frontend five seconds to try again. */
	REFUSED("no-copy", "feature-rx-copy", "0"),
	REFUSED("no-copy-word", "feature-rx-copy", "flip"),
};

static const struct hostile_keys live[] = {
	HARMLESS("live-queues-0", "multi-queue-max-queues", "0"),
	HARMLESS("live-no-copy", "feature-rx-copy", "0"),
	SPECIAL("live-no-pieces", true, "feature-sg", NONE),
	HARMLESS("live-segments", "feature-gso-tcpv4", "1"),
	SPECIAL("live-split-long", true, "feature-split-event-channels", LONG),
	HARMLESS("live-control-ring", "feature-ctrl-ring", "1"),
	HARMLESS("live-no-filter", "feature-multicast-control", "0"),
	SPECIAL("live-filter-none", true, "feature-dynamic-multicast-control",
		NONE),
};

/**
 * netback_publish_features - say what we can do
 * @host: the hostile half, locked
 *
 * Return: 0 or a negative errno.
 */
int netback_publish_features(struct hostile_host *host)
{
	static const struct hostile_node truth[] = {
		{ "multi-queue-max-queues", "1" },
		{ "feature-rx-copy", "1" },
		{ "feature-sg", "1" },
		/* There would be extra infos, which nobody looks at. */
		{ "feature-gso-tcpv4", "0" },
		{ "feature-gso-tcpv6", "0" },
		{ "feature-ipv6-csum-offload", "1" },
		{ "feature-split-event-channels", "0" },
		/* Nor has anybody ears for messages. */
		{ "feature-ctrl-ring", "0" },
		/* Told of addresses, it filters nothing: that is allowed. */
		{ "feature-multicast-control", "1" },
		{ "feature-dynamic-multicast-control", "1" },
	};

	return host_publish(host, truth, ARRAY_SIZE(truth));
}

/**
 * netback_play_keys - the act: malformed keys, from the start
 * @owner: the hostile half
 * @count: how often each
 *
 * Return: 0; -ENODATA if the frontend does not come again.
 */
int netback_play_keys(void *owner, u32 count)
{
	return host_play_keys(owner, rows, ARRAY_SIZE(rows), count);
}

/**
 * netback_play_live - the act: malformed keys, to a connected frontend
 * @owner: the hostile half
 * @count: how often each
 *
 * Return: 0; -ENODATA if the frontend does not come.
 */
int netback_play_live(void *owner, u32 count)
{
	return host_play_live(owner, live, ARRAY_SIZE(live), count);
}
