// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: one end of a ring, and a peer that writes anything anywhere in
 * the shared page, also between two reads of ours (drivers/xen/ring/ring.c).
 *
 * Holds: no memory but the page is touched; no more entries are handled than
 * the ring can have; a broken ring yields nothing more.
 */
#include <linux/compiler.h>

#include "../../drivers/xen/ring/ring.h"
#include "../unit/shim/shim.h"
#include "fuzz.h"

#define BYTES_MAX	8192

static struct bytes input;
static u8 *page;
static size_t page_bytes;

/* The peer's pen: an index that makes sense, or any bytes. */
static void scribble(void)
{
	u8 how = take_u8(&input);
	u32 *index = (u32 *)page + how % 4;

	if (how & 0x80) {
		*index += (s8)take_u8(&input);
	} else if (how & 0x40) {
		*index = take_u32(&input);
	} else {
		size_t at = take_u32(&input) % page_bytes;
		size_t len = how % 16;

		if (len > page_bytes - at)
			len = page_bytes - at;
		take_bytes(&input, page + at, len);
	}
}

static void peer_writes(const volatile void *from, size_t len)
{
	HOLDS((u8 *)from >= page && (u8 *)from + len <= page + page_bytes);
	if (input.left && input.at[0] & 1)
		scribble();
}

static int handle(void *owner, void *entry)
{
	(*(u32 *)owner)++;
	return input.left && input.at[0] == 0xff ? -EPROTO : 0;
}

static void drain(struct xen_ring *ring, u32 len)
{
	u64 entry[16];
	u32 calls = 0, budget = take_u8(&input) % (2 * ring->size);
	bool broken = ring->broken;
	int done;

	done = xen_ring_drain(ring, entry, len, budget, handle, &calls);
	HOLDS(calls <= budget);
	HOLDS(done < 0 ? ring->broken : done == (int)calls);
	HOLDS(!broken || !calls);
	if (ring->end == XEN_RING_FRONT)
		HOLDS(xen_ring_free(ring) <= ring->size);
	else
		HOLDS(ring->in_cons - ring->out_prod <= ring->size);
}

static void put(struct xen_ring *ring, u32 len)
{
	static const u64 entry[16];
	u32 room = ring->end == XEN_RING_FRONT ? xen_ring_free(ring) :
		ring->in_cons - ring->out_prod;

	if (room)
		xen_ring_put(ring, entry, len);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const u32 strides[] = { 112, 108, 8, 12, 64, 16 };
	struct xen_ring ring;
	u32 stride, len;

	input = (struct bytes) { data, size };
	stride = strides[take_u8(&input) % 6];
	len = stride - take_u8(&input) % (stride / 4) * 4;
	page_bytes = 1024 << take_u8(&input) % 4;
	page = malloc(page_bytes);
	take_bytes(&input, page, XEN_RING_HEADER);
	memset(page + XEN_RING_HEADER, 0x11, page_bytes - XEN_RING_HEADER);

	HOLDS(!xen_ring_init(&ring, take_u8(&input) & 1, page, page_bytes,
			     stride));
	if (ring.end == XEN_RING_FRONT)
		xen_ring_reset(&ring);
	else
		xen_ring_resume(&ring);
	shim_on_read = peer_writes;
	while (input.left) {
		switch (take_u8(&input) % 5) {
		case 0:
			scribble();
			break;
		case 1:
			drain(&ring, len);
			break;
		case 2:
			put(&ring, len);
			break;
		case 3:
			xen_ring_push(&ring);
			break;
		default:
			xen_ring_arm(&ring, take_u8(&input));
			break;
		}
	}
	shim_on_read = NULL;
	free(page);
	return 0;
}
