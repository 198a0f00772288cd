// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits until the disks of a guest that is suspended have done all that it has asked for.
 *
 * It asks for all of that again where it goes on, and then for more. A store that is slow
 * or hangs may still have a write from before then, and would put it over a later one: the
 * guest must not go on anywhere before its old backends have nothing under way. Called by
 * the verbs that save and move guests.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends.h"
#include "lock.h"
#include "op.h"
#include "settle.h"
#include "store.h"

/* Milliseconds from one look to the next. */
#define LOOK_EVERY 20

/**
 * struct looking - a look at one guest's disks
 * @domid: the guest
 * @requests: that are under way, all together
 * @dir: one of the disks that have some, or NULL
 */
struct looking {
	uint32_t domid;
	unsigned long requests;
	char *dir;
};

/*
 * Another driver's backend does not say how many it has, but which device it gives them to:
 * as nobody else writes there, they are that one's.
 */
static unsigned long of_device(const char *dir)
{
	char *device = xm_sysfs_read(dir, "physical_device"), *inflight = NULL, *below, *where;
	unsigned long reads = 0, writes = 0;
	unsigned int major, minor;

	if (device && sscanf(device, "%x:%x", &major, &minor) == 2) {
		below = xm_asprintf("dev/block/%u:%u", major, minor);
		where = xm_sysfs(below);
		inflight = xm_sysfs_read(where, "inflight");
		free(where);
		free(below);
	}
	if (inflight && sscanf(inflight, "%lu %lu", &reads, &writes) != 2)
		reads = writes = 0;
	free(inflight);
	free(device);
	return reads + writes;
}

static void look_at(void *arg, const char *kind, uint32_t domid, const char *dir)
{
	struct looking *looking = arg;
	unsigned long requests;
	char *text;

	if (domid != looking->domid || strcmp(kind, "vbd"))
		return;
	text = xm_sysfs_read(dir, "in_flight");
	requests = text ? strtoul(text, NULL, 10) : of_device(dir);
	free(text);
	if (requests && !looking->dir)
		looking->dir = xm_strdup(dir);
	looking->requests += requests;
}

static long most_seconds(void)
{
	const char *seconds = getenv("XM_SETTLE_SECONDS");	/* for tests */

	return seconds ? atol(seconds) : XM_SETTLE_SECONDS;
}

/* As the guest calls it, if that can be read. */
static char *disk_name(const struct looking *left)
{
	const char *devid = strrchr(left->dir, '-') + 1;
	char *dir = xm_asprintf("/local/domain/0/backend/vbd/%u/%s", left->domid, devid);
	struct xs_handle *xs = xs_open(0);
	char *name = xs ? xm_store_read(xs, XBT_NULL, dir, "dev") : NULL;

	if (xs)
		xs_close(xs);
	free(dir);
	return name ? name : xm_strdup(devid);
}

static char *give_up(const struct looking *left, long seconds)
{
	char *disk, *why;

	if (xm_interrupted)
		return xm_strdup("interrupted");
	disk = disk_name(left);
	why = xm_asprintf("%s still has %lu requests under way after %ld s, and they must not come after what it writes elsewhere; is what it is stored on in order?",
			  disk, left->requests, seconds);
	free(disk);
	return why;
}

/**
 * xm_settle() - wait until a guest's disks have nothing under way
 * @domid: the guest, suspended: it asks for nothing more
 * @name: for messages
 *
 * Disks that another domain serves, or a program, are not seen.
 *
 * Return: NULL; or why not, to be freed, if it takes too long, or a signal came that
 * xm_signals_hold() keeps.
 */
char *xm_settle(uint32_t domid, const char *name)
{
	long start = xm_clock(), said = start, now;
	long most = most_seconds();
	struct looking left;
	char *why;

	for (;;) {
		left = (struct looking){ .domid = domid };
		xm_backends_each(look_at, &left);
		now = xm_clock();
		if (!left.requests || xm_interrupted || now - start >= most)
			break;
		free(left.dir);
		if (now - said >= XM_SILENT_SECONDS) {
			xm_error(name, "waits for %lu requests to its disks, %ld s so far",
				 left.requests, now - start);
			said = now;
		}
		usleep(LOOK_EVERY * 1000);
	}
	why = left.requests ? give_up(&left, most) : NULL;
	free(left.dir);
	return why;
}
