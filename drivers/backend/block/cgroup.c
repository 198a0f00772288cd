// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose limits hold for a disk: its I/O is that of a cgroup which the host's
 * administrator names, and io.max, io.weight and io.latency of that are the
 * kernel's own business. Floor F5; called by sysfs.c, and by the threads which
 * submit the I/O.
 */
#include <linux/backing-dev.h>
#include <linux/blk-cgroup.h>
#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>

#include "back.h"

/**
 * blkback_cgroup_set - put a disk's I/O into a cgroup
 * @back: the disk; its peer's lock is held
 * @path: of the cgroup in the unified hierarchy; empty: into none
 *
 * Requests to come are in it; there may be some on their way that are not.
 * Context: may sleep. Return: 0; -ENOENT if there is none.
 */
int blkback_cgroup_set(struct blkback *back, const char *path)
{
	struct cgroup_subsys_state *css = NULL, *old;

	if (*path) {
		struct cgroup *cgroup = cgroup_get_from_path(path);

		if (IS_ERR(cgroup))
			return PTR_ERR(cgroup);
		css = cgroup_get_e_css(cgroup, &io_cgrp_subsys);
		cgroup_put(cgroup);
	}
	old = rcu_replace_pointer(back->cgroup, css,
				  lockdep_is_held(&back->peer.lock));
	if (!old)
		return 0;
	/* A thread may be about to take a reference of its own. */
	synchronize_rcu();
	css_put(old);
	return 0;
}

/**
 * blkback_cgroup_show - which cgroup a disk's I/O is in
 * @back: the disk; its peer's lock is held
 * @buf: room for a page
 *
 * Return: how long the path is, 0 if there is none; or a negative errno.
 */
int blkback_cgroup_show(struct blkback *back, char *buf)
{
	struct cgroup_subsys_state *css =
		rcu_dereference_protected(back->cgroup,
					  lockdep_is_held(&back->peer.lock));

	return css ? cgroup_path(css->cgroup, buf, PAGE_SIZE - 1) : 0;
}

/**
 * blkback_cgroup_join - what this thread submits is in its disk's cgroup
 * @back: the disk
 *
 * Context: a thread of the kernel, which the cgroup is kept for.
 * Return: the cgroup as it was, to be compared with what it is.
 */
struct cgroup_subsys_state *blkback_cgroup_join(struct blkback *back)
{
	struct cgroup_subsys_state *css;

	rcu_read_lock();
	css = rcu_dereference(back->cgroup);
	kthread_associate_blkcg(css);
	rcu_read_unlock();
	return css;
}

/**
 * blkback_cgroup_leave - this thread goes on with something else, or ends
 */
void blkback_cgroup_leave(void)
{
	kthread_associate_blkcg(NULL);
}
