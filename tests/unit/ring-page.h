/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One end of a ring, and the shared page on which a test plays the other.
 * Included by one test program each, which owns these variables.
 */
#ifndef RING_PAGE_H
#define RING_PAGE_H

#include <stdlib.h>
#include <string.h>

#include "../../drivers/xen/ring/ring.h"
#include "test.h"

#define BYTES	4096
#define STRIDE	112
#define SIZE	32
#define WORDS	(STRIDE / 8)

/* The header of xen/interface/io/ring.h, by hand. */
struct page {
	u32 req_prod, req_event, rsp_prod, rsp_event;
	u8 pad[48];
	u8 slots[BYTES - 64];
};

static struct page *page;
static struct xen_ring ring;
static u64 entry[WORDS];

static inline void begin(enum xen_ring_end end)
{
	page = aligned_alloc(BYTES, BYTES);
	memset(page, 0, BYTES);
	CHECK_EQ(xen_ring_init(&ring, end, page, BYTES, STRIDE), 0);
	if (end == XEN_RING_FRONT)
		xen_ring_reset(&ring);
}

static inline void end(void)
{
	free(page);
}

/* All indices, ours and the peer's, to a place in the life of a ring. */
static inline void begin_at(enum xen_ring_end end, u32 index)
{
	begin(end);
	page->req_prod = index;
	page->rsp_prod = index;
	page->req_event = index + 1;
	page->rsp_event = index + 1;
	ring.out_prod = index;
	ring.out_pushed = index;
	ring.in_cons = index;
}

static inline void ask(u32 count)
{
	while (count--) {
		xen_ring_put(&ring, entry, STRIDE);
		xen_ring_push(&ring);
	}
}

#endif /* RING_PAGE_H */
