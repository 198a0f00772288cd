// SPDX-License-Identifier: GPL-2.0-only
/*
 * What serves a disk: found in xenstore, opened, closed. Floor F5; called by
 * life.c when the host's hotplug script has named a device or a file.
 *
 * Nodes in our own directory, which only this domain's tools write:
 *
 *	mode			"r", or with a "w" for writing
 *	device-type		"disk" or "cdrom"
 *	discard-enable		"0": ranges are never given back, whatever serves
 *				the disk (blkif.h); what was allocated stays
 *	physical-device		"MAJOR:MINOR" in hex: a block device (blkif.h)
 *	physical-device-path	the path of what serves it (blkif.h)
 *	xenify-cached		there: the path is that of a regular file, to be
 *				served directly; "1": through the page cache
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <xen/xenbus.h>

#include "store.h"
#include "../../xen/ring/keys.h"

/* What the host's tools wrote. */
struct store_nodes {
	char mode[XEN_KEY_TEXT_MAX];
	char type[XEN_KEY_TEXT_MAX];
	char device[XEN_KEY_TEXT_MAX];
	char cached[XEN_KEY_TEXT_MAX];
	bool discard;
};

#define NODE(_name, _rule, _member) {					\
	.name = _name, .type = XEN_KEY_TEXT, .rule = XEN_KEY_##_rule,	\
	.offset = offsetof(struct store_nodes, _member) }

static const struct xen_key store_keys[] = {
	NODE("mode", REQUIRED, mode),
	NODE("device-type", OPTIONAL, type),
	NODE("physical-device", OPTIONAL, device),
	NODE("xenify-cached", OPTIONAL, cached),
	{ .name = "discard-enable", .type = XEN_KEY_BOOL, .fallback = 1,
	  .offset = offsetof(struct store_nodes, discard) },
};

static int blkback_store_open_path(struct blkback_store *store, struct xenbus_device *dev)
{
	unsigned int len;
	char *path = xenbus_read(XBT_NIL, dev->nodename, "physical-device-path",
				 &len);
	int err;

	if (IS_ERR(path))
		return PTR_ERR(path) == -ENOENT ? -EAGAIN : PTR_ERR(path);
	err = blkback_file_open(store, dev, path);
	kfree(path);
	return err;
}

static int blkback_store_open_nodes(struct blkback_store *store, struct xenbus_device *dev,
				    const struct store_nodes *nodes)
{
	unsigned int major, minor;

	*store = (struct blkback_store) {
		.read_only = !strchr(nodes->mode, 'w'),
		.cdrom = !strcmp(nodes->type, "cdrom"),
		.mode = nodes->cached[0] == '1' ? BLKBACK_FILE_CACHED :
						  BLKBACK_FILE_ASYNC,
	};
	if (nodes->cached[0])
		return blkback_store_open_path(store, dev);
	if (!nodes->device[0])
		return -EAGAIN;
	if (sscanf(nodes->device, "%x:%x", &major, &minor) != 2) {
		xenbus_dev_error(dev, -EINVAL, "%s/physical-device is \"%s\"",
				 dev->nodename, nodes->device);
		return -EINVAL;
	}
	return blkback_bdev_open(store, dev, major, minor);
}

/**
 * blkback_store_open - open what the host's tools have named
 * @store: closed; to be filled
 * @dev: the disk
 *
 * Context: sleeps for as long as the store does. Return: 0; -EAGAIN while nothing
 * is named; another negative errno, reported.
 */
int blkback_store_open(struct blkback_store *store, struct xenbus_device *dev)
{
	struct store_nodes nodes;
	int err;

	err = xen_keys_read(dev, dev->nodename, store_keys,
			    ARRAY_SIZE(store_keys), &nodes);
	if (!err)
		err = blkback_store_open_nodes(store, dev, &nodes);
	if (err)
		return err;
	store->discard &= nodes.discard;
	store->discard_secure &= nodes.discard;
	/*
	 * One for each disk: a store that does not answer keeps its own works
	 * waiting. Memory may be reclaimed by writing to it.
	 */
	store->workqueue = alloc_workqueue("blkback/%s",
					   WQ_UNBOUND | WQ_MEM_RECLAIM, 0,
					   dev_name(&dev->dev));
	if (store->workqueue)
		return 0;
	xenbus_dev_error(dev, -ENOMEM, "making the workqueue of %s",
			 store->name);
	blkback_store_close(store);
	return -ENOMEM;
}

/**
 * blkback_store_close - close a store
 * @store: open with no request on its way, or closed
 *
 * Context: may sleep.
 */
void blkback_store_close(struct blkback_store *store)
{
	if (!store->ops)
		return;
	if (store->workqueue)
		destroy_workqueue(store->workqueue);
	/* Not at some later time: the host wants to use it when we are gone. */
	__fput_sync(store->file);
	kfree(store->name);
	*store = (struct blkback_store) { };
}
