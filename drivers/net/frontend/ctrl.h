/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The control ring of an interface, and who sends messages on it: ctrl.c,
 * static.c, hash.c. Floor F5.
 */
#ifndef XENIFY_NET_FRONT_CTRL_H
#define XENIFY_NET_FRONT_CTRL_H

#include <linux/wait.h>
#include <linux/workqueue.h>

#include "front.h"

/**
 * struct netfront_ctrl - the control ring, while connected
 * @front: its interface
 * @channel: ring and event port
 * @work: sends messages; all that follows is its own, but for what ends a wait
 * @page: granted to the backend, for what messages name
 * @gref: the grant
 * @id: of the last message
 * @begun: what is said once has been said
 * @hashing: the backend hashes packets
 * @wait: where the work waits for an answer
 * @rsp: the answer
 * @answered: it is there
 * @dead: nothing is to be sent any more
 * @name: of the interrupt
 */
struct netfront_ctrl {
	struct netfront *front;
	struct xen_channel channel;
	struct work_struct work;
	struct page *page;
	grant_ref_t gref;
	u16 id;
	bool begun;
	bool hashing;
	wait_queue_head_t wait;
	struct xen_netif_ctrl_response rsp;
	bool answered;
	bool dead;
	char name[32];
};

/* ctrl.c */
int netfront_ctrl_ask(struct netfront_ctrl *ctrl, u16 type,
		      const u32 data[3], u32 *answer);

#define netfront_ask(ctrl, type, answer, ...) \
	netfront_ctrl_ask(ctrl, type, (const u32[3]) { __VA_ARGS__ }, answer)

/* static.c */
void netfront_static_begin(struct netfront_ctrl *ctrl);

/* hash.c */
void netfront_hash_follow(struct netfront_ctrl *ctrl);

#endif /* XENIFY_NET_FRONT_CTRL_H */
