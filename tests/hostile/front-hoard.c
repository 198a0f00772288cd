// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frontend that says that its grants are persistent, and has more of them
 * than any backend may want to keep mapped. Floor F6.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <xen/page.h>

#include "front.h"

static int say_persistent(struct hostile_guest *guest, const void *arg)
{
	return xenbus_write(XBT_NIL, guest->dev->nodename,
			    "feature-persistent", "1");
}

static int connect_persistent(struct hostile_front *front)
{
	static const struct guest_offer offer = { .alter = say_persistent };
	int state = guest_connect(&front->guest, &offer);

	if (state < 0)
		return state;
	return state == XenbusStateConnected ? 0 : -ECONNREFUSED;
}

static void end_hoard(struct page **pages, grant_ref_t *refs, u32 count)
{
	while (count--)
		/* Freed when the backend lets go, at the latest when we close. */
		gnttab_end_foreign_access(refs[count], pages[count]);
}

/* Return: how many grants there are, as there may be no room for more. */
static u32 make_hoard(struct hostile_front *front, struct page **pages,
		      grant_ref_t *refs, u32 count)
{
	u32 i;
	int ref;

	for (i = 0; i < count; i++) {
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!pages[i])
			break;
		ref = gnttab_grant_foreign_access(front->guest.dev->otherend_id,
						  xen_page_to_gfn(pages[i]), 0);
		if (ref < 0) {
			__free_page(pages[i]);
			break;
		}
		refs[i] = ref;
	}
	return i;
}

/* Reads into each page once. */
static int use_hoard(struct hostile_front *front, const grant_ref_t *refs,
		     u32 count)
{
	struct hostile_tally *tally = hostile_tally(&front->guest.book, "hoard",
						    "grants");
	struct blkif_request request;
	u32 i = 0;
	int err = 0;

	while (i < count && !err) {
		while (i < count && !RING_FULL(&front->link.ring)) {
			front_fill_rw(front, &request, BLKIF_OP_READ, 1);
			request.u.rw.seg[0].gref = refs[i++];
			front_put(front, &request, WANT_OKAY, tally);
		}
		front_push(front);
		err = front_drain(front);
	}
	return err;
}

/**
 * front_play_hoard - the act: more grants than a backend may want to keep
 * @owner: the hostile half, which says that grants are persistent
 * @count: how many
 *
 * Return: 0 or a negative errno.
 */
int front_play_hoard(void *owner, u32 count)
{
	struct hostile_front *front = owner;
	struct page **pages = kvcalloc(count, sizeof(*pages), GFP_KERNEL);
	grant_ref_t *refs = kvcalloc(count, sizeof(*refs), GFP_KERNEL);
	int err = -ENOMEM;

	if (pages && refs) {
		err = connect_persistent(front);
		count = make_hoard(front, pages, refs, count);
		err = err ?: use_hoard(front, refs, count);
		end_hoard(pages, refs, count);
		err = err ?: guest_reconnect(&front->guest);
	}
	kvfree(pages);
	kvfree(refs);
	return err ?: guest_good(&front->guest);
}
