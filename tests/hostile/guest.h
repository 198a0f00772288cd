/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every hostile frontend has, whatever its device is: a connection that is
 * made and given up as often as its acts want, malformed keys and states, and
 * grants and a port that are good for nothing. Floor F6, a test.
 *
 * A frontend has a struct hostile_guest as its first member: the owner of an
 * act is both.
 */
#ifndef XENIFY_HOSTILE_GUEST_H
#define XENIFY_HOSTILE_GUEST_H

#include <linux/types.h>
#include <linux/wait.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/interface/io/ring.h>
#include <xen/xenbus.h>

#include "book.h"
#include "keys.h"

#define GUEST_LONG_MS	30000

/**
 * struct hostile_page - a page and its grant
 * @addr: the page
 * @ref: a reference, whatever it is good for
 * @granted: it is a grant
 */
struct hostile_page {
	void *addr;
	grant_ref_t ref;
	bool granted;
};

/**
 * struct guest_bad - pages that a backend cannot use as it should
 * @readonly: it may not write it
 * @revoked: was granted, and is no more
 * @foreign: granted to another domain than the backend's
 */
struct guest_bad {
	struct hostile_page readonly;
	struct hostile_page revoked;
	struct hostile_page foreign;
};

/**
 * struct guest_port - event channels
 * @port: ours
 * @foreign: one that another domain could bind
 * @irq: of @port
 */
struct guest_port {
	evtchn_port_t port;
	evtchn_port_t foreign;
	int irq;
};

struct hostile_guest;

/**
 * struct guest_offer - how a connection begins
 * @requests: the ring's first request
 * @responses: and first response; the same in a good ring
 * @alter: changes what was published, or NULL
 * @arg: for @alter
 */
struct guest_offer {
	RING_IDX requests;
	RING_IDX responses;
	int (*alter)(struct hostile_guest *guest, const void *arg);
	const void *arg;
};

/**
 * struct guest_ops - what a kind of device has of its own
 * @slots: of the ring that @ring gives
 * @idle: a byte that a ring full of it is refused, and not broken by
 * @nodes: all that may have been published, up to NULL
 * @publish: says what a good frontend says. Return: 0 or a negative errno
 * @reset: makes the rings empty, or as the offer wants them
 * @connected: the backend is; may be NULL
 * @ring: the page of the ring whose indices are malformed
 * @number: what a %VALUE_RING is
 * @try: sends a good request, which has to be done within so many ms. Return: 0;
 *	-ETIMEDOUT for no answer; another errno for a wrong one
 * @rush: fills the ring, and waits for nothing
 */
struct guest_ops {
	u32 slots;
	u8 idle;
	const char * const *nodes;
	int (*publish)(struct hostile_guest *guest);
	void (*reset)(struct hostile_guest *guest,
		      const struct guest_offer *offer);
	void (*connected)(struct hostile_guest *guest);
	u32 *(*ring)(struct hostile_guest *guest);
	u32 (*number)(const struct hostile_guest *guest);
	int (*try)(struct hostile_guest *guest, unsigned int ms);
	void (*rush)(struct hostile_guest *guest);
};

/* Words of a ring's page. */
enum guest_word {
	AT_REQ_PROD,
	AT_REQ_EVENT,
	AT_RSP_PROD,
	AT_RSP_EVENT,
};

/**
 * struct hostile_guest - what every hostile frontend has
 * @dev: its device
 * @book: what came of it
 * @ops: what is its own
 * @bad: pages that are good for nothing
 * @port: event channels
 * @wait: for events of the backend, and its state
 * @changed: its state has
 * @published: the nodes of a good frontend are there
 * @altered: and others, or other values
 */
struct hostile_guest {
	struct xenbus_device *dev;
	struct hostile_book book;
	const struct guest_ops *ops;
	struct guest_bad bad;
	struct guest_port port;
	wait_queue_head_t wait;
	bool changed;
	bool published;
	bool altered;
};

/* guest.c */
int guest_begin(struct hostile_guest *guest, struct xenbus_device *dev,
		const struct guest_ops *ops, const struct hostile_act *acts);
void guest_leave(struct hostile_guest *guest);
void guest_end(struct hostile_guest *guest);
void guest_otherend_changed(struct xenbus_device *dev,
			    enum xenbus_state theirs);
int guest_connect(struct hostile_guest *guest, const struct guest_offer *offer);
int guest_reconnect(struct hostile_guest *guest);
int guest_good(struct hostile_guest *guest);
int guest_set_state(struct hostile_guest *guest, int state);
int guest_await(struct hostile_guest *guest, unsigned int states);
void guest_notify(struct hostile_guest *guest);
bool guest_wait(struct hostile_guest *guest,
		bool (*done)(struct hostile_guest *guest), unsigned int ms);

/* guest-page.c */
int hostile_page_make(struct hostile_page *page, domid_t domain, bool readonly);
void hostile_page_free(struct hostile_page *page);
int guest_bad_make(struct guest_bad *bad, domid_t domain);
void guest_bad_free(struct guest_bad *bad);

/* guest-keys.c and the others: acts of every frontend */
int guest_play_keys(struct hostile_guest *guest,
		    const struct hostile_keys *rows, size_t nr, u32 count);
int guest_play_states(void *owner, u32 count);
int guest_play_loops(void *owner, u32 count);
int guest_play_flood(void *owner, u32 count);
int guest_play_feed(void *owner, u32 count);
int guest_play_vanish(void *owner, u32 count);
int guest_play_indices(void *owner, u32 count);
int guest_play_storm(void *owner, u32 count);

#endif /* XENIFY_HOSTILE_GUEST_H */
