// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nodes of xenstore, written as rows of tables want them: see keys.h. Floor F6.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <xen/xenbus.h>

#include "keys.h"

/* As long as a value can be with its path in one message of xenstored. */
#define LONG_VALUE	2000

static int write_long(const char *dir, const char *name)
{
	char *text = kzalloc(LONG_VALUE + 1, GFP_KERNEL);
	int err;

	if (!text)
		return -ENOMEM;
	memset(text, '7', LONG_VALUE);
	err = xenbus_write(XBT_NIL, dir, name, text);
	kfree(text);
	return err;
}

/**
 * hostile_node_write - make a node what it should not be
 * @dir: where it is
 * @node: the node, whose value is no number of a frontend's
 *
 * Return: 0 or a negative errno.
 */
int hostile_node_write(const char *dir, const struct hostile_node *node)
{
	switch (node->value) {
	case VALUE_TEXT:
		return xenbus_write(XBT_NIL, dir, node->name, node->text);
	case VALUE_NONE:
		return xenbus_rm(XBT_NIL, dir, node->name);
	case VALUE_LONG:
		return write_long(dir, node->name);
	default:
		return -EINVAL;
	}
}
