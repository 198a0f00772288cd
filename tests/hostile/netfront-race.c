// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fields that change while the backend reads: a second thread flips a field of
 * every slot between a good value and a bad one, or takes pages back that are
 * being copied. Who reads a field twice acts on what was not checked. Floor F6.
 *
 * Which of both the backend saw is not known here; so only the number of
 * answers is checked, and that alone if no bad value breaks the ring. What the
 * bad value would have done is what the debug kernel finds.
 */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/string.h>
#include <xen/page.h>

#include "netfront.h"

/* So long a ring that may be broken is given. */
#define PATIENCE_MS	100

/**
 * struct net_race - a row: a field with two values
 * @name: of the row
 * @breaks: one of the values may break the ring
 * @revokes: no field is flipped, but grants
 * @at: where in the slot
 * @size: its bytes
 * @good: the good value
 * @bad: the other
 */
struct net_race {
	const char *name;
	bool breaks;
	bool revokes;
	u8 at;
	u8 size;
	u32 good;
	u32 bad;
};

#define FIELD(_name, _breaks, _member, _good, _bad) {			\
	.name = _name, .breaks = _breaks,				\
	.at = offsetof(struct xen_netif_tx_request, _member),		\
	.size = sizeof_field(struct xen_netif_tx_request, _member),	\
	.good = _good, .bad = _bad }

static const struct net_race rows[] = {
	FIELD("size-to-nothing", false, size, 1000, 0),
	FIELD("size-to-header", false, size, 1000, 14),
	FIELD("size-over-the-page", true, size, 1000, U16_MAX),
	FIELD("offset-over-the-page", true, offset, 0, 4095),
	FIELD("offset-to-another", false, offset, 0, 2048),
	FIELD("gref-to-nothing", false, gref, 0, 0x00ffffff),
	FIELD("id", false, id, 1, U16_MAX),
	FIELD("flags-to-blank", false, flags, 0, XEN_NETTXF_csum_blank),
	FIELD("flags-to-more", true, flags, 0, XEN_NETTXF_more_data),
	FIELD("flags-to-extra", true, flags, 0, XEN_NETTXF_extra_info),
	{ .name = "page-taken-back", .revokes = true },
};

/**
 * struct flipping - what the second thread flips
 * @front: the hostile half
 * @row: the row
 */
struct flipping {
	struct hostile_netfront *front;
	const struct net_race *row;
};

static void flip_slots(const struct flipping *flipping, u32 value)
{
	struct xen_netif_tx_front_ring *ring = &flipping->front->link.tx;
	const struct net_race *row = flipping->row;
	u32 i;

	for (i = 0; i < NETFRONT_SLOTS; i++)
		memcpy((u8 *)RING_GET_REQUEST(ring, i) + row->at, &value,
		       row->size);
}

/* Nobody else takes references here, so the same one comes back; or errors do. */
static void flip_grant(struct hostile_netfront *front, bool away)
{
	struct hostile_page *page = &front->frames[FRAME_PLAIN];
	int ref;

	/* It stays granted as long as it is being copied. */
	if (away && page->granted)
		page->granted = !gnttab_try_end_foreign_access(page->ref);
	if (away || page->granted)
		return;
	ref = gnttab_grant_foreign_access(front->guest.dev->otherend_id,
					  virt_to_gfn(page->addr), true);
	page->granted = ref >= 0;
	page->ref = page->granted ? ref : 0;
}

static int flipper(void *arg)
{
	const struct flipping *flipping = arg;
	const struct net_race *row = flipping->row;
	bool bad = false;

	while (!kthread_should_stop()) {
		bad = !bad;
		if (row->revokes)
			flip_grant(flipping->front, bad);
		else
			flip_slots(flipping, bad ? row->bad : row->good ?:
				   row->at ? 0 : flipping->front->frames[0].ref);
		cond_resched();
	}
	if (row->revokes)
		flip_grant(flipping->front, false);
	return 0;
}

static bool push_batch(struct hostile_netfront *front, unsigned int ms)
{
	struct netfront_chain chain;

	while (netfront_has_room(front, 1)) {
		netfront_chain_frame(front, &chain, FRAME_PLAIN, 1000);
		chain.slots[0].offset = 0;
		netfront_put(front, &chain, NET_ANY, NULL);
	}
	netfront_push(front, 0);
	return !netfront_drain(front, ms);
}

/* Return: 0 or a negative errno if it can be no frontend any more. */
static int play_race(struct hostile_netfront *front, const struct net_race *row,
		     u32 count)
{
	struct flipping flipping = { .front = front, .row = row };
	struct hostile_tally *tally = hostile_tally(&front->guest.book, "race",
						    row->name);
	int err = guest_reconnect(&front->guest);
	struct task_struct *thread;
	bool alive = true;
	u32 done = 0;

	if (err)
		return err;
	thread = kthread_run(flipper, &flipping, "vif-hostile-flip");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	for (; done < count && alive; done += NETFRONT_SLOTS)
		alive = push_batch(front, row->breaks ? PATIENCE_MS :
				   GUEST_LONG_MS);
	kthread_stop(thread);
	/* A ring that broke has to be no worse than others that do. */
	if (row->breaks)
		err = guest_reconnect(&front->guest);
	err = err ?: guest_good(&front->guest);
	tally->told += done - 1;
	tally->good += done - 1;
	hostile_judge(tally, !err && (alive || row->breaks),
		      alive ? "no connection afterwards (%d)" :
		      "not as many answers as requests (%d)", err);
	return err;
}

/**
 * netfront_play_races - the act: fields that change while they are read
 * @owner: the hostile half
 * @count: requests for each field
 *
 * Return: 0 or a negative errno.
 */
int netfront_play_races(void *owner, u32 count)
{
	struct hostile_netfront *front = owner;
	int err = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows) && !err; i++)
		err = play_race(front, &rows[i], count);
	return err;
}
