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

#include "peer-world.h"
#include "test.h"

#define DEPTH_MAX	4000
#define VISITED_BITS	23

static u64 pack(const struct world *w)
{
	u64 front = 0, back = 0;

	memcpy(&front, &w->front, sizeof(w->front));
	memcpy(&back, &w->back, sizeof(w->back));
	return front | back << 22 | (u64)w->rings << 44 |
		(u64)w->attached << 45 | (u64)w->disk << 47 |
		(u64)w->shut << 48 | (u64)w->down << 49 |
		(u64)w->online << 50 | (u64)w->absent << 51 |
		(u64)w->renew << 53 | (u64)w->luck << 54 |
		(u64)w->live << 57;
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
	if (w->early && !w->live)
		complain("connected, and not in use", depth);
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

static void walk_with(int luck)
{
	struct world w = {
		.front = fresh, .back = fresh, .online = 1, .luck = luck,
	};

	walk_from(&w);
	w.early = 1;
	walk_from(&w);
}

TEST(undisturbed_both_ends_connect)
{
	walk_with(0);
}

TEST(whatever_happens_once_both_ends_connect_or_close)
{
	walk_with(1);
}

TEST(whatever_happens_twice_both_ends_connect_or_close)
{
	walk_with(2);
}

TEST(whatever_happens_three_times_both_ends_connect_or_close)
{
	walk_with(3);
}
