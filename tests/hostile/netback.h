/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hostile network backend's own types: see main.c for its files. Floor F6, a
 * test.
 */
#ifndef XENIFY_HOSTILE_NETBACK_H
#define XENIFY_HOSTILE_NETBACK_H

#include <linux/types.h>
#include <xen/interface/io/netif.h>

#include "frame.h"
#include "host.h"

#define NETBACK_SLOTS	256
/* More slots than a frontend takes. */
#define NETBACK_CHAIN	40

/**
 * struct netback_chain - slots that are a packet, or are said to be
 * @count: how many
 * @extras: the first of them are behind the first slot
 * @kind: what the first slot's page begins with
 * @slots: to the byte, but that @id is only what changes the right id
 */
struct netback_chain {
	u32 count;
	u32 extras;
	enum frame_kind kind;
	struct xen_netif_rx_response slots[NETBACK_CHAIN];
};

/**
 * struct netback_link - the frontend's rings, and its event channel
 * @tx_page: the transmit ring, mapped; NULL when there is no connection
 * @rx_page: the receive ring
 * @tx: our end
 * @rx: ...
 * @irq: of the event channel
 * @dead: a malformed one has broken it: nothing more is said
 * @info: the next slot of the transmit ring is an extra info
 */
struct netback_link {
	struct xen_netif_tx_sring *tx_page;
	struct xen_netif_rx_sring *rx_page;
	struct xen_netif_tx_back_ring tx;
	struct xen_netif_rx_back_ring rx;
	int irq;
	bool dead;
	bool info;
};

/**
 * struct hostile_netback - a hostile network backend
 * @host: what every hostile backend has
 * @link: rings and event channel
 * @frames: pages full of frames, one of each kind
 * @ops: copies to the frontend's pages, not yet done
 * @nr_ops: how many
 */
struct hostile_netback {
	struct hostile_host host;
	struct netback_link link;
	void *frames[FRAME_KINDS];
	struct gnttab_copy *ops;
	u32 nr_ops;
};

static inline struct hostile_netback *netback_of(struct hostile_host *host)
{
	return container_of(host, struct hostile_netback, host);
}

/* netback.c */
int hostile_netback_register(void);
void hostile_netback_unregister(void);

/* netback-serve.c */
void netback_serve(struct hostile_host *host);
int netback_play_statuses(void *owner, u32 count);
int netback_play_hold(void *owner, u32 ms);

/* netback-reply.c */
u32 netback_room(struct hostile_netback *back);
void netback_put(struct hostile_netback *back,
		 const struct netback_chain *chain);
void netback_push(struct hostile_netback *back, u32 jump);
bool netback_wait_room(struct hostile_netback *back);
bool netback_works(struct hostile_host *host);

/* netback-chain.c */
void netback_chain_frame(struct netback_chain *chain, enum frame_kind kind,
			 u16 len);
void netback_chain_pieces(struct netback_chain *chain, u32 count, u16 size);
void netback_chain_extra(struct netback_chain *chain, u8 type, u8 gso_type,
			 u16 gso_size);

/* netback-packet.c and the others */
int netback_play_packets(void *owner, u32 count);
void netback_tell_break(struct hostile_netback *back,
			const struct xen_netif_tx_request *req);
int netback_play_breaks(void *owner, u32 count);
int netback_publish_features(struct hostile_host *host);
int netback_play_keys(void *owner, u32 count);
int netback_play_live(void *owner, u32 count);

#endif /* XENIFY_HOSTILE_NETBACK_H */
