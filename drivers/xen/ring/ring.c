// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shared-memory ring: indices, barriers, copies and event thresholds.
 *
 * See ring.h for what it is and who calls it. Floor F4. Everything that knows
 * about memory ordering between two domains stands in this file.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "ring.h"

/**
 * xen_ring_slots - how many slots fit into a ring
 * @bytes: size of the shared memory
 * @stride: bytes of a slot
 *
 * Return: the largest power of two that fits, 0 if not even one slot does.
 */
u32 xen_ring_slots(size_t bytes, u32 stride)
{
	if (!stride || bytes < XEN_RING_HEADER + stride)
		return 0;
	return rounddown_pow_of_two((bytes - XEN_RING_HEADER) / stride);
}
EXPORT_SYMBOL_GPL(xen_ring_slots);

/**
 * xen_ring_init - describe one end of a ring
 * @ring: to be filled
 * @end: which end this is
 * @shared: the shared memory, page aligned
 * @bytes: its size
 * @stride: bytes of a slot, a multiple of four
 *
 * Touches no shared memory: a frontend calls xen_ring_reset() next, a backend
 * xen_ring_resume().
 *
 * Return: 0, or -EINVAL if no slot fits.
 */
int xen_ring_init(struct xen_ring *ring, enum xen_ring_end end, void *shared,
		  size_t bytes, u32 stride)
{
	struct xen_ring_index *index = shared;
	u32 slots = xen_ring_slots(bytes, stride);

	if (!slots || stride % sizeof(u32))
		return -EINVAL;

	*ring = (struct xen_ring) {
		.out = &index[end],
		.in = &index[!end],
		.slots = (u8 *)shared + XEN_RING_HEADER,
		.size = slots,
		.stride = stride,
		.end = end,
	};
	return 0;
}
EXPORT_SYMBOL_GPL(xen_ring_init);

/**
 * xen_ring_reset - make a ring empty; the frontend's right
 * @ring: a frontend's ring that no backend is connected to
 *
 * Both thresholds start at one: the first entry either way is announced.
 */
void xen_ring_reset(struct xen_ring *ring)
{
	ring->out_prod = 0;
	ring->out_pushed = 0;
	ring->in_cons = 0;
	ring->broken = false;

	WRITE_ONCE(ring->out->prod, 0);
	WRITE_ONCE(ring->in->prod, 0);
	WRITE_ONCE(ring->out->event, 1);
	WRITE_ONCE(ring->in->event, 1);
}
EXPORT_SYMBOL_GPL(xen_ring_reset);

/**
 * xen_ring_resume - take a ring over where its responses stand
 * @ring: a backend's ring, just mapped
 *
 * A backend that comes back finds requests that its forerunner left without
 * a response; it begins with the first of them.
 *
 * Return: 0, or -EPROTO if the indices contradict each other.
 */
int xen_ring_resume(struct xen_ring *ring)
{
	u32 prod = READ_ONCE(ring->out->prod);

	ring->out_prod = prod;
	ring->out_pushed = prod;
	ring->in_cons = prod;

	return min(xen_ring_pending(ring), 0);
}
EXPORT_SYMBOL_GPL(xen_ring_resume);

static u32 *xen_ring_slot(const struct xen_ring *ring, u32 index)
{
	return (u32 *)(ring->slots + (index & (ring->size - 1)) * ring->stride);
}

/* Entries are whole words of 64 bits, and slots begin at one, or of 32 bits. */
static bool xen_ring_has_words(const struct xen_ring *ring, u32 len)
{
	return !((ring->stride | len) % sizeof(u64));
}

/* Two at a time: moving entries is most of what a small request costs here. */
static void xen_ring_put_words(u64 *to, const u64 *from, u32 count)
{
	for (; count >= 2; count -= 2, to += 2, from += 2) {
		WRITE_ONCE(to[0], from[0]);
		WRITE_ONCE(to[1], from[1]);
	}
	if (count)
		WRITE_ONCE(*to, *from);
}

/**
 * xen_ring_put - fill the next slot
 * @ring: the ring
 * @entry: what to put there, aligned as whole words are
 * @len: its bytes, a multiple of four and at most the stride; what the slot
 *	held beyond them stays there
 *
 * The peer sees it after xen_ring_push(). A frontend puts no more than
 * xen_ring_free(), a backend one response per request it consumed.
 */
void xen_ring_put(struct xen_ring *ring, const void *entry, u32 len)
{
	u32 *slot = xen_ring_slot(ring, ring->out_prod++);

	if (xen_ring_has_words(ring, len))
		xen_ring_put_words((u64 *)slot, entry, len / sizeof(u64));
	else
		memcpy(slot, entry, len);
}
EXPORT_SYMBOL_GPL(xen_ring_put);

