/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A frontend and a backend of drivers/xen/ring/peer.c as one machine: what it is
 * made of, what follows from what is there, and what happens to it. Walked
 * through by peer-pair-test.c, which says what is modelled.
 */
#ifndef PEER_WORLD_H
#define PEER_WORLD_H

#include <linux/errno.h>
#include <linux/kernel.h>

#include "../../drivers/xen/ring/peer.h"

#define STEPS		(XenbusStateClosed + 1)
#define NO_STATE	15

/* What a backend has mapped. */
enum attached { NOTHING, CURRENT, STALE };

/* Why a backend does nothing: its driver is unbound, its domain is no more. */
enum absent { PRESENT, UNBOUND, VANISHED };

/* One end: xen_peer and the xenstore node, and where in a step it is. */
struct end {
	u64 state:4;
	u64 node:4;
	u64 seen:4;
	u64 next:4;
	u64 steps:3;
	u64 event:1;
	u64 failed:1;
	u64 stay:1;
};

struct world {
	struct end front;
	struct end back;
	u64 rings:1;
	u64 attached:2;
	u64 renew:1;		/* the frontend may begin again at once */
	u64 disk:1;		/* it has been connected */
	u64 shut:1;		/* it has given the disk up */
	u64 down:1;		/* its domain shuts down */
	u64 online:1;
	u64 absent:2;
	u64 luck:3;
	u64 early:1;		/* its frontend connects early */
	u64 live:1;		/* ... and the backend has, too */
};

static const struct xen_peer_ops front_ops = {
	.rows = xen_peer_front_rows, .count = XEN_PEER_FRONT_ROWS,
};

static const struct xen_peer_ops early_ops = {
	.rows = xen_peer_early_rows, .count = XEN_PEER_EARLY_ROWS,
};

static const struct xen_peer_ops back_ops = {
	.rows = xen_peer_back_rows, .count = XEN_PEER_BACK_ROWS,
};

static const struct end fresh = {
	.state = XenbusStateInitialising, .node = XenbusStateInitialising,
	.next = NO_STATE, .event = 1,
};

static void set_state(struct end *end, struct end *other,
		      enum xenbus_state state)
{
	if (end->state == state)
		return;
	end->state = state;
	end->node = state;
	other->event = 1;
}

static void take_rings_down(struct world *w)
{
	w->rings = 0;
	if (w->attached == CURRENT)
		w->attached = STALE;
}

/* What the drivers' actions do. Return: 0 to go on. */
static int act_front(struct world *w, enum xen_peer_action action)
{
	switch (action) {
	case XEN_PEER_PREPARE:
		take_rings_down(w);
		w->rings = 1;
		break;
	case XEN_PEER_UPDATE:
		if (!w->early)
			break;
		w->live = 1;
		fallthrough;
	case XEN_PEER_CONNECT:
		w->disk = 1;
		break;
	case XEN_PEER_LOST:
		/* It has not connected yet. */
		if (w->early && !w->live &&
		    (w->front.seen == XenbusStateInitWait ||
		     w->front.seen == XenbusStateInitialised))
			return -EBUSY;
		if (w->early ? w->live : w->front.state == XenbusStateConnected)
			w->renew = 1;
		w->live = 0;
		break;
	case XEN_PEER_CLOSE:
	case XEN_PEER_GONE:
		w->shut = 1;
		w->live = 0;
		take_rings_down(w);
		break;
	case XEN_PEER_RENEW:
		/* Only once; later attempts wait for try_again(). */
		if (w->shut || !w->renew)
			return -EBUSY;
		/* Its pages do not come back: xen_channel_unlend(). */
		if (w->attached == CURRENT)
			return -EBUSY;
		w->renew = 0;
		take_rings_down(w);
		break;
	default:
		break;
	}
	return 0;
}

static int act_back(struct world *w, enum xen_peer_action action)
{
	switch (action) {
	case XEN_PEER_CONNECT:
		/* Grants that were taken back cannot be mapped. */
		if (!w->rings)
			return -EINVAL;
		w->attached = CURRENT;
		break;
	case XEN_PEER_LOST:
	case XEN_PEER_GONE:
		w->attached = NOTHING;
		break;
	default:
		break;
	}
	return 0;
}

static bool can_fail(enum xen_peer_action action)
{
	return action == XEN_PEER_PREPARE || action == XEN_PEER_CONNECT;
}

static const struct xen_peer_ops *front_ops_of(const struct world *w)
{
	return w->early ? &early_ops : &front_ops;
}

static bool is_end(const struct xen_peer_row *row)
{
	return row->next == XenbusStateClosing || row->next == XenbusStateClosed;
}

/* One half of a row of xen_peer_again(): its action, or its next state. */
static void step(struct world *w, bool is_front, bool fails)
{
	struct end *end = is_front ? &w->front : &w->back;
	struct end *other = is_front ? &w->back : &w->front;
	const struct xen_peer_row *row;
	int err;

	if (end->next != NO_STATE) {
		if (end->next == XenbusStateClosed)
			end->failed = 0;
		set_state(end, other, end->next);
		end->next = NO_STATE;
		end->steps--;
		return;
	}
	row = xen_peer_find(is_front ? front_ops_of(w) : &back_ops,
			    end->state, end->seen, end->stay ? XEN_PEER_STAY :
						   XEN_PEER_LEAVE);
	if (!row || (end->failed && !is_end(row))) {
		end->steps = 0;
		return;
	}
	err = is_front ? act_front(w, row->action) : act_back(w, row->action);
	if (err == -EBUSY) {
		end->steps = 0;
	} else if (err || (fails && can_fail(row->action))) {
		end->failed = 1;
		end->steps = 0;
		set_state(end, other, XenbusStateClosing);
	} else if (row->next == end->state) {
		end->steps = 0;
	} else {
		end->next = row->next;
	}
}

