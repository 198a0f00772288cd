// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * block-xenify: hotplug program for disks. It names to the block backend what
 * serves a disk: a regular file, which the Xenify backend opens itself with no
 * loop device, or a block device. libxl runs it in Dom0 as "block-xenify add"
 * and "... remove", with the backend's directory in xenstore as XENBUS_PATH;
 * xm asks for it (place.c).
 *
 * It is a program and not a script because libxl runs those of all disks at
 * once and kills what has not ended after 40 s: each process that a script
 * starts counts, and on a busy host ten disks were too many.
 *
 * The node "params" is [cached:][shared:]PATH. What the backend driver gets, in
 * one transaction, so that it sees all of it or nothing:
 *   xenify-cached         for a file only; it is what tells the driver that it
 *                         is one. "1": through Dom0's page cache, "0": around it
 *   physical-device       for a block device only: MAJOR:minor, hexadecimal
 *   physical-device-path  PATH, absolute, with its symbolic links resolved
 *   hotplug-status        "connected", or "error" with a reason in hotplug-error
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <syslog.h>
#include <unistd.h>

#include "../busy.h"
#include "../disk.h"
#include "../store.h"
#include "../util.h"

struct node {
	const char *name;
	const char *value;
};

/**
 * struct hotplug - one run of this program
 * @xs: xenstore
 * @dir: the backend's directory there
 * @domid: the guest that gets the disk
 * @params: as libxl wrote it
 * @target: the path in it
 * @cached: to be served through the page cache
 * @shared: others may write as well: the check is left out
 * @write: the guest may write
 */
struct hotplug {
	struct xs_handle *xs;
	const char *dir;
	char *domid;
	char *params;
	const char *target;
	bool cached;
	bool shared;
	bool write;
};

static bool write_node(const struct hotplug *plug, xs_transaction_t t,
		       const struct node *node)
{
	char *path = xm_asprintf("%s/%s", plug->dir, node->name);
	bool done;

	done = xs_write(plug->xs, t, path, node->value, strlen(node->value));
	free(path);
	return done;
}

static bool write_nodes(const struct hotplug *plug, xs_transaction_t t,
			const struct node *nodes, size_t count)
{
	/* Of a guest that was destroyed meanwhile nothing may come back. */
	char *there = xm_store_read(plug->xs, t, plug->dir, "frontend-id");

	if (!there)
		return false;
	free(there);
	for (size_t i = 0; i < count; i++)
		if (!write_node(plug, t, &nodes[i]))
			return false;
	return true;
}

static bool publish(const struct hotplug *plug, const struct node *nodes,
		    size_t count)
{
	xs_transaction_t t;
	bool good;

	do {
		t = xs_transaction_start(plug->xs);
		if (!t)
			return false;
		good = write_nodes(plug, t, nodes, count);
		if (xs_transaction_end(plug->xs, t, !good))
			return good;
	} while (errno == EAGAIN);
	return false;
}

static void __attribute__((noreturn)) XM_PRINTF(2, 3)
fail(const struct hotplug *plug, const char *fmt, ...)
{
	struct node nodes[] = { { "hotplug-error", NULL },
				{ "hotplug-status", "error" } };
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	nodes[0].value = text;
	publish(plug, nodes, ARRAY_SIZE(nodes));
	syslog(LOG_DAEMON | LOG_ERR, "%s: %s", plug->dir, text);
	fprintf(stderr, "block-xenify: %s: %s\n", plug->dir, text);
	exit(1);
}

/* Of two guests that ask for one disk at the same moment, one is first. */
static void lock(const struct hotplug *plug)
{
	const char *path = getenv("XENIFY_LOCK");	/* for tests */
	int fd;

	if (!path) {
		path = XM_HOTPLUG_LOCK;
		mkdir(XM_HOTPLUG_DIR, 0755);
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		fail(plug, "%s cannot be opened: %s", path, strerror(errno));
	while (flock(fd, LOCK_EX))
		if (errno != EINTR)
			fail(plug, "%s cannot be locked: %s", path,
			     strerror(errno));
}

static void read_params(struct hotplug *plug)
{
	char *mode = xm_store_read(plug->xs, XBT_NULL, plug->dir, "mode");

	plug->params = xm_store_read(plug->xs, XBT_NULL, plug->dir, "params");
	plug->domid = xm_store_read(plug->xs, XBT_NULL, plug->dir, "frontend-id");
	if (!mode || !plug->params || !plug->domid)
		fail(plug, "params, mode or frontend-id is missing");
	plug->target = xm_disk_target(plug->params, &plug->cached,
				      &plug->shared);
	plug->write = strchr(mode, 'w');
	free(mode);
}

static void check_sharing(const struct hotplug *plug, const char *path,
			  const struct stat *st)
{
	char *user = xm_disk_user(plug->xs, st, plug->write, plug->domid,
				  NULL);

	if (user)
		fail(plug, "%s is in use by %s", path, user);
}

/* The lock goes with the process. */
static void add(struct hotplug *plug)
{
	struct node nodes[3];
	char number[32], *path;
	struct stat st;

	read_params(plug);
	path = realpath(plug->target, NULL);
	if (!path || stat(path, &st))
		fail(plug, "%s %s", plug->target, errno == ENOENT ?
		     "does not exist" : strerror(errno));
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode))
		fail(plug, "%s is neither a regular file nor a block device",
		     path);
	if (plug->write && access(path, W_OK))
		fail(plug, "%s cannot be written to: %s", path,
		     strerror(errno));

	snprintf(number, sizeof(number), "%x:%x", major(st.st_rdev),
		 minor(st.st_rdev));
	if (S_ISBLK(st.st_mode))
		nodes[0] = (struct node) { "physical-device", number };
	else
		nodes[0] = (struct node) { "xenify-cached",
					   plug->cached ? "1" : "0" };
	nodes[1] = (struct node) { "physical-device-path", path };
	nodes[2] = (struct node) { "hotplug-status", "connected" };

	lock(plug);
	if (!plug->shared)
		check_sharing(plug, path, &st);
	if (!publish(plug, nodes, ARRAY_SIZE(nodes)))
		fail(plug, "xenstore cannot be written to: %s",
		     strerror(errno));
	free(path);
}

/* Nothing is held; the nodes may be gone already, with the whole directory. */
static void withdraw(const struct hotplug *plug)
{
	static const char *const names[] = {
		"physical-device-path", "physical-device", "xenify-cached",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = xm_asprintf("%s/%s", plug->dir, names[i]);

		xs_rm(plug->xs, XBT_NULL, path);
		free(path);
	}
}

static int usage(const char *why)
{
	fprintf(stderr, "block-xenify: %s\nusage: block-xenify add|remove\n",
		why);
	return 2;
}

int main(int argc, char **argv)
{
	struct hotplug plug = { .dir = getenv("XENBUS_PATH") };

	if (argc != 2 || (strcmp(argv[1], "add") && strcmp(argv[1], "remove")))
		return usage("needs to know what to do");
	if (!plug.dir)
		return usage("XENBUS_PATH is not set; libxl sets it");
	plug.xs = xs_open(0);
	if (!plug.xs) {
		fprintf(stderr, "block-xenify: xenstore cannot be reached: %s\n",
			strerror(errno));
		return 1;
	}
	openlog("block-xenify", 0, LOG_DAEMON);
	if (!strcmp(argv[1], "add"))
		add(&plug);
	else
		withdraw(&plug);
	xs_close(plug.xs);
	free(plug.params);
	free(plug.domid);
	return 0;
}
