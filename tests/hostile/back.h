/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hostile block backend's own types: see main.c for its files. Floor F6, a test.
 */
#ifndef XENIFY_HOSTILE_BACK_H
#define XENIFY_HOSTILE_BACK_H

#include <linux/types.h>
#include <xen/interface/io/blkif.h>

#include "host.h"

#define BACK_SECTORS	16384

/**
 * struct back_link - the frontend's ring, and its event channel
 * @sring: the ring, mapped; NULL when there is none
 * @ring: our end
 * @irq: of the event channel
 * @dead: a malformed one has broken it: nothing more is said
 */
struct back_link {
	struct blkif_sring *sring;
	struct blkif_back_ring ring;
	int irq;
	bool dead;
};

/**
 * struct hostile_back - a hostile block backend
 * @host: what every hostile backend has
 * @link: ring and event channel
 * @store: the disk
 * @bounce: a page on the way to or from the frontend
 */
struct hostile_back {
	struct hostile_host host;
	struct back_link link;
	u8 *store;
	u8 *bounce;
};

static inline struct hostile_back *back_of(struct hostile_host *host)
{
	return container_of(host, struct hostile_back, host);
}

/* back.c */
int hostile_back_register(void);
void hostile_back_unregister(void);

/* back-serve.c */
void back_serve(struct hostile_host *host);
s16 back_keep(struct hostile_back *back, const struct blkif_request *request);

/* back-response.c */
void back_tell(struct hostile_back *back, const struct blkif_request *request,
	       struct blkif_response *rsp);
int back_play_responses(void *owner, u32 count);
int back_play_statuses(void *owner, u32 count);
s16 back_refuse(struct hostile_back *back);
int back_play_refuse(void *owner, u32 on);
int back_play_hold(void *owner, u32 ms);
int back_play_keep(void *owner, u32 count);
int back_play_release(void *owner, u32 count);

/* back-keys.c */
int back_publish_features(struct hostile_host *host);
int back_publish_disk(struct hostile_host *host);
int back_play_keys(void *owner, u32 count);
int back_play_live(void *owner, u32 count);

#endif /* XENIFY_HOSTILE_BACK_H */
