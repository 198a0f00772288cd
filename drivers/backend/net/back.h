/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The network backend's own types, and which file does what.
 *
 *	main.c       registration; probe and remove; the connection's actions
 *	negotiate.c  xenstore keys: what we offer, what the frontend chose
 *	queue.c      a queue: two rings, their ports, their NAPIs
 *	tx.c         the guest transmits: from its ring to the kernel
 *	parse.c      ... its slots, checked (pure)
 *	plan.c       ... which stretch of a slot goes where (pure)
 *	rx.c         the guest receives: from the kernel to its ring
 *	fill.c       ... an skb, cut into the pages that the guest has posted
 *	credit.c     how much a guest may transmit in a time ("rate")
 *	headroom.c   room before what a guest receives, for its XDP program
 *	mcast.c      which multicast packets a guest wants
 *	ctrl-ring.c  what a guest wants besides, by messages
 *	ctrl.c       ... the messages, checked and carried out (pure)
 *	hash.c       ... the hash of a packet (pure)
 *	steer.c      ... the queue that it takes
 *	grefs.c      ... grants of it that stay mapped (pure)
 *	gref-map.c   ... mapped and unmapped
 *	netdev.c     the interface vifDOMAIN.NUMBER
 *	ethtool.c    what ethtool shows of it
 *
 * Floor F5. The protocol is xen/interface/io/netif.h, from which "transmit" and
 * "receive" are taken: they are what the guest does.
 */
#ifndef XENIFY_NET_BACK_H
#define XENIFY_NET_BACK_H

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/timer.h>
#include <net/page_pool/types.h>

#include "../../xen/ring/channel.h"
#include "../../xen/ring/log.h"
#include "../../xen/ring/keys.h"
#include "../../xen/ring/peer.h"
#include "../../xen/ring/watch.h"
#include "grefs.h"
#include "hash.h"
#include "parse.h"

#define NETBACK_QUEUES_MAX	64
#define NETBACK_TX_STRIDE	sizeof(struct xen_netif_tx_request)
#define NETBACK_RX_STRIDE	sizeof(struct xen_netif_rx_request)
/* Slots of a ring of one page, either one. */
#define NETBACK_RING		256
#define NETBACK_MCAST_MAX	64
/* An MTU of 1500 has room behind it in a page. */
#define NETBACK_HEADROOM_MAX	(XEN_PAGE_SIZE / 2)

/* Packets, and copies, that are fetched from a guest together. */
#define NETBACK_TX_PACKETS	64
#define NETBACK_TX_COPIES	512
/* Copies that are made into a guest together. */
#define NETBACK_RX_COPIES	256

/**
 * struct netback_choice - what the frontend published
 * @queues: "multi-queue-num-queues", 0 when absent
 * @rx_copy: "request-rx-copy": it does not want pages to change hands
 * @rx_notify: "feature-rx-notify": it says when it has posted pages
 * @sg: "feature-sg": it takes packets in pieces
 * @tso4: "feature-gso-tcpv4": it takes TCP packets larger than its MTU
 * @tso6: the same over IPv6
 * @no_csum4: "feature-no-csum-offload": it wants checksums filled in
 * @csum6: "feature-ipv6-csum-offload": it does not, over IPv6
 * @headroom: "xdp-headroom": bytes that are to be free before a packet; not 0 while
 *	it has an XDP program. May change while it is connected
 */
struct netback_choice {
	u32 queues;
	bool rx_copy;
	bool rx_notify;
	bool sg;
	bool tso4;
	bool tso6;
	bool no_csum4;
	bool csum6;
	u32 headroom;
};

/**
 * struct netback_stats - counters of one queue, as long as the interface lives
 * @tx_packets: from the guest
 * @tx_bytes: ... their bytes
 * @tx_bad: ... malformed, or whose pages could not be read
 * @tx_nomem: ... dropped for want of memory
 * @tx_batches: hypercalls to copy packets from the guest
 * @tx_static: stretches of packets that were copied without one
 * @rx_packets: to the guest
 * @rx_bytes: ... their bytes
 * @rx_bad: ... which the guest's pages could not take
 * @rx_dropped: ... dropped as the guest takes none
 * @rx_batches: hypercalls to copy packets to the guest
 * @rx_static: stretches of packets that were copied without one
 * @stalls: how often the guest took none for long
 *
 * Each half is written by its own NAPI, but @rx_dropped under the backlog's lock.
 */
