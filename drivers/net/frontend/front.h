/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The network frontend's own types, and which file does what.
 *
 *	main.c       registration; probe and remove
 *	life.c       the connection: made, lost, made anew, given up
 *	negotiate.c  xenstore keys: what the backend can do, what we choose
 *	queue.c      a queue: two rings, their ports, one NAPI
 *	tx.c         from the kernel to the transmit ring
 *	sent.c       ... and what comes back
 *	rx.c         from the receive ring to the kernel
 *	post.c       ... pages posted for it
 *	parse.c      ... its slots, checked (pure)
 *	xdp.c        ... an XDP program's turn
 *	bounce.c     all of it by a copy, for a backend that is not trusted
 *	ctrl.c       messages to the backend
 *	static.c       ... to have pages mapped for good
 *	hash.c       ... to have packets hashed
 *	mcast.c      which multicast packets the backend is to leave out
 *	groups.c     ... lists of their addresses (pure)
 *	netdev.c     the interface: up and down, features, counters
 *	ethtool.c    what ethtool shows of it
 *
 * Floor F5. The protocol is xen/interface/io/netif.h.
 *
 * Whose a page to receive into is (post.c, rx.c, static.c):
 *
 *	                    page of the pool        page that stays granted
 *	its buffer number   below %NETFRONT_RING    from there on ("kept")
 *	spare               rx.free                 kept.ready
 *	                    granted only if its packet was copied
 *	posted              rx.posted, for both
 *	part of a packet    revoked, the packet's   granted still, in kept.lent, which
 *	                                            holds a reference
 *	back                the pool has it         found to have no other reference
 */
#ifndef XENIFY_NET_FRONT_H
#define XENIFY_NET_FRONT_H

#include <linux/etherdevice.h>
#include <linux/jump_label.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <net/page_pool/types.h>
#include <net/xdp.h>

#include "../../xen/ring/channel.h"
#include "../../xen/ring/log.h"
#include "../../xen/ring/idpool.h"
#include "../../xen/ring/tie.h"
#include "mcast.h"
#include "parse.h"

#define NETFRONT_QUEUES_MAX	64
#define NETFRONT_TX_STRIDE	sizeof(struct xen_netif_tx_request)
#define NETFRONT_RX_STRIDE	sizeof(struct xen_netif_rx_request)
/* Slots of a ring of one page, either one. */
#define NETFRONT_RING		256
/* Pages of a queue that stay granted, at the most; a list of them is a page. */
#define NETFRONT_STATIC_GRANTS		512U

/**
 * struct netfront_offer - what the backend published before we chose
 * @max_queues: "multi-queue-max-queues", 1 when absent
 * @rx_copy: "feature-rx-copy": it writes to pages that stay ours
 * @ctrl: "feature-ctrl-ring": it takes messages
 * @split: "feature-split-event-channels": a port for each ring
 * @sg: "feature-sg": it takes packets in pieces
 * @tso4: "feature-gso-tcpv4": it takes TCP packets larger than the MTU
 * @tso6: the same over IPv6
 * @no_csum4: "feature-no-csum-offload": it wants checksums filled in
 * @csum6: "feature-ipv6-csum-offload": it does not, over IPv6
 * @mcast: "feature-multicast-control": it filters multicast packets
 * @mcast_dynamic: "feature-dynamic-multicast-control": if and when it is asked
 * @mtu: "mtu", 0 when absent
 */
struct netfront_offer {
	u32 max_queues;
	bool rx_copy;
	bool ctrl;
	bool split;
	bool sg;
	bool tso4;
	bool tso6;
	bool no_csum4;
	bool csum6;
	bool mcast;
	bool mcast_dynamic;
	u32 mtu;
};

/**
 * struct netfront_xdp_stats - what became of packets by an XDP program
 * @dropped: it dropped them, or cannot take them
 * @sent: it sent them on: back, or to another interface
 */
struct netfront_xdp_stats {
	u64 dropped;
	u64 sent;
};

/**
 * struct netfront_bounced - packets that were copied as the backend is not trusted
 * @tx: sent
 * @rx: received
 */
struct netfront_bounced {
	u64 tx;
	u64 rx;
};

