/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shared-memory ring of the Xen split drivers, for either end.
 *
 * Floor F4: stands on nothing but memory, and is compiled in user space by
 * tests/unit and tests/fuzz as it is. Called by every frontend and backend.
 *
 * The layout is that of xen/interface/io/ring.h: a 64 byte header, then slots
 * in which a request is later replaced by its response:
 *
 *	u32 req_prod, req_event, rsp_prod, rsp_event; u8 private[48]; slots
 *
 * What this end produces is "out", what it consumes is "in": a frontend sends
 * requests and receives responses, a backend the reverse. That is the only
 * difference between the two, so both use the same code.
 *
 * Trust: the peer can write all of the shared page at any time. No word of it
 * is read twice, an entry is copied to private memory before anybody looks at
 * it, and an index that the peer could not have reached marks the ring broken.
 * A broken ring yields nothing more; its owner disconnects.
 */
#ifndef XENIFY_RING_H
#define XENIFY_RING_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <asm/barrier.h>

#define XEN_RING_HEADER		64

enum xen_ring_end {
	XEN_RING_FRONT = 0,
	XEN_RING_BACK = 1,
};

/**
 * struct xen_ring_index - one direction's half of the shared header
 * @prod: entries produced so far, modulo 2^32
 * @event: the consumer wants a notification when @prod passes this
 */
struct xen_ring_index {
	u32 prod;
	u32 event;
};

/**
 * struct xen_ring - one end of a ring; private memory
 * @out: shared indices of what this end produces
 * @in: shared indices of what this end consumes
 * @slots: the shared slots
 * @size: number of slots, a power of two
 * @stride: bytes from one slot to the next, a multiple of four
 * @end: which end this is
 * @broken: the peer wrote an impossible index; nothing is consumed any more
 * @out_prod: next slot to fill
 * @out_pushed: what the peer has been shown of @out_prod
 * @in_cons: next slot to consume
 *
 * There is no lock inside: calls that move @out_* exclude each other, and so
 * do calls that move @in_cons. Both sets may run at the same time.
 */
struct xen_ring {
	struct xen_ring_index *out;
	struct xen_ring_index *in;
	u8 *slots;
	u32 size;
	u32 stride;
	enum xen_ring_end end;
	bool broken;
	u32 out_prod;
	u32 out_pushed;
	u32 in_cons;
};

u32 xen_ring_slots(size_t bytes, u32 stride);
int xen_ring_init(struct xen_ring *ring, enum xen_ring_end end, void *shared,
		  size_t bytes, u32 stride);
void xen_ring_reset(struct xen_ring *ring);
int xen_ring_resume(struct xen_ring *ring);
void xen_ring_put(struct xen_ring *ring, const void *entry, u32 len);
bool xen_ring_push(struct xen_ring *ring);
int xen_ring_pending(struct xen_ring *ring);
void xen_ring_take(struct xen_ring *ring, void *entry, u32 len);
bool xen_ring_arm(struct xen_ring *ring, u32 ahead);
u32 xen_ring_unanswered(const struct xen_ring *ring);

/**
 * xen_ring_free - how many entries a frontend may still put
 * @ring: a frontend's ring
 *
 * Return: 0 to @ring->size.
 */
static inline u32 xen_ring_free(const struct xen_ring *ring)
{
	return ring->size - (ring->out_prod - ring->in_cons);
}

/**
 * typedef xen_ring_handler - acts on one entry
 * @owner: what the owner of the ring passed to xen_ring_drain()
 * @entry: the private copy of the entry
 *
 * Return: 0, or a negative errno if the entry shows that the peer cannot be
 * trusted with this ring any more: the ring is then broken.
 */
typedef int (*xen_ring_handler)(void *owner, void *entry);

/**
 * xen_ring_drain - consume what the peer produced: the one drain loop
 * @ring: the ring
 * @entry: private room for one entry
 * @len: bytes of an entry to copy, at most the stride
 * @budget: how many entries at the most
 * @handler: called for each entry
 * @owner: passed on to @handler
 *
 * Inlined, so that @handler is a direct call. Does not ask for events: that is
 * xen_ring_arm(). Context: any; the caller excludes other consumers.
 *
 * Return: how many entries were handled; -EPROTO if the ring is broken.
 */
static __always_inline int xen_ring_drain(struct xen_ring *ring, void *entry,
					  u32 len, u32 budget,
					  xen_ring_handler handler, void *owner)
{
	u32 done = 0;

	while (done < budget) {
		int avail = xen_ring_pending(ring);

		if (avail < 0)
			return avail;
		if (!avail)
			break;
		for (; avail && done < budget; avail--, done++) {
			xen_ring_take(ring, entry, len);
			if (unlikely(handler(owner, entry))) {
				ring->broken = true;
				return -EPROTO;
			}
		}
	}
	return done;
}

#endif /* XENIFY_RING_H */
