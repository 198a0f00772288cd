// SPDX-License-Identifier: GPL-2.0-only
/*
 * A xenstore in memory: nodes in a list, one transaction at a time, which is
 * a copy of the list. Errors and messages are kept for the test to look at.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/semaphore.h>
#include <linux/workqueue.h>

#include "shim.h"

#define NODES_MAX	64
#define TEXT_MAX	4096

struct node {
	char path[128];
	char text[TEXT_MAX];
};

struct store {
	int count;
	struct node nodes[NODES_MAX];
};

struct shim_faults shim_faults;
struct shim_seen shim_seen;
struct work_struct *shim_work;
int shim_workqueue_flags;
int shim_permits;
int (*shim_resume)(struct device *dev);

static struct store committed, pending;

void shim_reset(void)
{
	committed.count = 0;
	pending.count = 0;
	shim_faults = (struct shim_faults) { };
	shim_seen = (struct shim_seen) { };
	shim_peer_ring = NULL;
	shim_on_read = NULL;
	shim_work = NULL;
}

static struct node *find(struct store *store, const char *dir, const char *name)
{
	char path[sizeof(committed.nodes[0].path)];
	int i;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	for (i = 0; i < store->count; i++)
		if (!strcmp(store->nodes[i].path, path))
			return &store->nodes[i];
	return NULL;
}

static void put(struct store *store, const char *dir, const char *name,
		const char *text)
{
	struct node *node = find(store, dir, name);

	if (!node) {
		assert(store->count < NODES_MAX);
		node = &store->nodes[store->count++];
		snprintf(node->path, sizeof(node->path), "%s/%s", dir, name);
	}
	assert(strlen(text) < sizeof(node->text));
	strcpy(node->text, text);
}

void shim_store_write(const char *dir, const char *node, const char *text)
{
	put(&committed, dir, node, text);
}

void shim_store_remove(const char *dir, const char *name)
{
	struct node *node = find(&committed, dir, name);

	if (node)
		*node = committed.nodes[--committed.count];
}

const char *shim_store_text(const char *dir, const char *name)
{
	struct node *node = find(&committed, dir, name);

	return node ? node->text : NULL;
}

int shim_store_count(void)
{
	return committed.count;
}

enum xenbus_state shim_store_state(const char *dir)
{
	const char *text = shim_store_text(dir, "state");

	return text ? atoi(text) : XenbusStateUnknown;
}

static struct store *store_of(struct xenbus_transaction xbt)
{
	assert(!xbt.id || shim_seen.transactions);
	return xbt.id ? &pending : &committed;
}

void *xenbus_read(struct xenbus_transaction xbt, const char *dir,
		  const char *name, unsigned int *len)
{
	struct node *node;

	if (shim_faults.read)
		return ERR_PTR(shim_faults.read);
	node = find(store_of(xbt), dir, name);
	if (!node)
		return ERR_PTR(-ENOENT);
	*len = strlen(node->text);
	return strdup(node->text);
}

int xenbus_exists(struct xenbus_transaction xbt, const char *dir,
		  const char *node)
{
	return !!find(store_of(xbt), dir, node);
}

unsigned int xenbus_read_unsigned(const char *dir, const char *node,
				  unsigned int fallback)
{
	const char *text = shim_store_text(dir, node);

	return text ? (unsigned int)strtoul(text, NULL, 0) : fallback;
}

int xenbus_write(struct xenbus_transaction xbt, const char *dir,
		 const char *node, const char *text)
{
	if (shim_faults.write && !shim_faults.writes--)
		return shim_faults.write;
	put(store_of(xbt), dir, node, text);
	return 0;
}

int xenbus_printf(struct xenbus_transaction xbt, const char *dir,
		  const char *node, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return xenbus_write(xbt, dir, node, text);
}

int xenbus_scanf(struct xenbus_transaction xbt, const char *dir,
		 const char *name, const char *format, ...)
{
	struct node *node = find(store_of(xbt), dir, name);
	va_list args;
	int count;

	if (!node)
		return -ENOENT;
	va_start(args, format);
	count = vsscanf(node->text, format, args);
	va_end(args);
	return count > 0 ? count : -ERANGE;
}

int xenbus_transaction_start(struct xenbus_transaction *xbt)
{
	if (shim_faults.transaction_start)
		return shim_faults.transaction_start;
	assert(!shim_seen.transactions);
	shim_seen.transactions++;
	pending = committed;
	xbt->id = 1;
	return 0;
}

int xenbus_transaction_end(struct xenbus_transaction xbt, int abort)
{
	assert(xbt.id && shim_seen.transactions);
	shim_seen.transactions--;
	if (abort) {
		shim_seen.aborts++;
		return 0;
	}
	if (shim_faults.collisions) {
		if (shim_faults.collisions > 0)
			shim_faults.collisions--;
		return -EAGAIN;
	}
	shim_seen.commits++;
	committed = pending;
	return 0;
}

int xenbus_switch_state(struct xenbus_device *dev, enum xenbus_state state)
{
	bool fatal = state != XenbusStateClosing;
	char text[12];

	/* As upstream's: what is in the node already is not written again; see @states. */
	if (state == dev->state)
		return 0;
	/* It has a transaction of its own. */
	assert(!shim_seen.transactions);
	shim_seen.switch_permits += shim_permits;
	if (shim_faults.states) {
		shim_faults.states--;
		shim_seen.errors++;
		return fatal ? xenbus_switch_state(dev, XenbusStateClosing) : 0;
	}
	shim_seen.switches++;
	snprintf(text, sizeof(text), "%d", state);
	put(&committed, dev->nodename, "state", text);
	dev->state = state;
	return 0;
}

enum xenbus_state xenbus_read_driver_state(const char *path)
{
	return shim_store_state(path);
}

int xenbus_dev_resume(struct device *dev)
{
	return shim_resume(dev);
}

int xenbus_dev_is_online(struct xenbus_device *dev)
{
	return xenbus_read_unsigned(dev->nodename, "online", 0);
}

int xenbus_watch_pathfmt(struct xenbus_device *dev, struct xenbus_watch *watch,
			 bool (*will_handle)(struct xenbus_watch *watch,
					     const char *path,
					     const char *token),
			 void (*callback)(struct xenbus_watch *watch,
					  const char *path, const char *token),
			 const char *format, ...)
{
	va_list args;
	char *path;
	int len;

	(void)dev;
	(void)will_handle;
	va_start(args, format);
	len = vasprintf(&path, format, args);
	va_end(args);
	assert(len >= 0);
	watch->node = path;
	watch->callback = callback;
	shim_seen.watches++;
	return 0;
}

void unregister_xenbus_watch(struct xenbus_watch *watch)
{
	assert(watch->node);
	shim_seen.watches--;
}

void msleep(unsigned int ms)
{
	shim_seen.slept += ms;
}

void xenbus_dev_error(struct xenbus_device *dev, int err, const char *format,
		      ...)
{
	va_list args;

	(void)dev;
	(void)err;
	va_start(args, format);
	vsnprintf(shim_seen.error, sizeof(shim_seen.error), format, args);
	va_end(args);
	shim_seen.errors++;
}

void dev_warn(struct device *dev, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(shim_seen.error, sizeof(shim_seen.error), format, args);
	va_end(args);
	dev->warnings++;
}
