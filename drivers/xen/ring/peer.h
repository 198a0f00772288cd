/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The connection state machine of a split driver, for either end.
 *
 * The two ends agree on a connection by the "state" node that each writes in
 * its own xenstore directory (xen/interface/io/xenbus.h) and the other
 * watches. What to do is a table of {ours, theirs, action, next}; a driver
 * supplies the actions. Losing the other end is a row like any other.
 *
 * Floor F4, above xenbus. Called by the main.c of every driver.
 */
#ifndef XENIFY_PEER_H
#define XENIFY_PEER_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <xen/xenbus.h>

/**
 * enum xen_peer_action - what a row asks the driver to do
 * @XEN_PEER_NONE: nothing
 * @XEN_PEER_PREPARE: frontend: make rings, publish them. Backend: publish
 *	features and wait for a frontend
 * @XEN_PEER_CONNECT: begin to exchange requests
 * @XEN_PEER_UPDATE: connected already; read again what may have changed
 * @XEN_PEER_LOST: the other end went away without a word, or started anew.
 *	Frontend: use the rings no more; CLOSE or GONE, then RENEW follow, and
 *	are to keep what is in flight. Backend: take the rings down
 * @XEN_PEER_CLOSE: the other end asks to close: finish, or refuse (-EBUSY)
 * @XEN_PEER_GONE: the other end has closed: take the rings down
 * @XEN_PEER_RENEW: both ends have closed: begin again, or not (-EBUSY)
 */
enum xen_peer_action {
	XEN_PEER_NONE,
	XEN_PEER_PREPARE,
	XEN_PEER_CONNECT,
	XEN_PEER_UPDATE,
	XEN_PEER_LOST,
	XEN_PEER_CLOSE,
	XEN_PEER_GONE,
	XEN_PEER_RENEW,
	XEN_PEER_ACTIONS,
};

/* A set of states, as bits. */
#define XEN_PEER_IN(state)	BIT(XenbusState##state)

/**
 * struct xen_peer_row - one transition
 * @ours: our states in which it applies
 * @theirs: the other end's states in which it applies
 * @action: what to do
 * @next: our state afterwards, if the action returned 0
 */
struct xen_peer_row {
	u16 ours;
	u16 theirs;
	enum xen_peer_action action;
	enum xenbus_state next;
};

struct xen_peer;

/**
 * typedef xen_peer_act - a driver's way to carry out an action
 * @peer: the state machine; its owner is found with container_of()
 *
 * Context: may sleep; calls for one peer exclude each other.
 * Return: 0 to go on to the next state; -EAGAIN or -EBUSY to stay, silently,
 * until another event; another errno has been reported and closes the device.
 */
typedef int (*xen_peer_act)(struct xen_peer *peer);

/**
 * struct xen_peer_ops - the actions of a driver
 * @rows: its table; the first row that fits is taken
 * @count: rows of the table
 * @act: the actions; a missing one succeeds
 */
struct xen_peer_ops {
	const struct xen_peer_row *rows;
	size_t count;
	xen_peer_act act[XEN_PEER_ACTIONS];
};

/**
 * struct xen_peer - the connection of one device
 * @dev: the device; @dev->state is our state
 * @ops: table and actions
 * @lock: one step at a time
 * @theirs: the other end's state as last seen
 * @seen: it was seen at all
 * @failed: an action failed for good; only closing is left, until closed
 */
struct xen_peer {
	struct xenbus_device *dev;
	const struct xen_peer_ops *ops;
	/* Taken in xenwatch and in work; outermost. Guards what follows. */
	struct mutex lock;
	enum xenbus_state theirs;
	bool seen;
	bool failed;
};

#define XEN_PEER_FRONT_ROWS	7
#define XEN_PEER_BACK_ROWS	7
extern const struct xen_peer_row xen_peer_front_rows[XEN_PEER_FRONT_ROWS];
extern const struct xen_peer_row xen_peer_back_rows[XEN_PEER_BACK_ROWS];

void xen_peer_init(struct xen_peer *peer, struct xenbus_device *dev,
		   const struct xen_peer_ops *ops);
const struct xen_peer_row *xen_peer_find(const struct xen_peer_ops *ops,
					 enum xenbus_state ours,
					 enum xenbus_state theirs);
void xen_peer_step(struct xen_peer *peer, enum xenbus_state theirs);
void xen_peer_again(struct xen_peer *peer);

#endif /* XENIFY_PEER_H */
