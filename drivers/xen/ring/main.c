// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module xen-ring: what every split driver of this project stands on. Ring,
 * idpool, keys, peer, channel, tie and mark are the content.
 */
#include <linux/module.h>

#include "tie.h"

static int __init xen_ring_module_init(void)
{
	return xen_tie_init();
}

/* Built in, before the drivers. */
subsys_initcall(xen_ring_module_init);

static void __exit xen_ring_exit(void)
{
	xen_tie_exit();
}
module_exit(xen_ring_exit);

MODULE_DESCRIPTION("Rings, keys and connections of Xen split drivers");
MODULE_LICENSE("GPL");