/**
 * struct netfront_stats - counters of one queue, as long as the interface lives
 * @tx_packets: sent
 * @tx_bytes: ... their bytes
 * @tx_dropped: ... which no ring could take
 * @tx_errors: ... which the backend refused
 * @tx_events: doorbells for the backend
 * @tx_static: ... copied to pages that stay granted
 * @rx_packets: received
 * @rx_bytes: ... their bytes
 * @rx_bad: ... malformed, or with an error
 * @rx_nomem: ... dropped for want of memory
 * @rx_copied: ... small enough for their pages to stay posted
 * @rx_static: pages of packets that stay granted
 * @rx_hashed: ... whose hash the backend has told
 * @xdp: ... that an XDP program had
 * @bounced: of all of them
 *
 * What is sent is counted under the transmit queue's lock, the rest by the NAPI.
 */
struct netfront_stats {
	u64 tx_packets;
	u64 tx_bytes;
	u64 tx_dropped;
	u64 tx_errors;
	u64 tx_events;
	u64 tx_static;
	u64 rx_packets;
	u64 rx_bytes;
	u64 rx_bad;
	u64 rx_nomem;
	u64 rx_copied;
	u64 rx_static;
	u64 rx_hashed;
	struct netfront_xdp_stats xdp;
	struct netfront_bounced bounced;
};

/* One writer at a time, readers that must not see halves. */
static inline void netfront_count(u64 *counter, u64 n)
{
	WRITE_ONCE(*counter, *counter + n);
}

/**
 * struct netfront_event - events that came in on a channel
 * @pending: one came, and wants an xen_irq_lateeoi()
 * @served: responses that were consumed since the last such answer
 */
struct netfront_event {
	bool pending;
	u32 served;
};

/**
 * struct netfront_sent - a slot's data, while the backend has it
 * @skb: the packet that it is part of; NULL if the slot is free, or had no packet,
 *	or was copied and nobody waits for that
 * @gref: the slot's own grant reference
 * @copied: the data is in a page that stays granted
 */
struct netfront_sent {
	struct sk_buff *skb;
	grant_ref_t gref;
	bool copied;
};

/**
 * struct netfront_buffer - a page to receive into, or to copy to
 * @page: the page, granted to the backend; NULL if there is none
 * @gref: the buffer's own grant reference
 */
struct netfront_buffer {
	struct page *page;
	grant_ref_t gref;
};

/**
 * struct netfront_copies - room for packets, in pages that stay granted
 * @limit: packets of so many bytes are copied; 0 for none
 * @chunk: room of each slot, a part of a page
 * @count: pages
 * @pages: the pages
 */
struct netfront_copies {
	u32 limit;
	u32 chunk;
	u32 count;
	struct netfront_buffer *pages;
};

/**
 * struct netfront_tx - the half of a queue that transmits
 * @channel: ring and event port
 * @event: of @channel
 * @ids: of requests; a slot is an index of @sent
 * @sent: what the backend has
 * @free: indices of @sent that are free, a stack
 * @nr_free: how many
 * @extras: extra infos that the backend has; they are answered without an id
 * @lent: slots that somebody waits for the answer of
 * @lazy: no event is asked for before half of the ring is answered
 * @copies: room to copy small packets to
 * @bounce: a page for each slot, to copy packets to; NULL if they are not
 *
 * Guarded by the lock of the interface's transmit queue, except @event.
 */
struct netfront_tx {
	struct xen_channel channel;
	struct netfront_event event;
	struct xen_idpool ids;
	struct netfront_sent *sent;
	u16 *free;
	u32 nr_free;
	u32 extras;
	u32 lent;
	bool lazy;
	struct netfront_copies copies;
	struct page **bounce;
};

/**
 * struct netfront_static_grants - pages to receive into that stay granted
 * @on: the backend has them mapped
 * @nr_ready: how many are in @ready
 * @out: how many were put into @lent
 * @back: how many were taken from it
 * @ready: those that can be posted, a stack; numbers from %NETFRONT_RING on
 * @lent: those that are parts of packets, a queue
 */
struct netfront_static_grants {
	bool on;
	u32 nr_ready;
	u32 out;
	u32 back;
	u16 ready[NETFRONT_STATIC_GRANTS];
	u16 lent[NETFRONT_STATIC_GRANTS];
};

