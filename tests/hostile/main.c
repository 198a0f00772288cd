// SPDX-License-Identifier: GPL-2.0-only
/*
 * Half of a block or network device that lies, module xenify-hostile: a test of
 * the other half. Floor F6; loaded by cases of tests/lab.
 *
 * Bound to a guest's device it is a frontend that attacks the backend, bound to
 * a device in Dom0 it is a backend that attacks the guest's frontend:
 *
 *	echo vbd-51728 >/sys/bus/xen/drivers/vbd/unbind
 *	echo vbd-51728 >/sys/bus/xen/drivers/vbd-liar/bind
 *	cd /sys/kernel/debug/xenify-hostile/front-vbd-51728
 *	echo requests 10000 >run && cat report
 *
 * It works on the raw ABI, xen/interface/io/ring.h, blkif.h and netif.h: the
 * project's own ring does not let anybody lie. The lies are rows of tables; a new row is
 * a new lie. All chance comes from one seed, so a run can be repeated.
 *
 *	book.c             what a liar can be told to do, and what came of it
 *	keys.c             nodes of xenstore that are not what they have to be
 *	frame.c            frames that network liars send
 *
 *	guest.c            what every lying frontend has: its connection
 *	guest-page.c       ... pages and grants
 *	guest-index.c      ... lies in the ring's indices
 *	guest-keys.c       ... lies in xenstore's keys, from a table
 *	guest-state.c      ... states in any order, fast, while pushing; storms
 *
 *	front.c            the lying block frontend
 *	front-ring.c       ... its ring: puts what it is told, checks answers
 *	front-fill.c       ... good requests, which lies begin as
 *	front-request.c    ... lies in a request
 *	front-keys.c       ... its table of keys
 *	front-race.c       ... lies that change while they are read
 *	front-hoard.c      ... more persistent grants than anybody wants
 *
 *	netfront.c         the lying network frontend
 *	netfront-ring.c    ... its transmit ring
 *	netfront-chain.c   ... good packets, which lies begin as
 *	netfront-packet.c  ... lies in a packet
 *	netfront-break.c   ... lies that break the ring; noise
 *	netfront-receive.c ... lies about pages to receive in
 *	netfront-keys.c    ... its table of keys
 *	netfront-race.c    ... lies that change while they are read
 *
 *	host.c             what every lying backend has: its connection, a thread
 *	host-keep.c        ... pages that are not let go
 *	host-keys.c        ... what it publishes; lies in keys and states; storms
 *
 *	back.c             the lying block backend
 *	back-serve.c       ... serves a disk in memory, with lies
 *	back-response.c    ... lies in a response
 *	back-keys.c        ... its tables of keys
 *
 *	netback.c          the lying network backend
 *	netback-serve.c    ... what is transmitted to it: lies in a status
 *	netback-chain.c    ... good packets, which lies begin as
 *	netback-reply.c    ... what it delivers
 *	netback-packet.c   ... lies in a packet
 *	netback-break.c    ... lies that break a ring
 *	netback-keys.c     ... its tables of keys
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <xen/xen.h>

#include "back.h"
#include "book.h"
#include "front.h"
#include "netback.h"
#include "netfront.h"

static ulong seed = 20041125;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "All chance comes from this number");

static struct dentry *root;

/**
 * hostile_root - the directory in debugfs that books are in
 */
struct dentry *hostile_root(void)
{
	return root;
}

/**
 * hostile_seed - where chance begins, for each device
 */
u64 hostile_seed(void)
{
	return seed;
}

/* A liar, offered to xenbus and no more. */
struct liar {
	int (*add)(void);
	void (*remove)(void);
};

static const struct liar liars[] = {
	{ hostile_front_register, hostile_front_unregister },
	{ hostile_netfront_register, hostile_netfront_unregister },
	{ hostile_back_register, hostile_back_unregister },
	{ hostile_netback_register, hostile_netback_unregister },
};

static void remove_liars(size_t count)
{
	while (count)
		liars[--count].remove();
	debugfs_remove(root);
}

static int __init hostile_init(void)
{
	size_t i;
	int err;

	if (!xen_domain())
		return -ENODEV;
	root = debugfs_create_dir("xenify-hostile", NULL);
	for (i = 0; i < ARRAY_SIZE(liars); i++) {
		err = liars[i].add();
		if (err) {
			remove_liars(i);
			return err;
		}
	}
	return 0;
}
module_init(hostile_init);

static void __exit hostile_exit(void)
{
	remove_liars(ARRAY_SIZE(liars));
}
module_exit(hostile_exit);

MODULE_DESCRIPTION("Lying halves of Xen block and network devices, for tests");
MODULE_LICENSE("GPL");
