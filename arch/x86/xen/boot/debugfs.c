// SPDX-License-Identifier: GPL-2.0-only
/*
 * The directory xen/ of debugfs. Called by whoever has something to show there, in an initcall.
 * Floor F1.
 */
#include <linux/debugfs.h>

#include "boot.h"

/**
 * xen_init_debugfs - the directory, made when it is asked for first
 *
 * Return: it, or an error that debugfs takes for a parent.
 */
struct dentry * __init xen_init_debugfs(void)
{
	static struct dentry *top;

	if (!top)
		top = debugfs_create_dir("xen", NULL);
	return top;
}
