/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Static grants, as Xen's public io/netif.h has them: grants that a frontend
 * tells its backend of by messages on the control ring, to be mapped once and
 * used for many packets. The kernel's copy of that header, xen/interface/io/
 * netif.h, does not have these messages yet.
 *
 * Floor F5, pure: constants. Used by both ends, tests/unit and tests/fuzz.
 */
#ifndef XENIFY_NET_STATIC_H
#define XENIFY_NET_STATIC_H

#include <linux/types.h>
#include <xen/interface/grant_table.h>
#include <xen/interface/io/netif.h>

#ifndef XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE

/* {queue}: how many grants of it may be mapped at a time, in the response. */
#define XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE	8
/* {queue, page with a list, entries}: map them all, or none. */
#define XEN_NETIF_CTRL_TYPE_ADD_GREF_MAPPING		9
/* The same: unmap those that are; each entry's status says which were. */
#define XEN_NETIF_CTRL_TYPE_DEL_GREF_MAPPING		10

#define XEN_NETIF_CTRLF_GREF_readonly			1

/**
 * struct xen_netif_gref - an entry of a list
 * @ref: the grant
 * @flags: XEN_NETIF_CTRLF_GREF_*
 * @status: XEN_NETIF_CTRL_STATUS_*, after an unmapping
 */
struct xen_netif_gref {
	grant_ref_t ref;
	u16 flags;
	u16 status;
};

#endif /* XEN_NETIF_CTRL_TYPE_GET_GREF_MAPPING_SIZE */

/* A list is one page. */
#define XEN_NET_GREFS_LIST	(4096 / sizeof(struct xen_netif_gref))

#endif /* XENIFY_NET_STATIC_H */