struct netback_stats {
	u64 tx_packets;
	u64 tx_bytes;
	u64 tx_bad;
	u64 tx_nomem;
	u64 tx_batches;
	u64 tx_static;
	u64 rx_packets;
	u64 rx_bytes;
	u64 rx_bad;
	u64 rx_dropped;
	u64 rx_batches;
	u64 rx_static;
	u64 stalls;
};

/* One writer at a time, readers that must not see halves. */
static inline void netback_count(u64 *counter, u64 n)
{
	WRITE_ONCE(*counter, *counter + n);
}

/**
 * struct netback_pending - a packet that is being fetched
 * @skb: where to; NULL if there is none
 * @packet: its slots, for the responses
 * @error: 0, or the XEN_NETIF_RSP_* to answer
 * @first: its first copy
 * @copies: how many
 */
struct netback_pending {
	struct sk_buff *skb;
	struct netback_packet packet;
	s16 error;
	u16 first;
	u16 copies;
};

/**
 * struct netback_sweep - what is fetched together, and room for it
 * @count: packets
 * @copies: copies
 * @pending: the packets, in the order of the ring
 * @ops: the copies
 * @plan: of the packet that is being added
 */
struct netback_sweep {
	u32 count;
	u32 copies;
	struct netback_pending pending[NETBACK_TX_PACKETS];
	struct gnttab_copy ops[NETBACK_TX_COPIES];
	struct netback_plan plan;
};

/**
 * struct netback_credit - how much an interface may still transmit
 * @watch: on what the host's tools say
 * @lock: of what follows; innermost
 * @bytes: in each window; 0 for any
 * @window: its length in jiffies
 * @left: in this window; negative if the last packets were larger
 * @until: when it ends
 */
struct netback_credit {
	struct xenbus_watch watch;
	/* Taken in NAPIs. */
	spinlock_t lock;
	u64 bytes;
	unsigned long window;
	s64 left;
	unsigned long until;
};

/**
 * struct netback_event - events that came in on a channel
 * @pending: one came, and wants an xen_irq_lateeoi()
 * @asked: ... for which there was a reason other than entries
 * @served: entries that were consumed since the last such answer
 */
struct netback_event {
	bool pending;
	bool asked;
	u32 served;
};

/**
 * struct netback_tx - the half of a queue on which the guest transmits
 * @channel: ring and event port
 * @napi: does all that follows
 * @event: of @channel
 * @parser: where in a packet the ring is
 * @sweep: room for a batch
 * @pool: pages for packets
 * @credit_timer: when the guest may transmit again
 * @broken: the ring was found broken, and that was reported
 */
struct netback_tx {
	struct xen_channel channel;
	struct napi_struct napi;
	struct netback_event event;
	struct netback_parser parser;
	struct netback_sweep *sweep;
	struct page_pool *pool;
	struct timer_list credit_timer;
	bool broken;
};

/**
 * struct netback_answer - what is due in a slot of the receive ring
 * @extra: @info, and not @rsp
 * @rsp: a response
 * @info: an extra info
 */
struct netback_answer {
	bool extra;
	union {
		struct xen_netif_rx_response rsp;
		struct xen_netif_extra_info info;
	} __aligned(sizeof(u64));
};

/**
 * struct netback_batch - what is copied to a guest together, and room for it
 * @answers: responses
 * @copies: copies
 * @answer: the responses, in the order of the ring
 * @ops: the copies
 * @owner: which response each copy belongs to
 * @done: packets that are copied, to be freed afterwards
 */
struct netback_batch {
	u32 answers;
	u32 copies;
	struct netback_answer answer[NETBACK_RING];
	struct gnttab_copy ops[NETBACK_RX_COPIES];
	u16 owner[NETBACK_RX_COPIES];
	struct sk_buff_head done;
};

