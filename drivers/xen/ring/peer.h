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
 * @XEN_PEER_LOST: the other end went away, or started anew, though the host
 *	wants the connection. Frontend: use the rings no more, keep what is in
 *	flight; RENEW follows. May come several times. Backend: take the rings
 *	down
 * @XEN_PEER_CLOSE: the host wants it to close: finish, or refuse (-EBUSY)
 * @XEN_PEER_GONE: the other end has closed for good: take the rings down
 * @XEN_PEER_RENEW: no end has rings any more: begin again, not yet (-EAGAIN),
 *	or not at all (-EBUSY)
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
 * enum xen_peer_wish - what the host's tools want, for a frontend's rows
 * @XEN_PEER_ANY: it does not matter
 * @XEN_PEER_STAY: the device: "online" in the backend's directory is not 0.
 *	A backend that closes then has failed, or goes to come back
 * @XEN_PEER_LEAVE: no device any more; they write it before they let the
 *	backend close
 */
enum xen_peer_wish {
	XEN_PEER_ANY,
	XEN_PEER_STAY,
	XEN_PEER_LEAVE,
};

/**
 * struct xen_peer_row - one transition
 * @ours: our states in which it applies
 * @theirs: the other end's states in which it applies
 * @wish: what the host wants, for it to apply
 * @action: what to do
 * @next: our state afterwards, if the action returned 0
 */
struct xen_peer_row {
	u16 ours;
	u16 theirs;
	enum xen_peer_wish wish;
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
 * until another event; -ESTALE when it has found that the device was replaced
 * meanwhile; another errno has been reported and closes the device. What an
 * action calls may return -EAGAIN or -EBUSY for a failure, as kthread_create()
 * does: that is not passed on.
 */
typedef int (*xen_peer_act)(struct xen_peer *peer);

/**
 * struct xen_peer_ops - the actions of a driver
 * @rows: its table; the first row that fits is taken
 * @count: rows of the table
 * @asks: rows depend on the wish, which the other end's directory has
 * @replaced: whether our directory is another device's by now. Asked before
 *	each step; if so, the step is not made, and nothing is written there. NULL
 *	if that cannot be
 * @act: the actions; a missing one succeeds
 */
struct xen_peer_ops {
	const struct xen_peer_row *rows;
	size_t count;
	bool asks;
	bool (*replaced)(struct xen_peer *peer);
	xen_peer_act act[XEN_PEER_ACTIONS];
};

/**
 * struct xen_peer - the connection of one device
 * @dev: the device; @dev->state is our state
 * @ops: table and actions
 * @lock: one step at a time
 * @theirs: the other end's state as last seen
 * @wish: what the host wanted then
 * @seen: it was seen at all
 * @failed: an action failed for good; only closing is left, until closed
 */
struct xen_peer {
	struct xenbus_device *dev;
	const struct xen_peer_ops *ops;
	/* Taken in xenwatch and in work; outermost. Guards what follows. */
	struct mutex lock;
	enum xenbus_state theirs;
	enum xen_peer_wish wish;
	bool seen;
	bool failed;
};

#define XEN_PEER_FRONT_ROWS	9
#define XEN_PEER_EARLY_ROWS	8
#define XEN_PEER_BACK_ROWS	7
extern const struct xen_peer_row xen_peer_front_rows[XEN_PEER_FRONT_ROWS];
extern const struct xen_peer_row xen_peer_early_rows[XEN_PEER_EARLY_ROWS];
extern const struct xen_peer_row xen_peer_back_rows[XEN_PEER_BACK_ROWS];

void xen_peer_init(struct xen_peer *peer, struct xenbus_device *dev,
		   const struct xen_peer_ops *ops);
void xen_peer_forget(struct xen_peer *peer);
const struct xen_peer_row *xen_peer_find(const struct xen_peer_ops *ops,
					 enum xenbus_state ours,
					 enum xenbus_state theirs,
					 enum xen_peer_wish wish);
void xen_peer_step(struct xen_peer *peer, enum xenbus_state theirs);
void xen_peer_again(struct xen_peer *peer);
bool xen_peer_is_over(const struct xen_peer *peer);
int xen_peer_leave(struct xen_peer *peer);

#endif /* XENIFY_PEER_H */
