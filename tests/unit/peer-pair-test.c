// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frontend and a backend together: the two tables of drivers/xen/ring/peer.c
 * as one machine, of which every possible run is walked through.
 *
 * Modelled is what makes it hard. An end learns of a change some time later,
 * and then reads the state that the other end has by then; a few of them may
 * have passed unseen. It carries out an action and writes its next state as two
 * steps, between which the other end acts. And things happen: either end starts
 * anew, an action fails, a ring breaks, the host detaches the disk.
 *
 * Whatever has happened: when nothing more does, both ends come to rest, either
 * connected, with the backend on the rings that the frontend has now, or closed.
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

/* One end: xen_peer and the xenstore node, and where in a step it is. */
struct end {
	u64 state:4;
	u64 node:4;
	u64 seen:4;
	u64 next:4;
	u64 steps:3;
	u64 event:1;
	u64 failed:1;
};

struct world {
	struct end front;
	struct end back;
	u64 rings:1;
	u64 attached:2;
	u64 renew:1;
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
	case XEN_PEER_LOST:
		w->renew = 1;
		break;
	case XEN_PEER_CLOSE:
	case XEN_PEER_GONE:
		if (!w->renew)
			take_rings_down(w);
		break;
	case XEN_PEER_RENEW:
		if (!w->renew)
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

static bool is_end(enum xen_peer_action action)
{
	return action == XEN_PEER_CLOSE || action == XEN_PEER_GONE;
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
			    end->seen);
	if (!row || (end->failed && !is_end(row->action))) {
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

static void look(struct end *end, const struct end *other)
{
	end->event = 0;
	end->seen = other->node;
	end->steps = STEPS;
}

/* Moves that follow from what is there: 0 and 1 front, 2 and 3 back. */
static bool move(struct world *w, int which)
{
	struct end *end = which < 2 ? &w->front : &w->back;
	struct end *other = which < 2 ? &w->back : &w->front;

	if (which % 2) {
		if (!end->steps)
			return false;
		step(w, which < 2, false);
		return true;
	}
	if (end->steps || !end->event)
		return false;
	look(end, other);
	return true;
}

static const char * const chances[] = {
	"backend starts anew", "frontend starts anew", "ring breaks",
	"host detaches", "frontend closes", "frontend's action fails",
	"backend's action fails", "event without a reason",
};

/* Moves that happen. */
static bool chance(struct world *w, int which)
{
	switch (which) {
	case 0:
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
		take_rings_down(w);
		w->back.event = 1;
		return true;
	case 2:
		if (w->front.steps || w->front.state != XenbusStateConnected)
			return false;
		w->renew = 1;
		set_state(&w->front, &w->back, XenbusStateClosing);
		w->front.steps = STEPS;
		return true;
	case 3:
		/* The host's tools write the node; the driver does not look. */
		w->back.node = XenbusStateClosing;
		w->front.event = 1;
		return true;
	case 4:
		/* xenbus_dev_shutdown() closes what is connected. */
		if (w->front.steps || w->front.state != XenbusStateConnected)
			return false;
		set_state(&w->front, &w->back, XenbusStateClosing);
		return true;
	case 5:
	case 6:
		if (which == 5 ? !w->front.steps || w->front.next != NO_STATE :
		    !w->back.steps || w->back.next != NO_STATE)
			return false;
		step(w, which == 5, true);
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
	return front | back << 21 | (u64)w->rings << 42 |
		(u64)w->attached << 43 | (u64)w->renew << 45 |
		(u64)w->luck << 46;
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
				"\n\t%-26s front %d sees %d, back %d(%d) sees %d%s",
				i ? path[i] : "begin", (int)w->front.state,
				(int)w->front.seen, (int)w->back.state,
				(int)w->back.node, (int)w->back.seen,
				w->attached == STALE ? ", stale rings" : "");
	}
	test_fail(__FILE__, __LINE__, "%s:%s", what, text);
}

static void check_rest(const struct world *w, int depth)
{
	rests++;
	if (w->front.state == XenbusStateClosed &&
	    w->back.state == XenbusStateClosed)
		return;
	if (w->front.state != XenbusStateConnected ||
	    w->back.state != XenbusStateConnected)
		complain("neither connected nor closed", depth);
	if (!w->rings || w->attached != CURRENT)
		complain("connected by old rings", depth);
}

static const char * const moves[] = {
	"frontend looks", "frontend steps", "backend looks", "backend steps",
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

	for (i = 0; i < 4; i++) {
		struct world next = *w;

		if (!move(&next, i))
			continue;
		rest = false;
		walk(&next, moves[i], depth + 1);
	}
	if (rest)
		check_rest(w, depth);
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
	struct world w = { .front = fresh, .back = fresh };

	walk_from(&w);
}

TEST(whatever_happens_once_both_ends_connect_or_close)
{
	struct world w = { .front = fresh, .back = fresh, .luck = 1 };

	walk_from(&w);
}

TEST(whatever_happens_twice_both_ends_connect_or_close)
{
	struct world w = { .front = fresh, .back = fresh, .luck = 2 };

	walk_from(&w);
}

TEST(whatever_happens_three_times_both_ends_connect_or_close)
{
	struct world w = { .front = fresh, .back = fresh, .luck = 3 };

	walk_from(&w);
}
