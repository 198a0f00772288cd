/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lying frontend's own types: see main.c for its files. Floor F6, a test.
 */
#ifndef XENIFY_HOSTILE_FRONT_H
#define XENIFY_HOSTILE_FRONT_H

#include <linux/types.h>
#include <linux/wait.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/interface/io/blkif.h>
#include <xen/xenbus.h>

#include "book.h"

#define FRONT_SLOTS	32
#define FRONT_DATA	16
#define FRONT_LONG_MS	30000
#define FRONT_PAGE_SECTORS	8

/**
 * struct front_page - a page and its grant
 * @addr: the page
 * @ref: a reference, whatever it is good for
 * @granted: it is a grant
 */
struct front_page {
	void *addr;
	grant_ref_t ref;
	bool granted;
};

/**
 * struct front_pages - what requests are about
 * @data: good for reading and writing
 * @descriptors: of segments, one page for each slot
 * @readonly: the backend may not write it
 * @revoked: was granted, and is no more
 * @foreign: granted to another domain than the backend's
 */
struct front_pages {
	struct front_page data[FRONT_DATA];
	struct front_page descriptors[FRONT_SLOTS];
	struct front_page readonly;
	struct front_page revoked;
	struct front_page foreign;
};

/**
 * struct front_link - the ring and its event channel
 * @page: the ring's page
 * @port: ours
 * @foreign_port: one that another domain could bind
 * @irq: of @port
 * @ring: our end
 */
struct front_link {
	struct front_page page;
	evtchn_port_t port;
	evtchn_port_t foreign_port;
	int irq;
	struct blkif_front_ring ring;
};

/**
 * struct front_disk - what the backend says of the disk
 * @sectors: its size, of 512 bytes each
 * @sector_size: in bytes
 * @readonly: no write is welcome
 * @discard: ranges can be given back
 * @scratch: from here on, good requests may write
 */
struct front_disk {
	u64 sectors;
	u32 sector_size;
	u32 readonly;
	u32 discard;
	u64 scratch;
};

/**
 * struct front_sent - what a slot was filled with
 * @request: to the byte
 * @id: to be echoed
 * @op: to be echoed
 * @want: what the answer has to be, an enum front_want
 * @due: it was not answered yet
 * @tally: where it counts
 */
struct front_sent {
	struct blkif_request request;
	u64 id;
	u8 op;
	u8 want;
	bool due;
	struct hostile_tally *tally;
};

/**
 * enum front_want - what the answer to a request has to be
 * @WANT_OKAY: done
 * @WANT_ERROR: an error
 * @WANT_NOTSUPP: not supported
 * @WANT_REFUSED: either
 * @WANT_ANSWER: any that there is
 */
enum front_want {
	WANT_OKAY,
	WANT_ERROR,
	WANT_NOTSUPP,
	WANT_REFUSED,
	WANT_ANSWER,
};

/**
 * enum front_base - the good request that a lie begins as
 */
enum front_base {
	BASE_READ,
	BASE_WRITE,
	BASE_BARRIER,
	BASE_FLUSH,
	BASE_DISCARD,
	BASE_INDIRECT_READ,
	BASE_INDIRECT_WRITE,
};

/**
 * struct hostile_front - a lying frontend
 * @dev: its device
 * @book: what came of it
 * @pages: of its requests
 * @link: ring and event channel
 * @disk: what it is connected to
 * @sent: what is in each slot
 * @wait: for events of the backend, and its state
 * @changed: its state has
 * @published: the nodes of a good frontend are there
 * @lied: and others, or other values
 * @id: of the last request
 */
struct hostile_front {
	struct xenbus_device *dev;
	struct hostile_book book;
	struct front_pages pages;
	struct front_link link;
	struct front_disk disk;
	struct front_sent *sent;
	wait_queue_head_t wait;
	bool changed;
	bool published;
	bool lied;
	u64 id;
};

/**
 * struct front_offer - how a connection begins
 * @requests: the ring's first request
 * @responses: and first response; the same in a good ring
 * @lie: changes what was published, or NULL
 * @arg: for @lie
 */
struct front_offer {
	RING_IDX requests;
	RING_IDX responses;
	int (*lie)(struct hostile_front *front, const void *arg);
	const void *arg;
};

/* front.c */
int hostile_front_register(void);
void hostile_front_unregister(void);
int front_connect(struct hostile_front *front, const struct front_offer *offer);
int front_reconnect(struct hostile_front *front);
int front_set_state(struct hostile_front *front, int state);
int front_await(struct hostile_front *front, unsigned int states);

/* front-ring.c */
unsigned int front_slot(const struct hostile_front *front);
void front_put(struct hostile_front *front, const struct blkif_request *request,
	       u8 want, struct hostile_tally *tally);
void front_push(struct hostile_front *front);
void front_notify(struct hostile_front *front);
bool front_wait_answer(struct hostile_front *front, unsigned int ms);
int front_drain(struct hostile_front *front);
int front_good(struct hostile_front *front);
void front_forget(struct hostile_front *front);

/* front-fill.c */
u64 front_scratch(struct hostile_front *front);
struct blkif_request_segment *front_descriptors(struct hostile_front *front);
void front_fill_segments(struct hostile_front *front,
			 struct blkif_request_segment *seg, unsigned int count);
void front_fill_rw(struct hostile_front *front, struct blkif_request *request,
		   u8 op, u8 segments);
void front_fill(struct hostile_front *front, struct blkif_request *request,
		enum front_base base);

/* front-request.c and the others: the acts */
int front_play_requests(void *owner, u32 count);
int front_play_indices(void *owner, u32 count);
int front_play_keys(void *owner, u32 count);
int front_play_states(void *owner, u32 count);
int front_play_loops(void *owner, u32 count);
int front_play_flood(void *owner, u32 count);
int front_play_feed(void *owner, u32 count);
int front_play_vanish(void *owner, u32 count);
int front_play_races(void *owner, u32 count);
int front_play_storm(void *owner, u32 count);
int front_play_hoard(void *owner, u32 count);

#endif /* XENIFY_HOSTILE_FRONT_H */
