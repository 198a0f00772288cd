// SPDX-License-Identifier: GPL-2.0-only
/*
 * Half of a block device that lies, module xenify-hostile: a test of the other
 * half. Floor F6; loaded by cases of tests/lab.
 *
 * Bound to a guest's disk it is a frontend that attacks the backend, bound to a
 * disk in Dom0 it is a backend that attacks the guest's frontend:
 *
 *	echo vbd-51728 >/sys/bus/xen/drivers/vbd/unbind
 *	echo vbd-51728 >/sys/bus/xen/drivers/vbd-liar/bind
 *	cd /sys/kernel/debug/xenify-hostile/front-vbd-51728
 *	echo requests 10000 >run && cat report
 *
 * It works on the raw ABI, xen/interface/io/ring.h and blkif.h: the project's
 * own ring does not let anybody lie. The lies are rows of tables; a new row is
 * a new lie. All chance comes from one seed, so a run can be repeated.
 *
 *	book.c           what a liar can be told to do, and what came of it
 *	front.c          the lying frontend: bound, connected, disconnected
 *	front-ring.c     ... its ring: puts what it is told, checks answers
 *	front-fill.c     ... good requests, which lies begin as
 *	front-request.c  ... lies in a request
 *	front-index.c    ... lies in the ring's indices
 *	front-keys.c     ... lies in xenstore's keys
 *	front-state.c    ... states in any order, fast, and while pushing
 *	front-race.c     ... lies that change while they are read; event storms
 *	front-hoard.c    ... more persistent grants than anybody wants
 *	back.c           the lying backend: bound, connected, disconnected
 *	back-serve.c     ... serves a disk in memory, with lies
 *	back-response.c  ... lies in a response
 *	back-keys.c      ... lies in xenstore's keys, and states
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <xen/xen.h>

#include "back.h"
#include "book.h"
#include "front.h"

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

static int __init hostile_init(void)
{
	int err;

	if (!xen_domain())
		return -ENODEV;
	root = debugfs_create_dir("xenify-hostile", NULL);
	err = hostile_front_register();
	if (err)
		goto remove_root;
	err = hostile_back_register();
	if (err)
		goto unregister_front;
	return 0;

unregister_front:
	hostile_front_unregister();
remove_root:
	debugfs_remove(root);
	return err;
}
module_init(hostile_init);

static void __exit hostile_exit(void)
{
	hostile_back_unregister();
	hostile_front_unregister();
	debugfs_remove(root);
}
module_exit(hostile_exit);

MODULE_DESCRIPTION("Lying halves of a Xen block device, for tests");
MODULE_LICENSE("GPL");
