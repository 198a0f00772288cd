// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was sent, until the backend has answered: a packet is freed when all of its
 * slots are. Floor F5; called by the queue's NAPI, which takes the transmit
 * queue's lock, and when a connection begins and ends.
 *
 * Events: asked for when half of what the backend has is answered, as that is soon
 * enough to go on. While nobody waits for an answer there is no need for one
 * before half of the ring is; the answers are found when something is received.
 *
 * Trust: a response with an id that is not due, or for a page that the backend
 * keeps mapped, breaks the ring, and the interface is connected anew.
 */
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "front.h"

/* What one run of responses has freed, for the kernel's queue limits. */
struct freed {
	struct netfront_queue *queue;
	int budget;
	u32 packets;
	u32 bytes;
};

static int netfront_sent_log_broken(struct netfront_queue *queue, const char *what, u16 id)
{
	if (xen_log_allowed())
		netdev_err(queue->front->netdev,
			   "queue %u: backend %s (slot %#x); connecting anew\n",
			   queue->index, what, id);
	return -EPROTO;
}

/* A packet's answer. Return: whether the backend has let go of the page. */
static bool netfront_sent_take_back(struct netfront_queue *queue, struct netfront_sent *sent,
				    struct freed *freed)
{
	struct sk_buff *skb = sent->skb;

	if (unlikely(!gnttab_end_foreign_access_ref(sent->gref)))
		return false;
	sent->skb = NULL;
	queue->tx.lent--;
	if (--netfront_cb_of(skb)->left)
		return true;
	freed->packets++;
	freed->bytes += skb->len;
	napi_consume_skb(skb, freed->budget);
	return true;
}

/* The answer to what was copied: a socket may have waited for it. */
static void netfront_sent_take_copied(struct netfront_tx *tx, struct netfront_sent *sent,
				      int budget)
{
	sent->copied = false;
	if (!sent->skb)
		return;
	tx->lent--;
	napi_consume_skb(sent->skb, budget);
	sent->skb = NULL;
}

/* The answer to what had no packet. */
static int netfront_sent_take_note(struct netfront_queue *queue, int slot, s16 status)
{
	struct netfront_tx *tx = &queue->tx;

	tx->free[tx->nr_free++] = slot;
	tx->lent--;
	netfront_mcast_answered(queue->front, status);
	return 0;
}

static int netfront_sent_handle_response(void *owner, void *entry)
{
	const struct xen_netif_tx_response *rsp = entry;
	struct freed *freed = owner;
	struct netfront_queue *queue = freed->queue;
	struct netfront_tx *tx = &queue->tx;
	struct netfront_sent *sent;
	int slot;

	tx->event.served++;
	/* For an extra info, which has no id. */
	if (rsp->status == XEN_NETIF_RSP_NULL && tx->extras) {
		tx->extras--;
		return 0;
	}
	slot = xen_idpool_redeem(&tx->ids, rsp->id);
	if (unlikely(slot < 0))
		return netfront_sent_log_broken(queue, "answered what was not sent", rsp->id);
	sent = &tx->sent[slot];
	if (sent->copied)
		netfront_sent_take_copied(tx, sent, freed->budget);
	else if (unlikely(!sent->skb))
		return netfront_sent_take_note(queue, slot, rsp->status);
	else if (unlikely(!netfront_sent_take_back(queue, sent, freed)))
		return netfront_sent_log_broken(queue, "keeps a page mapped", rsp->id);
	tx->free[tx->nr_free++] = slot;
	if (rsp->status != XEN_NETIF_RSP_OKAY)
		netfront_count(&queue->stats->tx_errors, 1);
	return 0;
}

/* Return: whether there are answers already. */
static bool netfront_sent_arm(struct netfront_tx *tx)
{
	struct xen_ring *ring = &tx->channel.ring;
	u32 half = (ring->out_pushed - ring->in_cons) / 2;

	tx->lazy = !tx->lent;
	return xen_ring_arm(ring, tx->lazy ? ring->size / 2 : max(half, 1U));
}

/**
 * netfront_tx_clean - take responses
 * @queue: the queue
 * @budget: of the NAPI
 *
 * netpoll calls with no budget, perhaps in an interrupt of a context that has the
 * lock: it gets nothing then.
 *
 * Return: 0; 1 if there are more already; -EPROTO if the ring is broken.
 */