/**
 * struct netfront_rx - the half of a queue that receives
 * @channel: ring and event port; the port may be that of the other half
 * @event: of @channel
 * @parser: where in a packet the ring is
 * @pool: where pages come from
 * @buffers: the pages; from %NETFRONT_RING on those that stay granted
 * @static_grants: ... which of these are where
 * @xdp: what XDP programs are told of the queue
 * @xdp_sent: packets that a program sent back have not been pushed
 * @flush: a program has run: what it sent elsewhere may be waiting
 * @free: indices of @buffers that are not posted, a stack
 * @nr_free: how many
 * @posted: which buffer each slot of the ring has; it can have another one as
 *	soon as it was answered
 * @retry: posts pages when there was no memory
 *
 * Guarded by the NAPI.
 */
struct netfront_rx {
	struct xen_channel channel;
	struct netfront_event event;
	struct netfront_parser parser;
	struct page_pool *pool;
	struct netfront_buffer *buffers;
	struct netfront_static_grants static_grants;
	struct xdp_rxq_info xdp;
	bool xdp_sent;
	bool flush;
	u16 *free;
	u32 nr_free;
	u16 *posted;
	struct timer_list retry;
};

static inline void *netfront_piece_data(const struct netfront_rx *rx,
					const struct netfront_piece *piece)
{
	return page_address(rx->buffers[piece->buffer].page) + piece->offset;
}

struct netfront;
struct netfront_ctrl;

/**
 * struct netfront_queue - two rings
 * @front: its interface
 * @index: its number
 * @stats: its counters
 * @napi: does all but sending
 * @tx: what is transmitted
 * @rx: what is received
 * @tx_name: of the interrupts
 * @rx_name: ...
 */
struct netfront_queue {
	struct netfront *front;
	unsigned int index;
	struct netfront_stats *stats;
	struct napi_struct napi;
	struct netfront_tx tx;
	struct netfront_rx rx;
	char tx_name[32];
	char rx_name[32];
};

/**
 * struct netfront_is - where an interface stands; each written in one place
 * @shown: the system has it
 * @live: packets may be handed to the queues. Written under rtnl
 * @running: the NAPIs are enabled. Under rtnl
 * @paused: they were, and will be if a suspend is called off. Under rtnl
 * @plain: the backend was asked for packets with nothing left to do in them
 * @bouncing: it is not trusted
 */
struct netfront_is {
	bool shown;
	bool live;
	bool running;
	bool paused;
	bool plain;
	bool bouncing;
};

/**
 * struct netfront - one interface; the netdev's private part
 * @dev: the xenbus device; NULL once it was removed
 * @netdev: the interface
 * @tie: to the backend; @tie.peer.lock guards all but the data path
 * @addr: the address that the host has given it
 * @offer: what the backend published
 * @queues: the queues
 * @nr_queues: how many are made
 * @wanted: how many the administrator wants, at most
 * @ctrl: the control ring, if the backend has one
 * @mcast: its filter for multicast packets
 * @prog: XDP program. Written under rtnl
 * @stats: counters, as many as the interface has transmit queues
 * @is: where it stands
 */
struct netfront {
	struct xenbus_device *dev;
	struct net_device *netdev;
	struct xen_tie tie;
	u8 addr[ETH_ALEN];
	struct netfront_offer offer;
	struct netfront_queue *queues;
	unsigned int nr_queues;
	unsigned int wanted;
	struct netfront_ctrl *ctrl;
	struct netfront_mcast mcast;
	struct bpf_prog __rcu *prog;
	struct netfront_stats *stats;
	struct netfront_is is;
};

/* Slots of a packet, as many as a backend has to take, and an extra info. */
#define NETFRONT_TX_ROOM	(XEN_NETIF_NR_SLOTS_MIN + 1)

/**
 * struct netfront_cb - what a packet on its way needs; in skb->cb
 * @left: slots to be put; then answers that are due
 */
struct netfront_cb {
	u32 left;
};

static inline struct netfront_cb *netfront_cb_of(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct netfront_cb) > sizeof(skb->cb));
	return (struct netfront_cb *)skb->cb;
}

static inline struct netdev_queue *
netfront_txq(const struct netfront_queue *queue)
{
	return netdev_get_tx_queue(queue->front->netdev, queue->index);
}

/* life.c */
int netfront_life_begin(struct netfront *front);
void netfront_life_end(struct netfront *front);
extern const struct dev_pm_ops netfront_pm;
int netfront_suspend(struct xenbus_device *dev);
int netfront_resume(struct xenbus_device *dev);

