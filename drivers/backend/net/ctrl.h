/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages of the control ring (xen/interface/io/netif.h, and static.h), checked
 * and carried out: what sets the hash of packets for a guest, and what has its
 * pages mapped for good.
 *
 * Floor F5, pure: compiled in user space by tests/unit and tests/fuzz, too;
 * what touches the guest's memory is called by pointers. Called by ctrl-ring.c,
 * one message at a time.
 *
 * Trust: a message is a private copy of whatever the guest wrote. Keys, tables
 * and lists come from pages of the guest, fetched once; a table or a list of
 * grants is taken over as a whole or not at all.
 */
#ifndef XENIFY_NET_BACK_CTRL_H
#define XENIFY_NET_BACK_CTRL_H

#include "grefs.h"
#include "hash.h"

/**
 * struct netback_ctrl_ops - what messages need of the guest's memory
 * @fetch: copy @len bytes, at most a page, from the beginning of a page. The
 *	grant is any number. Return: 0 or a negative errno
 * @store: the same, to a page
 * @map: map the entries @which, @count of them, and set where. Return: 0; or a
 *	negative errno with none of them mapped
 * @retire: wait until nobody uses the entries @which, which nobody can find any
 *	more, and unmap those of them that are mapped
 */
struct netback_ctrl_ops {
	int (*fetch)(void *owner, grant_ref_t gref, void *to, u32 len);
	int (*store)(void *owner, grant_ref_t gref, const void *from, u32 len);
	int (*map)(void *owner, struct netback_grefs *grefs, const u16 *which,
		   u32 count);
	void (*retire)(void *owner, struct netback_grefs *grefs,
		       const u16 *which, u32 count);
};

/**
 * struct netback_ctrl - what messages are checked against, and change
 * @ops: how the guest's memory is reached
 * @owner: for @ops
 * @queues: how many queues there are
 * @grefs: for each queue, its mapped grants
 * @hash: what the guest asked for
 * @list: room for a list of grants
 * @which: ... for the entries that it means
 */
struct netback_ctrl {
	const struct netback_ctrl_ops *ops;
	void *owner;
	u32 queues;
	struct netback_grefs **grefs;
	struct netback_hash hash;
	struct xen_netif_gref list[XEN_NET_GREFS_LIST];
	u16 which[XEN_NET_GREFS_LIST];
};

void netback_ctrl_apply(struct netback_ctrl *ctrl,
			const struct xen_netif_ctrl_request *req,
			struct xen_netif_ctrl_response *rsp);

#endif /* XENIFY_NET_BACK_CTRL_H */