/**
 * xen_ring_push - show the peer all that was put
 * @ring: the ring
 *
 * Return: whether the peer wants a notification for it.
 */
bool xen_ring_push(struct xen_ring *ring)
{
	u32 old = ring->out_pushed;
	u32 new = ring->out_prod;

	if (old == new)
		return false;
	ring->out_pushed = new;

	/* Slots before index: partner of the read barrier in the peer's drain. */
	virt_wmb();
	WRITE_ONCE(ring->out->prod, new);
	/* Index before threshold: partner of the barrier in the peer's arm. */
	virt_mb();
	return (u32)(new - READ_ONCE(ring->out->event)) < (u32)(new - old);
}
EXPORT_SYMBOL_GPL(xen_ring_push);

/*
 * How far the peer's index can be at the most: a backend cannot answer what
 * was not asked, a frontend cannot ask more than there are slots whose
 * response it has been given.
 */
static u32 xen_ring_limit(const struct xen_ring *ring)
{
	if (ring->end == XEN_RING_FRONT)
		return ring->out_pushed - ring->in_cons;
	return ring->size - (ring->in_cons - ring->out_prod);
}

/**
 * xen_ring_pending - how many entries wait to be consumed
 * @ring: the ring
 *
 * Return: their number; -EPROTO if the ring is broken, now or before.
 */
int xen_ring_pending(struct xen_ring *ring)
{
	u32 avail;

	if (unlikely(ring->broken))
		return -EPROTO;
	avail = READ_ONCE(ring->in->prod) - ring->in_cons;
	if (unlikely(avail > xen_ring_limit(ring))) {
		ring->broken = true;
		return -EPROTO;
	}
	/* Index before slots: partner of the write barrier in the peer's push. */
	virt_rmb();
	return avail;
}
EXPORT_SYMBOL_GPL(xen_ring_pending);

static void xen_ring_take_words(u64 *to, const u64 *from, u32 count)
{
	for (; count >= 2; count -= 2, to += 2, from += 2) {
		to[0] = READ_ONCE(from[0]);
		to[1] = READ_ONCE(from[1]);
	}
	if (count)
		*to = READ_ONCE(*from);
}

/**
 * xen_ring_take - copy the next entry to private memory
 * @ring: the ring; xen_ring_pending() said that there is an entry
 * @entry: where to
 * @len: how much of it, a multiple of four
 *
 * Word by word, each read once: memcpy() would be free to read twice.
 */
void xen_ring_take(struct xen_ring *ring, void *entry, u32 len)
{
	const u32 *slot = xen_ring_slot(ring, ring->in_cons++);
	u32 i;

	if (xen_ring_has_words(ring, len)) {
		xen_ring_take_words(entry, (const u64 *)slot,
				    len / sizeof(u64));
		return;
	}
	for (i = 0; i < len / sizeof(u32); i++)
		((u32 *)entry)[i] = READ_ONCE(slot[i]);
}
EXPORT_SYMBOL_GPL(xen_ring_take);

/**
 * xen_ring_arm - ask for a notification
 * @ring: the ring, drained
 * @ahead: after how many more entries; 1 for the next one
 *
 * Return: whether entries came in meanwhile, for which the peer may not have
 * sent one: drain again.
 */
bool xen_ring_arm(struct xen_ring *ring, u32 ahead)
{
	WRITE_ONCE(ring->in->event, ring->in_cons + ahead);
	/* Threshold before index: partner of the barrier in the peer's push. */
	virt_mb();
	return READ_ONCE(ring->in->prod) != ring->in_cons;
}
EXPORT_SYMBOL_GPL(xen_ring_arm);

/**
 * xen_ring_unanswered - how many requests wait for a backend's response
 * @ring: a backend's ring
 *
 * Those that it has not consumed yet are among them, unless the ring is broken: then
 * it never will. Context: any; it excludes nobody, who may go on meanwhile.
 *
 * Return: 0 to @ring->size.
 */
u32 xen_ring_unanswered(const struct xen_ring *ring)
{
	u32 answered = READ_ONCE(ring->out_prod);
	u32 asked;

	/* In this order: with a response in between they are too many, not too few. */
	virt_rmb();
	asked = READ_ONCE(ring->broken) ? READ_ONCE(ring->in_cons) : READ_ONCE(ring->in->prod);
	return min(asked - answered, ring->size);
}
EXPORT_SYMBOL_GPL(xen_ring_unanswered);