/* negotiate.c */
u32 netfront_queues_wanted(void);
int netfront_read_offer(struct netfront *front);
int netfront_read_mac(struct xenbus_device *dev, u8 *addr);
int netfront_publish(struct netfront *front);
void netfront_unpublish(struct netfront *front);

/* queue.c */
int netfront_queues_create(struct netfront *front, u32 count);
void netfront_queues_destroy(struct netfront *front);
void netfront_queues_mask(struct netfront *front);
void netfront_queues_start(struct netfront *front);
void netfront_queues_stop(struct netfront *front);
int netfront_poll(struct napi_struct *napi, int budget);

/* tx.c */
u16 netfront_tx_flags(const struct sk_buff *skb);
void netfront_tx_put_gso(struct netfront_queue *queue,
			 const struct sk_buff *skb);
netdev_tx_t netfront_start_xmit(struct sk_buff *skb, struct net_device *dev);
int netfront_tx_frames(struct netfront_queue *queue, struct xdp_frame **frames,
		       int count, bool flush);
void netfront_tx_push(struct netfront_queue *queue);
int netfront_tx_tell(struct netfront_queue *queue,
		     const struct xen_netif_extra_info *info);

/* sent.c */
int netfront_tx_create(struct netfront_queue *queue);
void netfront_tx_destroy(struct netfront_queue *queue);
int netfront_tx_clean(struct netfront_queue *queue, int budget);
int netfront_tx_reclaim(struct netfront_queue *queue, bool force);

/* rx.c */
int netfront_rx_drain(struct netfront_queue *queue, int budget);

/* post.c */
int netfront_rx_create(struct netfront_queue *queue);
void netfront_rx_destroy(struct netfront_queue *queue);
void netfront_post(struct netfront_queue *queue);
void netfront_buffer_spare(struct netfront_rx *rx, u16 which);

/* ctrl.c */
void netfront_ctrl_create(struct netfront *front);
int netfront_ctrl_publish(const struct netfront *front,
			  struct xenbus_transaction xbt);
int netfront_ctrl_revoke(struct netfront *front);
void netfront_ctrl_follow(struct netfront *front);
void netfront_ctrl_stop(struct netfront *front);
void netfront_ctrl_destroy(struct netfront *front);

/* bounce.c */
DECLARE_STATIC_KEY_FALSE(netfront_bouncing);

static inline bool netfront_bounces(const struct netfront_queue *queue)
{
	return static_branch_unlikely(&netfront_bouncing) && queue->tx.bounce;
}

void netfront_bounce_set(struct netfront *front, bool bounce);
int netfront_bounce_choose(struct netfront *front);
int netfront_bounce_create(struct netfront_queue *queue);
void netfront_bounce_destroy(struct netfront_queue *queue);
int netfront_bounce_send(struct netfront_queue *queue, struct sk_buff *skb);
struct sk_buff *netfront_bounce_receive(struct netfront_queue *queue,
					const struct netfront_packet *packet);

/* xdp.c */
struct sk_buff *netfront_xdp_copy(struct netfront_queue *queue,
				  const struct netfront_packet *packet);
struct sk_buff *netfront_xdp_receive(struct netfront_queue *queue,
				     const struct netfront_packet *packet,
				     struct bpf_prog *prog);
void netfront_xdp_flush(struct netfront_queue *queue);
int netfront_xdp_xmit(struct net_device *netdev, int count,
		      struct xdp_frame **frames, u32 flags);
int netfront_bpf(struct net_device *netdev, struct netdev_bpf *bpf);
bool netfront_xdp_takes(const struct bpf_prog *prog, u32 mtu);

/* static.c */
int netfront_static_take(struct netfront_rx *rx);
void netfront_static_spare(struct netfront_rx *rx, u16 which);
struct page *netfront_static_lend(struct netfront_rx *rx, u16 which);
void netfront_static_end(struct netfront_queue *queue);

/* netdev.c */
struct net_device *netfront_netdev_create(struct xenbus_device *dev);
int netfront_netdev_show(struct netfront *front);
void netfront_netdev_connect(struct netfront *front);
void netfront_netdev_hold(struct netfront *front);
void netfront_netdev_pause(struct netfront *front);
void netfront_netdev_go_on(struct netfront *front);
void netfront_netdev_disconnect(struct netfront *front);
void netfront_netdev_destroy(struct netfront *front);

/* ethtool.c */
extern const struct ethtool_ops netfront_ethtool_ops;

#endif /* XENIFY_NET_FRONT_H */
