// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hash of a packet, and the queue that it means: see hash.h. Floor F5, pure.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "hash.h"

#define IP4_HEADER	20
#define IP6_HEADER	40
#define PORTS		4
#define TCP		6
/* More fragments follow, or this one is not the first. */
#define IP4_FRAGMENT	0x3fff

/**
 * netback_toeplitz - the Toeplitz hash
 * @key: %NETBACK_KEY_MAX bytes
 * @data: what is hashed
 * @len: its bytes; at most %NETBACK_KEY_MAX - 4
 *
 * Each bit of the data that is set adds the 32 bits of the key that begin at
 * the same place.
 */
u32 netback_toeplitz(const u8 *key, const u8 *data, u32 len)
{
	u32 window = (u32)key[0] << 24 | key[1] << 16 | key[2] << 8 | key[3];
	u32 i, bit, hash = 0;

	for (i = 0; i < len; i++) {
		for (bit = 0x80; bit; bit >>= 1) {
			if (data[i] & bit)
				hash ^= window;
			window = window << 1 | (key[i + 4] & bit ? 1 : 0);
		}
	}
	return hash;
}

/* What a packet can be hashed by. */
struct flow {
	const u8 *addrs;
	u32 len;
	/* NULL if it is not TCP, or its ports are not there. */
	const u8 *ports;
	u8 plain;
	u8 tcp;
};

static bool netback_hash_find_ip4(struct flow *flow, const u8 *packet, u32 len)
{
	u32 header = (packet[0] & 0xf) * 4;

	if (len < IP4_HEADER || header < IP4_HEADER)
		return false;
	*flow = (struct flow) {
		.addrs = packet + 12, .len = 8,
		.plain = _XEN_NETIF_CTRL_HASH_TYPE_IPV4,
		.tcp = _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP,
	};
	/* All parts of a packet have to go the same way. */
	if (packet[9] == TCP && len >= header + PORTS &&
	    !((packet[6] << 8 | packet[7]) & IP4_FRAGMENT))
		flow->ports = packet + header;
	return true;
}

static bool netback_hash_find_ip6(struct flow *flow, const u8 *packet, u32 len)
{
	if (len < IP6_HEADER)
		return false;
	*flow = (struct flow) {
		.addrs = packet + 8, .len = 32,
		.plain = _XEN_NETIF_CTRL_HASH_TYPE_IPV6,
		.tcp = _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP,
	};
	if (packet[6] == TCP && len >= IP6_HEADER + PORTS)
		flow->ports = packet + IP6_HEADER;
	return true;
}

/**
 * netback_hash_packet - hash a packet
 * @hash: what the guest asked for
 * @packet: its IP header and what follows, in private memory
 * @len: how much of that is there; %NETBACK_HASH_HEADER bytes are enough
 */
struct netback_hashed netback_hash_packet(const struct netback_hash *hash,
					  const u8 *packet, u32 len)
{
	struct netback_hashed hashed = { };
	u8 data[32 + PORTS];
	struct flow flow;
	bool found;

	if (!len)
		return hashed;
	found = packet[0] >> 4 == 4 ? netback_hash_find_ip4(&flow, packet, len) :
		packet[0] >> 4 == 6 ? netback_hash_find_ip6(&flow, packet, len) : false;
	if (!found)
		return hashed;
	memcpy(data, flow.addrs, flow.len);
	hashed.type = flow.plain;
	if (flow.ports && hash->types & 1U << flow.tcp) {
		memcpy(data + flow.len, flow.ports, PORTS);
		flow.len += PORTS;
		hashed.type = flow.tcp;
	}
	if (!(hash->types & 1U << hashed.type))
		return hashed;
	hashed.valid = true;
	hashed.value = netback_toeplitz(hash->key, data, flow.len);
	return hashed;
}

/**
 * netback_hash_queue - the queue of a packet
 * @hash: what the guest asked for
 * @value: of the packet
 * @queues: how many there are, at least one
 *
 * Return: less than @queues, whatever was asked for.
 */
u32 netback_hash_queue(const struct netback_hash *hash, u32 value, u32 queues)
{
	u32 size = hash->size;

	if (!size || size > NETBACK_TABLE_MAX)
		return value % queues;
	return hash->table[value % size] % queues;
}