/**
 * enum netback_pace - how fast the guest takes what it receives
 * @NETBACK_PROMPT: fast enough: who sends to it waits for it
 * @NETBACK_SLOW: it has posted too few pages for a while, or what waits does so for too
 *	long: senders do not wait
 * @NETBACK_STALLED: for long: packets are dropped
 * @NETBACK_ABSENT: for so long that the interface has no carrier
 */
enum netback_pace {
	NETBACK_PROMPT,
	NETBACK_SLOW,
	NETBACK_STALLED,
	NETBACK_ABSENT,
};

/**
 * struct netback_rx - the half of a queue on which the guest receives
 * @channel: ring and event port; the port may be that of the other half
 * @napi: does all that follows
 * @event: of @channel
 * @backlog: packets for the guest; its lock guards @bytes, too, and is held where
 *	@pace is changed
 * @bytes: in @backlog
 * @batch: room for a batch
 * @headroom: bytes to be free before a packet, for this poll
 * @posted: how far the guest had posted pages when that was last looked at, if the port
 *	is that of the other half
 * @starved: since the guest has posted too few pages, in jiffies
 * @waiting: @starved counts
 * @pace: what has come of that; changed by the NAPI alone
 * @release: some of what waits is still charged to its senders
 * @patience: ends when @pace is to be another one
 * @broken: the ring was found broken, and that was reported
 */
struct netback_rx {
	struct xen_channel channel;
	struct napi_struct napi;
	struct netback_event event;
	struct sk_buff_head backlog;
	u32 bytes;
	struct netback_batch *batch;
	u32 headroom;
	u32 posted;
	unsigned long starved;
	bool waiting;
	enum netback_pace pace;
	bool release;
	struct timer_list patience;
	bool broken;
};

struct netback;
struct netback_control;

/**
 * struct netback_queue - two rings
 * @back: its interface
 * @index: its number
 * @stats: its counters
 * @grefs: pages of the guest that stay mapped
 * @tx: what the guest transmits
 * @rx: what it receives
 * @tx_name: of the interrupts
 * @rx_name: ...
 */
struct netback_queue {
	struct netback *back;
	unsigned int index;
	struct netback_stats *stats;
	struct netback_grefs grefs;
	struct netback_tx tx;
	struct netback_rx rx;
	char tx_name[IFNAMSIZ + 8];
	char rx_name[IFNAMSIZ + 8];
};

/**
 * struct netback_mcast - which multicast packets the guest wants
 * @lock: guards @count and @addr
 * @wanted: the guest has asked for a filter: others are dropped
 * @count: addresses
 * @addr: the addresses
 */
struct netback_mcast {
	/*
	 * Innermost. Taken with interrupts off: one may print, netconsole sends that, and
	 * looks whether it is wanted.
	 */
	spinlock_t lock;
	bool wanted;
	u32 count;
	u8 addr[NETBACK_MCAST_MAX][ETH_ALEN];
};

/**
 * struct netback_absence - whether the interface has no carrier for want of a guest
 * @lock: guards @queues, and the carrier while there are queues
 * @queues: how many of them are %NETBACK_ABSENT
 */
struct netback_absence {
	/* Taken in NAPIs, with interrupts off; innermost. */
	spinlock_t lock;
	unsigned int queues;
};

/**
 * struct netback_watches - on what others say
 * @hotplug: the host's script
 * @mcast: the guest, of its wish for a filter
 */
struct netback_watches {
	struct xenbus_watch hotplug;
	struct xenbus_watch mcast;
};

/**
 * struct netback - one interface of one guest; the netdev's private part
 * @dev: the xenbus device
 * @netdev: the interface here
 * @peer: the connection; @peer.lock guards all but the data path
 * @choice: what the frontend published
 * @queues: the queues, while connected
 * @nr_queues: how many
 * @live: packets may be handed to the queues. Written under rtnl
 * @running: the NAPIs are enabled. Under rtnl
 * @stats: counters, as many as the interface has transmit queues
 * @credit: how much more the guest may transmit
 * @mcast: the multicast filter
 * @control: the control ring, if the guest has one
 * @hash: what it asked for there; NULL if nothing
 * @absence: whether it is there at all
 * @watch: on what others say
 */