static void look(struct world *w, struct end *end, const struct end *other)
{
	end->event = 0;
	end->seen = other->node;
	/* The directory has the host's wish, as long as there is one. */
	end->stay = w->online && w->absent != VANISHED;
	end->steps = STEPS;
}

/* A domain that shuts down leaves this to the bus, as xenbus_frontend_closed(). */
static bool move_down(struct world *w)
{
	if (!w->front.event)
		return false;
	w->front.event = 0;
	if (w->back.node == XenbusStateClosing)
		set_state(&w->front, &w->back, XenbusStateClosed);
	return true;
}

/* What is absent comes back: bound again, or in another domain. */
static bool move_return(struct world *w)
{
	u64 node = w->back.node;

	if (w->absent == PRESENT)
		return false;
	w->back = fresh;
	if (w->absent == VANISHED) {
		/* The host does not reconnect what it does not want. */
		if (!w->online || w->down) {
			w->back.node = XenbusStateClosed;
			w->back.state = XenbusStateClosed;
			set_state(&w->front, &w->back, XenbusStateClosed);
			w->front.steps = 0;
			w->front.next = NO_STATE;
		} else {
			/* As after a restore: xenbus_dev_resume(). */
			w->front = fresh;
			w->live = 0;
			take_rings_down(w);
			w->attached = NOTHING;
		}
	} else if (node != XenbusStateInitialising) {
		w->front.event = 1;
	}
	w->absent = PRESENT;
	return true;
}

/* Moves that follow from what is there: 0, 1 front, 2, 3 back, 4 its return. */
static bool move(struct world *w, int which)
{
	struct end *end = which < 2 ? &w->front : &w->back;
	struct end *other = which < 2 ? &w->back : &w->front;

	if (which == 4)
		return move_return(w);
	if (which < 2 && w->down)
		return which ? false : move_down(w);
	if (which >= 2 && w->absent)
		return false;
	if (which % 2) {
		if (!end->steps)
			return false;
		step(w, which < 2, false);
		return true;
	}
	if (end->steps || !end->event)
		return false;
	look(w, end, other);
	return true;
}

/* The frontend's timer: seconds later, so nothing else is on its way. */
static bool try_again(struct world *w)
{
	if (w->down || w->shut || !w->disk || w->renew ||
	    w->front.state != XenbusStateClosed ||
	    w->front.seen != XenbusStateClosed)
		return false;
	w->renew = 1;
	w->front.steps = STEPS;
	return true;
}

static const char * const chances[] = {
	"backend starts anew", "frontend starts anew", "ring breaks",
	"host detaches", "frontend closes", "frontend's action fails",
	"backend's action fails", "event without a reason",
	"backend is unbound", "backend's domain dies",
};

/*
 * What remove() leaves: a device without a driver, as the host made it; or
 * Closed, if it was about to close.
 */
static bool unbind(struct world *w)
{
	if (w->back.steps || w->absent)
		return false;
	if (w->back.node == XenbusStateClosing)
		w->back.node = XenbusStateClosed;
	else if (w->back.node != XenbusStateClosed)
		w->back.node = XenbusStateInitialising;
	w->attached = NOTHING;
	w->absent = UNBOUND;
	w->front.event = 1;
	return true;
}

/* The backend's driver is loaded anew, without a word. */
static bool back_anew(struct world *w)
{
	if (w->absent)
		return false;
	w->back = fresh;
	w->attached = NOTHING;
	w->front.event = 1;
	return true;
}

/* A domain reboots; not during a backend's step. */
static bool front_anew(struct world *w)
{
	if (w->back.steps)
		return false;
	w->front = fresh;
	w->renew = 0;
	w->disk = 0;
	w->shut = 0;
	w->down = 0;
	w->live = 0;
	take_rings_down(w);
	w->back.event = 1;
	return true;
}

/* The frontend begins to close: its ring broke, or its domain shuts down. */
static bool front_closes(struct world *w, bool down)
{
	if (w->down || w->front.steps ||
	    w->front.state != XenbusStateConnected)
		return false;
	set_state(&w->front, &w->back, XenbusStateClosing);
	if (down) {
		w->down = 1;
	} else {
		w->renew = !w->early || w->live;
		w->front.steps = STEPS;
	}
	w->live = 0;
	return true;
}

/* The host's tools write the node; the backend's driver does not look. */
static bool detach(struct world *w)
{
	if (w->absent == VANISHED)
		return false;
	w->online = 0;
	w->back.node = XenbusStateClosing;
	w->front.event = 1;
	return true;
}

static bool action_fails(struct world *w, bool is_front)
{
	const struct end *end = is_front ? &w->front : &w->back;

	if (!end->steps || end->next != NO_STATE || (!is_front && w->absent))
		return false;
	step(w, is_front, true);
	return true;
}

static bool vanish(struct world *w)
{
	if (w->absent)
		return false;
	w->back.node = XenbusStateUnknown;
	w->attached = NOTHING;
	w->absent = VANISHED;
	w->front.event = 1;
	return true;
}

/* Moves that happen. */
static bool chance(struct world *w, int which)
{
	switch (which) {
	case 0:
		return back_anew(w);
	case 1:
		return front_anew(w);
	case 2:
		return front_closes(w, false);
	case 3:
		return detach(w);
	case 4:
		return front_closes(w, true);
	case 5:
	case 6:
		return action_fails(w, which == 5);
	case 7:
		w->front.event = 1;
		w->back.event = 1;
		return true;
	case 8:
		return unbind(w);
	default:
		return vanish(w);
	}
}

#endif /* PEER_WORLD_H */
