/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How packets for a guest are spread over its queues when the guest decides:
 * the Toeplitz hash of netif.h, its key, and the table from hash to queue, all
 * set by requests on the control ring.
 *
 * Floor F5, pure: compiled in user space by tests/unit and tests/fuzz, too.
 * Called by ctrl.c and steer.c.
 *
 * Trust: a request is a private copy of whatever the guest wrote. Keys and
 * tables come from pages of the guest, fetched once by @fetch, and a table is
 * taken over only as a whole and if each entry is a queue.
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
 * typedef netback_fetch - copy the beginning of a page of the guest
 * @owner: what was passed to netback_ctrl_apply()
 * @gref: its grant, any number
 * @to: where to
 * @len: bytes, less than a page
 *
 * Return: 0 or a negative errno.
 */
typedef int (*netback_fetch)(void *owner, grant_ref_t gref, void *to, u32 len);

/**
 * struct netback_ctrl - what requests are checked against, and carried out with
 * @hash: what they change
 * @queues: how many queues there are
 * @fetch: copies from the guest
 * @owner: for @fetch
 */
struct netback_ctrl {
	struct netback_hash *hash;
	u32 queues;
	netback_fetch fetch;
	void *owner;
};

void netback_ctrl_apply(const struct netback_ctrl *ctrl,
			const struct xen_netif_ctrl_request *req,
			struct xen_netif_ctrl_response *rsp);
u32 netback_toeplitz(const u8 *key, const u8 *data, u32 len);
u32 netback_hash_queue(const struct netback_hash *hash, u32 value, u32 queues);

#endif /* XENIFY_NET_BACK_HASH_H */
