// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module xen-ring: what every split driver of this project stands on.
 * Nothing runs here; ring, idpool, keys, peer, channel and tie are the content.
 */
#include <linux/module.h>

MODULE_DESCRIPTION("Rings, keys and connections of Xen split drivers");
MODULE_LICENSE("GPL");
