/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hostile network frontend's own types: see main.c for its files. Floor F6, a
 * test.
 */
#ifndef XENIFY_HOSTILE_NETFRONT_H
#define XENIFY_HOSTILE_NETFRONT_H

#include <linux/types.h>
#include <xen/interface/io/netif.h>

#include "frame.h"
#include "guest.h"

#define NETFRONT_SLOTS	256
/* Pages that packets are received in. */
#define NETFRONT_ROOM	16
/* More slots than a backend takes. */
#define NETFRONT_CHAIN	40

/**
 * enum netfront_want - what the answer to a slot has to be
 * @NET_OKAY: taken
 * @NET_ERROR: refused
 * @NET_NULL: none, as it is an extra info
 * @NET_EITHER: taken or refused
 * @NET_ANY: any that there is
 */
enum netfront_want {
	NET_OKAY,
	NET_ERROR,
	NET_NULL,
	NET_EITHER,
	NET_ANY,
};

/**
 * struct netfront_chain - slots that are a packet, or are said to be
 * @count: how many
 * @extras: the first of them are behind the first slot
 * @slots: to the byte
 */
struct netfront_chain {
	u32 count;
	u32 extras;
	struct xen_netif_tx_request slots[NETFRONT_CHAIN];
};

/**
 * struct netfront_sent - what a slot of the transmit ring was filled with
 * @slot: to the byte
 * @want: what the answer has to be, an enum netfront_want
 * @last: the last slot of its packet
 * @tally: where that counts; NULL for nowhere
 */
struct netfront_sent {
	struct xen_netif_tx_request slot;
	u8 want;
	bool last;
	struct hostile_tally *tally;
};

/**
 * struct netfront_posted - what a slot of the receive ring was filled with
 * @id: to be echoed
 * @want: what the answer has to be, an enum netfront_want
 * @tally: where that counts; NULL for nowhere
 */
struct netfront_posted {
	u16 id;
	u8 want;
	struct hostile_tally *tally;
};

/**
 * struct netfront_link - the rings
 * @tx_page: the transmit ring's page
 * @rx_page: the receive ring's
 * @tx: our end
 * @rx: ...
 */
struct netfront_link {
	struct hostile_page tx_page;
	struct hostile_page rx_page;
	struct xen_netif_tx_front_ring tx;
	struct xen_netif_rx_front_ring rx;
};

/**
 * struct netfront_control - the control ring
 * @page: the ring's page
 * @list: a page that messages name
 * @port: its event channel; nobody here waits for events of it
 * @ring: our end
 */
struct netfront_control {
	struct hostile_page page;
	struct hostile_page list;
	evtchn_port_t port;
	struct xen_netif_ctrl_front_ring ring;
};

/**
 * struct hostile_netfront - a hostile network frontend
 * @guest: what every hostile frontend has
 * @link: the rings
 * @control: one more, for the act that has it
 * @frames: pages full of frames, one of each kind
 * @room: pages to receive in
 * @sent: what is in each slot of the transmit ring
 * @posted: and of the receive ring
 * @wrong: a slot of the packet that is being answered had the wrong answer
 * @id: of the last request
 */
struct hostile_netfront {
	struct hostile_guest guest;
	struct netfront_link link;
	struct netfront_control control;
	struct hostile_page frames[FRAME_KINDS];
	struct hostile_page room[NETFRONT_ROOM];
	struct netfront_sent *sent;
	struct netfront_posted *posted;
	bool wrong;
	u16 id;
};

static inline struct hostile_netfront *netfront_of(struct hostile_guest *guest)
{
	return container_of(guest, struct hostile_netfront, guest);
}

/* netfront.c */
int hostile_netfront_register(void);
void hostile_netfront_unregister(void);

/* netfront-chain.c */
void netfront_chain_plain(struct hostile_netfront *front,
			  struct netfront_chain *chain);
void netfront_chain_pieces(struct hostile_netfront *front,
			   struct netfront_chain *chain, u32 count, u16 size);
void netfront_chain_frame(struct hostile_netfront *front,
			  struct netfront_chain *chain, enum frame_kind kind,
			  u16 len);
void netfront_chain_extra(struct netfront_chain *chain, u8 type, u8 gso_type,
			  u16 gso_size);

/* netfront-ring.c */
bool netfront_has_room(struct hostile_netfront *front, u32 slots);
void netfront_put(struct hostile_netfront *front,
		  const struct netfront_chain *chain, u8 want,
		  struct hostile_tally *tally);
void netfront_push(struct hostile_netfront *front, u32 less);
int netfront_drain(struct hostile_netfront *front, unsigned int ms);
bool netfront_answered(struct hostile_guest *guest);
int netfront_try(struct hostile_guest *guest, unsigned int ms);
void netfront_rush(struct hostile_guest *guest);

/* netfront-receive.c */
void netfront_post_all(struct hostile_netfront *front);

/* netfront-ctrl.c */
int netfront_control_make(struct hostile_netfront *front, struct xenbus_device *dev);
void netfront_control_free(struct hostile_netfront *front);
int netfront_play_control(void *owner, u32 count);

/* netfront-packet.c and the others: acts of its own */
int netfront_play_packets(void *owner, u32 count);
int netfront_play_breaks(void *owner, u32 count);
int netfront_play_noise(void *owner, u32 count);
int netfront_play_keys(void *owner, u32 count);
int netfront_play_races(void *owner, u32 count);
int netfront_play_receive(void *owner, u32 count);
int netfront_play_drip(void *owner, u32 count);

#endif /* XENIFY_HOSTILE_NETFRONT_H */
