// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frontend and a backend together: the two tables of drivers/xen/ring/peer.c
 * as one machine, of which every possible run is walked through.
 *
 * Modelled is what makes it hard. An end learns of a change some time later,
 * and then reads the state that the other end has by then; a few of them may
 * have passed unseen. It carries out an action and writes its next state as two
 * steps, between which the other end acts. And things happen: either end starts
 * anew, the backend's driver is unbound and bound again, its domain goes and the
 * host names another, an action fails, a ring breaks, the host detaches the disk.
 *
 * Whatever has happened: when nothing more does, both ends come to rest. They
 * are connected, with the backend on the rings that the frontend has now, if
 * there once was a disk and the host still wants it; else they may be closed.
 */
#include <string.h>
#include <stdlib.h>
#include <linux/kernel.h>

#include "../../drivers/xen/ring/peer.h"
#include "test.h"

#define STEPS		(XenbusStateClosed + 1)
#define NO_STATE	15
#define DEPTH_MAX	4000
#define VISITED_BITS	23

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
};

static const struct xen_peer_ops front_ops = {
	.rows = xen_peer_front_rows, .count = XEN_PEER_FRONT_ROWS,
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
	case XEN_PEER_CONNECT:
		w->disk = 1;
		break;
	case XEN_PEER_LOST:
		if (w->front.state == XenbusStateConnected)
			w->renew = 1;
		break;
	case XEN_PEER_CLOSE:
	case XEN_PEER_GONE:
		w->shut = 1;
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
	row = xen_peer_find(is_front ? &front_ops : &back_ops, end->state,
			    end->seen, end->stay ? XEN_PEER_STAY :
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

/* Moves that happen. */
static bool chance(struct world *w, int which)
{
	switch (which) {
	case 0:
		if (w->absent)
			return false;
		w->back = fresh;
		w->attached = NOTHING;
		w->front.event = 1;
		return true;
	case 1:
		/* A domain does not reboot during a backend's step. */
		if (w->back.steps)
			return false;
		w->front = fresh;
		w->renew = 0;
		w->disk = 0;
		w->shut = 0;
		w->down = 0;
		take_rings_down(w);
		w->back.event = 1;
		return true;
	case 2:
		if (w->down || w->front.steps ||
		    w->front.state != XenbusStateConnected)
			return false;
		w->renew = 1;
		set_state(&w->front, &w->back, XenbusStateClosing);
		w->front.steps = STEPS;
		return true;
	case 3:
		/* The host's tools write the node; the driver does not look. */
		if (w->absent == VANISHED)
			return false;
		w->online = 0;
		w->back.node = XenbusStateClosing;
		w->front.event = 1;
		return true;
	case 4:
		/* xenbus_dev_shutdown() closes what is connected. */
		if (w->down || w->front.steps ||
		    w->front.state != XenbusStateConnected)
			return false;
		w->down = 1;
		set_state(&w->front, &w->back, XenbusStateClosing);
		return true;
	case 5:
	case 6:
		if (which == 5 ? !w->front.steps || w->front.next != NO_STATE :
		    w->absent || !w->back.steps || w->back.next != NO_STATE)
			return false;
		step(w, which == 5, true);
		return true;
	case 8:
		return unbind(w);
	case 9:
		if (w->absent)
			return false;
		w->back.node = XenbusStateUnknown;
		w->attached = NOTHING;
		w->absent = VANISHED;
		w->front.event = 1;
		return true;
	default:
		w->front.event = 1;
		w->back.event = 1;
		return true;
	}
}

static u64 pack(const struct world *w)
{
	u64 front = 0, back = 0;

	memcpy(&front, &w->front, sizeof(w->front));
	memcpy(&back, &w->back, sizeof(w->back));
	return front | back << 22 | (u64)w->rings << 44 |
		(u64)w->attached << 45 | (u64)w->disk << 47 |
		(u64)w->shut << 48 | (u64)w->down << 49 |
		(u64)w->online << 50 | (u64)w->absent << 51 |
		(u64)w->renew << 53 | (u64)w->luck << 54;
}

/* Visited worlds: 0 free, else key + 1, with a mark while on the path. */
#define ON_PATH		BIT(60)

static u64 *visited;
static u64 worlds, rests;
static const char *path[DEPTH_MAX];
static struct world path_world[DEPTH_MAX];

static u64 *slot_of(u64 key)
{
	u64 i = key * 0x9e3779b97f4a7c15ULL >> (64 - VISITED_BITS);

	while (visited[i] && (visited[i] & ~ON_PATH) != key + 1)
		i = (i + 1) & (BIT(VISITED_BITS) - 1);
	return &visited[i];
}

static void complain(const char *what, int depth)
{
	static char text[8000];
	int i, len = 0;

	for (i = 0; i <= depth && len < (int)sizeof(text) - 100; i++) {
		const struct world *w = &path_world[i];

		len += snprintf(text + len, sizeof(text) - len,
				"\n\t%-26s front %d sees %d%s, back %d(%d) sees %d%s%s",
				i ? path[i] : "begin", (int)w->front.state,
				(int)w->front.seen, w->online ? "" : " offline",
				(int)w->back.state,
				(int)w->back.node, (int)w->back.seen,
				w->attached == STALE ? ", stale rings" : "",
				w->absent ? ", absent" : "");
	}
	test_fail(__FILE__, __LINE__, "%s:%s", what, text);
}

static void check_rest(const struct world *w, int depth)
{
	rests++;
	if (w->front.state == XenbusStateClosed &&
	    w->back.state == XenbusStateClosed) {
		if (w->disk && w->online && !w->down)
			complain("a disk that the host wants is closed", depth);
		return;
	}
	if (w->front.state != XenbusStateConnected ||
	    w->back.state != XenbusStateConnected)
		complain("neither connected nor closed", depth);
	if (!w->rings || w->attached != CURRENT)
		complain("connected by old rings", depth);
}

static const char * const moves[] = {
	"frontend looks", "frontend steps", "backend looks", "backend steps",
	"backend returns",
};

static void walk(const struct world *w, const char *how, int depth)
{
	u64 *slot = slot_of(pack(w));
	bool rest = true;
	int i;

	if (depth >= DEPTH_MAX)
		complain("no end", 40);
	path[depth] = how;
	path_world[depth] = *w;
	if (*slot & ON_PATH)
		complain("a loop without end", depth);
	if (*slot)
		return;
	CHECK(++worlds < BIT(VISITED_BITS) / 4 * 3);
	*slot = (pack(w) + 1) | ON_PATH;

	for (i = 0; i < (int)ARRAY_SIZE(moves); i++) {
		struct world next = *w;

		if (!move(&next, i))
			continue;
		rest = false;
		walk(&next, moves[i], depth + 1);
	}
	if (rest) {
		struct world next = *w;

		if (w->online && try_again(&next))
			walk(&next, "frontend tries again", depth + 1);
		else
			check_rest(w, depth);
	}
	for (i = 0; w->luck && i < (int)ARRAY_SIZE(chances); i++) {
		struct world next = *w;

		next.luck--;
		if (chance(&next, i))
			walk(&next, chances[i], depth + 1);
	}
	*slot &= ~ON_PATH;
}

static void walk_from(const struct world *w)
{
	visited = calloc(BIT(VISITED_BITS), sizeof(*visited));
	worlds = 0;
	rests = 0;
	walk(w, "begin", 0);
	CHECK(rests > 0);
	free(visited);
}

TEST(undisturbed_both_ends_connect)
{
	struct world w = { .front = fresh, .back = fresh, .online = 1 };

	walk_from(&w);
}

TEST(whatever_happens_once_both_ends_connect_or_close)
{
	struct world w = { .front = fresh, .back = fresh, .online = 1, .luck = 1 };

	walk_from(&w);
}

TEST(whatever_happens_twice_both_ends_connect_or_close)
{
	struct world w = { .front = fresh, .back = fresh, .online = 1, .luck = 2 };

	walk_from(&w);
}

TEST(whatever_happens_three_times_both_ends_connect_or_close)
{
	struct world w = { .front = fresh, .back = fresh, .online = 1, .luck = 3 };

	walk_from(&w);
}
