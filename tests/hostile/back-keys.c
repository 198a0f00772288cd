// SPDX-License-Identifier: GPL-2.0-only
/*
 * Xenstore keys that a block backend writes: the good ones, malformed ones that
 * are told in a connection each, and others, told while connected. Floor F6.
 */
#include <linux/kernel.h>
#include <linux/stringify.h>

#include "back.h"

static const struct hostile_keys rows[] = {
	HARMLESS("sectors-0", "sectors", "0"),
	REFUSED("sectors-2^54+8", "sectors", "18014398509481992"),
	REFUSED("sectors-2^63", "sectors", "9223372036854775808"),
	REFUSED("sectors-2^64", "sectors", "18446744073709551616"),
	REFUSED("sectors-negative", "sectors", "-8"),
	REFUSED("sectors-word", "sectors", "all"),
	REFUSED("sectors-empty", "sectors", ""),
	SPECIAL("sectors-none", false, "sectors", NONE),
	SPECIAL("sectors-long", false, "sectors", LONG),
	REFUSED("sector-size-0", "sector-size", "0"),
	REFUSED("sector-size-1", "sector-size", "1"),
	REFUSED("sector-size-513", "sector-size", "513"),
	REFUSED("sector-size-1536", "sector-size", "1536"),
	REFUSED("sector-size-8192", "sector-size", "8192"),
	REFUSED("sector-size-2^31", "sector-size", "2147483648"),
	SPECIAL("sector-size-none", false, "sector-size", NONE),
	SPECIAL("info-none", false, "info", NONE),
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
	SPECIAL("no-barrier", true, "feature-barrier", NONE),
	HARMLESS("no-discard", "feature-discard", "0"),
	SPECIAL("flush-long", true, "feature-flush-cache", LONG),
	HARMLESS("page-order-2^31", "max-ring-page-order", "2147483648"),
	HARMLESS("page-order-word", "max-ring-page-order", "-1"),
	HARMLESS("persistent", "feature-persistent", "1"),
	HARMLESS("persistent-word", "feature-persistent", "yes"),
};

/* Told to a connected frontend: it may believe them or not, but goes on. */
static const struct hostile_keys live[] = {
	HARMLESS("live-sectors-0", "sectors", "0"),
	HARMLESS("live-sectors-half", "sectors", "8192"),
	HARMLESS("live-sectors-2^63", "sectors", "9223372036854775808"),
	SPECIAL("live-sectors-none", true, "sectors", NONE),
	HARMLESS("live-sectors-odd", "sectors", "16383"),
	HARMLESS("live-sector-size-1", "sector-size", "1"),
	HARMLESS("live-sector-size-4096", "sector-size", "4096"),
	SPECIAL("live-info-long", true, "info", LONG),
	HARMLESS("live-no-flush", "feature-flush-cache", "0"),
	HARMLESS("live-no-discard", "feature-discard", "0"),
};

/**
 * back_publish_features - say what we can do
 * @host: the hostile half, locked
 *
 * Return: 0 or a negative errno.
 */
int back_publish_features(struct hostile_host *host)
{
	static const struct hostile_node truth[] = {
		{ "feature-max-indirect-segments", "32" },
		{ "multi-queue-max-queues", "1" },
		{ "max-ring-page-order", "0" },
		/* Its requests show their own pages then. */
		{ "feature-persistent", "0" },
	};

	return host_publish(host, truth, ARRAY_SIZE(truth));
}

/**
 * back_publish_disk - say what the disk is like
 * @host: the hostile half, locked
 *
 * Return: 0 or a negative errno.
 */
int back_publish_disk(struct hostile_host *host)
{
	static const struct hostile_node truth[] = {
		{ "sectors", __stringify(BACK_SECTORS) },
		{ "sector-size", "512" },
		{ "physical-sector-size", "512" },
		{ "info", "0" },
		{ "feature-flush-cache", "1" },
		{ "feature-barrier", "1" },
		{ "feature-discard", "1" },
		{ "discard-granularity", "4096" },
		{ "discard-alignment", "0" },
	};

	return host_publish(host, truth, ARRAY_SIZE(truth));
}

/**
 * back_play_keys - the act: malformed keys, from the start
 * @owner: the hostile half
 * @count: how often each
 *
 * Return: 0; -ENODATA if the frontend does not come again.
 */
int back_play_keys(void *owner, u32 count)
{
	return host_play_keys(owner, rows, ARRAY_SIZE(rows), count);
}

/**
 * back_play_live - the act: malformed keys, to a connected frontend
 * @owner: the hostile half
 * @count: how often each
 *
 * Return: 0; -ENODATA if the frontend does not come.
 */
int back_play_live(void *owner, u32 count)
{
	return host_play_live(owner, live, ARRAY_SIZE(live), count);
}
