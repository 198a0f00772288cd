/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every hostile backend has, whatever its device is: a connection that an
 * honest backend would have as well, a thread that serves, malformed keys
 * and states, and pages that are not let go. Floor F6, a test.
 *
 * A backend has a struct hostile_host as its first member: the owner of an act
 * is both.
 */
#ifndef XENIFY_HOSTILE_HOST_H
#define XENIFY_HOSTILE_HOST_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <xen/grant_table.h>
#include <xen/interface/io/ring.h>
#include <xen/xenbus.h>

#include "book.h"
#include "keys.h"

#define HOST_KEPT	64
#define HOST_LONG_MS	30000

struct hostile_host;

/**
 * struct host_ops - what a kind of device has of its own
 * @early: its frontends say that they are connected when they offer their
 *	rings. They are never offered anything before they have closed
 * @features: publishes what a frontend reads before it offers its rings
 * @truth: publishes again all that may change while it is connected
 * @connect: uses its rings, and publishes the rest. Return: 0 or a negative errno
 * @disconnect: lets go of them, if there are any
 * @notify: sends an event, if there is a connection
 * @serve: does what there is to do. Called by the thread
 * @works: whether a connected frontend does what it should. Not locked
 */
struct host_ops {
	bool early;
	int (*features)(struct hostile_host *host);
	int (*truth)(struct hostile_host *host);
	int (*connect)(struct hostile_host *host);
	void (*disconnect)(struct hostile_host *host);
	void (*notify)(struct hostile_host *host);
	void (*serve)(struct hostile_host *host);
	bool (*works)(struct hostile_host *host);
};

/**
 * struct host_kept - a page of the frontend's that is not let go
 * @page: where it is mapped
 * @handle: of the mapping
 */
struct host_kept {
	struct page *page;
	grant_handle_t handle;
};

/**
 * struct host_seen - what frontends did
 * @connections: so often one connected
 * @refusals: so often one would not even offer its rings
 * @answered: so many of its requests were answered, with whatever
 */
struct host_seen {
	u32 connections;
	u32 refusals;
	u32 answered;
};

/**
 * struct host_mood - what is told next, instead of the truth
 * @row: breaks a ring with the next answer, or NULL; a row of the device's table
 * @soft: so many answers are wrong without breaking it
 * @told: so many have been sent
 * @hold: nothing is answered
 * @keep: so many requests' pages are mapped, and not answered
 * @refuse: what is on offer is refused all the same, if it may be
 */
struct host_mood {
	const void *row;
	u32 soft;
	u32 told;
	bool hold;
	u32 keep;
	bool refuse;
};

/**
 * struct hostile_host - what every hostile backend has
 * @dev: its device
 * @book: what came of it
 * @ops: what is its own
 * @lock: guards all that follows
 * @mood: what is told next
 * @seen: what the frontend did
 * @passive: its state is not followed
 * @key: changes what is published for the next connection, or NULL
 * @kept: pages that are not let go
 * @nr_kept: how many
 * @event: the frontend has sent one
 * @thread: serves
 * @wait: where it waits
 * @news: where acts wait for the frontend to do something
 */
struct hostile_host {
	struct xenbus_device *dev;
	struct hostile_book book;
	const struct host_ops *ops;
	/* Taken by the thread, in xenwatch and by acts. */
	struct mutex lock;
	struct host_mood mood;
	struct host_seen seen;
	bool passive;
	const struct hostile_keys *key;
	struct host_kept *kept;
	u32 nr_kept;
	bool event;
	struct task_struct *thread;
	wait_queue_head_t wait;
	wait_queue_head_t news;
};

/* host.c */
int host_begin(struct hostile_host *host, struct xenbus_device *dev,
	       const struct host_ops *ops, const struct hostile_act *acts);
void host_end(struct hostile_host *host);
void host_otherend_changed(struct xenbus_device *dev,
			   enum xenbus_state theirs);
void host_set_state(struct hostile_host *host, int state);
void host_begin_anew(struct hostile_host *host);
bool host_wait_connection(struct hostile_host *host, u32 before);
void host_wake(struct hostile_host *host);
u32 host_mood_begin(struct hostile_host *host, const struct host_mood *mood);
bool host_wait_told(struct hostile_host *host, u32 count);

/* host-keep.c */
int host_keep(struct hostile_host *host, grant_ref_t ref, bool readonly);
void host_release(struct hostile_host *host);
bool host_release_later(struct hostile_host *host, u32 before);

/* host-keys.c: what is published, and acts of every backend */
int host_publish(struct hostile_host *host, const struct hostile_node *truth,
		 size_t count);
int host_play_keys(struct hostile_host *host, const struct hostile_keys *rows,
		   size_t nr, u32 count);
int host_play_live(struct hostile_host *host, const struct hostile_keys *rows,
		   size_t nr, u32 count);
int host_play_states(void *owner, u32 count);
int host_play_storm(void *owner, u32 count);

#endif /* XENIFY_HOSTILE_HOST_H */
