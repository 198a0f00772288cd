/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lying backend's own types: see main.c for its files. Floor F6, a test.
 */
#ifndef XENIFY_HOSTILE_BACK_H
#define XENIFY_HOSTILE_BACK_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <xen/grant_table.h>
#include <xen/interface/io/blkif.h>
#include <xen/xenbus.h>

#include "book.h"

#define BACK_SECTORS	16384
#define BACK_KEPT	64
#define BACK_LONG_MS	30000

/**
 * struct back_link - the frontend's ring, and its event channel
 * @sring: the ring, mapped; NULL when there is none
 * @ring: our end
 * @irq: of the event channel
 * @dead: a lie has broken it: nothing more is said
 */
struct back_link {
	struct blkif_sring *sring;
	struct blkif_back_ring ring;
	int irq;
	bool dead;
};

/**
 * struct back_kept - a page of the frontend's that is not let go
 * @page: where it is mapped
 * @handle: of the mapping
 */
struct back_kept {
	struct page *page;
	grant_handle_t handle;
};

struct response_lie;
struct back_key_lie;

/**
 * struct back_mood - what is told next, instead of the truth
 * @lie: breaks the ring with the next response, or NULL
 * @soft: so many responses are wrong without breaking it
 * @told: so many lies were told
 * @answered: so many requests were answered, with whatever
 * @hold: requests are not even taken
 * @keep: so many requests' pages are mapped, and not answered
 * @key: changes what is published for the next connection, or NULL
 * @passive: the frontend's state is not followed
 */
struct back_mood {
	const struct response_lie *lie;
	u32 soft;
	u32 told;
	u32 answered;
	bool hold;
	u32 keep;
	const struct back_key_lie *key;
	bool passive;
};

/**
 * struct hostile_back - a lying backend
 * @dev: its device
 * @book: what came of it
 * @lock: guards all that follows
 * @link: ring and event channel
 * @mood: what is told next
 * @kept: pages that are not let go
 * @nr_kept: how many
 * @connections: so many there were
 * @store: the disk
 * @bounce: a page on the way to or from the frontend
 * @event: the frontend has sent one
 * @thread: serves
 * @wait: where it waits
 * @news: where acts wait for the frontend to do something
 */
struct hostile_back {
	struct xenbus_device *dev;
	struct hostile_book book;
	/* Taken by the thread, in xenwatch and by acts. */
	struct mutex lock;
	struct back_link link;
	struct back_mood mood;
	struct back_kept *kept;
	u32 nr_kept;
	u32 connections;
	u8 *store;
	u8 *bounce;
	bool event;
	struct task_struct *thread;
	wait_queue_head_t wait;
	wait_queue_head_t news;
};

/* back.c */
int hostile_back_register(void);
void hostile_back_unregister(void);
void back_set_state(struct hostile_back *back, int state);
void back_restart(struct hostile_back *back);
void back_follow(struct hostile_back *back, enum xenbus_state theirs);
bool back_wait_connection(struct hostile_back *back, u32 before);

/* back-serve.c */
int back_serve_start(struct hostile_back *back);
void back_serve_stop(struct hostile_back *back);
void back_wake(struct hostile_back *back);
void back_release(struct hostile_back *back);
s16 back_keep(struct hostile_back *back, const struct blkif_request *request);

/* back-response.c */
void back_tell(struct hostile_back *back, const struct blkif_request *request,
	       struct blkif_response *rsp);
int back_play_responses(void *owner, u32 count);
int back_play_statuses(void *owner, u32 count);
int back_play_storm(void *owner, u32 count);
int back_play_hold(void *owner, u32 ms);
int back_play_keep(void *owner, u32 count);
int back_play_release(void *owner, u32 count);

/* back-keys.c */
int back_publish_features(struct hostile_back *back);
int back_publish_disk(struct hostile_back *back);
int back_play_keys(void *owner, u32 count);
int back_play_live(void *owner, u32 count);
int back_play_states(void *owner, u32 count);

#endif /* XENIFY_HOSTILE_BACK_H */
