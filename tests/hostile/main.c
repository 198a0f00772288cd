// SPDX-License-Identifier: GPL-2.0-only
/*
 * Half of a block or network device that is hostile, module xenify-hostile: a test of
 * the other half. Floor F6; loaded by cases of tests/lab.
 *
 * Bound to a guest's device it is a frontend that attacks the backend, bound to
 * a device in Dom0 it is a backend that attacks the guest's frontend:
 *
 *	echo vbd-51728 >/sys/bus/xen/drivers/vbd/unbind
 *	echo vbd-51728 >/sys/bus/xen/drivers/vbd-hostile/bind
 *	cd /sys/kernel/debug/xenify-hostile/front-vbd-51728
 *	echo requests 10000 >run && cat report
 *
 * It works on the raw ABI, xen/interface/io/ring.h, blkif.h and netif.h: the
 * project's own ring lets nobody do that. What is malformed is a row of a table;
 * a new row is a new test. All chance comes from one seed, so a run can be repeated.
 *
 *	book.c             what a hostile half can be told to do, and what came of it
 *	keys.c             nodes of xenstore that are not what they have to be
 *	frame.c            frames that hostile network halves send
 *
 *	guest.c            what every hostile frontend has: its connection
 *	guest-page.c       ... pages and grants
 *	guest-index.c      ... malformed ring indices
 *	guest-keys.c       ... malformed xenstore keys, from a table
 *	guest-state.c      ... states in any order, fast, while pushing; storms
 *
 *	front.c            the hostile block frontend
 *	front-ring.c       ... its ring: puts what it is told, checks answers
 *	front-fill.c       ... good requests, which malformed ones begin as
 *	front-request.c    ... malformed requests
 *	front-keys.c       ... its table of keys
 *	front-race.c       ... fields that change while they are read
 *	front-hoard.c      ... more persistent grants than anybody wants
 *
 *	netfront.c         the hostile network frontend
 *	netfront-ring.c    ... its transmit ring
 *	netfront-chain.c   ... good packets, which malformed ones begin as
 *	netfront-packet.c  ... malformed packets
 *	netfront-break.c   ... what breaks the ring; noise
 *	netfront-receive.c ... malformed pages to receive in
 *	netfront-ctrl.c    ... malformed messages of the control ring
 *	netfront-keys.c    ... its table of keys
 *	netfront-race.c    ... fields that change while they are read
 *
 *	host.c             what every hostile backend has: its connection, a thread
 *	host-keep.c        ... pages that are not let go
 *	host-keys.c        ... what it publishes; malformed keys and states; storms
 *
 *	back.c             the hostile block backend
 *	back-serve.c       ... serves a disk in memory, now and then malformed
 *	back-response.c    ... malformed responses
 *	back-keys.c        ... its tables of keys
 *
 *	netback.c          the hostile network backend
 *	netback-serve.c    ... what is transmitted to it: malformed statuses
 *	netback-chain.c    ... good packets, which malformed ones begin as
 *	netback-reply.c    ... what it delivers
 *	netback-packet.c   ... malformed packets
 *	netback-break.c    ... what breaks a ring
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

/* A hostile half, offered to xenbus and no more. */
struct half {
	int (*add)(void);
	void (*remove)(void);
};

static const struct half halves[] = {
	{ hostile_front_register, hostile_front_unregister },
	{ hostile_netfront_register, hostile_netfront_unregister },
	{ hostile_back_register, hostile_back_unregister },
	{ hostile_netback_register, hostile_netback_unregister },
};

static void remove_halves(size_t count)
{
	while (count)
		halves[--count].remove();
	debugfs_remove(root);
}

static int __init hostile_init(void)
{
	size_t i;
	int err;

	if (!xen_domain())
		return -ENODEV;
	root = debugfs_create_dir("xenify-hostile", NULL);
	for (i = 0; i < ARRAY_SIZE(halves); i++) {
		err = halves[i].add();
		if (err) {
			remove_halves(i);
			return err;
		}
	}
	return 0;
}
module_init(hostile_init);

static void __exit hostile_exit(void)
{
	remove_halves(ARRAY_SIZE(halves));
}
module_exit(hostile_exit);

MODULE_DESCRIPTION("Hostile halves of Xen block and network devices, for tests");
MODULE_LICENSE("GPL");