int netfront_tx_clean(struct netfront_queue *queue, int budget)
{
	struct freed freed = { .queue = queue, .budget = budget };
	struct xen_ring *ring = &queue->tx.channel.ring;
	struct netdev_queue *txq = netfront_txq(queue);
	struct xen_netif_tx_response rsp;
	bool more = false;
	int done;

	if (likely(budget))
		__netif_tx_lock(txq, smp_processor_id());
	else if (!__netif_tx_trylock(txq))
		return 0;
	done = xen_ring_drain(ring, &rsp, sizeof(rsp), ring->size,
			      netfront_sent_handle_response, &freed);
	if (likely(done >= 0))
		more = netfront_sent_arm(&queue->tx);
	netdev_tx_completed_queue(txq, freed.packets, freed.bytes);
	if (netif_tx_queue_stopped(txq) && done >= 0 &&
	    xen_ring_free(ring) >= 2 * NETFRONT_TX_ROOM)
		netif_tx_wake_queue(txq);
	__netif_tx_unlock(txq);
	return done < 0 ? done : more;
}

/*
 * The backend will not let go of a page: nobody may ever have it again, or the
 * backend would read what is none of its business.
 */
static void netfront_sent_abandon(struct netfront_queue *queue, struct netfront_sent *sent)
{
	if (xen_log_allowed())
		netdev_err(queue->front->netdev,
			   "queue %u: backend keeps a page mapped for good\n",
			   queue->index);
	skb_orphan(sent->skb);
	skb_get(sent->skb);
	gnttab_end_foreign_access(sent->gref, NULL);
	sent->gref = INVALID_GRANT_REF;
}

/**
 * netfront_tx_reclaim - drop what the lost backend did not answer
 * @queue: the queue, which nobody sends to
 * @force: do not wait for the backend to let go of pages
 *
 * Networks lose packets; who needs them sends them again. The queue is good for
 * destruction only, then.
 * Return: 0, or -EAGAIN while the backend keeps pages mapped.
 */
int netfront_tx_reclaim(struct netfront_queue *queue, bool force)
{
	struct netfront_tx *tx = &queue->tx;
	u32 i;

	for (i = 0; i < NETFRONT_RING; i++) {
		struct netfront_sent *sent = &tx->sent[i];
		bool ended;

		if (sent->copied) {
			xen_idpool_revoke(&tx->ids, i);
			netfront_sent_take_copied(tx, sent, 0);
		}
		if (!sent->skb)
			continue;
		/* It comes again twice a second, so without the grant table's warning. */
		ended = gnttab_try_end_foreign_access(sent->gref);
		if (!ended && !force)
			return -EAGAIN;
		if (ended)
			sent->gref = INVALID_GRANT_REF;
		else
			netfront_sent_abandon(queue, sent);
		xen_idpool_revoke(&tx->ids, i);
		if (!--netfront_cb_of(sent->skb)->left)
			dev_kfree_skb_any(sent->skb);
		sent->skb = NULL;
	}
	return 0;
}

/**
 * netfront_tx_create - make room for what is sent
 * @queue: the queue
 *
 * Context: may sleep. Return: 0 or a negative errno.
 */
int netfront_tx_create(struct netfront_queue *queue)
{
	struct netfront_tx *tx = &queue->tx;
	grant_ref_t head;
	u32 i;
	int err;

	tx->sent = kcalloc(NETFRONT_RING, sizeof(*tx->sent), GFP_KERNEL);
	tx->free = kcalloc(NETFRONT_RING, sizeof(*tx->free), GFP_KERNEL);
	if (!tx->sent || !tx->free)
		return -ENOMEM;
	err = netfront_bounce_create(queue);
	if (err)
		return err;
	err = xen_idpool_init_short(&tx->ids, NETFRONT_RING);
	if (err)
		return err;
	for (i = 0; i < NETFRONT_RING; i++)
		tx->sent[i].gref = INVALID_GRANT_REF;
	err = gnttab_alloc_grant_references(NETFRONT_RING, &head);
	if (err)
		return err;
	for (i = 0; i < NETFRONT_RING; i++) {
		tx->sent[i].gref = gnttab_claim_grant_reference(&head);
		tx->free[tx->nr_free++] = i;
	}
	return 0;
}

/**
 * netfront_tx_destroy - give the room back
 * @queue: the queue, with nothing sent
 */
void netfront_tx_destroy(struct netfront_queue *queue)
{
	struct netfront_tx *tx = &queue->tx;
	u32 i;

	netfront_bounce_destroy(queue);
	for (i = 0; tx->sent && i < NETFRONT_RING; i++)
		if (tx->sent[i].gref && tx->sent[i].gref != INVALID_GRANT_REF)
			gnttab_free_grant_reference(tx->sent[i].gref);
	kfree(tx->sent);
	kfree(tx->free);
	xen_idpool_free(&tx->ids);
}
