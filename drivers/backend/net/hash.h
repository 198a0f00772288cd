/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hash of packets for a guest that has asked for one, and what a guest can
 * ask for: the Toeplitz hash of netif.h, its key, and a table from hash to
 * queue.
 *
 * Floor F5, pure: compiled in user space by tests/unit and tests/fuzz, too. Set
 * by ctrl.c, used by steer.c.
 *
 * Trust: the packet may come from anywhere; of its headers as much is looked at
 * as there is.
 */
#ifndef XENIFY_NET_BACK_HASH_H
#define XENIFY_NET_BACK_HASH_H

#include <linux/types.h>
#include <xen/interface/io/netif.h>

#define NETBACK_KEY_MAX		40
#define NETBACK_TABLE_MAX	128

#define NETBACK_HASH_TYPES (XEN_NETIF_CTRL_HASH_TYPE_IPV4 |		\
			    XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP |		\
			    XEN_NETIF_CTRL_HASH_TYPE_IPV6 |		\
			    XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP)

/* Of an IP packet, what a hash may need: the longest header, and ports. */
#define NETBACK_HASH_HEADER	64

/**
 * struct netback_hash - what a guest has asked for
 * @algorithm: XEN_NETIF_CTRL_HASH_ALGORITHM_*
 * @types: XEN_NETIF_CTRL_HASH_TYPE_* that are to be calculated; 0 for none
 * @key: the key, zeroes behind what was set
 * @size: entries of @table in use; 0: the hash modulo the number of queues
 * @table: queues
 */
struct netback_hash {
	u32 algorithm;
	u32 types;
	u8 key[NETBACK_KEY_MAX];
	u32 size;
	u32 table[NETBACK_TABLE_MAX];
};

/**
 * struct netback_hashed - the hash of a packet
 * @valid: it has one
 * @type: _XEN_NETIF_CTRL_HASH_TYPE_*
 * @value: the hash
 */
struct netback_hashed {
	bool valid;
	u8 type;
	u32 value;
};

u32 netback_toeplitz(const u8 *key, const u8 *data, u32 len);
struct netback_hashed netback_hash_packet(const struct netback_hash *hash,
					  const u8 *packet, u32 len);
u32 netback_hash_queue(const struct netback_hash *hash, u32 value, u32 queues);

#endif /* XENIFY_NET_BACK_HASH_H */