struct netback {
	struct xenbus_device *dev;
	struct net_device *netdev;
	struct xen_peer peer;
	struct netback_choice choice;
	struct netback_queue *queues;
	unsigned int nr_queues;
	bool live;
	bool running;
	struct netback_stats *stats;
	struct netback_credit credit;
	struct netback_mcast mcast;
	struct netback_control *control;
	struct netback_hash __rcu *hash;
	struct netback_absence absence;
	struct netback_watches watch;
};

/* negotiate.c */
u32 netback_queues_offered(void);
int netback_publish_features(struct netback *back);
int netback_read_choice(struct netback *back, struct netback_choice *choice);
int netback_read_headroom(struct netback *back, u32 *headroom);
void netback_read_rate(struct netback *back, u64 *bytes, u64 *usecs);

/* queue.c */
int netback_queues_create(struct netback *back);
void netback_queues_destroy(struct netback *back);
void netback_queues_start(struct netback *back);
void netback_queues_stop(struct netback *back);
void netback_event_answer(struct netback_event *event, unsigned int irq,
			  bool seen);
void netback_broken(struct netback_queue *queue, bool *once, const char *ring);

/* tx.c */
int netback_tx_poll(struct napi_struct *napi, int budget);

/* rx.c */
netdev_tx_t netback_start_xmit(struct sk_buff *skb, struct net_device *dev);
int netback_rx_poll(struct napi_struct *napi, int budget);
void netback_rx_impatient(struct timer_list *timer);
void netback_rx_purge(struct netback_queue *queue);

/**
 * struct netback_cb - what is remembered of a packet for the guest; in skb->cb
 * @hashed: its hash
 * @since: when it came, in jiffies
 */
struct netback_cb {
	struct netback_hashed hashed;
	unsigned long since;
};

static inline struct netback_cb *netback_cb_of(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct netback_cb) > sizeof(skb->cb));
	return (struct netback_cb *)skb->cb;
}

static inline struct netback_hashed *netback_hashed_of(struct sk_buff *skb)
{
	return &netback_cb_of(skb)->hashed;
}

/* fill.c */
u32 netback_slots_needed(const struct netback_queue *queue, struct sk_buff *skb);
void netback_fill(struct netback_queue *queue, struct sk_buff *skb);
void netback_flush(struct netback_queue *queue, int budget);

/* credit.c */
void netback_credit_init(struct netback *back);
void netback_credit_read(struct netback *back);
void netback_credit_watched(struct xenbus_watch *watch, const char *path,
			    const char *token);
void netback_credit_start(struct netback_queue *queue);
bool netback_credit_left(struct netback_queue *queue);
void netback_credit_spend(struct netback_queue *queue, u32 bytes);

/* headroom.c */
void netback_headroom_follow(struct netback *back, enum xenbus_state theirs);

/* mcast.c */
s16 netback_mcast_change(struct netback *back,
			 const struct xen_net_extras *extras);
bool netback_mcast_drops(struct netback *back, const struct sk_buff *skb);
void netback_mcast_watched(struct xenbus_watch *watch, const char *path,
			   const char *token);
void netback_mcast_reset(struct netback *back);

/* ctrl-ring.c */
int netback_control_create(struct netback *back);
void netback_control_destroy(struct netback *back);
int netback_control_init(void);
void netback_control_exit(void);

/* steer.c */
struct netback_hashed netback_hash_skb(struct netback *back,
				       const struct sk_buff *skb);
u16 netback_select_queue(struct net_device *netdev, struct sk_buff *skb,
			 struct net_device *below);
void netback_steer(struct netback *back, const struct netback_hash *hash);

/* netdev.c */
struct net_device *netback_netdev_create(struct xenbus_device *dev,
					 u32 handle);
void netback_netdev_connect(struct netback *back);
void netback_netdev_disconnect(struct netback *back);

/* ethtool.c */
extern const struct ethtool_ops netback_ethtool_ops;

#endif /* XENIFY_NET_BACK_H */
