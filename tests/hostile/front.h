/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hostile block frontend's own types: see main.c for its files. Floor F6, a test.
 */
#ifndef XENIFY_HOSTILE_FRONT_H
#define XENIFY_HOSTILE_FRONT_H

#include <linux/types.h>
#include <xen/interface/io/blkif.h>

#include "guest.h"

#define FRONT_SLOTS	32
#define FRONT_DATA	16
#define FRONT_PAGE_SECTORS	8

/**
 * struct front_pages - what requests are about
 * @data: good for reading and writing
 * @descriptors: of segments, one page for each slot
 */
struct front_pages {
	struct hostile_page data[FRONT_DATA];
	struct hostile_page descriptors[FRONT_SLOTS];
};

/**
 * struct front_link - the ring
 * @page: the ring's page
 * @ring: our end
 */
struct front_link {
	struct hostile_page page;
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
 * enum front_base - the good request that a malformed one begins as
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
 * struct hostile_front - a hostile block frontend
 * @guest: what every hostile frontend has
 * @pages: of its requests
 * @link: the ring
 * @disk: what it is connected to
 * @sent: what is in each slot
 * @id: of the last request
 */
struct hostile_front {
	struct hostile_guest guest;
	struct front_pages pages;
	struct front_link link;
	struct front_disk disk;
	struct front_sent *sent;
	u64 id;
};

static inline struct hostile_front *front_of(struct hostile_guest *guest)
{
	return container_of(guest, struct hostile_front, guest);
}

/* front.c */
int hostile_front_register(void);
void hostile_front_unregister(void);

/* front-ring.c */
unsigned int front_slot(const struct hostile_front *front);
void front_put(struct hostile_front *front, const struct blkif_request *request,
	       u8 want, struct hostile_tally *tally);
void front_push(struct hostile_front *front);
bool front_wait_answer(struct hostile_front *front, unsigned int ms);
int front_drain(struct hostile_front *front);
int front_try(struct hostile_guest *guest, unsigned int ms);
void front_rush(struct hostile_guest *guest);
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

/* front-request.c and the others: acts of its own */
int front_play_requests(void *owner, u32 count);
int front_play_keys(void *owner, u32 count);
int front_play_races(void *owner, u32 count);
int front_play_hoard(void *owner, u32 count);

#endif /* XENIFY_HOSTILE_FRONT_H */
